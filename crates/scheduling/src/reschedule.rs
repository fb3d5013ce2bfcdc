//! Moving an appointment: the old time is kept until the new one is fixed, in one transaction.

use chrono::{DateTime, Utc};
use db::TenantTx;
use kernel::{Ctx, LocationId, event::Change, policy};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use tenant::Municipality;

use crate::{
    Appointment, Error, IdempotencyKey, appointments,
    book::announce,
    catalogue,
    idempotency::{Seen, remember},
    model::visit::Visit,
    reserve::Wish,
    store::day_maps,
};

/// Move an appointment.
#[derive(Debug, Clone)]
pub struct Reschedule {
    /// Opens the appointment.
    pub manage_token: String,
    /// Where.
    pub location: LocationId,
    /// From when; one of the offered starts.
    pub start: DateTime<Utc>,
    /// The same key moves once.
    pub idempotency_key: Option<String>,
}

/// Moves. Moving to where the appointment already is changes nothing and succeeds.
pub async fn reschedule(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    command: &Reschedule,
) -> Result<Appointment, Error> {
    ctx.authorize(policy::Action::ManageOwn)?;
    // locks the appointment, so that two moves of one appointment follow each other
    let row = appointments::find(tx, &command.manage_token, true).await?;
    let key = command
        .idempotency_key
        .clone()
        .map(|key| IdempotencyKey { key, client: row.id.as_bytes().to_vec() });
    let request = format!("{}|{}", command.location, command.start);
    let current = appointments::with_items(tx, row.clone()).await?;
    if let Seen::Before(_) = remember(ctx, tx, "reschedule", key.as_ref(), &request, row.id).await?
    {
        return Ok(current);
    }
    changeable(ctx, &current)?;
    if current.location == command.location && current.starts_at == command.start {
        return Ok(current);
    }
    let catalogue = catalogue(ctx, tx).await?;
    let visit = Visit::check(&catalogue, &current.items)?;
    let wish =
        Wish::check(ctx, tx, town, &catalogue, &visit, command.location, command.start).await?;
    let counter = day_maps::relocate(tx, &wish.claim(current.id), ctx.now())
        .await?
        .ok_or(Error::SlotTaken)?;
    let mut row = row.into_active_model();
    row.location_id = Set(command.location.uuid());
    row.counter_id = Set(counter.uuid());
    row.starts_at = Set(wish.starts_at);
    row.ends_at = Set(wish.ends_at);
    row.sequence = Set(current.sequence + 1);
    row.changed_at = Set(ctx.now());
    let moved = appointments::read_appointment(row.update(tx).await?, current.items)?;
    announce(ctx, tx, &moved, Change::Moved).await?;
    Ok(moved)
}

/// Refuses what can no longer be changed by the citizen.
pub(crate) fn changeable(ctx: &Ctx, appointment: &Appointment) -> Result<(), Error> {
    if appointment.status == crate::Status::Cancelled {
        return Err(Error::Conflict("already-cancelled"));
    }
    if !appointment.status.can_change() || appointment.starts_at <= ctx.now() {
        return Err(Error::Conflict("already-over"));
    }
    Ok(())
}
