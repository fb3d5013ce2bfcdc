//! What is kept about oneself: seeing it, taking it along, restricting and erasing it. Guests show that it is theirs with
//! the code of an appointment that is open here, or with a code from a mail; whoever has an account is signed in.

pub(crate) mod acts;
pub(crate) mod code;
#[cfg(test)]
mod pictures;
pub(crate) mod show;
mod words;

use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use http::header;
use identity::Limit;
use kernel::{Ctx, my_data};
use serde::{Deserialize, Serialize};
use tenant::personal_data::{Clue, DataSubject};

use crate::{
    caller::Caller,
    error::{Failure, Refusal},
    fields::Fields,
    manage,
    page::go,
};

/// Where guests see their data.
pub(crate) const GUEST: &str = "/datenschutz/meine-daten";
/// Where whoever has an account does.
pub(crate) const ACCOUNT: &str = "/konto/daten";
/// The name of the step that remembers whose mail was read.
const STEP: &str = "my-data";
/// How long that holds.
const OPEN: TimeDelta = TimeDelta::minutes(30);

/// An act's address opened by hand.
pub(crate) async fn start() -> Response {
    go(GUEST)
}

/// `GET /schemas/my-data.schema.json`: the same for everybody.
pub(crate) async fn schema() -> Response {
    let kind = [(header::CONTENT_TYPE, "application/schema+json")];
    (kind, my_data::schema_file()).into_response()
}

/// Whose mail was read here, and until when that holds. Has no `Debug`: it is personal data.
#[derive(Clone, Serialize, Deserialize)]
struct Opened {
    email: String,
    until: DateTime<Utc>,
}

/// Somebody with what is theirs.
struct Mine {
    ctx: Ctx,
    who: DataSubject,
    place: Place,
}

/// Which pages one is on, and by what they are open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// Where they begin.
    pub base: &'static str,
    /// The name under which the session keeps an appointment's code; empty for the other ways.
    pub managed: String,
}

impl Place {
    fn view(&self) -> String {
        self.address(if self.base == GUEST { "/ansicht" } else { "" })
    }

    /// The address of a page, without saying whose data it shows.
    pub fn address(&self, page: &str) -> String {
        let base = self.base;
        if self.managed.is_empty() {
            format!("{base}{page}")
        } else {
            format!("{base}{page}?t={}", self.managed)
        }
    }
}

impl Caller {
    /// What is whose: of whoever is signed in.
    async fn my_account_data(&self) -> Result<Mine, Failure> {
        let (ctx, account) = self.mine().await?;
        self.limit(Limit::Manage).await?;
        let tx = self.db().begin(&ctx).await?;
        let who = self.portal.rights.find(&ctx, &tx, &[Clue::Account(account.id)]).await?;
        tx.commit().await?;
        Ok(Mine { ctx, who, place: Place { base: ACCOUNT, managed: String::new() } })
    }

    /// Of the guest who has opened an appointment here, or has read a mail. Nobody, when the session has forgotten.
    async fn my_guest_data(&self, fields: &Fields) -> Result<Option<Mine>, Failure> {
        self.limit(Limit::Manage).await?;
        let ctx = self.ctx().clone();
        let rights = &self.portal.rights;
        if let Some(token) = manage::known(self, fields) {
            let tx = self.db().begin(&ctx).await?;
            let found = scheduling::subject_of(&ctx, &tx, &token).await;
            tx.commit().await?;
            let who = match found {
                Ok(who) => who,
                Err(scheduling::Error::NotFound) => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            let managed = fields.one("t").to_owned();
            return Ok(Some(Mine { ctx, who, place: Place { base: GUEST, managed } }));
        }
        let opened: Option<Opened> = self.step(STEP);
        let Some(opened) = opened.filter(|opened| ctx.now() < opened.until) else {
            return Ok(None);
        };
        let tx = self.db().begin(&ctx).await?;
        let who = rights.find(&ctx, &tx, &[Clue::Address(opened.email)]).await?;
        tx.commit().await?;
        Ok(Some(Mine { ctx, who, place: Place { base: GUEST, managed: String::new() } }))
    }

    /// The same, for whom one must know.
    async fn must_guest(&self, fields: &Fields) -> Result<Mine, Failure> {
        // an address that was kept too long: there is nothing to see any more
        Ok(self.my_guest_data(fields).await?.ok_or(Refusal::NotFound)?)
    }
}
