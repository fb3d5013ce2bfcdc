//! An appointment and the states that it goes through.

use chrono::{DateTime, Utc};
use kernel::{AppointmentId, Locale, LocationId};

use super::catalogue::Item;

/// A booked visit.
#[derive(Debug, Clone)]
pub struct Appointment {
    /// Its id.
    pub id: AppointmentId,
    /// What people say on the phone: 8 letters and digits in two groups, unique in the municipality.
    pub reference: String,
    /// Its state.
    pub status: Status,
    /// Where.
    pub location: LocationId,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// What for.
    pub items: Vec<Item>,
    /// Counts changes.
    pub sequence: i32,
    /// The language of its messages.
    pub locale: Locale,
    /// The version of the privacy notice that was shown.
    pub notice_version: i32,
    /// When it was booked.
    pub booked_at: DateTime<Utc>,
}

/// The states of an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Waits for the confirmation of the e-mail address.
    Pending,
    /// Firm.
    Confirmed,
    /// The person is here.
    CheckedIn,
    /// The person was called.
    Called,
    /// The person is being served.
    Serving,
    /// Done.
    Completed,
    /// Nobody came.
    NoShow,
    /// Cancelled.
    Cancelled,
}

impl Status {
    /// All states.
    pub const ALL: [Self; 8] = [
        Self::Pending,
        Self::Confirmed,
        Self::CheckedIn,
        Self::Called,
        Self::Serving,
        Self::Completed,
        Self::NoShow,
        Self::Cancelled,
    ];

    /// The word in the database and the API.
    pub fn key(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Confirmed => "CONFIRMED",
            Self::CheckedIn => "CHECKED_IN",
            Self::Called => "CALLED",
            Self::Serving => "SERVING",
            Self::Completed => "COMPLETED",
            Self::NoShow => "NO_SHOW",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// Reads the word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.key() == key)
    }

    /// Whether the citizen may still move or cancel.
    pub fn can_change(self) -> bool {
        matches!(self, Self::Pending | Self::Confirmed)
    }
}
