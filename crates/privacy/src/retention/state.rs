//! How far deletion has come: per category, when it was last gone through and when the oldest row that is left is due.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use db::{Fault, SystemTx, TenantTx, ledger};
use kernel::{Ctx, policy::Action, retention::Category};
use sea_orm::{ColumnTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, Statement};
use tenant::Retention;

use super::{
    rows::state,
    schedule::{Place, SCHEDULE, rule},
};
use crate::{DutyError, notice::permit};

/// How far deletion has come in one category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// What is deleted.
    pub category: Category,
    /// When it was last gone through to its end or to the most that one round may do.
    pub ran_at: DateTime<Utc>,
    /// When the oldest row that is left is due. In the past: it is overdue.
    pub next_due_at: DateTime<Utc>,
    /// What was deleted and is in no receipt yet.
    pub deleted: u64,
}

impl State {
    /// For how long something should have been deleted by now.
    pub fn overdue(&self, now: DateTime<Utc>) -> TimeDelta {
        (now - self.next_due_at).max(TimeDelta::zero())
    }
}

/// What was found when it was looked whether erasures at people's wish had left anything.
pub async fn erasure_checks(ctx: &Ctx, tx: &TenantTx) -> Result<ledger::Checks, DutyError> {
    ctx.authorize(Action::ReadRetention)?;
    Ok(ledger::checks(tx).await?)
}

/// Begins to keep account of a municipality: whatever comes in from now on is due after its period, whether or not anybody
/// ever looks. Again, it changes nothing.
pub async fn begin(ctx: &Ctx, tx: &TenantTx, retention: &Retention) -> Result<(), Fault> {
    permit(ctx, Action::RunJobs)?;
    for rule in SCHEDULE.iter().filter(|rule| rule.place == Place::Database) {
        let due = rule.period(retention).after(ctx.now());
        tx.run(
            "INSERT INTO retention_state (tenant_id, category, ran_at, next_due_at, deleted, receipt)
             VALUES ($1, $2, $3, $4, 0, 0) ON CONFLICT (tenant_id, category) DO NOTHING",
            [
                rule.category.key().into(),
                ctx.now().into(),
                due.into(),
            ],
        )
        .await?;
    }
    Ok(())
}

/// Writes down what a batch deleted, in the transaction of the batch, and since when the oldest row that is left waits.
pub async fn note(
    ctx: &Ctx,
    tx: &TenantTx,
    category: Category,
    retention: &Retention,
    deleted: u64,
    oldest: Option<DateTime<Utc>>,
) -> Result<(), Fault> {
    permit(ctx, Action::RunJobs)?;
    // nothing that comes in from now on is due earlier than this
    let since = oldest.unwrap_or(ctx.now()).min(ctx.now());
    let due = rule(category).period(retention).after(since);
    tx.run(
        "INSERT INTO retention_state (tenant_id, category, ran_at, next_due_at, deleted, receipt)
         VALUES ($1, $2, $3, $4, $5, 0)
         ON CONFLICT (tenant_id, category) DO UPDATE
            SET ran_at = excluded.ran_at, next_due_at = excluded.next_due_at,
                deleted = retention_state.deleted + excluded.deleted",
        [
            category.key().into(),
            ctx.now().trunc_subsecs(6).into(),
            due.into(),
            i64::try_from(deleted).unwrap_or(i64::MAX).into(),
        ],
    )
    .await?;
    Ok(())
}

/// How far deletion has come in each category that was gone through, in the order of the schedule.
pub async fn states(ctx: &Ctx, tx: &TenantTx) -> Result<Vec<State>, DutyError> {
    ctx.authorize(Action::ReadRetention)?;
    let rows = state::Entity::find()
        .filter(state::Column::TenantId.eq(tx.tenant().uuid()))
        .all(tx)
        .await
        .map_err(Fault::from)?;
    let mut found: Vec<State> = rows
        .into_iter()
        .filter_map(|row| {
            Some(State {
                category: Category::from_key(&row.category)?,
                ran_at: row.ran_at,
                next_due_at: row.next_due_at,
                deleted: row.deleted.unsigned_abs(),
            })
        })
        .collect();
    found.sort_by_key(|state| state.category);
    Ok(found)
}

/// Per category, when the oldest row of any municipality is due. For monitoring: it names no municipality.
pub async fn overdue(
    tx: &SystemTx,
    now: DateTime<Utc>,
) -> Result<Vec<(Category, TimeDelta)>, Fault> {
    #[derive(FromQueryResult)]
    struct Oldest {
        category: String,
        due: DateTime<Utc>,
    }
    let text = "SELECT category, min(next_due_at) AS due FROM retention_state GROUP BY category";
    let rows = Oldest::find_by_statement(Statement::from_string(DbBackend::Postgres, text))
        .all(tx)
        .await?;
    let late = |row: Oldest| {
        let category = Category::from_key(&row.category)?;
        Some((category, (now - row.due).max(TimeDelta::zero())))
    };
    let mut found: Vec<_> = rows.into_iter().filter_map(late).collect();
    found.sort_by_key(|(category, _)| *category);
    Ok(found)
}
