//! `stadttermin privacy proof`: looks whether a running installation does what the notice says. It reads the configured
//! database and Redis, and meets the pages as a browser does, over their public address.
//!
//! Looks change nothing but what every visit changes: an entry in the access log, a session that runs out.

mod ages;
mod messages;
mod pages;
mod recipients;
mod rights;
mod security;
mod storage;
mod visits;
mod web;

use std::{net::IpAddr, sync::Arc, time::Duration};

use anyhow::Context;
use chrono::TimeDelta;
use db::{Db, Fault, TenantTx};
use futures::{
    FutureExt,
    future::{BoxFuture, ready},
};
use identity::{RedisConnection, Sessions};
use kernel::{Chance, Clock, Ctx, Locale, TenantId, inventory::Entry};
use privacy::{
    Notice,
    proof::{Finding, Report, STATEMENTS, Verdict},
};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement};
use tenant::{Directory, Municipality};

use self::web::Web;
use crate::{app, config::Config, docs, operator};

/// What one look has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    verdict: Verdict,
    evidence: String,
}

impl Seen {
    fn new(holds: bool, evidence: impl Into<String>) -> Self {
        let verdict = if holds { Verdict::Holds } else { Verdict::Violated };
        Self { verdict, evidence: evidence.into() }
    }

    /// Cannot be seen from here, and why.
    fn unchecked(why: impl Into<String>) -> Self {
        Self { verdict: Verdict::Unchecked, evidence: why.into() }
    }
}

type Looked<'a> = BoxFuture<'a, anyhow::Result<Seen>>;

/// The look for a statement.
fn look<'a>(statement: u8, probe: &'a Probe<'a>) -> Looked<'a> {
    let notice = &probe.notice;
    let now = |seen: Seen| ready(Ok(seen)).boxed();
    match statement {
        1 => pages::own_notice(probe).boxed(),
        2 => now(pages::controller(probe, notice)),
        3 => storage::purposes(probe).boxed(),
        4 => now(recipients::bases(probe, notice)),
        5 => recipients::contracts(probe).boxed(),
        6 => recipients::named_as_configured(probe, notice).boxed(),
        7 => pages::nobody_else(probe).boxed(),
        8 => visits::reading_leaves_nothing(probe).boxed(),
        9 => visits::ten_fields(probe).boxed(),
        10 => pages::harmless_cookie(probe).boxed(),
        11 => pages::one_cookie(probe).boxed(),
        12 => storage::sessions(probe).boxed(),
        13 => pages::without_cookie(probe).boxed(),
        14 => recipients::asked_fields(probe, notice).boxed(),
        15 => storage::bound_to_bookings(probe).boxed(),
        16 => storage::anonymous_times(probe).boxed(),
        17 => storage::exclusive_times(probe).boxed(),
        18 => storage::sealed_contacts(probe).boxed(),
        19 => now(recipients::voluntary(probe)),
        20 => storage::separate_customers(probe).boxed(),
        21 => messages::sign_ins(probe).boxed(),
        22 => messages::sign_in_addresses(probe).boxed(),
        23 => messages::mails_to_the_office(probe).boxed(),
        24 => now(recipients::purpose_of_the_office_s_mail(probe, notice)),
        25 => ages::within_periods(probe).boxed(),
        26 => ages::within_caps(probe).boxed(),
        27 => rights::access(probe, notice).boxed(),
        28 => rights::rectification(probe, notice).boxed(),
        29 => rights::erasure(probe, notice).boxed(),
        30 => rights::restriction(probe, notice).boxed(),
        31 => rights::objection(probe, notice).boxed(),
        32 => rights::portability(probe, notice).boxed(),
        33 => rights::withdrawal(probe, notice).boxed(),
        34 => now(pages::authority(probe, notice)),
        35 => security::transport(probe).boxed(),
        36 => security::isolation(probe).boxed(),
        37 => security::up_to_date(probe).boxed(),
        _ => now(Seen::unchecked("es gibt keine Prüfung dafür")),
    }
}

/// What was found at one municipality.
#[derive(Debug)]
pub struct Proved {
    /// The municipality.
    pub town: Municipality,
    /// Statement by statement.
    pub report: Report,
    /// Looks that failed: the installation did not answer. Such a report is not clean, even if nothing is violated.
    pub failed: usize,
}

