//! Work that is written in the business transaction and done after it, at least once.
//!
//! A worker leases due jobs of one tenant (`FOR UPDATE SKIP LOCKED`) and runs them outside any transaction. A
//! worker that dies leaves a lease that runs out; a worker that sleeps past its lease is fenced off by the
//! lease number when it wants to finish. Workers are woken by NOTIFY after commit and poll behind it. NOTIFY is
//! sent on a connection of its own, at most every 50 ms: inside the business transaction it would make all
//! commits queue for one lock. See `docs/adr/0004-jobs-in-our-own-table.md`.

use std::{collections::HashMap, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use kernel::{Actor, Chance, Clock, Ctx, JobId, Locale, RequestId, TenantId};
use sea_orm::{
    ConnectionTrait, DbBackend, FromQueryResult, Statement,
    sqlx::{AssertSqlSafe, Executor, PgPool},
};
use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::Notify;
use tracing::{Instrument, Span, field::Empty};
use uuid::Uuid;

use crate::{Db, Fault, TenantTx};

/// The NOTIFY channel that says "there may be work".
pub const CHANNEL: &str = "jobs";
/// How long a worker may hold a job before another one takes it over.
const LEASE: TimeDelta = TimeDelta::seconds(20);
/// Municipalities that are worked for at once.
const TENANTS_AT_ONCE: usize = 4;
/// Jobs that are leased at once. Small, so that a killed worker strands few.
const BATCH: i64 = 8;

/// Writes a job in the caller's transaction. The payload holds ids, never personal data.
pub async fn enqueue<P: Serialize>(
    ctx: &Ctx,
    tx: &TenantTx,
    kind: &str,
    payload: &P,
    run_at: DateTime<Utc>,
) -> Result<JobId, Fault> {
    let id = JobId::new(ctx.clock(), ctx.chance());
    let payload = serde_json::to_value(payload).unwrap_or_default();
    tx.execute_raw(Statement::from_sql_and_values(
        DbBackend::Postgres,
        "INSERT INTO job (tenant_id, id, kind, payload, run_at, request_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [
            tx.tenant().uuid().into(),
            id.uuid().into(),
            kind.into(),
            payload.into(),
            run_at.into(),
            ctx.request_id().to_string().into(),
            ctx.now().into(),
        ],
    ))
    .await?;
    tx.note_job();
    Ok(id)
}

/// Takes back a job that the same transaction has written: nobody hears of what it does.
pub async fn withdraw(tx: &TenantTx, id: JobId) -> Result<(), Fault> {
    let text = "DELETE FROM job WHERE tenant_id = $1 AND id = $2 AND attempts = 0";
    tx.run(text, [id.uuid().into()]).await?;
    Ok(())
}

/// How much work of a municipality waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Jobs whose time has not come.
    pub waiting: i64,
    /// Jobs that wait for a worker for longer than five minutes.
    pub late: i64,
    /// Jobs that were given up.
    pub dead: i64,
}

/// The work of the transaction's municipality, as counts.
pub async fn backlog(tx: &TenantTx, now: DateTime<Utc>) -> Result<Backlog, Fault> {
    let text = "SELECT count(*) FILTER (WHERE state = 'ready' AND run_at >= $2) AS waiting,
            count(*) FILTER (WHERE state = 'ready' AND run_at < $2) AS late,
            count(*) FILTER (WHERE state = 'dead') AS dead
       FROM job WHERE tenant_id = $1";
    let late = now - TimeDelta::minutes(5);
    let Some(row) = tx.query_one_raw(tx.statement(text, [late.into()])).await? else {
        return Ok(Backlog::default());
    };
    Ok(Backlog {
        waiting: row.try_get("", "waiting")?,
        late: row.try_get("", "late")?,
        dead: row.try_get("", "dead")?,
    })
}

/// A leased job.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Job {
    tenant_id: Uuid,
    id: Uuid,
    kind: String,
    payload: serde_json::Value,
    attempts: i32,
    lease: i64,
    request_id: String,
}

