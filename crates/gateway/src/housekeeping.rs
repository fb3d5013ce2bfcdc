//! What is done from time to time for every municipality: calendars grow with the horizon, and what is due is
//! deleted. Nothing depends on it running on time, and running it twice changes nothing.

use std::{sync::Arc, time::Duration};

use db::{
    Db, Fault, TenantTx,
    audit::{self, AuditError},
    ledger,
};
use identity::{
    AccountError,
    access_keys::{self, AccessError},
};
use kernel::{Actor, Chance, Clock, Ctx, Locale, RequestId, TenantId};
use privacy::{Rights, RightsError, requests};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tenant::{Directory, DirectoryError, Municipality};

/// Ours alone: an advisory lock lives per database and has no names. 7237 is the migrations'.
const LOCK: i64 = 7238;

/// Runs the housekeeping.
#[derive(Debug, Clone)]
pub struct Housekeeping {
    pub(crate) db: Db,
    pub(crate) directory: Arc<Directory>,
    pub(crate) rights: Rights,
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
    Access(#[from] AccessError),
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error(transparent)]
    Rights(#[from] RightsError),
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
        self.in_own_transactions(&ctx, &town).await;
        Ok(())
    }

    /// Each step in a transaction of its own: a long one holds no locks for the next, and one that fails does not keep
    /// the others from deleting what is due.
    async fn in_own_transactions(&self, ctx: &Ctx, town: &Municipality) {
        let slug = town.slug.as_str();
        self.step(slug, "calendar", ctx, async |tx| {
            Ok(scheduling::extend_calendar(ctx, tx, town).await?)
        })
        .await;
        self.step(slug, "expired reservations", ctx, async |tx| {
            Ok(scheduling::release_expired(ctx, tx).await?)
        })
        .await;
        self.step(slug, "appointments", ctx, async |tx| {
            let swept = scheduling::sweep(ctx, tx, town).await?;
            Ok(swept.appointments + swept.reservations + swept.past_times + swept.keys)
        })
        .await;
        self.step(slug, "messages", ctx, async |tx| Ok(notify::sweep(ctx, tx, town).await?)).await;
        self.step(slug, "access log", ctx, async |tx| Ok(privacy::sweep(ctx, tx, town).await?))
            .await;
        self.step(slug, "sign-ins", ctx, async |tx| {
            let days = town.settings.retention.access_log_days;
            Ok(identity::sign_in::history::sweep(ctx, tx, days).await?)
        })
        .await;
        self.step(slug, "codes and unused accounts", ctx, async |tx| {
            Ok(identity::citizens::sweep(ctx, tx).await?)
        })
        .await;
        self.step(slug, "audit trail", ctx, async |tx| {
            Ok(audit::forget(ctx, tx, ctx.now() - audit::KEPT).await?)
        })
        .await;
        self.step(slug, "requests about data", ctx, async |tx| {
            let reminded = requests::remind(ctx, tx, town, &self.rights).await?;
            Ok(reminded + requests::sweep(ctx, tx, town).await?)
        })
        .await;
        self.step(slug, "ledger of erasures", ctx, async |tx| {
            Ok(ledger::forget(tx, ctx.now() - ledger::KEPT).await?)
        })
        .await;
        self.step(slug, "access keys", ctx, async |tx| Ok(access_keys::sweep(ctx, tx).await?))
            .await;
    }

    async fn step<F>(&self, tenant: &str, what: &str, ctx: &Ctx, work: F)
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
            Ok(rows) => tracing::debug!(tenant, what, rows, "housekeeping done"),
            Err(error) => tracing::warn!(tenant, what, %error, "housekeeping failed"),
        }
    }
}
