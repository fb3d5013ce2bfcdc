//! Why something that data protection asks for was not done.

use db::Fault;
use kernel::{ErrorCode, PublicError, policy::Forbidden};

/// Why a duty was not done or not shown.
#[derive(Debug, thiserror::Error)]
pub enum DutyError {
    /// The actor may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such thing in this municipality.
    #[error("not found")]
    NotFound,
    /// A value cannot be used.
    #[error("bad input in {field}: {reason}")]
    BadInput {
        /// The API's name of the field.
        field: &'static str,
        /// Key of the sentence.
        reason: &'static str,
    },
    /// The database did not do its part.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sea_orm::DbErr> for DutyError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl PublicError for DutyError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Forbidden(error) => error.code(),
            Self::NotFound => ErrorCode::NotFound,
            Self::BadInput { .. } => ErrorCode::BadInput,
            Self::Fault(fault) => fault.code(),
        }
    }

    fn text_key(&self) -> &'static str {
        match self {
            Self::BadInput { reason, .. } => reason,
            other => other.code().text_key(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::BadInput { field, .. } => Some(field),
            _ => None,
        }
    }
}
