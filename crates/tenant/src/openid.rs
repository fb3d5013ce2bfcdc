//! How the office's people sign in through the municipality's own provider (`OpenID` Connect), as its file says it.

use kernel::Role;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::Problem;

/// The municipality's provider and what its words mean here. The client's secret is not among it: it comes from the
/// configuration of the installation, under the municipality's slug.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenIdSettings {
    /// The provider's name for itself; its discovery document lies below it.
    pub issuer: String,
    /// Our name at the provider.
    pub client_id: String,
    /// What is asked for beside `openid`.
    #[serde(default = "usual_scopes")]
    pub scopes: Vec<String>,
    /// The claim that says what somebody is; dots lead into objects (`realm_access.roles`).
    #[serde(default = "usual_claim")]
    pub roles_claim: String,
    /// What its values mean here.
    pub roles: Vec<MappedRole>,
    /// Whether the municipality vouches that its provider asks for a second factor. Else it is asked for here.
    #[serde(default)]
    pub second_factor: bool,
    /// How people must have signed in there (`acr`), one of these. Empty: however the provider likes.
    #[serde(default)]
    pub required_acr: Vec<String>,
    /// What they must have shown there (`amr`), one of these. Empty: whatever the provider likes.
    #[serde(default)]
    pub required_amr: Vec<String>,
    /// Whether addresses are the people's own even where the provider does not say so (`email_verified`).
    #[serde(default)]
    pub trust_email: bool,
    /// Whether passwords of the office's people do not work here any more.
    #[serde(default)]
    pub only: bool,
}

/// A value of the roles claim and what whoever has it is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappedRole {
    /// The value.
    pub value: String,
    /// The role's name, as at the command line.
    pub role: String,
    /// The location's key; none: everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
}

fn usual_scopes() -> Vec<String> {
    vec!["profile".to_owned(), "email".to_owned()]
}

fn usual_claim() -> String {
    "groups".to_owned()
}

/// Whether an address is this machine: there, and nowhere else, a connection without TLS can be meant.
pub fn is_loopback(address: &Url) -> bool {
    match address.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl OpenIdSettings {
    /// Everything that is wrong with them.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut check = |good: bool, key: &str, problem: &str| {
            if !good {
                let (key, problem) = (format!("openid.{key}"), problem.to_owned());
                found.push(Problem { key, problem });
            }
        };
        let issuer = Url::parse(&self.issuer).ok().filter(|issuer| {
            let is_private = issuer.scheme() == "https" || is_loopback(issuer);
            is_private && issuer.query().is_none() && issuer.fragment().is_none()
        });
        check(
            issuer.is_some(),
            "issuer",
            "must be the provider's https:// address, exactly as its discovery document says it",
        );
        check(!self.client_id.trim().is_empty(), "client_id", "must not be empty");
        check(
            self.scopes.iter().all(|scope| !scope.is_empty() && !scope.contains(' ')),
            "scopes",
            "list single words",
        );
        check(!self.roles_claim.is_empty(), "roles_claim", "must not be empty");
        check(
            !self.roles.is_empty(),
            "roles",
            "say which value of the roles claim is which role; without one nobody can sign in",
        );
        for mapped in &self.roles {
            let role = Role::from_name(&mapped.role).filter(|role| Role::of(false).contains(role));
            check(!mapped.value.is_empty(), "roles.value", "must not be empty");
            check(role.is_some(), "roles.role", &known_roles());
            check(
                mapped.location.is_none() || role.is_none_or(Role::has_places),
                "roles.location",
                "only clerk and office-manager can be given for a location",
            );
        }
        found
    }
}

fn known_roles() -> String {
    let names: Vec<_> = Role::of(false).iter().map(|role| role.name()).collect();
    format!("known roles: {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
        issuer = "https://anmeldung.haltern.example/realms/stadt"
        client_id = "stadttermin"
        [[roles]]
        value = "termine-leitung"
        role = "office-manager"
        location = "buergerbuero"
    "#;

    fn keys(text: &str) -> Vec<String> {
        let settings: OpenIdSettings = toml::from_str(text).unwrap();
        settings.problems().into_iter().map(|problem| problem.key).collect()
    }

    #[test]
    fn what_is_left_out_is_the_careful_choice() {
        let settings: OpenIdSettings = toml::from_str(FILE).unwrap();
        assert_eq!(settings.problems(), []);
        assert!(!settings.second_factor && !settings.only && !settings.trust_email);
        assert_eq!(settings.roles_claim, "groups");
    }

    #[test]
    fn mistakes_are_found() {
        for (good, bad, key) in [
            ("https://anmeldung", "http://anmeldung", "openid.issuer"),
            ("/realms/stadt", "/realms/stadt?x=1", "openid.issuer"),
            ("\"stadttermin\"", "\"\"", "openid.client_id"),
            ("office-manager", "boss", "openid.roles.role"),
            ("office-manager", "tenant-administrator", "openid.roles.location"),
        ] {
            assert_eq!(keys(&FILE.replace(good, bad)), [key], "{bad}");
        }
        assert_eq!(
            keys("issuer = \"https://a.example\"\nclient_id = \"s\"\nroles = []"),
            ["openid.roles"]
        );
        assert!(
            keys(&FILE.replace("https://anmeldung.haltern.example", "http://127.0.0.1:9"))
                .is_empty()
        );
    }
}