impl Proved {
    /// Whether everything that can be seen was seen, and nothing is violated.
    pub fn is_clean(&self) -> bool {
        self.failed == 0 && self.report.is_clean()
    }
}

/// Looks at the municipalities of the installation that the configuration describes.
pub struct Prover {
    db: Db,
    sessions: Sessions,
    directory: Directory,
    config: Config,
    inventory: Vec<Entry>,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
}

impl std::fmt::Debug for Prover {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prover").finish_non_exhaustive()
    }
}

impl Prover {
    /// Connects to what the configuration names.
    pub async fn connect(
        config: &Config,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> anyhow::Result<Self> {
        // unchecked: what the check would refuse is a finding here
        let db = Db::connect_unchecked(&app::database(config), config.keyring())
            .await
            .context("the database cannot be reached")?;
        let directory = Directory::load(db.clone(), &config.server.base_domain).await?;
        let sessions = Sessions::over(RedisConnection::lazy(config.redis.address()));
        let (config, inventory) = (config.clone(), docs::inventory());
        Ok(Self { db, sessions, directory, config, inventory, clock, chance })
    }

    /// The municipalities that are served, without the operator's own realm.
    pub fn tenants(&self) -> Vec<TenantId> {
        let all = self.directory.tenants().into_iter();
        all.filter(|tenant| !tenant.is_platform() && self.directory.is_served(*tenant)).collect()
    }

    /// Looks at one municipality, and keeps the report for its data-protection officer.
    pub async fn prove(&self, tenant: TenantId) -> anyhow::Result<Proved> {
        let ctx = self.context(tenant);
        let town = self.directory.municipality(&ctx).await?;
        let town = town.context("the municipality is not completely set up")?;
        let tx = self.db.begin(&ctx).await?;
        let notice = privacy::notice(&ctx, &tx, Locale::De, None).await?;
        tx.commit().await?;
        let mut neighbours = Vec::new();
        for other in self.directory.tenants() {
            let is_other = other != tenant && !other.is_platform();
            if is_other
                && let Some(other) = self.directory.municipality(&self.context(other)).await?
            {
                neighbours.push(Municipality::clone(&other));
            }
        }
        let probe = Probe {
            prover: self,
            ctx: &ctx,
            town: &town,
            neighbours: &neighbours,
            notice: notice.context("the municipality has published no notice")?,
            web: Web::at(&self.config.server.base_url(&town))?,
        };
        let (mut findings, mut failed) = (Vec::new(), 0);
        for statement in STATEMENTS {
            let seen = look(statement.number, &probe).await;
            let Seen { verdict, evidence } = seen.unwrap_or_else(|error| {
                failed += 1;
                Seen::unchecked(format!("nicht zu sehen: {error:#}"))
            });
            findings.push(Finding { statement: statement.number, verdict, evidence });
        }
        let report = Report { at: ctx.now(), notice_version: town.notice_version, findings };
        let tx = self.db.begin(&ctx).await?;
        privacy::proof::keep(&ctx, &tx, &report).await?;
        tx.commit().await?;
        Ok(Proved { town: Municipality::clone(&town), report, failed })
    }

    fn context(&self, tenant: TenantId) -> Ctx {
        operator::context_at(tenant, self.clock.clone(), self.chance.clone())
    }

    /// How late housekeeping may be: what is due is deleted in its next round.
    fn housekeeping_round(&self) -> TimeDelta {
        let minutes = i64::try_from(self.config.worker.housekeeping_minutes).unwrap_or(60);
        TimeDelta::minutes(minutes) + TimeDelta::hours(1)
    }

    fn database_is_safe(&self) -> bool {
        let ways = [&self.config.database.url, &self.config.database.direct_url];
        ways.into_iter().filter(|way| way.is_set()).all(|way| {
            let url = way.expose();
            url.contains("sslmode=verify") || url.contains("sslmode=require") || stays_here(url)
        })
    }

    fn redis_is_safe(&self) -> bool {
        let url = self.config.redis.url.expose();
        url.starts_with("rediss")
            || url.starts_with("redis+unix")
            || url.starts_with("unix")
            || stays_here(url)
    }

    /// How mails leave, or why that is not safe.
    fn relay_is_safe(&self) -> Result<&'static str, &'static str> {
        let url = self.config.mail.smtp_url.expose();
        if url.starts_with("smtps://") || url.contains("tls=required") {
            Ok("Versand nur mit TLS")
        } else if stays_here(url) {
            Ok("der Mail-Server steht auf diesem Rechner")
        } else {
            Err("E-Mails gehen ohne erzwungenes TLS zum Mail-Server")
        }
    }
}

/// Whether an address does not leave this machine: a socket in the file system, or the loopback.
fn stays_here(address: &str) -> bool {
    if !address.contains("://") || address.contains("%2F") || address.contains("host=/") {
        return true;
    }
    let Ok(url) = url::Url::parse(address) else { return false };
    // of `smtp` and `redis` the URL standard does not say that a host can be an address, so it stays text
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let is_loopback = host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    host.is_empty() || host == "localhost" || is_loopback
}

/// A look at one municipality of a running installation.
struct Probe<'a> {
    prover: &'a Prover,
    ctx: &'a Ctx,
    town: &'a Municipality,
    /// The other municipalities.
    neighbours: &'a [Municipality],
    /// The notice in force, in German.
    notice: Notice,
    /// The municipality's pages.
    web: Web,
}

