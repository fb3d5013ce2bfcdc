//! `stadttermin keys status` and `keys rotate`: a new master key.

use std::{process::ExitCode, sync::Arc};

use clap::Subcommand;
use db::signature;
use kernel::TenantId;
use portal::platform::BATCH;
use tenant::Directory;

use super::commands;
use crate::{
    app,
    config::{Config, Need, Source},
    operator,
};

/// What is done with the master key.
#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// Print the public key of this installation's signatures, for `keys.former_public_keys` of a later master key.
    Status,
    /// Put the keys of all municipalities into the envelope of `keys.master`, out of that of `keys.previous`. Can be broken off and
    /// run again; processes go on meanwhile.
    Rotate,
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
pub(super) fn run(source: &Source, command: &KeysCommand) -> anyhow::Result<ExitCode> {
    let config = Config::load(source)?;
    let needs = [Need::Database, Need::MasterKey];
    commands::on_database_with(source, &needs, async |db| {
        if let KeysCommand::Status = command {
            println!("public key of signatures: {}", signature::hex(&db.public_key()));
            return Ok(ExitCode::SUCCESS);
        }
        let directory = Directory::load(db.clone(), &config.server.base_domain).await?;
        let platform = app::platform(&config, db, &Arc::new(directory));
        let ctx = operator::context(TenantId::PLATFORM);
        loop {
            let done = platform.rotate_keys(&ctx, BATCH).await?;
            println!("{} rotated, {} remaining", done.rotated, done.remaining);
            if done.remaining == 0 {
                println!("keys.previous is needed for older backups only; keep it with them");
                return Ok(ExitCode::SUCCESS);
            }
        }
    })
}
