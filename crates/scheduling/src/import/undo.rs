//! Taking an import back.

use db::{Db, TenantTx, audit};
use kernel::{AppointmentId, CalendarImportId, Ctx, policy::Action};
use sea_orm::{EntityTrait, QuerySelect};
use serde_json::json;
use tenant::Municipality;

use super::{ImportKind, Work};
use crate::{
    Error, Status, appointments,
    book::By,
    cancel, customer, reach,
    store::{
        appointments::appointment as table,
        imports::{self, calendar_import},
    },
};

/// What taking back did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportUndone {
    /// Appointments that are gone. They are cancelled, and deleted when cancelled appointments are.
    pub cancelled: u32,
    /// Appointments that stay: somebody has done something with them since, or they have begun.
    pub kept: u32,
}

/// Takes an import of appointments back, as far as nobody has done anything with them. Who was told of the appointment is told
/// that it is gone. Absences are undone in the calendar.
pub async fn undo_import(
    ctx: &Ctx,
    db: &Db,
    town: &Municipality,
    id: CalendarImportId,
) -> Result<ImportUndone, Error> {
    ctx.authorize(Action::ImportCalendar)?;
    let tx = db.begin(ctx).await?;
    let row = find(&tx, id).await?;
    if row.kind != ImportKind::Appointments.key() {
        return Err(Error::Conflict("import-is-draft"));
    }
    if row.undone_at.is_some() {
        return Err(Error::Conflict("import-undone"));
    }
    let all = imports::appointments(&tx, id).await?;
    tx.commit().await?;
    let mut done = ImportUndone { cancelled: 0, kept: 0 };
    for appointment in all {
        if take_back(ctx, db, town, appointment, row.tells).await? {
            done.cancelled += 1;
        } else {
            done.kept += 1;
        }
    }
    let tx = db.begin(ctx).await?;
    if imports::undo(&tx, id, ctx.now()).await? {
        let details = json!({ "cancelled": done.cancelled, "kept": done.kept });
        audit::append(ctx, &tx, Work::act(id, "calendar.import-undo"), details).await?;
    }
    tx.commit().await?;
    if row.tells {
        db.jobs_written();
    }
    Ok(done)
}

async fn find(tx: &TenantTx, id: CalendarImportId) -> Result<calendar_import::Model, Error> {
    let row = calendar_import::Entity::find_by_id((tx.tenant().uuid(), id.uuid())).one(tx).await?;
    row.ok_or(Error::NotFound)
}

/// Cancels one appointment, in a transaction of its own. `false`: it stays.
async fn take_back(
    ctx: &Ctx,
    db: &Db,
    town: &Municipality,
    id: AppointmentId,
    tells: bool,
) -> Result<bool, Error> {
    let tx = db.begin(ctx).await?;
    let row = table::Entity::find_by_id((tx.tenant().uuid(), id.uuid()))
        .lock_exclusive()
        .one(&tx)
        .await?;
    let Some(row) = row else { return Ok(false) };
    // what lies elsewhere stays, as what somebody has touched
    let is_here = reach::at(ctx, Action::ImportCalendar, row.location_id.into()).is_ok();
    let is_new = row.status == Status::Confirmed.key() && row.sequence == 0;
    let may = is_here
        && is_new
        && row.starts_at > ctx.now()
        && imports::is_untouched(&tx, id).await?
        && !customer::is_restricted(&tx, row.subject_id).await?;
    if !may {
        tx.commit().await?;
        return Ok(false);
    }
    let current = appointments::with_items(&tx, row.clone()).await?;
    if tells {
        cancel::give_up(ctx, &tx, town, row, current, By::Office(None)).await?;
    } else {
        cancel::give_up_quietly(ctx, &tx, town, row, current, By::Office(None)).await?;
    }
    imports::forget(&tx, id).await?;
    tx.commit().await?;
    Ok(true)
}
