//! `stadttermin tenant export`, `delete` and `certificate`: the end of a contract.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use chrono::{DateTime, SecondsFormat, Utc};
use clap::Subcommand;
use db::{Db, TenantTx};
use identity::{RedisConnection, accounts::letters::NoticeKind, people};
use kernel::Ctx;
use privacy::contract_end::{self, Ending};
use sea_orm::ConnectionTrait;
use tenant::Municipality;

use super::{
    commands,
    support::{self, Emergency},
};
use crate::{
    config::{Config, Need, Source},
    farewell::{self, Certificate, Checked},
};

/// What is done at the end of a contract.
#[derive(Debug, Subcommand)]
pub(super) enum FarewellCommand {
    /// Hand a municipality its data: all of its rows as JSON lines, sealed data opened, checksums and a signed manifest. Needs an
    /// announced deletion, or access that an administrator of the municipality has given.
    Export {
        /// The municipality.
        slug: String,
        /// An empty folder, or one that is made.
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
        #[command(flatten)]
        emergency: Emergency,
    },
    /// Delete a municipality at the end of its contract. The first time it is announced, and its administrators are told; when
    /// 30 days have passed, the same command deletes it and writes a signed certificate.
    Delete {
        /// The municipality.
        slug: String,
        /// Do not wait: the municipality has instructed so.
        #[arg(long, requires = "confirm")]
        now: bool,
        /// The municipality once more, typed by hand.
        #[arg(long, value_name = "SLUG")]
        confirm: Option<String>,
        /// Take the announcement back.
        #[arg(long, conflicts_with = "now")]
        keep: bool,
        /// Where the certificate goes.
        #[arg(long, value_name = "DIR", default_value = ".")]
        certificate: PathBuf,
    },
    /// Check a certificate of deletion or a manifest: whether it was changed, and with which key it is signed.
    Certificate {
        /// The JSON file.
        file: PathBuf,
    },
}

