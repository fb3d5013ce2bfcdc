//! Which times are free.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use db::TenantTx;
use kernel::{CounterId, Ctx, LocationId, policy};
use tenant::Municipality;

use crate::{
    Availability, AvailabilityQuery, Catalogue, Day, Error, Item, MAX_DAYS, Start, catalogue,
    model::{
        availability::{Window, day},
        visit::Visit,
    },
    store::day_maps,
};

/// The free times of a range of days, and for each day without any, why.
pub async fn availability(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    query: &AvailabilityQuery,
) -> Result<Availability, Error> {
    ctx.authorize(policy::Action::ReadPublic)?;
    let catalogue = catalogue(ctx, tx).await?;
    let (visit, places) = query.resolve(&catalogue)?;
    let days = days(ctx, tx, town, &catalogue, &visit, &places, query.from, query.to).await?;
    Ok(Availability { duration_minutes: visit.minutes(), days })
}

impl AvailabilityQuery {
    /// Refuses what cannot be asked, without looking for times.
    pub fn check(&self, catalogue: &Catalogue) -> Result<(), Error> {
        self.resolve(catalogue).map(|_| ())
    }

    fn resolve(&self, catalogue: &Catalogue) -> Result<(Visit, Vec<LocationId>), Error> {
        let wrong = |field, reason, limit| Error::BadInput { field, reason, limit };
        if self.to < self.from {
            return Err(wrong("to", "range-order", None));
        }
        if (self.to - self.from).num_days() >= i64::from(MAX_DAYS) {
            return Err(wrong("to", "range-long", Some(MAX_DAYS)));
        }
        let visit = Visit::check(catalogue, &self.items)?;
        let places = visit.places(catalogue, self.locations.as_deref())?;
        Ok((visit, places))
    }
}

/// The first free time from a day on, up to the last released day.
pub async fn next_free(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    items: &[Item],
    locations: Option<&[LocationId]>,
    from: NaiveDate,
) -> Result<Option<Start>, Error> {
    ctx.authorize(policy::Action::ReadPublic)?;
    let catalogue = catalogue(ctx, tx).await?;
    let visit = Visit::check(&catalogue, items)?;
    let places = visit.places(&catalogue, locations)?;
    let window = Window::new(ctx.now(), town.zone(), &town.settings.booking);
    let mut from = from.max(window.today);
    // Usually the first fortnight has it; only a booked-out calendar is read to its end.
    while from <= window.last_day {
        let to = from.checked_add_days(Days::new(13)).unwrap_or(from).min(window.last_day);
        let days = days(ctx, tx, town, &catalogue, &visit, &places, from, to).await?;
        if let Some(start) = days.into_iter().find_map(|day| day.starts.into_iter().next()) {
            return Ok(Some(start));
        }
        from = to.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
    }
    Ok(None)
}

#[expect(clippy::too_many_arguments, reason = "the checked parts of a query, read in one place")]
async fn days(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    catalogue: &Catalogue,
    visit: &Visit,
    places: &[LocationId],
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Day>, Error> {
    let booking = &town.settings.booking;
    let window = Window::new(ctx.now(), town.zone(), booking);
    let counters: Vec<CounterId> = places
        .iter()
        .flat_map(|place| catalogue.counters_for(*place, &visit.items))
        .map(|counter| counter.id)
        .collect();
    let maps = day_maps::load(tx, &counters, from, to.min(window.last_day), ctx.now()).await?;
    let mut by_day: HashMap<NaiveDate, Vec<&day_maps::DayMap>> = HashMap::new();
    for map in &maps {
        by_day.entry(map.day).or_default().push(map);
    }
    Ok(from
        .iter_days()
        .take_while(|date| *date <= to)
        .map(|date| {
            let maps = by_day.get(&date).map(Vec::as_slice).unwrap_or_default();
            day(date, town.zone(), maps, window, visit.ticks, booking.raster_minutes, places)
        })
        .collect())
}
