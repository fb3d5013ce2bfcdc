//! What a provider says about a person, as far as it matters here.

use std::collections::BTreeMap;

use kernel::{Grant, Grants, LocationId, Role};
use openidconnect::{AdditionalClaims, IdTokenClaims, StandardClaims, core::CoreGenderClaim};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tenant::OpenIdSettings;

/// Claims that the standard does not know.
#[derive(Clone, Default, Deserialize, Serialize)]
pub(super) struct Further {
    #[serde(flatten)]
    all: BTreeMap<String, Value>,
}

impl AdditionalClaims for Further {}

// The library asks for Debug; what is said about people is nobody's to print.
impl std::fmt::Debug for Further {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Further").finish_non_exhaustive()
    }
}

impl Further {
    /// A claim by its name, or by a way into objects.
    fn get(&self, name: &str) -> Option<&Value> {
        if let Some(found) = self.all.get(name) {
            return Some(found);
        }
        let mut steps = name.split('.');
        let first = self.all.get(steps.next()?)?;
        steps.try_fold(first, |value, step| value.get(step))
    }

    /// The words of a claim; `None` when it is not there.
    fn words(&self, name: &str) -> Option<Vec<String>> {
        match self.get(name)? {
            Value::String(word) => Some(vec![word.clone()]),
            Value::Array(words) => {
                Some(words.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect())
            }
            _ => Some(Vec::new()),
        }
    }
}

/// A person of the provider. Has no `Debug`: it is personal data.
#[derive(Clone)]
pub(super) struct Person {
    /// The provider's name for them.
    pub subject: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Their address, if the provider says one.
    pub email: Option<String>,
    /// Whether the provider says that it is theirs.
    pub email_is_verified: bool,
    /// What they are, in the provider's words; `None` when it did not say.
    pub words: Option<Vec<String>>,
}

impl Person {
    /// Reads an ID token.
    pub fn of_token(
        claims: &IdTokenClaims<Further, CoreGenderClaim>,
        settings: &OpenIdSettings,
    ) -> Self {
        let name = claims.name().and_then(|name| name.get(None)).map(|name| name.as_str());
        let first = claims.given_name().and_then(|name| name.get(None)).map(|name| name.as_str());
        let last = claims.family_name().and_then(|name| name.get(None)).map(|name| name.as_str());
        let (first_name, last_name) = names(name, first, last);
        Self {
            subject: claims.subject().to_string(),
            first_name,
            last_name,
            email: claims.email().map(|email| email.to_string()),
            email_is_verified: claims.email_verified() == Some(true),
            words: claims.additional_claims().words(&settings.roles_claim),
        }
    }

    /// Whether something is missing that the provider may say elsewhere.
    pub fn is_incomplete(&self) -> bool {
        self.words.is_none() || self.email.is_none()
    }

    /// Adds what the provider says at its userinfo endpoint about the same person.
    pub fn complete(
        &mut self,
        claims: &StandardClaims<CoreGenderClaim>,
        further: &Further,
        settings: &OpenIdSettings,
    ) {
        if self.words.is_none() {
            self.words = further.words(&settings.roles_claim);
        }
        if self.email.is_none() {
            self.email = claims.email().map(|email| email.to_string());
            self.email_is_verified = claims.email_verified() == Some(true);
        }
        if self.last_name.is_empty() {
            let text = |name: Option<&str>| name.map(str::to_owned);
            let name = claims.name().and_then(|name| name.get(None));
            let first = claims.given_name().and_then(|name| name.get(None));
            let last = claims.family_name().and_then(|name| name.get(None));
            (self.first_name, self.last_name) = names(
                text(name.map(|name| name.as_str())).as_deref(),
                first.map(|name| name.as_str()),
                last.map(|name| name.as_str()),
            );
        }
    }

