//! Cookies that the service may set. The cookie table of the notice is made from these declarations, and a
//! cookie can only be set through one.

/// A cookie as the notice describes it (§4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CookieDeclaration {
    /// Its name over HTTPS.
    pub name: &'static str,
    /// Its name over plain HTTP in development, where browsers refuse the `__Host-` prefix.
    pub name_without_tls: &'static str,
    /// Key of its kind in the notice's texts, "Session-ID".
    pub kind: &'static str,
    /// Whether it ends with the browser session: it is set without `Max-Age` and `Expires`.
    pub ends_with_session: bool,
}
