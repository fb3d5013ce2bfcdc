//! The access log: the ten fields of §4 of the notice, for each request to a municipality's host.
//!
//! Headers are written by strangers. Nothing of them reaches the database before it was cut to size and freed
//! of control characters, and of the path and the referrer only the part that says nothing about a person.

mod recorder;

use std::net::IpAddr;

use chrono::{DateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;

pub use recorder::Recorder;

/// What is written when a header does not say it.
const UNKNOWN: &str = "unbekannt";
/// The longest path that is written.
const PATH_LETTERS: usize = 200;
/// The longest origin that is written: scheme, host name (RFC 1035 §2.3.4) and port.
const ORIGIN_LETTERS: usize = 270;
/// The longest name of a browser, system or language that is written.
const NAME_LETTERS: usize = 60;
/// What is read of a `User-Agent`. Real ones are shorter; patterns are not run over more.
const USER_AGENT_LETTERS: usize = 512;

/// A field of the access log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its column.
    pub column: &'static str,
    /// Its key in the notice's texts.
    pub text_key: &'static str,
}

/// Declares the fields once: the record, and the list that the notice and the tests read.
macro_rules! fields {
    ($($(#[doc = $doc:literal])+ $name:ident: $kind:ty = $text_key:literal),+ $(,)?) => {
        /// One request.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Entry { $($(#[doc = $doc])+ pub $name: $kind),+ }

        /// The fields of the access log, in the order of the notice.
        pub const FIELDS: &[Field] =
            &[$(Field { column: stringify!($name), text_key: $text_key }),+];
    };
}

fields! {
    /// The address that the request came from.
    ip: IpAddr = "log-ip",
    /// When it came.
    requested_at: DateTime<Utc> = "log-requested-at",
    /// The municipality's distance to Greenwich at that moment, "+0100".
    utc_offset: String = "log-utc-offset",
    /// Which page, without what follows `?` or `#`.
    path: String = "log-path",
    /// The HTTP status that was answered.
    status: u16 = "log-status",
    /// The bytes that were sent.
    bytes: u64 = "log-bytes",
    /// The site that the request came from, without the page there; empty when the browser does not say.
    referrer: String = "log-referrer",
    /// Name and version of the browser.
    browser: String = "log-browser",
    /// The operating system and its surface.
    system: String = "log-system",
    /// The first language that the browser asks for.
    language: String = "log-language",
}

/// A request as the gateway saw it. Headers are empty when they were not sent.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The peer's address, or the one that a trusted proxy reports.
    pub ip: IpAddr,
    /// When it came.
    pub at: DateTime<Utc>,
    /// The municipality's zone.
    pub zone: Tz,
    /// The request target; a query may follow.
    pub path: &'a str,
    /// The status of the answer.
    pub status: u16,
    /// The bytes of the answer's body.
    pub bytes: u64,
    /// The `Referer` header.
    pub referer: &'a str,
    /// The `User-Agent` header.
    pub user_agent: &'a str,
    /// The `Accept-Language` header.
    pub accept_language: &'a str,
}

impl Entry {
    /// Keeps of a request what the notice names.
    pub fn from_request(request: Request<'_>) -> Self {
        let (browser, system) = recognise(request.user_agent);
        Self {
            ip: request.ip.to_canonical(),
            requested_at: request.at,
            utc_offset: utc_offset(request.at, request.zone),
            path: path(request.path),
            status: request.status,
            bytes: request.bytes,
            referrer: origin(request.referer),
            browser,
            system,
            language: language(request.accept_language),
        }
    }
}

fn utc_offset(at: DateTime<Utc>, zone: Tz) -> String {
    let seconds = zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc();
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
}

fn path(target: &str) -> String {
    clean(target.split(['?', '#']).next().unwrap_or_default(), PATH_LETTERS)
}

fn origin(referer: &str) -> String {
    match url::Url::parse(referer) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => {
            clean(&url.origin().ascii_serialization(), ORIGIN_LETTERS)
        }
        _ => String::new(),
    }
}

/// Browser with version, and operating system.
fn recognise(user_agent: &str) -> (String, String) {
    let known = |text: &str| !text.is_empty() && text != "UNKNOWN";
    let name = |name: &str, version: &str| {
        let text = match (known(name), known(version)) {
            (true, true) => format!("{name} {version}"),
            (true, false) => name.to_owned(),
            (false, _) => UNKNOWN.to_owned(),
        };
        clean(&text, NAME_LETTERS)
    };
    let user_agent = clean(user_agent, USER_AGENT_LETTERS);
    match woothee::parser::Parser::new().parse(&user_agent) {
        Some(found) => (name(found.name, found.version), name(found.os, &found.os_version)),
        None => (UNKNOWN.to_owned(), UNKNOWN.to_owned()),
    }
}

