//! The appointments of an account: those that were booked while signed in, and those of a guest who claimed them.

use chrono::{DateTime, Utc};
use db::TenantTx;
use kernel::{AccountId, Actor, AppointmentId, Ctx, policy::Action};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};

use crate::{
    Appointment, Contact, Error, appointments, customer,
    store::appointments::{account_appointment as link, appointment as table},
};

/// Where a list of one's own appointments goes on: after this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnAfter {
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// Which one.
    pub id: AppointmentId,
}

/// The appointments of whoever is signed in, the latest first.
pub async fn own_appointments(
    ctx: &Ctx,
    tx: &TenantTx,
    after: Option<OwnAfter>,
    limit: u64,
) -> Result<Vec<Appointment>, Error> {
    let account = account(ctx)?;
    let tenant = tx.tenant().uuid();
    let ids: Vec<uuid::Uuid> = link::Entity::find()
        .filter(link::Column::TenantId.eq(tenant))
        .filter(link::Column::AccountId.eq(account.uuid()))
        .all(tx)
        .await?
        .into_iter()
        .map(|row| row.appointment_id)
        .collect();
    let mut query = table::Entity::find()
        .filter(table::Column::TenantId.eq(tenant))
        .filter(table::Column::Id.is_in(ids));
    if let Some(OwnAfter { starts_at, id }) = after {
        let same = Condition::all()
            .add(table::Column::StartsAt.eq(starts_at))
            .add(table::Column::Id.lt(id.uuid()));
        query = query.filter(Condition::any().add(table::Column::StartsAt.lt(starts_at)).add(same));
    }
    let rows = query
        .order_by_desc(table::Column::StartsAt)
        .order_by_desc(table::Column::Id)
        .limit(limit)
        .all(tx)
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        found.push(appointments::with_items(tx, row).await?);
    }
    Ok(found)
}

/// What opens an appointment of whoever is signed in.
pub async fn own_manage_token(
    ctx: &Ctx,
    tx: &TenantTx,
    id: AppointmentId,
) -> Result<String, Error> {
    let row = own_row(ctx, tx, id).await?;
    let person = customer::key_of(tx, row.subject_id).await?.ok_or(Error::NotFound)?;
    Ok(appointments::manage_token(&person, &row).to_string())
}

/// Who comes to an appointment of whoever is signed in, for the copy of all that is kept about them.
pub async fn own_contact(
    ctx: &Ctx,
    tx: &TenantTx,
    id: AppointmentId,
) -> Result<Option<Contact>, Error> {
    ctx.authorize(Action::OpenPerson)?;
    let row = own_row(ctx, tx, id).await?;
    match customer::key_of(tx, row.subject_id).await? {
        Some(person) => customer::read(tx, &person).await,
        None => Ok(None),
    }
}

async fn own_row(ctx: &Ctx, tx: &TenantTx, id: AppointmentId) -> Result<table::Model, Error> {
    let account = account(ctx)?;
    let tenant = tx.tenant().uuid();
    let linked = link::Entity::find_by_id((tenant, id.uuid()))
        .filter(link::Column::AccountId.eq(account.uuid()))
        .one(tx)
        .await?;
    linked.ok_or(Error::NotFound)?;
    let row = table::Entity::find_by_id((tenant, id.uuid())).one(tx).await?;
    row.ok_or(Error::NotFound)
}

/// Adds a guest's appointment to the account of whoever is signed in and has its code. Again, it changes nothing.
pub async fn claim(ctx: &Ctx, tx: &TenantTx, manage_token: &str) -> Result<Appointment, Error> {
    ctx.authorize(Action::ManageOwn)?;
    let account = account(ctx)?;
    let row = appointments::find(ctx, tx, manage_token, true).await?;
    let new = link::ActiveModel {
        tenant_id: Set(row.tenant_id),
        appointment_id: Set(row.id),
        account_id: Set(account.uuid()),
        linked_at: Set(ctx.now()),
    };
    let once = OnConflict::columns([link::Column::TenantId, link::Column::AppointmentId])
        .do_nothing()
        .to_owned();
    link::Entity::insert(new).on_conflict(once).exec_without_returning(tx).await?;
    let linked = link::Entity::find_by_id((row.tenant_id, row.id)).one(tx).await?;
    if linked.is_none_or(|linked| linked.account_id != account.uuid()) {
        return Err(Error::Conflict("already-claimed"));
    }
    appointments::with_items(tx, row).await
}

/// Whether an appointment is one of whoever is signed in.
pub async fn is_own(ctx: &Ctx, tx: &TenantTx, id: AppointmentId) -> Result<bool, Error> {
    let account = account(ctx)?;
    let linked = link::Entity::find_by_id((tx.tenant().uuid(), id.uuid())).one(tx).await?;
    Ok(linked.is_some_and(|linked| linked.account_id == account.uuid()))
}

fn account(ctx: &Ctx) -> Result<AccountId, Error> {
    ctx.authorize(Action::OwnAppointments)?;
    match ctx.actor() {
        Actor::Account(account) => Ok(*account),
        _ => Err(Error::NotFound),
    }
}
