//! Who may do what: one pure table. `tests/policy-matrix.txt` shows it as a picture.

use crate::{Actor, ErrorCode, PublicError, Scope};

/// Something that can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Read what the municipality publishes: services, locations, free times, notice.
    ReadPublic,
    /// Hold a time.
    Reserve,
    /// Turn a held time into an appointment.
    Book,
    /// See, move or cancel the appointment whose manage token one has.
    ManageOwn,
    /// Open the data of the person who has an appointment: the citizen who opened it, the office that serves them, or
    /// a worker that writes to them.
    OpenPerson,
    /// See the calendar as the office sees it: opening rules, drafts, closures.
    ReadCalendar,
    /// Change opening rules, publish drafts, close days.
    ChangeCalendar,
    /// Book for a caller; open, move and cancel any appointment of the municipality.
    ServeAppointments,
    /// Make, list and revoke access keys of the office.
    ManageAccessKeys,
    /// Create and change a municipality.
    ConfigureTenant,
    /// Send messages, delete what is due, extend calendars.
    RunJobs,
}

impl Action {
    /// All actions, for the matrix.
    pub const ALL: [Self; 11] = [
        Self::ReadPublic,
        Self::Reserve,
        Self::Book,
        Self::ManageOwn,
        Self::OpenPerson,
        Self::ReadCalendar,
        Self::ChangeCalendar,
        Self::ServeAppointments,
        Self::ManageAccessKeys,
        Self::ConfigureTenant,
        Self::RunJobs,
    ];
}

/// The actor may not do this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{actor:?} may not {action:?}")]
pub struct Forbidden {
    /// Who tried.
    pub actor: Actor,
    /// What was tried.
    pub action: Action,
}

impl PublicError for Forbidden {
    fn code(&self) -> ErrorCode {
        ErrorCode::Forbidden
    }
}

/// The table.
pub fn allows(actor: Actor, action: Action) -> bool {
    let has = |scope| matches!(actor, Actor::Office { scopes, .. } if scopes.contains(scope));
    let is_operator = matches!(actor, Actor::Operator);
    match action {
        Action::ReadPublic => true,
        // Who serves citizens books on the phone and uses the code that a citizen reads out.
        Action::Reserve | Action::Book | Action::ManageOwn => {
            matches!(actor, Actor::Citizen) || has(Scope::Appointments)
        }
        Action::OpenPerson => {
            matches!(actor, Actor::Citizen | Actor::Worker) || has(Scope::Appointments)
        }
        Action::ReadCalendar => {
            is_operator || has(Scope::CalendarRead) || has(Scope::CalendarWrite)
        }
        Action::ChangeCalendar => is_operator || has(Scope::CalendarWrite),
        Action::ServeAppointments => has(Scope::Appointments),
        Action::ManageAccessKeys | Action::ConfigureTenant => is_operator,
        Action::RunJobs => matches!(actor, Actor::Worker | Actor::Operator),
    }
}

/// [`allows`] as a result.
pub fn check(actor: Actor, action: Action) -> Result<(), Forbidden> {
    if allows(actor, action) { Ok(()) } else { Err(Forbidden { actor, action }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AccessKeyId, Scopes};

    fn office(scopes: Scopes) -> Actor {
        Actor::Office { key: AccessKeyId::from(uuid::Uuid::nil()), scopes }
    }

    #[test]
    fn the_matrix_is_the_one_in_the_golden_file() {
        let mut actors = vec![
            ("Citizen".to_owned(), Actor::Citizen),
            ("Worker".to_owned(), Actor::Worker),
            ("Operator".to_owned(), Actor::Operator),
            ("no scope".to_owned(), office(Scopes::NONE)),
        ];
        let keys =
            Scope::ALL.iter().map(|scope| (scope.wire().to_owned(), office((*scope).into())));
        actors.extend(keys);
        let mut matrix = format!("{:<18}{:<30}office's access key with\n{:<18}", "", "", "");
        for (name, _) in &actors {
            matrix += &format!("{name:<w$}", w = width(name));
        }
        for action in Action::ALL {
            matrix = format!("{}\n{:<18}", matrix.trim_end(), format!("{action:?}"));
            for (name, actor) in &actors {
                let cell = if allows(*actor, action) { "yes" } else { "-" };
                matrix += &format!("{cell:<w$}", w = width(name));
            }
        }
        assert_eq!(
            matrix.trim_end(),
            include_str!("../tests/policy-matrix.txt").trim_end(),
            "\n{matrix}"
        );
    }

    fn width(name: &str) -> usize {
        (name.len() + 2).max(10)
    }

    #[test]
    fn a_set_of_scopes_may_what_its_members_may() {
        for action in Action::ALL {
            for bits in 0..1_u8 << Scope::ALL.len() {
                let members = Scope::ALL.iter().enumerate().filter(|(n, _)| bits >> n & 1 == 1);
                let members: Vec<Scope> = members.map(|(_, scope)| *scope).collect();
                let together = allows(office(members.iter().copied().collect()), action);
                let apart = members.iter().any(|scope| allows(office((*scope).into()), action));
                assert_eq!(
                    together,
                    apart || action == Action::ReadPublic,
                    "{members:?} {action:?}"
                );
            }
        }
    }
}
