//! Signing in with the municipality's own sign-in (`OpenID` Connect).
//!
//! Both ways lead over a page of ours. The way there: Chromium follows a form to no other host, not by a redirect either
//! (`form-action 'self'`), so the answer is a page that goes on by itself and has a link. The way back: the provider's
//! redirect is a GET, and those change nothing here; its page holds the form that ends it (docs/adr/0014).

use std::sync::Mutex;

use axum::{extract::RawQuery, response::Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use identity::{
    AccountError, AccountKind, Limit, OpenIdError, Passed, SessionError,
    openid::{Return, STEP, Step},
};
use kernel::PublicError;

use super::{HOME, SIGN_IN, sign_in, sign_in::next};
use crate::{
    caller::Caller,
    error::Failure,
    fields::{Fields, Sent},
    page::{Page, Shown, go, show},
};

/// Where the provider sends people back to.
const BACK: &str = "/amt/openid/rueckkehr";

/// The way to the provider.
#[derive(askama::Template)]
#[template(path = "openid_leave.html")]
pub(crate) struct LeavePage {
    pub page: Page,
    /// At the provider.
    pub address: String,
    /// Its host, so that people see where they go.
    pub host: String,
}

/// The way back.
#[derive(askama::Template)]
#[template(path = "openid_return.html")]
pub(crate) struct ReturnPage {
    pub page: Page,
    /// What the provider sent along, as it came.
    pub brought: Vec<(&'static str, String)>,
}

/// Nobody was signed in.
#[derive(askama::Template)]
#[template(path = "openid_refused.html")]
pub(crate) struct RefusedPage {
    pub page: Page,
    pub message: String,
}

/// `POST /amt/openid/beginn`
pub(crate) async fn begin(mut caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    caller.limit(Limit::Reserve).await?;
    // Before the provider is asked: without a place to remember it nobody could come back.
    if caller.known().is_err() {
        return Ok(refused(&caller, "office-down", StatusCode::SERVICE_UNAVAILABLE));
    }
    let openid = caller.portal.openid.clone();
    let comes_back_to = comes_back_to(&caller);
    let begun = openid.begin(caller.ctx(), caller.town(), &comes_back_to, &next(&fields)).await;
    let begun = match begun {
        Ok(begun) => begun,
        Err(error) => return refuse(&caller, error),
    };
    let step = serde_json::to_value(&begun.step).unwrap_or_default();
    let remembered = caller
        .remember(|data| {
            data.steps.insert(STEP.to_owned(), step.clone());
        })
        .await?;
    let page = caller.page().at(SIGN_IN);
    let locale = page.locale;
    let view = LeavePage {
        host: host_of(&begun.address),
        address: begun.address,
        page: page.clone().titled(page.t("openid-leave-title")),
    };
    let mut response = show(&view, locale, StatusCode::OK, Shown::Personal);
    if let Ok(address) = HeaderValue::try_from(format!("0;url={}", view.address)) {
        response.headers_mut().insert(HeaderName::from_static("refresh"), address);
    }
    Ok(remembered.on(response))
}

/// `GET /amt/openid/rueckkehr`: nothing happens here.
pub(crate) async fn returned(caller: Caller, RawQuery(query): RawQuery) -> Response {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    if !fields.has("state") {
        return go(SIGN_IN);
    }
    let brought = ["code", "state", "iss", "error"]
        .into_iter()
        .filter(|name| fields.has(name))
        .map(|name| (name, fields.one(name).to_owned()))
        .collect();
    // not at this address: it holds the code, and the language switch would send it along
    let page = caller.page().at(SIGN_IN);
    let locale = page.locale;
    let view = ReturnPage { brought, page: page.clone().titled(page.t("openid-return-title")) };
    let mut response = show(&view, locale, StatusCode::OK, Shown::Personal);
    // neither our own log nor anybody else hears the address with the code
    let origin = HeaderValue::from_static("strict-origin");
    response.headers_mut().insert(header::REFERRER_POLICY, origin);
    response
}

/// `POST /amt/openid/rueckkehr`
pub(crate) async fn complete(mut caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    if caller.known().is_err() {
        return Ok(refused(&caller, "office-down", StatusCode::SERVICE_UNAVAILABLE));
    }
    let step = take_step(&mut caller).await?;
    let catalogue = caller.catalogue().await?;
    let place = |key: &str| catalogue.location_by_key(key).map(|location| location.id);
    let (openid, identity) = (caller.portal.openid.clone(), caller.portal.identity.clone());
    let comes_back_to = comes_back_to(&caller);
    let back = Return {
        town: caller.town(),
        comes_back_to: &comes_back_to,
        step: step.as_ref(),
        code: fields.one("code"),
        state: fields.one("state"),
        issuer: fields.one("iss"),
        error: fields.one("error"),
        attempt: caller.attempt(AccountKind::Staff, ""),
        place: &place,
    };
    let passed = match openid.complete(caller.ctx(), &identity, back).await {
        Ok(passed) => passed,
        Err(error) => return refuse(&caller, error),
    };
    let next = step.map(|step| step.next).unwrap_or_default();
    let begun = match &passed {
        Passed::Whole(account) => caller
            .begin_session(account)
            .await
            .map(|remembered| remembered.on(go(if next.is_empty() { HOME } else { &next }))),
        // the second factor is asked for here: the municipality does not vouch for its provider's
        Passed::Halfway(first) => sign_in::halfway(&mut caller, first, &next, None).await,
    };
    match begun {
        Ok(response) => Ok(response),
        Err(AccountError::Session(_)) => {
            Ok(refused(&caller, "office-down", StatusCode::SERVICE_UNAVAILABLE))
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes out what the session keeps, so that it is used once: of two requests at once one finds nothing.
async fn take_step(caller: &mut Caller) -> Result<Option<Step>, SessionError> {
    if caller.data().is_none_or(|data| !data.steps.contains_key(STEP)) {
        return Ok(None);
    }
    let taken = Mutex::new(None);
    let hold = |step| *taken.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = step;
    // the cookie is there already: the session was
    let _ = caller.remember(|data| hold(data.steps.remove(STEP))).await?;
    let taken = taken.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok(taken.and_then(|step| serde_json::from_value(step).ok()))
}

/// From the configuration and never from a request: the provider knows this address alone.
fn comes_back_to(caller: &Caller) -> String {
    format!("{}{BACK}", (caller.portal.base_url)(caller.town()))
}

fn host_of(address: &str) -> String {
    let address = url::Url::parse(address).ok();
    address.and_then(|address| address.host_str().map(str::to_owned)).unwrap_or_default()
}

fn refuse(caller: &Caller, error: OpenIdError) -> Result<Response, Failure> {
    let Some(key) = error.page_text() else { return Err(error.into()) };
    let status = StatusCode::from_u16(error.code().status()).unwrap_or(StatusCode::BAD_REQUEST);
    Ok(refused(caller, key, status))
}

fn refused(caller: &Caller, key: &str, status: StatusCode) -> Response {
    let page = caller.page().at(SIGN_IN);
    let locale = page.locale;
    let message = page.t(key);
    let page = page.clone().titled(page.t("openid-refused-title")).failed(true);
    show(&RefusedPage { page, message }, locale, status, Shown::Personal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn page(title: &str) -> Page {
        let page = Page::new(&samples::visit(), "/");
        page.clone().titled(page.t(title))
    }

    #[test]
    fn the_pages_of_the_way_render() {
        let view = LeavePage {
            page: page("openid-leave-title"),
            address: "https://anmeldung.example/auth?a=1&b=2".to_owned(),
            host: "anmeldung.example".to_owned(),
        };
        let html = samples::picture("openid_leave", &view, "");
        assert!(html.contains("auth?a=1&#38;b=2") && html.contains("anmeldung.example"), "{html}");
        let brought = vec![("code", "\"><script>".to_owned()), ("state", "s".to_owned())];
        let view = ReturnPage { page: page("openid-return-title"), brought };
        let html = samples::picture("openid_return", &view, "");
        assert!(html.contains("data-go-on") && !html.contains("\"><script>"));
        let page = page("openid-refused-title").failed(true);
        let view = RefusedPage { message: page.t("openid-no-role"), page };
        assert!(samples::picture("openid_refused", &view, "").contains("keine Aufgabe"));
    }

    #[test]
    fn every_refusal_has_a_sentence() {
        let page = page("openid-refused-title");
        for error in [
            OpenIdError::NotSetUp(""),
            OpenIdError::Down(identity::openid::HttpError::Silent),
            OpenIdError::NotBegun,
            OpenIdError::Denied,
            OpenIdError::Refused(""),
            OpenIdError::TooWeak,
            OpenIdError::NoRole,
            OpenIdError::NoEmail,
            OpenIdError::Taken,
            OpenIdError::Locked,
        ] {
            let key = error.page_text().unwrap();
            assert_ne!(page.t(key), key);
        }
    }
}
