//! `stadttermin privacy proof`: looks whether a running installation does what the notice says.

mod notice;
mod security;
mod storage;

use std::sync::Arc;

use anyhow::Context;
use db::{Db, sealed::Keyring};
use futures::{
    FutureExt,
    future::{self, BoxFuture},
};
use kernel::{Chance, Clock, Ctx, TenantId};
use privacy::proof::{Finding, Report, Verdict};
use tenant::{Directory, Municipality};

use crate::{app, config::Config, operator};

/// What one look has shown: whether it is as the notice says, and what was seen.
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
}

/// A look at one municipality of a running installation.
struct Probe<'a> {
    prover: &'a Prover,
    ctx: &'a Ctx,
    town: &'a Municipality,
}

/// Looks at something. An error means that it could not be seen.
type Look = for<'a> fn(&'a Probe<'a>) -> BoxFuture<'a, anyhow::Result<Seen>>;

/// Which look belongs to which statement.
const LOOKS: &[(u8, Look)] = &[
    (2, |probe| future::ready(Ok(notice::controller(probe))).boxed()),
    (3, |probe| storage::purposes(probe).boxed()),
    (36, |probe| security::isolation(probe).boxed()),
];

/// Looks at the municipalities of the installation that the configuration describes.
pub struct Prover {
    db: Db,
    directory: Directory,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
}

impl Prover {
    /// Connects to what the configuration names.
    pub async fn connect(
        config: &Config,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> anyhow::Result<Self> {
        let keyring = Keyring::new(&config.master_key().unwrap_or_default());
        // unchecked: what the check would refuse is a finding here
        let db = Db::connect_unchecked(&app::database(config), keyring)
            .await
            .context("the database cannot be reached")?;
        let directory = Directory::load(db.clone(), &config.server.base_domain).await?;
        Ok(Self { db, directory, clock, chance })
    }

    /// The municipalities that are served, without the operator's own realm.
    pub fn tenants(&self) -> Vec<TenantId> {
        self.directory.tenants().into_iter().filter(|tenant| !tenant.is_platform()).collect()
    }

    /// Looks at one municipality.
    pub async fn prove(&self, tenant: TenantId) -> anyhow::Result<(Municipality, Report)> {
        let ctx = operator::context_at(tenant, self.clock.clone(), self.chance.clone());
        let town = self.directory.municipality(&ctx).await?;
        let town = town.context("the municipality is not completely set up")?;
        let probe = Probe { prover: self, ctx: &ctx, town: &town };
        let mut findings = Vec::new();
        for (statement, look) in LOOKS {
            let Seen { verdict, evidence } = look(&probe).await.unwrap_or_else(|error| Seen {
                verdict: Verdict::Unchecked,
                evidence: format!("nicht zu sehen: {error:#}"),
            });
            findings.push(Finding { statement: *statement, verdict, evidence });
        }
        let (at, notice_version) = (ctx.now(), town.notice_version);
        let report = Report { at, notice_version, findings };
        Ok((Municipality::clone(&town), report))
    }
}
