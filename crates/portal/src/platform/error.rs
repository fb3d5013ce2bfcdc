//! Why the operator's wish was not carried out, whichever subject said no.

use db::{Fault, audit::AuditError};
use identity::AccountError;
use kernel::{ErrorCode, PublicError, policy::Forbidden};
use notify::SentError;
use privacy::DutyError;
use tenant::{DirectoryError, ManageError};

/// Why the operator's wish was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum PlatformError {
    /// The municipality's own data was refused, or there is no such municipality.
    #[error(transparent)]
    Manage(#[from] ManageError),
    /// Its calendar cannot be read.
    #[error(transparent)]
    Scheduling(#[from] scheduling::Error),
    /// A duty of data protection was not done.
    #[error(transparent)]
    Duty(#[from] DutyError),
    /// Its people were not told.
    #[error(transparent)]
    Account(#[from] AccountError),
}

impl From<Fault> for PlatformError {
    fn from(fault: Fault) -> Self {
        Self::Manage(fault.into())
    }
}

impl From<Forbidden> for PlatformError {
    fn from(error: Forbidden) -> Self {
        Self::Manage(error.into())
    }
}

impl From<SentError> for PlatformError {
    fn from(error: SentError) -> Self {
        match error {
            SentError::Forbidden(error) => error.into(),
            SentError::Fault(fault) => fault.into(),
        }
    }
}

impl From<AuditError> for PlatformError {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Forbidden(error) => error.into(),
            AuditError::Fault(fault) => fault.into(),
        }
    }
}

impl From<DirectoryError> for PlatformError {
    fn from(error: DirectoryError) -> Self {
        match error {
            DirectoryError::Incomplete(_) => ManageError::Conflict("tenant-incomplete").into(),
            DirectoryError::Fault(fault) => fault.into(),
        }
    }
}

impl PlatformError {
    fn inner(&self) -> &dyn PublicError {
        match self {
            Self::Manage(error) => error,
            Self::Scheduling(error) => error,
            Self::Duty(error) => error,
            Self::Account(error) => error,
        }
    }
}

impl PublicError for PlatformError {
    fn code(&self) -> ErrorCode {
        self.inner().code()
    }

    fn text_key(&self) -> &'static str {
        self.inner().text_key()
    }

    fn text_args(&self) -> Vec<(&'static str, String)> {
        self.inner().text_args()
    }

    fn field(&self) -> Option<&str> {
        self.inner().field()
    }
}
