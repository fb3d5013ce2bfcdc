//! Closing days at once: draft, decision and publication in one step and one transaction.

use chrono::NaiveDate;
use db::{Db, Fault};
use kernel::{CounterId, Ctx, LocalizedText, LocationId, policy};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use tenant::Municipality;

use super::{
    decisions::{Choices, Decision},
    drafts::{self, ChangeState},
    publish::{Published, Work, checked},
};
use crate::{Catalogue, Edits, Error, MAX_DAYS, OpeningClosure, store::calendar_state};

/// Close days.
#[derive(Debug, Clone)]
pub struct CloseDays {
    /// Where; everywhere when `None`.
    pub location: Option<LocationId>,
    /// Which counter; all of them when `None`.
    pub counter: Option<CounterId>,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Why, for everybody who looks for a time.
    pub reason: LocalizedText,
    /// What the people read whose appointments are hit.
    pub note: Option<LocalizedText>,
    /// What happens to these appointments.
    pub decision: Decision,
}

/// Closes days and moves or cancels every appointment on them, or does nothing at all.
pub async fn close_days(
    ctx: &Ctx,
    db: &Db,
    town: &Municipality,
    catalogue: &Catalogue,
    command: &CloseDays,
) -> Result<Published, Error> {
    ctx.authorize(policy::Action::ChangeCalendar)?;
    let CloseDays { location, counter, from, to, ref reason, ref note, decision } = *command;
    if (to - from).num_days() >= i64::from(MAX_DAYS) {
        let limit = Some(MAX_DAYS);
        return Err(Error::BadInput { field: "to", reason: "range-long", limit });
    }
    let choices = checked(&Choices::all(decision, note.clone()))?;
    let closure = OpeningClosure { location, counter, from, to, reason: reason.clone() };
    let edits = Edits { closures: vec![closure], ..Edits::default() };
    // The title is for the office's list: the reason, as far as it fits.
    let title: String = reason.get(ctx.locale()).trim().chars().take(100).collect();
    for _ in 0..super::publish::ATTEMPTS {
        let tx = db.begin(ctx).await?;
        let revision = calendar_state::lock(&tx).await?.revision;
        drafts::check(ctx, &tx, &edits).await?;
        let title = drafts::check_title(&title)?;
        let work = Work { ctx, tx: &tx, town, catalogue, choices: &choices };
        let Some(done) = work.carry_out(&edits).await? else {
            tx.rollback().await?;
            continue;
        };
        let document = serde_json::to_value(&edits).unwrap_or_default();
        let mut row = drafts::new_row(ctx, &tx, title, document, revision);
        row.state = Set(ChangeState::Published.key().to_owned());
        row.undo = Set(Some(done.undo.clone()));
        row.published_at = Set(Some(ctx.now()));
        let published = done.told(drafts::read(row.insert(&tx).await?)?);
        published.witness(ctx, &tx, "calendar.close").await?;
        tx.commit().await?;
        return Ok(published);
    }
    Err(Error::Fault(Fault::Busy))
}
