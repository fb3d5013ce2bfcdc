//! Writing day maps from rules. A change of opening hours rewrites `open` only; booked times stay booked.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use db::TenantTx;
use kernel::{CounterId, Ctx, policy};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use tenant::Municipality;

use crate::{
    Error,
    catalogue::json,
    model::{
        opening::{Closure, LocalDay, OpeningRule, open_ticks},
        ticks::Ticks,
    },
    store::{
        day_maps,
        offer::{closure, counter, location, opening_rule},
    },
    today,
};

/// Writes the opening of each counter and day from today until the horizon. Returns how many days changed.
pub async fn extend_calendar(ctx: &Ctx, tx: &TenantTx, town: &Municipality) -> Result<u64, Error> {
    ctx.authorize(policy::Action::RunJobs)?;
    let tenant = tx.tenant().uuid();
    let counters =
        counter::Entity::find().filter(counter::Column::TenantId.eq(tenant)).all(tx).await?;
    let places =
        location::Entity::find().filter(location::Column::TenantId.eq(tenant)).all(tx).await?;
    let rules = rules(tx).await?;
    let closures = closures(tx).await?;
    let from = today(ctx, town);
    let horizon = u64::from(town.settings.booking.horizon_days);
    let to = from.checked_add_days(Days::new(horizon)).unwrap_or(from);

    let ids: Vec<CounterId> = counters.iter().map(|row| row.id.into()).collect();
    let known: HashMap<(CounterId, NaiveDate), Ticks> =
        day_maps::load(tx, &ids, from, to, ctx.now())
            .await?
            .into_iter()
            .map(|map| ((map.counter, map.day), map.open))
            .collect();
    let mut changed = Vec::new();
    for row in &counters {
        let (counter, location) = (row.id.into(), row.location_id.into());
        let served = row.active && places.iter().any(|p| p.id == row.location_id && p.active);
        for date in from.iter_days().take_while(|date| *date <= to) {
            let day = LocalDay::new(date, town.zone());
            let open = if served {
                open_ticks(counter, location, &rules, &closures, day)
            } else {
                Ticks::default()
            };
            if known.get(&(counter, date)) != Some(&open) {
                changed.push((counter, location, date, open));
            }
        }
    }
    // in the order in which claims lock day maps
    changed.sort_by_key(|(counter, _, date, _)| (*counter, *date));
    day_maps::write_openings(tx, &changed).await?;
    Ok(changed.len() as u64)
}

async fn rules(tx: &TenantTx) -> Result<Vec<OpeningRule>, Error> {
    let rows = opening_rule::Entity::find()
        .filter(opening_rule::Column::TenantId.eq(tx.tenant().uuid()))
        .all(tx)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(OpeningRule {
                counter: row.counter_id.into(),
                weekday: row.weekday.unsigned_abs(),
                from: row.from_minute.unsigned_abs(),
                to: row.to_minute.unsigned_abs(),
                breaks: json(row.breaks)?,
                valid_from: row.valid_from,
                valid_to: row.valid_to,
            })
        })
        .collect()
}

async fn closures(tx: &TenantTx) -> Result<Vec<Closure>, Error> {
    let rows = closure::Entity::find()
        .filter(closure::Column::TenantId.eq(tx.tenant().uuid()))
        .all(tx)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Closure {
            location: row.location_id.map(Into::into),
            counter: row.counter_id.map(Into::into),
            from: row.from_day,
            to: row.to_day,
        })
        .collect())
}
