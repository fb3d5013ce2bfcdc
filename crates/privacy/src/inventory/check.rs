//! What must be true of the inventory: it agrees with the database, and with itself.

use std::collections::{BTreeMap, BTreeSet};

use kernel::inventory::{Category, Entry, Export, Kept, OnErasure, Purpose, Receiver, Store};

/// Names that columns of people's tables share with log lines: they say of what sort something is, never whose.
/// Every other name of such a column is forbidden for a field of a log line, a span or a metric.
pub const CLASSIFYING: [&str; 6] = ["kind", "method", "place", "state", "status", "what"];

/// Compares the inventory with the columns of the database. Empty when they agree.
pub fn compare(entries: &[Entry], columns: &[(&str, &str)]) -> Vec<String> {
    let mut named = BTreeSet::new();
    let mut findings = Vec::new();
    let in_database = entries.iter().filter(|entry| entry.store == Store::Database);
    for (table, column) in
        in_database.flat_map(|entry| entry.columns.iter().map(|column| (entry.table, *column)))
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

/// Entries that contradict themselves or each other. Empty when the inventory is consistent.
pub fn inconsistencies(entries: &[Entry]) -> Vec<String> {
    let mut findings = Vec::new();
    for entry in entries {
        let rules = if entry.is_personal() { personal_rules(entry) } else { other_rules(entry) };
        let broken = rules.into_iter().chain(common_rules(entry)).filter(|(holds, _)| !holds);
        findings.extend(broken.map(|(_, rule)| {
            let (table, first) = (entry.table, entry.columns.first().unwrap_or(&"?"));
            format!("{table}.{first}: {rule}")
        }));
    }
    findings.extend(not_erased(entries));
    findings
}

type Rule = (bool, &'static str);

fn common_rules(entry: &Entry) -> [Rule; 4] {
    let is_settings = matches!(entry.category, Category::Configuration | Category::Technical);
    let said = |why: &str| !why.trim().is_empty();
    [
        (!entry.columns.is_empty() && said(entry.holds), "says what it holds"),
        (
            entry.sealed == (entry.on_erasure == OnErasure::Shred),
            "sealed data and its key go together",
        ),
        (entry.is_personal() != is_settings, "the category fits whose data it is"),
        (
            match (entry.export, entry.on_erasure) {
                (Export::Withheld(why), _) | (_, OnErasure::RunOut(why)) => said(why),
                _ => true,
            },
            "an exception has a reason",
        ),
    ]
}

fn personal_rules(entry: &Entry) -> Vec<Rule> {
    vec![
        (entry.export != Export::NotPersonal, "a person gets it, or reads why not (Art. 15 GDPR)"),
        (entry.on_erasure != OnErasure::Keep, "erasure reaches it, or says why not (Art. 17 GDPR)"),
        (entry.kept != Kept::WithTenant, "data of a person has an end of its own"),
        (entry.purpose != Purpose::Operation, "data of a person has a purpose of its own"),
        (
            entry.export != Export::Portable || entry.category != Category::Credential,
            "what proves who somebody is cannot be taken along",
        ),
        (
            entry.store != Store::Mailbox || entry.receivers.contains(&Receiver::Office),
            "who has the mailbox is a receiver",
        ),
    ]
}

fn other_rules(entry: &Entry) -> Vec<Rule> {
    vec![
        (entry.export == Export::NotPersonal, "nobody's data is in nobody's export"),
        (entry.on_erasure == OnErasure::Keep, "erasing a person leaves it alone"),
        (entry.receivers.is_empty(), "has no receivers of personal data"),
    ]
}

/// Tables with data of a person of which no column says how the person's row ends.
fn not_erased(entries: &[Entry]) -> Vec<String> {
    let mut tables: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.is_personal()) {
        tables.entry(entry.table).or_default().push(entry);
    }
    let ends = |entry: &&Entry| {
        matches!(entry.on_erasure, OnErasure::Delete | OnErasure::Shred | OnErasure::RunOut(_))
    };
    let left = tables.into_iter().filter(|(_, entries)| !entries.iter().any(ends));
    left.map(|(table, _)| format!("{table}: no column says how a person's row ends")).collect()
}

/// Names of columns with data of a person, without those that only classify: none of them may name a field of a log
/// line, a span or a metric.
pub fn personal_names(entries: &[Entry]) -> BTreeSet<&'static str> {
    entries
        .iter()
        .filter(|entry| entry.is_personal())
        .flat_map(|entry| entry.columns)
        .copied()
        .filter(|name| !CLASSIFYING.contains(name))
        .collect()
}

#[cfg(test)]
mod tests {
    use kernel::inventory::Whose;

    use super::*;

    const TWO: &[Entry] = &[
        Entry::municipality("settings", &["tenant_id", "document"], "Einstellungen"),
        Entry::technical("host", &["name"], "eigene Domains", Kept::WithTenant),
    ];

    const NAME: Entry = Entry::personal(
        (Whose::Citizen, Category::Contact),
        "customer",
        &["name"],
        "Name",
        Purpose::Appointment,
        Kept::AfterAppointment,
    );

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
    fn each_contradiction_is_named() {
        assert_eq!(inconsistencies(&[NAME, TWO[0], NAME.sealed().portable()]), [""; 0]);
        for (entry, rule) in [
            (Entry { sealed: true, ..NAME }, "sealed data and its key go together"),
            (NAME.on_erasure(OnErasure::Shred), "sealed data and its key go together"),
            (Entry { export: Export::NotPersonal, ..NAME }, "a person gets it"),
            (NAME.on_erasure(OnErasure::Keep), "erasure reaches it"),
            (Entry { kept: Kept::WithTenant, ..NAME }, "an end of its own"),
            (Entry { purpose: Purpose::Operation, ..NAME }, "a purpose of its own"),
            (Entry { category: Category::Technical, ..NAME }, "the category fits"),
            (Entry { category: Category::Credential, ..NAME.portable() }, "taken along"),
            (NAME.withheld(" "), "an exception has a reason"),
            (NAME.on_erasure(OnErasure::RunOut("")), "an exception has a reason"),
            (NAME.in_store(Store::Mailbox), "is a receiver"),
            (Entry { columns: &[], ..NAME }, "says what it holds"),
            (TWO[0].portable(), "in nobody's export"),
            (TWO[0].on_erasure(OnErasure::Delete), "leaves it alone"),
            (TWO[1].received_by(&[Receiver::Sms]), "no receivers"),
        ] {
            let found = inconsistencies(&[entry]);
            assert!(found.iter().any(|finding| finding.contains(rule)), "{rule}: {found:?}");
        }
    }

    #[test]
    fn a_table_of_a_person_that_erasure_forgets_is_named() {
        let reference = Entry { columns: &["subject_id"], ..NAME }.on_erasure(OnErasure::Anonymise);
        assert_eq!(inconsistencies(&[NAME, reference]), [""; 0]);
        assert_eq!(
            inconsistencies(&[reference]),
            ["customer: no column says how a person's row ends"]
        );
    }

    #[test]
    fn names_for_logs_are_all_but_those_of_people() {
        let kind = Entry { columns: &["kind", "login_index"], ..NAME };
        assert_eq!(Vec::from_iter(personal_names(&[kind, TWO[0]])), ["login_index"]);
    }
}
