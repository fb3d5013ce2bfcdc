//! The privacy inventory: this crate's own tables, and the words and checks for everybody's.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use kernel::inventory::{Entry, Kept, OnErasure, Purpose, Whose};

/// The privacy inventory of the notice's versions and the access log.
pub const INVENTORY: &[Entry] = &[
    Entry {
        table: "privacy_notice",
        columns: &[
            "tenant_id",
            "version",
            "locale",
            "effective_from",
            "sections",
            "hash",
            "created_at",
        ],
        whose: Whose::Municipality,
        holds: "Fassungen der Datenschutzerklärung",
        purpose: Purpose::Accountability,
        kept: Kept::WithTenant,
        on_erasure: OnErasure::Keep,
        sealed: false,
    },
    Entry {
        table: "privacy_request",
        columns: &[
            "tenant_id",
            "id",
            "reference",
            "kind",
            "state",
            "channel",
            "received_on",
            "due_on",
            "extended_until",
            "extension_reason",
            "refusal_reason",
            "answered_at",
            "answered_by",
            "reminded_on",
            "created_at",
        ],
        whose: Whose::Nobody,
        holds: "Anträge nach Art. 15 bis 21 DSGVO: Art, Fristen, Ergebnis, Begründung; ohne Angaben zur Person",
        purpose: Purpose::Accountability,
        kept: Kept::Request,
        on_erasure: OnErasure::Keep,
        sealed: false,
    },
    Entry {
        table: "privacy_request",
        columns: &["sealed"],
        whose: Whose::Citizen,
        holds: "wer den Antrag stellt: Name, E-Mail-Adresse; bis zur Antwort",
        purpose: Purpose::Accountability,
        kept: Kept::UntilDone,
        on_erasure: OnErasure::Shred,
        sealed: true,
    },
    Entry {
        table: "privacy_request",
        columns: &["subject_id", "about"],
        whose: Whose::Citizen,
        holds: "Kennungen, um die es in einem offenen Antrag geht; bis zur Antwort",
        purpose: Purpose::Accountability,
        kept: Kept::UntilDone,
        on_erasure: OnErasure::Anonymise,
        sealed: false,
    },
    Entry::technical("access_log", &["tenant_id", "id"], "Kennung des Eintrags", Kept::AccessLog),
    Entry {
        table: "access_log",
        columns: &[
            "ip",
            "requested_at",
            "utc_offset",
            "path",
            "status",
            "bytes",
            "referrer",
            "browser",
            "system",
            "language",
        ],
        whose: Whose::Visitor,
        holds: "Zugriffsprotokoll mit den zehn Angaben aus § 4 der Datenschutzerklärung",
        purpose: Purpose::Security,
        kept: Kept::AccessLog,
        on_erasure: OnErasure::Delete,
        sealed: false,
    },
];

/// Where the generated part of a page begins.
pub const BEGIN: &str = "<!-- inventory -->";
/// Where it ends.
pub const END: &str = "<!-- /inventory -->";

/// The tables of the inventory as Markdown, in alphabetical order.
pub fn markdown(entries: &[Entry]) -> String {
    let mut tables: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        tables.entry(entry.table).or_default().push(entry);
    }
    let mut page = String::new();
    for (table, entries) in tables {
        let _ = write!(
            page,
            "### `{table}`\n\n\
             | Spalten | Inhalt | wessen | Zweck | Dauer | bei Löschung der Person | versiegelt |\n\
             |---|---|---|---|---|---|---|\n"
        );
        for entry in entries {
            let columns: Vec<String> =
                entry.columns.iter().map(|name| format!("`{name}`")).collect();
            let _ = writeln!(
                page,
                "| {} | {} | {} | {} | {} | {} | {} |",
                columns.join(", "),
                entry.holds.replace('|', "\\|"),
                whose(entry.whose),
                purpose(entry.purpose),
                kept(entry.kept),
                on_erasure(entry.on_erasure),
                if entry.sealed { "ja" } else { "–" },
            );
        }
        page.push('\n');
    }
    page
}

