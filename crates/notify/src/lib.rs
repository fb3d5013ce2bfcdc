//! What is sent: mails, SMS and calendar entries about appointments, and mails about accounts.
//!
//! `scheduling` writes an [`kernel::event::AppointmentChanged`] job in the transaction of a booking, a move or a
//! cancellation. [`handlers`] turns it into rows of `message`, one per channel and audience, and sends each of them
//! outside any transaction. A message is rendered when it is sent, from the appointment as it is then; neither the
//! job nor the row holds an address or a text.
//!
//! * Mail is sent at least once: a crash between the server's answer and our commit can repeat it, with the
//!   same `Message-ID`.
//! * SMS are sent at most once: when nobody knows whether one went out, it is looked up and never sent again.
//! * Messages about one appointment leave in the order of its changes.
//!
//! `identity` writes an [`kernel::event::AccountLetter`] job with a code or a notice; its mail is sent in the same way.
//!
//! ```
//! // An SMS fits into one part when it keeps to the alphabet of GSM 03.38.
//! assert_eq!(notify::segments("Ihr Termin im Bürgerbüro: Di, 8. Dezember 2026, 9:15 Uhr"), 1);
//! assert_eq!(notify::segments(&"–".repeat(71)), 2);
//! ```

mod account_facts;
mod account_letter;
mod attempt;
mod budget;
mod calendar;
mod condition;
mod expiring;
mod facts;
mod inventory;
mod mail;
mod personal_data;
mod plan;
mod send;
mod sent;
mod sms;
mod store;
mod words;

use std::{
    collections::HashMap,
    sync::{Arc, atomic::AtomicU64},
};

use kernel::event::{AccountLetter, AppointmentChanged};
use tenant::{Directory, Municipality};

pub use account_facts::{AccountFacts, AccountOccasion, AccountSource};
pub use calendar::invitation::calendar_file;
pub use condition::{MessageCondition, Sending, condition};
pub use expiring::expiring;
pub use facts::{AppointmentFacts, AppointmentSource, Person, Place, VisitItem};
pub use inventory::INVENTORY;
pub use mail::transport::{MailFailure, MailTransport, SmtpAddressError, SmtpTransport};
pub use personal_data::PersonalMessages;
pub use plan::would_text;
pub use send::SEND_JOB;
pub use sent::{SentError, SentMessage, messages_about};
pub use sms::{
    gsm7::segments,
    lox24::{Lox24, Lox24SetupError},
    number::gets_sms,
    provider::{Sms, SmsOutcome, SmsProvider},
};

/// Whether a municipality sends mails, and may: the notice names whose relay it is.
pub fn can_mail(town: &Municipality) -> bool {
    plan::is_open(town, store::Channel::Mail)
}

/// Through what the messages of the installation leave.
#[derive(Clone)]
pub struct Channels {
    /// The mail relay.
    pub mail: Arc<dyn MailTransport>,
    /// The SMS provider.
    pub sms: Arc<dyn SmsProvider>,
    /// The address of a municipality's pages, without a slash at the end. From the configuration, never from a
    /// request: whoever can choose a `Host` header must not choose what links in mails point to.
    pub base_url: Arc<dyn Fn(&Municipality) -> String + Send + Sync>,
    /// Counts the SMS that a budget has kept from being sent, for the figures of the process.
    pub over_budget: Arc<AtomicU64>,
}

impl std::fmt::Debug for Channels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Channels").finish_non_exhaustive()
    }
}

/// The jobs that this crate does, for the worker.
pub fn handlers(
    source: Arc<dyn AppointmentSource>,
    accounts: Arc<dyn AccountSource>,
    directory: Arc<Directory>,
    channels: Channels,
) -> HashMap<&'static str, Box<dyn db::jobs::Handler>> {
    let plan = plan::Plan { source: source.clone(), directory: directory.clone() };
    let letters = account_letter::SendAccountLetter {
        source: accounts,
        directory: directory.clone(),
        channels: channels.clone(),
    };
    let erase = sms::erase::Erase { sms: channels.sms.clone() };
    let send = send::Send { source, directory, channels };
    let mut handlers: HashMap<&'static str, Box<dyn db::jobs::Handler>> = HashMap::new();
    handlers.insert(AppointmentChanged::JOB, Box::new(plan));
    handlers.insert(SEND_JOB, Box::new(send));
    handlers.insert(sms::erase::ERASE_JOB, Box::new(erase));
    handlers.insert(AccountLetter::JOB, Box::new(letters));
    handlers
}
