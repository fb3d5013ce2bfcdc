//! Who may do what, and where: one pure table. `docs/roles.md` shows it to people who do not read code.

use std::fmt::Write;

use crate::{Actor, ErrorCode, Grants, LocationId, PublicError, Role, Scope, Scopes};

/// Declares the actions once: enum, list, and what they are in German.
macro_rules! actions {
    ($($(#[doc = $doc:literal])+ $variant:ident = $german:literal;)+) => {
        /// Something that can be done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action { $($(#[doc = $doc])+ $variant),+ }

        impl Action {
            /// All actions, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// What it is, for people who do not read code.
            pub fn german(self) -> &'static str {
                match self { $(Self::$variant => $german),+ }
            }
        }
    };
}

actions! {
    /// Read what the municipality publishes: services, locations, free times, notice.
    ReadPublic = "Veröffentlichtes lesen: Leistungen, Standorte, freie Zeiten, Datenschutzerklärung";
    /// Hold a time.
    Reserve = "eine freie Zeit reservieren";
    /// Turn a held time into an appointment.
    Book = "einen Termin buchen";
    /// See, move or cancel the appointment whose code one has.
    ManageOwn = "den Termin, dessen Code man hat, ansehen, verschieben, absagen";
    /// Open the data of the person who has an appointment: the citizen who opened it, the office that serves them, or
    /// a worker that writes to them.
    OpenPerson = "Angaben der Person zu einem Termin öffnen (die Person selbst, das Amt an seinem Standort, der Versand)";
    /// See and change one's own account, its sessions and sign-ins.
    OwnAccount = "das eigene Konto, seine Sitzungen und Anmeldungen ansehen und ändern";
    /// See the appointments that belong to one's own account.
    OwnAppointments = "die Termine des eigenen Kontos ansehen";
    /// See, take along, restrict and erase one's own data.
    OwnData = "die eigenen Daten ansehen, mitnehmen, einschränken, löschen";
    /// Write down that somebody has asked about their data.
    RecordPrivacyRequests = "Anträge zum Datenschutz aufnehmen";
    /// See requests about data, carry them out, extend and refuse them.
    DecidePrivacyRequests = "Anträge zum Datenschutz sehen, ausführen, verlängern, ablehnen";
    /// Serve citizens: the day's list, book for a caller, open, move and cancel appointments.
    ServeAppointments = "Termine eines Standorts sehen, am Telefon buchen, verschieben, absagen";
    /// Search the customer database.
    SearchCustomers = "in der Kundendatenbank suchen";
    /// See the calendar as the office sees it: opening rules, drafts, closures.
    ReadCalendar = "Öffnungszeiten, Entwürfe und Schließtage sehen";
    /// Change opening rules, publish drafts, close days.
    ChangeCalendar = "Öffnungszeiten und Schließtage ändern";
    /// Import appointments and absences from another system's file, and take an import back.
    ImportCalendar = "Termine und Abwesenheiten aus der Datei eines anderen Systems übernehmen und zurücknehmen";
    /// Invite people of the office, give and take roles, lock accounts.
    ManagePeople = "Beschäftigte einladen, Rollen vergeben, Zugänge sperren";
    /// Make, list and revoke access keys of the office's programs.
    ManageAccessKeys = "Zugangsschlüssel für Programme anlegen und zurückziehen";
    /// See who signed in when, without addresses.
    ReadSignIns = "Anmeldungen aller Konten sehen, ohne IP-Adressen";
    /// See the IP addresses of sign-ins, with a reason that is noted.
    ReadAddresses = "IP-Adressen von Anmeldungen sehen, mit Begründung, die vermerkt wird";
    /// Read and verify the audit trail.
    ReadAudit = "das Protokoll der Verwaltungstätigkeit lesen und prüfen";
    /// See the periods of deletion, its receipts, and what is overdue.
    ReadRetention = "Löschfristen, Löschbelege und Überfälliges sehen";
    /// See how the service is used, as counts.
    ReadStatistics = "die Statistik der Nutzung sehen";
    /// Keep the register of incidents (Art. 33 GDPR).
    ManageIncidents = "das Verzeichnis der Datenschutzvorfälle führen";
    /// See what access the operator was given to people's data, and what it took.
    ReadSupport = "sehen, welchen Zugriff der Betreiber zur Unterstützung hat und hatte";
    /// Give the operator access to people's data for some hours, and take it back.
    GrantSupport = "dem Betreiber für einige Stunden Zugriff geben und ihn zurückziehen";
    /// Read the record of processing activities and the proof of the notice.
    ReadRecord = "Verzeichnis der Verarbeitungstätigkeiten und Nachweis zur Datenschutzerklärung lesen";
    /// Object to announced recipients of people's data, and take that back.
    ObjectToRecipients = "angekündigten Empfängern von Daten widersprechen";
    /// See which municipalities there are and how they are: counts and states, nothing about people.
    ReadPlatform = "Kommunen der Plattform und ihren Zustand sehen: nur Anzahlen";
    /// Create, change, suspend and resume a municipality.
    ConfigureTenant = "eine Kommune anlegen, einrichten, aussetzen";
    /// Wrap the municipalities' keys with a new master key.
    RotateKeys = "die Schlüssel der Kommunen mit einem neuen Hauptschlüssel verpacken";
    /// Send messages, delete what is due, extend calendars.
    RunJobs = "Nachrichten versenden, Fälliges löschen, Kalender fortschreiben";
}

impl Action {
    /// Whether it is done at a location: a role that holds at some locations reaches it there only.
    pub fn has_place(self) -> bool {
        use Action as A;
        matches!(
            self,
            A::Reserve
                | A::Book
                | A::ManageOwn
                | A::OpenPerson
                | A::ServeAppointments
                | A::SearchCustomers
                | A::ReadCalendar
                | A::ChangeCalendar
                | A::ImportCalendar
        )
    }
}

/// How far a right reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// The actor may not at all.
    Nowhere,
    /// At these locations only.
    At(Vec<LocationId>),
    /// In the whole municipality.
    Everywhere,
}

