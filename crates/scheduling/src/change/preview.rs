//! What a draft would do, before it does it.

use chrono::{DateTime, Utc};
use db::TenantTx;
use kernel::{CalendarChangeId, Ctx, LocationId, policy};
use tenant::Municipality;

use super::{assess::Outlook, drafts};
use crate::{
    Appointment, CapacityChange, Catalogue, Error,
    model::{impact, relief::Relief},
    store::{calendar_state, rule_book},
};

/// What a draft would do now.
#[derive(Debug, Clone)]
pub struct Preview {
    /// Whether the calendar is still as it was when the draft was made; otherwise it cannot be published.
    pub is_current: bool,
    /// Minutes won and lost, by day, place and channel.
    pub capacity: Vec<CapacityChange>,
    /// Appointments whose hours go, by start.
    pub hits: Vec<Hit>,
    /// Times that people hold at this moment and that would be taken from them.
    pub reservations: u32,
}

/// An appointment whose hours go.
#[derive(Debug, Clone)]
pub struct Hit {
    /// Which one.
    pub appointment: Appointment,
    /// The nearest free time that nobody else in the list gets.
    pub suggestion: Option<Suggestion>,
}

/// A free time for an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suggestion {
    /// Where.
    pub location: LocationId,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// The same place and time, at another counter: the person need not be told.
    pub is_same: bool,
}

impl Suggestion {
    pub(crate) fn of(appointment: &Appointment, relief: Relief) -> Self {
        let Relief { location, starts_at, ends_at, .. } = relief;
        let is_same = (location, starts_at, ends_at)
            == (appointment.location, appointment.starts_at, appointment.ends_at);
        Self { location, starts_at, ends_at, is_same }
    }
}

/// Looks at what a change would do to the calendar as it is.
pub async fn preview(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    catalogue: &Catalogue,
    id: CalendarChangeId,
) -> Result<Preview, Error> {
    ctx.authorize(policy::Action::ReadCalendar)?;
    let change = drafts::read(drafts::find(tx, id, false).await?)?;
    let is_current = calendar_state::current(tx).await?.revision == change.base_revision;
    let old = rule_book::read(tx).await?;
    let outlook = Outlook::of(ctx, tx, town, &change.edits, &old).await?;
    let mut found = outlook.hits(ctx, tx, false).await?;
    let reach = policy::reach(ctx.actor(), policy::Action::ReadCalendar);
    found.affected.retain(|one| reach.includes(one.appointment.location));
    let reliefs = outlook.reliefs(ctx, tx, town, catalogue, &found.affected).await?;
    let hit = |(one, relief): (super::assess::Affected, Option<Relief>)| Hit {
        suggestion: relief.map(|relief| Suggestion::of(&one.appointment, relief)),
        appointment: one.appointment,
    };
    Ok(Preview {
        is_current,
        capacity: impact::capacity(&outlook.altered),
        hits: found.affected.into_iter().zip(reliefs).map(hit).collect(),
        reservations: u32::try_from(found.held.len()).unwrap_or(u32::MAX),
    })
}

/// How many appointments edits would hit now.
pub(crate) async fn count_hits(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    edits: &crate::Edits,
) -> Result<usize, Error> {
    let old = rule_book::read(tx).await?;
    let outlook = Outlook::of(ctx, tx, town, edits, &old).await?;
    Ok(outlook.hits(ctx, tx, false).await?.affected.len())
}
