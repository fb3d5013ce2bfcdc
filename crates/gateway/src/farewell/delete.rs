//! Deletes a whole municipality: keys first, then every row, what Redis holds, and the municipality itself.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use db::{Db, Fault, TenantTx, audit};
use identity::RedisConnection;
use kernel::{Ctx, TenantId, policy::Action};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::json;
use tenant::{CHANNEL, Municipality};

use super::{FarewellError, tables};

/// What was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deleted {
    /// When.
    pub at: DateTime<Utc>,
    /// When it was announced; `None` when it was deleted without an announcement.
    pub announced_at: Option<DateTime<Utc>>,
    /// Rows by table.
    pub rows: BTreeMap<String, u64>,
    /// Keys in Redis.
    pub redis_keys: u64,
}

/// Deletes the municipality of the context. `owner` is connected as the role that owns the tables. Redis comes first and
/// again at the end: who signs in meanwhile is out again at once.
pub async fn delete(
    owner: &Db,
    ctx: &Ctx,
    town: &Municipality,
    redis: &RedisConnection,
) -> Result<Deleted, FarewellError> {
    ctx.authorize(Action::ConfigureTenant).map_err(privacy::DutyError::from)?;
    let mut redis_keys = identity::forget_municipality(redis, town.id).await?;
    let tx = owner.begin(ctx).await?;
    let announced = privacy::contract_end::announced(ctx, &tx).await?;
    let mut rows = BTreeMap::new();
    for table in in_order(&tx).await? {
        let gone = delete_from(&tx, &table).await?;
        rows.insert(table, gone);
    }
    // Delivered at commit; running gateways then read the directory anew.
    let text = "SELECT pg_notify($1, $2)";
    let values = [CHANNEL.into(), town.id.to_string().into()];
    tx.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, text, values)).await?;
    tx.commit().await?;
    redis_keys += identity::forget_municipality(redis, town.id).await?;
    note_at_operator(owner, ctx, town).await?;
    let announced_at = announced.map(|ending| ending.announced_at);
    Ok(Deleted { at: ctx.now(), announced_at, rows, redis_keys })
}

/// The tables in an order in which nothing is pointed at when it goes: keys first, the municipality itself last.
async fn in_order(tx: &TenantTx) -> Result<Vec<String>, Fault> {
    let mut waiting: BTreeSet<String> = tables().into_iter().map(ToOwned::to_owned).collect();
    let points_at = foreign_keys(tx).await?;
    let mut order = Vec::with_capacity(waiting.len());
    for first in ["keys.subject_key", "keys.tenant_key"] {
        if waiting.remove(first) {
            order.push(first.to_owned());
        }
    }
    while !waiting.is_empty() {
        let is_pointed_at = |table: &String| {
            points_at.iter().any(|(from, to)| to == table && from != to && waiting.contains(from))
        };
        let free: Vec<_> = waiting.iter().filter(|table| !is_pointed_at(table)).cloned().collect();
        if free.is_empty() {
            // a circle: nothing that we have, and the database would say so
            order.extend(waiting);
            break;
        }
        for table in free {
            waiting.remove(&table);
            order.push(table);
        }
    }
    Ok(order)
}

/// Which table points at which.
async fn foreign_keys(tx: &TenantTx) -> Result<Vec<(String, String)>, Fault> {
    let name = |oid: &str| {
        format!(
            "(SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = {oid})"
        )
    };
    let (from, to) = (name("k.conrelid"), name("k.confrelid"));
    let text = format!(
        "SELECT {from} AS from_table, {to} AS to_table FROM pg_constraint k WHERE k.contype = 'f'"
    );
    let rows = tx.query_all_raw(Statement::from_string(DbBackend::Postgres, text)).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "from_table")?, row.try_get("", "to_table")?)))
        .collect()
}

async fn delete_from(tx: &TenantTx, table: &str) -> Result<u64, Fault> {
    let owner = match table {
        "tenant" => "id",
        "host" => "tenant",
        _ => "tenant_id",
    };
    let text = format!("DELETE FROM {table} WHERE {owner} = $1");
    let values = [tx.tenant().uuid().into()];
    let done =
        tx.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, text, values)).await?;
    Ok(done.rows_affected())
}

/// The operator's own trail keeps that it happened, where there is one.
async fn note_at_operator(owner: &Db, ctx: &Ctx, town: &Municipality) -> Result<(), FarewellError> {
    if !tenant::slugs(owner).await?.iter().any(|(_, id)| id.is_platform()) {
        return Ok(());
    }
    let ctx = ctx.at_municipality(TenantId::PLATFORM).map_err(privacy::DutyError::from)?;
    let tx = owner.begin(&ctx).await?;
    let act = audit::Act { action: "tenant.delete", object: "tenant", object_id: None };
    audit::append(&ctx, &tx, act, json!({ "slug": town.slug })).await?;
    Ok(tx.commit().await?)
}
