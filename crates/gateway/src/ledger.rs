//! The ledger of erasures outside of the database, and what follows from it after a restore (docs/adr/0015).

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use db::{
    Db, Fault,
    jobs::{Handler, Job, JobError},
    ledger::Entry,
};
use kernel::{Actor, Chance, Clock, Ctx, Locale, RequestId, policy::Action};
use privacy::{Replayed, Rights};
use tenant::{Directory, DirectoryError};

/// Why the ledger was not followed.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file cannot be read.
    #[error("the ledger of erasures {0} cannot be read: {1}")]
    Unreadable(PathBuf, #[source] io::Error),
    /// A line is not one of ours. Nobody is served before somebody has looked at it.
    #[error("line {1} of the ledger of erasures {0} is damaged")]
    Damaged(PathBuf, usize),
    /// A municipality cannot be read.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The database did not do its part.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Reads a ledger. One that is not there yet is empty.
pub fn read(file: &Path) -> Result<Vec<Entry>, LedgerError> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(LedgerError::Unreadable(file.to_owned(), error)),
    };
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            serde_json::from_str(line)
                .map_err(|_| LedgerError::Damaged(file.to_owned(), number + 1))
        })
        .collect()
}

/// An entry as a line.
pub fn line(entry: &Entry) -> String {
    serde_json::to_string(entry).unwrap_or_default()
}

/// How far a ledger is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What the database does not know: after a restore of the whole database.
    Unknown,
    /// All of it: when somebody has brought single tables back.
    Everything,
}

/// Erases again whom the ledger names and who came back with a backup.
pub async fn replay(
    db: &Db,
    directory: &Directory,
    rights: &Rights,
    clock: &Arc<dyn Clock>,
    chance: &Arc<dyn Chance>,
    (entries, extent): (&[Entry], Extent),
) -> Result<Replayed, LedgerError> {
    let mut all = Replayed::default();
    for tenant in directory.tenants() {
        if !entries.iter().any(|entry| entry.tenant() == tenant) {
            continue;
        }
        let (clock, chance) = (clock.clone(), chance.clone());
        let ctx = Ctx::new(tenant, Actor::Operator, Locale::De, RequestId(0), clock, chance);
        let Some(town) = directory.municipality(&ctx).await? else { continue };
        let here = match extent {
            Extent::Unknown => rights.catch_up(&ctx, db, &town, entries).await?,
            Extent::Everything => rights.replay(&ctx, db, &town, entries).await?,
        };
        if here.again > 0 {
            tracing::warn!(%tenant, people = here.again, "erased again after a restore");
        }
        all += here;
    }
    Ok(all)
}

/// Writes entries of the ledger into its file, after the erasure has committed.
pub(crate) struct WriteLedger {
    pub(crate) file: PathBuf,
}

#[async_trait::async_trait]
impl Handler for WriteLedger {
    async fn run(&self, ctx: &Ctx, db: &Db, job: &Job) -> Result<(), JobError> {
        ctx.authorize(Action::RunJobs).map_err(|error| JobError::Give(error.to_string()))?;
        let entry: Entry = job.payload()?;
        if !self.file.as_os_str().is_empty() {
            let (file, line) = (self.file.clone(), format!("{}\n", line(&entry)));
            let written = tokio::task::spawn_blocking(move || append(&file, &line)).await;
            written
                .map_err(|error| JobError::Retry(error.to_string()))?
                .map_err(|error| JobError::Retry(format!("the ledger of erasures: {error}")))?;
        }
        let tx = db.begin(ctx).await?;
        job.finish(&tx).await?;
        Ok(tx.commit().await?)
    }
}

/// One write of a short line, which other processes' lines do not tear apart, and onto the disk.
fn append(file: &Path, line: &str) -> io::Result<()> {
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(file)?;
    file.write_all(line.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_reads_back_and_a_damaged_one_is_refused() {
        let file = std::env::temp_dir().join(format!("ledger-{}", std::process::id()));
        assert_eq!(read(&file).unwrap(), Vec::new());
        let entry = Entry {
            tenant: uuid::Uuid::nil(),
            person: "00ff".to_owned(),
            class: "request".to_owned(),
            erased_at: "2026-12-07T08:00:00Z".parse().unwrap(),
        };
        append(&file, &format!("{}\n", line(&entry))).unwrap();
        append(&file, &format!("{}\n", line(&entry))).unwrap();
        assert_eq!(read(&file).unwrap(), vec![entry.clone(), entry]);
        append(&file, "{\"tenant\":").unwrap();
        assert!(matches!(read(&file), Err(LedgerError::Damaged(_, 3))));
        std::fs::remove_file(&file).unwrap();
    }
}
