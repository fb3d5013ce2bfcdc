//! The one cookie, and how it is written and read.

use kernel::cookie::CookieDeclaration;

/// The session cookie.
pub const SESSION: CookieDeclaration = CookieDeclaration {
    name: "__Host-sid",
    name_without_tls: "sid",
    kind: "session-id",
    ends_with_session: true,
};

/// All cookies that the service sets. The cookie table of the notice is made from this list.
pub const COOKIES: &[CookieDeclaration] = &[SESSION];

/// Letters of a session id: 256 bits in base64url without padding.
const SID_LETTERS: usize = 43;

/// The value of `Set-Cookie` for a session id. Without `Max-Age` and `Expires`, so that it ends with the browser.
///
/// `SameSite=Lax` and not `Strict`: the way back from the link in a mail must find the draft.
pub fn set_cookie(sid: &str, secure: bool) -> String {
    format!("{}={sid}; {}", name(secure), attributes(secure))
}

/// The value of `Set-Cookie` that removes the cookie.
pub fn clear(secure: bool) -> String {
    format!("{}=; Max-Age=0; {}", name(secure), attributes(secure))
}

/// The session id in a `Cookie` header. What cannot be one of ours is no session id.
pub fn read(cookie_header: &str, secure: bool) -> Option<String> {
    cookie_header
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name(secure))
        .map(|(_, value)| value.trim())
        .find(|value| is_sid(value))
        .map(str::to_owned)
}

/// Whether a text has the form of a session id.
pub(crate) fn is_sid(text: &str) -> bool {
    text.len() == SID_LETTERS
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// `__Host-` binds the cookie to this very host (RFC 6265bis §4.1.3.2): a neighbouring municipality's subdomain can
/// neither read nor plant it. Browsers take the prefix with `Secure` only.
fn name(secure: bool) -> &'static str {
    if secure { SESSION.name } else { SESSION.name_without_tls }
}

fn attributes(secure: bool) -> &'static str {
    if secure { "Path=/; Secure; HttpOnly; SameSite=Lax" } else { "Path=/; HttpOnly; SameSite=Lax" }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SID: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-_";

    #[test]
    fn the_cookie_ends_with_the_browser_session_and_stays_on_its_host() {
        let secure = set_cookie(SID, true);
        assert_eq!(secure, format!("__Host-sid={SID}; Path=/; Secure; HttpOnly; SameSite=Lax"));
        let plain = set_cookie(SID, false);
        assert_eq!(plain, format!("sid={SID}; Path=/; HttpOnly; SameSite=Lax"));
        for cookie in [secure, plain] {
            for forbidden in ["max-age", "expires", "domain"] {
                assert!(!cookie.to_ascii_lowercase().contains(forbidden), "{cookie}");
            }
        }
        assert!(clear(true).starts_with("__Host-sid=; Max-Age=0; "));
    }

    #[test]
    fn only_our_own_cookie_is_read() {
        let header = format!("a=b; __Host-sid={SID} ;c");
        assert_eq!(read(&header, true).as_deref(), Some(SID));
        assert_eq!(read(&header, false), None, "over plain http the cookie has another name");
        assert_eq!(read(&format!("sid={SID}"), true), None, "a planted cookie without the prefix");
        assert_eq!(read(&format!("xsid={SID}"), false), None);
        assert_eq!(read(&format!("sid=x; sid={SID}"), false).as_deref(), Some(SID));
    }

    #[test]
    fn garbage_is_no_session() {
        for header in [
            "",
            ";",
            "sid",
            "sid=",
            "sid=short",
            "sid=\u{e9}",
            &format!("sid={SID}A"),
            &format!("sid=\"{SID}\""),
        ] {
            assert_eq!(read(header, false), None, "{header}");
        }
        assert_eq!(read(&format!("sid={}", "é".repeat(21) + "a"), false), None);
    }
}
