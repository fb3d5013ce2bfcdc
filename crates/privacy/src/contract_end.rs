//! The end of a contract (Art. 28(3)(g) GDPR): a deletion is announced, and nothing is deleted before the time that the
//! municipality has to take its data back.

use chrono::{DateTime, TimeDelta, Utc};
use db::{TenantTx, audit};
use kernel::{Ctx, policy::Action};
use sea_orm::FromQueryResult;
use serde_json::json;

use crate::DutyError;

/// How long a municipality has after the announcement.
pub const NOTICE: TimeDelta = TimeDelta::days(30);

/// An announced deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromQueryResult)]
pub struct Ending {
    /// When it was announced.
    pub announced_at: DateTime<Utc>,
    /// From when on the municipality may be deleted.
    pub delete_after: DateTime<Utc>,
}

/// What was announced, if anything.
pub async fn announced(ctx: &Ctx, tx: &TenantTx) -> Result<Option<Ending>, DutyError> {
    ctx.authorize(Action::ConfigureTenant)?;
    known(tx).await
}

/// The same for whoever sees the platform.
pub async fn outlook(ctx: &Ctx, tx: &TenantTx) -> Result<Option<Ending>, DutyError> {
    ctx.authorize(Action::ReadPlatform)?;
    known(tx).await
}

async fn known(tx: &TenantTx) -> Result<Option<Ending>, DutyError> {
    let text = "SELECT announced_at, delete_after FROM tenant_ending WHERE tenant_id = $1";
    Ok(Ending::find_by_statement(tx.statement(text, [])).one(tx).await?)
}

/// Announces that the municipality will be deleted. What was announced before stands.
pub async fn announce(ctx: &Ctx, tx: &TenantTx) -> Result<Ending, DutyError> {
    if let Some(known) = announced(ctx, tx).await? {
        return Ok(known);
    }
    let ending = Ending { announced_at: ctx.now(), delete_after: ctx.now() + NOTICE };
    tx.run(
        "INSERT INTO tenant_ending (tenant_id, announced_at, delete_after) VALUES ($1, $2, $3)",
        [ending.announced_at.into(), ending.delete_after.into()],
    )
    .await?;
    note(ctx, tx, "tenant.announce-deletion").await?;
    Ok(ending)
}

/// Takes the announcement back. Returns whether there was one.
pub async fn withdraw(ctx: &Ctx, tx: &TenantTx) -> Result<bool, DutyError> {
    ctx.authorize(Action::ConfigureTenant)?;
    if tx.run("DELETE FROM tenant_ending WHERE tenant_id = $1", []).await? == 0 {
        return Ok(false);
    }
    note(ctx, tx, "tenant.keep").await?;
    Ok(true)
}

/// Writes down that the operator has handed the data over: at the end of the contract, or while it runs, by leave.
pub async fn note_return(ctx: &Ctx, tx: &TenantTx, ends: bool) -> Result<(), DutyError> {
    ctx.authorize(Action::ConfigureTenant)?;
    let by = if ends { "contract-end" } else { "leave" };
    Ok(audit::append(ctx, tx, act(tx, "tenant.export"), json!({ "by": by })).await?)
}

async fn note(ctx: &Ctx, tx: &TenantTx, action: &str) -> Result<(), DutyError> {
    Ok(audit::append(ctx, tx, act(tx, action), json!({})).await?)
}

fn act<'a>(tx: &TenantTx, action: &'a str) -> audit::Act<'a> {
    audit::Act { action, object: "tenant", object_id: Some(tx.tenant().uuid()) }
}
