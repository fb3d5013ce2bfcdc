//! `stadttermin tenant create`, `change`, `suspend`, `resume`, `list`, `health` and `domain`: the operator's work at the
//! command line, the same as over the operator's API.

use std::{process::ExitCode, sync::Arc};

use chrono::{NaiveDate, SecondsFormat};
use clap::{Args, Subcommand};
use kernel::{Ctx, Locale, PublicError, TenantId};
use portal::platform::{Light, Overview, Platform, PlatformError};
use tenant::{
    Controller, Directory, Land, State,
    domains::Domain,
    manage::{Change, NewMunicipality},
    quotas::Quota,
};

use super::commands;
use crate::{
    app,
    config::{Config, Need, Source},
    operator,
};

/// What the operator does with municipalities.
#[derive(Debug, Subcommand)]
pub(super) enum PlatformCommand {
    /// Found a municipality as a draft, with what is known on the day of the contract. Its file says the rest: `tenant apply`.
    Create(NewArguments),
    /// Change what is said about a municipality; what is not named stays. Its notice follows.
    Change(ChangeArguments),
    /// Close a municipality for citizens. What was booked stands; messages that are due are sent, data that are due deleted.
    Suspend {
        /// The municipality.
        slug: String,
        /// Why. It stands in the audit trails; name no people.
        #[arg(long)]
        reason: String,
    },
    /// Open a municipality again.
    Resume {
        /// The municipality.
        slug: String,
    },
    /// List the municipalities with their state and health.
    List,
    /// How a municipality is: messages, jobs, free times, deletion, notice, proof, domains. Exit code 1 when somebody must act.
    Health {
        /// The municipality.
        slug: String,
    },
    /// Set a limit of a municipality, or show all of them.
    Quota {
        /// The municipality.
        slug: String,
        /// What is limited: people, access-keys or requests-per-minute.
        #[arg(requires = "most")]
        name: Option<String>,
        /// The limit, or `none`.
        most: Option<String>,
    },
    /// A municipality's own domains.
    #[command(subcommand)]
    Domain(DomainCommand),
}

/// A new municipality.
#[derive(Debug, Args)]
pub(super) struct NewArguments {
    /// Its subdomain.
    slug: String,
    /// Its name.
    #[arg(long)]
    name: String,
    /// Its Land, such as NW.
    #[arg(long)]
    land: String,
    /// Telephone.
    #[arg(long)]
    phone: String,
    /// Its website, https.
    #[arg(long)]
    website: String,
    /// Name of the controller (Art. 4(7) GDPR).
    #[arg(long)]
    controller: String,
    /// The controller's street and number.
    #[arg(long)]
    street: String,
    /// The controller's postcode.
    #[arg(long)]
    postal_code: String,
    /// The controller's town.
    #[arg(long)]
    city: String,
    /// The controller's e-mail address.
    #[arg(long)]
    email: String,
    /// Date of the contract (Art. 28 GDPR).
    #[arg(long)]
    contract_on: NaiveDate,
}

/// What is different.
#[derive(Debug, Args)]
pub(super) struct ChangeArguments {
    /// The municipality.
    slug: String,
    /// Its name.
    #[arg(long)]
    name: Option<String>,
    /// Telephone.
    #[arg(long)]
    phone: Option<String>,
    /// Its website, https.
    #[arg(long)]
    website: Option<String>,
}

/// What is done with domains.
#[derive(Debug, Subcommand)]
pub(super) enum DomainCommand {
    /// Add a domain and print what is to be published.
    Add {
        /// The municipality.
        slug: String,
        /// The domain.
        domain: String,
    },
    /// List the domains of a municipality.
    List {
        /// The municipality.
        slug: String,
    },
    /// Look whether the proof is published; exit code 1 when it is not.
    Prove {
        /// The municipality.
        slug: String,
        /// The domain.
        domain: String,
    },
    /// Remove a domain: it is not served any more.
    Remove {
        /// The municipality.
        slug: String,
        /// The domain.
        domain: String,
    },
}

pub(super) fn run(source: &Source, command: PlatformCommand) -> anyhow::Result<ExitCode> {
    let config = Config::load(source)?;
    let needs = [Need::Database, Need::MasterKey];
    commands::on_database_with(source, &needs, async |db| {
        let directory = Directory::load(db.clone(), &config.server.base_domain).await?;
        let platform = app::platform(&config, db, &Arc::new(directory));
        let ctx = operator::context(TenantId::PLATFORM);
        carry_out(&platform, &ctx, command).await
    })
}

