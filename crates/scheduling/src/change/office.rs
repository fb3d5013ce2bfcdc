//! Single appointments in the hands of the office.

use chrono::{DateTime, Utc};
use db::{Db, Fault, TenantTx, audit};
use kernel::{AppointmentId, Ctx, LocalizedText, LocationId, policy};
use sea_orm::{EntityTrait, QuerySelect};
use tenant::Municipality;

use super::notes;
use crate::{
    Appointment, Catalogue, Error, Status, appointments,
    book::By,
    cancel,
    model::{channel::Way, visit::Visit},
    reach,
    reschedule::{changeable, relocate},
    store::{appointments::appointment as table, changes},
    wish::Wish,
};

/// Move an appointment.
#[derive(Debug, Clone)]
pub struct MoveByOffice {
    /// Which one.
    pub appointment: AppointmentId,
    /// Where.
    pub location: LocationId,
    /// From when; one of the offered starts.
    pub start: DateTime<Utc>,
    /// What the person reads, by language.
    pub note: Option<LocalizedText>,
}

/// The appointment, without its person.
pub async fn serve(ctx: &Ctx, tx: &TenantTx, id: AppointmentId) -> Result<Appointment, Error> {
    appointments::with_items(tx, find(ctx, tx, id, false).await?).await
}

/// Moves. The old time is kept until the new one is fixed.
pub async fn move_by_office(
    ctx: &Ctx,
    db: &Db,
    town: &Municipality,
    catalogue: &Catalogue,
    command: &MoveByOffice,
) -> Result<Appointment, Error> {
    reach::at(ctx, policy::Action::ServeAppointments, command.location)?;
    let note = notes::check(command.note.as_ref())?;
    let tx = db.begin(ctx).await?;
    let row = find(ctx, &tx, command.appointment, true).await?;
    let current = appointments::with_items(&tx, row.clone()).await?;
    changeable(ctx, &current)?;
    if current.location == command.location && current.starts_at == command.start {
        tx.commit().await?;
        return Ok(current);
    }
    let visit = Visit::check(catalogue, &current.items)?;
    let channel = changes::channel_of(&tx, current.id).await?.ok_or(Error::NotFound)?;
    let (place, start) = (command.location, command.start);
    let wish = Wish::check(ctx, town, catalogue, &visit, Way::of_office(channel), place, start)?;
    let by = By::Office(write(ctx, &tx, note).await?);
    if let Some(moved) = relocate(ctx, &tx, town, row, &current, &wish, by).await? {
        let places =
            serde_json::json!({ "from": current.location.uuid(), "to": moved.location.uuid() });
        write_down(ctx, &tx, "appointment.move", moved.id, places).await?;
        tx.commit().await?;
        return Ok(moved);
    }
    // the old time is still held; what is said about the new one is read outside
    tx.rollback().await?;
    Err(wish.refusal(ctx, db).await?)
}

/// Cancels. Cancelling a cancelled appointment again changes nothing and succeeds.
pub async fn cancel_by_office(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    id: AppointmentId,
    note: Option<&LocalizedText>,
) -> Result<Appointment, Error> {
    ctx.authorize(policy::Action::ServeAppointments)?;
    let note = notes::check(note)?;
    let row = find(ctx, tx, id, true).await?;
    let current = appointments::with_items(tx, row.clone()).await?;
    if current.status == Status::Cancelled {
        return Ok(current);
    }
    changeable(ctx, &current)?;
    let by = By::Office(write(ctx, tx, note).await?);
    let cancelled = cancel::give_up(ctx, tx, town, row, current, by).await?;
    let place = serde_json::json!({ "location": cancelled.location.uuid() });
    write_down(ctx, tx, "appointment.cancel", id, place).await?;
    Ok(cancelled)
}

/// Writes into the audit trail what the office did with an appointment. The last thing before the commit.
async fn write_down(
    ctx: &Ctx,
    tx: &TenantTx,
    action: &'static str,
    id: AppointmentId,
    details: serde_json::Value,
) -> Result<(), Fault> {
    let act = audit::Act { action, object: "appointment", object_id: Some(id.uuid()) };
    audit::append(ctx, tx, act, details).await
}

async fn write(
    ctx: &Ctx,
    tx: &TenantTx,
    note: Option<LocalizedText>,
) -> Result<Option<kernel::OfficeNoteId>, Error> {
    match note {
        Some(note) => Ok(Some(notes::write(ctx, tx, &note).await?)),
        None => Ok(None),
    }
}

/// An appointment at a place where the actor serves citizens.
pub(crate) async fn find(
    ctx: &Ctx,
    tx: &TenantTx,
    id: AppointmentId,
    lock: bool,
) -> Result<table::Model, Error> {
    ctx.authorize(policy::Action::ServeAppointments)?;
    let mut query = table::Entity::find_by_id((tx.tenant().uuid(), id.uuid()));
    if lock {
        query = query.lock_exclusive();
    }
    let row = query.one(tx).await?.ok_or(Error::NotFound)?;
    reach::at(ctx, policy::Action::ServeAppointments, row.location_id.into())?;
    appointments::hide_restricted(ctx, tx, &row).await?;
    Ok(row)
}
