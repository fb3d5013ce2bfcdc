//! The pages people see.
//!
//! Every page works without JavaScript, and reading sets no cookie: what a citizen chooses stands in the address,
//! what they type is kept in a session that begins with the first thing to remember. When the session store does
//! not answer, the draft travels in the form instead ([`Visit`] and [`Portal`] say what the pages need).
//!
//! [`router`] gives the pages; [`error_page`] is for answers that are made outside of them.

mod account;
mod account_book;
mod appointment_book;
mod assets;
mod caller;
mod confirmation;
mod contact_form;
mod details;
mod draft;
mod error;
mod fields;
mod hold;
mod language;
mod legal;
mod manage;
mod month;
mod my_data;
mod office;
mod page;
mod passkey;
#[cfg(test)]
mod pictures;
pub mod platform;
mod proof;
mod reasons;
mod reserve;
mod review;
mod routes;
#[cfg(test)]
mod samples;
mod selection;
mod start;
mod suspended;
mod texts;
mod theme;
mod times;
mod visit_facts;

use std::{net::IpAddr, sync::Arc};

use db::Db;
use identity::{Identity, OpenId};
use kernel::Ctx;
use privacy::{NoticeFacts, Rights, statistics::Counter};
use scheduling::Catalogues;
use tenant::{Directory, Municipality};

pub use account::{PersonInput, check_person};
pub use account_book::AccountBook;
pub use appointment_book::AppointmentBook;
pub use error::{error_page, refusal_page};
pub use office::import::{LARGEST_UPLOAD_KB, takes_file};
pub use reasons::Words;
pub use routes::router;
pub use suspended::{is_open_while_suspended, suspended_page};

/// What every column of the installation is there for: the entries of all crates that have tables.
pub fn data_map() -> Vec<kernel::inventory::Entry> {
    [
        db::INVENTORY,
        tenant::INVENTORY,
        identity::INVENTORY,
        scheduling::INVENTORY,
        notify::INVENTORY,
        privacy::INVENTORY,
    ]
    .concat()
}

/// One request to the host of a municipality. The gateway puts it into the request's extensions.
#[derive(Clone)]
pub struct Visit {
    /// Who, where, when, and in which language the browser would like the answer.
    pub ctx: Ctx,
    /// The municipality.
    pub town: Arc<Municipality>,
    /// The value of the session cookie.
    pub sid: Option<String>,
    /// Keyed hash of the client's address, for limits and as the scope of idempotency keys.
    pub client: Vec<u8>,
    /// The client's address, for the note of a sign-in (notice, section 5) and nothing else.
    pub address: IpAddr,
    /// What kind of device it says it is, "Firefox, Android": for the list of one's own sessions.
    pub device: String,
    /// Whether it may be counted in the statistics: their browser does not object, and somebody is looking.
    pub is_counted: bool,
    /// Whether the operator has closed the municipality for citizens.
    pub is_suspended: bool,
}

impl std::fmt::Debug for Visit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // neither the session's id nor the address
        f.debug_struct("Visit").field("town", &self.town.slug).finish_non_exhaustive()
    }
}

/// What the pages work with.
pub struct Portal {
    /// The database.
    pub db: Db,
    /// The municipalities, for their coats of arms.
    pub directory: Arc<Directory>,
    /// Sessions, limits, and how people sign in.
    pub identity: Identity,
    /// What municipalities offer.
    pub catalogues: Catalogues,
    /// Whether the pages are served over HTTPS.
    pub secure_cookies: bool,
    /// What the notice says about the code.
    pub notice: NoticeFacts,
    /// Counts how far people come.
    pub statistics: Counter,
    /// The public address of a municipality's pages, from the configuration and never from a request.
    pub base_url: Arc<dyn Fn(&Municipality) -> String + Send + Sync>,
    /// The municipalities' own sign-ins.
    pub openid: OpenId,
    /// What people may ask for about their data.
    pub rights: Rights,
    /// What the operator does with municipalities.
    pub platform: platform::Platform,
}

impl std::fmt::Debug for Portal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Portal")
            .field("secure_cookies", &self.secure_cookies)
            .finish_non_exhaustive()
    }
}
