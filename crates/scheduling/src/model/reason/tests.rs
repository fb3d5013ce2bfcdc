use chrono_tz::Tz;
use tenant::Release;
use uuid::Uuid;

use super::*;
use crate::{
    model::{
        rules::{Closure, OpeningRule},
        samples,
    },
    store::day_maps::DayMap,
};

const BERLIN: Tz = chrono_tz::Europe::Berlin;
const QUARTER: Shape = Shape { before: 0, visit: 3, after: 0, raster: 3 };

/// A place with one counter, open from 8 to 9 on Mondays to Fridays.
struct Place {
    book: RuleBook,
    busy: Ticks,
    shape: Shape,
    lead: (u32, u32),
    remainder: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    is_full: bool,
}

impl Place {
    /// Seen on Monday, 7 December 2026, at 7:30.
    fn new() -> Self {
        let rules = (1..=5).map(|weekday| samples::rule(weekday, 480, 540)).collect();
        Self {
            book: RuleBook { rules, ..RuleBook::default() },
            busy: Ticks::default(),
            shape: QUARTER,
            lead: (1, 0),
            remainder: None,
            now: at("2026-12-07T07:30:00+01:00"),
            is_full: false,
        }
    }

    fn closed(mut self, from: &str, to: &str) -> Self {
        let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
        let reason = LocalizedText::german("Betriebsausflug");
        self.book.closures.push(Closure { location: None, counter: None, from, to, reason });
        self
    }

