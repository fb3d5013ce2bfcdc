//! Transactions that know whose rows they may touch.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use futures::lock::Mutex;
use kernel::TenantId;
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement, Value,
    sqlx::{self, AssertSqlSafe, Executor, Postgres, query::Query},
};
use sea_query_sqlx::SqlxValues;

use crate::{
    Db, Fault,
    fault::as_db_err,
    sealed::{Keyring, TenantKeys},
    traced::traced,
    turns::Turn,
};

type Inner = sqlx::Transaction<'static, Postgres>;

/// A transaction that sees and writes the rows of one municipality.
///
/// `BEGIN` and `SET LOCAL app.tenant_id` travel in one message; the setting ends with the transaction, so a
/// pooled connection never carries it on. Dropping the transaction rolls it back. `SeaORM`'s queries run on it.
pub struct TenantTx {
    tenant: TenantId,
    inner: Mutex<Inner>,
    db: Db,
    wrote_jobs: AtomicBool,
    /// Given back after the connection.
    _turn: Turn,
}

impl TenantTx {
    pub(crate) async fn begin(db: &Db, tenant: TenantId) -> Result<Self, Fault> {
        // `SET LOCAL` takes no parameters; the typed id formats as hexadecimal digits and dashes only.
        // Not `set_config()`: Citus passes only `SET LOCAL` on to its workers (docs/adr/0002).
        let begin =
            format!("BEGIN; SET LOCAL app.system = ''; SET LOCAL app.tenant_id = '{tenant}'");
        let turn = db.turn(tenant.uuid()).await?;
        let inner = begin_whole(db, begin).await?;
        Ok(Self {
            tenant,
            inner: Mutex::new(inner),
            db: db.clone(),
            wrote_jobs: AtomicBool::new(false),
            _turn: turn,
        })
    }

    /// Whose transaction this is.
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Makes the work durable, then wakes the workers if it wrote jobs.
    pub async fn commit(self) -> Result<(), Fault> {
        self.inner.into_inner().commit().await?;
        if self.wrote_jobs.into_inner() {
            self.db.jobs_written();
        }
        Ok(())
    }

    /// Undoes the work now instead of when the connection is used next.
    pub async fn rollback(self) -> Result<(), Fault> {
        Ok(self.inner.into_inner().rollback().await?)
    }

    /// The municipality's keys, unwrapped once per process.
    pub async fn keys(&self) -> Result<Arc<TenantKeys>, Fault> {
        let keyring: &Keyring = self.db.keyring();
        keyring.tenant_keys(self).await
    }

    pub(crate) fn keyring(&self) -> &Keyring {
        self.db.keyring()
    }

    /// SQL about this municipality's rows: `$1` is the municipality, the values begin with `$2`.
    pub fn statement(
        &self,
        text: impl Into<String>,
        values: impl IntoIterator<Item = Value>,
    ) -> Statement {
        let values = std::iter::once(Value::from(self.tenant.uuid())).chain(values);
        Statement::from_sql_and_values(DbBackend::Postgres, text, values)
    }

    /// Runs what [`Self::statement`] makes. Returns how many rows it changed.
    pub async fn run(
        &self,
        text: impl Into<String>,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<u64, Fault> {
        Ok(self.execute_raw(self.statement(text, values)).await?.rows_affected())
    }

    pub(crate) fn note_job(&self) {
        self.wrote_jobs.store(true, Ordering::Relaxed);
    }
}

impl std::fmt::Debug for TenantTx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TenantTx").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

/// A transaction outside any municipality: it sees the directory (slug, host, state of each tenant) and which
/// tenants have due jobs. Callers: `tenant::Directory`, the worker's round, the operator's commands.
pub struct SystemTx {
    inner: Mutex<Inner>,
    db: Db,
    _turn: Turn,
}

impl SystemTx {
    pub(crate) async fn begin(db: &Db) -> Result<Self, Fault> {
        let begin = "BEGIN; SET LOCAL app.tenant_id = ''; SET LOCAL app.system = 'on'";
        let turn = db.turn(uuid::Uuid::nil()).await?;
        let inner = begin_whole(db, begin.to_owned()).await?;
        Ok(Self { inner: Mutex::new(inner), db: db.clone(), _turn: turn })
    }

    /// Makes the work durable.
    pub async fn commit(self) -> Result<(), Fault> {
        Ok(self.inner.into_inner().commit().await?)
    }
}

impl std::fmt::Debug for SystemTx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SystemTx").finish_non_exhaustive()
    }
}

/// Begins in a task of its own, which runs to its end when the caller goes away: a client that hangs up between the
/// server's BEGIN and our hearing of it must not leave a pooled connection inside a transaction with a tenant set. The
/// transaction that nobody took is rolled back when it is dropped.
async fn begin_whole(db: &Db, mut begin: String) -> Result<Inner, Fault> {
    begin.push_str(db.begin_with());
    let pool = db.pool().clone();
    let begun = tokio::spawn(async move { pool.begin_with(AssertSqlSafe(begin)).await });
    match begun.await {
        Ok(begun) => Ok(begun?),
        // the runtime is shutting down
        Err(_) => Err(sqlx::Error::WorkerCrashed.into()),
    }
}

fn bind<'a>(db: &Db, statement: &'a Statement) -> Query<'a, Postgres, SqlxValues> {
    let values = statement.values.clone().unwrap_or(sea_orm::sea_query::Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), SqlxValues(values))
        .persistent(db.keeps_connections())
}

macro_rules! runs_statements {
    ($transaction:ty) => {
        #[async_trait::async_trait]
        impl ConnectionTrait for $transaction {
            fn get_database_backend(&self) -> DbBackend {
                DbBackend::Postgres
            }

            async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
                let mut tx = self.inner.lock().await;
                let work = bind(&self.db, &statement).execute(&mut **tx);
                let done = traced(&statement.sql, work).await;
                done.map(Into::into).map_err(as_db_err)
            }

            async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
                let mut tx = self.inner.lock().await;
                let done = traced(sql, tx.execute(AssertSqlSafe(sql.to_owned()))).await;
                done.map(Into::into).map_err(as_db_err)
            }

            async fn query_one_raw(
                &self,
                statement: Statement,
            ) -> Result<Option<QueryResult>, DbErr> {
                let mut tx = self.inner.lock().await;
                let work = bind(&self.db, &statement).fetch_optional(&mut **tx);
                let row = traced(&statement.sql, work).await;
                row.map(|row| row.map(Into::into)).map_err(as_db_err)
            }

            async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
                let mut tx = self.inner.lock().await;
                let work = bind(&self.db, &statement).fetch_all(&mut **tx);
                let rows = traced(&statement.sql, work).await;
                rows.map(|rows| rows.into_iter().map(Into::into).collect()).map_err(as_db_err)
            }
        }
    };
}

runs_statements!(TenantTx);
runs_statements!(SystemTx);
