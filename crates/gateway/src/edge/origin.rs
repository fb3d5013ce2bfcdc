//! Whether a request that changes something comes from our own pages (cross-site request forgery).

use http::{HeaderMap, Method, header};

/// What is known about a request when this is decided.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub method: &'a Method,
    pub headers: &'a HeaderMap,
    /// The host that the person sees, with its port.
    pub host: &'a str,
    /// API requests without our cookie carry no authority of a browser, so nobody can borrow it.
    pub is_api: bool,
    pub has_cookie: bool,
}

/// What an `Authorization: Bearer` header shows; `None` for everything else. Browsers never add one of their own accord,
/// as they do with `Basic`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Whether the request may act. Reading is always allowed.
pub(crate) fn may_act(asked: Asked<'_>) -> bool {
    if matches!(*asked.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    // Whoever shows a key acts by the key: the API does not look at the cookie then.
    if asked.is_api && (!asked.has_cookie || bearer(asked.headers).is_some()) {
        return true;
    }
    let text = |name: &str| asked.headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    match text("origin") {
        // Browsers say where a form comes from; what says nothing and carries no cookie is a program of its own.
        None if !asked.has_cookie && text("sec-fetch-site").is_none() => true,
        // Privacy settings of browsers can hide the origin of our own forms.
        None | Some("null") => text("sec-fetch-site") == Some("same-origin"),
        Some(origin) => is_same(origin, asked.host),
    }
}

fn is_same(origin: &str, host: &str) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    let usual = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => return false,
    };
    let bare = |name: &str| name.strip_suffix(usual).unwrap_or(name).to_ascii_lowercase();
    bare(authority) == bare(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(is_api: bool, has_cookie: bool, headers: &[(&'static str, &'static str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        let host = "haltern.localhost:8080";
        may_act(Asked { method: &Method::POST, headers: &map, host, is_api, has_cookie })
    }

    #[test]
    fn our_own_forms_may_act() {
        assert!(decide(false, true, &[("origin", "http://haltern.localhost:8080")]));
        assert!(decide(false, false, &[("origin", "http://HALTERN.localhost:8080")]));
        assert!(decide(false, true, &[("sec-fetch-site", "same-origin")]));
        assert!(decide(false, true, &[("origin", "null"), ("sec-fetch-site", "same-origin")]));
        assert!(is_same("https://termin.example", "termin.example:443"));
    }

    #[test]
    fn others_may_not() {
        assert!(!decide(false, true, &[("origin", "http://evil.example")]));
        assert!(!decide(false, true, &[("origin", "http://musterstadt.localhost:8080")]));
        assert!(!decide(false, true, &[("origin", "http://haltern.localhost")]));
        assert!(!decide(
            false,
            true,
            &[("origin", "http://evil.example"), ("sec-fetch-site", "same-origin")]
        ));
        assert!(!decide(false, true, &[("origin", "null"), ("sec-fetch-site", "cross-site")]));
        assert!(!decide(false, true, &[]));
        assert!(!decide(false, false, &[("sec-fetch-site", "same-site")]));
        assert!(!decide(true, true, &[]));
        assert!(!decide(true, true, &[("origin", "http://evil.example")]));
    }

    #[test]
    fn a_program_without_our_cookie_may_fill_in_forms() {
        assert!(decide(false, false, &[]));
        assert!(!decide(false, true, &[]));
        assert!(!decide(false, false, &[("origin", "http://evil.example")]));
    }

    #[test]
    fn an_api_client_without_our_cookie_needs_no_origin() {
        assert!(decide(true, false, &[]));
        assert!(decide(true, true, &[("origin", "http://haltern.localhost:8080")]));
    }

    #[test]
    fn a_key_needs_no_origin_and_helps_no_form() {
        let foreign = ("origin", "http://evil.example");
        assert!(decide(true, true, &[foreign, ("authorization", "Bearer st_0")]));
        assert!(!decide(true, true, &[foreign, ("authorization", "Basic c3Q6MA==")]));
        assert!(!decide(true, true, &[foreign, ("authorization", "Bearer")]));
        assert!(!decide(false, true, &[foreign, ("authorization", "Bearer st_0")]));
        assert!(!decide(false, false, &[foreign, ("authorization", "Bearer st_0")]));
    }
}
