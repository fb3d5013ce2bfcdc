//! The pages of a citizen's account. Nobody needs one; booking never asks for it.
//!
//! A handler begins with `let (ctx, account) = caller.mine().await?;`. Whoever is not signed in (any more) is asked to and
//! comes back. Without the session store nobody can be signed in; the pages say so, and booking goes on.

mod code;
mod delete;
mod overview;
mod password;
mod person;
#[cfg(test)]
mod pictures;
mod profile;
mod register;
mod sessions;
mod sign_in;

use std::sync::Arc;

use crate::{
    Portal,
    caller::{Caller, Remembered},
    error::Failure,
    fields::Fields,
    my_data,
    page::{Page, go},
};
use axum::{
    Router,
    response::Response,
    routing::{get, post},
};
use http::{HeaderValue, header};
use identity::{
    Account, AccountError, AccountKind,
    citizens::{FRESH, Proof},
};
use kernel::{Ctx, ErrorCode, Locale, PublicError};
use secrecy::SecretString;

pub(crate) use overview::claim_wanted;
pub(crate) use person::PersonForm;
pub use person::{PersonInput, check_person};

/// Where the account's pages begin.
const HOME: &str = "/konto";
/// Where one signs in.
const SIGN_IN: &str = "/konto/anmelden";

/// The account's pages.
pub(crate) fn pages() -> Router<Arc<Portal>> {
    Router::new()
        .route(HOME, get(overview::page))
        .route("/konto/termin", post(overview::open).get(home))
        .route("/konto/termin/uebernehmen", post(overview::claim).get(home))
        .route("/konto/registrieren", get(register::page).post(register::submit))
        .route(SIGN_IN, get(sign_in::page).post(sign_in::submit))
        .route("/konto/abmelden", post(sign_in::sign_out).get(home))
        .route("/konto/code", get(code::page).post(code::submit))
        .route("/konto/angaben", get(profile::page).post(profile::submit))
        .route("/konto/adresse", post(profile::change_email).get(home))
        .route("/konto/passwort", get(password::page).post(password::submit))
        .route("/konto/sitzungen", get(sessions::page).post(sessions::end))
        .route("/konto/anmeldungen", get(sessions::sign_ins))
        .route("/konto/loeschen", get(delete::page).post(delete::submit))
        .route("/konto/daten", get(my_data::show::account))
        .route("/konto/daten/mitnehmen", post(my_data::acts::take_account).get(home))
        .route(
            "/konto/daten/loeschen",
            get(my_data::acts::ask_erase_account).post(my_data::acts::erase_account),
        )
        .route("/konto/daten/einschraenken", post(my_data::acts::restrict_account).get(home))
        .route("/konto/daten/sms", post(my_data::acts::sms_account).get(home))
        .route("/konto/daten/widerspruch", post(my_data::acts::object_account).get(home))
}

async fn home() -> Response {
    go(HOME)
}

/// Nobody is signed in. [`crate::caller::serve`] sends them to the sign-in page and back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nobody is signed in")]
struct NotSignedIn;

impl PublicError for NotSignedIn {
    fn code(&self) -> ErrorCode {
        ErrorCode::Unauthenticated
    }
}

impl Caller {
    /// The context and the account of the citizen who is signed in here.
    pub async fn mine(&self) -> Result<(Ctx, Account), Failure> {
        // a refusal of this page, not of booking: it says that signing in is not possible
        if let Err(error) = self.known() {
            return Err(AccountError::from(error).into());
        }
        let account = self.signed_in(AccountKind::Citizen).await?.ok_or(NotSignedIn)?;
        Ok((self.ctx().clone().with_actor(account.actor()), account))
    }

    /// The citizen who is signed in here, if anybody is: what everybody may do goes on without.
    pub async fn citizen(&self) -> Option<Account> {
        match self.signed_in(AccountKind::Citizen).await {
            Ok(account) => account,
            Err(Failure(error)) => {
                tracing::debug!(%error, "nobody counts as signed in");
                None
            }
        }
    }

    /// How they show that it is them.
    pub(crate) fn proof<'a>(
        &'a self,
        password: Option<&'a SecretString>,
    ) -> Result<Proof<'a>, Failure> {
        let signed_in = self.data().and_then(|data| data.signed_in).ok_or(NotSignedIn)?;
        let client = &self.visit.client;
        Ok(Proof { signed_in_at: signed_in.at, password, client, address: self.visit.address })
    }

    /// Whether they have signed in just now: then nobody asks for the password.
    pub(crate) fn is_fresh(&self) -> bool {
        let signed_in = self.data().and_then(|data| data.signed_in);
        signed_in.is_some_and(|signed_in| self.ctx().now() - signed_in.at <= FRESH)
    }

    /// Stays signed in here, alone, after a change that ended all sessions.
    async fn stay_alone(&mut self, account: &Account) -> Result<Remembered, AccountError> {
        let before = self.session()?;
        let (identity, visit) = (&self.portal.identity, &self.visit);
        let begun = identity.stay_alone(&visit.ctx, before, account, &visit.device).await?;
        Ok(self.hold(begun))
    }

    /// The answer to whoever signs out: the session ends, and the browser is told to forget its id.
    pub(crate) async fn leave(&self, address: &str) -> Result<Response, Failure> {
        if let Some(sid) = &self.visit.sid {
            self.portal.identity.sessions.end(self.ctx(), sid).await.map_err(AccountError::from)?;
        }
        let mut response = go(address);
        let cookie = identity::cookie::clear(self.portal.secure_cookies);
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(response)
    }
}

/// A typed password; none when the field was left empty.
pub(crate) fn typed_password(fields: &Fields, name: &str) -> Option<SecretString> {
    let typed = fields.one(name);
    (!typed.is_empty()).then(|| SecretString::from(typed))
}

/// What is wrong with one field, said on the page. Everything else is an answer of its own.
pub(crate) fn on_the_page(error: AccountError, locale: Locale) -> Result<String, Failure> {
    match error {
        AccountError::BadInput { .. }
        | AccountError::CodeUnknown
        | AccountError::Taken
        | AccountError::Unauthenticated
        | AccountError::Conflict(_) => Ok(error.message(locale)),
        error => Err(error.into()),
    }
}

/// Whether an address is one of the account's pages.
pub(crate) fn is_account(path: &str) -> bool {
    path == HOME || path.strip_prefix(HOME).is_some_and(|rest| rest.starts_with('/'))
}

/// The way to the sign-in page, and back to where one was.
pub(crate) fn ask_to_sign_in(here: &str) -> Response {
    let path = here.split('?').next().unwrap_or_default();
    if !is_account(path) || path == HOME {
        return go(SIGN_IN);
    }
    let back: String = url::form_urlencoded::byte_serialize(here.as_bytes()).collect();
    go(&format!("{SIGN_IN}?weiter={back}"))
}

/// A page of the account with its title.
fn titled(page: &Page, here: &str, key: &str, failed: bool) -> Page {
    page.clone().at(here).titled(page.t(key)).failed(failed)
}
