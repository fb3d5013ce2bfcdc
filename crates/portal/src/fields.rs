//! What a form or an address carries: pairs of name and value, in order, names may repeat.

use std::convert::Infallible;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
};
use http::request::Parts;

use crate::error::{Failure, Refusal};

/// Longer values are cut: no field of a page needs more, and what is cut fails the checks of the use case.
const LONGEST: usize = 4096;

/// Pairs of name and value.
#[derive(Clone, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded`. Anything can be read as that; garbage gives odd names.
    pub fn parse(encoded: &[u8]) -> Self {
        let pairs = url::form_urlencoded::parse(encoded).map(|(name, value)| {
            let is_carried = name == crate::draft::CARRIED || name == crate::office::again::CARRIED;
            let value = if is_carried { value.into_owned() } else { cut(&value) };
            (name.into_owned(), value)
        });
        Self(pairs.collect())
    }

    /// Values that are known, as if they had been typed.
    pub fn known(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// Reads the fields of an address. What opens or carries something personal stands in no address that we make,
    /// so none is taken from one: a link cannot slip somebody else's draft or code to a person.
    pub fn parse_address(encoded: &[u8]) -> Self {
        let mut fields = Self::parse(encoded);
        let carried = [crate::draft::CARRIED, crate::office::again::CARRIED, "code"];
        fields.0.retain(|(name, _)| !carried.contains(&name.as_str()));
        fields
    }

    /// The first value of the name, without blanks around it; empty when there is none.
    pub fn one(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default().trim()
    }

    /// The first value of the name with the blanks around it: for passwords.
    pub fn as_typed(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// All values of the name.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Whether the name was sent at all.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(found, _)| found == name)
    }

    /// The same without a name.
    pub fn without(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|(found, _)| found != name).cloned().collect())
    }

    /// All pairs.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

fn cut(value: &str) -> String {
    value.chars().take(LONGEST).collect()
}

/// The fields of the address.
pub(crate) struct Asked(pub Fields);

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(Fields::parse_address(parts.uri.query().unwrap_or_default().as_bytes())))
    }
}

/// The fields of a submitted form.
pub(crate) struct Sent(pub Fields);

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let body = Bytes::from_request(request, state).await.map_err(|_| Refusal::TooLarge)?;
        Ok(Self(Fields::parse(&body)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_repeat_and_garbage_is_only_garbage() {
        let fields = Fields::parse(b"a=1&a=+2+&b&=x&%FF=%FF");
        assert_eq!(fields.all("a").collect::<Vec<_>>(), ["1", " 2 "]);
        assert_eq!(fields.one("b"), "");
        assert!(fields.has("b"));
        assert!(!fields.has("c"));
        assert_eq!(Fields::parse(&[b'a'; 9000]).pairs().count(), 1);
        assert_eq!(Fields::parse(b"code=x").one("code"), "x");
        assert_eq!(Fields::parse_address(b"code=x&mappe=y&t=z").pairs().count(), 1);
    }
}
