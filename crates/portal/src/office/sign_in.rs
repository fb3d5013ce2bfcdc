//! Signing in with address and password, the first of two factors, and signing out.

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use identity::{
    Account, AccountError, AccountKind, Errand, FirstFactor, Passed, second_factor::AppSecret,
};
use secrecy::SecretString;
use serde_json::json;

use super::{
    HOME, SIGN_IN,
    again::{self, Typed},
    is_office, is_way_in, path_of, second_factor,
    set_up::{self, APP_STEP, CODES_STEP},
    way_to_sign_in,
};
use crate::{
    caller::{Caller, Remembered, Steps},
    error::Failure,
    fields::{Asked, Fields, Sent},
    language::safe_return,
    page::{Page, Shown, go, show},
    proof,
};

/// The step that remembers where to go afterwards.
const NEXT_STEP: &str = "next";

#[derive(askama::Template)]
#[template(path = "office_sign_in.html")]
pub(crate) struct SignInPage {
    pub page: Page,
    pub error: String,
    /// Why one is here.
    pub hint: String,
    /// The address that was typed.
    pub email: String,
    /// Where to go afterwards; empty: to the start of the office's pages.
    pub next: String,
    /// What was typed elsewhere before the session ended; empty: nothing.
    pub again: String,
}

/// `GET /amt/anmelden`
pub(crate) async fn form(caller: Caller, Asked(fields): Asked) -> Response {
    let next = next(&fields);
    // whoever is signed in already goes on
    if caller.staff().await.is_ok() {
        return go(if next.is_empty() { HOME } else { &next });
    }
    let page = caller.page();
    let hint = match fields.one("abgemeldet") {
        "" if next.is_empty() => String::new(),
        "" => page.t("office-again"),
        _ => page.t("office-signed-out"),
    };
    ask(SignInPage { hint, next, ..empty(page) }, StatusCode::OK)
}

/// The form for whoever has sent another one without being signed in any more. What they typed is in it.
pub(super) fn ask_and_keep(caller: &Caller, typed: &Typed) -> Response {
    let mut page = caller.page().at(SIGN_IN);
    let again = typed.pack();
    let hint = page.t(if again.is_empty() { "office-again" } else { "staff-kept" });
    if !again.is_empty() {
        // switching the language would lose it
        page.languages.clear();
    }
    ask(SignInPage { hint, again, ..empty(page) }, StatusCode::UNAUTHORIZED)
}

fn empty(page: Page) -> SignInPage {
    let (error, hint) = (String::new(), String::new());
    SignInPage {
        page,
        error,
        hint,
        email: String::new(),
        next: String::new(),
        again: String::new(),
    }
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
    let again = Typed::unpack(fields.one(again::CARRIED));
    let page = caller.page().at(way_to_sign_in(&next));
    let refuse = |key, status| {
        let view = SignInPage {
            error: page.t(key),
            email: fields.one("email").to_owned(),
            next: next.clone(),
            again: again.as_ref().map(Typed::pack).unwrap_or_default(),
            ..empty(page.clone())
        };
        Ok(ask(view, status))
    };
    // Before the password is looked at: without a place for the session nobody can be signed in.
    if caller.known().is_err() {
        return refuse("office-down", StatusCode::SERVICE_UNAVAILABLE);
    }
    let (login, password) = (fields.one("email"), fields.as_typed("passwort"));
    if login.is_empty() || password.is_empty() {
        return refuse("office-login-missing", StatusCode::UNPROCESSABLE_ENTITY);
    }
    let identity = caller.portal.identity.clone();
    let attempt = caller.attempt(AccountKind::Staff, login);
    if let Some(page) = proof::ask(&caller, Errand::SignIn(attempt), &fields, SIGN_IN).await {
        return Ok(page);
    }
    let password = SecretString::from(password);
    let first = match identity.with_password(caller.ctx(), attempt, &password).await {
        Ok(Passed::Halfway(first)) => first,
        Ok(Passed::Whole(_)) | Err(AccountError::Unauthenticated) => {
            return refuse("office-login-wrong", StatusCode::UNPROCESSABLE_ENTITY);
        }
        Err(error) => return Err(error.into()),
    };
    match halfway(&mut caller, &first, &next, again.as_ref()).await {
        Ok(response) => Ok(response),
        Err(AccountError::Session(_)) => refuse("office-down", StatusCode::SERVICE_UNAVAILABLE),
        Err(error) => Err(error.into()),
    }
}

