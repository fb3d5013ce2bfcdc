//! `stadttermin privacy retention` and `receipts`: what would be deleted, and whether the receipts of deletion hold.

use std::process::ExitCode;

use anyhow::bail;
use chrono::SecondsFormat;
use db::Db;
use kernel::TenantId;
use privacy::retention::receipts::{self, Verdict};

use super::commands;
use crate::{
    config::{Need, Source},
    operator,
    retention::{self, Preview},
};

/// Prints what would go now, or lets it go.
pub(super) fn run(source: &Source, slug: Option<&str>, dry_run: bool) -> anyhow::Result<ExitCode> {
    let needs = [Need::Database, Need::MasterKey];
    commands::on_database_with(source, &needs, async |db| {
        for (slug, tenant) in towns(db, slug).await? {
            go_through(db, &slug, tenant, dry_run).await?;
        }
        Ok(ExitCode::SUCCESS)
    })
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
async fn go_through(db: &Db, slug: &str, tenant: TenantId, dry_run: bool) -> anyhow::Result<()> {
    let ctx = operator::context(tenant);
    let tx = db.begin(&ctx).await?;
    let town = tenant::municipality(&ctx, &tx).await;
    tx.commit().await?;
    let Ok(Some(town)) = town else {
        println!("{slug}  is not completely set up");
        return Ok(());
    };
    if dry_run {
        println!("{slug}");
        for preview in retention::preview(db, &ctx, &town).await? {
            println!("{}", line(&preview));
        }
        return Ok(());
    }
    let report = retention::run(db, &ctx, &town).await?;
    let gone: Vec<_> =
        report.iter().map(|(category, rows)| format!("{} {rows}", category.key())).collect();
    println!(
        "{slug}  {}",
        if gone.is_empty() { "nothing was due".to_owned() } else { gone.join(", ") }
    );
    Ok(())
}

/// `  access-log               7 days     12 due   the oldest since 2026-12-01T08:00:00Z`
fn line(preview: &Preview) -> String {
    let (number, unit) = preview.period.parts();
    let oldest = match preview.next_due {
        Some(due) => {
            let word = if preview.rows > 0 { "the oldest since" } else { "the next at" };
            format!("   {word} {}", due.to_rfc3339_opts(SecondsFormat::Secs, true))
        }
        None => String::new(),
    };
    format!(
        "  {:<24} {number:>3} {unit:<8} {:>6} due{oldest}",
        preview.category.key(),
        preview.rows
    )
}

/// Checks the receipts. Exit code 1 when a chain does not hold.
#[expect(clippy::print_stdout, reason = "what the command is for")]
pub(super) fn verify(source: &Source, slug: Option<&str>) -> anyhow::Result<ExitCode> {
    let needs = [Need::Database, Need::MasterKey];
    commands::on_database_with(source, &needs, async |db| {
        let mut is_sound = true;
        for (slug, tenant) in towns(db, slug).await? {
            let ctx = operator::context(tenant);
            let tx = db.begin(&ctx).await?;
            let verdict = receipts::verify(&ctx, &tx).await?;
            tx.commit().await?;
            is_sound &= matches!(verdict, Verdict::Sound { .. });
            println!("{slug}  {}", said(verdict));
        }
        Ok(if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

fn said(verdict: Verdict) -> String {
    match verdict {
        Verdict::Sound { receipts: 1 } => "sound, 1 receipt".to_owned(),
        Verdict::Sound { receipts } => format!("sound, {receipts} receipts"),
        Verdict::Broken { number } => {
            format!("BROKEN: from receipt {number} on something is missing or was changed")
        }
    }
}

async fn towns(db: &Db, slug: Option<&str>) -> anyhow::Result<Vec<(String, TenantId)>> {
    let mut towns = tenant::slugs(db).await?;
    if let Some(slug) = slug {
        towns.retain(|(name, _)| name == slug);
        if towns.is_empty() {
            bail!("there is no municipality {slug}");
        }
    }
    Ok(towns)
}
