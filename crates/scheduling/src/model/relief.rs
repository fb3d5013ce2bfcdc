//! Another time for those whose hours go: the nearest free one, each to be had by one of them. Pure, so that a preview
//! and what is published later come to the same result.

use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use kernel::{CounterId, LocationId};

use super::{
    availability::{Window, window_ticks},
    channel::Channel,
    impact::Taken,
    opening::LocalDay,
    ticks::{Shape, Ticks, offered},
};
use crate::store::day_maps::DayMap;

/// Days after its own within which another time is looked for.
pub const RELIEF_DAYS: u64 = 14;

/// Somebody who needs another time.
pub(crate) struct Displaced {
    pub(crate) taken: Taken,
    pub(crate) shape: Shape,
    pub(crate) window: Window,
    /// The counters that can serve the visit, those of the preferred place first.
    pub(crate) able: Vec<(LocationId, CounterId)>,
}

/// A time that is free for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Relief {
    pub(crate) location: LocationId,
    pub(crate) counter: CounterId,
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
}

/// Days as they will be, by counter and day.
pub(crate) type Maps = HashMap<(CounterId, NaiveDate), DayMap>;

/// Finds a time for each, in their order. Nobody gets what was found for somebody before.
pub(crate) fn plan(maps: &mut Maps, displaced: &[Displaced], zone: Tz) -> Vec<Option<Relief>> {
    displaced.iter().map(|one| one.relief(maps, zone)).collect()
}

impl Displaced {
    fn relief(&self, maps: &mut Maps, zone: Tz) -> Option<Relief> {
        let own = (self.taken.counter, self.taken.day);
        let mut places: Vec<LocationId> = Vec::new();
        for (place, _) in &self.able {
            if !places.contains(place) {
                places.push(*place);
            }
        }
        // its own time is given back together with taking the new one, so the two may overlap
        let restored = maps.get(&own).map(|map| map.busy);
        if let Some(map) = maps.get_mut(&own) {
            map.busy = map.busy.minus(self.taken.span());
        }
        let found = places.iter().find_map(|place| self.at(*place, maps, zone));
        if let (Some(map), Some(busy)) = (maps.get_mut(&own), restored) {
            map.busy = busy;
        }
        let (relief, day, tick) = found?;
        if let Some(map) = maps.get_mut(&(relief.counter, day)) {
            let first = tick - self.shape.before;
            map.busy = map.busy.or(Ticks::range(first, self.shape.span()));
        }
        Some(relief)
    }

    /// The first day of a place with a free time, and the time that is nearest to the old one on the clock.
    fn at(&self, place: LocationId, maps: &Maps, zone: Tz) -> Option<(Relief, NaiveDate, u32)> {
        let wanted = self.taken.first_tick + self.shape.before;
        (0..=RELIEF_DAYS).find_map(|later| {
            let date = self.taken.day.checked_add_days(Days::new(later))?;
            let day = LocalDay::new(date, zone);
            let bookable = window_ticks(day, self.window);
            let here = self.able.iter().filter(|(location, _)| *location == place);
            let best = here
                .filter_map(|(_, counter)| {
                    let map = maps.get(&(*counter, date))?;
                    let starts = free_starts(map, self.taken.channel, self.shape).and(bookable);
                    let nearest = starts.iter().min_by_key(|tick| tick.abs_diff(wanted))?;
                    Some((nearest.abs_diff(wanted), nearest, *counter))
                })
                .min_by_key(|(distance, tick, _)| (*distance, *tick))?;
            let (_, tick, counter) = best;
            let relief = Relief {
                location: place,
                counter,
                starts_at: day.instant(tick),
                ends_at: day.instant(tick + self.shape.visit),
            };
            Some((relief, date, tick))
        })
    }
}