async fn carry_out(
    platform: &Platform,
    ctx: &Ctx,
    command: PlatformCommand,
) -> anyhow::Result<ExitCode> {
    match command {
        PlatformCommand::Create(arguments) => {
            let wanted = arguments.wanted()?;
            platform.create(ctx, &wanted).await.map_err(said)?;
            say(&format!("{}: founded as a draft; now: tenant apply FILE", wanted.slug));
        }
        PlatformCommand::Change(arguments) => {
            let tenant = platform.find(&arguments.slug).map_err(said)?;
            let ChangeArguments { slug, name, phone, website } = arguments;
            let change = Change { name, phone, website, controller: None };
            platform.change(ctx, tenant, &change).await.map_err(said)?;
            say(&format!("{slug}: changed"));
        }
        PlatformCommand::Suspend { slug, reason } => {
            let tenant = platform.find(&slug).map_err(said)?;
            platform.suspend(ctx, tenant, &reason).await.map_err(said)?;
            say(&format!("{slug}: suspended"));
        }
        PlatformCommand::Resume { slug } => {
            let tenant = platform.find(&slug).map_err(said)?;
            platform.resume(ctx, tenant).await.map_err(said)?;
            say(&format!("{slug}: served again"));
        }
        PlatformCommand::List => list(platform, ctx).await?,
        PlatformCommand::Health { slug } => return health(platform, ctx, &slug).await,
        PlatformCommand::Quota { slug, name, most } => {
            let tenant = platform.find(&slug).map_err(said)?;
            if let (Some(name), Some(most)) = (name, most) {
                let (quota, most) = limit(&name, &most)?;
                platform.set_quota(ctx, tenant, quota, most).await.map_err(said)?;
            }
            for line in platform.one(ctx, tenant).await.map_err(said)?.quotas {
                let shown = |count: Option<i64>| count.map_or("-".to_owned(), |n| n.to_string());
                let (used, most) = (shown(line.used), shown(line.most.map(i64::from)));
                say(&format!("{}  {used} of {most}", line.quota.key()));
            }
        }
        PlatformCommand::Domain(command) => return domain(platform, ctx, command).await,
    }
    Ok(ExitCode::SUCCESS)
}

fn limit(name: &str, most: &str) -> anyhow::Result<(Quota, Option<u32>)> {
    let Some(quota) = Quota::from_key(name) else {
        let known: Vec<_> = Quota::ALL.iter().map(|quota| quota.key()).collect();
        anyhow::bail!("there is no limit {name}; there are {}", known.join(", "))
    };
    Ok((quota, if most == "none" { None } else { Some(most.parse()?) }))
}

async fn list(platform: &Platform, ctx: &Ctx) -> anyhow::Result<()> {
    for one in platform.list(ctx, None, usize::MAX - 1).await.map_err(said)? {
        let light = one.condition.as_ref().map_or("incomplete", |found| word(found.light()));
        say(&format!(
            "{}  {}  {light}  {}",
            one.listed.slug,
            one.listed.state.key(),
            one.listed.name
        ));
    }
    Ok(())
}

