//! Drafts: written, looked at and thrown away without any effect on the calendar.

use chrono::{DateTime, Utc};
use db::{Fault, TenantTx};
use kernel::{
    AccessKeyId, CalendarChangeId, CounterId, Ctx, LocationId,
    policy::{self, Reach},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::{
    Edits, Error,
    calendar::{Served, counters},
    catalogue::json,
    model::edits::MAX_EDITS,
    store::{calendar_state, changes::calendar_change as table},
};

/// Letters of a title, at most.
const LONGEST_TITLE: usize = 100;

/// A change of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its id.
    pub id: CalendarChangeId,
    /// What the office calls it.
    pub title: String,
    /// What has become of it.
    pub state: ChangeState,
    /// What it changes.
    pub edits: Edits,
    /// The revision of the calendar that it was made on.
    pub base_revision: i64,
    /// The access key that made it.
    pub made_by: Option<AccessKeyId>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub changed_at: DateTime<Utc>,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
}

/// What has become of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeState {
    /// Nothing yet.
    Draft,
    /// It holds.
    Published,
    /// It held and was taken back.
    Undone,
}

impl ChangeState {
    /// The word in the database.
    pub fn key(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Undone => "undone",
        }
    }

    fn from_key(key: &str) -> Self {
        let all = [Self::Draft, Self::Published, Self::Undone];
        all.into_iter().find(|state| state.key() == key).unwrap_or(Self::Undone)
    }
}

/// Write a draft.
#[derive(Debug, Clone)]
pub struct SaveDraft {
    /// The draft that is written anew; a new one when `None`.
    pub id: Option<CalendarChangeId>,
    /// What the office calls it.
    pub title: String,
    /// What it changes.
    pub edits: Edits,
}

/// Writes a draft. One that is written anew is one on the calendar's present state.
pub async fn save(ctx: &Ctx, tx: &TenantTx, command: &SaveDraft) -> Result<Change, Error> {
    ctx.authorize(policy::Action::ChangeCalendar)?;
    let title = check_title(&command.title)?;
    check(ctx, tx, &command.edits).await?;
    let revision = calendar_state::current(tx).await?.revision;
    let document = serde_json::to_value(&command.edits).unwrap_or_default();
    let row = match command.id {
        Some(id) => {
            let row = find_within(ctx, tx, id).await?;
            if row.state != ChangeState::Draft.key() {
                return Err(Error::Conflict("change-not-draft"));
            }
            let mut row = row.into_active_model();
            row.title = Set(title);
            row.document = Set(document);
            row.base_revision = Set(revision);
            row.changed_at = Set(ctx.now());
            row.update(tx).await?
        }
        None => new_row(ctx, tx, title, document, revision).insert(tx).await?,
    };
    Ok(read(row)?)
}

/// A draft that is not written yet.
pub(crate) fn new_row(
    ctx: &Ctx,
    tx: &TenantTx,
    title: String,
    document: serde_json::Value,
    revision: i64,
) -> table::ActiveModel {
    let made_by = db::audit::who(ctx.actor()).1;
    table::ActiveModel {
        tenant_id: Set(tx.tenant().uuid()),
        id: Set(CalendarChangeId::new(ctx.clock(), ctx.chance()).uuid()),
        title: Set(title),
        state: Set(ChangeState::Draft.key().to_owned()),
        document: Set(document),
        base_revision: Set(revision),
        undo: Set(None),
        made_by: Set(made_by),
        created_at: Set(ctx.now()),
        changed_at: Set(ctx.now()),
        published_at: Set(None),
    }
}

