//! `stadttermin operator apply`: the operator's own realm. Its people are invited like any office's:
//! `stadttermin person invite --tenant ops --role operator`.

use std::{fs, path::Path, path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::Context;
use clap::Subcommand;
use db::Db;
use kernel::{OsChance, SystemClock};
use tenant::{Applied, OperatorFile};

use super::commands;
use crate::{
    config::{Need, Source},
    onboarding,
};

#[derive(Debug, Subcommand)]
pub(super) enum OperatorCommand {
    /// Create the operator's own realm at `ops.<base domain>`, or make it agree with its file.
    Apply {
        /// The operator's file, see `deploy/demo/operator/`.
        file: PathBuf,
    },
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
pub(super) fn run(source: &Source, command: OperatorCommand) -> anyhow::Result<ExitCode> {
    let OperatorCommand::Apply { file } = command;
    let config = commands::load(source, &[Need::Owner, Need::MasterKey])?;
    commands::wait_for(async {
        let owner = commands::owner(&config).await?;
        let line = apply_file(&owner, &file).await?;
        println!("{line}");
        owner.close().await;
        Ok(ExitCode::SUCCESS)
    })
}

/// Applies the operator's file, and says what that did.
pub(crate) async fn apply_file(owner: &Db, path: &Path) -> anyhow::Result<String> {
    let shown = path.display();
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
    // through a table, where dates become strings that chrono understands
    let table: toml::Table = text.parse().with_context(|| format!("{shown} cannot be used"))?;
    let file: OperatorFile = table.try_into().with_context(|| format!("{shown} cannot be used"))?;
    let name = file.name.clone();
    let (clock, chance) = (Arc::new(SystemClock), Arc::new(OsChance));
    let applied = onboarding::apply_operator(owner, clock, chance, file).await;
    match applied.with_context(|| format!("{shown} was not applied"))? {
        Applied::Created => Ok(format!("{name}: created")),
        Applied::Updated => Ok(format!("{name}: updated")),
    }
}
