//! Who may do what: one pure table. `tests/policy-matrix.txt` shows it as a picture.

use crate::{Actor, ErrorCode, PublicError};

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
    /// Open the data of the person who has an appointment: the citizen who opened it, or a worker that writes to them.
    OpenPerson,
    /// Create and change a municipality.
    ConfigureTenant,
    /// Send messages, delete what is due, extend calendars.
    RunJobs,
}

impl Action {
    /// All actions, for the matrix.
    pub const ALL: [Self; 7] = [
        Self::ReadPublic,
        Self::Reserve,
        Self::Book,
        Self::ManageOwn,
        Self::OpenPerson,
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
    match action {
        Action::ReadPublic => true,
        Action::Reserve | Action::Book | Action::ManageOwn => matches!(actor, Actor::Citizen),
        Action::OpenPerson => matches!(actor, Actor::Citizen | Actor::Worker),
        Action::ConfigureTenant => matches!(actor, Actor::Operator),
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

    #[test]
    fn the_matrix_is_the_one_in_the_golden_file() {
        let actors = [Actor::Citizen, Actor::Worker, Actor::Operator];
        let mut matrix = format!("{:<16}", "");
        for actor in actors {
            matrix += &format!("{:<10}", format!("{actor:?}"));
        }
        for action in Action::ALL {
            matrix = format!("{}\n{:<16}", matrix.trim_end(), format!("{action:?}"));
            for actor in actors {
                matrix += &format!("{:<10}", if allows(actor, action) { "yes" } else { "-" });
            }
        }
        assert_eq!(matrix.trim_end(), include_str!("../tests/policy-matrix.txt").trim_end());
    }
}
