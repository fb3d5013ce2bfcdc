//! Signing in, with a password or with a code by mail, and signing out.

use axum::response::Response;
use http::StatusCode;
use identity::{AccountError, AccountKind, Errand, Passed};
use kernel::PublicError;
use scheduling::ContactInput;
use tenant::{ContactFields, Requirement};

use super::{HOME, SIGN_IN, is_account, titled, typed_password};
use crate::{
    caller::Caller,
    error::Failure,
    fields::{Asked, Fields, Sent},
    language::safe_return,
    page::{Page, Shown, go, show},
    proof,
};

const PASSWORD: &str = "passwort";

#[derive(askama::Template)]
#[template(path = "account_sign_in.html")]
pub(crate) struct SignInPage {
    pub page: Page,
    pub email: String,
    pub error: String,
    /// Why one is here.
    pub hint: String,
    /// Where to go afterwards; empty: to the account.
    pub next: String,
    /// Whether codes are sent by mail.
    pub by_mail: bool,
}

/// `GET /konto/anmelden`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let next = next(&fields);
    if caller.citizen().await.is_some() {
        return Ok(go(if next.is_empty() { HOME } else { &next }));
    }
    let page = caller.page();
    let hint = match (fields.one("abgemeldet"), fields.one("geloescht")) {
        (_, "ja") => page.t("account-deleted"),
        ("ueberall", _) => page.t("account-signed-out-everywhere"),
        ("ja", _) => page.t("account-signed-out"),
        _ if next.is_empty() => String::new(),
        _ => page.t("account-again"),
    };
    let (error, status) = if caller.known().is_err() {
        (page.t("account-down"), StatusCode::SERVICE_UNAVAILABLE)
    } else {
        (String::new(), StatusCode::OK)
    };
    Ok(answer(&caller, "", &error, &hint, &next, status))
}

fn answer(
    caller: &Caller,
    email: &str,
    error: &str,
    hint: &str,
    next: &str,
    status: StatusCode,
) -> Response {
    let page = titled(&caller.page(), SIGN_IN, "account-sign-in-title", !error.is_empty());
    let view = SignInPage {
        email: email.to_owned(),
        error: error.to_owned(),
        hint: hint.to_owned(),
        next: next.to_owned(),
        by_mail: notify::can_mail(caller.town()),
        page,
    };
    show(&view, caller.ctx().locale(), status, Shown::Personal)
}

/// `POST /konto/anmelden`
pub(crate) async fn submit(mut caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
    let next = next(&fields);
    let email = fields.one("email").to_owned();
    let page = caller.page();
    // Before anything is looked at: without a place for the session nobody can be signed in.
    if caller.known().is_err() {
        let error = page.t("account-down");
        return Ok(answer(&caller, &email, &error, "", &next, StatusCode::SERVICE_UNAVAILABLE));
    }
    if let Some(error) = wrong_address(&caller, &email) {
        return Ok(answer(&caller, &email, &error, "", &next, WRONG));
    }
    if fields.one("aktion") == "code" {
        return send_code(&caller, &fields, &email).await;
    }
    let Some(password) = typed_password(&fields, PASSWORD) else {
        let error = page.t("account-password-missing");
        return Ok(answer(&caller, &email, &error, "", &next, WRONG));
    };
    let identity = caller.portal.identity.clone();
    let attempt = caller.attempt(AccountKind::Citizen, &email);
    if let Some(page) = proof::ask(&caller, Errand::SignIn(attempt), &fields, SIGN_IN).await {
        return Ok(page);
    }
    let account = match identity.with_password(caller.ctx(), attempt, &password).await {
        Ok(Passed::Whole(account)) => account,
        // who is of the office signs in there
        Ok(Passed::Halfway(_)) | Err(AccountError::Unauthenticated) => {
            let error = AccountError::Unauthenticated.message(caller.ctx().locale());
            return Ok(answer(&caller, &email, &error, "", &next, WRONG));
        }
        Err(error) => return Err(error.into()),
    };
    let remembered = caller.begin_session(&account).await?;
    Ok(remembered.on(go(if next.is_empty() { HOME } else { &next })))
}

async fn send_code(caller: &Caller, fields: &Fields, email: &str) -> Result<Response, Failure> {
    super::register::needs_mail(caller)?;
    let (ctx, attempt) = (caller.ctx(), caller.attempt(AccountKind::Citizen, email));
    // a password that the browser filled in has nothing to do with it
    let asked = fields.without(PASSWORD);
    if let Some(page) = proof::ask(caller, Errand::Code(attempt), &asked, SIGN_IN).await {
        return Ok(page);
    }
    caller.portal.identity.request_code(ctx, attempt, ctx.locale()).await?;
    Ok(go("/konto/code?gesendet=anmeldung"))
}

/// What is wrong with an address, before anybody is asked for.
fn wrong_address(caller: &Caller, email: &str) -> Option<String> {
    let (ctx, town) = (caller.ctx(), caller.town());
    let input = ContactInput {
        first_name: "x".to_owned(),
        last_name: "x".to_owned(),
        email: Some(email.to_owned()),
        ..ContactInput::default()
    };
    let only = ContactFields {
        email: Requirement::Required,
        phone: Requirement::Hidden,
        address: Requirement::Hidden,
        birth_date: Requirement::Hidden,
    };
    let problems = input.check(&only, scheduling::today(ctx, town)).err()?;
    problems.first().map(|problem| problem.message(ctx.locale()))
}

/// `POST /konto/abmelden`
pub(crate) async fn sign_out(caller: Caller) -> Result<Response, Failure> {
    caller.leave(&format!("{SIGN_IN}?abgemeldet=ja")).await
}

/// Where to go afterwards: a page of the account on this host, and nowhere else, whatever the form says.
fn next(fields: &Fields) -> String {
    let wanted = safe_return(fields.one("weiter"));
    let path = wanted.split('?').next().unwrap_or_default();
    let is_own = is_account(path) && ![HOME, SIGN_IN, "/konto/abmelden"].contains(&path);
    if is_own { wanted } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_to_pages_of_the_account_only() {
        let next = |wanted: &str| next(&Fields::parse(format!("weiter={wanted}").as_bytes()));
        assert_eq!(next("/konto/sitzungen"), "/konto/sitzungen");
        for other in
            ["", "/", "/termin", "/konto", "/konto/abmelden", "/amt/x", "//evil.example/konto/x"]
        {
            assert_eq!(next(other), "", "{other}");
        }
    }
}
