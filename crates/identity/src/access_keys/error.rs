//! What can be refused, and how it is said.

use db::Fault;
use kernel::{ErrorCode, PublicError, policy::Forbidden};
use tenant::quotas::QuotaReached;

use crate::RateLimited;

/// Why an access key was not made, found or believed.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// No valid key: unknown, ended, taken back, another municipality's. Nobody is told which.
    #[error("no valid access key")]
    Unauthenticated,
    /// Too many wrong tokens came from one client.
    #[error(transparent)]
    RateLimited(#[from] RateLimited),
    /// A value cannot be used.
    #[error("bad input in {field}: {reason}")]
    BadInput {
        /// Its name.
        field: &'static str,
        /// Key of the sentence.
        reason: &'static str,
        /// A number that the sentence mentions.
        limit: Option<u32>,
    },
    /// No such key in this municipality.
    #[error("not found")]
    NotFound,
    /// The municipality has as many keys as it may have.
    #[error(transparent)]
    Quota(#[from] QuotaReached),
    /// The actor may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database did not do its part.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl PublicError for AccessError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Unauthenticated => ErrorCode::Unauthenticated,
            Self::RateLimited(error) => error.code(),
            Self::BadInput { .. } => ErrorCode::BadInput,
            Self::NotFound => ErrorCode::NotFound,
            Self::Quota(error) => error.code(),
            Self::Forbidden(error) => error.code(),
            Self::Fault(fault) => fault.code(),
        }
    }

    fn text_key(&self) -> &'static str {
        match self {
            Self::BadInput { reason, .. } => reason,
            Self::Quota(error) => error.text_key(),
            _ => self.code().text_key(),
        }
    }

    fn text_args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::RateLimited(error) => error.text_args(),
            Self::Quota(error) => error.text_args(),
            Self::BadInput { limit, .. } => {
                limit.map(|limit| ("limit", limit.to_string())).into_iter().collect()
            }
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