async fn health(platform: &Platform, ctx: &Ctx, slug: &str) -> anyhow::Result<ExitCode> {
    let tenant = platform.find(slug).map_err(said)?;
    let one = platform.one(ctx, tenant).await.map_err(said)?;
    for line in lines(&one) {
        say(&line);
    }
    let is_red = one.condition.is_some_and(|found| found.light() == Light::Red);
    Ok(if is_red { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// `light     yellow`, one line for each fact.
fn lines(one: &Overview) -> Vec<String> {
    let when = |at: Option<chrono::DateTime<chrono::Utc>>| {
        at.map_or_else(|| "never".to_owned(), |at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
    };
    let mut lines = vec![format!("state     {}", one.listed.state.key())];
    if let Some(suspension) = &one.suspension {
        let since = when(Some(suspension.since));
        lines.push(format!("suspended since {since}: {}", suspension.reason));
    }
    let Some(found) = &one.condition else {
        lines.push("light     incomplete: apply its file".to_owned());
        return lines;
    };
    lines.push(format!("light     {}", word(found.light())));
    for concern in found.concerns() {
        let count = concern.count().map(|count| format!(" {count}")).unwrap_or_default();
        lines.push(format!("concern   {} {}{count}", word(concern.light()), concern.key()));
    }
    for (name, of) in [("mail", found.messages.mail), ("sms", found.messages.sms)] {
        let is_on = if of.is_on { "on" } else { "off" };
        let last = when(of.last_sent_at);
        let (failed, waiting) = (of.failed, of.waiting);
        lines.push(format!(
            "{name:<9} {is_on}, last sent {last}, {failed} failed, {waiting} waiting"
        ));
    }
    let jobs = found.jobs;
    lines.push(format!(
        "jobs      {} waiting, {} late, {} dead",
        jobs.waiting, jobs.late, jobs.dead
    ));
    lines.push(format!("free      on {} of the next 14 days", found.free_days));
    let overdue = found.duties.overdue_since;
    let overdue = overdue.map_or_else(
        || "nothing overdue".to_owned(),
        |at| format!("overdue since {}", when(Some(at))),
    );
    lines.push(format!("deletion  {overdue}"));
    lines.push(format!("notice    {} gaps", found.notice_gaps));
    let (proven, violated) = (when(found.duties.proven_at), found.duties.violated);
    lines.push(format!("proof     last {proven}, {violated} violated"));
    if one.listed.state == State::Draft {
        lines.push("served    not yet: it is a draft".to_owned());
    }
    lines
}

async fn domain(
    platform: &Platform,
    ctx: &Ctx,
    command: DomainCommand,
) -> anyhow::Result<ExitCode> {
    match command {
        DomainCommand::Add { slug, domain } => {
            let tenant = platform.find(&slug).map_err(said)?;
            show(&platform.add_domain(ctx, tenant, &domain).await.map_err(said)?);
        }
        DomainCommand::List { slug } => {
            let tenant = platform.find(&slug).map_err(said)?;
            platform.one(ctx, tenant).await.map_err(said)?.domains.iter().for_each(show);
        }
        DomainCommand::Prove { slug, domain } => {
            let tenant = platform.find(&slug).map_err(said)?;
            let domain = platform.prove_domain(ctx, tenant, &domain).await.map_err(said)?;
            show(&domain);
            if !domain.is_proven || domain.failing_since.is_some() {
                return Ok(ExitCode::FAILURE);
            }
        }
        DomainCommand::Remove { slug, domain } => {
            let tenant = platform.find(&slug).map_err(said)?;
            platform.remove_domain(ctx, tenant, &domain).await.map_err(said)?;
            say(&format!("{domain}: removed"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn show(domain: &Domain) {
    let state = match (domain.is_proven, domain.failing_since) {
        (true, None) => "served",
        (true, Some(_)) => "served, but the record is missing",
        (false, _) => "waits for its proof",
    };
    say(&format!("{}  {state}", domain.name));
    if let Some(record) = &domain.record {
        say(&format!("  {}  TXT  \"{}\"", record.name, record.value));
    }
}

fn word(light: Light) -> &'static str {
    match light {
        Light::Green => "green",
        Light::Yellow => "yellow",
        Light::Red => "RED",
    }
}

#[expect(clippy::print_stdout, reason = "what the commands are for")]
fn say(line: &str) {
    println!("{line}");
}

/// What people may read stays what they read; the rest keeps its cause.
fn said(error: PlatformError) -> anyhow::Error {
    let text = error.message(Locale::En);
    match error.field().map(str::to_owned) {
        Some(field) => anyhow::Error::new(error).context(format!("{field}: {text}")),
        None => anyhow::Error::new(error).context(text),
    }
}

impl NewArguments {
    fn wanted(self) -> anyhow::Result<NewMunicipality> {
        let Some(land) = Land::parse(&self.land) else {
            anyhow::bail!("--land: {} is no Land; use a code such as NW", self.land)
        };
        let controller = Controller {
            name: self.controller,
            street: self.street,
            postal_code: self.postal_code,
            city: self.city,
            email: self.email,
        };
        Ok(NewMunicipality {
            slug: self.slug,
            name: self.name,
            land,
            phone: self.phone,
            website: self.website,
            controller,
            contract_on: self.contract_on,
        })
    }
}
