//! A municipality that the operator has closed. Citizens read that it is; what the law gives them stays open: notice,
//! imprint, and the rights to their data. The office reads, exports and does its duties, and changes nothing else.

use axum::response::Response;
use http::{Method, StatusCode};

use crate::{
    Visit,
    page::{Page, Shown, show},
};

/// What may be read, with everything below it.
const READ: [&str; 8] = [
    "/amt",
    "/assets",
    "/barrierefreiheit",
    "/datenschutz",
    "/impressum",
    "/konto",
    "/schemas",
    "/passkey",
];
/// What may be sent, with everything below it: signing in and out, one's own account and data, duties, searches.
const SENT: [&str; 15] = [
    "/amt/abmelden",
    "/amt/anmelden",
    "/amt/anmeldungen/adresse",
    "/amt/code",
    "/amt/datenschutz",
    "/amt/einrichten",
    "/amt/konto",
    "/amt/kunden",
    "/amt/openid",
    "/datenschutz",
    "/konto/anmelden",
    "/konto/code",
    "/konto/daten",
    "/passkey/anmelden",
    "/sprache",
];

/// Whether an address is open although the municipality is suspended. What is not named here is closed.
pub fn is_open_while_suspended(method: &Method, path: &str) -> bool {
    let is_below = |root: &str| {
        path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    // theme and coat of arms
    let is_file = path.starts_with("/theme-") || path.starts_with("/wappen-");
    if matches!(*method, Method::GET | Method::HEAD) {
        let registers = path == "/konto/registrieren";
        return is_file || (READ.iter().any(|root| is_below(root)) && !registers);
    }
    let ends_sessions = ["/konto/abmelden", "/konto/sitzungen", "/konto/loeschen"];
    SENT.iter().chain(&ends_sessions).any(|root| is_below(root))
}

#[derive(askama::Template)]
#[template(path = "suspended.html")]
pub(crate) struct SuspendedPage {
    pub page: Page,
}

/// What citizens read meanwhile.
pub fn suspended_page(visit: &Visit) -> Response {
    let page = Page { is_suspended: false, ..Page::new(visit, "/") };
    let view = SuspendedPage { page: page.clone().titled(page.t("suspended-title")) };
    show(&view, page.locale, StatusCode::SERVICE_UNAVAILABLE, Shown::Personal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_and_duties_stay_open_and_nothing_else_changes() {
        let get = |path| is_open_while_suspended(&Method::GET, path);
        let post = |path| is_open_while_suspended(&Method::POST, path);
        for open in ["/amt", "/amt/tag", "/datenschutz/meine-daten", "/impressum", "/theme-3.css"] {
            assert!(get(open), "{open}");
        }
        for closed in
            ["/", "/termine", "/termin", "/konto/registrieren", "/amtlich", "/demo/outbox"]
        {
            assert!(!get(closed), "{closed}");
        }
        for open in ["/amt/anmelden/code", "/amt/datenschutz/anfragen/anfrage", "/amt/kunden"] {
            assert!(post(open), "{open}");
        }
        for closed in
            ["/buchen", "/amt/buchen", "/amt/termin/absagen", "/amt/personen", "/amt/schluessel"]
        {
            assert!(!post(closed), "{closed}");
        }
    }
}
