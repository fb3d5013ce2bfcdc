//! `stadttermin doctor`: what the service needs and whether it is there, in plain words.

use std::{process::ExitCode, time::Duration};

use db::{Db, audit, self_check::Refusal};
use identity::RedisConnection;
use kernel::spoken;
use tenant::Directory;
use tokio::net::TcpStream;

use super::commands;
use crate::{
    app::{self, NEEDS, database},
    config::{Config, Pooler, Source},
    health, operator,
};

#[expect(clippy::print_stdout, reason = "what the command is for")]
pub(super) fn doctor(source: &Source) -> anyhow::Result<ExitCode> {
    let config = Config::load(source)?;
    let mut findings = vec![match config.validate(NEEDS) {
        Ok(()) => Ok("the configuration is complete".to_owned()),
        Err(error) => Err(error.to_string()),
    }];
    commands::wait_for(async {
        findings.extend(database_findings(&config).await);
        if config.redis.url.is_set() {
            findings.push(match RedisConnection::lazy(config.redis.address()).ping().await {
                Ok(()) => Ok("Redis answers".to_owned()),
                Err(_) => Err("Redis does not answer: drafts would travel in forms, and each process would count \
                               its limits alone; booking goes on"
                    .to_owned()),
            });
        }
        if config.mail.smtp_url.is_set() {
            findings.push(relay(&config).await);
        }
        if config.telemetry.is_on() {
            findings.push(collector(&config).await);
        }
        let healthy = findings.iter().all(Result::is_ok);
        for finding in &findings {
            match finding {
                Ok(good) => println!("ok       {good}"),
                Err(problem) => println!("problem  {}", problem.replace('\n', "\n         ")),
            }
        }
        Ok(if healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

type Finding = Result<String, String>;

async fn database_findings(config: &Config) -> Vec<Finding> {
    if !config.database.url.is_set() {
        return Vec::new();
    }
    let mut options = database(config);
    options.max_connections = 1;
    let db = match Db::connect_unchecked(&options, config.keyring()).await {
        Ok(db) => db,
        Err(Refusal::Fault(fault)) => {
            return vec![Err(format!("the database does not answer: {fault}"))];
        }
        Err(refusal) => return vec![Err(refusal.to_string())],
    };
    let current = match health::missing_migration(&db).await {
        Ok(None) => Ok("the database is current".to_owned()),
        Ok(Some(step)) => {
            Err(format!("the database has not taken step {step}; run `stadttermin migrate`"))
        }
        Err(_) => Err("the database was never migrated; run `stadttermin migrate`".to_owned()),
    };
    let isolated = match db.self_check().await {
        Ok(()) => {
            Ok("the database answers, and its role sees one municipality at a time".to_owned())
        }
        Err(Refusal::NotIsolated(reasons)) => Err(format!(
            "the database would not keep municipalities apart:\n  {}",
            reasons.join("\n  ")
        )),
        Err(refusal) => Err(refusal.to_string()),
    };
    let mut findings = Vec::new();
    if config.database.pooler == Pooler::Transaction {
        findings.push(past_the_pooler(&db).await);
    }
    // a database of another version may have no trail yet, and one that is behind may look open
    let sound = current.is_ok() && isolated.is_ok();
    findings.extend([current, isolated]);
    if sound {
        findings.push(trail(&db).await);
        findings.extend(municipalities(config, db).await);
    }
    findings
}

/// Whether the way past the pooler leads to the same database, and is not a pooler itself.
async fn past_the_pooler(db: &Db) -> Finding {
    match db.hears_itself().await {
        Ok(true) => Ok("behind the pooler, notifications arrive by database.direct_url".to_owned()),
        Ok(false) => Err("database.direct_url leads through a pooler, or to another database: what changes is noticed \
                          late"
            .to_owned()),
        Err(fault) => Err(format!("database.direct_url cannot be used: {fault}")),
    }
}

/// What can be said of each municipality.
async fn municipalities(config: &Config, db: Db) -> Vec<Finding> {
    let directory = match Directory::load(db, &config.server.base_domain).await {
        Ok(directory) => directory,
        Err(fault) => return vec![Err(format!("the municipalities cannot be read: {fault}"))],
    };
    let mut findings = notices(&directory).await;
    findings.extend(providers(config, &directory).await);
    findings
}

/// Whether the notice of each municipality says everything that Art. 13 GDPR asks for.
async fn notices(directory: &Directory) -> Vec<Finding> {
    let mut findings = Vec::new();
    for tenant in directory.tenants().into_iter().filter(|tenant| !tenant.is_platform()) {
        let ctx = operator::context(tenant);
        let Ok(Some(town)) = directory.municipality(&ctx).await else { continue };
        let today = spoken::local_day(ctx.now(), town.zone());
        let gaps = privacy::gaps(&town, &app::notice_facts(), today);
        let slug = &town.slug;
        findings.push(if gaps.is_empty() {
            Ok(format!("{slug}: the notice is complete"))
        } else {
            let gaps: Vec<String> = gaps.iter().map(|gap| format!("\n  {gap}")).collect();
            let served = if directory.is_served(tenant) { "" } else { "; it is not served" };
            Err(format!("{slug}: the notice cannot say everything yet{served}:{}", gaps.concat()))
        });
    }
    findings
}

/// Whether the office's people can sign in at the municipalities that have a provider of their own.
async fn providers(config: &Config, directory: &Directory) -> Vec<Finding> {
    let openid = match app::openid(config) {
        Ok(openid) => openid,
        Err(error) => return vec![Err(error.to_string())],
    };
    let mut findings = Vec::new();
    for tenant in directory.tenants() {
        let ctx = operator::context(tenant);
        let Ok(Some(town)) = directory.municipality(&ctx).await else { continue };
        let Some(settings) = &town.settings.openid else { continue };
        let (slug, issuer) = (&town.slug, &settings.issuer);
        findings.push(match openid.check(&ctx, &town).await {
            Ok(()) => Ok(format!("{slug}: the provider {issuer} answers and can be used")),
            Err(error) => Err(format!("{slug}: {error} ({issuer})")),
        });
    }
    findings
}

/// Whether the audit trail of every municipality holds.
async fn trail(db: &Db) -> Finding {
    let unread = |error: anyhow::Error| format!("the audit trail cannot be read: {error:#}");
    let towns = tenant::slugs(db).await.map_err(|fault| unread(fault.into()))?;
    for (slug, id) in &towns {
        let verdict = super::audit::verdict(db, *id).await.map_err(unread)?;
        if let audit::Verdict::Broken { .. } = verdict {
            let verdict = super::audit::said(&verdict);
            return Err(format!(
                "the audit trail of {slug} is {verdict} (`stadttermin audit verify`)"
            ));
        }
    }
    Ok(format!("the audit trails are sound ({} municipalities)", towns.len()))
}

async fn relay(config: &Config) -> Finding {
    let Ok(url) = url::Url::parse(config.mail.smtp_url.expose()) else {
        return Err("mail.smtp_url is no URL".to_owned());
    };
    let port = url.port().unwrap_or(if url.scheme() == "smtps" { 465 } else { 25 });
    reached(&url, port, "mail relay", "mails wait").await
}

async fn collector(config: &Config) -> Finding {
    let Ok(url) = url::Url::parse(&config.telemetry.otlp_endpoint) else {
        return Err("telemetry.otlp_endpoint is no URL".to_owned());
    };
    let port = url.port_or_known_default().unwrap_or(4318);
    reached(&url, port, "collector", "traces, figures and log lines are lost").await
}

/// Whether somebody listens there.
async fn reached(url: &url::Url, port: u16, what: &str, otherwise: &str) -> Finding {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let connecting = TcpStream::connect((host.as_str(), port));
    match tokio::time::timeout(Duration::from_secs(5), connecting).await {
        Ok(Ok(_)) => Ok(format!("the {what} {host}:{port} can be reached")),
        Ok(Err(error)) => {
            Err(format!("the {what} {host}:{port} cannot be reached: {error}; {otherwise}"))
        }
        Err(_) => Err(format!("the {what} {host}:{port} does not answer; {otherwise}")),
    }
}
