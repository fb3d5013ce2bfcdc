//! The operator's access to people's data: none, unless an administrator of the municipality has given it for some hours.
//! Each use is written into the trail. In an emergency the glass can be broken, with a reason, and the municipality is told.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use db::{Fault, TenantTx, audit};
use kernel::{AccountId, Actor, Ctx, SupportGrantId, policy::Action};
use sea_orm::{FromQueryResult, Value};
use serde_json::json;
use uuid::Uuid;

use crate::DutyError;

/// The longest that access lasts.
pub const MOST_HOURS: u32 = 72;
/// Letters of a reason.
const REASON: std::ops::RangeInclusive<usize> = 5..=200;

/// How the operator came to have access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An administrator of the municipality gave it.
    Grant,
    /// The operator took it, in an emergency.
    BreakGlass,
}

/// Access that was given or taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupportGrant {
    /// Its id.
    pub id: SupportGrantId,
    /// How it came about.
    pub kind: Kind,
    /// Why.
    pub reason: String,
    /// Who gave it; nobody when it was taken.
    pub granted_by: Option<AccountId>,
    /// When.
    pub granted_at: DateTime<Utc>,
    /// Until when it holds.
    pub expires_at: DateTime<Utc>,
    /// When it was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was last used.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl SupportGrant {
    /// Whether it opens something.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    kind: String,
    reason: String,
    granted_by: Option<Uuid>,
    granted_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
}

impl From<Row> for SupportGrant {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            kind: if row.kind == "grant" { Kind::Grant } else { Kind::BreakGlass },
            reason: row.reason,
            granted_by: row.granted_by.map(Into::into),
            granted_at: row.granted_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            last_used_at: row.last_used_at,
        }
    }
}

/// Gives the operator access for some hours.
pub async fn grant(
    ctx: &Ctx,
    tx: &TenantTx,
    hours: u32,
    reason: &str,
) -> Result<SupportGrant, DutyError> {
    ctx.authorize(Action::GrantSupport)?;
    let Actor::Staff { account, .. } = ctx.actor() else { return Err(DutyError::NotFound) };
    if !(1..=MOST_HOURS).contains(&hours) {
        return Err(DutyError::BadInput { field: "hours", reason: "support-hours" });
    }
    let until = ctx.now() + TimeDelta::hours(hours.into());
    let made = write(ctx, tx, Kind::Grant, reason, Some(*account), until).await?;
    let details = json!({ "hours": hours, "reason": made.reason });
    note(ctx, tx, "support.grant", made.id, details).await?;
    Ok(made)
}

/// Takes access back. Again, it changes nothing.
pub async fn revoke(ctx: &Ctx, tx: &TenantTx, id: SupportGrantId) -> Result<(), DutyError> {
    ctx.authorize(Action::GrantSupport)?;
    let known =
        select(tx, "id = $2", [id.uuid().into()]).await?.pop().ok_or(DutyError::NotFound)?;
    if !known.is_open(ctx.now()) {
        return Ok(());
    }
    tx.run(
        "UPDATE support_grant SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2",
        [id.uuid().into(), ctx.now().into()],
    )
    .await?;
    note(ctx, tx, "support.revoke", id, json!({})).await
}

/// What the operator was given and what it took, the newest first.
pub async fn list(
    ctx: &Ctx,
    tx: &TenantTx,
    after: Option<SupportGrantId>,
    limit: u64,
) -> Result<Vec<SupportGrant>, DutyError> {
    ctx.authorize(Action::ReadSupport)?;
    let after = after.map_or(Uuid::max(), SupportGrantId::uuid);
    let values = [after.into(), db::retention::limit(limit)];
    Ok(select(tx, "id < $2 ORDER BY id DESC LIMIT $3", values).await?)
}

/// Uses the access that the operator has, for a deed of this name. Returns whether it has any.
pub async fn open(ctx: &Ctx, tx: &TenantTx, deed: &str) -> Result<bool, DutyError> {
    ctx.authorize(Action::ConfigureTenant)?;
    let which = "kind = 'grant' AND revoked_at IS NULL AND expires_at > $2 ORDER BY expires_at DESC LIMIT 1";
    let Some(grant) = select(tx, which, [ctx.now().into()]).await?.pop() else { return Ok(false) };
    tx.run(
        "UPDATE support_grant SET last_used_at = $3 WHERE tenant_id = $1 AND id = $2",
        [grant.id.uuid().into(), ctx.now().into()],
    )
    .await?;
    note(ctx, tx, "support.use", grant.id, json!({ "deed": deed })).await?;
    Ok(true)
}

/// Takes access for this one deed without the municipality's leave. Whoever calls this tells the municipality.
pub async fn break_glass(
    ctx: &Ctx,
    tx: &TenantTx,
    deed: &str,
    reason: &str,
) -> Result<SupportGrant, DutyError> {
    ctx.authorize(Action::ConfigureTenant)?;
    let made = write(ctx, tx, Kind::BreakGlass, reason, None, ctx.now()).await?;
    let details = json!({ "deed": deed, "reason": made.reason });
    note(ctx, tx, "support.break-glass", made.id, details).await?;
    Ok(made)
}

async fn write(
    ctx: &Ctx,
    tx: &TenantTx,
    kind: Kind,
    reason: &str,
    by: Option<AccountId>,
    until: DateTime<Utc>,
) -> Result<SupportGrant, DutyError> {
    let reason = reason.trim();
    let fits = REASON.contains(&reason.chars().count()) && !reason.contains(char::is_control);
    if !fits {
        return Err(DutyError::BadInput { field: "reason", reason: "support-reason" });
    }
    let now = ctx.now().trunc_subsecs(6);
    let made = SupportGrant {
        id: SupportGrantId::new(ctx.clock(), ctx.chance()),
        kind,
        reason: reason.to_owned(),
        granted_by: by,
        granted_at: now,
        expires_at: until.max(now),
        revoked_at: None,
        last_used_at: (kind == Kind::BreakGlass).then_some(now),
    };
    tx.run(
        "INSERT INTO support_grant (tenant_id, id, kind, reason, granted_by, granted_at, expires_at, last_used_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        [
            made.id.uuid().into(),
            if kind == Kind::Grant { "grant" } else { "break-glass" }.into(),
            made.reason.clone().into(),
            made.granted_by.map(AccountId::uuid).into(),
            made.granted_at.into(),
            made.expires_at.into(),
            made.last_used_at.into(),
        ],
    )
    .await?;
    Ok(made)
}

async fn note(
    ctx: &Ctx,
    tx: &TenantTx,
    action: &str,
    id: SupportGrantId,
    details: serde_json::Value,
) -> Result<(), DutyError> {
    let act = audit::Act { action, object: "support-grant", object_id: Some(id.uuid()) };
    Ok(audit::append(ctx, tx, act, details).await?)
}

async fn select(
    tx: &TenantTx,
    which: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<SupportGrant>, Fault> {
    let text = format!(
        "SELECT id, kind, reason, granted_by, granted_at, expires_at, revoked_at, last_used_at
           FROM support_grant WHERE tenant_id = $1 AND {which}"
    );
    let rows = Row::find_by_statement(tx.statement(text, values)).all(tx).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}
