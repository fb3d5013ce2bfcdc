//! The end of a contract (Art. 28(3)(g) GDPR): the municipality gets its data back, then everything is deleted, and a signed
//! certificate says so.

mod certificate;
mod delete;
mod export;

pub use certificate::{Certificate, Checked};
pub use delete::{Deleted, delete};
pub use export::{Exported, OMITTED, OPENED, export};

use kernel::inventory::Store;

/// Why a municipality was not handed over or not deleted.
#[derive(Debug, thiserror::Error)]
pub enum FarewellError {
    /// The folder holds something already.
    #[error("{0} is not empty")]
    NotEmpty(String),
    /// A file cannot be written.
    #[error("cannot write {0}: {1}")]
    Write(String, #[source] std::io::Error),
    /// Redis does not answer: sessions would outlive the municipality.
    #[error(transparent)]
    Redis(#[from] identity::RedisSilent),
    /// The announcement cannot be read.
    #[error(transparent)]
    Duty(#[from] privacy::DutyError),
    /// The database did not do its part.
    #[error(transparent)]
    Fault(#[from] db::Fault),
}

impl From<sea_orm::DbErr> for FarewellError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Fault(error.into())
    }
}

/// The tables of a municipality, from the inventory: the one list that a test holds against the database.
fn tables() -> Vec<&'static str> {
    let all = crate::docs::inventory();
    let in_database = all.iter().filter(|entry| entry.store == Store::Database);
    let mut names: Vec<_> = in_database.map(|entry| entry.table).collect();
    names.sort_unstable();
    names.dedup();
    names
}