impl Probe<'_> {
    fn is_https(&self) -> bool {
        self.prover.config.server.is_https()
    }

    /// Whether the pages are those of this very machine.
    fn is_local(&self) -> bool {
        let domain = &self.prover.config.server.base_domain;
        domain == "localhost" || domain.ends_with(".localhost") || stays_here(self.web.base())
    }

    async fn rows(&self, query: &str) -> anyhow::Result<Vec<QueryResult>> {
        let tx = self.prover.db.begin(self.ctx).await?;
        let found = rows(&tx, query).await?;
        tx.commit().await?;
        Ok(found)
    }

    async fn count(&self, query: &str) -> anyhow::Result<i64> {
        let tx = self.prover.db.begin(self.ctx).await?;
        let found = count(&tx, query).await?;
        tx.commit().await?;
        Ok(found)
    }

    /// The first row, as soon as there is one.
    async fn eventually(
        &self,
        within: Duration,
        query: &str,
    ) -> anyhow::Result<Option<QueryResult>> {
        const PAUSE: Duration = Duration::from_millis(200);
        for _ in 0..within.as_millis() / PAUSE.as_millis() {
            if let Some(row) = self.rows(query).await?.into_iter().next() {
                return Ok(Some(row));
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(None)
    }

    /// The columns of a table, in alphabetical order.
    async fn columns_of(&self, table: &str) -> anyhow::Result<Vec<String>> {
        let query = format!(
            "SELECT attname::text AS name FROM pg_attribute
              WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY 1"
        );
        let rows = self.rows(&query).await?;
        Ok(rows.iter().map(|row| row.try_get("", "name")).collect::<Result<_, _>>()?)
    }
}

/// The looks' statements are in the program's text; what they are completed with are names of the inventory, instants and
/// ids.
async fn rows(tx: &TenantTx, query: &str) -> anyhow::Result<Vec<QueryResult>> {
    let statement = Statement::from_string(DbBackend::Postgres, query);
    Ok(tx.query_all_raw(statement).await.map_err(Fault::from)?)
}

async fn count(tx: &TenantTx, query: &str) -> anyhow::Result<i64> {
    let found = rows(tx, query).await?;
    let first = found.first().context("no number")?;
    Ok(first.try_get_by_index(0)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_the_machine_is_told_from_what_does_not() {
        for here in [
            "postgres://app@localhost/x",
            "postgres://app@%2Frun%2Fpg/x",
            "postgres:///x?host=/run/pg",
            "redis://127.0.0.1:6379",
            "smtp://[::1]:2525",
        ] {
            assert!(stays_here(here), "{here}");
        }
        for elsewhere in ["postgres://app@db.example/x", "redis://10.0.0.2", "smtp://mail.example"]
        {
            assert!(!stays_here(elsewhere), "{elsewhere}");
        }
    }
}
