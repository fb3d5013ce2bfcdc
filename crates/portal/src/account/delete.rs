//! Deleting one's account.

use axum::response::Response;
use http::StatusCode;
use identity::Account;

use super::{SIGN_IN, on_the_page, titled, typed_password};
use crate::{
    caller::Caller,
    error::Failure,
    fields::Sent,
    page::{Page, Shown, show},
};

#[derive(askama::Template)]
#[template(path = "account_delete.html")]
pub(crate) struct DeletePage {
    pub page: Page,
    pub error: String,
    /// Whether it asks for the password.
    pub needs_password: bool,
}

/// `GET /konto/loeschen`
pub(crate) async fn page(caller: Caller) -> Result<Response, Failure> {
    let (_, account) = caller.mine().await?;
    Ok(answer(&caller, &account, String::new(), StatusCode::OK))
}

/// `POST /konto/loeschen`
pub(crate) async fn submit(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let (ctx, account) = caller.mine().await?;
    let password = typed_password(&fields, "passwort");
    let proof = caller.proof(password.as_ref())?;
    let identity = &caller.portal.identity;
    if let Err(error) = identity.prove(&ctx, &account, &proof).await {
        let error = on_the_page(error, ctx.locale())?;
        return Ok(answer(&caller, &account, error, StatusCode::UNPROCESSABLE_ENTITY));
    }
    // its appointments stay, as those of a guest; erasing those too begins at "my data"
    let who = privacy::Rights::account_alone(account.id);
    caller.portal.rights.erase(&ctx, caller.db(), caller.town(), &who).await?;
    caller.leave(&format!("{SIGN_IN}?geloescht=ja")).await
}

fn answer(caller: &Caller, account: &Account, error: String, status: StatusCode) -> Response {
    let failed = !error.is_empty();
    let page = titled(&caller.page(), "/konto/loeschen", "account-delete-title", failed);
    let needs_password = account.has_password && !caller.is_fresh();
    let view = DeletePage { page, error, needs_password };
    show(&view, caller.ctx().locale(), status, Shown::Personal)
}
