//! Imports and their rows.

use chrono::{DateTime, Utc};
use db::{Fault, TenantTx};
use kernel::{AppointmentId, CalendarImportId};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use uuid::Uuid;

/// Table `calendar_import`.
pub(crate) mod calendar_import {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "calendar_import")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub kind: String,
        pub made_by: Option<Uuid>,
        pub entries: i64,
        pub known: i64,
        pub made: i64,
        pub refused: i64,
        pub tells: bool,
        pub change_id: Option<Uuid>,
        pub created_at: DateTimeUtc,
        pub undone_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

fn sql(text: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Postgres, text, values)
}

/// Those of some keys that were imported before.
pub(crate) async fn known(tx: &TenantTx, keys: Vec<Vec<u8>>) -> Result<Vec<Vec<u8>>, Fault> {
    let rows = tx
        .query_all_raw(sql(
            "SELECT key_hash FROM calendar_import_row WHERE tenant_id = $1 AND key_hash = ANY ($2)",
            [tx.tenant().uuid().into(), keys.into()],
        ))
        .await?;
    Ok(rows.iter().map(|row| row.try_get("", "key_hash")).collect::<Result<_, _>>()?)
}

/// Notes which appointment an entry became. `false` when another import was faster.
pub(crate) async fn note(
    tx: &TenantTx,
    key: &[u8],
    import: CalendarImportId,
    appointment: AppointmentId,
) -> Result<bool, Fault> {
    let done = tx
        .execute_raw(sql(
            "INSERT INTO calendar_import_row (tenant_id, key_hash, import_id, appointment_id)
             VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            [
                tx.tenant().uuid().into(),
                key.into(),
                import.uuid().into(),
                appointment.uuid().into(),
            ],
        ))
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The appointments that an import has made and that are still kept, by their ids.
pub(crate) async fn appointments(
    tx: &TenantTx,
    import: CalendarImportId,
) -> Result<Vec<AppointmentId>, Fault> {
    let rows = tx
        .query_all_raw(sql(
            "SELECT appointment_id FROM calendar_import_row WHERE tenant_id = $1 AND import_id = $2
              ORDER BY appointment_id",
            [tx.tenant().uuid().into(), import.uuid().into()],
        ))
        .await?;
    rows.iter().map(|row| Ok(row.try_get::<Uuid>("", "appointment_id")?.into())).collect()
}

/// Whether nothing was done with an appointment since it was booked, and nobody has taken it into an account.
pub(crate) async fn is_untouched(tx: &TenantTx, id: AppointmentId) -> Result<bool, Fault> {
    let row = tx
        .query_one_raw(sql(
            "SELECT NOT EXISTS (SELECT FROM appointment_event
                                 WHERE tenant_id = $1 AND appointment_id = $2 AND what <> 'booked')
                AND NOT EXISTS (SELECT FROM account_appointment WHERE tenant_id = $1 AND appointment_id = $2)
                    AS untouched",
            [tx.tenant().uuid().into(), id.uuid().into()],
        ))
        .await?;
    Ok(row.map(|row| row.try_get("", "untouched")).transpose()?.unwrap_or(false))
}

/// Forgets which entry an appointment was: it can be imported again.
pub(crate) async fn forget(tx: &TenantTx, appointment: AppointmentId) -> Result<(), Fault> {
    tx.execute_raw(sql(
        "DELETE FROM calendar_import_row WHERE tenant_id = $1 AND appointment_id = $2",
        [tx.tenant().uuid().into(), appointment.uuid().into()],
    ))
    .await?;
    Ok(())
}

/// Writes down what came of an import.
pub(crate) async fn finish(
    tx: &TenantTx,
    id: CalendarImportId,
    made: u64,
    refused: u64,
) -> Result<(), Fault> {
    tx.execute_raw(sql(
        "UPDATE calendar_import SET made = $3, refused = $4 WHERE tenant_id = $1 AND id = $2",
        [tx.tenant().uuid().into(), id.uuid().into(), number(made).into(), number(refused).into()],
    ))
    .await?;
    Ok(())
}

/// Notes that an import was taken back. `false` when it was before.
pub(crate) async fn undo(
    tx: &TenantTx,
    id: CalendarImportId,
    at: DateTime<Utc>,
) -> Result<bool, Fault> {
    let done = tx
        .execute_raw(sql(
            "UPDATE calendar_import SET undone_at = $3 WHERE tenant_id = $1 AND id = $2 AND undone_at IS NULL",
            [tx.tenant().uuid().into(), id.uuid().into(), at.into()],
        ))
        .await?;
    Ok(done.rows_affected() == 1)
}

/// A count as the database keeps it.
pub(crate) fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