impl Reach {
    /// Whether it includes a location.
    pub fn includes(&self, location: LocationId) -> bool {
        match self {
            Self::Nowhere => false,
            Self::At(locations) => locations.contains(&location),
            Self::Everywhere => true,
        }
    }
}

/// The actor may not do this. Which of a program's keys or whose account it was is not repeated here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the actor may not {action:?}")]
pub struct Forbidden {
    /// What was tried.
    pub action: Action,
}

impl PublicError for Forbidden {
    fn code(&self) -> ErrorCode {
        ErrorCode::Forbidden
    }
}

/// The table for people of the office.
fn role_may(role: Role, action: Action) -> bool {
    use Action as A;
    use Role::{Clerk, DataProtectionOfficer, OfficeManager, Operator, TenantAdministrator};
    match action {
        A::ReadPublic | A::OwnAccount => true,
        // Who serves citizens books on the phone and uses the code that a citizen reads out.
        A::Reserve
        | A::Book
        | A::ManageOwn
        | A::OpenPerson
        | A::ServeAppointments
        | A::SearchCustomers => matches!(role, Clerk | OfficeManager),
        A::ReadCalendar => matches!(role, Clerk | OfficeManager | TenantAdministrator),
        A::ChangeCalendar | A::ImportCalendar => role == OfficeManager,
        A::ManagePeople => matches!(role, TenantAdministrator | Operator),
        A::ManageAccessKeys => matches!(role, TenantAdministrator | Operator),
        A::GrantSupport => role == TenantAdministrator,
        A::ReadSignIns | A::ReadAudit | A::ReadRecord | A::ReadRetention => {
            matches!(role, DataProtectionOfficer | TenantAdministrator | Operator)
        }
        A::ReadAddresses => role == DataProtectionOfficer,
        A::RecordPrivacyRequests => role != Operator,
        A::ReadStatistics => {
            matches!(role, OfficeManager | DataProtectionOfficer | TenantAdministrator)
        }
        A::DecidePrivacyRequests | A::ManageIncidents | A::ReadSupport | A::ObjectToRecipients => {
            matches!(role, DataProtectionOfficer | TenantAdministrator)
        }
        A::ReadPlatform | A::ConfigureTenant | A::RotateKeys => role == Operator,
        A::OwnData | A::OwnAppointments | A::RunJobs => false,
    }
}

