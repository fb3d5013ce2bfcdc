//! Whether a municipality's duties are done in time, for the operator: instants and counts.

use chrono::{DateTime, Utc};
use db::{Fault, TenantTx};
use kernel::{Ctx, policy::Action};
use sea_orm::FromQueryResult;

use crate::{DutyError, proof::Verdict};

/// How deletion and proof stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DutyCondition {
    /// Since when something should have been deleted; `None` when nothing is overdue.
    pub overdue_since: Option<DateTime<Utc>>,
    /// When the notice was last held against the running service.
    pub proven_at: Option<DateTime<Utc>>,
    /// How many of its statements did not hold.
    pub violated: usize,
}

#[derive(FromQueryResult)]
struct Due {
    since: Option<DateTime<Utc>>,
}

/// How the duties of the transaction's municipality stand.
pub async fn condition(ctx: &Ctx, tx: &TenantTx) -> Result<DutyCondition, DutyError> {
    ctx.authorize(Action::ReadPlatform)?;
    let text = "SELECT min(next_due_at) FILTER (WHERE next_due_at < $2) AS since
       FROM retention_state WHERE tenant_id = $1";
    let due = Due::find_by_statement(tx.statement(text, [ctx.now().into()])).one(tx).await;
    let due = due.map_err(Fault::from)?;
    let report = crate::proof::read(tx).await?;
    Ok(DutyCondition {
        overdue_since: due.and_then(|due| due.since),
        proven_at: report.as_ref().map(|report| report.at),
        violated: report.map_or(0, |report| report.count(Verdict::Violated)),
    })
}
