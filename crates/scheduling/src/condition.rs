//! Whether citizens find free times at all, for the operator: a count of days.

use chrono::{Days, NaiveDate};
use db::{Fault, TenantTx};
use kernel::{Ctx, policy::Action};
use sea_orm::ConnectionTrait;

use crate::Error;

/// Days that are looked at.
pub const DAYS_AHEAD: u64 = 14;

/// On how many of the next fourteen days at least one counter has a free moment.
pub async fn free_days(ctx: &Ctx, tx: &TenantTx, today: NaiveDate) -> Result<i64, Error> {
    ctx.authorize(Action::ReadPlatform)?;
    let last = today.checked_add_days(Days::new(DAYS_AHEAD)).unwrap_or(today);
    let text = "SELECT count(DISTINCT day) AS days FROM day_map
      WHERE tenant_id = $1 AND day > $2 AND day <= $3 AND (open & ~busy) <> repeat('0', 300)::bit(300)";
    let row = tx.query_one_raw(tx.statement(text, [today.into(), last.into()])).await;
    let row = row.map_err(Fault::from)?;
    let days = row.map(|row| row.try_get::<i64>("", "days")).transpose().map_err(Fault::from)?;
    Ok(days.unwrap_or_default())
}
