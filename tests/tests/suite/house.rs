//! The house itself: who may use whom, how long a file may be, what nothing may be called or mention.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::MetadataCommand;
use tests::repository;

/// The crates below each crate, as `docs/architecture.md` draws them. Siblings do not call each other.
const ARROWS: [(&str, &[&str]); 12] = [
    ("kernel", &[]),
    ("migrations", &[]),
    ("db", &["kernel"]),
    ("tenant", &["db", "kernel"]),
    ("identity", &["tenant", "db", "kernel"]),
    ("scheduling", &["tenant", "db", "kernel"]),
    ("notify", &["tenant", "db", "kernel"]),
    ("privacy", &["tenant", "db", "kernel"]),
    ("portal", &["privacy", "notify", "scheduling", "identity", "tenant", "db", "kernel"]),
    (
        "gateway",
        &[
            "portal",
            "privacy",
            "notify",
            "scheduling",
            "identity",
            "tenant",
            "db",
            "kernel",
            "migrations",
        ],
    ),
    (
        "tests",
        &[
            "gateway",
            "portal",
            "privacy",
            "notify",
            "scheduling",
            "identity",
            "tenant",
            "db",
            "kernel",
            "migrations",
        ],
    ),
    // looks at the program from outside
    ("bench", &[]),
];

/// What only some crates may know.
const RESERVED: [(&str, &[&str]); 10] = [
    ("axum", &["portal", "gateway", "tests"]),
    ("tower-http", &["gateway"]),
    ("async-graphql", &["gateway", "tests"]),
    ("figment", &["gateway"]),
    ("clap", &["gateway"]),
    ("anyhow", &["gateway", "bench"]),
    ("lettre", &["notify"]),
    ("redis", &["identity", "gateway", "tests"]),
    ("sea-orm-migration", &["migrations", "tests"]),
    (
        "sea-orm",
        &[
            "db",
            "tenant",
            "identity",
            "scheduling",
            "notify",
            "privacy",
            "migrations",
            "gateway",
            "tests",
        ],
    ),
];

/// Which crate uses which, tests and builds included.
fn uses() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = MetadataCommand::new()
        .manifest_path(repository::root().join("Cargo.toml"))
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .expect("cargo metadata");
    metadata
        .packages
        .into_iter()
        .map(|package| {
            let used = package.dependencies.into_iter().map(|dependency| dependency.name);
            (package.name.to_string(), used.collect())
        })
        .collect()
}

/// Arrows that the drawing does not have.
fn forbidden_arrows(uses: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let ours: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    let mut found = Vec::new();
    for (name, used) in uses {
        let Some(allowed) = ours.get(name.as_str()) else {
            found.push(format!("{name} is not in the drawing"));
            continue;
        };
        for other in used.iter().filter(|other| ours.contains_key(other.as_str())) {
            if !allowed.contains(&other.as_str()) {
                found.push(format!("{name} -> {other}"));
            }
        }
        for (reserved, users) in RESERVED {
            if used.contains(reserved) && !users.contains(&name.as_str()) {
                found.push(format!("{name} -> {reserved}"));
            }
        }
    }
    found
}

#[test]
fn the_arrows_between_crates_are_those_of_the_drawing() {
    let mut uses = uses();
    assert_eq!(forbidden_arrows(&uses), Vec::<String>::new());
    assert_eq!(uses.len(), ARROWS.len(), "a crate of the drawing is missing");

    // and the test sees one that is not there
    uses.entry("notify".to_owned()).or_default().insert("scheduling".to_owned());
    uses.entry("kernel".to_owned()).or_default().insert("sea-orm".to_owned());
    uses.insert("toolbox".to_owned(), BTreeSet::new());
    assert_eq!(
        forbidden_arrows(&uses),
        ["kernel -> sea-orm", "notify -> scheduling", "toolbox is not in the drawing"]
    );
}

#[test]
fn no_file_is_too_long_to_read() {
    const MOST: usize = 500;
    let long: Vec<_> = repository::files()
        .into_iter()
        .filter(|path| !path.components().any(|part| part.as_os_str() == "dist"))
        .filter(|path| {
            let kind = path.extension().and_then(|kind| kind.to_str()).unwrap_or_default();
            ["rs", "sh", "mjs", "js", "css", "html", "ftl", "py"].contains(&kind)
        })
        .filter_map(|path| {
            let lines = repository::text(path.to_str()?).lines().count();
            (lines > MOST).then(|| format!("{} has {lines} lines", path.display()))
        })
        .collect();
    assert_eq!(long, Vec::<String>::new());
}

#[test]
fn nothing_is_called_after_what_it_is_not() {
    const EMPTY: [&str; 8] =
        ["util", "utils", "manager", "helper", "helpers", "common", "misc", "shared"];
    let found: Vec<_> = repository::files()
        .into_iter()
        .filter(|path| {
            path.components().any(|part| {
                let name = part.as_os_str().to_string_lossy();
                let stem = name.split('.').next().unwrap_or_default();
                EMPTY.iter().any(|word| stem == *word || stem.ends_with(&format!("_{word}")))
            })
        })
        .collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn the_project_names_no_machine_and_no_registry() {
    // In pieces, so that this file does not contain them.
    let needles = [
        ["/wo", "rk/"].concat(),
        ["shared", "/design"].concat(),
        ["shared", "/research"].concat(),
        ["/tmp", "/brief"].concat(),
        ["/ro", "ot/."].concat(),
        ["crates", ".io"].concat(),
        ["npm", "js."].concat(),
        ["registry.", "npm"].concat(),
        ["py", "pi.org"].concat(),
    ];
    // Cargo writes the name of its index into the lock file; everything else we write ourselves.
    let found: Vec<_> = repository::files()
        .into_iter()
        .filter(|path| path.as_os_str() != "Cargo.lock")
        .filter_map(|path| {
            let bytes = std::fs::read(repository::root().join(&path)).ok()?;
            let text = String::from_utf8(bytes).ok()?;
            let needle = needles.iter().find(|needle| text.contains(needle.as_str()))?;
            Some(format!("{} mentions {needle}", path.display()))
        })
        .collect();
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn every_step_of_the_database_is_in_the_list() {
    let listed = repository::text("migrations/src/lib.rs");
    let steps: Vec<_> = repository::files()
        .into_iter()
        .filter_map(|path| {
            Some(path.strip_prefix("migrations/src").ok()?.file_stem()?.to_str()?.to_owned())
        })
        .filter(|name| name.starts_with("m0"))
        .collect();
    assert!(steps.len() >= 7);
    for step in steps {
        assert!(listed.contains(&format!("Box::new({step}::Step)")), "{step} is not run");
    }
}

#[test]
fn whoever_may_read_has_a_word_for_every_error() {
    let catalog = kernel::text::errors();
    for locale in [kernel::Locale::De, kernel::Locale::En] {
        for code in kernel::ErrorCode::ALL {
            let text = catalog.say_with(locale, code.text_key(), &[("seconds", "5")]);
            assert_ne!(text, code.text_key(), "{} has no text in {}", code.wire(), locale.key());
            for internal in ["sql", "panic", "table", "column", "redis", "null"] {
                assert!(!text.to_lowercase().contains(internal), "{text}");
            }
        }
    }
    let keys = catalog.keys();
    assert_eq!(keys[&kernel::Locale::De], keys[&kernel::Locale::En]);
}
