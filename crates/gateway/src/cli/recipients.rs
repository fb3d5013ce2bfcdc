//! `stadttermin tenant recipients …`: changes of who gets people's data, announced with their day.

use std::process::ExitCode;

use anyhow::{Context as _, anyhow, bail};
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use identity::{accounts::letters::NoticeKind, people};
use kernel::{Locale, PublicError, RecipientChangeId};
use privacy::{
    DutyError,
    recipients::{self, Announcement, Change, Kind, Stage},
};
use tenant::{Municipality, RecipientRole};

use super::commands;
use crate::config::{Need, Source};

/// What can be done about recipients.
#[derive(Debug, Subcommand)]
pub(super) enum RecipientsCommand {
    /// Who gets a municipality's data, what is announced, and whether the municipality objects.
    List {
        /// The municipality.
        slug: String,
    },
    /// Announce another recipient, or the end of one (Art. 28(2) GDPR). The municipality's administrators and its
    /// data-protection officer are told by mail, and can object until the day.
    Announce(Box<AnnounceArguments>),
    /// Take an announcement back.
    Withdraw {
        /// The municipality.
        slug: String,
        /// The change, as `list` names it.
        id: String,
    },
}

/// What is announced.
#[derive(Debug, Args)]
pub(super) struct AnnounceArguments {
    /// The municipality.
    slug: String,
    /// It is the end of a recipient that is in force: role and name are enough.
    #[arg(long)]
    remove: bool,
    /// `operator`, `hosting`, `sms`, `email` or `other`.
    #[arg(long)]
    role: String,
    /// Company.
    #[arg(long)]
    name: String,
    /// Street and number.
    #[arg(long, required_unless_present = "remove")]
    street: Option<String>,
    /// Postcode.
    #[arg(long, required_unless_present = "remove")]
    postal_code: Option<String>,
    /// Town.
    #[arg(long, required_unless_present = "remove")]
    city: Option<String>,
    /// Date of the contract (Art. 28(4) GDPR).
    #[arg(long, value_name = "DATE", required_unless_present = "remove")]
    contract_on: Option<NaiveDate>,
    /// What it gets data for, or why it ends; German, for the municipality and for citizens.
    #[arg(long, value_name = "TEXT")]
    purpose: String,
    /// Where the data are processed, such as "Frankfurt am Main, Deutschland".
    #[arg(long, value_name = "TEXT", required_unless_present = "remove")]
    place: Option<String>,
    /// The host through which a channel reaches it: the relay, the SMS provider, the sign-in.
    #[arg(long, default_value = "")]
    host: String,
    /// The day from which on it holds.
    #[arg(long, value_name = "DATE")]
    from: NaiveDate,
}

pub(super) fn run(source: &Source, command: RecipientsCommand) -> anyhow::Result<ExitCode> {
    match command {
        RecipientsCommand::List { slug } => list(source, &slug),
        RecipientsCommand::Announce(arguments) => announce(source, &arguments),
        RecipientsCommand::Withdraw { slug, id } => withdraw(source, &slug, &id),
    }
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
fn list(source: &Source, slug: &str) -> anyhow::Result<ExitCode> {
    commands::on_database(source, async |db| {
        let (ctx, tx) = commands::begin(db, slug).await?;
        let town = tenant::municipality(&ctx, &tx).await?.context("it is not set up")?;
        let changes = recipients::list(&ctx, &tx).await?;
        tx.commit().await?;
        for one in &town.recipients {
            println!("in force   {:9} {}", one.role.key(), one.name);
        }
        for change in &changes {
            println!("{}", line(change));
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn line(change: &Change) -> String {
    let stage = match change.stage() {
        Stage::Coming => "coming",
        Stage::Objected => "OBJECTED",
        Stage::Withdrawn => "withdrawn",
        Stage::InForce => "done",
    };
    let what = &change.what;
    let (kind, role, day) = (what.kind.key(), what.role.key(), what.effective_on);
    let reason = change.objection.as_ref().map(|objection| format!(": {}", objection.reason));
    let reason = reason.unwrap_or_default();
    format!("{stage:10} {role:9} {}, {kind} from {day} on, {}{reason}", what.name, change.id)
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
fn announce(source: &Source, arguments: &AnnounceArguments) -> anyhow::Result<ExitCode> {
    let needs = [Need::Database, Need::MasterKey];
    let days = commands::load(source, &needs)?.privacy.recipient_notice_days;
    commands::on_database_with(source, &needs, async |db| {
        let (ctx, tx) = commands::begin(db, &arguments.slug).await?;
        let town = tenant::municipality(&ctx, &tx).await?.context("it is not set up")?;
        let what = announcement(arguments, &town)?;
        let change = recipients::announce(&ctx, &tx, &town, days, &what).await;
        let change = change.map_err(|error| said(error, days))?;
        let told = people::tell_officers(&ctx, &tx, NoticeKind::Recipients).await?;
        tenant::tell_directories(&tx).await?;
        tx.commit().await?;
        println!("{}", line(&change));
        println!("{told} people of the municipality are told by mail");
        Ok(ExitCode::SUCCESS)
    })
}

fn announcement(
    arguments: &AnnounceArguments,
    town: &Municipality,
) -> anyhow::Result<Announcement> {
    let Some(role) = RecipientRole::from_key(&arguments.role) else {
        bail!("--role: use operator, hosting, sms, email or other")
    };
    let mut in_force = town.recipients.iter();
    let known = in_force.find(|one| one.role == role && one.name == arguments.name);
    // the end of a recipient repeats what is known of it
    let given = |given: &Option<String>, known: Option<&String>| {
        given.clone().or_else(|| known.cloned()).unwrap_or_default()
    };
    Ok(Announcement {
        kind: if arguments.remove { Kind::Remove } else { Kind::Add },
        role,
        name: arguments.name.clone(),
        street: given(&arguments.street, known.map(|one| &one.street)),
        postal_code: given(&arguments.postal_code, known.map(|one| &one.postal_code)),
        city: given(&arguments.city, known.map(|one| &one.city)),
        contract_on: arguments
            .contract_on
            .or(known.map(|one| one.contract_on))
            .unwrap_or(arguments.from),
        purpose: arguments.purpose.clone(),
        place: given(&arguments.place, known.map(|one| &one.city)),
        host: arguments.host.clone(),
        effective_on: arguments.from,
    })
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
fn withdraw(source: &Source, slug: &str, id: &str) -> anyhow::Result<ExitCode> {
    let id = RecipientChangeId::parse(id).context("that is no id")?;
    commands::on_database(source, async |db| {
        let (ctx, tx) = commands::begin(db, slug).await?;
        let change = recipients::withdraw(&ctx, &tx, id).await.map_err(|error| said(error, 0))?;
        tenant::tell_directories(&tx).await?;
        tx.commit().await?;
        println!("{}", line(&change));
        Ok(ExitCode::SUCCESS)
    })
}

fn said(error: DutyError, days: u32) -> anyhow::Error {
    match &error {
        DutyError::BadInput { field: "effectiveOn", .. } => {
            anyhow!("--from: {} ({days} days)", error.message(Locale::En))
        }
        DutyError::BadInput { field, .. } => anyhow!("{field}: {}", error.message(Locale::En)),
        _ => error.into(),
    }
}
