//! Which times are free.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use db::Db;
use kernel::{Ctx, LocationId, policy};
use tenant::Municipality;
use uuid::Uuid;

use crate::{
    Availability, AvailabilityQuery, Catalogue, Channel, Day, Error, Item, MAX_DAYS, Start,
    model::{
        availability::{CounterDay, Window, day},
        opening::LocalDay,
        visit::Visit,
    },
    store::day_maps::{self, DayMap},
};

/// The free times of a range of days, and for each day without any, why.
pub async fn availability(
    ctx: &Ctx,
    db: &Db,
    town: &Municipality,
    catalogue: &Catalogue,
    query: &AvailabilityQuery,
) -> Result<Availability, Error> {
    ctx.authorize(policy::Action::ReadPublic)?;
    let (visit, places) = query.resolve(catalogue)?;
    let search = Search { ctx, db, town, catalogue, visit: &visit, places, channel: query.channel };
    let days = search.days(query.from, query.to).await?;
    Ok(Availability { duration_minutes: visit.minutes(), days })
}

impl AvailabilityQuery {
    /// How long the visit takes, without looking for times. Refuses what cannot be asked.
    pub fn duration_minutes(&self, catalogue: &Catalogue) -> Result<u32, Error> {
        self.resolve(catalogue).map(|(visit, _)| visit.minutes())
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
    db: &Db,
    town: &Municipality,
    catalogue: &Catalogue,
    items: &[Item],
    locations: Option<&[LocationId]>,
    from: NaiveDate,
) -> Result<Option<Start>, Error> {
    ctx.authorize(policy::Action::ReadPublic)?;
    let visit = Visit::check(catalogue, items)?;
    let places = visit.places(catalogue, locations)?;
    let search =
        Search { ctx, db, town, catalogue, visit: &visit, places, channel: Channel::Online };
    let window = search.window();
    let mut from = from.max(window.today);
    // Usually the first fortnight has it; only a booked-out calendar is read to its end.
    while from <= window.last_day {
        let to = from.checked_add_days(Days::new(13)).unwrap_or(from).min(window.last_day);
        if let Some(start) = search.days(from, to).await?.iter().find_map(Day::first) {
            return Ok(Some(start));
        }
        from = to.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
    }
    Ok(None)
}

/// A checked question, before the days.
struct Search<'a> {
    ctx: &'a Ctx,
    db: &'a Db,
    town: &'a Municipality,
    catalogue: &'a Catalogue,
    visit: &'a Visit,
    places: Vec<LocationId>,
    channel: Channel,
}

impl Search<'_> {
    fn window(&self) -> Window {
        Window::new(self.ctx.now(), self.town.zone(), &self.town.settings.booking).narrowed(
            self.ctx.now(),
            self.visit.notice_minutes,
            self.visit.horizon_days,
        )
    }

    async fn days(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<Day>, Error> {
        let (window, zone) = (self.window(), self.town.zone());
        let shape = self.visit.shape(&self.town.settings.booking);
        let able: Vec<_> = self
            .places
            .iter()
            .flat_map(|place| self.catalogue.counters_for(*place, &self.visit.items))
            .collect();
        let counters: Vec<Uuid> = able.iter().map(|counter| counter.id.uuid()).collect();
        let last = to.min(window.last_day);
        let maps = day_maps::load(self.ctx, self.db, &counters, from, last).await?;
        let room = self.room(from, last).await?;
        let mut by_day: HashMap<NaiveDate, Vec<&DayMap>> = HashMap::new();
        for map in &maps {
            by_day.entry(map.day).or_default().push(map);
        }
        let one = |date: NaiveDate| {
            let maps = by_day.get(&date).map(Vec::as_slice).unwrap_or_default();
            // in the order of places, so that times of one place stay together
            let counters: Vec<CounterDay<'_>> = able
                .iter()
                .filter_map(|counter| {
                    let map = maps.iter().find(|map| map.counter == counter.id)?;
                    Some(CounterDay { place: counter.location, team: counter.team, map })
                })
                .collect();
            let left = |place| room.get(&(place, date)).copied();
            day(LocalDay::new(date, zone), &counters, self.channel, window, shape, left)
        };
        Ok(from.iter_days().take_while(|date| *date <= to).map(one).collect())
    }

    /// What contingents leave to the channel, in ticks, on the days on which they bind.
    async fn room(
        &self,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<HashMap<(LocationId, NaiveDate), u32>, Error> {
        let mut room = HashMap::new();
        let percent = |place, date| {
            self.catalogue.percent(place, self.channel, date, self.ctx.now(), self.town.zone())
        };
        let days = || from.iter_days().take_while(|date| *date <= to);
        let bound: Vec<LocationId> = self
            .places
            .iter()
            .copied()
            .filter(|place| days().any(|date| percent(*place, date).is_some()))
            .collect();
        if bound.is_empty() {
            return Ok(room);
        }
        // a contingent is a part of all that is open at the place, whoever is able to do this visit
        let counters: Vec<Uuid> =
            bound.iter().flat_map(|place| self.catalogue.counters_at(*place)).collect();
        let maps = day_maps::load(self.ctx, self.db, &counters, from, to).await?;
        let locations: Vec<Uuid> = bound.iter().map(|place| place.uuid()).collect();
        let filled =
            day_maps::filled(self.ctx, self.db, &locations, self.channel, from, to).await?;
        for place in bound {
            let here = self.catalogue.counters_at(place);
            for date in days() {
                let Some(percent) = percent(place, date) else { continue };
                let open: u32 = maps
                    .iter()
                    .filter(|map| map.day == date && here.contains(&map.counter.uuid()))
                    .map(|map| map.open.or(map.open_phone).count())
                    .sum();
                let used = filled
                    .iter()
                    .find(|(location, day, _)| *location == place && *day == date)
                    .map_or(0, |(.., ticks)| *ticks);
                room.insert((place, date), (open * percent / 100).saturating_sub(used));
            }
        }
        Ok(room)
    }
}
