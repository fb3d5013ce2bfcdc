//! `stadttermin privacy …`: what a data-protection officer asks of the installation.

mod ledger;
mod proof;
mod record;

use std::{path::PathBuf, process::ExitCode};

use clap::Subcommand;

use super::retention;
use crate::config::Source;

/// What can be done about privacy.
#[derive(Debug, Subcommand)]
pub(super) enum PrivacyCommand {
    /// Look whether the running installation does what the notice says. Exit code 1 when a
    /// statement is violated or the service does not answer.
    Proof(proof::ProofArguments),
    /// Print the record of processing activities as a sheet (CSV).
    Record(record::RecordArguments),
    /// Delete what was kept long enough, now instead of with the next round.
    Retention {
        /// Of this municipality only.
        #[arg(long, value_name = "SLUG")]
        tenant: Option<String>,
        /// Delete nothing; print what would go.
        #[arg(long)]
        dry_run: bool,
    },
    /// Receipts of deletion.
    #[command(subcommand)]
    Receipts(ReceiptsCommand),
    /// The ledger of erasures.
    #[command(subcommand)]
    Ledger(ledger::LedgerCommand),
    /// After a restore: erase again whom a ledger names and who came back with the backup.
    Replay {
        /// The ledger, as `privacy ledger export` or `privacy.ledger_file` wrote it.
        #[arg(long, value_name = "FILE")]
        ledger: PathBuf,
    },
}

/// What can be done with receipts of deletion.
#[derive(Debug, Subcommand)]
pub(super) enum ReceiptsCommand {
    /// Check that none is missing and none was changed. Exit code 1 when a chain does not hold.
    Verify {
        /// Of this municipality only.
        #[arg(long, value_name = "SLUG")]
        tenant: Option<String>,
    },
}

pub(super) fn run(source: &Source, command: PrivacyCommand) -> anyhow::Result<ExitCode> {
    match command {
        PrivacyCommand::Proof(arguments) => proof::run(source, &arguments),
        PrivacyCommand::Record(arguments) => record::run(source, &arguments),
        PrivacyCommand::Retention { tenant, dry_run } => {
            retention::run(source, tenant.as_deref(), dry_run)
        }
        PrivacyCommand::Ledger(command) => ledger::run(source, command),
        PrivacyCommand::Replay { ledger } => ledger::replay(source, &ledger),
        PrivacyCommand::Receipts(ReceiptsCommand::Verify { tenant }) => {
            retention::verify(source, tenant.as_deref())
        }
    }
}
