//! Texts by key and language, from Fluent files. A crate that speaks to people owns a [`Catalog`].

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use fluent_syntax::ast::Entry;
use unic_langid::LanguageIdentifier;

use crate::Locale;

/// The texts of one crate in all languages.
pub struct Catalog {
    bundles: BTreeMap<Locale, FluentBundle<FluentResource>>,
    keys: BTreeMap<Locale, Vec<String>>,
}

impl std::fmt::Debug for Catalog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalog").field("languages", &self.bundles.keys()).finish_non_exhaustive()
    }
}

impl Catalog {
    /// Reads Fluent sources, usually from `include_str!`. Adding a language is adding a file.
    ///
    /// # Panics
    /// When a source cannot be parsed: it is part of the program.
    #[expect(
        clippy::panic,
        reason = "a broken text file is a broken build; a test loads every catalog"
    )]
    pub fn new(sources: &[(Locale, &str)]) -> Self {
        let mut bundles = BTreeMap::new();
        let mut keys = BTreeMap::new();
        for (locale, source) in sources {
            let resource = FluentResource::try_new((*source).to_owned())
                .unwrap_or_else(|(_, errors)| panic!("texts of {locale:?}: {errors:?}"));
            let found = resource
                .entries()
                .filter_map(|entry| match entry {
                    Entry::Message(message) => Some(message.id.name.to_owned()),
                    _ => None,
                })
                .collect();
            let language: LanguageIdentifier = locale.tag().parse().unwrap_or_default();
            let mut bundle = FluentBundle::new_concurrent(vec![language]);
            // Isolation marks are for mixed directions; they would show up in mails and in tests.
            bundle.set_use_isolating(false);
            bundle
                .add_resource(resource)
                .unwrap_or_else(|errors| panic!("texts of {locale:?}: {errors:?}"));
            bundles.insert(*locale, bundle);
            keys.insert(*locale, found);
        }
        Self { bundles, keys }
    }

    /// The text for `key`.
    pub fn say(&self, locale: Locale, key: &str) -> String {
        self.say_with(locale, key, &[])
    }

    /// The text for `key` with its placeholders filled in. Numbers choose plural forms.
    pub fn say_with(&self, locale: Locale, key: &str, args: &[(&str, &str)]) -> String {
        let mut values = FluentArgs::new();
        for (name, value) in args {
            let value = match value.parse::<i32>() {
                // "007" and "+49" are not numbers to count with
                Ok(number) if number.to_string() == *value => FluentValue::from(number),
                _ => FluentValue::from(Cow::Borrowed(*value)),
            };
            values.set(*name, value);
        }
        self.find(locale, key, &values)
    }

    fn find(&self, locale: Locale, key: &str, args: &FluentArgs<'_>) -> String {
        let pattern = self
            .bundles
            .get(&locale)
            .and_then(|bundle| Some((bundle, bundle.get_message(key)?.value()?)));
        match (pattern, locale.fallback()) {
            (Some((bundle, pattern)), _) => {
                bundle.format_pattern(pattern, Some(args), &mut Vec::new()).into_owned()
            }
            (None, Some(next)) => self.find(next, key, args),
            // A missing text shows its key; a test compares the keys of all languages.
            (None, None) => key.to_owned(),
        }
    }

    /// The keys that each language has, for the completeness test.
    pub fn keys(&self) -> &BTreeMap<Locale, Vec<String>> {
        &self.keys
    }
}

/// The sentences of errors.
pub fn errors() -> &'static Catalog {
    static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
        Catalog::new(&[
            (Locale::De, include_str!("../locales/errors.de.ftl")),
            (Locale::En, include_str!("../locales/errors.en.ftl")),
        ])
    });
    &CATALOG
}
