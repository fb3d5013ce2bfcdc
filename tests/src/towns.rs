//! The two municipalities that every test has, from the demo's files.

use toml::{Table, Value};

use crate::repository;

/// Haltern's file, to be changed by a test.
pub fn haltern() -> Table {
    read("haltern")
}

/// Musterstadt's file, to be changed by a test.
pub fn musterstadt() -> Table {
    read("musterstadt")
}

/// The coat of arms of the demo.
pub fn coat_of_arms(slug: &str) -> String {
    // a town that a test has founded has none of its own
    let slug = if slug == "haltern" { slug } else { "musterstadt" };
    repository::text(&format!("deploy/demo/{slug}.svg"))
}

fn read(slug: &str) -> Table {
    repository::text(&format!("deploy/demo/{slug}.toml")).parse().expect("the demo's file")
}

/// Sets a value by its path, `booking.hold_minutes`.
pub fn set(town: &mut Table, path: &str, value: impl Into<Value>) {
    let (tables, key) = path.rsplit_once('.').unwrap_or(("", path));
    let mut table = town;
    for name in tables.split('.').filter(|name| !name.is_empty()) {
        table = table
            .get_mut(name)
            .and_then(Value::as_table_mut)
            .unwrap_or_else(|| panic!("{path}: there is no table {name}"));
    }
    table.insert(key.to_owned(), value.into());
}

/// A town with one location, one counter, one service of `minutes`, open on weekdays from 9 to 10.
pub fn tiny(mut town: Table, minutes: i64) -> Table {
    let part: Table = format!(
        r#"
        [[services]]
        key = "personalausweis"
        name = {{ de = "Personalausweis beantragen", en = "Apply for an identity card" }}
        description = {{ de = "Neu oder abgelaufen.", en = "New or expired." }}
        duration_minutes = {minutes}
        extra_person_minutes = 0
        max_quantity = 2
        words = []
        wanted = 1
        documents = []

        [[locations]]
        key = "buergerbuero"
        name = {{ de = "Bürgerbüro", en = "Citizens’ office" }}
        street = "Markt 1"
        postal_code = "45721"
        city = "Haltern am See"
        directions = {{ de = "Erdgeschoss", en = "Ground floor" }}
        office_email = "buergerbuero@haltern.de"

        [[locations.counters]]
        key = "schalter-1"
        name = "Schalter 1"
        services = ["personalausweis"]

        [[locations.counters.hours]]
        days = ["mo", "tu", "we", "th", "fr"]
        from = "09:00"
        to = "10:00"
        "#
    )
    .parse()
    .expect("the tiny town");
    town.remove("closures");
    town.extend(part);
    town
}

/// A town with other services, locations and closures, as TOML.
pub fn with_calendar(mut town: Table, calendar: &str) -> Table {
    for part in ["services", "locations", "closures"] {
        town.remove(part);
    }
    let part: Table = calendar.parse().unwrap_or_else(|error| panic!("{error}: {calendar}"));
    town.extend(part);
    town
}

/// A service of so many minutes, and more lines about it.
pub fn service(key: &str, minutes: u32, more: &str) -> String {
    format!(
        "[[services]]\nkey = \"{key}\"\nname = {{ de = \"{key}\" }}\nduration_minutes = {minutes}\n\
         extra_person_minutes = 0\nmax_quantity = 1\n{more}\n"
    )
}

/// A location; its counters follow.
pub fn location(key: &str, more: &str) -> String {
    format!(
        "[[locations]]\nkey = \"{key}\"\nname = {{ de = \"{key}\" }}\nstreet = \"Markt 1\"\n\
         postal_code = \"45721\"\ncity = \"Haltern am See\"\noffice_email = \"amt@haltern.example\"\n{more}\n"
    )
}

/// A counter of the location before it, and lines about its hours.
pub fn counter(key: &str, services: &[&str], hours: &str) -> String {
    format!(
        "[[locations.counters]]\nkey = \"{key}\"\nname = \"{key}\"\nservices = {services:?}\n{hours}\n"
    )
}
