//! What happens to appointments, as other contexts hear of it. Written as a job in the transaction of the change;
//! ids and public facts only.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{AccountCodeId, AppointmentId, LocationId, OfficeNoteId};

/// What happened to an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It was booked.
    Booked,
    /// Its time or place changed.
    Moved,
    /// It was cancelled.
    Cancelled,
}

impl Change {
    /// The word in database and job kinds.
    pub fn key(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Moved => "moved",
            Self::Cancelled => "cancelled",
        }
    }
}

/// An appointment was booked, moved or cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppointmentChanged {
    /// Which one.
    pub appointment: AppointmentId,
    /// What happened.
    pub change: Change,
    /// Counts the changes of the appointment; `SEQUENCE` of its calendar entry (RFC 5545 §3.8.7.4).
    pub sequence: i32,
    /// Where it is now, or was when it was cancelled.
    pub location: LocationId,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// The office changed it, not the citizen.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_office: bool,
    /// What the office says about it. The text stays in its table: jobs carry ids only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<OfficeNoteId>,
}

impl AppointmentChanged {
    /// The kind of the job that carries the event.
    pub const JOB: &'static str = "appointment.changed";
}

/// A mail about an account is to be sent: a code, or a notice. What it says and to whom stays in its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountLetter {
    /// The code or notice.
    pub code: AccountCodeId,
}

impl AccountLetter {
    /// The kind of the job that carries the event.
    pub const JOB: &'static str = "account.letter";
}
