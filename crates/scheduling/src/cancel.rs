//! Cancelling an appointment.

use db::TenantTx;
use kernel::{Ctx, event::Change, policy};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use serde_json::json;
use tenant::Municipality;

use crate::{
    Appointment, Error, Status, appointments,
    book::{By, announce},
    cooldown,
    history::{self, Deed, When},
    places,
    reschedule::changeable,
    store::{appointments::appointment as table, day_maps},
};

/// Cancels. Cancelling a cancelled appointment again changes nothing and succeeds.
pub async fn cancel(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    manage_token: &str,
) -> Result<Appointment, Error> {
    ctx.authorize(policy::Action::ManageOwn)?;
    let row = appointments::find(ctx, tx, manage_token, true).await?;
    let current = appointments::with_items(tx, row.clone()).await?;
    if current.status == Status::Cancelled {
        return Ok(current);
    }
    changeable(ctx, &current)?;
    let id = current.id;
    let cancelled = give_up(ctx, tx, town, row, current, By::Token).await?;
    history::witness(ctx, tx, "appointment.cancel", id, json!({ "by": "code" })).await?;
    Ok(cancelled)
}

/// Cancels a locked appointment that can still be cancelled. What the office cancels is free at once: nobody trades
/// with it.
pub(crate) async fn give_up(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    row: table::Model,
    current: Appointment,
    by: By,
) -> Result<Appointment, Error> {
    let cancelled = give_up_quietly(ctx, tx, town, row, current, by).await?;
    announce(ctx, tx, &cancelled, Change::Cancelled, by).await?;
    Ok(cancelled)
}

/// The same, and nobody is told: who never heard of the appointment need not hear that it is gone.
pub(crate) async fn give_up_quietly(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    row: table::Model,
    current: Appointment,
    by: By,
) -> Result<Appointment, Error> {
    let rests = cooldown::rests_until(ctx, town, current.starts_at).filter(|_| by == By::Token);
    match rests {
        Some(until) => day_maps::cool(tx, current.id, until).await?,
        None => day_maps::free(tx, current.id, day_maps::Kind::Booked, ctx.now()).await?,
    };
    places::give_back(tx, current.id).await?;
    let (id, was) = (current.id, When::of(&current));
    let mut row = row.into_active_model();
    row.status = Set(Status::Cancelled.key().to_owned());
    row.sequence = Set(current.sequence + 1);
    row.changed_at = Set(ctx.now());
    row.cancelled_at = Set(Some(ctx.now()));
    let cancelled = appointments::read_appointment(row.update(tx).await?, current.items)?;
    history::note(ctx, tx, id, Deed::Cancelled, Some(was), None).await?;
    Ok(cancelled)
}
