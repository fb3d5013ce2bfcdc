//! `stadttermin tenant import-calendar`: the calendar of the system that the municipality comes from.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use db::Db;
use kernel::{Ctx, Locale, LocalizedText, PublicError};
use scheduling::{
    Catalogue, Import, ImportKind, ImportOutcome, ImportReport, LARGEST_FILE, import,
    preview_import,
};

use super::commands;
use crate::config::{Need, Source};

/// What is imported, and how.
#[derive(Debug, Clone, Args)]
pub(super) struct ImportArguments {
    /// The municipality.
    slug: String,
    /// CSV or iCalendar.
    file: PathBuf,
    /// What its entries become.
    #[arg(long = "as", value_enum, value_name = "KIND")]
    kind: Kind,
    /// Do it.
    #[arg(long)]
    apply: bool,
    /// The key of the service of entries that name none.
    #[arg(long, value_name = "KEY")]
    service: Option<String>,
    /// The key of the location of entries that name none.
    #[arg(long, value_name = "KEY")]
    location: Option<String>,
    /// Send people the messages of a booking.
    #[arg(long)]
    tell: bool,
    /// Use the titles of entries, as names of people or as reasons of absences.
    #[arg(long)]
    use_titles: bool,
    /// Why nobody serves, in German.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

/// What entries become, in the words of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Appointments of people.
    Appointments,
    /// Times at which nobody serves; they become a draft that the office publishes.
    Absences,
}

pub(super) fn run(source: &Source, arguments: &ImportArguments) -> anyhow::Result<ExitCode> {
    let shown = arguments.file.display();
    let size = fs::metadata(&arguments.file).with_context(|| format!("cannot read {shown}"))?.len();
    // before it is in memory
    if size > LARGEST_FILE as u64 {
        bail!("{shown} is larger than {} kB; split it", LARGEST_FILE / 1024);
    }
    let file = fs::read(&arguments.file).with_context(|| format!("cannot read {shown}"))?;
    let needs = [Need::Database, Need::MasterKey];
    commands::on_database_with(source, &needs, async |db| {
        act(db, arguments, file).await?;
        Ok(ExitCode::SUCCESS)
    })
}

async fn act(db: &Db, arguments: &ImportArguments, file: Vec<u8>) -> anyhow::Result<()> {
    let (ctx, tx) = commands::begin(db, &arguments.slug).await?;
    let ctx = ctx.with_locale(Locale::En);
    let town = tenant::municipality(&ctx, &tx).await?;
    let catalogue = scheduling::catalogue(&ctx, &tx).await.map_err(said)?;
    tx.commit().await?;
    let Some(town) = town else { bail!("{} is not completely set up", arguments.slug) };
    let command = command(arguments, &catalogue, file)?;
    if !arguments.apply {
        let report = preview_import(&ctx, db, &town, &catalogue, &command).await.map_err(said)?;
        print(&ctx, &report);
        return Ok(());
    }
    // an import makes so many appointments at once; the next one makes the rest
    loop {
        let report = import(&ctx, db, &town, &catalogue, &command).await.map_err(said)?;
        print(&ctx, &report);
        let is_done = report.count(ImportOutcome::New) == 0;
        if is_done || report.count(ImportOutcome::Made) == 0 {
            return Ok(());
        }
    }
}

fn command(
    arguments: &ImportArguments,
    catalogue: &Catalogue,
    file: Vec<u8>,
) -> anyhow::Result<Import> {
    let service = match arguments.service.as_deref() {
        Some(key) => match catalogue.service_by_key(key) {
            Some(service) => Some(service.id),
            None => bail!("{} has no service {key}", arguments.slug),
        },
        None => None,
    };
    let location = match arguments.location.as_deref() {
        Some(key) => match catalogue.location_by_key(key) {
            Some(location) => Some(location.id),
            None => bail!("{} has no location {key}", arguments.slug),
        },
        None => None,
    };
    Ok(Import {
        file,
        kind: match arguments.kind {
            Kind::Appointments => ImportKind::Appointments,
            Kind::Absences => ImportKind::Absences,
        },
        service,
        location,
        counter: None,
        locale: Locale::De,
        tells: arguments.tell,
        uses_titles: arguments.use_titles,
        reason: arguments.reason.clone().map(LocalizedText::german),
    })
}

/// Lines and reasons, and nobody's data.
#[expect(clippy::print_stdout, reason = "what the command is for")]
fn print(ctx: &Ctx, report: &ImportReport) {
    for line in &report.lines {
        if let Some(reason) = line.outcome.message(ctx.locale()) {
            println!("line {:<6} {reason}", line.line);
        }
    }
    if !report.ignored.is_empty() {
        println!("columns that are not understood: {}", report.ignored.join(", "));
    }
    println!(
        "{} made, {} new, {} known, {} refused",
        report.count(ImportOutcome::Made),
        report.count(ImportOutcome::New),
        report.count(ImportOutcome::Known),
        report.refused()
    );
    if let Some(id) = report.id {
        println!("import {id}");
    }
    if let Some(id) = report.change {
        println!("draft {id}, to be looked at and published at /amt/kalender");
    }
    if report.hits > 0 {
        println!("{} appointments lie in these absences", report.hits);
    }
}

/// What people may read stays what they read; the rest keeps its cause.
fn said(error: scheduling::Error) -> anyhow::Error {
    match error {
        scheduling::Error::Fault(fault) => fault.into(),
        error => anyhow::anyhow!("{}", error.message(Locale::En)),
    }
}
