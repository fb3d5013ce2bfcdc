//! Deleting what was kept long enough, in bounded batches. Who owns a table says what in it ends and since when
//! ([`Expiring`]); for how long it is kept says the schedule (crate `privacy`).

use std::fmt::Debug;

use chrono::{DateTime, Utc};
use kernel::{Ctx, policy::Action, retention::Category};
use sea_orm::{ConnectionTrait, Value};

use crate::{Fault, TenantTx};

/// Rows that end.
#[async_trait::async_trait]
pub trait Expiring: Debug + Send + Sync {
    /// What kind of data it is.
    fn category(&self) -> Category;

    /// Since when the oldest row waits for its end, ended or not. `None` when there is none. What has not begun to wait by
    /// `now` may be left out.
    async fn oldest(
        &self,
        tx: &TenantTx,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, Fault>;

    /// How many rows began to wait before the instant.
    async fn count(&self, tx: &TenantTx, before: DateTime<Utc>) -> Result<u64, Fault>;

    /// Deletes rows that began to wait before the instant, the oldest first, `most` at most.
    async fn purge(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        before: DateTime<Utc>,
        most: u64,
    ) -> Result<Purged, Fault>;
}

/// What a batch did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Purged {
    /// What went.
    pub rows: u64,
    /// Whether there may be more.
    pub more: bool,
}

impl Purged {
    /// A batch of `most` that took `rows`.
    pub fn of(rows: u64, most: u64) -> Self {
        Self { rows, more: rows >= most }
    }
}

/// Rows of one table that end by themselves and take nothing with them but what hangs on them by foreign keys.
#[derive(Debug, Clone, Copy)]
pub struct Rows {
    /// What kind of data it is.
    pub category: Category,
    /// The table.
    pub table: &'static str,
    /// Since when a row waits for its end: a column, or an expression over columns.
    pub since: &'static str,
    /// Which rows, as SQL; `true` for all.
    pub only: &'static str,
}

#[async_trait::async_trait]
impl Expiring for Rows {
    fn category(&self) -> Category {
        self.category
    }

    async fn oldest(
        &self,
        tx: &TenantTx,
        _now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, Fault> {
        let Self { table, since, only, .. } = self;
        let text =
            format!("SELECT min({since}) AS at FROM {table} WHERE tenant_id = $1 AND {only}");
        first_instant(tx, text, []).await
    }

    async fn count(&self, tx: &TenantTx, before: DateTime<Utc>) -> Result<u64, Fault> {
        let Self { table, since, only, .. } = self;
        let text = format!(
            "SELECT count(*) AS rows FROM {table} WHERE tenant_id = $1 AND {only} AND {since} < $2"
        );
        count(tx, text, before).await
    }

    async fn purge(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        before: DateTime<Utc>,
        most: u64,
    ) -> Result<Purged, Fault> {
        permit(ctx)?;
        let Self { table, since, only, .. } = self;
        let text = format!(
            "DELETE FROM {table} WHERE tenant_id = $1 AND ctid = ANY (ARRAY(
                SELECT ctid FROM {table} WHERE tenant_id = $1 AND {only} AND {since} < $2
                 ORDER BY {since} LIMIT $3))"
        );
        Ok(Purged::of(tx.run(text, [before.into(), limit(most)]).await?, most))
    }
}

/// What ends in this crate's tables: given-up work, some days after it began, the audit trail, and the ledger of erasures
/// with what was looked for after them.
pub fn expiring() -> Vec<Box<dyn Expiring>> {
    vec![
        Box::new(Rows {
            category: Category::GivenUpJob,
            table: "job",
            since: "created_at",
            only: "state = 'dead'",
        }),
        Box::new(Rows {
            category: Category::AuditTrail,
            table: "audit_entry",
            since: "at",
            only: "true",
        }),
        Box::new(Rows {
            category: Category::ErasureLedger,
            table: "erasure_ledger",
            since: "erased_at",
            only: "true",
        }),
        Box::new(Rows {
            category: Category::ErasureLedger,
            table: "erasure_check",
            since: "checked_at",
            only: "true",
        }),
    ]
}

/// Only who runs jobs deletes what is due.
pub fn permit(ctx: &Ctx) -> Result<(), Fault> {
    ctx.authorize(Action::RunJobs).map_err(|error| Fault::Refused(error.to_string()))
}

/// The instant that a question with the column `at` finds; see [`TenantTx::statement`] for the values.
pub async fn first_instant(
    tx: &TenantTx,
    text: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> Result<Option<DateTime<Utc>>, Fault> {
    let row = tx.query_one_raw(tx.statement(text, values)).await?;
    Ok(row.map(|row| row.try_get("", "at")).transpose()?.flatten())
}

/// The number that a question with the column `rows` finds; `$1` is the municipality, `$2` the instant.
pub async fn count(
    tx: &TenantTx,
    text: impl Into<String>,
    before: DateTime<Utc>,
) -> Result<u64, Fault> {
    let row = tx.query_one_raw(tx.statement(text, [before.into()])).await?;
    let rows: i64 = row.map(|row| row.try_get("", "rows")).transpose()?.unwrap_or_default();
    Ok(rows.unsigned_abs())
}

/// A bound for SQL.
pub fn limit(most: u64) -> Value {
    i64::try_from(most).unwrap_or(i64::MAX).into()
}
