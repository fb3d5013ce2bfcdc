//! The texts of messages.

use std::sync::LazyLock;

use kernel::{Locale, text::Catalog};

/// What citizens read.
pub(crate) fn citizens() -> &'static Catalog {
    static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
        Catalog::new(&[
            (Locale::De, include_str!("../locales/de.ftl")),
            (Locale::En, include_str!("../locales/en.ftl")),
        ])
    });
    &CATALOG
}

/// What the office reads; offices work in German.
pub(crate) fn office() -> &'static Catalog {
    static CATALOG: LazyLock<Catalog> =
        LazyLock::new(|| Catalog::new(&[(Locale::De, include_str!("../locales/office.de.ftl"))]));
    &CATALOG
}

/// What is read in mails about accounts.
pub(crate) fn accounts() -> &'static Catalog {
    static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
        Catalog::new(&[
            (Locale::De, include_str!("../locales/account.de.ftl")),
            (Locale::En, include_str!("../locales/account.en.ftl")),
        ])
    });
    &CATALOG
}

/// A catalog in one language, for templates.
#[derive(Clone, Copy)]
pub(crate) struct Words {
    catalog: &'static Catalog,
    pub(crate) locale: Locale,
}

impl Words {
    pub(crate) fn for_citizens(locale: Locale) -> Self {
        Self { catalog: citizens(), locale }
    }

    pub(crate) fn for_accounts(locale: Locale) -> Self {
        Self { catalog: accounts(), locale }
    }

    pub(crate) fn for_office() -> Self {
        Self { catalog: office(), locale: Locale::De }
    }

    pub(crate) fn say(&self, key: &str) -> String {
        self.catalog.say(self.locale, key)
    }

    pub(crate) fn say_with(&self, key: &str, args: &[(&str, &str)]) -> String {
        self.catalog.say_with(self.locale, key, args)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Everything that asks for texts. A file that is forgotten here shows up as an unused key.
    const USERS: [&str; 12] = [
        include_str!("mail/letter.rs"),
        include_str!("mail/office.rs"),
        include_str!("mail/account.rs"),
        include_str!("mail/data.rs"),
        include_str!("../templates/account.txt"),
        include_str!("../templates/account.html"),
        include_str!("calendar/invitation.rs"),
        include_str!("sms/text.rs"),
        include_str!("../templates/citizen.txt"),
        include_str!("../templates/citizen.html"),
        include_str!("../templates/office.txt"),
        include_str!("../templates/office.html"),
    ];

    /// Keys are written out where they are used, so that they can be found.
    fn used() -> BTreeSet<String> {
        let mut used = BTreeSet::new();
        for source in USERS {
            let source: String = source.split_whitespace().collect();
            for start in ["say(\"", "say_with(\""] {
                for piece in source.split(start).skip(1) {
                    used.insert(piece.split('"').next().unwrap_or_default().to_owned());
                }
            }
        }
        used
    }

    #[test]
    fn every_language_has_every_text() {
        for catalog in [citizens(), accounts()] {
            let keys: Vec<BTreeSet<_>> =
                catalog.keys().values().map(|keys| keys.iter().cloned().collect()).collect();
            assert_eq!(keys.len(), 2);
            assert_eq!(keys[0], keys[1]);
        }
    }

    #[test]
    fn every_text_is_used_and_every_used_text_exists() {
        let mut there: BTreeSet<String> = BTreeSet::new();
        for catalog in [citizens(), office(), accounts()] {
            there.extend(catalog.keys().values().flatten().cloned());
        }
        assert_eq!(used(), there);
    }
}
