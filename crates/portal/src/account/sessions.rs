//! Where one is signed in, and who has tried to.

use axum::response::Response;
use http::StatusCode;
use identity::{
    AccountError,
    sign_in::{
        Method, Outcome,
        history::{self, SignInEntry},
    },
};
use kernel::spoken;

use super::{SIGN_IN, titled};
use crate::{
    caller::Caller,
    error::Failure,
    fields::Sent,
    page::{Page, Shown, go, show},
};

/// Sign-ins that the page shows.
const SHOWN: u64 = 50;

#[derive(askama::Template)]
#[template(path = "account_sessions.html")]
pub(crate) struct SessionsPage {
    pub page: Page,
    pub sessions: Vec<SessionLine>,
}

/// A session of the list.
#[derive(Debug, Clone)]
pub(crate) struct SessionLine {
    pub handle: String,
    pub device: String,
    pub since: String,
    /// This very browser.
    pub is_here: bool,
}

#[derive(askama::Template)]
#[template(path = "account_sign_ins.html")]
pub(crate) struct SignInsPage {
    pub page: Page,
    pub sign_ins: Vec<SignInLine>,
    /// How long they are kept, and their addresses.
    pub kept: String,
}

/// A sign-in of the list.
#[derive(Debug, Clone)]
pub(crate) struct SignInLine {
    pub at: String,
    pub method: String,
    pub outcome: String,
    pub address: String,
}

/// `GET /konto/sitzungen`
pub(crate) async fn page(caller: Caller) -> Result<Response, Failure> {
    let (ctx, account) = caller.mine().await?;
    let listed = caller.portal.identity.sessions.of_account(&ctx, account.id).await;
    let listed = listed.map_err(AccountError::from)?;
    let here = caller.session().map_err(AccountError::from)?.map(identity::Session::handle);
    let page = titled(&caller.page(), "/konto/sitzungen", "account-sessions-title", false);
    let zone = caller.town().zone();
    let line = |session: identity::ListedSession| SessionLine {
        since: spoken::date_and_time(session.began_at, zone, page.locale),
        is_here: here.as_ref() == Some(&session.handle),
        device: session.device,
        handle: session.handle,
    };
    let view =
        SessionsPage { sessions: listed.into_iter().map(line).collect(), page: page.clone() };
    Ok(show(&view, page.locale, StatusCode::OK, Shown::Personal))
}

/// `POST /konto/sitzungen`
pub(crate) async fn end(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let (ctx, account) = caller.mine().await?;
    let identity = &caller.portal.identity;
    if fields.one("aktion") == "alle" {
        identity.sign_out_everywhere(&ctx, &account).await?;
        return caller.leave(&format!("{SIGN_IN}?abgemeldet=ueberall")).await;
    }
    let handle = fields.one("sitzung");
    let ended = identity.sessions.end_of_account(&ctx, account.id, handle).await;
    ended.map_err(AccountError::from)?;
    Ok(go("/konto/sitzungen"))
}

/// `GET /konto/anmeldungen`
pub(crate) async fn sign_ins(caller: Caller) -> Result<Response, Failure> {
    let (ctx, account) = caller.mine().await?;
    let tx = caller.db().begin(&ctx).await?;
    let entries = history::own(&ctx, &tx, &account, SHOWN).await?;
    tx.commit().await?;
    let page = titled(&caller.page(), "/konto/anmeldungen", "account-sign-ins-title", false);
    let zone = caller.town().zone();
    let line = |entry: SignInEntry| SignInLine {
        at: spoken::date_and_time(entry.at, zone, page.locale),
        method: method(&page, entry.method),
        outcome: outcome(&page, entry.outcome),
        address: entry.address.unwrap_or_default(),
    };
    let days = history::KEPT.num_days().to_string();
    let address_days = caller.town().settings.retention.access_log_days.to_string();
    let view = SignInsPage {
        sign_ins: entries.into_iter().map(line).collect(),
        kept: page.t2("account-sign-ins-kept", ("days", &days), ("address", &address_days)),
        page: page.clone(),
    };
    Ok(show(&view, page.locale, StatusCode::OK, Shown::Personal))
}

fn method(page: &Page, method: Option<Method>) -> String {
    match method {
        Some(Method::Password) => page.t("account-method-password"),
        Some(Method::Mail) => page.t("account-method-mail"),
        Some(Method::Passkey) => page.t("account-method-passkey"),
        Some(Method::Totp | Method::Recovery | Method::OpenId) | None => {
            page.t("account-method-other")
        }
    }
}

fn outcome(page: &Page, outcome: Option<Outcome>) -> String {
    match outcome {
        Some(Outcome::SignedIn | Outcome::Halfway) => page.t("account-outcome-in"),
        Some(Outcome::Refused) | None => page.t("account-outcome-refused"),
    }
}
