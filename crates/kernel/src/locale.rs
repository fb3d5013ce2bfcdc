//! Languages, and texts that exist in several of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A language of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Locale {
    /// German.
    #[serde(rename = "de")]
    De,
    /// English.
    #[serde(rename = "en")]
    En,
    /// Leichte Sprache (DIN SPEC 33429). Falls back to German where no text exists.
    #[serde(rename = "de-leicht")]
    DeLeicht,
}

impl Locale {
    /// All languages.
    pub const ALL: [Self; 3] = [Self::De, Self::En, Self::DeLeicht];

    /// The key in configuration, database and URLs.
    pub fn key(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
            Self::DeLeicht => "de-leicht",
        }
    }

    /// The tag for `lang` attributes and `Content-Language` (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
            Self::DeLeicht => "de-simple",
        }
    }

    /// Reads a key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.key() == key)
    }

    /// The language to use when a text is missing in this one.
    pub fn fallback(self) -> Option<Self> {
        match self {
            Self::De => None,
            Self::En | Self::DeLeicht => Some(Self::De),
        }
    }

    /// Picks the first offered language that an `Accept-Language` header asks for (RFC 9110 §12.5.4).
    pub fn negotiate(header: &str, offered: &[Self]) -> Option<Self> {
        let mut wanted: Vec<(u16, &str)> = header
            .split(',')
            .filter_map(|part| {
                let mut pieces = part.trim().split(';');
                let tag = pieces.next()?.trim();
                let quality = pieces
                    .find_map(|p| p.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()))
                    .unwrap_or(1.0);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "clamped"
                )]
                Some(((quality.clamp(0.0, 1.0) * 1000.0) as u16, tag))
            })
            .filter(|(quality, _)| *quality > 0)
            .collect();
        wanted.sort_by_key(|(quality, _)| std::cmp::Reverse(*quality));
        wanted.iter().find_map(|(_, tag)| {
            let primary = tag.split('-').next()?.to_ascii_lowercase();
            offered.iter().copied().find(|locale| locale.key() == primary)
        })
    }
}

/// One text in several languages. German is always there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LocalizedText(BTreeMap<Locale, String>);

impl LocalizedText {
    /// A German text without translations.
    pub fn german(text: impl Into<String>) -> Self {
        Self(BTreeMap::from([(Locale::De, text.into())]))
    }

    /// Adds a translation.
    #[must_use]
    pub fn with(mut self, locale: Locale, text: impl Into<String>) -> Self {
        self.0.insert(locale, text.into());
        self
    }

    /// The text in the language, or in the one it falls back to.
    pub fn get(&self, locale: Locale) -> &str {
        match (self.0.get(&locale), locale.fallback()) {
            (Some(text), _) => text,
            (None, Some(next)) => self.get(next),
            (None, None) => "",
        }
    }

    /// All the texts.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(String::as_str)
    }

    /// Whether there is a German text.
    pub fn has_german(&self) -> bool {
        self.0.get(&Locale::De).is_some_and(|text| !text.trim().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_s_favourite_language_wins() {
        let offered = [Locale::De, Locale::En];
        assert_eq!(Locale::negotiate("en-GB,en;q=0.9,de;q=0.8", &offered), Some(Locale::En));
        assert_eq!(Locale::negotiate("de;q=0.5, en;q=0.7", &offered), Some(Locale::En));
        assert_eq!(Locale::negotiate("fr, de;q=0.1", &offered), Some(Locale::De));
        assert_eq!(Locale::negotiate("en;q=0, fr", &offered), None);
        assert_eq!(Locale::negotiate("", &offered), None);
    }

    #[test]
    fn missing_translations_fall_back_to_german() {
        let text = LocalizedText::german("Reisepass").with(Locale::En, "Passport");
        assert_eq!(text.get(Locale::En), "Passport");
        assert_eq!(text.get(Locale::DeLeicht), "Reisepass");
    }
}
