//! Openings and offers against a slow and obvious reference, over random rule sets, days and bookings. The reference
//! is written from `docs/calendar.md`: it looks at each five minutes of a day and asks each rule.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use kernel::{CounterId, LocalizedText, LocationId};
use proptest::prelude::*;
use tenant::Municipality;
use uuid::Uuid;

use super::{
    availability::{CounterDay, Window, day},
    channel::Channel,
    opening::LocalDay,
    rules::{Closure, Hours, OpeningException, OpeningRule, Rhythm, RuleBook},
    samples,
    ticks::{Shape, Ticks},
};
use crate::store::day_maps::DayMap;

const BERLIN: Tz = chrono_tz::Europe::Berlin;
const COUNTERS: u128 = 4;

fn counter(number: u128) -> CounterId {
    Uuid::from_u128(number).into()
}

/// Two places; the counters take turns.
fn place(number: u128) -> LocationId {
    Uuid::from_u128(100 + number % 2).into()
}

/// Days around both nights on which the clocks change, Christmas, and the end of a month.
fn a_day() -> impl Strategy<Value = NaiveDate> {
    prop_oneof![
        (0u64..4).prop_map(|n| date(2026, 10, 24) + Days::new(n)),
        (0u64..4).prop_map(|n| date(2027, 3, 27) + Days::new(n)),
        (0u64..4).prop_map(|n| date(2026, 12, 23) + Days::new(n)),
        (0u64..400).prop_map(|n| date(2026, 9, 1) + Days::new(n)),
    ]
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn hours() -> impl Strategy<Value = Hours> {
    let channels = proptest::sample::subsequence(Channel::ALL.to_vec(), 1..=3);
    (0u32..270, 2u32..120, proptest::collection::vec((0u32..60, 1u32..30), 0..3), channels)
        .prop_map(|(from, length, breaks, channels)| {
            let to = (from + length).min(288);
            let breaks = breaks.into_iter().map(|(after, length)| {
                let start = (from + after).min(to);
                (start * 5, (start + length).min(to) * 5)
            });
            Hours { from: from * 5, to: to * 5, breaks: breaks.collect(), channels }
        })
}

fn a_rule(day: NaiveDate) -> impl Strategy<Value = OpeningRule> {
    let near = move || {
        proptest::option::weighted(
            0.3,
            (0u64..20).prop_map(move |n| day - Days::new(10) + Days::new(n)),
        )
    };
    let weekday = prop_oneof![3 => Just(day.weekday().number_from_monday()), 1 => 1u32..=7];
    let rhythm =
        (1u32..4, near(), proptest::collection::vec(prop_oneof![Just(-1), 1i32..=5], 0..3));
    (0..COUNTERS, weekday, hours(), near(), near(), rhythm, any::<bool>()).prop_map(
        |(
            number,
            weekday,
            hours,
            valid_from,
            valid_to,
            (every_weeks, anchor, month_weeks),
            on_holidays,
        )| {
            let every_weeks = if anchor.is_some() { every_weeks } else { 1 };
            OpeningRule {
                counter: counter(number),
                weekday,
                hours,
                valid_from,
                valid_to,
                rhythm: Rhythm { every_weeks, anchor, month_weeks },
                on_holidays,
            }
        },
    )
}

fn an_exception(day: NaiveDate) -> impl Strategy<Value = OpeningException> {
    (0..COUNTERS, 0u64..2, hours()).prop_map(move |(number, after, hours)| OpeningException {
        counter: counter(number),
        day: day + Days::new(after),
        hours,
    })
}

fn a_closure(day: NaiveDate) -> impl Strategy<Value = Closure> {
    (0u64..3, 0u64..3, proptest::option::of(0u128..2), proptest::option::of(0..COUNTERS)).prop_map(
        move |(from, length, location, number)| Closure {
            location: location.map(place),
            counter: number.map(counter),
            from: day - Days::new(from),
            to: day - Days::new(from) + Days::new(length),
            reason: LocalizedText::default(),
        },
    )
}

fn a_book() -> impl Strategy<Value = (NaiveDate, RuleBook)> {
    a_day().prop_flat_map(|day| {
        let rules = proptest::collection::vec(a_rule(day), 0..10);
        let exceptions = proptest::collection::vec(an_exception(day), 0..2);
        let closures = proptest::collection::vec(a_closure(day), 0..2);
        (rules, exceptions, closures).prop_map(move |(rules, exceptions, closures)| {
            (day, RuleBook { rules, exceptions, closures })
        })
    })
}

/// The first five minutes of a day at which the clock shows this time or a later one.
fn at_clock(day: NaiveDate, minute: u32) -> DateTime<Utc> {
    if minute == 1440 {
        return at_clock(day + Days::new(1), 0);
    }
    let mut at = day.and_hms_opt(0, 0, 0).unwrap().and_utc() - TimeDelta::hours(3);
    loop {
        let local = at.with_timezone(&BERLIN);
        if local.date_naive() == day && local.hour() * 60 + local.minute() >= minute {
            return at;
        }
        at += TimeDelta::minutes(5);
    }
}

/// The holidays of the sample town that the days above can meet: those of North Rhine-Westphalia, and Christmas Eve.
fn is_holiday(town: &Municipality, day: NaiveDate) -> bool {
    tenant::holidays::on(town.settings.land, &town.settings.holidays, day).is_some()
}

fn monday(day: NaiveDate) -> NaiveDate {
    day.week(chrono::Weekday::Mon).first_day()
}

/// Whether a counter is open at an instant for a channel.
fn is_open(
    book: &RuleBook,
    town: &Municipality,
    number: u128,
    channel: Channel,
    day: NaiveDate,
    at: DateTime<Utc>,
) -> bool {
    let closed = book.closures.iter().any(|closure| {
        closure.from <= day
            && day <= closure.to
            && closure.location.is_none_or(|closed| closed == place(number))
            && closure.counter.is_none_or(|closed| closed == counter(number))
    });
    if closed {
        return false;
    }
    let within = |hours: &Hours| {
        let inside = |from, to| at_clock(day, from) <= at && at < at_clock(day, to);
        hours.channels.contains(&channel)
            && inside(hours.from, hours.to)
            && !hours.breaks.iter().any(|(from, to)| inside(*from, *to))
    };
    let mine = |exception: &&OpeningException| {
        exception.counter == counter(number) && exception.day == day
    };
    if book.exceptions.iter().any(|exception| mine(&exception)) {
        return book.exceptions.iter().filter(mine).any(|exception| within(&exception.hours));
    }
    book.rules.iter().any(|rule| {
        let nth = i32::try_from((day.day() - 1) / 7 + 1).unwrap();
        let is_last = (day + Days::new(7)).month() != day.month();
        rule.counter == counter(number)
            && rule.weekday == day.weekday().number_from_monday()
            && rule.valid_from.is_none_or(|from| from <= day)
            && rule.valid_to.is_none_or(|to| day <= to)
            && rule.rhythm.anchor.is_none_or(|anchor| {
                (monday(day) - monday(anchor)).num_weeks() % i64::from(rule.rhythm.every_weeks) == 0
            })
            && (rule.rhythm.month_weeks.is_empty()
                || rule
                    .rhythm
                    .month_weeks
                    .iter()
                    .any(|week| *week == nth || *week == -1 && is_last))
            && (!is_holiday(town, day) || rule.on_holidays)
            && within(&rule.hours)
    })
}

fn instants(day: NaiveDate) -> Vec<DateTime<Utc>> {
    let (first, end) = (at_clock(day, 0), at_clock(day, 1440));
    let count = (end - first).num_minutes() / 5;
    (0..count).map(|n| first + TimeDelta::minutes(5 * n)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn openings_are_what_each_rule_says_at_each_tick((date, book) in a_book(), number in 0..COUNTERS) {
        let town = samples::town();
        let day = LocalDay::new(date, BERLIN);
        let openings = book.openings(counter(number), place(number), &town, day);
        for channel in Channel::ALL {
            let found: Vec<_> = openings.of(channel).iter().map(|tick| day.instant(tick)).collect();
            let expected: Vec<_> = instants(date)
                .into_iter()
                .filter(|at| is_open(&book, &town, number, channel, date, *at))
                .collect();
            prop_assert_eq!(found, expected, "{:?}", channel);
        }
    }
}

/// A day's map as a list of stretches: where it begins, how long it is.
fn stretches(most: usize) -> impl Strategy<Value = Ticks> {
    proptest::collection::vec((0u32..300, 1u32..60), 0..most).prop_map(|stretches| {
        let range = |(first, length)| Ticks::range(first, length);
        stretches.into_iter().map(range).fold(Ticks::default(), Ticks::or)
    })
}

#[derive(Debug, Clone)]
struct Place {
    maps: Vec<(i32, Ticks, Ticks, Ticks)>,
    shape: Shape,
    now: u32,
    room: Option<u32>,
}

fn a_place() -> impl Strategy<Value = Place> {
    // two kinds of hours among several counters, so that some are equal and some are not
    let kinds = proptest::collection::vec((stretches(4), stretches(4)), 2);
    let counters = proptest::collection::vec((0i32..2, 0usize..2, stretches(6)), 1..5);
    let shape = (0u32..6, 1u32..20, 0u32..6, 1u32..12)
        .prop_map(|(before, visit, after, raster)| Shape { before, visit, after, raster });
    (kinds, counters, shape, 0u32..250, proptest::option::weighted(0.3, 0u32..100)).prop_map(
        |(kinds, counters, shape, now, room)| {
            let map = |(team, kind, busy): (i32, usize, Ticks)| {
                let (online, phone) = kinds[kind];
                (team, online, phone, busy)
            };
            Place { maps: counters.into_iter().map(map).collect(), shape, now, room }
        },
    )
}

/// How many visits can begin at a tick.
fn remaining(place: &Place, phone: bool, start: u32) -> u32 {
    let Shape { before, visit, after, raster } = place.shape;
    let mut teams: Vec<(i32, Ticks, Ticks)> = Vec::new();
    for (team, online, phone, _) in &place.maps {
        if !teams.contains(&(*team, *online, *phone)) {
            teams.push((*team, *online, *phone));
        }
    }
    let mut all = 0;
    for team in teams {
        let open = if phone { team.2 } else { team.1 };
        let run = (0..=start).rev().take_while(|tick| open.contains(*tick)).count();
        if start < before || run == 0 || (u32::try_from(run).unwrap() - 1) % raster != 0 {
            continue;
        }
        let free_at = |tick: u32| {
            let here = |(of, online, phone, busy): &&(i32, Ticks, Ticks, Ticks)| {
                (*of, *online, *phone) == team && open.contains(tick) && !busy.contains(tick)
            };
            u32::try_from(place.maps.iter().filter(here).count()).unwrap()
        };
        all += (start - before..start + visit + after).map(free_at).min().unwrap();
    }
    all.min(place.room.map_or(u32::MAX, |room| room / (before + visit + after)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn offers_are_where_at_each_tick_an_equal_counter_is_free(place in a_place(), phone in any::<bool>()) {
        let date = date(2026, 12, 8);
        let local = LocalDay::new(date, BERLIN);
        let maps: Vec<(i32, DayMap)> = (1u128..)
            .zip(&place.maps)
            .map(|(number, (team, open, open_phone, busy))| {
                let (open, open_phone, busy) = (*open, *open_phone, *busy);
                (*team, DayMap { counter: counter(number), day: date, open, open_phone, busy })
            })
            .collect();
        let counters: Vec<CounterDay<'_>> = maps
            .iter()
            .map(|(team, map)| CounterDay { place: self::place(0), team: *team, map })
            .collect();
        let window = Window::new(local.instant(place.now), BERLIN, &samples::booking(0));
        let channel = if phone { Channel::Phone } else { Channel::Online };
        let found = day(local, &counters, channel, window, place.shape, |_| place.room);
        let found: Vec<_> = found.starts().into_iter().map(|start| (start.at, start.remaining)).collect();
        let expected: Vec<_> = (place.now..300)
            .map(|tick| (local.instant(tick), remaining(&place, phone, tick)))
            .filter(|(_, remaining)| *remaining > 0)
            .collect();
        prop_assert_eq!(found, expected);
    }
}