pub(super) fn run(source: &Source, command: FarewellCommand) -> anyhow::Result<ExitCode> {
    match command {
        FarewellCommand::Export { slug, to, emergency } => export(source, &slug, &to, &emergency),
        FarewellCommand::Delete { slug, keep: true, .. } => keep(source, &slug),
        FarewellCommand::Delete { slug, now, confirm, certificate, .. } => {
            if now && confirm.as_deref() != Some(slug.as_str()) {
                bail!("type the municipality once more: --confirm {slug}");
            }
            delete(source, &slug, now, &certificate)
        }
        FarewellCommand::Certificate { file } => check(source, &file),
    }
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
fn export(
    source: &Source,
    slug: &str,
    to: &Path,
    emergency: &Emergency,
) -> anyhow::Result<ExitCode> {
    let needs = [Need::Database, Need::MasterKey];
    commands::on_database_with(source, &needs, async |db| {
        let (ctx, tx) = commands::begin(db, slug).await?;
        // one state of all tables
        tx.execute_unprepared("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").await?;
        // Once a deletion is announced, handing the data over is what the contract asks for (Art. 28(3)(g) GDPR) and needs
        // no leave; the municipality sees in its trail that it was done, either way.
        let ends = contract_end::announced(&ctx, &tx).await?.is_some();
        if !ends {
            support::open(&ctx, &tx, "tenant.export", emergency).await?;
        }
        let town = municipality(&ctx, &tx).await?;
        // first, so that what is handed over holds the entry, too
        contract_end::note_return(&ctx, &tx, ends).await?;
        let done = farewell::export(&ctx, &tx, &town, to).await?;
        tx.commit().await?;
        let rows: u64 = done.files.iter().map(|(_, rows)| rows).sum();
        println!("{}: {rows} rows in {} files", done.folder.display(), done.files.len());
        println!("check them with: sha256sum --check SHA256SUMS");
        Ok(ExitCode::SUCCESS)
    })
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
fn keep(source: &Source, slug: &str) -> anyhow::Result<ExitCode> {
    commands::on_database(source, async |db| {
        let (ctx, tx) = commands::begin(db, slug).await?;
        let was = contract_end::withdraw(&ctx, &tx).await?;
        tx.commit().await?;
        println!("{slug}: {}", if was { "stays" } else { "nothing was announced" });
        Ok(ExitCode::SUCCESS)
    })
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
fn delete(source: &Source, slug: &str, now: bool, folder: &Path) -> anyhow::Result<ExitCode> {
    let config = commands::load(source, &[Need::Owner, Need::MasterKey, Need::Redis])?;
    commands::wait_for(async {
        let owner = commands::owner(&config).await?;
        let (ctx, tx) = commands::begin(&owner, slug).await?;
        if ctx.tenant().is_platform() {
            bail!("the operator's own realm is not deleted");
        }
        let town = municipality(&ctx, &tx).await?;
        let known = contract_end::announced(&ctx, &tx).await?;
        let is_due = known.is_some_and(|ending| ending.delete_after <= ctx.now());
        if !now && !is_due {
            let ending = contract_end::announce(&ctx, &tx).await?;
            if known.is_none() {
                people::tell_officers(&ctx, &tx, NoticeKind::ContractEnd).await?;
            }
            tx.commit().await?;
            println!("{}", waits(slug, ending, known.is_some()));
            // a script must not take an announcement for a deletion
            return Ok(ExitCode::from(2));
        }
        tx.commit().await?;
        let written = carry_out(&config, &owner, &ctx, &town, folder).await?;
        println!("{slug}: deleted; certificate: {}", written.display());
        owner.close().await;
        Ok(ExitCode::SUCCESS)
    })
}

fn waits(slug: &str, ending: Ending, was_known: bool) -> String {
    let day = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let until = day(ending.delete_after);
    if was_known {
        format!("{slug}: announced on {}; can be deleted from {until} on", day(ending.announced_at))
    } else {
        format!(
            "{slug}: announced; can be deleted from {until} on. Export its data before: tenant export {slug}"
        )
    }
}

/// The place for the certificate is made sure of before anything goes.
async fn carry_out(
    config: &Config,
    owner: &Db,
    ctx: &Ctx,
    town: &Municipality,
    folder: &Path,
) -> anyhow::Result<PathBuf> {
    let name = format!("loeschbescheinigung-{}", town.slug);
    let (json, text) = (folder.join(format!("{name}.json")), folder.join(format!("{name}.txt")));
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let create = |path: &Path| {
        let file = OpenOptions::new().write(true).create_new(true).open(path);
        file.with_context(|| format!("cannot write {}", path.display()))
    };
    let (mut json_file, mut text_file) = (create(&json)?, create(&text)?);
    let redis = RedisConnection::lazy(config.redis.address());
    let deleted = match farewell::delete(owner, ctx, town, &redis).await {
        Ok(deleted) => deleted,
        Err(error) => {
            let _ = (fs::remove_file(&json), fs::remove_file(&text));
            return Err(error.into());
        }
    };
    let certificate = Certificate::new(owner, town, &deleted);
    json_file.write_all(certificate.json.as_bytes())?;
    text_file.write_all(certificate.text.as_bytes())?;
    Ok(json)
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
fn check(source: &Source, path: &Path) -> anyhow::Result<ExitCode> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    match Certificate::check(&text) {
        Checked::Signed { public_key } => {
            let config = Config::load(source)?;
            let whose = if config.knows_public_key(&public_key) {
                "by this installation"
            } else {
                "compare the key with the operator's"
            };
            println!("signed with {public_key} ({whose})");
            Ok(ExitCode::SUCCESS)
        }
        Checked::Forged => {
            println!("FORGED: this is not what was signed");
            Ok(ExitCode::FAILURE)
        }
    }
}

async fn municipality(ctx: &Ctx, tx: &TenantTx) -> anyhow::Result<Municipality> {
    tenant::municipality(ctx, tx).await?.context("the municipality is not completely set up")
}
