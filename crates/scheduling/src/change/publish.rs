//! Publishing: other rules, other day maps, and what happens to each appointment, in one transaction or not at all.
//!
//! Order of locks: the calendar's state, the appointments that are hit, the day maps, the live times, the places of
//! persons. Between the first
//! look and the locks somebody may book; then everything is undone and looked at again (`docs/booking.md`).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use db::{
    Db, Fault, TenantTx,
    audit::{self, Act},
};
use kernel::{CalendarChangeId, Ctx, LocalizedText, OfficeNoteId, policy};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use serde_json::json;
use tenant::Municipality;

use super::{
    assess::{Affected, Hits, Outlook, day_of},
    decisions::{Choices, Decision},
    drafts::{self, Change, ChangeState},
    notes,
};
use crate::{
    Catalogue, Edits, Error,
    book::By,
    calendar::changed_days,
    cancel,
    model::{channel::Way, relief::Relief, visit::Visit},
    places, reach, reschedule,
    store::{
        calendar_state, changes,
        day_maps::{self, Kind, Opened},
        rule_book,
    },
    wish::Wish,
};

/// How often people may book in between before the office is asked to come again.
pub(crate) const ATTEMPTS: usize = 5;

/// Publish a draft.
#[derive(Debug, Clone)]
pub struct Publish {
    /// Which one.
    pub id: CalendarChangeId,
    /// What happens to the appointments that are hit.
    pub choices: Choices,
}

/// What publishing did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The change.
    pub change: Change,
    /// Appointments that stay outside of opening hours.
    pub kept: u32,
    /// Appointments with another time or place.
    pub moved: u32,
    /// Appointments that only got another counter; nobody is told.
    pub same_time: u32,
    /// Appointments that were cancelled.
    pub cancelled: u32,
    /// Held times that were taken back.
    pub reservations: u32,
}

impl Published {
    /// Writes it into the audit trail, as the last thing of its transaction.
    pub(crate) async fn witness(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        action: &'static str,
    ) -> Result<(), Fault> {
        let object_id = Some(self.change.id.uuid());
        let details =
            json!({ "kept": self.kept, "moved": self.moved, "cancelled": self.cancelled });
        audit::append(ctx, tx, Act { action, object: "calendar", object_id }, details).await
    }
}

/// Publishes a draft.
pub async fn publish(
    ctx: &Ctx,
    db: &Db,
    town: &Municipality,
    catalogue: &Catalogue,
    command: &Publish,
) -> Result<Published, Error> {
    ctx.authorize(policy::Action::ChangeCalendar)?;
    let choices = checked(&command.choices)?;
    for _ in 0..ATTEMPTS {
        let tx = db.begin(ctx).await?;
        let revision = calendar_state::lock(&tx).await?.revision;
        let row = drafts::find_within(ctx, &tx, command.id).await?;
        if row.state != ChangeState::Draft.key() {
            return Err(Error::Conflict("change-not-draft"));
        }
        if row.base_revision != revision {
            return Err(Error::Conflict("calendar-changed"));
        }
        let edits = drafts::read(row.clone())?.edits;
        let work = Work { ctx, tx: &tx, town, catalogue, choices: &choices };
        let Some(done) = work.carry_out(&edits).await? else {
            tx.rollback().await?;
            continue;
        };
        let mut row = row.into_active_model();
        row.state = Set(ChangeState::Published.key().to_owned());
        row.undo = Set(Some(done.undo.clone()));
        row.changed_at = Set(ctx.now());
        row.published_at = Set(Some(ctx.now()));
        let published = done.told(drafts::read(row.update(&tx).await?)?);
        published.witness(ctx, &tx, "calendar.publish").await?;
        tx.commit().await?;
        return Ok(published);
    }
    Err(Error::Fault(Fault::Busy))
}

/// The choices with notes as they are sent.
pub(crate) fn checked(choices: &Choices) -> Result<Choices, Error> {
    let mut choices = choices.clone();
    choices.note = notes::check(choices.note.as_ref())?;
    for choice in choices.each.values_mut() {
        choice.note = notes::check(choice.note.as_ref())?;
    }
    Ok(choices)
}

/// What was done, before it is committed.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) undo: serde_json::Value,
    kept: u32,
    moved: u32,
    same_time: u32,
    cancelled: u32,
    reservations: u32,
}

impl Done {
    pub(crate) fn told(self, change: Change) -> Published {
        let Self { kept, moved, same_time, cancelled, reservations, .. } = self;
        Published { change, kept, moved, same_time, cancelled, reservations }
    }
}

/// Changing the calendar in a transaction that has locked its state.
pub(crate) struct Work<'a> {
    pub(crate) ctx: &'a Ctx,
    pub(crate) tx: &'a TenantTx,
    pub(crate) town: &'a Municipality,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) choices: &'a Choices,
}

