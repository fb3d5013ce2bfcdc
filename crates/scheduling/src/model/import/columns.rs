//! The columns of a table, and what other systems call them.

use std::fmt::Write;

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Says {
    Key,
    Date,
    Begin,
    EndDate,
    End,
    Minutes,
    Service,
    Location,
    Counter,
    Persons,
    FirstName,
    LastName,
    FullName,
    Email,
    Phone,
    Street,
    PostalCode,
    City,
    BirthDate,
    Language,
    Status,
    Title,
}

/// A column: its name in the template first, then what others call it.
pub(super) struct Column {
    pub(super) says: Says,
    pub(super) names: &'static [&'static str],
    pub(super) example: &'static str,
    /// What it holds, for the documentation.
    holds: &'static str,
}

const fn column(
    says: Says,
    names: &'static [&'static str],
    example: &'static str,
    holds: &'static str,
) -> Column {
    Column { says, names, example, holds }
}

/// All columns, in the order of the template.
pub(super) const ALL: &[Column] = &[
    column(
        Says::Key,
        &[
            "Kennung",
            "ID",
            "UID",
            "Nr",
            "Nummer",
            "Terminnummer",
            "Termin-ID",
            "Buchungsnummer",
            "Vorgangsnummer",
        ],
        "A-1001",
        "the other system's name of the entry; the same one is imported once",
    ),
    column(
        Says::Date,
        &["Datum", "Tag", "Termindatum", "Date", "Day", "Startdatum"],
        "08.12.2026",
        "the day",
    ),
    column(
        Says::Begin,
        &[
            "Beginn",
            "Von",
            "Uhrzeit",
            "Zeit",
            "Start",
            "Startzeit",
            "Anfang",
            "Begin",
            "Time",
            "From",
        ],
        "09:15",
        "the time; with the day in front of it where there is no column for the day",
    ),
    column(
        Says::EndDate,
        &["Enddatum", "Bis Datum", "End date"],
        "",
        "the last day, for absences of several days",
    ),
    column(
        Says::End,
        &["Ende", "Bis", "Endzeit", "Enduhrzeit", "End", "Until"],
        "09:30",
        "the time",
    ),
    column(
        Says::Minutes,
        &["Dauer", "Dauer (Minuten)", "Minuten", "Duration", "Minutes"],
        "",
        "minutes, where there is no end",
    ),
    column(
        Says::Service,
        &["Leistung", "Dienstleistung", "Anliegen", "Terminart", "Service"],
        "personalausweis",
        "key or name of a service",
    ),
    column(
        Says::Location,
        &["Standort", "Dienststelle", "Filiale", "Location", "Office"],
        "",
        "key or name of a location",
    ),
    column(
        Says::Counter,
        &["Schalter", "Platz", "Arbeitsplatz", "Ressource", "Counter", "Desk", "Resource"],
        "",
        "key or name of a counter; any that can do it when empty",
    ),
    column(
        Says::Persons,
        &["Personen", "Anzahl", "Anzahl Personen", "Persons", "Quantity"],
        "1",
        "for how many people",
    ),
    column(Says::FirstName, &["Vorname", "First name", "Given name"], "Erika", "first name"),
    column(
        Says::LastName,
        &["Nachname", "Familienname", "Last name", "Surname", "Family name"],
        "Mustermann",
        "last name",
    ),
    column(
        Says::FullName,
        &["Name", "Kunde", "Kundenname", "Bürger", "Customer"],
        "",
        "both, as “Mustermann, Erika” or “Erika Mustermann”",
    ),
    column(
        Says::Email,
        &["E-Mail", "E-Mail-Adresse", "Mail", "Mailadresse", "E-mail address"],
        "erika@example.org",
        "e-mail address",
    ),
    column(
        Says::Phone,
        &[
            "Telefon",
            "Telefonnummer",
            "Rufnummer",
            "Mobil",
            "Mobilnummer",
            "Handy",
            "Phone",
            "Mobile",
            "Tel",
        ],
        "0151 23456789",
        "phone number",
    ),
    column(Says::Street, &["Straße", "Anschrift", "Adresse", "Street"], "", "street and number"),
    column(Says::PostalCode, &["PLZ", "Postleitzahl", "Postcode", "ZIP"], "", "postcode"),
    column(Says::City, &["Ort", "Wohnort", "City"], "", "town"),
    column(Says::BirthDate, &["Geburtsdatum", "Date of birth", "Birth date"], "", "date of birth"),
    column(Says::Language, &["Sprache", "Language"], "de", "`de` or `en`"),
    column(
        Says::Status,
        &["Status", "Zustand", "State"],
        "",
        "entries that are cancelled there are left out",
    ),
    column(
        Says::Title,
        &["Titel", "Betreff", "Grund", "Anlass", "Summary", "Subject", "Reason"],
        "",
        "what it is called; dropped unless asked for",
    ),
];

/// What a heading says, whatever its capitals, blanks and umlauts.
pub(super) fn meaning(heading: &str) -> Option<Says> {
    let wanted = plain(heading);
    let is_meant = |column: &&Column| column.names.iter().any(|name| plain(name) == wanted);
    ALL.iter().find(is_meant).filter(|_| !wanted.is_empty()).map(|column| column.says)
}

/// A name without what people write differently.
pub(crate) fn plain(text: &str) -> String {
    let letters = crate::model::contact::last_name_key(text);
    letters.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// The columns as a table of the documentation.
pub(super) fn documented() -> String {
    let mut page = String::from("| column | also called | holds |\n|---|---|---|\n");
    for column in ALL {
        let (name, others) = column.names.split_first().unwrap_or((&"", &[]));
        let _ = writeln!(page, "| `{name}` | {} | {} |", others.join(", "), column.holds);
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_heading_means_two_things() {
        let names: Vec<String> =
            ALL.iter().flat_map(|column| column.names).map(|name| plain(name)).collect();
        for (at, name) in names.iter().enumerate() {
            assert!(!names[..at].contains(name), "{name}");
        }
        assert_eq!(meaning("  E-MAIL adresse "), Some(Says::Email));
        assert_eq!(meaning("strasse"), Some(Says::Street));
        assert_eq!(meaning("Buerger"), Some(Says::FullName));
        assert_eq!(meaning("Sternzeichen"), None);
        assert_eq!(meaning("–"), None);
    }
}