/// An open draft of exactly these edits.
pub(crate) async fn same_draft(
    tx: &TenantTx,
    edits: &Edits,
) -> Result<Option<CalendarChangeId>, Error> {
    let document = serde_json::to_value(edits).unwrap_or_default();
    let row = table::Entity::find()
        .filter(table::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(table::Column::State.eq(ChangeState::Draft.key()))
        .filter(table::Column::Document.eq(document))
        .one(tx)
        .await?;
    Ok(row.map(|row| row.id.into()))
}

/// Throws a draft away. What was published stays in the list.
pub async fn discard(ctx: &Ctx, tx: &TenantTx, id: CalendarChangeId) -> Result<(), Error> {
    ctx.authorize(policy::Action::ChangeCalendar)?;
    let row = find_within(ctx, tx, id).await?;
    if row.state != ChangeState::Draft.key() {
        return Err(Error::Conflict("change-not-draft"));
    }
    table::Entity::delete_by_id((row.tenant_id, row.id)).exec(tx).await?;
    Ok(())
}

/// A change, and whether the calendar is still as it was when it was made.
pub async fn change(
    ctx: &Ctx,
    tx: &TenantTx,
    id: CalendarChangeId,
) -> Result<(Change, bool), Error> {
    ctx.authorize(policy::Action::ReadCalendar)?;
    let change = read(find(tx, id, false).await?)?;
    let is_current = calendar_state::current(tx).await?.revision == change.base_revision;
    Ok((change, is_current))
}

/// Changes, the newest first; those after one of them. One more than `most` when there are more. With the calendar's
/// present revision.
pub async fn changes(
    ctx: &Ctx,
    tx: &TenantTx,
    after: Option<CalendarChangeId>,
    most: u64,
) -> Result<(Vec<Change>, i64), Error> {
    ctx.authorize(policy::Action::ReadCalendar)?;
    let revision = calendar_state::current(tx).await?.revision;
    let mut query = table::Entity::find().filter(table::Column::TenantId.eq(tx.tenant().uuid()));
    if let Some(after) = after {
        query = query.filter(table::Column::Id.lt(after.uuid()));
    }
    // ids are ordered by the time at which they were made
    let rows = query.order_by_desc(table::Column::Id).limit(most + 1).all(tx).await?;
    Ok((rows.into_iter().map(read).collect::<Result<_, _>>()?, revision))
}

pub(crate) async fn find(
    tx: &TenantTx,
    id: CalendarChangeId,
    lock: bool,
) -> Result<table::Model, Error> {
    let mut query = table::Entity::find_by_id((tx.tenant().uuid(), id.uuid()));
    if lock {
        query = query.lock_exclusive();
    }
    query.one(tx).await?.ok_or(Error::NotFound)
}

/// Finds a change for who changes it: one that touches a place elsewhere is not found.
pub(crate) async fn find_within(
    ctx: &Ctx,
    tx: &TenantTx,
    id: CalendarChangeId,
) -> Result<table::Model, Error> {
    let row = find(tx, id, true).await?;
    let is_within = may_change(ctx, tx, &read(row.clone())?.edits).await?;
    if is_within { Ok(row) } else { Err(Error::NotFound) }
}

/// Whether the actor may change everything that these edits touch.
pub async fn may_change(ctx: &Ctx, tx: &TenantTx, edits: &Edits) -> Result<bool, Error> {
    let reach = policy::reach(ctx.actor(), policy::Action::ChangeCalendar);
    if reach == Reach::Everywhere || reach == Reach::Nowhere {
        return Ok(reach == Reach::Everywhere);
    }
    let served = counters(tx).await?;
    Ok(edits.touched().iter().all(|one| reaches(&reach, &served, *one)))
}

/// Whether a right reaches a location, or a counter and its location. Only who may change everything reaches everything.
fn reaches(
    reach: &Reach,
    served: &[Served],
    (location, counter): (Option<LocationId>, Option<CounterId>),
) -> bool {
    let place_of = |id| served.iter().find(|one| one.counter == id).map(|one| one.location);
    let of_counter = counter.map(place_of);
    match (location, of_counter) {
        (None, None) => *reach == Reach::Everywhere,
        (location, of_counter) => {
            location.is_none_or(|place| reach.includes(place))
                && of_counter.is_none_or(|place| place.is_some_and(|place| reach.includes(place)))
        }
    }
}

pub(crate) fn read(row: table::Model) -> Result<Change, Fault> {
    Ok(Change {
        id: row.id.into(),
        title: row.title,
        state: ChangeState::from_key(&row.state),
        edits: json(row.document)?,
        base_revision: row.base_revision,
        made_by: row.made_by.map(Into::into),
        created_at: row.created_at,
        changed_at: row.changed_at,
        published_at: row.published_at,
    })
}

pub(crate) fn check_title(title: &str) -> Result<String, Error> {
    let title = title.trim();
    let fits = (1..=LONGEST_TITLE).contains(&title.chars().count());
    if !fits || title.contains(char::is_control) {
        let limit = u32::try_from(LONGEST_TITLE).ok();
        return Err(Error::BadInput { field: "title", reason: "change-title", limit });
    }
    Ok(title.to_owned())
}

/// Refuses edits that cannot be used.
pub(crate) async fn check(ctx: &Ctx, tx: &TenantTx, edits: &Edits) -> Result<(), Error> {
    let wrong = |reason, limit| Error::BadInput { field: "edits", reason, limit };
    if edits.count() == 0 {
        return Err(wrong("change-empty", None));
    }
    if edits.count() > MAX_EDITS {
        return Err(wrong("change-large", u32::try_from(MAX_EDITS).ok()));
    }
    let served = counters(tx).await?;
    let reach = policy::reach(ctx.actor(), policy::Action::ChangeCalendar);
    let problems = edits.problems(|location, counter| {
        let fits = |one: &crate::calendar::Served| {
            one.is_active
                && location.is_none_or(|wanted| one.location == wanted)
                && counter.is_none_or(|wanted| one.counter == wanted)
        };
        let is_there = (location, counter) == (None, None) || served.iter().any(fits);
        is_there && reaches(&reach, &served, (location, counter))
    });
    if problems.is_empty() { Ok(()) } else { Err(Error::Edits(problems)) }
}