impl Work<'_> {
    /// Does everything but commit. `None`: an appointment came in between; undo it all and begin again.
    pub(crate) async fn carry_out(&self, edits: &Edits) -> Result<Option<Done>, Error> {
        let Self { ctx, tx, town, .. } = *self;
        let old = rule_book::read(tx).await?;
        let outlook = Outlook::of(ctx, tx, town, edits, &old).await?;
        let changed = changed_days(ctx, tx, town, &outlook.book).await?;

        let first_look = outlook.hits(ctx, tx, false).await?.affected;
        let locked: BTreeSet<_> = first_look.iter().map(|one| one.row.id).collect();
        let ids: Vec<_> = locked.iter().copied().collect();
        changes::lock_appointments(tx, &ids).await?;
        changes::lock_days(tx, &self.days_to_lock(&outlook, &changed)).await?;
        let Hits { affected, held } = outlook.hits(ctx, tx, true).await?;
        if affected.iter().any(|one| !locked.contains(&one.row.id)) {
            return Ok(None);
        }
        places::lock(tx, &ids).await?;
        let undecided =
            affected.iter().filter(|one| self.choices.of(one.appointment.id).is_none()).count();
        if undecided > 0 {
            return Err(refused("decisions-missing", undecided));
        }

        // from here on nobody is offered what closes
        let reliefs = outlook.reliefs(ctx, tx, town, self.catalogue, &affected).await?;
        rule_book::replace(ctx, tx, &outlook.book).await?;
        day_maps::write_openings(tx, &changed).await?;
        calendar_state::advance(tx, true).await?;
        let undo = serde_json::to_value(edits.inverse(&old)).unwrap_or_default();
        let mut done = Done { undo, ..Done::default() };
        for id in held {
            done.reservations += u32::from(day_maps::free(tx, id, Kind::Held, ctx.now()).await?);
        }
        self.decide_all(affected, reliefs, &mut done).await?;
        Ok(Some(done))
    }

    /// All days whose maps are touched: those that change, and those to which somebody may move.
    fn days_to_lock(&self, outlook: &Outlook, changed: &[Opened]) -> Vec<NaiveDate> {
        let mut days: BTreeSet<NaiveDate> = changed.iter().map(|(_, _, day, _)| *day).collect();
        days.extend(&outlook.days);
        if self.choices.decisions().any(Decision::wants_relief) {
            days.extend(outlook.relief_days());
        }
        days.extend(self.choices.decisions().filter_map(|decision| match decision {
            Decision::Move { start, .. } => Some(day_of(start, self.town)),
            _ => None,
        }));
        days.into_iter().collect()
    }

    async fn decide_all(
        &self,
        affected: Vec<Affected>,
        reliefs: Vec<Option<Relief>>,
        done: &mut Done,
    ) -> Result<(), Error> {
        let mut written: Vec<(LocalizedText, OfficeNoteId)> = Vec::new();
        let mut stranded = 0;
        for (one, relief) in affected.into_iter().zip(reliefs) {
            let Some((decision, note)) = self.choices.of(one.appointment.id) else { continue };
            let by = By::Office(self.note(note, &mut written).await?);
            let was = (one.appointment.location, one.appointment.starts_at);
            let moved = match (decision, relief) {
                (Decision::Keep, _) => {
                    done.kept += 1;
                    continue;
                }
                (Decision::Cancel, _) | (Decision::MoveOrCancel, None) => {
                    let Affected { row, appointment, .. } = one;
                    cancel::give_up(self.ctx, self.tx, self.town, row, appointment, by).await?;
                    done.cancelled += 1;
                    continue;
                }
                (Decision::Move { location, start }, _) => {
                    reach::at(self.ctx, policy::Action::ChangeCalendar, location)?;
                    let wish = self.wish(&one, location, start)?;
                    self.relocate(one, &wish, by).await?.ok_or(Error::SlotTaken)?
                }
                (_, Some(relief)) => {
                    let wish = self.wish(&one, relief.location, relief.starts_at)?;
                    let wish = wish.only_at(relief.counter);
                    let Some(moved) = self.relocate(one, &wish, by).await? else {
                        stranded += 1;
                        continue;
                    };
                    moved
                }
                (_, None) => {
                    stranded += 1;
                    continue;
                }
            };
            if was == (moved.location, moved.starts_at) {
                done.same_time += 1;
            } else {
                done.moved += 1;
            }
        }
        if stranded > 0 { Err(refused("no-suggestion", stranded)) } else { Ok(()) }
    }

    fn wish(
        &self,
        one: &Affected,
        location: kernel::LocationId,
        start: chrono::DateTime<chrono::Utc>,
    ) -> Result<Wish, Error> {
        let visit = Visit::check(self.catalogue, &one.appointment.items)?;
        let way = Way::of_office(one.taken.channel);
        Wish::check(self.ctx, self.town, self.catalogue, &visit, way, location, start)
    }

    async fn relocate(
        &self,
        one: Affected,
        wish: &Wish,
        by: By,
    ) -> Result<Option<crate::Appointment>, Error> {
        let Affected { row, appointment, .. } = one;
        reschedule::relocate(self.ctx, self.tx, self.town, row, &appointment, wish, by).await
    }

    /// The id of a note, written once for all who read it.
    async fn note(
        &self,
        note: Option<&LocalizedText>,
        written: &mut Vec<(LocalizedText, OfficeNoteId)>,
    ) -> Result<Option<OfficeNoteId>, Error> {
        let Some(note) = note else { return Ok(None) };
        if let Some((_, id)) = written.iter().find(|(known, _)| known == note) {
            return Ok(Some(*id));
        }
        let id = notes::write(self.ctx, self.tx, note).await?;
        written.push((note.clone(), id));
        Ok(Some(id))
    }
}

fn refused(reason: &'static str, count: usize) -> Error {
    Error::Undecided { reason, count: u32::try_from(count).unwrap_or(u32::MAX) }
}
