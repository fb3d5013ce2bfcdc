//! `stadttermin tenant apply` and `tenant check`.

use std::{fs, path::Path, process::ExitCode, sync::Arc};

use anyhow::{Context, bail};
use db::Db;
use kernel::{Clock, OsChance, SystemClock, spoken};
use scheduling::Hours;
use tenant::Applied;

use super::commands;
use crate::{
    config::{Need, Source},
    onboarding::{self, MunicipalityFile, OnboardingError},
};

#[expect(clippy::print_stdout, reason = "what the command is for")]
pub(super) fn apply(source: &Source, path: &Path, hours: Hours) -> anyhow::Result<ExitCode> {
    let config = commands::load(source, &[Need::Owner, Need::MasterKey])?;
    commands::wait_for(async {
        let owner = commands::owner(&config).await?;
        let line = apply_file(&owner, path, hours).await?;
        println!("{line}");
        owner.close().await;
        Ok(ExitCode::SUCCESS)
    })
}

/// `stadttermin tenant check`
#[expect(clippy::print_stdout, reason = "what the command is for")]
pub(super) fn check(path: &Path) -> anyhow::Result<ExitCode> {
    let (file, svg) = read(path)?;
    let problems = file.problems(svg.as_deref());
    let gaps = file.gaps(spoken::local_day(SystemClock.now(), file.town.time_zone));
    for problem in &problems {
        println!("wrong    {problem}");
    }
    for gap in &gaps {
        println!("missing  {gap}");
    }
    for hint in file.town.hints() {
        println!("hint     {hint}");
    }
    let is_complete = problems.is_empty() && gaps.is_empty();
    if is_complete {
        println!("ok       {} can be served", file.town.name);
    }
    Ok(if is_complete { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A municipality's file and the coat of arms beside it.
fn read(path: &Path) -> anyhow::Result<(MunicipalityFile, Option<String>)> {
    let shown = path.display();
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
    let file = match MunicipalityFile::parse(&text) {
        Ok(file) => file,
        Err(error) => bail!("{shown} cannot be used:\n{error}"),
    };
    let svg =
        match file.coat_of_arms() {
            Some(name) => {
                let beside = path.with_file_name(name);
                let svg = fs::read_to_string(&beside);
                Some(svg.with_context(|| {
                    format!("theme.coat_of_arms: cannot read {}", beside.display())
                })?)
            }
            None => None,
        };
    Ok((file, svg))
}

/// Applies one file with the coat of arms beside it, and says what that did.
pub(crate) async fn apply_file(owner: &Db, path: &Path, hours: Hours) -> anyhow::Result<String> {
    let shown = path.display();
    let (file, svg) = read(path)?;
    let applied = onboarding::apply(
        owner,
        Arc::new(SystemClock),
        Arc::new(OsChance),
        &file,
        svg.as_deref(),
        hours,
    )
    .await;
    match applied {
        Ok((_, applied)) => Ok(done(&file, applied)),
        Err(OnboardingError::Problems(problems)) => {
            bail!("{shown} cannot be used:\n{}", OnboardingError::Problems(problems))
        }
        Err(OnboardingError::Fault(db::Fault::Sealed)) => {
            bail!("{}: was set up with another master key; use that one", file.town.name)
        }
        Err(error) => Err(error).with_context(|| format!("{shown} was not applied")),
    }
}

/// What applying a file did, and why the municipality is not served if it is not.
fn done(file: &MunicipalityFile, applied: Applied) -> String {
    let did = match applied {
        Applied::Created => "created",
        Applied::Updated => "updated",
    };
    let gaps = file.gaps(spoken::local_day(SystemClock.now(), file.town.time_zone));
    if gaps.is_empty() {
        return format!("{}: {did}", file.town.name);
    }
    let gaps: Vec<String> = gaps.iter().map(|gap| format!("  {gap}")).collect();
    format!(
        "{}: {did} as a draft, not served before its notice is complete:\n{}",
        file.town.name,
        gaps.join("\n")
    )
}
