//! `stadttermin privacy ledger …` and `privacy replay`: erasures that a restored backup must not undo.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context as _;
use clap::Subcommand;
use db::{Db, ledger as entries};
use identity::{RedisConnection, Sessions};
use kernel::{Chance, Clock, OsChance, SystemClock};
use tenant::Directory;

use crate::{
    cli::commands,
    config::{Need, Source},
    ledger::{self, Extent},
    operator, rights,
};

/// What can be done with the ledger.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum LedgerCommand {
    /// Write the ledger of all municipalities, one entry a line. It names nobody.
    Export {
        /// Where to. Without: standard output.
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
}

pub(super) fn run(source: &Source, command: LedgerCommand) -> anyhow::Result<ExitCode> {
    match command {
        LedgerCommand::Export { to } => {
            commands::on_database(source, async |db| export(db, to.as_deref()).await)
        }
    }
}

async fn export(db: &Db, to: Option<&Path>) -> anyhow::Result<ExitCode> {
    let mut text = String::new();
    for (_, tenant) in tenant::slugs(db).await? {
        let ctx = operator::context(tenant);
        let tx = db.begin(&ctx).await?;
        for entry in entries::entries(&tx).await? {
            text += &ledger::line(&entry);
            text.push('\n');
        }
        tx.commit().await?;
    }
    match to {
        Some(file) => write(file, &text).with_context(|| format!("{}", file.display()))?,
        None => std::io::stdout().write_all(text.as_bytes())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// In one piece: a ledger that is cut off would bring people back.
fn write(file: &Path, text: &str) -> std::io::Result<()> {
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    std::fs::write(&part, text)?;
    std::fs::rename(part, file)
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
pub(super) fn replay(source: &Source, file: &Path) -> anyhow::Result<ExitCode> {
    let config = commands::load(source, &[Need::Database, Need::Redis])?;
    anyhow::ensure!(file.exists(), "there is no {}", file.display());
    let entries = ledger::read(file)?;
    let sessions = Sessions::over(RedisConnection::lazy(config.redis.address()));
    let domain = config.server.base_domain.clone();
    let again = commands::on_database(source, async |db| {
        let directory = Directory::load(db.clone(), &domain).await?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let chance: Arc<dyn Chance> = Arc::new(OsChance);
        let rights = rights::rights(sessions.clone());
        let all = (entries.as_slice(), Extent::Everything);
        Ok(ledger::replay(db, &directory, &rights, &clock, &chance, all).await?)
    })?;
    println!("{} entries, {} people erased again", entries.len(), again.again);
    Ok(ExitCode::SUCCESS)
}
