//! For whom passkeys are made.

use url::Url;

/// The municipality, as browsers and authenticators know it. A passkey is bound to it: another municipality on the same
/// installation can neither use nor see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelyingParty {
    id: String,
    origin: String,
    name: String,
}

impl RelyingParty {
    /// The municipality with this public address, from the configuration and never from a request. An address that is none
    /// gives a party for which no browser makes a passkey.
    pub fn new(base_url: &str, name: &str) -> Self {
        let url = Url::parse(base_url).ok();
        let host = url.as_ref().and_then(Url::domain).unwrap_or_default().to_owned();
        let origin = url.map(|url| url.origin().ascii_serialization()).unwrap_or_default();
        Self { id: host, origin, name: name.to_owned() }
    }

    /// The RP id: the host.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where its pages are: scheme, host and port.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_host_and_its_origin() {
        let party = |url| RelyingParty::new(url, "Stadt");
        let haltern = party("http://haltern.localhost:8080");
        assert_eq!(haltern.id(), "haltern.localhost");
        assert_eq!(haltern.origin(), "http://haltern.localhost:8080");
        let own = party("https://termine.haltern.example/");
        assert_eq!(
            (own.id(), own.origin()),
            ("termine.haltern.example", "https://termine.haltern.example")
        );
        for none in ["", "haltern", "https://192.0.2.1"] {
            assert_eq!(party(none).id(), "", "{none}");
        }
    }
}
