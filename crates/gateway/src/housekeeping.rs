//! What is done from time to time for every municipality: calendars grow with the horizon, and what is due is
//! deleted. Nothing depends on it running on time, and running it twice changes nothing.

use std::{sync::Arc, time::Duration};

use db::{Db, Fault};
use kernel::{Actor, Chance, Clock, Ctx, Locale, RequestId, TenantId};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tenant::{Directory, DirectoryError, Municipality};

/// Ours alone: an advisory lock lives per database and has no names. 7237 is the migrations'.
const LOCK: i64 = 7238;

/// Runs the housekeeping.
#[derive(Debug, Clone)]
pub struct Housekeeping {
    pub(crate) db: Db,
    pub(crate) directory: Arc<Directory>,
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
    pub async fn run_once(&self) -> Result<(), Fault> {
        let lock = self.db.begin_system().await?;
        let statement = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT pg_try_advisory_xact_lock($1) AS held",
            [LOCK.into()],
        );
        let row = lock.query_one_raw(statement).await?;
        if !row.map(|row| row.try_get::<bool>("", "held")).transpose()?.unwrap_or(false) {
            return Ok(());
        }
        for tenant in self.directory.tenants() {
            if let Err(error) = self.tidy(tenant).await {
                tracing::warn!(%tenant, %error, "housekeeping failed");
            }
        }
        // When it took longer than an idle transaction may, the lock is gone already: no harm, see above.
        let _ = lock.commit().await;
        Ok(())
    }

    async fn tidy(&self, tenant: TenantId) -> Result<(), Skipped> {
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
        let Some(town) = self.directory.municipality(&ctx).await? else { return Ok(()) };
        self.in_own_transactions(&ctx, &town).await
    }

    /// Each step by itself: a long one holds no locks for the next.
    async fn in_own_transactions(&self, ctx: &Ctx, town: &Municipality) -> Result<(), Skipped> {
        let tx = self.db.begin(ctx).await?;
        scheduling::extend_calendar(ctx, &tx, town).await?;
        tx.commit().await?;
        let tx = self.db.begin(ctx).await?;
        let swept = scheduling::sweep(ctx, &tx, town).await?;
        tx.commit().await?;
        let tx = self.db.begin(ctx).await?;
        let messages = notify::sweep(ctx, &tx, town).await?;
        tx.commit().await?;
        let tx = self.db.begin(ctx).await?;
        let requests = privacy::sweep(ctx, &tx, town).await?;
        tx.commit().await?;
        tracing::debug!(tenant = town.slug, ?swept, messages, requests, "housekeeping done");
        Ok(())
    }
}
