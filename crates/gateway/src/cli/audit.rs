//! `stadttermin audit …`: the trail of what the office, its programs and the operator did.

use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, Subcommand};
use db::{
    Db,
    audit::{self, Entry, Verdict},
};
use kernel::TenantId;

use super::commands;
use crate::{config::Source, operator};

/// What can be done with the audit trail.
#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Check that nothing is missing and nothing was changed. Exit code 1 when a chain does not hold.
    Verify {
        #[command(flatten)]
        whose: Whose,
    },
    /// Print the newest entries, with ids and without names.
    List {
        /// The municipality.
        #[arg(long, value_name = "SLUG")]
        tenant: String,
        /// Only of this kind, such as `calendar.publish`.
        #[arg(long)]
        action: Option<String>,
        /// How many.
        #[arg(long, default_value_t = 50)]
        limit: u64,
    },
}

/// Of which municipalities.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Whose {
    /// Of this municipality.
    #[arg(long, value_name = "SLUG")]
    tenant: Option<String>,
    /// Of all municipalities.
    #[arg(long)]
    all: bool,
}

pub(super) fn run(source: &Source, command: AuditCommand) -> anyhow::Result<ExitCode> {
    commands::on_database(source, async |db| match command {
        AuditCommand::Verify { whose } => verify(db, whose.tenant.as_deref()).await,
        AuditCommand::List { tenant, action, limit } => {
            list(db, &tenant, action.as_deref(), limit).await?;
            Ok(ExitCode::SUCCESS)
        }
    })
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
async fn verify(db: &Db, slug: Option<&str>) -> anyhow::Result<ExitCode> {
    let mut towns = tenant::slugs(db).await?;
    if let Some(slug) = slug {
        towns.retain(|(name, _)| name == slug);
        if towns.is_empty() {
            bail!("there is no municipality {slug}");
        }
    }
    let mut is_sound = true;
    for (slug, id) in towns {
        let verdict = verdict(db, id).await?;
        is_sound &= matches!(verdict, Verdict::Sound { .. });
        println!("{slug}  {}", said(&verdict));
    }
    Ok(if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Looks at the chain of one municipality.
pub(super) async fn verdict(db: &Db, tenant: TenantId) -> anyhow::Result<Verdict> {
    let ctx = operator::context(tenant);
    let tx = db.begin(&ctx).await?;
    let verdict = audit::verify(&ctx, &tx).await?;
    tx.commit().await?;
    Ok(verdict)
}

/// A verdict in words.
pub(super) fn said(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Sound { entries: 1 } => "sound, 1 entry".to_owned(),
        Verdict::Sound { entries } => format!("sound, {entries} entries"),
        Verdict::Broken { number } => {
            format!("BROKEN: from entry {number} on something is missing or was changed")
        }
    }
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
async fn list(db: &Db, slug: &str, action: Option<&str>, limit: u64) -> anyhow::Result<()> {
    let (ctx, tx) = commands::begin(db, slug).await?;
    let entries = match action {
        Some(action) => audit::entries_of(&ctx, &tx, action, None, limit).await?,
        None => audit::entries(&ctx, &tx, None, limit).await?,
    };
    tx.commit().await?;
    for entry in &entries {
        println!("{}", line(entry));
    }
    Ok(())
}

/// `12  2026-12-07 08:00:03 UTC  staff 0193…  calendar.publish  calendar-change 0193…  {"kept":0}`
fn line(entry: &Entry) -> String {
    let id = |id: Option<uuid::Uuid>| id.map(|id| format!(" {id}")).unwrap_or_default();
    format!(
        "{}  {}  {}{}  {}  {}{}  {}",
        entry.number,
        entry.at.format("%Y-%m-%d %H:%M:%S UTC"),
        entry.actor,
        id(entry.actor_id),
        entry.action,
        entry.object,
        id(entry.object_id),
        entry.details
    )
}
