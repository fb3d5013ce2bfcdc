//! The record of processing activities (Art. 30 GDPR): the controller's own, and the processor's about its municipalities.
//! Made from the inventory and what the municipality has configured; there is nothing to keep up by hand.
//!
//! Its words are German: it is read by data-protection officers and handed to authorities.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use kernel::{
    Ctx,
    inventory::{Entry, Purpose, Receiver},
    policy::{Action, Forbidden},
};
use tenant::{Municipality, Recipient, RecipientRole};

use crate::inventory as words;

/// Whom one can write to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Its name.
    pub name: String,
    /// Street, postcode and town; empty where only an address for mails is known.
    pub address: String,
    /// E-mail address and telephone.
    pub contact: String,
}

/// What a municipality does with personal data (Art. 30(1) GDPR).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The controller.
    pub controller: Party,
    /// Its data-protection officer, if one is named.
    pub officer: Option<Party>,
    /// What it does, purpose by purpose.
    pub activities: Vec<Activity>,
    /// Who gets data, under which contract.
    pub recipients: Vec<RecordedRecipient>,
    /// What protects the data (Art. 32 GDPR).
    pub measures: &'static [&'static str],
}

/// What is done for one purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// The purpose.
    pub purpose: &'static str,
    /// What allows it.
    pub basis: String,
    /// Whose data it is about.
    pub people: Vec<&'static str>,
    /// The data.
    pub data: Vec<RecordedData>,
}

/// Data of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedData {
    /// What kind of data it is.
    pub category: &'static str,
    /// What it holds.
    pub holds: &'static str,
    /// Whose it is.
    pub whose: &'static str,
    /// Where it is kept.
    pub store: &'static str,
    /// Who gets it.
    pub recipients: String,
    /// How long it is kept.
    pub period: String,
    /// What the period counts from.
    pub begins: &'static str,
    /// Whether it is encrypted under the person's own key.
    pub sealed: bool,
}

/// A recipient and its contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedRecipient {
    /// What it does.
    pub role: &'static str,
    /// Company and address.
    pub name: String,
    /// The date of the contract (Art. 28 GDPR).
    pub contract_on: NaiveDate,
}

/// What a processor does for one municipality (Art. 30(2) GDPR).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The controller.
    pub controller: Party,
    /// Its data-protection officer, if one is named.
    pub officer: Option<Party>,
    /// What is done for it.
    pub activities: Vec<&'static str>,
    /// The further processors.
    pub processors: Vec<RecordedRecipient>,
}

/// What protects the data. The proof looks whether it is so.
pub const MEASURES: &[&str] = &[
    "Übertragung nur verschlüsselt (TLS), auch zu Datenbank, Redis und Mail-Server, wenn sie nicht auf derselben Maschine stehen",
    "Angaben zur Person in der Datenbank verschlüsselt (ChaCha20-Poly1305), mit einem Schlüssel je Person; Löschung des Schlüssels löscht die Angaben, auch in Sicherungen",
    "Kommunen in der Datenbank durch erzwungenen Zeilenschutz getrennt; das Programm kann ihn nicht umgehen und prüft das beim Start",
    "Rechte nach Rollen, für jede Anfrage neu geprüft; Beschäftigte melden sich mit zwei Faktoren oder dem Dienst der Kommune an",
    "Protokoll der Verwaltungstätigkeit mit verketteten Prüfwerten",
    "Löschung nach Fristen von selbst; keine Angaben zur Person in technischen Protokollen",
    "Grenzen gegen Überlastung und Ausprobieren; Buchung auch ohne Redis, Mail-Server und SMS-Provider möglich",
];

/// The municipality's own record.
pub fn record(ctx: &Ctx, town: &Municipality, entries: &[Entry]) -> Result<Record, Forbidden> {
    ctx.authorize(Action::ReadRecord)?;
    let personal = entries.iter().filter(|entry| entry.is_personal());
    let purposes: BTreeSet<Purpose> = personal.clone().map(|entry| entry.purpose).collect();
    let activities = purposes.into_iter().map(|purpose| {
        let of_it: Vec<&Entry> =
            personal.clone().filter(|entry| entry.purpose == purpose).collect();
        activity(town, purpose, &of_it)
    });
    Ok(Record {
        controller: controller(town),
        officer: officer(town),
        activities: activities.collect(),
        recipients: town.recipients.iter().map(recorded).collect(),
        measures: MEASURES,
    })
}

/// What the processor does for the municipality, for the processor's record.
pub fn client(ctx: &Ctx, town: &Municipality, entries: &[Entry]) -> Result<Client, Forbidden> {
    let record = record(ctx, town, entries)?;
    let is_further = |recipient: &&Recipient| recipient.role != RecipientRole::Operator;
    Ok(Client {
        controller: record.controller,
        officer: record.officer,
        activities: record.activities.iter().map(|activity| activity.purpose).collect(),
        processors: town.recipients.iter().filter(is_further).map(recorded).collect(),
    })
}

fn activity(town: &Municipality, purpose: Purpose, entries: &[&Entry]) -> Activity {
    let people: BTreeSet<_> = entries.iter().map(|entry| entry.whose).collect();
    Activity {
        purpose: words::purpose(purpose),
        basis: town.legal_bases().of(purpose).unwrap_or_default(),
        people: people.into_iter().map(words::whose).collect(),
        data: entries.iter().map(|entry| data(town, entry)).collect(),
    }
}

fn data(town: &Municipality, entry: &Entry) -> RecordedData {
    RecordedData {
        category: words::category(entry.category),
        holds: entry.holds,
        whose: words::whose(entry.whose),
        store: words::store(entry.store),
        recipients: recipients(town, entry),
        period: words::period(entry.kept, &town.settings.retention),
        begins: words::start(entry.kept.start()),
        sealed: entry.sealed,
    }
}

