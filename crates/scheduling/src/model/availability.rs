//! Which times are free: pure functions over day maps.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use kernel::LocationId;
use tenant::{Booking, Municipality};

use super::{
    catalogue::Item,
    channel::{Channel, Way},
    opening::LocalDay,
    release,
    ticks::{Shape, TICK_MINUTES, TICKS, Ticks, offered},
    visit::Visit,
};
use crate::store::day_maps::DayMap;

/// Days that one query may ask for.
pub const MAX_DAYS: u32 = 62;

/// What is asked.
#[derive(Debug, Clone)]
pub struct AvailabilityQuery {
    /// The visit.
    pub items: Vec<Item>,
    /// Where; everywhere when `None`.
    pub locations: Option<Vec<LocationId>>,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Who books.
    pub channel: Channel,
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Availability {
    /// Minutes of the visit.
    pub duration_minutes: u32,
    /// Each day of the range, in order.
    pub days: Vec<Day>,
}

/// A day: whether it has free times, and which. They are worked out from a few words of bits when somebody asks.
#[derive(Debug, Clone)]
pub struct Day {
    /// The date.
    pub date: NaiveDate,
    /// Free, or why not.
    pub state: DayState,
    local: LocalDay,
    visit_ticks: u32,
    offers: Vec<Offer>,
}

/// What a place offers on a day.
#[derive(Debug, Clone)]
struct Offer {
    place: LocationId,
    /// The starts at which at least one visit can begin, at least two, and so on.
    levels: Vec<Ticks>,
}

impl Day {
    /// A day without free times.
    pub fn without_times(date: NaiveDate, state: DayState, zone: Tz) -> Self {
        Self { date, state, local: LocalDay::new(date, zone), visit_ticks: 0, offers: Vec::new() }
    }

    /// A day with these times, in the order of places.
    pub fn with_times(date: NaiveDate, zone: Tz, starts: &[Start]) -> Self {
        let mut day = Self::without_times(date, DayState::Free, zone);
        for start in starts {
            let Some(tick) = day.local.tick_at(start.at) else { continue };
            day.visit_ticks = day.local.first_tick_from(start.ends_at) - tick;
            let known = day.offers.iter().position(|offer| offer.place == start.location);
            let index = known.unwrap_or(day.offers.len());
            if known.is_none() {
                day.offers.push(Offer { place: start.location, levels: Vec::new() });
            }
            let Some(offer) = day.offers.get_mut(index) else { continue };
            let most = offer.levels.len().max(start.remaining as usize);
            offer.levels.resize(most, Ticks::default());
            for level in offer.levels.iter_mut().take(start.remaining as usize) {
                level.insert(tick);
            }
        }
        day
    }

    /// What can be booked, by time and then by the order of locations.
    pub fn starts(&self) -> Vec<Start> {
        let all = self.any_start();
        let at_tick = |tick: u32| {
            self.offers.iter().filter_map(move |offer| {
                let remaining =
                    offer.levels.iter().take_while(|level| level.contains(tick)).count();
                (remaining > 0).then(|| Start {
                    at: self.local.instant(tick),
                    ends_at: self.local.instant(tick + self.visit_ticks),
                    location: offer.place,
                    remaining: u32::try_from(remaining).unwrap_or(u32::MAX),
                })
            })
        };
        all.iter().flat_map(at_tick).collect()
    }

    /// The first free time.
    pub fn first(&self) -> Option<Start> {
        // the tick is in one of the offers
        let tick = self.any_start().iter().next()?;
        let offer = self
            .offers
            .iter()
            .find(|offer| offer.levels.first().is_some_and(|level| level.contains(tick)))?;
        let remaining = offer.levels.iter().take_while(|level| level.contains(tick)).count();
        Some(Start {
            at: self.local.instant(tick),
            ends_at: self.local.instant(tick + self.visit_ticks),
            location: offer.place,
            remaining: u32::try_from(remaining).unwrap_or(u32::MAX),
        })
    }

    /// The start times of all locations on the wall clock, each once: "08:15".
    pub fn clock_times(&self) -> Vec<String> {
        let hours = self.local.has_usual_length();
        let clock = |tick: u32| {
            if hours {
                let minute = tick * TICK_MINUTES;
                format!("{:02}:{:02}", minute / 60, minute % 60)
            } else {
                self.local.clock_time(tick)
            }
        };
        self.any_start().iter().map(clock).collect()
    }

