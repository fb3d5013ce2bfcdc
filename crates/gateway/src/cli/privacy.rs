//! `stadttermin privacy …`: what a data-protection officer asks of the installation.

mod proof;

use std::process::ExitCode;

use clap::Subcommand;

use crate::config::Source;

/// What can be done about privacy.
#[derive(Debug, Subcommand)]
pub(super) enum PrivacyCommand {
    /// Look whether the running installation does what the notice says. Exit code 1 when a statement is violated.
    Proof(proof::ProofArguments),
}

pub(super) fn run(source: &Source, command: PrivacyCommand) -> anyhow::Result<ExitCode> {
    match command {
        PrivacyCommand::Proof(arguments) => proof::run(source, &arguments),
    }
}