/// The first factor is there: on to the second, or to setting one up.
pub(super) async fn halfway(
    caller: &mut Caller,
    first: &FirstFactor,
    next: &str,
    again: Option<&Typed>,
) -> Result<Response, AccountError> {
    let mut steps = Steps::new();
    if !next.is_empty() {
        steps.insert(NEXT_STEP.to_owned(), json!(next));
    }
    if let Some(typed) = again {
        steps.insert(again::STEP.to_owned(), json!(typed));
    }
    let target = if first.needs_second() {
        steps.insert(APP_STEP.to_owned(), json!(AppSecret::random(caller.ctx()).text()));
        set_up::PAGE
    } else {
        second_factor::PAGE
    };
    Ok(caller.begin_halfway(first, steps).await?.on(go(target)))
}

/// Both factors are there: the session begins, and whoever it is goes on to what they wanted. `codes` are new recovery
/// codes that they must see first.
pub(super) async fn arrive(
    caller: &mut Caller,
    account: &Account,
    codes: Vec<String>,
) -> Result<Response, Failure> {
    let (remembered, target) = enter(caller, account, codes).await?;
    Ok(remembered.on(go(&target)))
}

/// [`arrive`] for whoever makes the answer: what the browser must keep, and where to go.
pub(crate) async fn enter(
    caller: &mut Caller,
    account: &Account,
    codes: Vec<String>,
) -> Result<(Remembered, String), Failure> {
    let next: Option<String> = caller.step(NEXT_STEP);
    let again: Option<Typed> = caller.step(again::STEP);
    let remembered = caller.begin_session(account).await?;
    let mut target = next.unwrap_or_else(|| HOME.to_owned());
    let mut steps = Steps::new();
    if let Some(typed) = again {
        steps.insert(again::STEP.to_owned(), json!(typed));
        again::PAGE.clone_into(&mut target);
    }
    if !codes.is_empty() {
        steps.insert(CODES_STEP.to_owned(), json!(codes));
        set_up::CODES_PAGE.clone_into(&mut target);
    }
    if !steps.is_empty() {
        // the session is there already: its cookie is in `remembered`
        let _same = caller.remember(|data| data.steps.extend(steps.clone())).await?;
    }
    Ok((remembered, target))
}

/// `POST /amt/abmelden`. The session ends with all that it held; the browser is told to forget its id.
pub(crate) async fn sign_out(caller: Caller) -> Result<Response, Failure> {
    if let Some(sid) = &caller.visit.sid {
        caller.portal.identity.sessions.end(caller.ctx(), sid).await?;
    }
    Ok(signed_out(&caller))
}

/// The answer for whoever has signed out: the browser forgets the id.
pub(super) fn signed_out(caller: &Caller) -> Response {
    let mut response = go(&format!("{SIGN_IN}?abgemeldet=ja"));
    let cookie = identity::cookie::clear(caller.portal.secure_cookies);
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Where to go afterwards: a page of the office on this host, and nowhere else, whatever the form says.
pub(super) fn next(fields: &Fields) -> String {
    let wanted = safe_return(fields.one("weiter"));
    let path = path_of(&wanted);
    let is_own = is_office(path) && path != HOME && !is_way_in(path);
    if is_own { wanted } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_to_pages_of_the_office_only() {
        let next = |wanted: &str| next(&Fields::parse(format!("weiter={wanted}").as_bytes()));
        assert_eq!(next("/amt/kalender%3Ftag%3D1"), "/amt/kalender?tag=1");
        for other in [
            "",
            "/",
            "/termin",
            "/amt",
            "/amt/abmelden",
            "/amt/anmelden/code",
            "/amt/../termin",
            "//evil.example/amt/x",
        ] {
            assert_eq!(next(other), "", "{other}");
        }
    }
}
