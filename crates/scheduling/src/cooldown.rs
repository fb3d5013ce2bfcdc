//! Freed times rest for a random while before they are offered again: nobody can give a time up at an agreed second
//! for somebody else to take it.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::Ctx;
use tenant::Municipality;

/// Times within the next day are free at once: people need them, and few would know of them later.
const NO_REST_BEFORE: TimeDelta = TimeDelta::hours(24);

/// Until when a time that is given up now rests. `None`: it is free at once.
pub(crate) fn rests_until(
    ctx: &Ctx,
    town: &Municipality,
    starts_at: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let cooldown = town.settings.booking.cooldown?;
    let span = u64::from(cooldown.max_minutes.saturating_sub(cooldown.min_minutes)) * 60;
    let chosen = u64::from_be_bytes(ctx.random()) % (span + 1);
    let rest = TimeDelta::minutes(cooldown.min_minutes.into())
        + TimeDelta::seconds(i64::try_from(chosen).unwrap_or_default());
    let until = (ctx.now() + rest).min(starts_at - NO_REST_BEFORE);
    (until > ctx.now()).then_some(until)
}
