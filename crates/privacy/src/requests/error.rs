//! Why something about people's data was not done.

use db::Fault;
use kernel::{ErrorCode, PublicError, policy::Forbidden};

/// Why something about people's data was not done.
#[derive(Debug, thiserror::Error)]
pub enum RightsError {
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
    /// There is no such request here, or nothing is kept.
    #[error("not found")]
    NotFound,
    /// Contradicts the state.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// The actor may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database did not do its part.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sea_orm::DbErr> for RightsError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl PublicError for RightsError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::BadInput { .. } => ErrorCode::BadInput,
            Self::NotFound => ErrorCode::NotFound,
            Self::Conflict(_) => ErrorCode::Conflict,
            Self::Forbidden(error) => error.code(),
            Self::Fault(fault) => fault.code(),
        }
    }

    fn text_key(&self) -> &'static str {
        match self {
            Self::BadInput { reason, .. } | Self::Conflict(reason) => reason,
            _ => self.code().text_key(),
        }
    }

    fn text_args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::BadInput { limit: Some(limit), .. } => vec![("limit", limit.to_string())],
            _ => Vec::new(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::BadInput { field, .. } => Some(field),
            _ => None,
        }
    }
}
