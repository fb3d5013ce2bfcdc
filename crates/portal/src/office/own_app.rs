//! Another authenticator app and new recovery codes for somebody who is signed in. Both ask for the password first: an
//! open browser alone does not give the account away.

use axum::response::Response;
use identity::{Account, AccountError, AccountKind, Passed, second_factor::AppSecret};
use kernel::{Ctx, policy::Action};
use secrecy::SecretString;
use serde_json::json;

use super::{
    own::{self, Refused, overview},
    set_up::{APP_STEP, CODES_PAGE, CODES_STEP, secret, show_app},
};
use crate::{
    caller::{Caller, Remembered},
    error::Failure,
    fields::{Fields, Sent},
    page::go,
};

/// Where the new app is set up.
const PAGE: &str = "/amt/konto/app";

/// Whether the password in this field is theirs.
async fn has_shown(
    caller: &Caller,
    ctx: &Ctx,
    account: &Account,
    fields: &Fields,
    at: &'static str,
) -> Result<bool, Failure> {
    let attempt = caller.attempt(AccountKind::Staff, &account.profile.email);
    let password = SecretString::from(fields.as_typed(at));
    match caller.portal.identity.with_password(ctx, attempt, &password).await {
        Ok(Passed::Halfway(_) | Passed::Whole(_)) => Ok(true),
        Err(AccountError::Unauthenticated) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

async fn refuse(
    caller: &Caller,
    ctx: &Ctx,
    account: &Account,
    at: &'static str,
) -> Result<Response, Failure> {
    let refused = Refused { at, error: &AccountError::Unauthenticated };
    overview(caller, ctx, account, String::new(), Some(refused)).await
}

/// `POST /amt/konto/app`: makes a secret for another app. The present one holds until the new one has shown a code.
pub(crate) async fn begin(mut caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let account = caller.staff().await?;
    let ctx = caller.office(Action::OwnAccount).await?;
    if !has_shown(&caller, &ctx, &account, &fields, "app-passwort").await? {
        return refuse(&caller, &ctx, &account, "app-passwort").await;
    }
    let secret = json!(AppSecret::random(&ctx).text());
    let remembered = caller.remember(|data| {
        data.steps.insert(APP_STEP.to_owned(), secret.clone());
    });
    Ok(remembered.await?.on(go(PAGE)))
}

/// `GET /amt/konto/app`
pub(crate) async fn page(caller: Caller) -> Result<Response, Failure> {
    let account = caller.staff().await?;
    match secret(&caller) {
        Ok(secret) => Ok(ask(&caller, &account, &secret, None)),
        Err(_) => Ok(go(own::PAGE)),
    }
}

fn ask(
    caller: &Caller,
    account: &Account,
    secret: &AppSecret,
    error: Option<&AccountError>,
) -> Response {
    show_app(caller, secret, &account.profile.email, "/amt/konto/app/fertig", PAGE, error)
}

/// `POST /amt/konto/app/fertig`: the first code of the new app.
pub(crate) async fn finish(mut caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let account = caller.staff().await?;
    let ctx = caller.office(Action::OwnAccount).await?;
    let Ok(secret) = secret(&caller) else { return Ok(go(own::PAGE)) };
    let identity = caller.portal.identity.clone();
    match identity.replace_app(&ctx, &account, &secret, fields.one("code")).await {
        Ok(done) => Ok(keep(&mut caller, done.recovery_codes).await?.on(go(CODES_PAGE))),
        Err(error @ AccountError::BadInput { .. }) => {
            Ok(ask(&caller, &account, &secret, Some(&error)))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /amt/konto/neue-codes`
pub(crate) async fn new_codes(mut caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let account = caller.staff().await?;
    let ctx = caller.office(Action::OwnAccount).await?;
    if !has_shown(&caller, &ctx, &account, &fields, "codes-passwort").await? {
        return refuse(&caller, &ctx, &account, "codes-passwort").await;
    }
    let codes = caller.portal.identity.new_recovery_codes(&ctx, &account).await?;
    Ok(keep(&mut caller, codes).await?.on(go(CODES_PAGE)))
}

/// Keeps codes until they are noted; the secret of the app is not needed any more.
async fn keep(caller: &mut Caller, codes: Vec<String>) -> Result<Remembered, Failure> {
    let codes = json!(codes);
    let remembered = caller.remember(|data| {
        data.steps.remove(APP_STEP);
        data.steps.insert(CODES_STEP.to_owned(), codes.clone());
    });
    Ok(remembered.await?)
}