/// Why a job did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// It may work later. The text goes to the log and the office's list; it names no person.
    #[error("{0}")]
    Retry(String),
    /// It is not its turn yet: something else comes first. No failure, and no attempt used up.
    #[error("{0}")]
    NotYet(&'static str),
    /// It will never work.
    #[error("{0}")]
    Give(String),
    /// The database did not do its part; try again.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Job {
    /// Its id.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// What is to be done.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// How often it was tried, this time included.
    pub fn attempts(&self) -> i32 {
        self.attempts
    }

    /// The ids that the job works on.
    pub fn payload<P: DeserializeOwned>(&self) -> Result<P, JobError> {
        serde_json::from_value(self.payload.clone())
            .map_err(|error| JobError::Give(format!("payload of {}: {error}", self.kind)))
    }

    /// Ends the job in the transaction that holds its effect. Fails when another worker has taken it over.
    pub async fn finish(&self, tx: &TenantTx) -> Result<(), JobError> {
        let done = tx
            .execute_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                "DELETE FROM job WHERE tenant_id = $1 AND id = $2 AND lease = $3",
                [self.tenant_id.into(), self.id.into(), self.lease.into()],
            ))
            .await
            .map_err(Fault::from)?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(lost()) }
    }

    /// Makes sure that the job is still this worker's, and for how much longer: called in the transaction in which a
    /// handler decides to do what cannot be undone.
    pub async fn hold(&self, tx: &TenantTx, now: DateTime<Utc>) -> Result<(), JobError> {
        let done = tx
            .execute_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                "UPDATE job SET lease_until = $4 WHERE tenant_id = $1 AND id = $2 AND lease = $3",
                [self.tenant_id.into(), self.id.into(), self.lease.into(), (now + LEASE).into()],
            ))
            .await
            .map_err(Fault::from)?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(lost()) }
    }

    async fn put_back(
        &self,
        tx: &TenantTx,
        now: DateTime<Utc>,
        error: &JobError,
        dead: bool,
    ) -> Result<(), Fault> {
        let (delay, used) = match error {
            JobError::NotYet(_) => (TimeDelta::milliseconds(300), 0),
            _ => (backoff(self.attempts), 1),
        };
        tx.execute_raw(Statement::from_sql_and_values(
            DbBackend::Postgres,
            "UPDATE job SET state = $4, run_at = $5, lease_until = NULL, last_error = $6,
                            attempts = attempts - 1 + $7
              WHERE tenant_id = $1 AND id = $2 AND lease = $3",
            [
                self.tenant_id.into(),
                self.id.into(),
                self.lease.into(),
                if dead { "dead" } else { "ready" }.into(),
                (now + delay).into(),
                error.to_string().into(),
                used.into(),
            ],
        ))
        .await?;
        Ok(())
    }
}

/// The span of an attempt, in the trace of the request that left the job.
fn span_of(ctx: &Ctx, job: &Job) -> Span {
    tracing::info_span!(
        target: kernel::TRACE,
        "job",
        otel.kind = "consumer",
        otel.name = %format_args!("job {}", job.kind),
        otel.status_code = Empty,
        stadttermin.job.kind = job.kind,
        stadttermin.job.attempt = job.attempts,
        stadttermin.job.outcome = Empty,
        stadttermin.tenant.id = %ctx.tenant(),
        stadttermin.request_id = %ctx.request_id(),
    )
}

fn note_outcome(span: &Span, run: &Result<(), JobError>) {
    let outcome = match run {
        Ok(()) => "done",
        Err(JobError::NotYet(_)) => "not_yet",
        Err(JobError::Give(_)) => "given_up",
        Err(_) => "retry",
    };
    span.record("stadttermin.job.outcome", outcome);
    if !matches!(run, Ok(()) | Err(JobError::NotYet(_))) {
        span.record("otel.status_code", "error");
    }
}

fn lost() -> JobError {
    JobError::Retry("the lease was lost to another worker".to_owned())
}

/// 2 s, 8 s, 32 s, … up to an hour: about a day in 30 attempts.
fn backoff(attempts: i32) -> TimeDelta {
    let exponent = u32::try_from(attempts.clamp(1, 7)).unwrap_or(1) - 1;
    TimeDelta::seconds(2 * 4i64.pow(exponent)).min(TimeDelta::hours(1))
}

