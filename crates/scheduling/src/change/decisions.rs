//! What happens to appointments whose hours go.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use kernel::{AppointmentId, LocalizedText, LocationId};

/// What happens to an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It stays as it is, outside of opening hours.
    Keep,
    /// It moves to a time that the office has chosen.
    Move {
        /// Where.
        location: LocationId,
        /// From when; one of the offered starts.
        start: DateTime<Utc>,
    },
    /// It moves to the nearest free time.
    MoveToSuggestion,
    /// It moves to the nearest free time; without one it is cancelled.
    MoveOrCancel,
    /// It is cancelled.
    Cancel,
}

impl Decision {
    /// Whether a free time is looked for.
    pub(crate) fn wants_relief(self) -> bool {
        matches!(self, Self::MoveToSuggestion | Self::MoveOrCancel)
    }
}

/// A decision, and what is said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What happens.
    pub decision: Decision,
    /// What the person reads, by language; the note for all when `None`.
    pub note: Option<LocalizedText>,
}

/// What was decided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// By appointment.
    pub each: HashMap<AppointmentId, Choice>,
    /// For all others, those included that are booked until the change is published. `None`: nothing may happen then.
    pub others: Option<Decision>,
    /// What moved and cancelled people read, by language.
    pub note: Option<LocalizedText>,
}

impl Choices {
    /// The same for everybody.
    pub fn all(decision: Decision, note: Option<LocalizedText>) -> Self {
        Self { each: HashMap::new(), others: Some(decision), note }
    }

    /// What happens to one.
    pub(crate) fn of(&self, id: AppointmentId) -> Option<(Decision, Option<&LocalizedText>)> {
        match self.each.get(&id) {
            Some(choice) => Some((choice.decision, choice.note.as_ref().or(self.note.as_ref()))),
            None => self.others.map(|decision| (decision, self.note.as_ref())),
        }
    }

    pub(crate) fn decisions(&self) -> impl Iterator<Item = Decision> {
        self.each.values().map(|choice| choice.decision).chain(self.others)
    }
}
