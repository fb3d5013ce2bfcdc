//! Every page, one entry each.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use kernel::policy::Action;
use ring::digest::{SHA256, digest};

use super::{
    entries::{Ask, Entry},
    world::{
        Ids,
        Need::{self, Booked, Draft, Key, Owned, Person, Published, SignIn},
        contact,
    },
};

pub(super) fn page(
    name: &'static str,
    action: Action,
    needs: &'static [Need],
    fields: fn(&Ids) -> Vec<(&'static str, String)>,
) -> Entry {
    let ask = if name.starts_with("POST") { Ask::Form(fields) } else { Ask::Page(fields) };
    Entry { name, action, needs, ask }
}

/// A form of one's own account, whose fields are one's own secrets: that it is looked at at all is what counts here.
pub(super) fn own(name: &'static str) -> Entry {
    page(name, Action::OwnAccount, &[], none)
}

pub(super) fn open(name: &'static str) -> Entry {
    page(name, Action::ReadPublic, &[], none)
}

/// The pages of the office.
pub(super) fn pages() -> Vec<Entry> {
    use Action as A;
    vec![
        page("GET /amt", A::OwnAccount, &[], none),
        page("GET /amt/kalender", A::ReadCalendar, &[], none),
        page("GET /amt/kalender/aenderung", A::ReadCalendar, &[Draft], |ids| {
            vec![("id", ids.draft.clone())]
        }),
        page("POST /amt/kalender/veroeffentlichen", A::ChangeCalendar, &[Draft], |ids| {
            vec![("id", ids.draft.clone()), ("andere", "behalten".to_owned())]
        }),
        page("POST /amt/kalender/rueckgaengig", A::ChangeCalendar, &[Published], |ids| {
            vec![("id", ids.published.clone())]
        }),
        page("POST /amt/kalender/verwerfen", A::ChangeCalendar, &[Draft], |ids| {
            vec![("id", ids.draft.clone())]
        }),
        page("POST /amt/kalender/aktualisieren", A::ChangeCalendar, &[Draft], |ids| {
            vec![("id", ids.draft.clone())]
        }),
        page("POST /amt/kalender/oeffnen", A::ChangeCalendar, &[Published], |ids| {
            vec![("ort", ids.location.clone()), ("von", ids.day.clone()), ("bis", ids.day.clone())]
        }),
        page("POST /amt/kalender/schliessen", A::ChangeCalendar, &[], |ids| {
            let reason = ("grund_de", "Umbau".to_owned());
            vec![("ort", ids.location.clone()), ("von", ids.day.clone()), reason]
        }),
        page("GET /amt/kalender/schalter", A::ChangeCalendar, &[], counter),
        page("POST /amt/kalender/schalter", A::ChangeCalendar, &[], counter),
        page("GET /amt/kalender/uebernahme", A::ImportCalendar, &[], none),
        page("GET /amt/kalender/uebernahme/vorlage.csv", A::ImportCalendar, &[], none),
        page("POST /amt/kalender/uebernahme", A::ImportCalendar, &[], imported),
        page("POST /amt/kalender/uebernahme/ausfuehren", A::ImportCalendar, &[], imported),
        page("GET /amt/tag", A::ServeAppointments, &[], |ids| vec![("ort", ids.place.clone())]),
        page("GET /amt/termin", A::ServeAppointments, &[Booked], appointment),
        page("POST /amt/termin/kontakt", A::ServeAppointments, &[Booked], |ids| {
            let mut fields = person(ids);
            fields.push(("id", ids.appointment.clone()));
            fields
        }),
        page("POST /amt/termin/absagen", A::ServeAppointments, &[Booked], appointment),
        page("GET /amt/termin/verschieben", A::ServeAppointments, &[Booked], appointment),
        page("POST /amt/termin/verschieben", A::ServeAppointments, &[Booked], |ids| {
            vec![("id", ids.appointment.clone()), ("zeit", format!("{}@{}", ids.place, ids.start))]
        }),
        page("GET /amt/kunden", A::SearchCustomers, &[], none),
        page("POST /amt/kunden", A::SearchCustomers, &[], |_| {
            vec![("nach", "name".to_owned()), ("suche", "Mustermann".to_owned())]
        }),
        page("GET /amt/buchen", A::ServeAppointments, &[], |ids| vec![("ort", ids.place.clone())]),
        page("POST /amt/buchen", A::ServeAppointments, &[], |ids| {
            let time = format!("{}@{}", ids.place, ids.start);
            vec![
                ("anliegen", "personalausweis:1".to_owned()),
                ("ort", ids.place.clone()),
                ("zeit", time),
            ]
        }),
        page("GET /amt/schluessel", A::ManageAccessKeys, &[], none),
        page("POST /amt/schluessel", A::ManageAccessKeys, &[], |_| {
            let text = |text: &str| text.to_owned();
            vec![("name", text("Anzeige")), ("recht", text("calendar-read")), ("tage", text("9"))]
        }),
        page("GET /amt/schluessel/zurueckziehen", A::ManageAccessKeys, &[Key], key),
        page("POST /amt/schluessel/zurueckziehen", A::ManageAccessKeys, &[Key], key),
        page("GET /amt/kommunen", A::ReadPlatform, &[], none),
        page("GET /amt/kommunen/neu", A::ConfigureTenant, &[], none),
        page("POST /amt/kommunen/neu", A::ConfigureTenant, &[], none),
        page("GET /amt/kommunen/kommune", A::ReadPlatform, &[], none),
        page("POST /amt/kommunen/kommune", A::ConfigureTenant, &[], none),
        page("POST /amt/kommunen/grenze", A::ConfigureTenant, &[], none),
        page("POST /amt/kommunen/domain", A::ConfigureTenant, &[], none),
        page("GET /amt/kommunen/aussetzen", A::ConfigureTenant, &[], none),
        page("POST /amt/kommunen/aussetzen", A::ConfigureTenant, &[], none),
        page("POST /amt/kommunen/oeffnen", A::ConfigureTenant, &[], none),
        page("GET /amt/anmeldungen", A::ReadSignIns, &[], none),
        page("GET /amt/anmeldungen/adresse", A::ReadAddresses, &[SignIn], |ids| {
            vec![("id", ids.sign_in.clone())]
        }),
        page("POST /amt/anmeldungen/adresse", A::ReadAddresses, &[SignIn], |ids| {
            vec![("id", ids.sign_in.clone()), ("grund", "Viele Fehlversuche".to_owned())]
        }),
        page("GET /amt/protokoll", A::ReadAudit, &[], none),
        page("GET /amt/protokoll/protokoll.csv", A::ReadAudit, &[], none),
        page("GET /amt/personen", A::ManagePeople, &[], none),
        page("POST /amt/personen", A::ManagePeople, &[], |ids| {
            let mail = format!("noch{}@example.org", ids.number);
            vec![
                ("vorname", "Neu".to_owned()),
                ("nachname", "Muster".to_owned()),
                ("email", mail),
                ("rolle", "clerk".to_owned()),
            ]
        }),
        page("GET /amt/personen/person", A::ManagePeople, &[Person], |ids| {
            vec![("id", ids.person.clone())]
        }),
        page("POST /amt/personen/person", A::ManagePeople, &[Person], |ids| {
            vec![("id", ids.person.clone()), ("tun", "sperren".to_owned())]
        }),
        page("GET /amt/konto", A::OwnAccount, &[], none),
        own("POST /amt/konto/passwort"),
        own("POST /amt/konto/app"),
        own("POST /amt/konto/app/fertig"),
        own("POST /amt/konto/neue-codes"),
        own("GET /amt/konto/codes"),
        own("POST /amt/konto/codes"),
        own("POST /amt/konto/sitzung"),
        page("GET /amt/konto/app", A::OwnAccount, &[], none),
    ]
}

/// The pages of citizens' accounts.
pub(super) fn account_pages() -> Vec<Entry> {
    use Action as A;
    vec![
        page("GET /konto", A::OwnAppointments, &[], none),
        page("POST /konto/termin", A::OwnAppointments, &[Owned], |ids| {
            vec![("termin", ids.appointment.clone())]
        }),
        page("POST /konto/termin/uebernehmen", A::OwnAppointments, &[Booked], |ids| {
            vec![("code", ids.manage.clone())]
        }),
        own("GET /konto/angaben"),
        own("POST /konto/angaben"),
        own("POST /konto/adresse"),
        own("GET /konto/passwort"),
        own("POST /konto/passwort"),
        own("GET /konto/sitzungen"),
        own("POST /konto/sitzungen"),
        own("GET /konto/anmeldungen"),
        own("GET /konto/loeschen"),
    ]
}

pub(super) fn none(_: &Ids) -> Vec<(&'static str, String)> {
    Vec::new()
}

/// A file with one line that nobody can import, as the page carries it.
fn imported(_: &Ids) -> Vec<(&'static str, String)> {
    let file = b"Datum;Beginn\n01.02.2001;09:00\n";
    let sum = db::signature::hex(digest(&SHA256, file).as_ref());
    vec![
        ("art", "appointments".to_owned()),
        ("pruefsumme", sum),
        ("inhalt", BASE64_URL_SAFE_NO_PAD.encode(file)),
    ]
}

fn appointment(ids: &Ids) -> Vec<(&'static str, String)> {
    vec![("id", ids.appointment.clone())]
}

fn counter(ids: &Ids) -> Vec<(&'static str, String)> {
    vec![("id", ids.counter.clone())]
}

fn person(ids: &Ids) -> Vec<(&'static str, String)> {
    let contact = contact(ids.number + 1);
    ["firstName", "lastName", "email", "phone"]
        .map(|name| (name, contact[name].as_str().unwrap_or_default().to_owned()))
        .into()
}

fn key(ids: &Ids) -> Vec<(&'static str, String)> {
    vec![("id", ids.key.clone())]
}

/// What everybody may open, whoever is signed in: nothing here acts for the office. Its forms have tests of their own.
pub(super) fn open_pages() -> Vec<Entry> {
    [
        "GET /",
        "GET /termine",
        "POST /reservieren",
        "POST /verlaengern",
        "GET /angaben",
        "POST /angaben",
        "GET /pruefen",
        "POST /buchen",
        "GET /bestaetigung",
        "GET /kalender/termin.ics",
        "POST /kalender/termin.ics",
        "GET /termin",
        "POST /termin",
        "GET /termin/ansicht",
        "GET /termin/verschieben",
        "POST /termin/verschieben",
        "POST /termin/neu",
        "GET /termin/absagen",
        "POST /termin/absagen",
        "GET /datenschutz",
        "POST /datenschutz/zaehlen",
        "GET /impressum",
        "GET /barrierefreiheit",
        "GET /konto/registrieren",
        "POST /konto/registrieren",
        "GET /konto/anmelden",
        "POST /konto/anmelden",
        "GET /konto/code",
        "POST /konto/code",
        "GET /amt/anmelden",
        "GET /amt/anmelden/code",
        "POST /amt/anmelden/code",
        "GET /amt/anmelden/weiter",
        "POST /amt/anmelden/weiter",
        "GET /amt/code",
        "POST /amt/code",
        "GET /amt/einrichten",
        "POST /amt/einrichten",
        "POST /amt/einrichten/app",
        "POST /amt/anmelden",
        "POST /amt/abmelden",
        "POST /sprache",
        "GET /{file}",
        "GET /assets/{file}",
    ]
    .map(open)
    .into()
}