/// Does one kind of job.
#[async_trait::async_trait]
pub trait Handler: Send + Sync {
    /// How often to try before the job is dead and the office sees it.
    fn max_attempts(&self) -> i32 {
        30
    }

    /// Whether jobs of this kind are quick and follow each other in the order in which they were written. Others
    /// run side by side, because each may wait for somebody else's server.
    fn in_order(&self) -> bool {
        false
    }

    /// Does the work and ends the job with [`Job::finish`] in the transaction of its effect.
    async fn run(&self, ctx: &Ctx, db: &Db, job: &Job) -> Result<(), JobError>;
}

/// Leases and runs jobs.
#[derive(Clone)]
pub struct Worker {
    db: Db,
    handlers: Arc<HashMap<&'static str, Box<dyn Handler>>>,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker").field("kinds", &self.handlers.keys()).finish_non_exhaustive()
    }
}

impl Worker {
    /// A worker that knows the given kinds.
    pub fn new(
        db: Db,
        handlers: HashMap<&'static str, Box<dyn Handler>>,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> Self {
        Self { db, handlers: Arc::new(handlers), clock, chance }
    }

    /// Works until `stop` resolves, then finishes what it holds.
    pub async fn run(&self, poll: Duration, stop: impl Future<Output = ()> + Send + Sync) {
        let stop = stop.shared();
        loop {
            let listener = self.db.listen(&[CHANNEL]).await;
            let mut listener = match listener {
                Ok(listener) => listener,
                Err(error) => {
                    tracing::warn!(%error, "worker cannot listen, trying again");
                    tokio::select! {
                        () = tokio::time::sleep(poll) => continue,
                        () = stop.clone() => return,
                    }
                }
            };
            loop {
                if let Err(error) = self.run_until(&|| stop.clone().now_or_never().is_some()).await
                {
                    tracing::warn!(%error, "worker cannot read jobs, trying again");
                    // new work would wake it at once, as often as people book
                    tokio::select! {
                        () = stop.clone() => return,
                        () = tokio::time::sleep(poll) => {}
                    }
                }
                tokio::select! {
                    () = stop.clone() => return,
                    () = self.db.work_written() => {}
                    heard = listener.recv() => if heard.is_err() { break },
                    () = tokio::time::sleep(poll) => {}
                }
            }
        }
    }

    /// Runs everything that is due now. Returns how many jobs were run.
    pub async fn run_due(&self) -> Result<usize, Fault> {
        self.run_until(&|| false).await
    }

    /// Stops between two batches: what is begun is finished.
    async fn run_until(&self, stopping: &(dyn Fn() -> bool + Sync)) -> Result<usize, Fault> {
        let mut run = 0;
        loop {
            let tenants = self.tenants_with_work().await?;
            let before = run;
            // Side by side: one municipality's slow relay does not hold up the others.
            for some in tenants.chunks(TENANTS_AT_ONCE) {
                if stopping() {
                    return Ok(run);
                }
                let batches = some.iter().map(|tenant| self.run_batch(*tenant));
                for done in futures::future::join_all(batches).await {
                    run += done?;
                }
            }
            if run == before {
                return Ok(run);
            }
        }
    }