/// Who really gets the data of an entry at this municipality: what is switched off gets nothing.
fn recipients(town: &Municipality, entry: &Entry) -> String {
    let role = |receiver: Receiver| match receiver {
        Receiver::Sms => town.settings.sms.enabled.then_some(RecipientRole::Sms),
        Receiver::Email => town.settings.mail.enabled.then_some(RecipientRole::Email),
        Receiver::Office => None,
    };
    let roles: BTreeSet<_> = [RecipientRole::Operator, RecipientRole::Hosting]
        .into_iter()
        .chain(entry.receivers.iter().copied().filter_map(role))
        .map(RecipientRole::key)
        .collect();
    let listed = town.recipients.iter().filter(|recipient| roles.contains(recipient.role.key()));
    let mut names: Vec<&str> = listed.map(|recipient| recipient.name.as_str()).collect();
    if entry.receivers.contains(&Receiver::Office) && town.settings.mail.enabled {
        names.push(words::receiver(Receiver::Office));
    }
    names.join(", ")
}

fn controller(town: &Municipality) -> Party {
    let own = &town.controller;
    Party {
        name: own.name.clone(),
        address: format!("{}, {} {}", own.street, own.postal_code, own.city),
        contact: format!("{}, {}", own.email, town.settings.phone),
    }
}

fn officer(town: &Municipality) -> Option<Party> {
    let officer = town.settings.data_protection_officer.as_ref()?;
    let contact = match officer.phone.as_str() {
        "" => officer.email.clone(),
        phone => format!("{}, {phone}", officer.email),
    };
    Some(Party { name: officer.name.clone(), address: String::new(), contact })
}

fn recorded(recipient: &Recipient) -> RecordedRecipient {
    let Recipient { name, street, postal_code, city, contract_on, .. } = recipient;
    RecordedRecipient {
        role: words::role(recipient.role),
        name: format!("{name}, {street}, {postal_code} {city}"),
        contract_on: *contract_on,
    }
}

impl Record {
    /// The record as rows of a sheet; the first row names the columns.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let head = [
            "Teil",
            "Bezeichnung",
            "Rechtsgrundlage",
            "betroffene Personen",
            "Art der Daten",
            "Inhalt",
            "Empfänger",
            "Frist",
            "Frist beginnt",
            "verschlüsselt je Person",
            "Ort",
        ];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        rows.push(party_row("Verantwortlicher", &self.controller));
        rows.extend(self.officer.iter().map(|officer| party_row("Datenschutz", officer)));
        for activity in &self.activities {
            rows.extend(activity.data.iter().map(|data| data_row(activity, data)));
        }
        rows.extend(self.recipients.iter().map(recipient_row));
        rows.extend(self.measures.iter().map(|measure| row("Maßnahme", (*measure).to_owned(), [])));
        rows
    }
}

/// The processor's record as rows of a sheet.
pub fn client_rows(clients: &[Client]) -> Vec<Vec<String>> {
    let head = [
        "Verantwortlicher",
        "Anschrift",
        "Kontakt",
        "Datenschutz",
        "Verarbeitungen",
        "weitere Auftragsverarbeiter",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(clients.iter().map(|client| {
        let officer = client.officer.as_ref();
        let officer = officer.map(|officer| format!("{}, {}", officer.name, officer.contact));
        let processors = client.processors.iter().map(|processor| {
            format!(
                "{} ({}, Vertrag vom {})",
                processor.name,
                processor.role,
                day(processor.contract_on)
            )
        });
        vec![
            client.controller.name.clone(),
            client.controller.address.clone(),
            client.controller.contact.clone(),
            officer.unwrap_or_default(),
            client.activities.join("; "),
            processors.collect::<Vec<_>>().join("; "),
        ]
    }));
    rows.extend(MEASURES.iter().map(|measure| {
        let mut row = vec!["Maßnahme".to_owned(), (*measure).to_owned()];
        row.resize(6, String::new());
        row
    }));
    rows
}

/// "1. September 2020" would need a language; a date that sorts does not.
fn day(day: NaiveDate) -> String {
    day.format("%d.%m.%Y").to_string()
}

const COLUMNS: usize = 11;

fn row<const N: usize>(part: &str, name: String, cells: [(usize, String); N]) -> Vec<String> {
    let mut row = vec![String::new(); COLUMNS];
    for (place, text) in [(0, part.to_owned()), (1, name)].into_iter().chain(cells) {
        if let Some(cell) = row.get_mut(place) {
            *cell = text;
        }
    }
    row
}

fn party_row(part: &str, party: &Party) -> Vec<String> {
    let place = [party.address.as_str(), party.contact.as_str()];
    let place: Vec<&str> = place.into_iter().filter(|text| !text.is_empty()).collect();
    row(part, party.name.clone(), [(5, place.join(", "))])
}

fn recipient_row(recipient: &RecordedRecipient) -> Vec<String> {
    let contract = format!("Vertrag vom {}", day(recipient.contract_on));
    row("Empfänger", recipient.name.clone(), [(4, recipient.role.to_owned()), (5, contract)])
}

fn data_row(activity: &Activity, data: &RecordedData) -> Vec<String> {
    let sealed = if data.sealed { "ja" } else { "nein" };
    let cells = [
        (2, activity.basis.clone()),
        (3, data.whose.to_owned()),
        (4, data.category.to_owned()),
        (5, data.holds.to_owned()),
        (6, data.recipients.clone()),
        (7, data.period.clone()),
        (8, data.begins.to_owned()),
        (9, sealed.to_owned()),
        (10, data.store.to_owned()),
    ];
    row("Verarbeitung", activity.purpose.to_owned(), cells)
}
