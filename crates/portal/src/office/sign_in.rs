//! Signing in with address and password, and signing out.

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use identity::{AccountError, AccountKind, Errand, Passed};
use kernel::policy::Action;
use secrecy::SecretString;

use super::{HOME, SIGN_IN, is_office, path_of};
use crate::{
    caller::Caller,
    error::Failure,
    fields::{Asked, Fields, Sent},
    language::safe_return,
    page::{Page, Shown, go, show},
    proof,
};

#[derive(askama::Template)]
#[template(path = "office_sign_in.html")]
pub(crate) struct SignInPage {
    pub page: Page,
    pub error: String,
    /// Why one is here.
    pub hint: String,
    /// Where to go afterwards; empty: to the start of the office's pages.
    pub next: String,
}

/// `GET /amt/anmelden`
pub(crate) async fn form(caller: Caller, Asked(fields): Asked) -> Response {
    let next = next(&fields);
    // Whoever is signed in already goes on; reading what everybody may read is the least that a key allows.
    if caller.office(Action::ReadPublic).await.is_ok() {
        return go(if next.is_empty() { HOME } else { &next });
    }
    let page = caller.page();
    let hint = match fields.one("abgemeldet") {
        "" if next.is_empty() => String::new(),
        "" => page.t("office-again"),
        _ => page.t("office-signed-out"),
    };
    let view = SignInPage { page, error: String::new(), hint, next };
    ask(view, StatusCode::OK)
}

fn ask(mut view: SignInPage, status: StatusCode) -> Response {
    let page = view.page;
    let locale = page.locale;
    view.page = page.clone().titled(page.t("office-sign-in-title")).failed(!view.error.is_empty());
    show(&view, locale, status, Shown::Personal)
}

/// `POST /amt/anmelden`
pub(crate) async fn sign_in(mut caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let next = next(&fields);
    let here = if next.is_empty() {
        SIGN_IN.to_owned()
    } else {
        let back: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        format!("{SIGN_IN}?weiter={back}")
    };
    let page = caller.page().at(here);
    let refuse = |key, status| {
        let error = page.t(key);
        Ok(ask(
            SignInPage { page: page.clone(), error, hint: String::new(), next: next.clone() },
            status,
        ))
    };
    // Before the password is looked at: without a place for the session nobody can be signed in.
    if caller.known().is_err() {
        return refuse("office-down", StatusCode::SERVICE_UNAVAILABLE);
    }
    let (login, password) = (fields.one("email"), fields.one("passwort"));
    if login.is_empty() || password.is_empty() {
        return refuse("office-login-missing", StatusCode::UNPROCESSABLE_ENTITY);
    }
    let identity = caller.portal.identity.clone();
    let attempt = caller.attempt(AccountKind::Staff, login);
    if let Some(page) = proof::ask(&caller, Errand::SignIn(attempt), &fields, SIGN_IN).await {
        return Ok(page);
    }
    let password = SecretString::from(password);
    let account = match identity.with_password(caller.ctx(), attempt, &password).await {
        Ok(Passed::Whole(account) | Passed::Halfway(account)) => account,
        Err(AccountError::Unauthenticated) => {
            return refuse("office-login-wrong", StatusCode::UNPROCESSABLE_ENTITY);
        }
        Err(error) => return Err(error.into()),
    };
    match caller.begin_session(&account).await {
        Ok(remembered) => Ok(remembered.on(go(if next.is_empty() { HOME } else { &next }))),
        Err(AccountError::Session(_)) => refuse("office-down", StatusCode::SERVICE_UNAVAILABLE),
        Err(error) => Err(error.into()),
    }
}

/// `POST /amt/abmelden`. The session ends with all that it held; the browser is told to forget its id.
pub(crate) async fn sign_out(caller: Caller) -> Result<Response, Failure> {
    if let Some(sid) = &caller.visit.sid {
        caller.portal.identity.sessions.end(caller.ctx(), sid).await?;
    }
    let mut response = go(&format!("{SIGN_IN}?abgemeldet=ja"));
    let cookie = identity::cookie::clear(caller.portal.secure_cookies);
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Where to go afterwards: a page of the office on this host, and nowhere else, whatever the form says.
fn next(fields: &Fields) -> String {
    let wanted = safe_return(fields.one("weiter"));
    let path = path_of(&wanted);
    let is_own = is_office(path) && ![HOME, SIGN_IN, "/amt/abmelden"].contains(&path);
    if is_own { wanted } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_to_pages_of_the_office_only() {
        let next = |wanted: &str| next(&Fields::parse(format!("weiter={wanted}").as_bytes()));
        assert_eq!(next("/amt/kalender%3Ftag%3D1"), "/amt/kalender?tag=1");
        for other in
            ["", "/", "/termin", "/amt", "/amt/abmelden", "/amt/../termin", "//evil.example/amt/x"]
        {
            assert_eq!(next(other), "", "{other}");
        }
    }
}
