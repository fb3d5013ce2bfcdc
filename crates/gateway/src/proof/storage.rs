//! Looks at what is stored: every column has a purpose.

use anyhow::Context;
use db::Fault;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::{Probe, Seen};
use crate::docs;

/// Every column of the database is in the inventory, and the inventory does not contradict itself.
pub(super) async fn purposes(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    let columns = columns(probe).await?;
    let pairs: Vec<(&str, &str)> =
        columns.iter().map(|(table, column)| (table.as_str(), column.as_str())).collect();
    let inventory = docs::inventory();
    let mut wrong = privacy::inventory::compare(&inventory, &pairs);
    wrong.extend(privacy::inventory::inconsistencies(&inventory));
    Ok(match wrong.first() {
        None => Seen::new(true, format!("{} Spalten, jede mit Zweck und Frist", columns.len())),
        Some(first) => Seen::new(false, format!("{} Abweichungen: {first}", wrong.len())),
    })
}

/// All columns of the installation, with their tables.
async fn columns(probe: &Probe<'_>) -> anyhow::Result<Vec<(String, String)>> {
    const COLUMNS: &str = "
        SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS held_in, a.attname::text AS name
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         WHERE n.nspname IN ('public', 'keys') AND c.relkind IN ('r', 'p', 'v') AND c.relname <> 'seaql_migrations'
         ORDER BY 1, 2";
    let tx = probe.prover.db.begin(probe.ctx).await?;
    let rows = tx
        .query_all_raw(Statement::from_string(DbBackend::Postgres, COLUMNS))
        .await
        .map_err(Fault::from)?;
    tx.commit().await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "held_in")?, row.try_get("", "name")?)))
        .collect::<Result<_, sea_orm::DbErr>>()
        .context("the catalogue")
}
