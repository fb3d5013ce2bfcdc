//! What was imported before.

use chrono::{DateTime, Utc};
use db::TenantTx;
use kernel::{CalendarChangeId, CalendarImportId, Ctx, policy::Action};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::ImportKind;
use crate::{Error, store::imports::calendar_import as table};

/// An import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastImport {
    /// Its id.
    pub id: CalendarImportId,
    /// What the entries became.
    pub kind: ImportKind,
    /// Entries of the file.
    pub entries: u64,
    /// Entries that were there already.
    pub known: u64,
    /// Entries that were made.
    pub made: u64,
    /// Entries that were not.
    pub refused: u64,
    /// Whether the people were told.
    pub tells: bool,
    /// The draft that absences became.
    pub change: Option<CalendarChangeId>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was taken back.
    pub undone_at: Option<DateTime<Utc>>,
}

/// Imports, the newest first; those after one of them.
pub async fn imports(
    ctx: &Ctx,
    tx: &TenantTx,
    after: Option<CalendarImportId>,
    most: u64,
) -> Result<Vec<PastImport>, Error> {
    ctx.authorize(Action::ImportCalendar)?;
    let mut query = table::Entity::find().filter(table::Column::TenantId.eq(tx.tenant().uuid()));
    if let Some(after) = after {
        query = query.filter(table::Column::Id.lt(after.uuid()));
    }
    // ids are ordered by the time at which they were made
    let rows = query.order_by_desc(table::Column::Id).limit(most).all(tx).await?;
    Ok(rows.iter().map(read).collect())
}

fn read(row: &table::Model) -> PastImport {
    PastImport {
        id: row.id.into(),
        kind: ImportKind::from_key(&row.kind).unwrap_or(ImportKind::Appointments),
        entries: row.entries.unsigned_abs(),
        known: row.known.unsigned_abs(),
        made: row.made.unsigned_abs(),
        refused: row.refused.unsigned_abs(),
        tells: row.tells,
        change: row.change_id.map(Into::into),
        created_at: row.created_at,
        undone_at: row.undone_at,
    }
}
