//! Which times are free: pure functions over day maps.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use kernel::LocationId;
use tenant::Booking;

use super::{
    catalogue::Item,
    opening::LocalDay,
    release,
    ticks::{TICK_MINUTES, TICKS, Ticks, offered},
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
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Availability {
    /// Minutes of the visit.
    pub duration_minutes: u32,
    /// Each day of the range, in order.
    pub days: Vec<Day>,
}

/// A day.
#[derive(Debug, Clone)]
pub struct Day {
    /// The date.
    pub date: NaiveDate,
    /// Free, or why not.
    pub state: DayState,
    /// What can be booked, by time and then by the order of locations.
    pub starts: Vec<Start>,
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

    /// From which instant on a time of the day can be booked.
    pub(crate) fn earliest_on(&self, day: NaiveDate) -> DateTime<Utc> {
        self.earliest_today.filter(|_| day == self.today).unwrap_or(self.earliest)
    }
}

/// The offered starts of one counter's day.
pub(crate) fn offered_starts(
    map: &DayMap,
    day: LocalDay,
    window: Window,
    ticks: u32,
    raster_minutes: u32,
) -> Ticks {
    let bookable = window_ticks(day, window);
    offered(map.open, map.busy, ticks, raster_minutes / TICK_MINUTES).and(bookable)
}

fn window_ticks(day: LocalDay, window: Window) -> Ticks {
    if day.date > window.last_day {
        return Ticks::default();
    }
    let first = day.first_tick_from(window.earliest_on(day.date));
    Ticks::range(first, TICKS.saturating_sub(first))
}

/// The answer for one day from the maps of all counters that can serve the visit.
pub(crate) fn day(
    date: NaiveDate,
    zone: Tz,
    maps: &[&DayMap],
    window: Window,
    ticks: u32,
    raster_minutes: u32,
    places: &[LocationId],
) -> Day {
    let local = LocalDay::new(date, zone);
    let mut counted: BTreeMap<(u32, usize), u32> = BTreeMap::new();
    for map in maps {
        let place = places.iter().position(|place| *place == map.location).unwrap_or(usize::MAX);
        for tick in offered_starts(map, local, window, ticks, raster_minutes).iter() {
            *counted.entry((tick, place)).or_default() += 1;
        }
    }
    let starts: Vec<Start> = counted
        .into_iter()
        .filter_map(|((tick, place), remaining)| {
            Some(Start {
                at: local.instant(tick),
                ends_at: local.instant(tick + ticks),
                location: *places.get(place)?,
                remaining,
            })
        })
        .collect();
    let state = if starts.is_empty() { why_not(local, maps, window) } else { DayState::Free };
    Day { date, state, starts }
}

fn why_not(day: LocalDay, maps: &[&DayMap], window: Window) -> DayState {
    if day.date < window.today {
        return DayState::Past;
    }
    if day.date > window.last_day {
        return DayState::NotYetReleased;
    }
    let open = maps.iter().fold(Ticks::default(), |all, map| all.or(map.open));
    let bookable = window_ticks(day, window);
    if open.is_empty() {
        return DayState::Closed;
    }
    if open.and(bookable).is_empty() {
        return DayState::Past;
    }
    let gap = maps.iter().any(|map| !map.open.minus(map.busy).and(bookable).is_empty());
    if gap { DayState::TooShort } else { DayState::Full }
}

/// How a municipality might set up its booking.
#[cfg(test)]
pub(crate) fn sample_booking(lead_days: u32) -> Booking {
    Booking {
        lead_days,
        lead_minutes: 0,
        horizon_days: 60,
        release: tenant::Release::Rolling,
        same_day_from: None,
        cooldown: None,
        hold_minutes: 10,
        raster_minutes: 15,
        max_open_appointments: 0,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const BERLIN: Tz = chrono_tz::Europe::Berlin;

    fn window() -> Window {
        // Monday, 7 December 2026, 10:00 in Berlin
        Window::new("2026-12-07T09:00:00Z".parse().unwrap(), BERLIN, &sample_booking(1))
    }

    fn map(date: &str, open: Ticks, busy: Ticks) -> DayMap {
        DayMap {
            counter: Uuid::nil().into(),
            location: Uuid::nil().into(),
            day: date.parse().unwrap(),
            open,
            busy,
        }
    }

    fn state(date: &str, open: Ticks, busy: Ticks) -> DayState {
        let map = map(date, open, busy);
        day(map.day, BERLIN, &[&map], window(), 3, 15, &[Uuid::nil().into()]).state
    }

    #[test]
    fn a_day_without_times_says_why() {
        let eight_to_nine = Ticks::range(96, 12);
        let none = Ticks::default();
        assert_eq!(state("2026-12-08", eight_to_nine, none), DayState::Free);
        assert_eq!(state("2026-12-06", eight_to_nine, none), DayState::Past);
        assert_eq!(state("2026-12-07", eight_to_nine, none), DayState::Past, "today is too soon");
        assert_eq!(state("2026-12-07", none, none), DayState::Closed);
        assert_eq!(state("2026-12-08", none, none), DayState::Closed);
        assert_eq!(state("2026-12-08", eight_to_nine, eight_to_nine), DayState::Full);
        assert_eq!(state("2026-12-08", eight_to_nine, Ticks::range(96, 10)), DayState::TooShort);
        assert_eq!(
            state("2027-02-05", eight_to_nine, none),
            DayState::Free,
            "the last released day"
        );
        assert_eq!(state("2027-02-06", eight_to_nine, none), DayState::NotYetReleased);
    }

    #[test]
    fn starts_of_several_counters_are_counted() {
        let (one, two) = (
            map("2026-12-08", Ticks::range(96, 12), Ticks::default()),
            map("2026-12-08", Ticks::range(96, 12), Ticks::range(96, 3)),
        );
        let day = day(one.day, BERLIN, &[&one, &two], window(), 6, 15, &[Uuid::nil().into()]);
        let found: Vec<_> = day
            .starts
            .iter()
            .map(|start| (kernel::spoken::clock_time(start.at, BERLIN), start.remaining))
            .collect();
        assert_eq!(
            found,
            [("08:00".to_owned(), 1), ("08:15".to_owned(), 2), ("08:30".to_owned(), 2)]
        );
    }

    #[test]
    fn without_lead_days_today_counts_from_now() {
        let now = "2026-12-07T09:00:00Z".parse().unwrap();
        let window = Window::new(now, BERLIN, &Booking { lead_minutes: 30, ..sample_booking(0) });
        let map = map("2026-12-07", Ticks::range(120, 12), Ticks::default());
        let day = day(map.day, BERLIN, &[&map], window, 3, 15, &[Uuid::nil().into()]);
        assert_eq!(
            day.starts.first().unwrap().at,
            "2026-12-07T09:30:00Z".parse::<DateTime<Utc>>().unwrap()
        );
    }

    #[test]
    fn what_is_left_of_today_is_released_at_its_time() {
        let remainder = Booking {
            lead_minutes: 30,
            same_day_from: tenant::ClockTime::parse("08:00"),
            ..sample_booking(2)
        };
        let at_ten_to_eleven = |date: &str, now: &str| {
            let window = Window::new(now.parse().unwrap(), BERLIN, &remainder);
            let map = map(date, Ticks::range(120, 12), Ticks::default());
            let day = day(map.day, BERLIN, &[&map], window, 3, 15, &[Uuid::nil().into()]);
            (day.state, day.starts.first().map(|start| start.at.to_string()))
        };
        let early = at_ten_to_eleven("2026-12-07", "2026-12-07T06:59:59Z");
        assert_eq!(early, (DayState::Past, None));
        let then = at_ten_to_eleven("2026-12-07", "2026-12-07T07:00:00Z");
        assert_eq!(then, (DayState::Free, Some("2026-12-07 09:00:00 UTC".to_owned())));
        let later = at_ten_to_eleven("2026-12-07", "2026-12-07T09:05:00Z");
        assert_eq!(later.1.as_deref(), Some("2026-12-07 09:45:00 UTC"), "lead minutes still hold");
        let tomorrow = at_ten_to_eleven("2026-12-08", "2026-12-07T09:00:00Z");
        assert_eq!(tomorrow, (DayState::Past, None), "lead days still hold");
        assert_eq!(at_ten_to_eleven("2026-12-09", "2026-12-07T09:00:00Z").0, DayState::Free);
    }

    #[test]
    fn a_day_that_the_plan_has_not_released_is_not_offered() {
        let weekly = Booking {
            release: tenant::Release::Weekly {
                weekday: tenant::Weekday::Mo,
                at: tenant::ClockTime::parse("07:00").unwrap(),
                weeks_ahead: 1,
            },
            ..sample_booking(0)
        };
        let state = |now: &str| {
            let window = Window::new(now.parse().unwrap(), BERLIN, &weekly);
            let map = map("2026-12-14", Ticks::range(96, 12), Ticks::default());
            day(map.day, BERLIN, &[&map], window, 3, 15, &[Uuid::nil().into()]).state
        };
        assert_eq!(state("2026-12-07T05:59:59Z"), DayState::NotYetReleased);
        assert_eq!(state("2026-12-07T06:00:00Z"), DayState::Free);
    }
}