/// The table for the office's programs.
fn scopes_may(scopes: Scopes, action: Action) -> bool {
    use Action as A;
    let has = |scope| scopes.contains(scope);
    match action {
        A::ReadPublic => true,
        A::Reserve
        | A::Book
        | A::ManageOwn
        | A::OpenPerson
        | A::ServeAppointments
        | A::SearchCustomers
        // absences need the right to change the calendar besides
        | A::ImportCalendar => has(Scope::Appointments),
        A::ReadCalendar => has(Scope::CalendarRead) || has(Scope::CalendarWrite),
        A::ChangeCalendar => has(Scope::CalendarWrite),
        A::ReadPlatform => has(Scope::PlatformRead) || has(Scope::PlatformWrite),
        A::ConfigureTenant => has(Scope::PlatformWrite),
        _ => false,
    }
}

/// The table for everybody else.
fn other_may(actor: &Actor, action: Action) -> bool {
    use Action as A;
    let is_citizen = matches!(actor, Actor::Citizen | Actor::Account(_));
    let is_operator = matches!(actor, Actor::Operator);
    match action {
        A::ReadPublic => true,
        A::Reserve | A::Book | A::ManageOwn | A::OwnData => is_citizen,
        A::OpenPerson => is_citizen || matches!(actor, Actor::Worker),
        A::OwnAccount | A::OwnAppointments => matches!(actor, Actor::Account(_)),
        A::ServeAppointments
        | A::SearchCustomers
        | A::ReadAddresses
        | A::RecordPrivacyRequests
        | A::DecidePrivacyRequests
        | A::ReadStatistics
        | A::ManageIncidents
        | A::ObjectToRecipients
        | A::GrantSupport => false,
        A::ReadCalendar
        | A::ChangeCalendar
        | A::ImportCalendar
        | A::ManagePeople
        | A::ManageAccessKeys
        | A::ReadSignIns
        | A::ReadAudit
        | A::ReadSupport
        | A::ReadRecord
        | A::ReadPlatform
        | A::ConfigureTenant
        | A::RotateKeys => is_operator,
        A::RunJobs | A::ReadRetention => is_operator || matches!(actor, Actor::Worker),
    }
}

/// How far the actor may do this.
pub fn reach(actor: &Actor, action: Action) -> Reach {
    let all_or_nothing = |may| if may { Reach::Everywhere } else { Reach::Nowhere };
    match actor {
        Actor::Staff { grants, .. } => reach_of(grants, action),
        Actor::Program { scopes, .. } => all_or_nothing(scopes_may(*scopes, action)),
        other => all_or_nothing(other_may(other, action)),
    }
}

fn reach_of(grants: &Grants, action: Action) -> Reach {
    if matches!(action, Action::ReadPublic | Action::OwnAccount) {
        return Reach::Everywhere;
    }
    let mut places = Vec::new();
    for grant in grants.iter().filter(|grant| role_may(grant.role, action)) {
        match grant.location {
            Some(location) if action.has_place() && grant.role.has_places() => {
                places.push(location);
            }
            // a role for one location gives nothing that concerns the whole municipality
            Some(_) => {}
            None => return Reach::Everywhere,
        }
    }
    if places.is_empty() { Reach::Nowhere } else { Reach::At(places) }
}

/// Whether the actor may do this somewhere.
pub fn allows(actor: &Actor, action: Action) -> bool {
    reach(actor, action) != Reach::Nowhere
}

/// [`allows`] as a result.
pub fn check(actor: &Actor, action: Action) -> Result<(), Forbidden> {
    if allows(actor, action) { Ok(()) } else { Err(Forbidden { action }) }
}

/// Whether the actor may do this at a location, as a result.
pub fn check_at(actor: &Actor, action: Action, location: LocationId) -> Result<(), Forbidden> {
    if reach(actor, action).includes(location) { Ok(()) } else { Err(Forbidden { action }) }
}

