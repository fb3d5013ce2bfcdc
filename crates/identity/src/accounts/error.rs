//! What can be refused, and how it is said.

use db::Fault;
use kernel::{ErrorCode, PublicError, policy::Forbidden};
use tenant::quotas::QuotaReached;

use crate::{RateLimited, SessionError, password::PasswordError};

/// Why nobody was signed in, or an account was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Address or password, code or second factor are wrong. Nobody is told which, nor whether there is an account.
    #[error("not signed in")]
    Unauthenticated,
    /// Nobody is signed in (any more).
    #[error("nobody is signed in")]
    SignedOut,
    /// Too many attempts.
    #[error(transparent)]
    RateLimited(#[from] RateLimited),
    /// A value cannot be used.
    #[error("bad input in {field}: {reason}")]
    BadInput {
        /// Its name in the API.
        field: &'static str,
        /// Key of the sentence.
        reason: &'static str,
        /// A number that the sentence mentions.
        limit: Option<u32>,
    },
    /// No passkey signed the question: unknown, wrong, somebody else's, of a locked account. Nobody is told which.
    #[error("not signed in by a passkey")]
    PasskeyUnknown,
    /// The code is unknown, was used or has ended. Nobody is told which.
    #[error("the code opens nothing")]
    CodeUnknown,
    /// The address has an account of this kind already. Only said to whoever proved that the address is theirs.
    #[error("the address has an account")]
    Taken,
    /// No such account in this municipality.
    #[error("not found")]
    NotFound,
    /// It contradicts what is there; the key of the sentence.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// The municipality has as many people as it may have.
    #[error(transparent)]
    Quota(#[from] QuotaReached),
    /// The actor may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Sessions cannot be kept.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// Too many passwords at once.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The database did not do its part.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sea_orm::DbErr> for AccountError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl PublicError for AccountError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Unauthenticated | Self::PasskeyUnknown | Self::SignedOut => {
                ErrorCode::Unauthenticated
            }
            Self::RateLimited(error) => error.code(),
            Self::BadInput { .. } | Self::CodeUnknown => ErrorCode::BadInput,
            Self::Taken | Self::Conflict(_) => ErrorCode::Conflict,
            Self::NotFound => ErrorCode::NotFound,
            Self::Quota(error) => error.code(),
            Self::Forbidden(error) => error.code(),
            Self::Session(error) => error.code(),
            Self::Password(PasswordError::Busy) => ErrorCode::Busy,
            Self::Password(PasswordError::Failed) => ErrorCode::Internal,
            Self::Fault(fault) => fault.code(),
        }
    }

    fn text_key(&self) -> &'static str {
        match self {
            Self::BadInput { reason, .. } | Self::Conflict(reason) => reason,
            Self::CodeUnknown => "account-code-unknown",
            Self::Taken => "account-taken",
            Self::Unauthenticated => "sign-in-wrong",
            Self::PasskeyUnknown => "passkey-unknown",
            Self::Session(_) => "sign-in-down",
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
            Self::CodeUnknown => Some("code"),
            _ => None,
        }
    }
}
