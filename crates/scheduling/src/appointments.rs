//! Finding an appointment and reading it.

use std::collections::HashMap;

use db::{TenantTx, sealed::SubjectKey, token::Token};
use kernel::{Ctx, Locale, policy};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::{
    Appointment, Error, Item, Status, customer, reach,
    store::appointments::{appointment as table, appointment_item},
};

/// Purpose of the token that opens an appointment.
pub(crate) const MANAGE: &str = "manage";

/// What opens the appointment: derived from the person's key and from the reservation that it was, so that it is known
/// before the appointment is written and cannot be made any more when the person is erased.
pub(crate) fn manage_token(person: &SubjectKey, row: &table::Model) -> Token {
    person.token_for(MANAGE, &row.reservation_hash)
}

/// Finds by the hash of the token; with `lock`, for a change. The office finds what is at its places only, by token too.
pub(crate) async fn find(
    ctx: &Ctx,
    tx: &TenantTx,
    manage_token: &str,
    lock: bool,
) -> Result<table::Model, Error> {
    let token = Token::parse(manage_token).ok_or(Error::NotFound)?;
    let mut query = table::Entity::find()
        .filter(table::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(table::Column::ManageHash.eq(token.hash()));
    if lock {
        query = query.lock_exclusive();
    }
    let row = query.one(tx).await?.ok_or(Error::NotFound)?;
    reach::at(ctx, policy::Action::ManageOwn, row.location_id.into())?;
    hide_restricted(ctx, tx, &row).await?;
    Ok(row)
}

/// Whose data are restricted is there for themselves and for nobody else (Art. 18(2) GDPR).
pub(crate) async fn hide_restricted(
    ctx: &Ctx,
    tx: &TenantTx,
    row: &table::Model,
) -> Result<(), Error> {
    let is_own = policy::allows(ctx.actor(), policy::Action::OwnData);
    if is_own || !customer::is_restricted(tx, row.subject_id).await? {
        return Ok(());
    }
    Err(Error::NotFound)
}

/// Adds the items.
pub(crate) async fn with_items(tx: &TenantTx, row: table::Model) -> Result<Appointment, Error> {
    let items = appointment_item::Entity::find()
        .filter(appointment_item::Column::TenantId.eq(row.tenant_id))
        .filter(appointment_item::Column::AppointmentId.eq(row.id))
        .order_by_asc(appointment_item::Column::Position)
        .all(tx)
        .await?;
    let items = items.into_iter().map(|item| Item {
        service: item.service_id.into(),
        quantity: item.quantity.unsigned_abs(),
    });
    read_appointment(row, items.collect())
}

/// The items of some appointments.
pub(crate) async fn items_of(
    tx: &TenantTx,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Vec<Item>>, Error> {
    let mut items: HashMap<Uuid, Vec<Item>> = HashMap::new();
    for item in appointment_item::Entity::find()
        .filter(appointment_item::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(appointment_item::Column::AppointmentId.is_in(ids))
        .order_by_asc(appointment_item::Column::Position)
        .all(tx)
        .await?
    {
        let read = Item { service: item.service_id.into(), quantity: item.quantity.unsigned_abs() };
        items.entry(item.appointment_id).or_default().push(read);
    }
    Ok(items)
}

/// The model of a row.
pub(crate) fn read_appointment(row: table::Model, items: Vec<Item>) -> Result<Appointment, Error> {
    Ok(Appointment {
        id: row.id.into(),
        reference: row.reference,
        status: Status::from_key(&row.status).ok_or(Error::NotFound)?,
        location: row.location_id.into(),
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        items,
        sequence: row.sequence,
        locale: Locale::from_key(&row.locale).unwrap_or(Locale::De),
        notice_version: row.notice_version,
        booked_at: row.booked_at,
    })
}