    fn reason(&self, date: &str) -> Reason {
        let town = samples::town();
        let local = LocalDay::new(date.parse().unwrap(), BERLIN);
        let nil = Uuid::nil();
        let open = self.book.openings(nil.into(), nil.into(), &town, local);
        let map = DayMap {
            counter: nil.into(),
            day: local.date,
            open: open.online,
            open_phone: open.phone,
            busy: self.busy,
        };
        let counters = [CounterDay { place: nil.into(), team: 0, map: &map }];
        let booking = tenant::Booking {
            lead_days: self.lead.0,
            lead_minutes: self.lead.1,
            release: Release::Weekly {
                weekday: tenant::Weekday::Mo,
                at: tenant::ClockTime::parse("07:00").unwrap(),
                weeks_ahead: 2,
            },
            ..samples::booking(1)
        };
        let window = Window::new(self.now, BERLIN, &booking);
        let room = |_| self.is_full.then_some(0);
        let shape = self.shape;
        let day =
            super::super::availability::day(local, &counters, Channel::Online, window, shape, room);
        assert_ne!(day.state, DayState::Free, "{date}");
        Question {
            local,
            state: day.state,
            now: self.now,
            channel: Channel::Online,
            window,
            shape,
            openings: &[(nil.into(), nil.into(), open)],
            counters: &counters,
            lead: self.lead,
            released: at("2026-12-14T07:00:00+01:00"),
            remainder: self.remainder,
            contingent_opens: self.is_full.then(|| at("2026-12-07T12:00:00+01:00")),
        }
        .reason(&self.book, &town)
    }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn closed_says_by_whom() {
    let place = Place::new();
    assert_eq!(place.reason("2026-12-12"), Reason::NoHours, "a Saturday");
    assert_eq!(place.reason("2026-12-25"), Reason::Holiday(Holiday::ChristmasDay));
    assert_eq!(place.reason("2026-12-24"), Reason::Holiday(Holiday::ChristmasEve), "by custom");
    let trip = Place::new().closed("2026-12-10", "2026-12-13");
    let closure = Reason::Closure(LocalizedText::german("Betriebsausflug"));
    assert_eq!(trip.reason("2026-12-10"), closure);
    assert_eq!(trip.reason("2026-12-12"), closure, "weekends in between belong to it");
    // released or not, a holiday is one
    assert_eq!(place.reason("2027-01-01"), Reason::Holiday(Holiday::NewYear));
}

#[test]
fn a_place_that_is_closed_anyway_says_nothing_about_the_other() {
    let [open, shut] = [1, 2].map(Uuid::from_u128);
    let mut place = Place::new().closed("2026-12-12", "2026-12-12");
    place.book.closures[0].location = Some(open.into());
    let rule = |counter: Uuid, weekday| OpeningRule {
        counter: counter.into(),
        ..samples::rule(weekday, 480, 540)
    };
    let told = |rules: Vec<OpeningRule>| {
        let book = RuleBook { rules, closures: place.book.closures.clone(), ..RuleBook::default() };
        let none = Openings::default();
        let openings = [open, shut].map(|id| (id.into(), id.into(), none));
        let now = place.now;
        Question {
            local: LocalDay::new("2026-12-12".parse().unwrap(), BERLIN),
            state: DayState::Closed,
            now,
            channel: Channel::Online,
            window: Window::new(now, BERLIN, &samples::booking(1)),
            shape: QUARTER,
            openings: &openings,
            counters: &[],
            lead: (1, 0),
            released: now,
            remainder: None,
            contingent_opens: None,
        }
        .reason(&book, &samples::town())
    };
    assert_eq!(told(vec![rule(shut, 1)]), Reason::NoHours, "a Saturday for both");
    let usually_open = told(vec![rule(open, 6), rule(shut, 1)]);
    assert_eq!(usually_open, Reason::Closure(LocalizedText::german("Betriebsausflug")));
}

#[test]
fn other_ways_than_this_are_said() {
    let mut place = Place::new();
    place.book.rules.iter_mut().for_each(|rule| rule.hours.channels = vec![Channel::WalkIn]);
    assert_eq!(place.reason("2026-12-10"), Reason::OtherChannels);
}

#[test]
fn what_is_not_released_says_when() {
    let released = Reason::NotYetReleased { at: at("2026-12-14T07:00:00+01:00") };
    assert_eq!(Place::new().reason("2026-12-28"), released);
}

#[test]
fn too_soon_says_until_when_one_had_to_book() {
    let soon = |until| Reason::TooSoon { until: at(until), remainder: None };
    assert_eq!(Place::new().reason("2026-12-07"), soon("2026-12-07T00:00:00+01:00"));
    let minutes = Place { lead: (0, 120), ..Place::new() };
    assert_eq!(minutes.reason("2026-12-07"), soon("2026-12-07T06:45:00+01:00"), "for 8:45");
    let late = Place { now: at("2026-12-07T09:00:00+01:00"), ..Place::new() };
    assert_eq!(late.reason("2026-12-07"), Reason::Over, "nobody is there any more");
    assert_eq!(late.reason("2026-12-06"), Reason::Over);
    let remainder = Some(at("2026-12-07T08:00:00+01:00"));
    let today = Place { remainder, ..Place::new() };
    let until = at("2026-12-07T00:00:00+01:00");
    assert_eq!(today.reason("2026-12-07"), Reason::TooSoon { until, remainder });
}

#[test]
fn full_short_and_kept_for_others_are_different() {
    let eight = |length| Place { busy: Ticks::range(96, length), ..Place::new() };
    assert_eq!(eight(12).reason("2026-12-08"), Reason::AllBooked);
    assert_eq!(eight(10).reason("2026-12-08"), Reason::TooShort { minutes: 10 });
    let buffered = Shape { before: 1, after: 0, ..QUARTER };
    let short = Place { shape: buffered, ..eight(9) };
    assert_eq!(short.reason("2026-12-08"), Reason::TooShort { minutes: 10 }, "without its buffer");
    let kept = Place { is_full: true, ..Place::new() };
    let opens = Some(at("2026-12-07T12:00:00+01:00"));
    assert_eq!(kept.reason("2026-12-08"), Reason::ContingentUsed { opens });
}

#[test]
fn walk_in_hours_are_those_that_are_not_over() {
    let local = LocalDay::new("2026-12-09".parse().unwrap(), BERLIN);
    let place: LocationId = Uuid::nil().into();
    let open =
        |first, length| Openings { walk_in: Ticks::range(first, length), ..Openings::default() };
    let counters = [
        (place, Uuid::nil().into(), open(96, 12)),
        (place, Uuid::nil().into(), open(102, 12)),
        (place, Uuid::nil().into(), open(168, 24)),
    ];
    let clock = |now: &str| {
        let hours = walk_in_hours(local, &counters, place, at(now));
        let told = |at| kernel::spoken::clock_time(at, BERLIN);
        hours.iter().map(|hours| (told(hours.from), told(hours.to))).collect::<Vec<_>>()
    };
    let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    let both = vec![pair("08:00", "09:30"), pair("14:00", "16:00")];
    assert_eq!(clock("2026-12-09T09:00:00+01:00"), both);
    assert_eq!(clock("2026-12-09T09:30:00+01:00"), both[1..]);
}
