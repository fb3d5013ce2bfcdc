//! A setting that must not be printed.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

/// A secret setting; empty means "not set". Its `Debug` shows whether it is set, never what it is.
#[derive(Clone, Default)]
pub struct Secret(SecretString);

impl Secret {
    /// Wraps a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(SecretString::from(value.into()))
    }

    /// Whether there is a value.
    pub fn is_set(&self) -> bool {
        !self.0.expose_secret().is_empty()
    }

    /// The value for those who use it.
    pub fn value(&self) -> &SecretString {
        &self.0
    }

    /// The plain value.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<SecretString> for Secret {
    fn from(value: SecretString) -> Self {
        Self(value)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_set() { "(set)" } else { "(not set)" })
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The environment's "12345" arrives as a number; a secret is text all the same.
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Text {
            Words(String),
            Number(u64),
        }
        // No `?`: serde's own message would quote the value.
        match Text::deserialize(deserializer) {
            Ok(Text::Words(text)) => Ok(Self::new(text)),
            Ok(Text::Number(number)) => Ok(Self::new(number.to_string())),
            Err(_) => Err(serde::de::Error::custom("must be a text")),
        }
    }
}
