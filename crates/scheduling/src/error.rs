//! What can be refused, and how it is said.

use db::Fault;
use kernel::{ErrorCode, PublicError, policy::Forbidden};

use crate::EditProblem;

/// Why a use case of the calendar did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A value cannot be used.
    #[error("bad input in {field}: {reason}")]
    BadInput {
        /// The API's name of the field.
        field: &'static str,
        /// Key of the sentence.
        reason: &'static str,
        /// A number that the sentence mentions.
        limit: Option<u32>,
    },
    /// Fields of the contact cannot be used; all of them are listed.
    #[error("{} fields of the contact cannot be used", .0.len())]
    Contact(Vec<ContactProblem>),
    /// No such service, location, reservation or appointment in this municipality.
    #[error("not found")]
    NotFound,
    /// The time is taken.
    #[error("the time is taken")]
    SlotTaken,
    /// The reservation ran out.
    #[error("the reservation has expired")]
    ReservationExpired,
    /// A limit is reached.
    #[error("limit reached: {reason}")]
    LimitReached {
        /// Key of the sentence.
        reason: &'static str,
        /// The limit.
        limit: u32,
    },
    /// Contradicts the state.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// Edits of the calendar cannot be used; all of them are listed.
    #[error("{} edits cannot be used", .0.len())]
    Edits(Vec<EditProblem>),
    /// Nobody has said what happens to so many appointments, or what was said cannot be done.
    #[error("{count} appointments: {reason}")]
    Undecided {
        /// Key of the sentence.
        reason: &'static str,
        /// How many.
        count: u32,
    },
    /// The actor may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database did not do its part.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A field of the contact that must be corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContactProblem {
    /// The API's name, `contact.email`.
    pub field: &'static str,
    /// Key of the sentence in `kernel/locales/errors.*.ftl`.
    pub reason: &'static str,
    /// A number that the sentence mentions.
    pub limit: Option<u32>,
}

impl ContactProblem {
    /// The sentence for the person.
    pub fn message(&self, locale: kernel::Locale) -> String {
        let limit = self.limit.unwrap_or_default().to_string();
        kernel::text::errors().say_with(locale, self.reason, &[("limit", &limit)])
    }
}

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl PublicError for Error {
    fn code(&self) -> ErrorCode {
        match self {
            // what is missing is missing for everybody alike, also what belongs to another municipality
            Self::Edits(problems) if problems.iter().all(|wrong| wrong.reason == "not-found") => {
                ErrorCode::NotFound
            }
            Self::BadInput { .. } | Self::Contact(_) | Self::Edits(_) => ErrorCode::BadInput,
            Self::NotFound => ErrorCode::NotFound,
            Self::SlotTaken => ErrorCode::SlotTaken,
            Self::ReservationExpired => ErrorCode::ReservationExpired,
            Self::LimitReached { .. } => ErrorCode::LimitReached,
            Self::Conflict(_) | Self::Undecided { .. } => ErrorCode::Conflict,
            Self::Forbidden(error) => error.code(),
            Self::Fault(fault) => fault.code(),
        }
    }

    fn text_key(&self) -> &'static str {
        match self {
            Self::BadInput { reason, .. }
            | Self::LimitReached { reason, .. }
            | Self::Undecided { reason, .. }
            | Self::Conflict(reason) => reason,
            Self::Edits(problems) => problems.first().map_or("bad-input", |problem| problem.reason),
            Self::Contact(problems) => {
                problems.first().map_or("bad-input", |problem| problem.reason)
            }
            _ => self.code().text_key(),
        }
    }

    fn text_args(&self) -> Vec<(&'static str, String)> {
        let limit = match self {
            Self::BadInput { limit, .. } => *limit,
            Self::LimitReached { limit, .. } => Some(*limit),
            Self::Contact(problems) => problems.first().and_then(|problem| problem.limit),
            Self::Edits(problems) => problems.first().and_then(|problem| problem.limit),
            Self::Undecided { count, .. } => return vec![("count", count.to_string())],
            _ => None,
        };
        limit.map(|limit| ("limit", limit.to_string())).into_iter().collect()
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::BadInput { field, .. } => Some(field),
            Self::Contact(problems) => problems.first().map(|problem| problem.field),
            Self::Edits(problems) => problems.first().map(|problem| problem.field.as_str()),
            _ => None,
        }
    }
}