fn free_starts(map: &DayMap, channel: Channel, shape: Shape) -> Ticks {
    let open = map.bookable(channel);
    offered(open, open.minus(map.busy), shape)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::model::samples::booking;

    const BERLIN: Tz = chrono_tz::Europe::Berlin;

    fn counter(number: u128) -> CounterId {
        Uuid::from_u128(number).into()
    }

    fn date(day: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 12, 8).unwrap() + Days::new(day)
    }

    fn displaced(number: u128, tick: u32, ticks: u32) -> Displaced {
        let place = |number| (Uuid::from_u128(number / 2).into(), counter(number));
        Displaced {
            taken: Taken {
                id: Uuid::from_u128(u128::from(tick)).into(),
                location: Uuid::from_u128(0).into(),
                counter: counter(number),
                day: date(0),
                first_tick: tick,
                ticks,
                channel: Channel::Online,
                is_booked: true,
            },
            shape: Shape { before: 0, visit: ticks, after: 0, raster: 3 },
            window: Window::new("2026-12-07T09:00:00Z".parse().unwrap(), BERLIN, &booking(1)),
            able: (0..4).map(place).collect(),
        }
    }

    fn maps(open: &[(u128, u64, u32, u32)], busy: &[(u128, u64, u32, u32)]) -> Maps {
        let mut maps = Maps::new();
        for (number, day, from, length) in open {
            let open = Ticks::range(*from, *length);
            let map = DayMap {
                counter: counter(*number),
                day: date(*day),
                open,
                open_phone: open,
                busy: Ticks::default(),
            };
            maps.insert((counter(*number), date(*day)), map);
        }
        for (number, day, from, length) in busy {
            if let Some(map) = maps.get_mut(&(counter(*number), date(*day))) {
                map.busy = map.busy.or(Ticks::range(*from, *length));
            }
        }
        maps
    }

    fn found(maps: &mut Maps, displaced: &[Displaced]) -> Vec<Option<(u128, String)>> {
        let plan = plan(maps, displaced, BERLIN);
        plan.into_iter()
            .map(|relief| relief.map(|r| (r.counter.uuid().as_u128(), r.starts_at.to_string())))
            .collect()
    }

    #[test]
    fn the_same_time_at_another_counter_comes_first_and_only_once() {
        let mut maps =
            maps(&[(0, 0, 0, 0), (1, 0, 96, 24), (2, 0, 96, 24), (0, 1, 96, 24)], &[(0, 0, 96, 6)]);
        let found = found(&mut maps, &[displaced(0, 96, 6), displaced(0, 96, 6)]);
        assert_eq!(found[0], Some((1, "2026-12-08 07:00:00 UTC".to_owned())));
        assert_eq!(found[1], Some((1, "2026-12-08 07:30:00 UTC".to_owned())), "same place, next");
    }

    #[test]
    fn another_day_here_is_better_than_another_place_and_nothing_is_nothing() {
        let here_tomorrow = (1, 1, 96, 24);
        let mut both = maps(&[here_tomorrow, (2, 0, 96, 24)], &[]);
        let one = [displaced(0, 108, 6)];
        assert_eq!(found(&mut both, &one), [Some((1, "2026-12-09 08:00:00 UTC".to_owned()))]);
        let mut there = maps(&[(1, 15, 96, 24), (2, 3, 96, 24)], &[]);
        assert_eq!(found(&mut there, &one)[0].as_ref().unwrap().0, 2, "14 days are enough");
        assert_eq!(found(&mut Maps::new(), &one), [None]);
    }

    proptest! {
        #[test]
        fn nobody_gets_what_is_closed_taken_or_somebody_else_s(
            open in proptest::collection::vec((0u128..4, 0u64..3, 90u32..120, 0u32..40), 0..8),
            busy in proptest::collection::vec((0u128..4, 0u64..3, 90u32..150, 1u32..9), 0..8),
            who in proptest::collection::vec((0u128..4, 90u32..150, 1u32..9), 0..12),
        ) {
            let before = maps(&open, &busy);
            let displaced: Vec<_> = who.iter().map(|(n, t, l)| displaced(*n, *t, *l)).collect();
            let plan = plan(&mut before.clone(), &displaced, BERLIN);
            let mut after = before.clone();
            for (one, relief) in displaced.iter().zip(&plan) {
                let Some(relief) = relief else { continue };
                let day = LocalDay::of(relief.starts_at, BERLIN);
                let span = Ticks::range(day.tick_at(relief.starts_at).unwrap(), one.shape.span());
                let map = after.get_mut(&(relief.counter, day.date)).unwrap();
                prop_assert!(span.minus(map.open).is_empty(), "open");
                let own = (one.taken.counter, one.taken.day) == (map.counter, map.day);
                let own = if own { one.taken.span() } else { Ticks::default() };
                prop_assert!(span.and(map.busy.minus(own)).is_empty(), "free");
                map.busy = map.busy.or(span);
            }
        }
    }
}
