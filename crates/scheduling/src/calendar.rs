//! Writing day maps from rules. A change of opening hours rewrites what is open only; booked times stay booked.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use db::TenantTx;
use kernel::{CounterId, Ctx, LocationId, policy};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use tenant::Municipality;

use crate::{
    Error,
    model::{
        opening::LocalDay,
        rules::{Openings, RuleBook},
    },
    store::{
        calendar_state,
        day_maps::{self, Opened},
        offer::{counter, location},
        rule_book,
    },
    today,
};

/// Writes the opening of each counter and day from today until the horizon. Returns how many days changed.
pub async fn extend_calendar(ctx: &Ctx, tx: &TenantTx, town: &Municipality) -> Result<u64, Error> {
    ctx.authorize(policy::Action::RunJobs)?;
    // whoever publishes other rules in this moment waits, or is waited for: the old ones are never written over them
    calendar_state::lock(tx).await?;
    let rules = rule_book::read(tx).await?;
    let changed = changed_days(ctx, tx, town, &rules).await?;
    day_maps::write_openings(tx, &changed).await?;
    Ok(changed.len() as u64)
}

/// From today to the last day of the horizon.
pub(crate) fn horizon(ctx: &Ctx, town: &Municipality) -> (NaiveDate, NaiveDate) {
    let from = today(ctx, town);
    let days = Days::new(town.settings.booking.horizon_days.into());
    (from, from.checked_add_days(days).unwrap_or(from))
}

/// A counter in service, or one whose calendar must be empty.
pub(crate) struct Served {
    pub(crate) counter: CounterId,
    pub(crate) location: LocationId,
    pub(crate) is_active: bool,
}

/// All counters that ever were.
pub(crate) async fn counters(tx: &TenantTx) -> Result<Vec<Served>, Error> {
    let tenant = tx.tenant().uuid();
    let places =
        location::Entity::find().filter(location::Column::TenantId.eq(tenant)).all(tx).await?;
    let rows = counter::Entity::find().filter(counter::Column::TenantId.eq(tenant)).all(tx).await?;
    let served = rows.into_iter().map(|row| Served {
        counter: row.id.into(),
        location: row.location_id.into(),
        is_active: row.active && places.iter().any(|p| p.id == row.location_id && p.active),
    });
    Ok(served.collect())
}

/// The days within the horizon whose openings by these rules are not what is written, by counter and day.
pub(crate) async fn changed_days(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    rules: &RuleBook,
) -> Result<Vec<Opened>, Error> {
    let (from, to) = horizon(ctx, town);
    let known: HashMap<(CounterId, NaiveDate), Openings> = day_maps::openings(tx, from, to)
        .await?
        .into_iter()
        .map(|(counter, day, open)| ((counter, day), open))
        .collect();
    let mut changed = Vec::new();
    for Served { counter, location, is_active } in counters(tx).await? {
        for date in from.iter_days().take_while(|date| *date <= to) {
            let open = if is_active {
                rules.openings(counter, location, town, LocalDay::new(date, town.zone()))
            } else {
                Openings::default()
            };
            if known.get(&(counter, date)) != Some(&open) {
                changed.push((counter, location, date, open));
            }
        }
    }
    changed.sort_by_key(|(counter, _, date, _)| (*counter, *date));
    Ok(changed)
}
