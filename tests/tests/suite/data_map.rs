//! The data map: what the inventory says of every column agrees with itself and with what is logged.

use std::{collections::BTreeSet, fs, path::Path};

use privacy::inventory::{CLASSIFYING, inconsistencies, personal_names};
use tests::repository;

#[test]
fn the_inventory_does_not_contradict_itself() {
    let inventory = gateway::docs::inventory();
    assert_eq!(inconsistencies(&inventory), Vec::<String>::new());
    assert!(personal_names(&inventory).len() > 60);
}

/// Sources of the program, without its tests.
fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).expect("a source");
            found.push(text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned());
        }
    }
}

/// What stands between the parenthesis that was opened before `text` and its end.
fn arguments(text: &str) -> &str {
    let (mut depth, mut is_quoted, mut is_escaped) = (1, false, false);
    for (at, letter) in text.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            '(' | '[' | '{' if !is_quoted => depth += 1,
            ')' | ']' | '}' if !is_quoted => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[..at];
        }
    }
    text
}

/// The arguments one by one.
fn split(arguments: &str) -> Vec<&str> {
    let (mut parts, mut from, mut depth, mut is_quoted) = (Vec::new(), 0, 0, false);
    for (at, letter) in arguments.char_indices() {
        match letter {
            '"' => is_quoted = !is_quoted,
            '(' | '[' | '{' if !is_quoted => depth += 1,
            ')' | ']' | '}' if !is_quoted => depth -= 1,
            ',' if !is_quoted && depth == 0 => {
                parts.push(&arguments[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&arguments[from..]);
    parts
}

/// Where names of fields have dots: OpenTelemetry's semantic conventions, and our own.
const CONVENTIONS: [&str; 7] =
    ["otel.", "db.", "http.", "graphql.", "error.", "url.", "stadttermin."];

/// The names of the fields that a source gives to log lines and spans, and of labels of its metrics.
fn fields(source: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for level in ["trace!(", "debug!(", "info!(", "warn!(", "error!(", "span!("] {
        for (at, _) in source.match_indices(level) {
            for part in split(arguments(&source[at + level.len()..])) {
                let name = part.split('=').next().unwrap_or_default().trim();
                let name = name.trim_start_matches(['%', '?']);
                // a name of a convention is meant as a whole; otherwise the dots lead to a field
                let is_conventional =
                    CONVENTIONS.iter().any(|space| name.starts_with(space) && part.contains('='));
                let last = name.rsplit('.').next().unwrap_or_default();
                let name = if is_conventional { name } else { last };
                let is_name = |letter: char| letter.is_ascii_lowercase() || "_.".contains(letter);
                if !name.is_empty() && name.chars().all(is_name) {
                    found.insert(name.to_owned());
                }
            }
        }
    }
    for (at, _) in source.match_indices("=\\\"{") {
        let name = source[..at].rsplit('{').next().unwrap_or_default();
        found.insert(name.to_owned());
    }
    found
}

#[test]
fn no_field_of_a_log_line_is_named_like_a_column_of_a_person() {
    let mut texts = Vec::new();
    sources(&repository::root().join("crates"), &mut texts);
    let logged: BTreeSet<String> = texts.iter().flat_map(|text| fields(text)).collect();
    for known in ["request_id", "error", "tenant", "route", "duration_ms", "class", "kind"] {
        assert!(logged.contains(known), "the sources are not read rightly: {known}");
    }
    let forbidden = personal_names(&gateway::docs::inventory());
    let shared: Vec<_> = logged.iter().filter(|name| forbidden.contains(name.as_str())).collect();
    assert!(shared.is_empty(), "a log line may not have the field {shared:?}");
    for name in CLASSIFYING {
        assert!(logged.contains(name), "{name} is in no log line: take it from the list");
    }
}

#[test]
fn a_forbidden_field_would_be_seen() {
    let line =
        r#"tracing::warn!(%error, ip = %request.ip, who.login_index, "text, with (commas)");"#;
    assert_eq!(Vec::from_iter(fields(line)), ["error", "ip", "login_index"]);
    let line = r#"tracing::info_span!("send", db.system.name = "x", person.name = one)"#;
    assert_eq!(Vec::from_iter(fields(line)), ["db.system.name", "name"]);
    let forbidden = personal_names(&gateway::docs::inventory());
    assert!(forbidden.contains("ip") && forbidden.contains("login_index"));
}
