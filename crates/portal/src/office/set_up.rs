//! The way in for somebody new: the code of the invitation, a password, an authenticator app, recovery codes.
//!
//! Opening a page changes nothing: mail scanners open links. The code stands behind "#" in the mail's link (ADR 0005).

use axum::response::Response;
use http::StatusCode;
use identity::{AccountError, people::Invitation, second_factor::AppSecret};
use kernel::PublicError;
use secrecy::SecretString;
use serde_json::json;

use super::{HOME, again, qr, second_factor, sign_in::arrive};
use crate::{
    caller::{Caller, Steps},
    contact_form::Field,
    error::Failure,
    fields::{Asked, Fields, Sent},
    page::{Page, Shown, go, show},
};

/// Where an invitation is accepted.
const ENTER: &str = "/amt/code";
/// Where password and app are set up.
pub(super) const PAGE: &str = "/amt/einrichten";
/// Where new recovery codes are shown.
pub(super) const CODES_PAGE: &str = "/amt/konto/codes";
/// The step that remembers the code of the invitation.
const INVITATION_STEP: &str = "invitation";
/// The step that remembers the secret of the app that is being set up.
pub(super) const APP_STEP: &str = "app";
/// The step that remembers recovery codes until their owner has noted them.
pub(super) const CODES_STEP: &str = "recovery-codes";

#[derive(askama::Template)]
#[template(path = "staff_invitation.html")]
pub(crate) struct InvitationPage {
    pub page: Page,
    pub error: String,
}

#[derive(askama::Template)]
#[template(path = "staff_password.html")]
pub(crate) struct PasswordPage {
    pub page: Page,
    pub greeting: String,
    /// For the browser's store of passwords.
    pub email: String,
    pub fields: Vec<Field>,
}

#[derive(askama::Template)]
#[template(path = "staff_app.html")]
pub(crate) struct AppPage {
    pub page: Page,
    /// Where the first code goes.
    pub action: &'static str,
    /// The picture for the camera.
    pub picture: String,
    /// The same as text, in groups.
    pub secret: String,
    /// The same as an address, for an app on this device.
    pub link: String,
    pub fields: Vec<Field>,
}

#[derive(askama::Template)]
#[template(path = "staff_recovery.html")]
pub(crate) struct RecoveryPage {
    pub page: Page,
    pub codes: Vec<String>,
}

/// A field of these forms.
pub(crate) fn field(
    page: &Page,
    name: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    label: &str,
    hint: &str,
) -> Field {
    let hint = if hint.is_empty() { String::new() } else { page.t(hint) };
    Field {
        name,
        label: page.t(label),
        hint,
        kind,
        autocomplete,
        width: "",
        required: true,
        value: String::new(),
        error: String::new(),
    }
}

/// `GET /amt/code`
pub(crate) async fn enter(caller: Caller, Asked(fields): Asked) -> Response {
    ask_code(&caller, fields.has("abgelaufen"))
}

fn ask_code(caller: &Caller, is_wrong: bool) -> Response {
    let page = caller.page().at(ENTER).failed(is_wrong);
    let error = if is_wrong { page.t("staff-invitation-wrong") } else { String::new() };
    let view =
        InvitationPage { error, page: page.clone().titled(page.t("staff-invitation-title")) };
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    show(&view, page.locale, status, Shown::Personal)
}

/// `POST /amt/code`. The code is looked at, not used up; the session gets a new id, so that one that somebody planted does
/// not get the invitation.
pub(crate) async fn submit_code(
    mut caller: Caller,
    Sent(fields): Sent,
) -> Result<Response, Failure> {
    let code = fields.one("code");
    let (ctx, client) = (caller.ctx(), &caller.visit.client);
    match caller.portal.identity.look_at_invitation(ctx, client, code).await {
        Err(AccountError::CodeUnknown) => return Ok(ask_code(&caller, true)),
        looked => looked?,
    };
    let steps = Steps::from([(INVITATION_STEP.to_owned(), json!(code))]);
    Ok(caller.begin_steps(steps).await?.on(go(PAGE)))
}

/// `GET /amt/einrichten`: the password first, then the app.
pub(crate) async fn page(caller: Caller) -> Result<Response, Failure> {
    if let Some(code) = caller.step::<String>(INVITATION_STEP) {
        return match look(&caller, &code).await? {
            Some(invitation) => Ok(ask_password(&caller, &invitation, "", StatusCode::OK)),
            None => Ok(go("/amt/code?abgelaufen=ja")),
        };
    }
    ask_app(&caller, None).await
}

async fn look(caller: &Caller, code: &str) -> Result<Option<Invitation>, Failure> {
    let (ctx, client) = (caller.ctx(), &caller.visit.client);
    match caller.portal.identity.look_at_invitation(ctx, client, code).await {
        Err(AccountError::CodeUnknown) => Ok(None),
        looked => Ok(Some(looked?)),
    }
}

fn ask_password(
    caller: &Caller,
    invitation: &Invitation,
    error: &str,
    status: StatusCode,
) -> Response {
    let page = caller.page().at(PAGE).failed(!error.is_empty());
    let mut fields = vec![
        field(
            &page,
            "passwort",
            "password",
            "new-password",
            "staff-password-new",
            "staff-password-hint",
        ),
        field(&page, "wiederholung", "password", "new-password", "staff-password-again", ""),
    ];
    if let Some(first) = fields.first_mut() {
        error.clone_into(&mut first.error);
    }
    let profile = &invitation.profile;
    let name = format!("{} {}", profile.first_name, profile.last_name);
    let view = PasswordPage {
        greeting: page.t1("staff-greeting", "name", name),
        email: profile.email.clone(),
        fields,
        page: page.clone().titled(page.t("staff-password-title")),
    };
    show(&view, page.locale, status, Shown::Personal)
}

