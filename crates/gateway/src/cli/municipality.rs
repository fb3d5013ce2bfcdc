//! `stadttermin tenant apply`.

use std::{fs, path::Path, process::ExitCode, sync::Arc};

use anyhow::{Context, bail};
use db::Db;
use kernel::{OsChance, SystemClock};
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

/// Applies one file with the coat of arms beside it, and says what that did.
pub(crate) async fn apply_file(owner: &Db, path: &Path, hours: Hours) -> anyhow::Result<String> {
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
        Ok((_, Applied::Created)) => Ok(format!("{}: created", file.town.name)),
        Ok((_, Applied::Updated)) => Ok(format!("{}: updated", file.town.name)),
        Err(OnboardingError::Problems(problems)) => {
            bail!("{shown} cannot be used:\n{}", OnboardingError::Problems(problems))
        }
        Err(OnboardingError::Fault(db::Fault::Sealed)) => {
            bail!("{}: was set up with another master key; use that one", file.town.name)
        }
        Err(error) => Err(error).with_context(|| format!("{shown} was not applied")),
    }
}
