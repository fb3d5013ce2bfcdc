//! Whether this process lives and can serve.

use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use chrono::{DateTime, TimeDelta, Utc};
use db::{Db, Fault};
use kernel::{Clock, retention::Category};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::{edge::Metrics, graphql};

/// What readiness depends on.
#[derive(Debug, Clone)]
pub(crate) struct Health {
    pub db: Db,
    pub stopping: Arc<AtomicBool>,
}

/// The paths that belong to the installation: the same on every host.
pub(crate) fn router(health: Health) -> Router {
    probes(health).route("/schema.graphql", get(schema))
}

/// What whoever runs the process asks it, also a worker, which serves nobody else.
pub(crate) fn probes(health: Health) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .with_state(health)
}

async fn schema() -> impl IntoResponse {
    static SCHEMA: LazyLock<String> = LazyLock::new(graphql::sdl);
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], SCHEMA.as_str())
}

async fn ready(State(health): State<Health>) -> impl IntoResponse {
    if health.stopping.load(Ordering::Relaxed) {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match missing_migration(&health.db).await {
        Ok(None) => (StatusCode::OK, "ready\n"),
        Ok(Some(_)) => {
            (StatusCode::SERVICE_UNAVAILABLE, "the database is behind this version: run migrate\n")
        }
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}

/// The newest step that this program needs, if the database has not taken it. A database that is ahead is served:
/// steps keep the previous release working.
pub(crate) async fn missing_migration(db: &Db) -> Result<Option<String>, Fault> {
    let newest = migrations::newest_step();
    let tx = db.begin_system().await?;
    let begun = "SELECT coalesce(has_table_privilege(to_regclass('public.seaql_migrations'), 'SELECT'), false) AS begun";
    let row = tx.query_one_raw(Statement::from_string(DbBackend::Postgres, begun)).await?;
    if !row.map(|row| row.try_get::<bool>("", "begun")).transpose()?.unwrap_or_default() {
        return Ok(Some(newest));
    }
    let statement = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT 1 FROM seaql_migrations WHERE version = $1",
        [newest.clone().into()],
    );
    let found = tx.query_one_raw(statement).await?;
    tx.commit().await?;
    Ok(if found.is_some() { None } else { Some(newest) })
}

/// What the figures are read from.
#[derive(Debug, Clone)]
pub struct Figures {
    pub(crate) db: Db,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Figures {
    /// The figures in Prometheus' text format. Without the database the process's own are still worth having.
    pub async fn text(&self) -> String {
        let remains = self.remains().await;
        self.metrics.text(&self.jobs().await, &self.overdue().await, remains)
    }

    /// Jobs by state; none when the database does not answer.
    pub(crate) async fn jobs(&self) -> Vec<(&'static str, i64)> {
        jobs(&self.db, self.clock.now()).await.unwrap_or_default()
    }

    /// How late deletion is; empty when the database does not answer.
    pub(crate) async fn overdue(&self) -> Vec<(Category, TimeDelta)> {
        overdue(&self.db, self.clock.as_ref()).await.unwrap_or_default()
    }

    /// Erasures of which something is left; nothing when the database does not answer.
    pub(crate) async fn remains(&self) -> Option<i64> {
        remains(&self.db).await.ok()
    }
}

/// Erasures of which something was still there at the last look.
async fn remains(db: &Db) -> Result<i64, Fault> {
    let tx = db.begin_system().await?;
    let remains = db::ledger::remains(&tx).await?;
    tx.commit().await?;
    Ok(remains)
}

/// How late deletion is, by category. Answered from its own account, so that it tells the truth when deletion has stopped.
async fn overdue(db: &Db, clock: &dyn Clock) -> Result<Vec<(Category, TimeDelta)>, Fault> {
    let tx = db.begin_system().await?;
    let overdue = privacy::retention::overdue(&tx, clock.now()).await?;
    tx.commit().await?;
    Ok(overdue)
}

/// Jobs for the figures, each counted once: `late` ones wait for a worker for longer than five minutes, `retried`
/// ones failed before and wait for another try.
async fn jobs(db: &Db, now: DateTime<Utc>) -> Result<Vec<(&'static str, i64)>, Fault> {
    let tx = db.begin_system().await?;
    let statement = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT count(*) FILTER (WHERE state = 'ready' AND run_at >= $1 AND last_error IS NULL) AS ready,
                count(*) FILTER (WHERE state = 'ready' AND run_at >= $1 AND last_error IS NOT NULL) AS retried,
                count(*) FILTER (WHERE state = 'ready' AND run_at < $1) AS late,
                count(*) FILTER (WHERE state = 'dead') AS dead
           FROM job",
        [(now - TimeDelta::minutes(5)).into()],
    );
    let row = tx.query_one_raw(statement).await?;
    let counts = ["ready", "retried", "late", "dead"].map(|state| {
        let count = row.as_ref().map(|row| row.try_get::<i64>("", state)).transpose()?;
        Ok((state, count.unwrap_or_default()))
    });
    tx.commit().await?;
    counts.into_iter().collect()
}
