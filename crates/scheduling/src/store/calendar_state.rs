//! The state of a municipality's calendar: whoever changes hours or closures locks it, so that changes follow each
//! other, and raises its revision, so that a draft notices that something else was published in between.

use db::{Fault, TenantTx};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// The calendar's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    /// Counts changes.
    pub(crate) revision: i64,
    /// The office has published a change of its own.
    pub(crate) edited: bool,
}

/// Locks the calendar until the transaction ends.
pub(crate) async fn lock(tx: &TenantTx) -> Result<State, Fault> {
    tx.execute_raw(Statement::from_sql_and_values(
        DbBackend::Postgres,
        "INSERT INTO calendar_state (tenant_id) VALUES ($1) ON CONFLICT DO NOTHING",
        [tx.tenant().uuid().into()],
    ))
    .await?;
    read(tx, "SELECT revision, edited FROM calendar_state WHERE tenant_id = $1 FOR UPDATE").await
}

/// The state without a lock.
pub(crate) async fn current(tx: &TenantTx) -> Result<State, Fault> {
    read(tx, "SELECT revision, edited FROM calendar_state WHERE tenant_id = $1").await
}

/// Notes a change in a locked calendar, and whose it was. Returns the new revision.
pub(crate) async fn advance(tx: &TenantTx, by_office: bool) -> Result<i64, Fault> {
    let row = tx
        .query_one_raw(Statement::from_sql_and_values(
            DbBackend::Postgres,
            "UPDATE calendar_state SET revision = revision + 1, edited = $2 WHERE tenant_id = $1 RETURNING revision",
            [tx.tenant().uuid().into(), by_office.into()],
        ))
        .await?;
    Ok(row.map(|row| row.try_get("", "revision")).transpose()?.unwrap_or_default())
}

async fn read(tx: &TenantTx, sql: &str) -> Result<State, Fault> {
    let statement =
        Statement::from_sql_and_values(DbBackend::Postgres, sql, [tx.tenant().uuid().into()]);
    let Some(row) = tx.query_one_raw(statement).await? else {
        return Ok(State { revision: 0, edited: false });
    };
    Ok(State { revision: row.try_get("", "revision")?, edited: row.try_get("", "edited")? })
}