/// Browser and operating system without versions, "Firefox, Android": how people tell their own sessions apart.
pub fn device(user_agent: &str) -> String {
    let user_agent = clean(user_agent, USER_AGENT_LETTERS);
    match woothee::parser::Parser::new().parse(&user_agent) {
        Some(found) if found.name != "UNKNOWN" => {
            clean(&format!("{}, {}", found.name, found.os), NAME_LETTERS)
        }
        _ => UNKNOWN.to_owned(),
    }
}

fn language(accept_language: &str) -> String {
    let tag = accept_language.split([',', ';']).next().unwrap_or_default().trim();
    let is_tag = (1..=35).contains(&tag.len())
        && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_tag { tag.to_owned() } else { UNKNOWN.to_owned() }
}

/// Without control characters (Postgres takes no NUL, log readers no line breaks), and not longer than allowed.
fn clean(text: &str, letters: usize) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIREFOX: &str =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";

    fn request() -> Request<'static> {
        Request {
            ip: "::ffff:203.0.113.7".parse().unwrap(),
            at: "2026-12-08T08:15:00Z".parse().unwrap(),
            zone: chrono_tz::Europe::Berlin,
            path: "/termine?ort=markt&name=Erika#zeiten",
            status: 200,
            bytes: 4711,
            referer: "https://www.haltern.de/rathaus?mail=erika@example.org",
            user_agent: FIREFOX,
            accept_language: "de-DE,de;q=0.8,en;q=0.5",
        }
    }

    #[test]
    fn a_request_is_reduced_to_the_ten_fields() {
        let entry = Entry::from_request(request());
        assert_eq!(
            entry,
            Entry {
                ip: "203.0.113.7".parse().unwrap(),
                requested_at: "2026-12-08T08:15:00Z".parse().unwrap(),
                utc_offset: "+0100".to_owned(),
                path: "/termine".to_owned(),
                status: 200,
                bytes: 4711,
                referrer: "https://www.haltern.de".to_owned(),
                browser: "Firefox 140.0".to_owned(),
                system: "Windows 10 NT 10.0".to_owned(),
                language: "de-DE".to_owned(),
            }
        );
        assert!(!format!("{entry:?}").contains("erika"));
    }

    #[test]
    fn the_offset_is_the_one_of_that_moment() {
        let summer = Request { at: "2026-07-01T10:00:00Z".parse().unwrap(), ..request() };
        assert_eq!(Entry::from_request(summer).utc_offset, "+0200");
        let west = Request { zone: chrono_tz::America::St_Johns, ..request() };
        assert_eq!(Entry::from_request(west).utc_offset, "-0330");
    }

    #[test]
    fn hostile_headers_become_harmless() {
        let long = "x".repeat(5000);
        let hostile = Request {
            path: "/a\u{0}b\r\nSet-Cookie: x",
            referer: "javascript:alert('\u{0}')",
            user_agent: &format!("Mozilla/5.0 (X11; CrOS \u{0}{long})"),
            accept_language: "de\u{0}-'; DROP TABLE access_log; --",
            bytes: u64::MAX,
            ..request()
        };
        let entry = Entry::from_request(hostile);
        for text in [&entry.path, &entry.referrer, &entry.browser, &entry.system, &entry.language] {
            assert!(!text.chars().any(char::is_control), "{text:?}");
            assert!(text.chars().count() <= PATH_LETTERS, "{text:?}");
        }
        assert_eq!(entry.path, "/abSet-Cookie: x");
        assert_eq!(entry.referrer, "");
        assert_eq!(entry.language, UNKNOWN);

        let nothing = Request { referer: "", user_agent: "", accept_language: "", ..request() };
        let entry = Entry::from_request(nothing);
        assert_eq!(
            (entry.referrer.as_str(), entry.browser.as_str(), entry.system.as_str()),
            ("", UNKNOWN, UNKNOWN)
        );
        let endless = format!("/{}", "ä".repeat(5000));
        let entry = Entry::from_request(Request { path: &endless, ..request() });
        assert_eq!(entry.path.chars().count(), PATH_LETTERS);
    }

    #[test]
    fn the_inventory_names_the_same_ten_fields() {
        let named: Vec<&str> = crate::INVENTORY
            .iter()
            .filter(|entry| {
                entry.table == "access_log" && entry.whose == kernel::inventory::Whose::Visitor
            })
            .flat_map(|entry| entry.columns)
            .copied()
            .collect();
        let written: Vec<&str> = FIELDS.iter().map(|field| field.column).collect();
        assert_eq!(named, written);
        assert_eq!(written.len(), 10);
    }
}
