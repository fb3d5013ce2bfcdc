//! The places of a person: how many appointments they may have at the same time. A booking takes one inside
//! `book_appointment`; here they follow what becomes of the appointment.

use chrono::{DateTime, Utc};
use db::{Fault, TenantTx};
use kernel::AppointmentId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::store::appointments::person_place as table;

/// The appointment ends at another time now.
pub(crate) async fn keep_until(
    tx: &TenantTx,
    appointment: AppointmentId,
    until: DateTime<Utc>,
) -> Result<(), Fault> {
    table::Entity::update_many()
        .col_expr(table::Column::Until, Expr::value(until))
        .filter(table::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(table::Column::AppointmentId.eq(appointment.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// The appointment was cancelled or erased.
pub(crate) async fn give_back(tx: &TenantTx, appointment: AppointmentId) -> Result<(), Fault> {
    table::Entity::delete_many()
        .filter(table::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(table::Column::AppointmentId.eq(appointment.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Forgets the places of appointments that are over.
pub(crate) async fn forget_before(tx: &TenantTx, now: DateTime<Utc>) -> Result<u64, Fault> {
    let gone = table::Entity::delete_many()
        .filter(table::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(table::Column::Until.lt(now))
        .exec(tx)
        .await?;
    Ok(gone.rows_affected)
}
