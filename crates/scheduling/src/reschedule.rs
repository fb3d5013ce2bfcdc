//! Moving an appointment: the old time is kept until the new one is fixed, in one transaction.

use chrono::{DateTime, Utc};
use db::{Db, TenantTx};
use kernel::{AppointmentId, Ctx, LocationId, event::Change, policy};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use serde_json::json;
use tenant::Municipality;

use crate::{
    Appointment, Catalogue, Channel, Error, IdempotencyKey, appointments,
    book::{By, announce},
    cooldown,
    history::{self, Deed, When},
    model::visit::Visit,
    places, reach,
    store::{
        appointments::appointment as table,
        day_maps::{self, Cooling},
    },
    wish::Wish,
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
    db: &Db,
    town: &Municipality,
    catalogue: &Catalogue,
    command: &Reschedule,
) -> Result<Appointment, Error> {
    ctx.authorize(policy::Action::ManageOwn)?;
    reach::at(ctx, policy::Action::ManageOwn, command.location)?;
    let tx = db.begin(ctx).await?;
    // locks the appointment, so that two moves of one appointment follow each other
    let row = appointments::find(ctx, &tx, &command.manage_token, true).await?;
    let current = appointments::with_items(&tx, row.clone()).await?;
    if let Some(key) = command.idempotency_key.clone() {
        let key = IdempotencyKey { key, client: row.id.as_bytes().to_vec() };
        let request = format!("{}|{}", command.location, command.start);
        let key = key.hashes(&*tx.keys().await?, &request)?;
        if key.remember(ctx, &tx, "reschedule", row.id).await?.is_some() {
            return Ok(current);
        }
    }
    changeable(ctx, &current)?;
    if current.location == command.location && current.starts_at == command.start {
        tx.commit().await?;
        return Ok(current);
    }
    let visit = Visit::check(catalogue, &current.items)?;
    let (place, start) = (command.location, command.start);
    let wish = Wish::check(ctx, town, catalogue, &visit, Channel::Online.into(), place, start)?;
    if let Some(moved) = relocate(ctx, &tx, town, row, &current, &wish, By::Token).await? {
        let by = json!({ "by": "code" });
        history::witness(ctx, &tx, "appointment.move", moved.id, by).await?;
        tx.commit().await?;
        return Ok(moved);
    }
    // the old time is still held; what is said about the new one is read outside
    tx.rollback().await?;
    Err(wish.refusal(ctx, db).await?)
}

/// Moves a locked appointment in the caller's transaction. `None` when the new time cannot be had. Who only gets another
/// counter is not told: for them nothing has changed.
pub(crate) async fn relocate(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    row: table::Model,
    current: &Appointment,
    wish: &Wish,
    by: By,
) -> Result<Option<Appointment>, Error> {
    let rests = cooldown::rests_until(ctx, town, current.starts_at).filter(|_| by == By::Token);
    let cooling =
        rests.map(|until| Cooling { id: AppointmentId::new(ctx.clock(), ctx.chance()), until });
    let claim = wish.claim(current.id, None);
    let Some(counter) = day_maps::relocate(tx, &claim, ctx.now(), cooling).await? else {
        return Ok(None);
    };
    let is_news = (claim.location, wish.starts_at, wish.ends_at)
        != (current.location, current.starts_at, current.ends_at);
    places::keep_until(tx, current.id, wish.ends_at).await?;
    let mut row = row.into_active_model();
    row.location_id = Set(claim.location.uuid());
    row.counter_id = Set(counter.uuid());
    row.starts_at = Set(wish.starts_at);
    row.ends_at = Set(wish.ends_at);
    row.sequence = Set(current.sequence + i32::from(is_news));
    row.changed_at = Set(ctx.now());
    let items = current.items.clone();
    let moved = appointments::read_appointment(row.update(tx).await?, items)?;
    if is_news {
        let (from, to) = (Some(When::of(current)), Some(When::of(&moved)));
        history::note(ctx, tx, moved.id, Deed::Moved, from, to).await?;
        announce(ctx, tx, &moved, Change::Moved, by).await?;
    }
    Ok(Some(moved))
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
