//! `stadttermin privacy record`

use std::{io::Write, process::ExitCode};

use anyhow::Context;
use clap::Args;
use kernel::csv;
use privacy::record;

use super::super::commands;
use crate::{config::Source, docs, operator};

/// Whose record.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(in crate::cli) struct RecordArguments {
    /// The controller's, of this municipality (Art. 30(1) GDPR).
    #[arg(long, value_name = "SLUG")]
    tenant: Option<String>,
    /// The processor's, about all municipalities (Art. 30(2) GDPR).
    #[arg(long)]
    processor: bool,
}

/// Prints the record as a sheet.
pub(super) fn run(source: &Source, arguments: &RecordArguments) -> anyhow::Result<ExitCode> {
    commands::on_database(source, async |db| {
        let entries = docs::inventory();
        let rows = if let Some(slug) = &arguments.tenant {
            let (ctx, tx) = commands::begin(db, slug).await?;
            let town = tenant::municipality(&ctx, &tx).await?;
            tx.commit().await?;
            let town = town.context("the municipality is not completely set up")?;
            record::record(&ctx, &town, &entries)?.rows()
        } else {
            let mut clients = Vec::new();
            for (_, id) in tenant::slugs(db).await?.into_iter().filter(|(_, id)| !id.is_platform())
            {
                let ctx = operator::context(id);
                let tx = db.begin(&ctx).await?;
                let town = tenant::municipality(&ctx, &tx).await?;
                tx.commit().await?;
                if let Some(town) = town {
                    clients.push(record::client(&ctx, &town, &entries)?);
                }
            }
            record::client_rows(&clients)
        };
        // a reader that went away (`| head`) is no fault
        let _ = std::io::stdout().write_all(csv::sheet(&rows).as_bytes());
        Ok(ExitCode::SUCCESS)
    })
}
