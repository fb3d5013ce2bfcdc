//! A calendar with all around it: why a day has no free time, what else there is, and the next free time of each place.
//! It is read in one flush, in two when nothing is free for a fortnight.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use db::Db;
use kernel::{CounterId, Ctx, LocationId, policy};
use tenant::Municipality;

use crate::{
    Alternative, AvailabilityQuery, Catalogue, Channel, Day, DayState, Error, PlaceHours, Start,
    Why,
    model::{
        availability::{Window, day},
        opening::{LocalDay, wall_clock},
        reason::{Question, walk_in_hours},
        release,
        rules::{Openings, RuleBook},
    },
    search::{Loaded, Search},
};

/// So many days after the last one are read with it: usually one of them has a free time.
const MARGIN: Days = Days::new(14);

/// The calendar of a visit from a day on.
pub struct Outlook<'a> {
    /// Its places are all that can serve the visit.
    search: Search<'a>,
    window: Window,
    /// The places that were asked for.
    asked: Vec<LocationId>,
    loaded: Loaded,
    book: RuleBook,
    from: NaiveDate,
    /// The last day that was read.
    to: NaiveDate,
    /// Each day that was read, at the asked places and at each possible one.
    here: BTreeMap<NaiveDate, Day>,
    firsts: BTreeMap<NaiveDate, Vec<Start>>,
}

impl std::fmt::Debug for Outlook<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outlook")
            .field("from", &self.from)
            .field("to", &self.to)
            .finish_non_exhaustive()
    }
}

/// Looks at the days of the query and around them. Next free times are looked for from its first day on.
pub async fn outlook<'a>(
    ctx: &'a Ctx,
    db: &'a Db,
    town: &'a Municipality,
    catalogue: &'a Catalogue,
    query: &AvailabilityQuery,
) -> Result<Outlook<'a>, Error> {
    ctx.authorize(policy::Action::ReadPublic)?;
    query.channel.check(ctx)?;
    let (visit, asked) = query.places(catalogue)?;
    let places = visit.places(catalogue, None)?;
    let search = Search { ctx, db, town, catalogue, visit, places, way: query.channel.into() };
    let window = search.window();
    let from = query.from.max(window.today);
    let mut outlook = Outlook {
        search,
        window,
        asked,
        loaded: Loaded::default(),
        book: RuleBook::default(),
        from,
        to: from.checked_sub_days(Days::new(1)).unwrap_or(from),
        here: BTreeMap::new(),
        firsts: BTreeMap::new(),
    };
    outlook.cover(query.to).await?;
    Ok(outlook)
}

