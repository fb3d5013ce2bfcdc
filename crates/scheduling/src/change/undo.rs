//! Taking a published change back.

use db::{Db, audit};
use kernel::{CalendarChangeId, Ctx, policy};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use tenant::Municipality;

use super::{
    assess::Outlook,
    drafts::{self, Change, ChangeState},
};
use crate::{
    Edits, Error,
    calendar::changed_days,
    catalogue::json,
    store::{calendar_state, changes, day_maps, rule_book},
};

/// What taking back did. Appointments that were moved or cancelled are not brought back: their people were told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// The change.
    pub change: Change,
    /// Appointments that were booked in hours that are gone now. They stay.
    pub kept: u32,
}

/// Puts the rules back as they were before the change, as a new revision. Refused when the same counters, dates or
/// closures were changed again since.
pub async fn undo(
    ctx: &Ctx,
    db: &Db,
    town: &Municipality,
    id: CalendarChangeId,
) -> Result<Undone, Error> {
    ctx.authorize(policy::Action::ChangeCalendar)?;
    let tx = db.begin(ctx).await?;
    calendar_state::lock(&tx).await?;
    let row = drafts::find_within(ctx, &tx, id).await?;
    let Some(inverse) = row.undo.clone().filter(|_| row.state == ChangeState::Published.key())
    else {
        return Err(Error::Conflict("change-not-published"));
    };
    let inverse: Edits = json(inverse)?;
    let old = rule_book::read(&tx).await?;
    if !drafts::read(row.clone())?.edits.still_hold(&old) {
        return Err(Error::Conflict("calendar-changed-since"));
    }
    let outlook = Outlook::of(ctx, &tx, town, &inverse, &old).await?;
    let changed = changed_days(ctx, &tx, town, &outlook.book).await?;
    let mut days: Vec<_> = changed.iter().map(|(_, _, day, _)| *day).collect();
    days.dedup();
    changes::lock_days(&tx, &days).await?;
    let kept = outlook.hits(ctx, &tx, false).await?.affected.len();
    rule_book::replace(ctx, &tx, &outlook.book).await?;
    day_maps::write_openings(&tx, &changed).await?;
    calendar_state::advance(&tx, true).await?;
    let mut row = row.into_active_model();
    row.state = Set(ChangeState::Undone.key().to_owned());
    row.changed_at = Set(ctx.now());
    let change = drafts::read(row.update(&tx).await?)?;
    let kept = u32::try_from(kept).unwrap_or(u32::MAX);
    let object_id = Some(change.id.uuid());
    let act = audit::Act { action: "calendar.undo", object: "calendar-change", object_id };
    audit::append(ctx, &tx, act, serde_json::json!({ "kept": kept })).await?;
    tx.commit().await?;
    Ok(Undone { change, kept })
}
