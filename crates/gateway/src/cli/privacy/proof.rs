//! `stadttermin privacy proof`

use std::{process::ExitCode, sync::Arc};

use anyhow::bail;
use clap::Args;
use kernel::{OsChance, SystemClock};
use privacy::proof::{Finding, Report, Verdict};
use serde_json::json;
use tenant::Municipality;

use super::super::commands;
use crate::{
    config::{Need, Source},
    proof::Prover,
};

/// At whom to look, and how to say what was seen.
#[derive(Debug, Args)]
pub(in crate::cli) struct ProofArguments {
    /// Only this municipality.
    #[arg(long, value_name = "SLUG")]
    tenant: Option<String>,
    /// For programs.
    #[arg(long)]
    json: bool,
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
pub(super) fn run(source: &Source, arguments: &ProofArguments) -> anyhow::Result<ExitCode> {
    let needs = [Need::Database, Need::Redis, Need::MasterKey];
    let config = commands::load(source, &needs)?;
    commands::wait_for(async {
        let prover = Prover::connect(&config, Arc::new(SystemClock), Arc::new(OsChance)).await?;
        let mut reports = Vec::new();
        for tenant in prover.tenants() {
            let (town, report) = prover.prove(tenant).await?;
            if arguments.tenant.as_ref().is_none_or(|slug| *slug == town.slug) {
                reports.push((town, report));
            }
        }
        if let (Some(slug), true) = (&arguments.tenant, reports.is_empty()) {
            bail!("there is no municipality {slug}");
        }
        if arguments.json {
            let all: Vec<_> = reports.iter().map(|(town, report)| as_json(town, report)).collect();
            println!("{}", serde_json::to_string_pretty(&all)?);
        } else {
            for (town, report) in &reports {
                println!("{}", as_text(town, report));
            }
        }
        let is_clean = reports.iter().all(|(_, report)| report.is_clean());
        Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

fn as_text(town: &Municipality, report: &Report) -> String {
    let mut text = format!("{}, Fassung {}\n", town.name, report.notice_version);
    for finding in &report.findings {
        let says = finding.of().map_or("", |statement| statement.says);
        let Finding { statement, verdict, evidence } = finding;
        text += &format!(
            "{statement:>3}  {:<10}  {says}\n                 {evidence}\n",
            word(*verdict)
        );
    }
    let [holds, violated, unchecked] = [Verdict::Holds, Verdict::Violated, Verdict::Unchecked]
        .map(|verdict| report.count(verdict));
    text += &format!("{holds} gelten, {violated} verletzt, {unchecked} von hier nicht zu prüfen\n");
    text
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "gilt",
        Verdict::Violated => "VERLETZT",
        Verdict::Unchecked => "ungeprüft",
    }
}

fn as_json(town: &Municipality, report: &Report) -> serde_json::Value {
    json!({ "tenant": town.slug, "report": report })
}