impl Outlook<'_> {
    /// Makes sure that it knows the days until this one, and the next free times after it.
    pub async fn cover(&mut self, last: NaiveDate) -> Result<(), Error> {
        let wanted = last.checked_add_days(MARGIN).unwrap_or(last);
        self.read_to(wanted).await?;
        let everywhere = self.search.places.iter().all(|place| self.first_at(*place).is_some());
        if !everywhere || self.next_from(last).is_none() {
            self.read_to(wanted.max(self.window.last_day)).await?;
        }
        Ok(())
    }

    async fn read_to(&mut self, to: NaiveDate) -> Result<(), Error> {
        let Some(next) = self.to.checked_add_days(Days::new(1)).filter(|next| *next <= to) else {
            return Ok(());
        };
        let last = to.min(self.window.last_day);
        let search = &self.search;
        let (loaded, book) = search.load_with_rules(next, last, to).await?;
        self.loaded.extend(loaded);
        self.book.extend(book);
        for date in next.iter_days().take_while(|date| *date <= to) {
            let here = search.day(&self.loaded, date, &self.asked);
            let first = |place: &LocationId| search.day(&self.loaded, date, &[*place]).first();
            let firsts = if date <= last {
                search.places.iter().filter_map(first).collect()
            } else {
                Vec::new()
            };
            self.here.insert(date, here);
            self.firsts.insert(date, firsts);
        }
        self.to = to;
        Ok(())
    }

    /// The last day that can be booked now.
    pub fn released_until(&self) -> NaiveDate {
        self.window.last_day
    }

    /// A day at the asked places. Days that were not read have no times.
    pub fn day(&self, date: NaiveDate) -> Day {
        self.here
            .get(&date)
            .cloned()
            .unwrap_or_else(|| self.search.day(&Loaded::default(), date, &self.asked))
    }

    /// The first free time at a place.
    pub fn first_at(&self, place: LocationId) -> Option<Start> {
        let mut starts = self.firsts.values().flatten();
        starts.find(|start| start.location == place).copied()
    }

    /// The first free time at the asked places from a day on.
    pub fn next_from(&self, date: NaiveDate) -> Option<Start> {
        self.here.range(date..).find_map(|(_, day)| day.first())
    }

    /// The first free time at the other places from a day on.
    fn elsewhere_from(&self, date: NaiveDate) -> Option<Start> {
        let other = |start: &&Start| !self.asked.contains(&start.location);
        self.firsts
            .range(date..)
            .find_map(|(_, starts)| starts.iter().filter(other).min_by_key(|start| start.at))
            .copied()
    }

    /// What is to say about a day.
    pub fn why(&self, date: NaiveDate) -> Why {
        let local = LocalDay::new(date, self.search.town.zone());
        let openings = self.openings(local, &self.search.places);
        let now = self.search.ctx.now();
        let hours = |place: &LocationId| walk_in_hours(local, &openings, *place, now);
        let walk_in: Vec<PlaceHours> = self.asked.iter().flat_map(hours).collect();
        let day = self.day(date);
        if day.state == DayState::Free {
            return Why { date, reason: None, alternatives: Vec::new(), walk_in };
        }
        let here: Vec<_> =
            openings.iter().filter(|(place, ..)| self.asked.contains(place)).copied().collect();
        let reason = self.reason(local, day.state, &here);
        let others = self.search.places.iter().filter(|place| !self.asked.contains(place));
        let elsewhere = others.flat_map(hours);
        let alternatives = if date < self.window.today {
            Vec::new()
        } else {
            self.alternatives(local, walk_in.iter().copied().chain(elsewhere))
        };
        Why { date, reason: Some(reason), alternatives, walk_in }
    }

    fn openings(
        &self,
        local: LocalDay,
        places: &[LocationId],
    ) -> Vec<(LocationId, CounterId, Openings)> {
        let able = self.search.able(places).into_iter();
        able.map(|counter| {
            let (id, place) = (counter.id, counter.location);
            (place, id, self.book.openings(id, place, self.search.town, local))
        })
        .collect()
    }

    fn reason(
        &self,
        local: LocalDay,
        state: DayState,
        openings: &[(LocationId, CounterId, Openings)],
    ) -> crate::Reason {
        let Search { ctx, town, visit, catalogue, way, .. } = &self.search;
        let (zone, booking, now) = (town.zone(), &town.settings.booking, ctx.now());
        let remainder = release::same_day_from(booking, zone, self.window.today)
            .filter(|at| *at > now && local.date == self.window.today);
        Question {
            local,
            state,
            now,
            channel: way.channel,
            window: self.window,
            shape: self.search.shape(),
            openings,
            counters: &self.search.counters(&self.loaded, local.date, &self.asked),
            lead: (
                booking.lead_days,
                booking.lead_minutes.max(visit.notice_minutes.unwrap_or_default()),
            ),
            released: self.released(local.date).unwrap_or(now),
            remainder,
            contingent_opens: catalogue
                .contingent_opens(&self.asked, way.channel, local.date, zone)
                .filter(|at| *at > now),
        }
        .reason(&self.book, town)
    }

    /// When a day is released for this visit: by the municipality's plan, and not before its services' own horizon.
    fn released(&self, date: NaiveDate) -> Option<chrono::DateTime<chrono::Utc>> {
        let zone = self.search.town.zone();
        let plan = release::release_of(&self.search.town.settings.booking, zone, date);
        let horizon = self.search.visit.horizon_days.and_then(|days| {
            Some(wall_clock(date.checked_sub_days(Days::new(days.into()))?, 0, zone))
        });
        plan.max(horizon)
    }

    fn alternatives(
        &self,
        local: LocalDay,
        walk_in: impl Iterator<Item = PlaceHours>,
    ) -> Vec<Alternative> {
        let Search { ctx, town, way, .. } = &self.search;
        let later = self.next_from(local.date);
        let on_day = |start: &Start| kernel::spoken::local_day(start.at, town.zone());
        // another place is worth the way only when it is sooner
        let elsewhere = self
            .elsewhere_from(local.date)
            .filter(|other| later.is_none_or(|later| on_day(other) < on_day(&later)));
        let is_planned = !town.settings.booking.release.is_rolling();
        let release = crate::next_release(ctx, town).filter(|_| is_planned || later.is_none());
        let mut found: Vec<Alternative> =
            elsewhere.into_iter().map(Alternative::Elsewhere).collect();
        found.extend(later.map(Alternative::Later));
        found.extend(release.filter(|_| !self.is_horizon_nearer()).map(Alternative::Release));
        if way.channel == Channel::Online {
            let number = town.settings.phone.clone();
            found.push(Alternative::Phone { number, has_times: self.has_times_by_phone(local) });
        }
        found.extend(walk_in.map(Alternative::WalkIn));
        found
    }

    /// Whether the services' own horizon ends before what the municipality has released.
    fn is_horizon_nearer(&self) -> bool {
        self.window.last_day < crate::released_until(self.search.ctx, self.search.town)
    }

    /// Where a contingent binds callers, nothing is promised.
    fn has_times_by_phone(&self, local: LocalDay) -> bool {
        let Search { ctx, town, catalogue, .. } = &self.search;
        let free = |place: &LocationId| {
            catalogue.percent(*place, Channel::Phone, local.date, ctx.now(), town.zone()).is_none()
        };
        let places: Vec<LocationId> = self.asked.iter().copied().filter(free).collect();
        let counters = self.search.counters(&self.loaded, local.date, &places);
        let shape = self.search.shape();
        day(local, &counters, Channel::Phone, self.window, shape, |_| None).state == DayState::Free
    }
}
