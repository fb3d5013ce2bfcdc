//! `stadttermin access-key …`

use std::process::ExitCode;

use anyhow::bail;
use clap::{Subcommand, ValueEnum};
use db::Db;
use identity::access_keys::{self, AccessError, AccessKey, NewAccessKey};
use kernel::{AccessKeyId, Ctx, Locale, PublicError, Scope, Scopes};

use super::commands::{self, begin};
use crate::config::Source;

/// What can be done with access keys.
#[derive(Debug, Subcommand)]
pub(super) enum AccessKeyCommand {
    /// Make a key and print its token, this once.
    Create {
        /// The municipality.
        slug: String,
        /// What it is for, such as "Kalenderpflege"; no person's name.
        #[arg(long)]
        name: String,
        /// What it may do. Can be given several times.
        #[arg(long = "scope", required = true, value_enum)]
        scopes: Vec<Right>,
        /// How many days it is valid.
        #[arg(long, default_value_t = 90)]
        days: u16,
    },
    /// List the keys of a municipality, without their tokens.
    List {
        /// The municipality.
        slug: String,
    },
    /// Take a key back, at once. Sessions that began with it end.
    Revoke {
        /// The municipality.
        slug: String,
        /// The key's id, from the list.
        id: String,
    },
}

/// What a key may do, in the words of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Right {
    /// See and change opening hours, drafts and closures.
    Calendar,
    /// See them.
    CalendarRead,
    /// Change them.
    CalendarWrite,
    /// Book for callers, move and cancel appointments.
    Appointments,
    /// See municipalities and how they are; in the operator's own realm, `ops`, only.
    PlatformRead,
    /// Create, change, suspend and resume municipalities; in `ops` only.
    PlatformWrite,
}

impl Right {
    fn scopes(self) -> Scopes {
        match self {
            Self::Calendar => Scopes::CALENDAR,
            Self::CalendarRead => Scope::CalendarRead.into(),
            Self::CalendarWrite => Scope::CalendarWrite.into(),
            Self::Appointments => Scope::Appointments.into(),
            Self::PlatformRead => Scope::PlatformRead.into(),
            Self::PlatformWrite => Scope::PlatformWrite.into(),
        }
    }
}

pub(super) fn run(source: &Source, command: AccessKeyCommand) -> anyhow::Result<ExitCode> {
    commands::on_database(source, async |db| {
        match command {
            AccessKeyCommand::Create { slug, name, scopes, days } => {
                let scopes = scopes.into_iter().flat_map(|right| right.scopes().iter()).collect();
                create(db, &slug, &NewAccessKey { name, scopes, days }).await?;
            }
            AccessKeyCommand::List { slug } => list(db, &slug).await?,
            AccessKeyCommand::Revoke { slug, id } => revoke(db, &slug, &id).await?,
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// The token alone goes to standard output, so that it can be put where it belongs without being seen.
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "what the command is for")]
async fn create(db: &Db, slug: &str, wanted: &NewAccessKey) -> anyhow::Result<()> {
    let (ctx, tx) = begin(db, slug).await?;
    let (key, token) = access_keys::create(&ctx, &tx, wanted).await.map_err(said)?;
    tx.commit().await?;
    eprintln!("{}", line(&ctx, &key));
    eprintln!("Keep the token now, it is shown this once:");
    println!("{token}");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
async fn list(db: &Db, slug: &str) -> anyhow::Result<()> {
    let (ctx, tx) = begin(db, slug).await?;
    let keys = access_keys::list(&ctx, &tx).await.map_err(said)?;
    tx.commit().await?;
    for key in keys {
        println!("{}", line(&ctx, &key));
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
async fn revoke(db: &Db, slug: &str, id: &str) -> anyhow::Result<()> {
    let Some(id) = AccessKeyId::parse(id) else { bail!("{id} is no id of an access key") };
    let (ctx, tx) = begin(db, slug).await?;
    let key = match access_keys::revoke(&ctx, &tx, id).await {
        Err(AccessError::NotFound) => bail!("{slug} has no access key {id}"),
        done => done.map_err(said)?,
    };
    tx.commit().await?;
    println!("{}", line(&ctx, &key));
    Ok(())
}

/// What people may read stays what they read; the rest keeps its cause.
fn said(error: AccessError) -> anyhow::Error {
    match &error {
        AccessError::BadInput { field, .. } => {
            anyhow::anyhow!("--{field}: {}", error.message(Locale::En))
        }
        _ => error.into(),
    }
}

/// `<id>  valid until 2027-03-07  calendar-read calendar-write  used 2026-12-07  Kalenderpflege`
fn line(ctx: &Ctx, key: &AccessKey) -> String {
    let state = match key.revoked_at {
        Some(at) => format!("revoked {}", at.date_naive()),
        None if key.is_valid(ctx.now()) => format!("valid until {}", key.expires_at.date_naive()),
        None => format!("expired {}", key.expires_at.date_naive()),
    };
    let used = key.last_used_at.map_or_else(
        || "never used".to_owned(),
        |at| format!("used {}", at.format("%Y-%m-%d %H:%M UTC")),
    );
    format!("{}  {state}  {}  {used}  {}", key.id, key.scopes.names(), key.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_has_a_word_for_every_right() {
        for scope in Scope::ALL {
            let right = Right::from_str(scope.name(), false).unwrap();
            assert_eq!(right.scopes(), Scopes::from(*scope));
        }
        assert_eq!(Right::from_str("calendar", false).unwrap().scopes(), Scopes::CALENDAR);
    }
}
