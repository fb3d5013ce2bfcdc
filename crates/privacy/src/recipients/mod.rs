//! Changes of recipients and sub-processors (Art. 28(2) GDPR): the operator announces them with their day, the municipality
//! may object until then, and on the day they come into force together with a new version of the notice. Where an objection
//! stands, nothing comes into force.
//!
//! A municipality that is not served yet has nobody whose data could go anywhere: its file says who its recipients are.

mod file;
mod store;

use chrono::{DateTime, Days, NaiveDate, Utc};
use db::{Fault, TenantTx, audit};
use kernel::{Ctx, RecipientChangeId, policy::Action, spoken};
use serde_json::json;
use tenant::{Municipality, RecipientRole};

pub use file::admitted;

use crate::{
    DutyError, NoticeFacts,
    notice::{self, permit},
};

/// Days between an announcement and its day, at least, whatever the operator has set up: who objects must be able to ask
/// and decide first.
pub const LEAST_DAYS: u32 = 14;
/// Letters of an objection.
const REASON: std::ops::RangeInclusive<usize> = 5..=500;

/// What happens to a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It begins to get data.
    Add,
    /// It gets none any more.
    Remove,
}

impl Kind {
    /// The word in the database.
    pub fn key(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Remove => "remove",
        }
    }
}

/// What is announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// What happens.
    pub kind: Kind,
    /// What the recipient does.
    pub role: RecipientRole,
    /// Company.
    pub name: String,
    /// Street and number.
    pub street: String,
    /// Postcode.
    pub postal_code: String,
    /// Town.
    pub city: String,
    /// Date of the contract (Art. 28(4) GDPR).
    pub contract_on: NaiveDate,
    /// What it gets data for, or why it ends.
    pub purpose: String,
    /// Where the data are processed.
    pub place: String,
    /// Through which host a channel reaches it; empty where there is none.
    pub host: String,
    /// From which day on.
    pub effective_on: NaiveDate,
}

/// An objection of the municipality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: String,
}

/// An announced change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its id.
    pub id: RecipientChangeId,
    /// What was announced.
    pub what: Announcement,
    /// When.
    pub announced_at: DateTime<Utc>,
    /// The municipality's objection, while it stands.
    pub objection: Option<Objection>,
    /// When the operator took the announcement back.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// When it came into force.
    pub took_effect_at: Option<DateTime<Utc>>,
}

/// How far a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It comes into force on its day.
    Coming,
    /// An objection stands: it does not come into force.
    Objected,
    /// It was taken back.
    Withdrawn,
    /// It is in force.
    InForce,
}

impl Change {
    /// How far it is.
    pub fn stage(&self) -> Stage {
        match (self.took_effect_at, self.withdrawn_at, &self.objection) {
            (Some(_), ..) => Stage::InForce,
            (None, Some(_), _) => Stage::Withdrawn,
            (None, None, Some(_)) => Stage::Objected,
            (None, None, None) => Stage::Coming,
        }
    }

    fn is_pending(&self) -> bool {
        matches!(self.stage(), Stage::Coming | Stage::Objected)
    }

    fn is_about(&self, role: RecipientRole, name: &str) -> bool {
        self.what.role == role && self.what.name == name
    }
}

/// Announces a change, `notice_days` before its day at the earliest. Whoever calls this tells the municipality.
pub async fn announce(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    notice_days: u32,
    what: &Announcement,
) -> Result<Change, DutyError> {
    ctx.authorize(Action::ConfigureTenant)?;
    if !is_served_or_was(tx).await? {
        return Err(wrong("name", "recipients-draft"));
    }
    let what = checked(ctx, town, notice_days, what)?;
    let pending = store::pending(tx).await?;
    if pending.iter().any(|change| change.is_about(what.role, &what.name)) {
        return Err(wrong("name", "recipients-announced"));
    }
    let change = Change {
        id: RecipientChangeId::new(ctx.clock(), ctx.chance()),
        what,
        announced_at: ctx.now(),
        objection: None,
        withdrawn_at: None,
        took_effect_at: None,
    };
    store::insert(tx, &change).await?;
    note(ctx, tx, "recipients.announce", &change).await?;
    Ok(change)
}

