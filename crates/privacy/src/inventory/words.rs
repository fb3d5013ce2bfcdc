//! The inventory in words. They are German: the inventory is read by data-protection officers.

use kernel::{
    inventory::{Category, Entry, Export, Kept, OnErasure, Purpose, Receiver, Start, Store, Whose},
    retention,
};
use tenant::{RecipientRole, Retention};

/// Whose data it is.
pub fn whose(whose: Whose) -> &'static str {
    match whose {
        Whose::Citizen => "Bürgerin oder Bürger",
        Whose::Staff => "Beschäftigte",
        Whose::AccountHolder => "wer ein Konto hat",
        Whose::Visitor => "Besucherin oder Besucher der Seiten",
        Whose::Municipality => "Kommune",
        Whose::Nobody => "niemand",
    }
}

/// What kind of data it is.
pub fn category(category: Category) -> &'static str {
    match category {
        Category::Contact => "Kontaktdaten",
        Category::Appointment => "Termindaten",
        Category::Account => "Kontodaten",
        Category::Credential => "Anmeldemittel",
        Category::SignIn => "Anmeldungen",
        Category::AccessLog => "Zugriffsdaten",
        Category::Message => "Nachrichten",
        Category::Deed => "Handlungen von Beschäftigten",
        Category::Session => "Sitzung",
        Category::Limit => "Zähler gegen Überlastung",
        Category::Configuration => "Einstellungen",
        Category::Technical => "technische Werte",
    }
}

/// Why it is kept.
pub fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Appointment => "Termin",
        Purpose::Account => "Konto",
        Purpose::Notification => "Benachrichtigung",
        Purpose::Analysis => "Analyse der Nutzung",
        Purpose::Security => "Störungen und Missbrauch erkennen",
        Purpose::Operation => "Betrieb",
        Purpose::Accountability => "Nachweis",
    }
}

/// How long it is kept.
pub fn kept(kept: Kept) -> &'static str {
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
        Kept::Receipt | Kept::Statistics => "3 Jahre",
        Kept::SupportGrant => "12 Monate nach dem Ende der Freigabe",
        Kept::Incident => "5 Jahre",
        Kept::Day => "24 Stunden",
        Kept::UntilDone => "bis zur Erledigung",
        Kept::Session => "30 Minuten nach der letzten Nutzung, höchstens 12 Stunden",
        Kept::Minutes => "zwei Minuten",
        Kept::ByTheOffice => "bis das Amt die E-Mail nach eigener Regel löscht",
    }
}

/// How long it is kept at a municipality, with its own numbers.
pub fn period(kind: Kept, settings: &Retention) -> String {
    let days = |count: u32| match count {
        1 => "1 Tag".to_owned(),
        count => format!("{count} Tage"),
    };
    match kind {
        Kept::AfterAppointment => format!(
            "{} nach dem Termin, abgesagt {} nach der Absage",
            days(settings.appointment_days),
            days(settings.cancelled_days)
        ),
        Kept::AfterMessage => format!("{} nach dem Versand", days(settings.message_days)),
        Kept::AccessLog => format!("{} nach dem Aufruf", days(settings.access_log_days)),
        Kept::SignInAddress => format!("{} nach der Anmeldung", days(settings.access_log_days)),
        other => kept(other).to_owned(),
    }
}

/// A kind of data with a period of its own.
pub fn kind(category: retention::Category) -> &'static str {
    use retention::Category;
    match category {
        Category::Appointment => "Termine mit den Angaben zur Person",
        Category::CancelledAppointment => "Abgesagte Termine mit den Angaben zur Person",
        Category::VoluntaryFields => "Anschrift und Geburtsdatum, soweit freiwillig",
        Category::Hold => "Reservierungen, die nicht gebucht wurden",
        Category::PersonPlace => "Anzahl offener Termine zu einer Adresse oder Nummer (Prüfwerte)",
        Category::IdempotencyKey => "Prüfwerte gegen doppelte Anfragen",
        Category::Message => "Nachweise über Nachrichten",
        Category::OfficeNote => "Begründungen des Amts für Verschiebungen und Absagen",
        Category::GivenUpJob => "Aufgegebene Arbeitsaufträge",
        Category::SmsCount => "Gezählte SMS eines Tages",
        Category::UnusedAccount => "Benutzerkonten, die niemand nutzt",
        Category::Code => "Codes zum Bestätigen und Anmelden",
        Category::SignIn => "Anmeldungen",
        Category::SignInAddress => "IP-Adressen von Anmeldungen",
        Category::AccessLog => "Zugriffsprotokoll",
        Category::Session => "Sitzungen",
        Category::LimitCounter => "Zähler gegen Missbrauch",
        Category::AccessKey => "Zugangsschlüssel von Programmen",
        Category::AuditTrail => "Protokoll der Verwaltung",
        Category::Statistics => "Statistik der Nutzung",
        Category::SupportGrant => "Freigaben für den Betreiber",
        Category::Incident => "Verzeichnis der Datenschutzvorfälle",
        Category::PrivacyRequest => "Erledigte Anträge zum Datenschutz",
        Category::ErasureLedger => "Verzeichnis der Löschungen auf Wunsch, mit ihren Prüfungen",
        Category::DeletionReceipt => "Löschbelege",
    }
}

/// What a recipient does.
pub fn role(role: RecipientRole) -> &'static str {
    match role {
        RecipientRole::Operator => "Betreiber",
        RecipientRole::Hosting => "Hosting",
        RecipientRole::Sms => "SMS-Provider",
        RecipientRole::Email => "E-Mail-Dienstleister",
        RecipientRole::Other => "weiterer Dienstleister",
    }
}

/// What the period counts from.
pub fn start(start: Start) -> &'static str {
    match start {
        Start::Collection => "mit der Erhebung",
        Start::EndOfCase => "mit dem Ende des Vorgangs",
        Start::EndOfRelation => "mit dem Ende der Beziehung",
    }
}

/// Where it is kept.
pub fn store(store: Store) -> &'static str {
    match store {
        Store::Database => "Datenbank",
        Store::Redis => "Redis",
        Store::Mailbox => "Postfach des Standorts",
    }
}

/// A receiver beside those that run and host the service.
pub fn receiver(receiver: Receiver) -> &'static str {
    match receiver {
        Receiver::Sms => "SMS-Provider",
        Receiver::Email => "E-Mail-Dienstleister",
        Receiver::Office => "Postfach des Standorts",
    }
}

/// All receivers of an entry, those that run and host the service first.
pub fn recipients(entry: &Entry) -> String {
    let others = entry.receivers.iter().map(|other| receiver(*other));
    ["Betreiber", "Hosting"].into_iter().chain(others).collect::<Vec<_>>().join(", ")
}

/// What the person gets of it.
pub fn export(export: Export) -> &'static str {
    match export {
        Export::NotPersonal => "–",
        Export::Access => "ja",
        Export::Portable => "ja, auch zum Mitnehmen",
        Export::Withheld(_) => "nein",
    }
}

/// What erasure does.
pub fn on_erasure(on_erasure: OnErasure) -> String {
    match on_erasure {
        OnErasure::Keep => "bleibt".to_owned(),
        OnErasure::Delete => "Zeile wird gelöscht".to_owned(),
        OnErasure::Shred => "Schlüssel wird gelöscht".to_owned(),
        OnErasure::Anonymise => "Verweis auf die Person wird entfernt".to_owned(),
        OnErasure::RunOut(why) => format!("läuft ab: {why}"),
    }
}
