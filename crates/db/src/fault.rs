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
    /// A function of ours said no with its own SQLSTATE, of class `ST`. The use case that called it knows what it means.
    #[error("a function of the database refused: {0}")]
    Raised(String),
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
            let code = answer.code().unwrap_or_default().into_owned();
            let (constraint, message) = (answer.constraint(), answer.message());
            match sorted(&code, constraint, message) {
                Sorted::Fault(fault) => fault,
                Sorted::Unavailable => Fault::Unavailable(Box::new(error)),
                Sorted::Bug => Fault::Bug(Box::new(error)),
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

enum Sorted {
    Fault(Fault),
    Unavailable,
    Bug,
}

/// The one table of codes, for both clients.
fn sorted(code: &str, constraint: Option<&str>, message: &str) -> Sorted {
    let constraint = || constraint.unwrap_or_default().to_owned();
    Sorted::Fault(match code {
        "23505" => Fault::Unique(constraint()),
        "23P01" => Fault::Exclusion(constraint()),
        "23503" => Fault::ForeignKey(constraint()),
        "23514" => Fault::Refused(constraint()),
        // says which table, never which row
        "42501" => Fault::Refused(message.to_owned()),
        "55P03" | "40001" | "40P01" => Fault::Busy,
        // query_canceled by statement_timeout, too many connections
        "57014" | "53300" => return Sorted::Unavailable,
        code if is_goodbye(code) => return Sorted::Unavailable,
        // a connection that the server itself needs: to the node of a cluster that holds the rows
        code if code.starts_with("08") => return Sorted::Unavailable,
        code if code.starts_with("ST") => Fault::Raised(code.to_owned()),
        _ => return Sorted::Bug,
    })
}

/// The server shuts down, has crashed or is not up yet; or somebody ended this connection.
fn is_goodbye(code: &str) -> bool {
    matches!(code, "57P01" | "57P02" | "57P03")
}

/// Whether the server ended the connection of its own accord.
pub(crate) fn ended_by_server(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| is_goodbye(code.code()))
}

/// Whether a prepared statement no longer fits the tables (0A000, "cached plan must not change result type") or is
/// gone (26000). Prepared again, it works.
pub(crate) fn is_outdated(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| matches!(code.code(), "0A000" | "26000"))
}

/// The database is not there for us.
pub(crate) fn unavailable(reason: &str) -> Fault {
    Fault::Unavailable(Box::new(DbErr::Custom(reason.to_owned())))
}

/// A mistake of ours or of the operator.
pub(crate) fn bug(reason: &str) -> Fault {
    Fault::Bug(Box::new(DbErr::Custom(reason.to_owned())))
}

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        if let Some(answer) = error.as_db_error() {
            let code = answer.code().code();
            // the server's detail names values; code and message are what SQLx tells, too
            let text = || format!("{code}: {}", answer.message());
            return match sorted(code, answer.constraint(), answer.message()) {
                Sorted::Fault(fault) => fault,
                Sorted::Unavailable => unavailable(&text()),
                Sorted::Bug => bug(&text()),
            };
        }
        let source = std::error::Error::source(&error);
        let network = source.is_some_and(<dyn std::error::Error>::is::<std::io::Error>);
        if error.is_closed() || network {
            return unavailable(&error.to_string());
        }
        bug(&error.to_string())
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
