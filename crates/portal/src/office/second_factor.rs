//! The second factor: the code of the app, or a recovery code. Further kinds of factors have their place on this page.

use axum::response::Response;
use http::StatusCode;
use identity::{AccountError, Halfway, Proof};

use super::{NotSignedIn, set_up, sign_in::arrive};
use crate::{
    caller::Caller,
    error::Failure,
    fields::Sent,
    page::{Page, Shown, go, show},
};

/// Its address.
pub(super) const PAGE: &str = "/amt/anmelden/code";

#[derive(askama::Template)]
#[template(path = "staff_code.html")]
pub(crate) struct CodePage {
    pub page: Page,
    pub error: String,
    /// Whether a recovery code was typed.
    pub recovery: bool,
}

impl Caller {
    /// Who has shown the first factor, a moment ago.
    pub(super) fn halfway(&self) -> Result<Halfway, Failure> {
        let halfway = self.known()?.and_then(|data| data.halfway);
        let halfway = halfway.filter(|halfway| halfway.is_open(self.ctx().now()));
        halfway.ok_or_else(|| NotSignedIn.into())
    }
}

/// `GET /amt/anmelden/code`
pub(crate) async fn page(caller: Caller) -> Result<Response, Failure> {
    let halfway = caller.halfway()?;
    let waiting = caller.portal.identity.halfway(caller.ctx(), &halfway).await?;
    if waiting.needs_second {
        return Ok(go(set_up::PAGE));
    }
    Ok(ask(&caller, "", false, StatusCode::OK))
}

fn ask(caller: &Caller, error: &str, recovery: bool, status: StatusCode) -> Response {
    let page = caller.page().at(PAGE).failed(!error.is_empty());
    let error = if error.is_empty() { String::new() } else { page.t(error) };
    let view = CodePage { error, recovery, page: page.clone().titled(page.t("staff-code-title")) };
    show(&view, page.locale, status, Shown::Personal)
}

/// `POST /amt/anmelden/code`
pub(crate) async fn submit(mut caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let halfway = caller.halfway()?;
    let recovery = fields.has("ersatzcode");
    let typed = fields.one(if recovery { "ersatzcode" } else { "code" });
    if typed.is_empty() {
        let key = if recovery { "staff-recovery-missing" } else { "staff-code-missing" };
        return Ok(ask(&caller, key, recovery, StatusCode::UNPROCESSABLE_ENTITY));
    }
    let proof = if recovery { Proof::Recovery(typed) } else { Proof::Totp(typed) };
    let identity = caller.portal.identity.clone();
    let seen = identity.finish(caller.ctx(), &halfway, caller.whereabouts(), proof).await;
    match seen {
        Ok(account) => arrive(&mut caller, &account, Vec::new()).await,
        Err(AccountError::Unauthenticated) => {
            // the page says so to whoever is not halfway any more
            identity.halfway(caller.ctx(), &halfway).await?;
            let key = if recovery { "staff-recovery-wrong" } else { "staff-code-wrong" };
            Ok(ask(&caller, key, recovery, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(error.into()),
    }
}
