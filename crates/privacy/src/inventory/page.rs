//! The inventory as a page of the documentation.

use std::collections::BTreeMap;
use std::fmt::Write;

use kernel::inventory::{Entry, Export, Store};

use super::words;

/// Where the generated part of a page begins.
pub const BEGIN: &str = "<!-- inventory -->";
/// Where it ends.
pub const END: &str = "<!-- /inventory -->";

/// The inventory as Markdown: the tables of the database in alphabetical order, then what is kept elsewhere.
pub fn markdown(entries: &[Entry]) -> String {
    let mut tables: BTreeMap<(bool, &str), Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        let is_elsewhere = entry.store != Store::Database;
        tables.entry((is_elsewhere, entry.table)).or_default().push(entry);
    }
    let mut page = String::new();
    for ((is_elsewhere, table), entries) in tables {
        let place = entries.first().filter(|_| is_elsewhere).map(|entry| entry.store);
        let place = place.map(|store| format!(" ({})", words::store(store))).unwrap_or_default();
        let _ = write!(
            page,
            "### `{table}`{place}\n\n\
             | Spalten | Inhalt | wessen | Art | Zweck | Dauer | beginnt | Empfänger | Auskunft | bei Löschung der Person | versiegelt |\n\
             |---|---|---|---|---|---|---|---|---|---|---|\n"
        );
        for entry in entries {
            let _ = writeln!(page, "| {} |", row(entry).join(" | "));
        }
        page.push('\n');
    }
    page
}

fn row(entry: &Entry) -> [String; 11] {
    let columns: Vec<String> = entry.columns.iter().map(|name| format!("`{name}`")).collect();
    let receivers = if entry.is_personal() { words::recipients(entry) } else { "–".to_owned() };
    let export = match entry.export {
        Export::Withheld(why) => format!("nein: {why}"),
        other => words::export(other).to_owned(),
    };
    [
        columns.join(", "),
        entry.holds.to_owned(),
        words::whose(entry.whose).to_owned(),
        words::category(entry.category).to_owned(),
        words::purpose(entry.purpose).to_owned(),
        words::kept(entry.kept).to_owned(),
        words::start(entry.kept.start()).to_owned(),
        receivers,
        export,
        words::on_erasure(entry.on_erasure),
        if entry.sealed { "ja" } else { "–" }.to_owned(),
    ]
    .map(|cell| cell.replace('|', "\\|"))
}

/// The page with its generated part written anew; the part is added at the end when it is missing.
pub fn docs_page(page: &str, entries: &[Entry]) -> String {
    let (head, tail) = match page.split_once(BEGIN) {
        Some((head, rest)) => (head, rest.split_once(END).map_or("\n", |(_, tail)| tail)),
        None => (page, "\n"),
    };
    format!("{head}{BEGIN}\n\n{}{END}{tail}", markdown(entries))
}

#[cfg(test)]
mod tests {
    use kernel::inventory::Kept;

    use super::*;

    const TWO: &[Entry] = &[
        Entry::municipality("settings", &["tenant_id", "document"], "Einstellungen"),
        Entry::technical("host", &["name"], "eigene Domains", Kept::WithTenant),
    ];

    #[test]
    fn the_generated_part_replaces_itself_and_nothing_else() {
        let page = format!("# Datenschutz\n\n{BEGIN}\nalt\n{END}\n\nSchluss\n");
        let fresh = docs_page(&page, TWO);
        assert!(fresh.starts_with("# Datenschutz\n\n") && fresh.ends_with("\n\nSchluss\n"));
        assert!(!fresh.contains("alt\n") && fresh.contains("### `host`"));
        assert!(fresh.find("`host`") < fresh.find("`settings`"));
        assert_eq!(docs_page(&fresh, TWO), fresh);
        assert!(docs_page("# Kopf\n", TWO).ends_with(&format!("{END}\n")));
    }
}