/// Both fields of a new password, if they are the same.
pub(super) fn chosen(fields: &Fields) -> Option<SecretString> {
    let (first, second) = (fields.as_typed("passwort"), fields.as_typed("wiederholung"));
    (first == second).then(|| SecretString::from(first))
}

/// `POST /amt/einrichten`
pub(crate) async fn submit_password(
    mut caller: Caller,
    Sent(fields): Sent,
) -> Result<Response, Failure> {
    let Some(code) = caller.step::<String>(INVITATION_STEP) else { return Ok(go(ENTER)) };
    let Some(invitation) = look(&caller, &code).await? else {
        return Ok(go("/amt/code?abgelaufen=ja"));
    };
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(password) = chosen(&fields) else {
        let error = caller.page().t("staff-password-differs");
        return Ok(ask_password(&caller, &invitation, &error, wrong));
    };
    let identity = caller.portal.identity.clone();
    let client = caller.visit.client.clone();
    let first = match identity.accept_invitation(caller.ctx(), &client, &code, &password).await {
        Ok(first) => first,
        Err(error @ AccountError::BadInput { .. }) => {
            let error = error.message(caller.page().locale);
            return Ok(ask_password(&caller, &invitation, &error, wrong));
        }
        Err(AccountError::CodeUnknown) => return Ok(go("/amt/code?abgelaufen=ja")),
        Err(error) => return Err(error.into()),
    };
    let secret = AppSecret::random(caller.ctx()).text();
    let steps = Steps::from([(APP_STEP.to_owned(), json!(secret))]);
    Ok(caller.begin_halfway(&first, steps).await?.on(go(PAGE)))
}

async fn ask_app(caller: &Caller, error: Option<&AccountError>) -> Result<Response, Failure> {
    let halfway = caller.halfway()?;
    let waiting = caller.portal.identity.halfway(caller.ctx(), &halfway).await?;
    if !waiting.needs_second {
        return Ok(go(second_factor::PAGE));
    }
    let secret = secret(caller)?;
    Ok(show_app(caller, &secret, &waiting.email, "/amt/einrichten/app", PAGE, error))
}

/// The secret that an earlier step has made.
pub(super) fn secret(caller: &Caller) -> Result<AppSecret, Failure> {
    let secret = caller.step::<String>(APP_STEP).and_then(|text| AppSecret::parse(&text));
    secret.ok_or_else(|| super::NotSignedIn.into())
}

/// The page with the secret of an app.
pub(super) fn show_app(
    caller: &Caller,
    secret: &AppSecret,
    email: &str,
    action: &'static str,
    here: &str,
    error: Option<&AccountError>,
) -> Response {
    let page = caller.page().at(here).failed(error.is_some());
    let link = secret.link(&caller.town().name, email);
    let mut code =
        field(&page, "code", "text", "one-time-code", "staff-app-code", "staff-app-code-hint");
    code.width = "short";
    code.error = error.map(|error| error.message(page.locale)).unwrap_or_default();
    let letters: Vec<char> = secret.text().chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    let view = AppPage {
        action,
        picture: qr::picture(&link, &page.t("staff-app-picture")),
        secret: groups.join(" "),
        link,
        fields: vec![code],
        page: page.clone().titled(page.t("staff-app-title")),
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    show(&view, page.locale, status, Shown::Personal)
}

/// `POST /amt/einrichten/app`: the first code of the app. It is the second factor of this sign-in, too.
pub(crate) async fn submit_app(
    mut caller: Caller,
    Sent(fields): Sent,
) -> Result<Response, Failure> {
    let halfway = caller.halfway()?;
    let secret = secret(&caller)?;
    let identity = caller.portal.identity.clone();
    let (ctx, from) = (caller.ctx(), caller.whereabouts());
    match identity.set_up_app(ctx, &halfway, from, &secret, fields.one("code")).await {
        Ok(done) => arrive(&mut caller, &done.account, done.recovery_codes).await,
        Err(error @ AccountError::BadInput { .. }) => ask_app(&caller, Some(&error)).await,
        Err(error) => Err(error.into()),
    }
}

/// `GET /amt/konto/codes`: new recovery codes, until their owner says that they are noted.
pub(crate) async fn codes(caller: Caller) -> Result<Response, Failure> {
    caller.staff().await?;
    let Some(codes) = caller.step::<Vec<String>>(CODES_STEP) else { return Ok(go("/amt/konto")) };
    let page = caller.page();
    let view = RecoveryPage { codes, page: page.clone().titled(page.t("staff-recovery-title")) };
    Ok(show(&view, page.locale, StatusCode::OK, Shown::Personal))
}

/// `POST /amt/konto/codes`: they are noted, and nobody sees them again.
pub(crate) async fn noted(mut caller: Caller) -> Result<Response, Failure> {
    caller.staff().await?;
    let remembered = caller
        .remember(|data| {
            data.steps.remove(CODES_STEP);
        })
        .await?;
    let is_waiting = caller.data().is_some_and(|data| data.steps.contains_key(again::STEP));
    Ok(remembered.on(go(if is_waiting { again::PAGE } else { HOME })))
}
