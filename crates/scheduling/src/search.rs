//! A checked question about free times, and what the database has for it.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use db::{Call, Db};
use kernel::{Ctx, LocationId};
use tenant::Municipality;
use uuid::Uuid;

use crate::{
    Catalogue, Day, Error,
    model::{
        availability::{CounterDay, Window, day},
        catalogue::Counter,
        channel::Way,
        opening::LocalDay,
        rules::RuleBook,
        ticks::Shape,
        visit::Visit,
    },
    store::{
        day_maps::{self, DayMap},
        rule_book,
    },
};

/// A checked question, before the days.
pub(crate) struct Search<'a> {
    pub(crate) ctx: &'a Ctx,
    pub(crate) db: &'a Db,
    pub(crate) town: &'a Municipality,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) visit: Visit,
    pub(crate) places: Vec<LocationId>,
    pub(crate) way: Way,
}

/// What the database has of some days.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    maps: HashMap<NaiveDate, Vec<DayMap>>,
    /// What contingents leave to the channel, in ticks, on the days on which they bind.
    room: HashMap<(LocationId, NaiveDate), u32>,
}

impl Loaded {
    /// Adds other days.
    pub(crate) fn extend(&mut self, other: Self) {
        self.maps.extend(other.maps);
        self.room.extend(other.room);
    }
}

impl Search<'_> {
    pub(crate) fn window(&self) -> Window {
        Window::of(self.way, self.ctx.now(), self.town, &self.visit)
    }

    pub(crate) fn shape(&self) -> Shape {
        self.visit.shape(&self.town.settings.booking)
    }

    /// The counters of some places that can serve the visit, in the order of places.
    pub(crate) fn able(&self, places: &[LocationId]) -> Vec<&Counter> {
        let here = |place: &LocationId| self.catalogue.counters_for(*place, &self.visit.items);
        places.iter().flat_map(here).collect()
    }

    /// Each day of a range. One flush.
    pub(crate) async fn days(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<Day>, Error> {
        let loaded = self.load(from, to.min(self.window().last_day)).await?;
        let days = from.iter_days().take_while(|date| *date <= to);
        Ok(days.map(|date| self.day(&loaded, date, &self.places)).collect())
    }

    /// What the database has of the days. One flush.
    pub(crate) async fn load(&self, from: NaiveDate, to: NaiveDate) -> Result<Loaded, Error> {
        Ok(self.ask(from, to, None).await?.0)
    }

    /// The same with the rules that decide what is open until another day. One flush.
    pub(crate) async fn load_with_rules(
        &self,
        from: NaiveDate,
        to: NaiveDate,
        rules_to: NaiveDate,
    ) -> Result<(Loaded, RuleBook), Error> {
        self.ask(from, to, Some(rules_to)).await
    }

    async fn ask(
        &self,
        from: NaiveDate,
        to: NaiveDate,
        rules_to: Option<NaiveDate>,
    ) -> Result<(Loaded, RuleBook), Error> {
        let now: DateTime<Utc> = self.ctx.now();
        let bound = self.bound(from, to);
        let able = self.able(&self.places).into_iter().map(|counter| counter.id.uuid());
        // a contingent is a part of all that is open at the place, whoever is able to do this visit
        let all = bound.iter().flat_map(|place| self.catalogue.counters_at(*place));
        let mut counters: Vec<Uuid> = able.chain(all).collect();
        counters.sort_unstable();
        counters.dedup();
        let locations: Vec<Uuid> = bound.iter().map(|place| place.uuid()).collect();
        let (channel, last_rule) = (self.way.channel.key(), rules_to.unwrap_or(to));

        let days: [&(dyn db::wire::ToSql + Sync); 2] = [&from, &last_rule];
        let maps: [&(dyn db::wire::ToSql + Sync); 4] = [&counters, &from, &to, &now];
        let filled: [&(dyn db::wire::ToSql + Sync); 5] = [&locations, &channel, &from, &to, &now];
        let mut calls: Vec<Call<'_>> = vec![(day_maps::MAPS, &maps)];
        if rules_to.is_some() {
            calls.push((rule_book::RULES, &days));
            calls.push((rule_book::EXCEPTIONS, &days));
            calls.push((rule_book::CLOSURES, &days));
        }
        if !bound.is_empty() {
            calls.push((day_maps::FILLED, &filled));
        }
        let mut answers = self.db.read_all(self.ctx, &calls).await?.into_iter();
        let maps = day_maps::read_maps(&answers.next().unwrap_or_default())?;
        let book = if rules_to.is_some() {
            let mut rows = || answers.next().unwrap_or_default();
            let (rules, exceptions, closures) = (rows(), rows(), rows());
            rule_book::from_rows(&rules, &exceptions, &closures)?
        } else {
            RuleBook::default()
        };
        let filled = day_maps::read_filled(&answers.next().unwrap_or_default())?;

        let mut loaded = Loaded::default();
        for map in maps {
            loaded.maps.entry(map.day).or_default().push(map);
        }
        loaded.room = self.room(&loaded.maps, &filled, &bound, from, to);
        Ok((loaded, book))
    }

    fn percent(&self, place: LocationId, date: NaiveDate) -> Option<u32> {
        let (now, zone) = (self.ctx.now(), self.town.zone());
        self.catalogue.percent(place, self.way.channel, date, now, zone)
    }

    /// The places whose contingent binds on one of the days.
    fn bound(&self, from: NaiveDate, to: NaiveDate) -> Vec<LocationId> {
        let days = || from.iter_days().take_while(|date| *date <= to);
        let binds = |place: &LocationId| days().any(|date| self.percent(*place, date).is_some());
        self.places.iter().copied().filter(binds).collect()
    }

    fn room(
        &self,
        maps: &HashMap<NaiveDate, Vec<DayMap>>,
        filled: &HashMap<(LocationId, NaiveDate), u32>,
        bound: &[LocationId],
        from: NaiveDate,
        to: NaiveDate,
    ) -> HashMap<(LocationId, NaiveDate), u32> {
        let mut room = HashMap::new();
        for place in bound {
            let here = self.catalogue.counters_at(*place);
            for date in from.iter_days().take_while(|date| *date <= to) {
                let Some(percent) = self.percent(*place, date) else { continue };
                let maps = maps.get(&date).into_iter().flatten();
                let open: u32 = maps
                    .filter(|map| here.contains(&map.counter.uuid()))
                    .map(|map| map.open.or(map.open_phone).count())
                    .sum();
                let used = filled.get(&(*place, date)).copied().unwrap_or_default();
                room.insert((*place, date), (open * percent / 100).saturating_sub(used));
            }
        }
        room
    }

    /// The counters' days at some places, in their order, so that times of one place stay together.
    pub(crate) fn counters<'l>(
        &self,
        loaded: &'l Loaded,
        date: NaiveDate,
        places: &[LocationId],
    ) -> Vec<CounterDay<'l>> {
        let maps = loaded.maps.get(&date).map(Vec::as_slice).unwrap_or_default();
        self.able(places)
            .into_iter()
            .filter_map(|counter| {
                let map = maps.iter().find(|map| map.counter == counter.id)?;
                Some(CounterDay { place: counter.location, team: counter.team, map })
            })
            .collect()
    }

    /// One of the loaded days at some places.
    pub(crate) fn day(&self, loaded: &Loaded, date: NaiveDate, places: &[LocationId]) -> Day {
        let counters = self.counters(loaded, date, places);
        let local = LocalDay::new(date, self.town.zone());
        let left = |place| loaded.room.get(&(place, date)).copied();
        day(local, &counters, self.way.channel, self.window(), self.shape(), left)
    }
}