    fn any_start(&self) -> Ticks {
        let first = |offer: &Offer| offer.levels.first().copied().unwrap_or_default();
        self.offers.iter().map(first).fold(Ticks::default(), Ticks::or)
    }
}

/// Whether a day has free times, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayState {
    /// It has.
    Free,
    /// All times are taken.
    Full,
    /// No suitable counter is open.
    Closed,
    /// Later than what is released.
    NotYetReleased,
    /// There are gaps, but none is long enough for this visit.
    TooShort,
    /// Over, or too soon to book online.
    Past,
}

/// A time that can be booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// From when.
    pub at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// Where.
    pub location: LocationId,
    /// How many visits can begin then.
    pub remaining: u32,
}

/// What can be booked online now: from which instant, until which day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    earliest: DateTime<Utc>,
    /// The same for today, once its remainder is released.
    earliest_today: Option<DateTime<Utc>>,
    pub(crate) today: NaiveDate,
    pub(crate) last_day: NaiveDate,
}

impl Window {
    pub(crate) fn new(now: DateTime<Utc>, zone: Tz, booking: &Booking) -> Self {
        let today = kernel::spoken::local_day(now, zone);
        let after = |days: u32| today.checked_add_days(Days::new(days.into())).unwrap_or(today);
        let soonest = now + TimeDelta::minutes(booking.lead_minutes.into());
        // without lead days today counts from now on, with them a day begins at its midnight
        let earliest = match booking.lead_days {
            0 => soonest,
            days => soonest.max(LocalDay::new(after(days), zone).instant(0)),
        };
        let remainder = release::same_day_from(booking, zone, today).filter(|from| *from <= now);
        Self {
            earliest,
            earliest_today: remainder.map(|_| soonest),
            today,
            last_day: release::last_released_day(booking, zone, now),
        }
    }

    /// What can be booked this way for a visit.
    pub(crate) fn of(way: Way, now: DateTime<Utc>, town: &Municipality, visit: &Visit) -> Self {
        let (zone, booking) = (town.zone(), &town.settings.booking);
        if way.by_office {
            return Self::of_office(now, zone, booking);
        }
        Self::new(now, zone, booking).narrowed(now, visit.notice_minutes, visit.horizon_days)
    }

    /// The office books from now on until the end of the calendar.
    fn of_office(now: DateTime<Utc>, zone: Tz, booking: &Booking) -> Self {
        let today = kernel::spoken::local_day(now, zone);
        let last = today.checked_add_days(Days::new(booking.horizon_days.into()));
        Self { earliest: now, earliest_today: None, today, last_day: last.unwrap_or(today) }
    }

    /// From which instant on a time of the day can be booked.
    pub(crate) fn earliest_on(&self, day: NaiveDate) -> DateTime<Utc> {
        self.earliest_today.filter(|_| day == self.today).unwrap_or(self.earliest)
    }

    /// What of it is left for a visit whose services ask for more notice, or are released for fewer days.
    pub(crate) fn narrowed(
        self,
        now: DateTime<Utc>,
        notice_minutes: Option<u32>,
        horizon_days: Option<u32>,
    ) -> Self {
        let notice = notice_minutes.map(|minutes| now + TimeDelta::minutes(minutes.into()));
        let horizon =
            horizon_days.and_then(|days| self.today.checked_add_days(Days::new(days.into())));
        let not_before = |at: DateTime<Utc>| notice.map_or(at, |notice| notice.max(at));
        Self {
            earliest: not_before(self.earliest),
            earliest_today: self.earliest_today.map(not_before),
            last_day: horizon.map_or(self.last_day, |day| day.min(self.last_day)),
            ..self
        }
    }
}

/// Counters of one place that are equal on a day, as one: their times can be swapped, so a visit fits where at each of
/// its ticks one of them is free.
#[derive(Debug, Clone)]
pub(crate) struct Team {
    pub(crate) place: LocationId,
    open: Ticks,
    /// The ticks at which at least one counter is free, at least two, and so on.
    free: Vec<Ticks>,
}

/// A counter's day in its place and team.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CounterDay<'a> {
    pub(crate) place: LocationId,
    pub(crate) team: i32,
    pub(crate) map: &'a DayMap,
}

