//! What is done when its time has come: expired times are given back, the past is moved out of the way. What is deleted
//! because it was kept long enough stands in [`crate::expiring`]. Nothing depends on it running on time.

use chrono::Days;
use db::TenantTx;
use kernel::{Ctx, policy};
use tenant::Municipality;

use crate::{Error, store::day_maps, today};

/// Rows of a kind that one round touches at most, so that a round stays short.
const ROUND: i64 = 500;

/// Gives back the times of expired reservations, in a transaction of its own: it locks day maps that people want.
pub async fn release_expired(ctx: &Ctx, tx: &TenantTx) -> Result<u64, Error> {
    ctx.authorize(policy::Action::RunJobs)?;
    Ok(day_maps::free_expired(tx, ctx.now(), ROUND).await?)
}

/// Moves times that are over out of the calendar, one day at a time, the oldest first. Returns how many went; there may
/// be more as long as it is not 0.
pub async fn drop_past(ctx: &Ctx, tx: &TenantTx, town: &Municipality) -> Result<u64, Error> {
    ctx.authorize(policy::Action::RunJobs)?;
    let yesterday = today(ctx, town).checked_sub_days(Days::new(1)).unwrap_or_default();
    let Some(oldest) = day_maps::oldest_day(tx).await?.filter(|day| *day < yesterday) else {
        return Ok(0);
    };
    let after_it = oldest.checked_add_days(Days::new(1)).unwrap_or(yesterday);
    Ok(day_maps::drop_past(tx, ctx.now(), after_it.min(yesterday)).await?)
}