/// The page with its generated part written anew; the part is added at the end when it is missing.
pub fn docs_page(page: &str, entries: &[Entry]) -> String {
    let (head, tail) = match page.split_once(BEGIN) {
        Some((head, rest)) => (head, rest.split_once(END).map_or("\n", |(_, tail)| tail)),
        None => (page, "\n"),
    };
    format!("{head}{BEGIN}\n\n{}{END}{tail}", markdown(entries))
}

/// Compares the inventory with the columns of the database. Empty when they agree.
pub fn compare(entries: &[Entry], columns: &[(&str, &str)]) -> Vec<String> {
    let mut named = BTreeSet::new();
    let mut findings = Vec::new();
    for (table, column) in
        entries.iter().flat_map(|entry| entry.columns.iter().map(|column| (entry.table, *column)))
    {
        if !named.insert((table, column)) {
            findings.push(format!("{table}.{column} is named twice in the inventory"));
        }
    }
    let there: BTreeSet<(&str, &str)> = columns.iter().copied().collect();
    findings.extend(
        there.difference(&named).map(|(t, c)| format!("{t}.{c} is missing in the inventory")),
    );
    findings.extend(
        named
            .difference(&there)
            .map(|(t, c)| format!("{t}.{c} is in the inventory but not in the database")),
    );
    findings
}

fn whose(whose: Whose) -> &'static str {
    match whose {
        Whose::Citizen => "Bürgerin oder Bürger",
        Whose::Staff => "Beschäftigte",
        Whose::AccountHolder => "wer ein Konto hat",
        Whose::Visitor => "Besucherin oder Besucher der Seiten",
        Whose::Municipality => "Kommune",
        Whose::Nobody => "niemand",
    }
}

fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Appointment => "Termin",
        Purpose::Account => "Konto",
        Purpose::Notification => "Benachrichtigung",
        Purpose::Security => "Störungen und Missbrauch erkennen",
        Purpose::Operation => "Betrieb",
        Purpose::Accountability => "Nachweis",
    }
}

fn kept(kept: Kept) -> &'static str {
    match kept {
        Kept::WithTenant => "solange die Kommune den Dienst nutzt",
        Kept::Reservation => "bis einen Tag nach dem Ende der Reservierung",
        Kept::AfterAppointment => "bis N Tage nach dem Termin (Einstellung, höchstens 30)",
        Kept::AfterMessage => "bis N Tage nach dem Versand (Einstellung, höchstens 30)",
        Kept::AccessLog => "N Tage (Einstellung, höchstens 7)",
        Kept::AfterAccessKey => "bis 90 Tage nach Ablauf oder Widerruf",
        Kept::Account => {
            "bis zur Löschung des Kontos, höchstens 24 Monate nach der letzten Nutzung"
        }
        Kept::Code => "bis einen Tag nach Ablauf des Codes",
        Kept::SignIn => "90 Tage",
        Kept::SignInAddress => {
            "N Tage, so lange wie das Zugriffsprotokoll (Einstellung, höchstens 7)"
        }
        Kept::AuditTrail => "12 Monate",
        Kept::Request => "3 Jahre nach der Antwort, bis zum Jahresende",
        Kept::Day => "24 Stunden",
        Kept::UntilDone => "bis zur Erledigung",
    }
}

fn on_erasure(on_erasure: OnErasure) -> &'static str {
    match on_erasure {
        OnErasure::Keep => "bleibt",
        OnErasure::Delete => "Zeile wird gelöscht",
        OnErasure::Shred => "Schlüssel wird gelöscht",
        OnErasure::Anonymise => "Verweis auf die Person wird entfernt",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &[Entry] = &[
        Entry::municipality("settings", &["tenant_id", "document"], "Einstellungen"),
        Entry::technical("host", &["name"], "eigene Domains", Kept::WithTenant),
    ];

    #[test]
    fn differences_to_the_database_are_named() {
        let same = [("settings", "tenant_id"), ("settings", "document"), ("host", "name")];
        assert_eq!(compare(TWO, &same), Vec::<String>::new());
        assert_eq!(
            compare(TWO, &[same[0], same[2], ("host", "tenant")]),
            [
                "host.tenant is missing in the inventory",
                "settings.document is in the inventory but not in the database",
            ]
        );
        let twice = [TWO, &[Entry::municipality("host", &["name"], "noch einmal")]].concat();
        assert_eq!(compare(&twice, &same), ["host.name is named twice in the inventory"]);
    }

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
