//! What is done from time to time for every municipality: calendars grow with the horizon, and what is due is
//! deleted. Nothing depends on it running on time, and running it twice changes nothing.

use std::{sync::Arc, time::Duration};

use db::{Db, Fault, TenantTx};
use identity::AccountError;
use kernel::{Actor, Chance, Clock, Ctx, Locale, RequestId, TenantId};
use portal::platform::{Platform, PlatformError};
use privacy::{DutyError, Rights, RightsError, recipients, requests};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tenant::{Directory, DirectoryError, Municipality};

use crate::{
    app::notice_facts,
    retention::{self, Report},
};

/// Ours alone: an advisory lock lives per database and has no names. 7237 is the migrations'.
const LOCK: i64 = 7238;
/// Days of past times that one round moves out of the calendar.
const DAYS_AT_ONCE: u32 = 30;

/// Runs the housekeeping.
#[derive(Debug, Clone)]
pub struct Housekeeping {
    pub(crate) db: Db,
    pub(crate) directory: Arc<Directory>,
    pub(crate) rights: Rights,
    pub(crate) platform: Platform,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
}

/// Why a municipality was left out this time.
#[derive(Debug, thiserror::Error)]
enum Skipped {
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    #[error(transparent)]
    Scheduling(#[from] scheduling::Error),
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error(transparent)]
    Rights(#[from] RightsError),
    #[error(transparent)]
    Duty(#[from] DutyError),
    #[error(transparent)]
    Platform(#[from] PlatformError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Housekeeping {
    /// Runs now and then again after every pause, until the task is dropped.
    pub async fn run(&self, pause: Duration) {
        loop {
            if let Err(error) = self.run_once().await {
                tracing::warn!(%error, "housekeeping could not begin");
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// Goes through all municipalities once, unless another process is doing so. What fails for one does not stop
    /// the others.
    pub async fn run_once(&self) -> Result<Report, Fault> {
        let lock = self.db.begin_system().await?;
        let statement = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT pg_try_advisory_xact_lock($1) AS held",
            [LOCK.into()],
        );
        let row = lock.query_one_raw(statement).await?;
        if !row.map(|row| row.try_get::<bool>("", "held")).transpose()?.unwrap_or(false) {
            return Ok(Report::new());
        }
        let mut all = Report::new();
        for tenant in self.directory.tenants() {
            match self.tidy(tenant).await {
                Ok(report) => add(&mut all, report),
                Err(error) => tracing::warn!(%tenant, %error, "housekeeping failed"),
            }
        }
        for (category, rows) in &all {
            tracing::info!(category = category.key(), rows, "deleted what was kept long enough");
        }
        // When it took longer than an idle transaction may, the lock is gone already: no harm, see above.
        let _ = lock.commit().await;
        Ok(all)
    }

    async fn tidy(&self, tenant: TenantId) -> Result<Report, Skipped> {
        let mut id = [0; 16];
        self.chance.fill(&mut id);
        let request = RequestId(u128::from_be_bytes(id));
        let ctx = Ctx::new(
            tenant,
            Actor::Worker,
            Locale::De,
            request,
            self.clock.clone(),
            self.chance.clone(),
        );
        let Some(town) = self.directory.municipality(&ctx).await? else { return Ok(Report::new()) };
        Ok(self.in_own_transactions(&ctx, &town).await)
    }

    /// Each step in transactions of its own: a long one holds no locks for the next, and one that fails does not keep
    /// the others from deleting what is due.
    async fn in_own_transactions(&self, ctx: &Ctx, town: &Municipality) -> Report {
        let slug = town.slug.as_str();
        self.step(slug, "announced recipients", ctx, async |tx| {
            Ok(recipients::take_effect(ctx, tx, town, &notice_facts()).await?)
        })
        .await;
        self.step(slug, "calendar", ctx, async |tx| {
            Ok(scheduling::extend_calendar(ctx, tx, town).await?)
        })
        .await;
        self.step(slug, "expired reservations", ctx, async |tx| {
            Ok(scheduling::release_expired(ctx, tx).await?)
        })
        .await;
        for _ in 0..DAYS_AT_ONCE {
            let past = async |tx: &TenantTx| Ok(scheduling::drop_past(ctx, tx, town).await?);
            if self.step(slug, "past times", ctx, past).await == 0 {
                break;
            }
        }
        self.step(slug, "warnings about unused accounts", ctx, async |tx| {
            Ok(identity::citizens::warn_unused(ctx, tx).await?)
        })
        .await;
        self.step(slug, "reminders of requests about data", ctx, async |tx| {
            Ok(requests::remind(ctx, tx, town, &self.rights).await?)
        })
        .await;
        self.step(slug, "reviews of restrictions", ctx, async |tx| {
            Ok(requests::remind_of_reviews(ctx, tx, town, &self.rights).await?)
        })
        .await;
        match self.platform.recheck_domains(ctx).await {
            Ok(seen) => tracing::debug!(tenant = slug, seen, "domains looked at again"),
            Err(error) => tracing::warn!(tenant = slug, %error, "domains were not looked at"),
        }
        match retention::run(&self.db, ctx, town).await {
            Ok(report) => report,
            Err(error) => {
                tracing::warn!(tenant = slug, %error, "deletion failed");
                Report::new()
            }
        }
    }

    async fn step<F>(&self, tenant: &str, what: &str, ctx: &Ctx, work: F) -> u64
    where
        F: AsyncFnOnce(&TenantTx) -> Result<u64, Skipped>,
    {
        let done = async {
            let tx = self.db.begin(ctx).await?;
            let rows = work(&tx).await?;
            tx.commit().await?;
            Ok::<_, Skipped>(rows)
        };
        match done.await {
            Ok(rows) => {
                tracing::debug!(tenant, what, rows, "housekeeping done");
                rows
            }
            Err(error) => {
                tracing::warn!(tenant, what, %error, "housekeeping failed");
                0
            }
        }
    }
}

fn add(all: &mut Report, more: Report) {
    for (category, rows) in more {
        *all.entry(category).or_default() += rows;
    }
}
