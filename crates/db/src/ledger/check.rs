//! Whether an erasure has left anything: a line beside the ledger for each look.

use chrono::{DateTime, Utc};
use kernel::{Ctx, SubjectId};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement};

use super::index;
use crate::{Fault, SystemTx, TenantTx};

/// What the looks at a municipality's erasures have found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromQueryResult)]
pub struct Checks {
    /// Erasures that were looked at.
    pub checked: i64,
    /// Erasures of which something was left at the last look.
    pub with_remains: i64,
    /// When the last look was.
    pub last_at: Option<DateTime<Utc>>,
}

/// The last look at each erasure.
const LAST: &str =
    "SELECT DISTINCT ON (tenant_id, subject_index) remains, checked_at FROM erasure_check
                     ORDER BY tenant_id, subject_index, checked_at DESC";

/// Writes down what a look at an erasure has found.
pub async fn note_check(
    ctx: &Ctx,
    tx: &TenantTx,
    subject: SubjectId,
    places: usize,
    remains: u64,
) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO erasure_check (tenant_id, subject_index, checked_at, places, remains)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        [
            index(tx, subject).await?.into(),
            ctx.now().into(),
            i32::try_from(places).unwrap_or(i32::MAX).into(),
            i32::try_from(remains).unwrap_or(i32::MAX).into(),
        ],
    )
    .await?;
    Ok(())
}

/// What the looks at the municipality's erasures have found.
pub async fn checks(tx: &TenantTx) -> Result<Checks, Fault> {
    let text = format!(
        "SELECT count(*) AS checked, count(*) FILTER (WHERE remains > 0) AS with_remains, max(checked_at) AS last_at
           FROM ({LAST}) last WHERE $1::uuid IS NOT NULL"
    );
    Ok(Checks::find_by_statement(tx.statement(text, [])).one(tx).await?.unwrap_or_default())
}

/// Erasures at all municipalities of which something is left.
pub async fn remains(tx: &SystemTx) -> Result<i64, Fault> {
    let text = format!("SELECT count(*) AS count FROM ({LAST}) last WHERE remains > 0");
    let row = tx.query_one_raw(Statement::from_string(DbBackend::Postgres, text)).await?;
    Ok(row.map(|row| row.try_get("", "count")).transpose()?.unwrap_or_default())
}
