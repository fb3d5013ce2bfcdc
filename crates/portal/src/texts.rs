//! The words on the pages.

use std::sync::LazyLock;

use kernel::{Locale, text::Catalog};

/// The texts of the pages in all languages. Adding a language is adding a file.
pub(crate) fn texts() -> &'static Catalog {
    static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
        Catalog::new(&[
            (
                Locale::De,
                concat!(
                    include_str!("../locales/de.ftl"),
                    "\n",
                    include_str!("../locales/office.de.ftl"),
                    "\n",
                    include_str!("../locales/passkey.de.ftl"),
                    "\n",
                    include_str!("../locales/openid.de.ftl"),
                    "\n",
                    include_str!("../locales/oversight.de.ftl"),
                    "\n",
                    include_str!("../locales/staff.de.ftl"),
                    "\n",
                    include_str!("../locales/desk.de.ftl"),
                    "\n",
                    include_str!("../locales/import.de.ftl"),
                    "\n",
                    include_str!("../locales/account.de.ftl"),
                    "\n",
                    include_str!("../locales/proof.de.ftl"),
                    "\n",
                    include_str!("../locales/rights.de.ftl"),
                    "\n",
                    include_str!("../locales/deletion.de.ftl"),
                    "\n",
                    include_str!("../locales/data_protection.de.ftl"),
                    "\n",
                    include_str!("../locales/duties.de.ftl"),
                    "\n",
                    include_str!("../locales/operator.de.ftl")
                ),
            ),
            (
                Locale::En,
                concat!(
                    include_str!("../locales/en.ftl"),
                    "\n",
                    include_str!("../locales/office.en.ftl"),
                    "\n",
                    include_str!("../locales/passkey.en.ftl"),
                    "\n",
                    include_str!("../locales/openid.en.ftl"),
                    "\n",
                    include_str!("../locales/oversight.en.ftl"),
                    "\n",
                    include_str!("../locales/staff.en.ftl"),
                    "\n",
                    include_str!("../locales/desk.en.ftl"),
                    "\n",
                    include_str!("../locales/import.en.ftl"),
                    "\n",
                    include_str!("../locales/account.en.ftl"),
                    "\n",
                    include_str!("../locales/proof.en.ftl"),
                    "\n",
                    include_str!("../locales/rights.en.ftl"),
                    "\n",
                    include_str!("../locales/deletion.en.ftl"),
                    "\n",
                    include_str!("../locales/data_protection.en.ftl"),
                    "\n",
                    include_str!("../locales/duties.en.ftl"),
                    "\n",
                    include_str!("../locales/operator.en.ftl")
                ),
            ),
        ])
    });
    &CATALOG
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    fn sources(folder: &str, ending: &str) -> String {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        files
            .filter(|path| path.extension().is_some_and(|found| found == ending))
            .map(|path| fs::read_to_string(path).unwrap())
            .collect()
    }

    #[test]
    fn every_language_has_the_same_keys() {
        let mut all = texts().keys().values().map(|keys| keys.iter().collect::<BTreeSet<_>>());
        let first = all.next().unwrap();
        for other in all {
            let difference: Vec<_> = first.symmetric_difference(&other).collect();
            assert!(difference.is_empty(), "{difference:?}");
        }
    }

    #[test]
    fn every_key_that_pages_use_exists() {
        let known: BTreeSet<&str> =
            texts().keys()[&Locale::De].iter().map(String::as_str).collect();
        let text = sources("templates", "html") + &sources("src", "rs");
        let mut used = 0;
        for start in ["page.t(\"", "page.t1(\"", "page.t2(\""] {
            for piece in text.split(start).skip(1) {
                let key = piece.split('"').next().unwrap();
                // the pattern itself, in this file
                if key.is_empty() || key.contains(',') {
                    continue;
                }
                assert!(known.contains(key), "no text for {key}");
                used += 1;
            }
        }
        assert!(used > 100, "only {used} uses found");
    }
}