impl Team {
    /// Puts equal counters together: of one team, and open at the same times.
    pub(crate) fn of(counters: &[CounterDay<'_>], channel: Channel) -> Vec<Self> {
        let mut teams: Vec<((i32, Ticks, Ticks), Self)> = Vec::new();
        for CounterDay { place, team, map } in counters {
            let equal = (*team, map.open, map.open_phone);
            let open = map.bookable(channel);
            let known = teams.iter().position(|(other, _)| *other == equal);
            let index = known.unwrap_or(teams.len());
            if known.is_none() {
                teams.push((equal, Self { place: *place, open, free: Vec::new() }));
            }
            if let Some((_, team)) = teams.get_mut(index) {
                team.add(open.minus(map.busy));
            }
        }
        teams.into_iter().map(|(_, team)| team).collect()
    }

    /// Counts one more counter's free ticks.
    fn add(&mut self, free: Ticks) {
        let mut carried = free;
        for level in &mut self.free {
            let both = level.and(carried);
            *level = level.or(carried);
            carried = both;
        }
        self.free.push(carried);
    }

    pub(crate) fn any_free(&self) -> Ticks {
        self.free.first().copied().unwrap_or_default()
    }

    /// The offered starts: at which at least one visit can begin, at least two, and so on.
    pub(crate) fn levels(&self, shape: Shape, bookable: Ticks) -> impl Iterator<Item = Ticks> {
        let starts = move |free: &Ticks| offered(self.open, *free, shape).and(bookable);
        self.free.iter().map(starts).take_while(|level| !level.is_empty())
    }
}

/// The ticks of a day that can be booked now.
pub(crate) fn window_ticks(day: LocalDay, window: Window) -> Ticks {
    if day.date < window.today || day.date > window.last_day {
        return Ticks::default();
    }
    let first = day.first_tick_from(window.earliest_on(day.date));
    Ticks::range(first, TICKS.saturating_sub(first))
}

/// The answer for one day. `room`: how many ticks the contingents of places have left, where there are any.
pub(crate) fn day(
    local: LocalDay,
    counters: &[CounterDay<'_>],
    channel: Channel,
    window: Window,
    shape: Shape,
    room: impl Fn(LocationId) -> Option<u32>,
) -> Day {
    let bookable = window_ticks(local, window);
    let teams = Team::of(counters, channel);
    let mut offers: Vec<Offer> = Vec::new();
    for team in teams.iter().filter(|team| room(team.place).is_none_or(|left| left >= shape.span()))
    {
        let most = room(team.place).map_or(usize::MAX, |left| (left / shape.span()) as usize);
        let levels = team.levels(shape, bookable).take(most);
        match offers.iter_mut().find(|offer| offer.place == team.place) {
            Some(offer) => offer.add(levels, most),
            None => offers.push(Offer { place: team.place, levels: levels.collect() }),
        }
    }
    offers.retain(|offer| !offer.levels.is_empty());
    let state = if offers.is_empty() {
        why_not(local, &teams, window, shape.span())
    } else {
        DayState::Free
    };
    Day { date: local.date, state, local, visit_ticks: shape.visit, offers }
}

impl Offer {
    /// Adds what another team of the place offers: numbers of free counters add up.
    fn add(&mut self, levels: impl Iterator<Item = Ticks>, most: usize) {
        for mut carried in levels {
            for level in &mut self.levels {
                let both = level.and(carried);
                *level = level.or(carried);
                carried = both;
            }
            self.levels.push(carried);
        }
        self.levels.truncate(most);
        self.levels.retain(|level| !level.is_empty());
    }
}

fn why_not(day: LocalDay, teams: &[Team], window: Window, span: u32) -> DayState {
    if day.date < window.today {
        return DayState::Past;
    }
    if day.date > window.last_day {
        return DayState::NotYetReleased;
    }
    let open = teams.iter().fold(Ticks::default(), |all, team| all.or(team.open));
    let bookable = window_ticks(day, window);
    if open.is_empty() {
        return DayState::Closed;
    }
    if open.and(bookable).is_empty() {
        return DayState::Past;
    }
    let gaps = || teams.iter().map(|team| team.any_free().and(bookable));
    let is_gap = gaps().any(|free| !free.is_empty());
    // long enough, but off the raster or beyond the contingent: for this visit it is taken
    let fits = gaps().any(|free| !free.starts_of(span).is_empty());
    if is_gap && !fits { DayState::TooShort } else { DayState::Full }
}

#[cfg(test)]
mod tests;
