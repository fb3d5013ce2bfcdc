//! What a database error means for the caller. The only place that reads SQLSTATE codes.

use kernel::{ErrorCode, PublicError};
use sea_orm::{DbErr, RuntimeErr, sqlx};

/// A database error, sorted by what one can do about it.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A unique constraint refused the row (23505).
    #[error("unique constraint {0} refused the row")]
    Unique(String),
    /// An exclusion constraint refused the row (23P01): the time overlaps another.
    #[error("exclusion constraint {0} refused the row")]
    Exclusion(String),
    /// A foreign key refused the row (23503): what it points to is not there, or not this tenant's.
    #[error("foreign key {0} refused the row")]
    ForeignKey(String),
    /// A check constraint or a row-level security policy refused the row (23514, 42501).
    #[error("constraint {0} refused the row")]
    Refused(String),
    /// Somebody else holds the rows (55P03, 40001, 40P01). The same work may succeed in a moment.
    #[error("the rows are held by another transaction")]
    Busy,
    /// The database cannot be reached, is restarting or did not answer in time.
    #[error("database unavailable: {0}")]
    Unavailable(#[source] Box<DbErr>),
    /// A sealed value cannot be opened: wrong key, moved or damaged.
    #[error("sealed value cannot be opened")]
    Sealed,
    /// Everything else is a bug.
    #[error("database error: {0}")]
    Bug(#[source] Box<DbErr>),
}

impl Fault {
    /// Whether the named constraint refused the row.
    pub fn is_unique(&self, constraint: &str) -> bool {
        matches!(self, Self::Unique(name) if name == constraint)
    }
}

impl From<DbErr> for Fault {
    fn from(error: DbErr) -> Self {
        classify(error)
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        classify(as_db_err(error))
    }
}

/// Wraps an error of the driver as `SeaORM` does.
pub(crate) fn as_db_err(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

fn classify(error: DbErr) -> Fault {
    if matches!(error, DbErr::ConnectionAcquire(_)) {
        return Fault::Unavailable(Box::new(error));
    }
    let (DbErr::Query(RuntimeErr::SqlxError(cause))
    | DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Conn(RuntimeErr::SqlxError(cause))) = &error
    else {
        return Fault::Bug(Box::new(error));
    };
    match &**cause {
        sqlx::Error::Database(answer) => {
            let constraint = || answer.constraint().unwrap_or_default().to_owned();
            match answer.code().as_deref() {
                Some("23505") => Fault::Unique(constraint()),
                Some("23P01") => Fault::Exclusion(constraint()),
                Some("23503") => Fault::ForeignKey(constraint()),
                Some("23514") => Fault::Refused(constraint()),
                // says which table, never which row
                Some("42501") => Fault::Refused(answer.message().to_owned()),
                Some("55P03" | "40001" | "40P01") => Fault::Busy,
                // query_canceled by statement_timeout, shutdowns, too many connections
                Some("57014" | "57P01" | "57P02" | "57P03" | "53300") => {
                    Fault::Unavailable(Box::new(error))
                }
                _ => Fault::Bug(Box::new(error)),
            }
        }
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::Protocol(_)
        | sqlx::Error::WorkerCrashed => Fault::Unavailable(Box::new(error)),
        _ => Fault::Bug(Box::new(error)),
    }
}

impl PublicError for Fault {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Busy => ErrorCode::Busy,
            Self::Unavailable(_) => ErrorCode::Unavailable,
            _ => ErrorCode::Internal,
        }
    }
}