/// The table as Markdown, for `docs/roles.md`.
pub fn matrix() -> String {
    let nobody = || crate::AccountId::from(uuid::Uuid::nil());
    let place = LocationId::from(uuid::Uuid::nil());
    let mut actors = vec![
        ("Bürgerin oder Bürger".to_owned(), Actor::Citizen),
        ("mit Konto".to_owned(), Actor::Account(nobody())),
    ];
    for role in Role::ALL {
        let location = role.has_places().then_some(place);
        let grants = std::iter::once(crate::Grant { role: *role, location }).collect();
        actors.push((role.german().to_owned(), Actor::Staff { account: nobody(), grants }));
    }
    for scope in Scope::ALL {
        let key = crate::AccessKeyId::from(uuid::Uuid::nil());
        let name = format!("Schlüssel `{}`", scope.wire());
        actors.push((name, Actor::Program { key, scopes: (*scope).into() }));
    }
    actors.push(("Hintergrunddienst".to_owned(), Actor::Worker));
    actors.push(("Betreiber (Befehlszeile)".to_owned(), Actor::Operator));

    let mut page = String::from("| Tätigkeit | Name |");
    for (name, _) in &actors {
        let _ = write!(page, " {name} |");
    }
    let _ = write!(page, "\n|---|---|{}\n", "---|".repeat(actors.len()));
    for action in Action::ALL {
        let _ = write!(page, "| {} | `{action:?}` |", action.german());
        for (_, actor) in &actors {
            let cell = match reach(actor, *action) {
                Reach::Nowhere => "–",
                Reach::At(_) => "am Standort",
                Reach::Everywhere => "ja",
            };
            let _ = write!(page, " {cell} |");
        }
        page.push('\n');
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AccessKeyId, AccountId, Grant};

    fn program(scopes: Scopes) -> Actor {
        Actor::Program { key: AccessKeyId::from(uuid::Uuid::nil()), scopes }
    }

    fn staff(grants: impl IntoIterator<Item = Grant>) -> Actor {
        let account = AccountId::from(uuid::Uuid::nil());
        Actor::Staff { account, grants: grants.into_iter().collect() }
    }

    fn place(number: u128) -> LocationId {
        LocationId::from(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn the_matrix_is_the_one_that_was_agreed() {
        let matrix = matrix();
        assert!(
            include_str!("../../../docs/roles.md").contains(&matrix),
            "run `make docs` and let somebody read what changed:\n{matrix}"
        );
    }

    #[test]
    fn a_set_of_scopes_may_what_its_members_may() {
        for action in Action::ALL {
            for bits in 0..1_u8 << Scope::ALL.len() {
                let members = Scope::ALL.iter().enumerate().filter(|(n, _)| bits >> n & 1 == 1);
                let members: Vec<Scope> = members.map(|(_, scope)| *scope).collect();
                let together = allows(&program(members.iter().copied().collect()), *action);
                let apart = members.iter().any(|scope| allows(&program((*scope).into()), *action));
                let public = *action == Action::ReadPublic;
                assert_eq!(together, apart || public, "{members:?} {action:?}");
            }
        }
    }

    #[test]
    fn a_role_at_a_location_ends_there() {
        let here = Grant { role: Role::OfficeManager, location: Some(place(1)) };
        let actor = staff([here]);
        assert_eq!(reach(&actor, Action::ServeAppointments), Reach::At(vec![place(1)]));
        assert!(check_at(&actor, Action::ChangeCalendar, place(1)).is_ok());
        assert!(check_at(&actor, Action::ChangeCalendar, place(2)).is_err());
        let both = staff([here, Grant { role: Role::Clerk, location: None }]);
        assert_eq!(reach(&both, Action::ServeAppointments), Reach::Everywhere);
        assert_eq!(reach(&both, Action::ChangeCalendar), Reach::At(vec![place(1)]));
    }

    #[test]
    fn what_concerns_the_whole_municipality_is_never_given_for_one_location() {
        for role in Role::ALL {
            let actor = staff([Grant { role: *role, location: Some(place(1)) }]);
            for action in Action::ALL {
                let harmless = matches!(action, Action::ReadPublic | Action::OwnAccount);
                let everywhere = reach(&actor, *action) == Reach::Everywhere;
                assert_eq!(everywhere, harmless, "{role:?} {action:?}");
            }
        }
        assert!(!allows(&staff([]), Action::ServeAppointments), "no role, no right");
    }
}