    async fn tenants_with_work(&self) -> Result<Vec<TenantId>, Fault> {
        let tx = self.db.begin_system().await?;
        let rows = tx
            .query_all_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                "SELECT DISTINCT tenant_id FROM job
                  WHERE state = 'ready' AND run_at <= $1 AND (lease_until IS NULL OR lease_until < $1)",
                [self.clock.now().into()],
            ))
            .await?;
        tx.commit().await?;
        rows.iter().map(|row| Ok(TenantId::from(row.try_get::<Uuid>("", "tenant_id")?))).collect()
    }

    async fn run_batch(&self, tenant: TenantId) -> Result<usize, Fault> {
        let jobs = self.lease(tenant).await?;
        let count = jobs.len();
        let follows =
            |job: &&Job| self.handlers.get(job.kind.as_str()).is_some_and(|h| h.in_order());
        let (in_order, side_by_side): (Vec<&Job>, Vec<&Job>) = jobs.iter().partition(follows);
        for job in in_order {
            self.run_one(tenant, job).await;
        }
        let side_by_side = side_by_side.into_iter().map(|job| self.run_one(tenant, job));
        futures::future::join_all(side_by_side).await;
        Ok(count)
    }

    async fn lease(&self, tenant: TenantId) -> Result<Vec<Job>, Fault> {
        let now = self.clock.now();
        let tx = TenantTx::begin(&self.db, tenant).await?;
        let mut jobs = Job::find_by_statement(Statement::from_sql_and_values(
            DbBackend::Postgres,
            "UPDATE job SET lease = lease + 1, lease_until = $3, attempts = attempts + 1
              WHERE tenant_id = $1 AND id IN (
                SELECT id FROM job
                 WHERE tenant_id = $1 AND state = 'ready' AND run_at <= $2
                   AND (lease_until IS NULL OR lease_until < $2)
                 ORDER BY run_at, id LIMIT $4 FOR UPDATE SKIP LOCKED)
             RETURNING tenant_id, id, kind, payload, attempts, lease, request_id",
            [tenant.uuid().into(), now.into(), (now + LEASE).into(), BATCH.into()],
        ))
        .all(&tx)
        .await?;
        tx.commit().await?;
        jobs.sort_by_key(|job| job.id);
        Ok(jobs)
    }

    async fn run_one(&self, tenant: TenantId, job: &Job) {
        let request = u128::from_str_radix(&job.request_id, 16).unwrap_or_default();
        let ctx = Ctx::new(
            tenant,
            Actor::Worker,
            Locale::De,
            RequestId(request),
            self.clock.clone(),
            self.chance.clone(),
        );
        let Some(handler) = self.handlers.get(job.kind.as_str()) else {
            // A newer version wrote it; leave it to that version's worker.
            self.record_failure(&ctx, job, &JobError::Retry("unknown kind".to_owned()), false)
                .await;
            return;
        };
        // A handler that panics is a bug of one kind of job; the others still have to be done.
        let span = span_of(&ctx, job);
        let run = AssertUnwindSafe(handler.run(&ctx, &self.db, job)).catch_unwind();
        let run = run.instrument(span.clone()).await;
        let run = run.unwrap_or_else(|_| Err(JobError::Retry("the handler panicked".to_owned())));
        note_outcome(&span, &run);
        self.settle(&ctx, job, handler.as_ref(), run).instrument(span).await;
    }

    /// Says what became of a job, and puts back what was not done.
    async fn settle(&self, ctx: &Ctx, job: &Job, handler: &dyn Handler, run: Result<(), JobError>) {
        match run {
            Ok(()) => tracing::debug!(job.kind, job.attempts, "job done"),
            Err(error @ JobError::NotYet(_)) => {
                tracing::debug!(job.kind, %error, "job waits for its turn");
                self.record_failure(ctx, job, &error, false).await;
            }
            Err(error) => {
                let dead =
                    matches!(error, JobError::Give(_)) || job.attempts >= handler.max_attempts();
                tracing::warn!(job.kind, job.attempts, dead, %error, request_id = %ctx.request_id(), "job failed");
                self.record_failure(ctx, job, &error, dead).await;
            }
        }
    }

    async fn record_failure(&self, ctx: &Ctx, job: &Job, error: &JobError, dead: bool) {
        let recorded = async {
            let tx = self.db.begin(ctx).await?;
            job.put_back(&tx, ctx.now(), error, dead).await?;
            tx.commit().await
        };
        if let Err(error) = recorded.await {
            // The lease runs out and the job comes back by itself.
            tracing::warn!(%error, job.kind, "job failure could not be recorded");
        }
    }
}

/// Tells the workers of other processes about new jobs, many bookings with one NOTIFY.
pub(crate) async fn announce_new_jobs(pool: PgPool, written: Arc<Notify>) {
    loop {
        written.notified().await;
        if pool.is_closed() {
            return;
        }
        // Lost or failed announcements only cost the poll interval.
        let _ = pool.execute(AssertSqlSafe(format!("NOTIFY {CHANNEL}"))).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