    /// The roles that the municipality has given to the provider's words. `place` knows the locations by their keys.
    pub fn grants(
        &self,
        settings: &OpenIdSettings,
        place: &dyn Fn(&str) -> Option<LocationId>,
    ) -> Grants {
        let words = self.words.as_deref().unwrap_or_default();
        let given = settings.roles.iter().filter(|mapped| words.contains(&mapped.value));
        given
            .filter_map(|mapped| {
                let role = Role::from_name(&mapped.role)?;
                let location = match &mapped.location {
                    // a location that is not there any more is not everywhere
                    Some(key) => Some(place(key)?),
                    None => None,
                };
                Some(Grant { role, location })
            })
            .collect()
    }
}

/// First and last name from what there is.
fn names(whole: Option<&str>, first: Option<&str>, last: Option<&str>) -> (String, String) {
    const LONGEST: usize = 100;
    let (first, last) = match (first, last, whole.map(str::trim)) {
        (first, Some(last), _) => (first.unwrap_or_default(), last),
        (_, None, Some(whole)) => whole.rsplit_once(' ').unwrap_or(("", whole)),
        (first, None, None) => ("", first.unwrap_or_default()),
    };
    let short = |name: &str| name.trim().chars().take(LONGEST).collect();
    (short(first), short(last))
}

#[cfg(test)]
mod tests {
    use tenant::MappedRole;

    use super::*;

    fn settings() -> OpenIdSettings {
        let mapped = |value: &str, role: &str, location: Option<&str>| MappedRole {
            value: value.to_owned(),
            role: role.to_owned(),
            location: location.map(str::to_owned),
        };
        OpenIdSettings {
            issuer: "https://a.example".to_owned(),
            client_id: "s".to_owned(),
            scopes: Vec::new(),
            roles_claim: "realm_access.roles".to_owned(),
            roles: vec![
                mapped("leitung", "office-manager", Some("rathaus")),
                mapped("kasse", "clerk", Some("abgerissen")),
                mapped("alle", "clerk", None),
            ],
            second_factor: true,
            required_acr: Vec::new(),
            required_amr: Vec::new(),
            trust_email: false,
            only: false,
        }
    }

    fn person(further: Value) -> Person {
        let further: Further = serde_json::from_value(further).unwrap();
        Person {
            subject: "1".to_owned(),
            first_name: String::new(),
            last_name: String::new(),
            email: None,
            email_is_verified: false,
            words: further.words(&settings().roles_claim),
        }
    }

    #[test]
    fn words_of_the_provider_become_roles_at_their_place() {
        let rathaus = LocationId::from(uuid::Uuid::from_u128(1));
        let place = |key: &str| (key == "rathaus").then_some(rathaus);
        let grants = |words: Value| {
            let person = person(serde_json::json!({ "realm_access": { "roles": words } }));
            person.grants(&settings(), &place).iter().collect::<Vec<_>>()
        };
        assert_eq!(
            grants(serde_json::json!(["leitung", "x"])),
            [Grant { role: Role::OfficeManager, location: Some(rathaus) }]
        );
        assert_eq!(grants(serde_json::json!("alle")).len(), 1);
        assert_eq!(
            grants(serde_json::json!(["kasse", "Leitung", 7])),
            [],
            "gone, or spelt otherwise"
        );
        assert_eq!(grants(serde_json::json!({ "leitung": true })), []);
        assert!(person(serde_json::json!({ "groups": ["alle"] })).words.is_none());
        // a name with dots, as some providers have it
        assert!(person(serde_json::json!({ "realm_access.roles": ["alle"] })).words.is_some());
    }

    #[test]
    fn a_name_is_made_of_what_there_is() {
        let of = |whole, first, last| {
            let (first, last) = names(whole, first, last);
            format!("{first}|{last}")
        };
        assert_eq!(of(Some("x"), Some("Kim"), Some("Amtlich")), "Kim|Amtlich");
        assert_eq!(of(Some("Kim Maria Amtlich"), None, None), "Kim Maria|Amtlich");
        assert_eq!(of(Some("Amtlich"), Some("Kim"), None), "|Amtlich");
        assert_eq!(of(None, Some("Kim"), None), "|Kim");
        assert_eq!(of(None, None, None), "|");
    }
}
