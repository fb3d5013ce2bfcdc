//! Why nobody was signed in through the provider.

use db::Fault;
use kernel::{ErrorCode, PublicError};

use super::HttpError;
use crate::{AccountError, RateLimited};

/// Why nobody was signed in through the municipality's provider.
#[derive(Debug, thiserror::Error)]
pub enum OpenIdError {
    /// The municipality has no provider.
    #[error("the municipality has no provider")]
    NotOffered,
    /// Something is missing or wrong in the settings here or there; whoever runs it is told what in the log.
    #[error("sign-in through the provider is not set up: {0}")]
    NotSetUp(&'static str),
    /// The provider cannot be reached, or what it answers makes no sense.
    #[error("the provider cannot be used: {0}")]
    Down(#[from] HttpError),
    /// This browser did not begin it, not lately, or has ended it already.
    #[error("the way to the provider did not begin here")]
    NotBegun,
    /// The person or the provider broke it off.
    #[error("the provider refused")]
    Denied,
    /// What the provider said could not be believed.
    #[error("the provider's answer was refused: {0}")]
    Refused(&'static str),
    /// They did not sign in there as strongly as the municipality wants it.
    #[error("signed in too weakly")]
    TooWeak,
    /// Nothing that the provider says about them is a role here.
    #[error("no role")]
    NoRole,
    /// The provider says no address that is known to be theirs.
    #[error("no verified address")]
    NoEmail,
    /// Their address has an account that is not the provider's.
    #[error("the address has another account")]
    Taken,
    /// Their account was locked.
    #[error("the account is locked")]
    Locked,
    /// Too many attempts.
    #[error(transparent)]
    RateLimited(#[from] RateLimited),
    /// Everything else that can happen with an account.
    #[error(transparent)]
    Account(#[from] AccountError),
}

impl From<Fault> for OpenIdError {
    fn from(fault: Fault) -> Self {
        Self::Account(fault.into())
    }
}

impl From<sea_orm::DbErr> for OpenIdError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Account(error.into())
    }
}

impl OpenIdError {
    /// The key of the sentence on the page; `None` where the usual page for the error says enough.
    pub fn page_text(&self) -> Option<&'static str> {
        match self {
            Self::NotSetUp(_) => Some("openid-not-set-up"),
            Self::Down(_) => Some("openid-down"),
            Self::NotBegun => Some("openid-not-begun"),
            Self::Denied => Some("openid-denied"),
            Self::Refused(_) => Some("openid-not-believed"),
            Self::TooWeak => Some("openid-too-weak"),
            Self::NoRole => Some("openid-no-role"),
            Self::NoEmail => Some("openid-no-email"),
            Self::Taken => Some("openid-taken"),
            Self::Locked => Some("openid-locked"),
            Self::NotOffered | Self::RateLimited(_) | Self::Account(_) => None,
        }
    }

    /// Whether somebody may have tried something: such attempts are counted.
    pub(super) fn is_suspicious(&self) -> bool {
        matches!(self, Self::NotBegun | Self::Refused(_))
    }
}

impl PublicError for OpenIdError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotOffered => ErrorCode::NotFound,
            Self::NotSetUp(_) | Self::Down(_) => ErrorCode::Unavailable,
            Self::NotBegun | Self::Denied | Self::Refused(_) => ErrorCode::BadInput,
            Self::TooWeak | Self::NoRole | Self::NoEmail | Self::Locked => ErrorCode::Forbidden,
            Self::Taken => ErrorCode::Conflict,
            Self::RateLimited(error) => error.code(),
            Self::Account(error) => error.code(),
        }
    }

    fn text_args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::RateLimited(error) => error.text_args(),
            Self::Account(error) => error.text_args(),
            _ => Vec::new(),
        }
    }

    fn text_key(&self) -> &'static str {
        match self {
            Self::Account(error) => error.text_key(),
            _ => self.code().text_key(),
        }
    }
}