fn checked(
    ctx: &Ctx,
    town: &Municipality,
    notice_days: u32,
    what: &Announcement,
) -> Result<Announcement, DutyError> {
    let mut what = what.clone();
    what.host = what.host.trim().to_lowercase();
    for (field, text, most) in [
        ("name", &mut what.name, 200),
        ("street", &mut what.street, 200),
        ("postalCode", &mut what.postal_code, 20),
        ("city", &mut what.city, 200),
        ("purpose", &mut what.purpose, 500),
        ("place", &mut what.place, 200),
    ] {
        *text = text.trim().to_owned();
        if !(1..=most).contains(&text.chars().count()) || text.contains(char::is_control) {
            return Err(wrong(field, "recipients-text"));
        }
    }
    let today = spoken::local_day(ctx.now(), town.zone());
    let days = Days::new(notice_days.max(LEAST_DAYS).into());
    if today.checked_add_days(days).is_none_or(|earliest| what.effective_on < earliest) {
        return Err(wrong("effectiveOn", "recipients-too-soon"));
    }
    if what.contract_on > what.effective_on {
        return Err(wrong("contractOn", "recipients-contract"));
    }
    let is_in_force = in_force(town, &what).is_some();
    match what.kind {
        Kind::Add if is_in_force => Err(wrong("name", "recipients-in-force")),
        Kind::Remove if !is_in_force => Err(wrong("name", "recipients-unknown")),
        Kind::Remove if is_still_needed(town, &what) => Err(wrong("name", "recipients-needed")),
        _ => Ok(what),
    }
}

fn in_force<'a>(town: &'a Municipality, what: &Announcement) -> Option<&'a tenant::Recipient> {
    let mut all = town.recipients.iter();
    all.find(|recipient| recipient.role == what.role && recipient.name == what.name)
}

/// Whether the service could not do without a recipient: somebody operates it, and an open channel needs its provider.
fn is_still_needed(town: &Municipality, what: &Announcement) -> bool {
    let others = |role: RecipientRole| {
        town.recipients.iter().any(|one| one.role == role && one.name != what.name)
    };
    let has = |role: RecipientRole| {
        if role == what.role { others(role) } else { town.has_recipient(role) }
    };
    let relays = has(RecipientRole::Email) || has(RecipientRole::Hosting);
    !has(RecipientRole::Operator)
        || (town.settings.mail.enabled && !relays)
        || (town.settings.sms.enabled && !has(RecipientRole::Sms))
}

/// Takes an announcement back. Again, it changes nothing.
pub async fn withdraw(
    ctx: &Ctx,
    tx: &TenantTx,
    id: RecipientChangeId,
) -> Result<Change, DutyError> {
    ctx.authorize(Action::ConfigureTenant)?;
    let change = store::lock(tx, id).await?.ok_or(DutyError::NotFound)?;
    match change.stage() {
        Stage::Withdrawn => return Ok(change),
        Stage::InForce => return Err(wrong("id", "recipients-too-late")),
        Stage::Coming | Stage::Objected => {}
    }
    tx.run(
        "UPDATE recipient_change SET withdrawn_at = $3 WHERE tenant_id = $1 AND id = $2",
        [id.uuid().into(), ctx.now().into()],
    )
    .await?;
    note(ctx, tx, "recipients.withdraw", &change).await?;
    Ok(Change { withdrawn_at: Some(ctx.now()), ..change })
}

