//! One's password: to set, change or remove it.

use axum::response::Response;
use http::StatusCode;
use identity::Account;

use super::{on_the_page, titled, typed_password};
use crate::{
    caller::Caller,
    error::Failure,
    fields::Sent,
    page::{Page, Shown, go, show},
};

#[derive(askama::Template)]
#[template(path = "account_password.html")]
pub(crate) struct PasswordPage {
    pub page: Page,
    pub error: String,
    pub has_password: bool,
    /// Whether it asks for the password that counts.
    pub needs_password: bool,
}

/// `GET /konto/passwort`
pub(crate) async fn page(caller: Caller) -> Result<Response, Failure> {
    let (_, account) = caller.mine().await?;
    Ok(answer(&caller, &account, String::new(), StatusCode::OK))
}

/// `POST /konto/passwort`
pub(crate) async fn submit(mut caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
    let (ctx, account) = caller.mine().await?;
    let new = typed_password(&fields, "neu");
    let removes = fields.one("aktion") == "entfernen";
    if new.is_none() && !removes {
        let error = caller.page().t("account-new-password-missing");
        return Ok(answer(&caller, &account, error, WRONG));
    }
    let new = new.filter(|_| !removes);
    let current = typed_password(&fields, "passwort");
    let identity = caller.portal.identity.clone();
    let proof = caller.proof(current.as_ref())?;
    match identity.change_password(&ctx, &account, &proof, new.as_ref()).await {
        Ok(changed) => {
            let remembered = caller.stay_alone(&changed).await?;
            Ok(remembered.on(go("/konto?getan=passwort")))
        }
        Err(error) => {
            let error = on_the_page(error, ctx.locale())?;
            Ok(answer(&caller, &account, error, WRONG))
        }
    }
}

fn answer(caller: &Caller, account: &Account, error: String, status: StatusCode) -> Response {
    let failed = !error.is_empty();
    let page = titled(&caller.page(), "/konto/passwort", "account-password-title", failed);
    let view = PasswordPage {
        error,
        has_password: account.has_password,
        needs_password: account.has_password && !caller.is_fresh(),
        page,
    };
    show(&view, caller.ctx().locale(), status, Shown::Personal)
}