/// Objects to a change: it does not come into force while the objection stands.
pub async fn object(
    ctx: &Ctx,
    tx: &TenantTx,
    id: RecipientChangeId,
    reason: &str,
) -> Result<Change, DutyError> {
    ctx.authorize(Action::ObjectToRecipients)?;
    let reason = reason.trim();
    if !REASON.contains(&reason.chars().count()) || reason.contains(char::is_control) {
        return Err(wrong("reason", "recipients-reason"));
    }
    let change = store::lock(tx, id).await?.ok_or(DutyError::NotFound)?;
    if !change.is_pending() {
        return Err(wrong("id", "recipients-too-late"));
    }
    tx.run(
        "UPDATE recipient_change SET objected_at = $3, objection = $4 WHERE tenant_id = $1 AND id = $2",
        [id.uuid().into(), ctx.now().into(), reason.to_owned().into()],
    )
    .await?;
    note(ctx, tx, "recipients.object", &change).await?;
    Ok(Change { objection: Some(Objection { at: ctx.now(), reason: reason.to_owned() }), ..change })
}

/// Takes an objection back. When the day of the change is over, it comes into force at once.
pub async fn accept(ctx: &Ctx, tx: &TenantTx, id: RecipientChangeId) -> Result<Change, DutyError> {
    ctx.authorize(Action::ObjectToRecipients)?;
    let change = store::lock(tx, id).await?.ok_or(DutyError::NotFound)?;
    if change.stage() != Stage::Objected {
        return Ok(change);
    }
    tx.run(
        "UPDATE recipient_change SET objected_at = NULL, objection = NULL WHERE tenant_id = $1 AND id = $2",
        [id.uuid().into()],
    )
    .await?;
    note(ctx, tx, "recipients.accept", &change).await?;
    Ok(Change { objection: None, ..change })
}

/// All announced changes, the newest first.
pub async fn list(ctx: &Ctx, tx: &TenantTx) -> Result<Vec<Change>, DutyError> {
    ctx.authorize(Action::ReadRecord)?;
    Ok(store::all(tx).await?)
}

/// What will change for the people whose data it is, the next first.
pub async fn coming(ctx: &Ctx, tx: &TenantTx) -> Result<Vec<Change>, Fault> {
    permit(ctx, Action::ReadPublic)?;
    let mut coming = store::pending(tx).await?;
    coming.retain(|change| change.stage() == Stage::Coming);
    Ok(coming)
}

/// Lets those changes come into force whose day has come, and the notice with them. Returns how many.
pub async fn take_effect(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    facts: &NoticeFacts,
) -> Result<u64, DutyError> {
    ctx.authorize(Action::RunJobs)?;
    let today = spoken::local_day(ctx.now(), town.zone());
    let mut done = 0;
    for change in coming(ctx, tx).await? {
        if change.what.effective_on > today {
            continue;
        }
        let Some(now) = tenant::municipality(ctx, tx).await.map_err(store::fault)? else { break };
        if change.what.kind == Kind::Remove && is_still_needed(&now, &change.what) {
            tracing::warn!(tenant = town.slug, "a recipient is still needed beyond its last day");
            continue;
        }
        if store::put_into_force(tx, change.id, today, ctx.now()).await? {
            note(ctx, tx, "recipients.take-effect", &change).await?;
            done += 1;
        }
    }
    if done > 0
        && let Some(now) = tenant::municipality(ctx, tx).await.map_err(store::fault)?
    {
        notice::publish_on_its_day(ctx, tx, &now, facts).await?;
        tenant::tell_directories(tx).await?;
    }
    Ok(done)
}

/// Whether people's data may already have gone to its recipients.
async fn is_served_or_was(tx: &TenantTx) -> Result<bool, Fault> {
    Ok(tenant::state(tx).await?.is_some_and(|state| state != tenant::State::Draft))
}

fn wrong(field: &'static str, reason: &'static str) -> DutyError {
    DutyError::BadInput { field, reason }
}

/// Companies are no persons: the trail names them.
async fn note(ctx: &Ctx, tx: &TenantTx, action: &str, change: &Change) -> Result<(), DutyError> {
    let object_id = Some(change.id.uuid());
    let act = audit::Act { action, object: "recipient", object_id };
    let details = json!({ "recipient": change.what.name, "starts": change.what.effective_on });
    Ok(audit::append(ctx, tx, act, details).await?)
}
