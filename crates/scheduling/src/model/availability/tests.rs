use uuid::Uuid;

use super::*;
use crate::model::samples::booking;

const BERLIN: Tz = chrono_tz::Europe::Berlin;
/// A quarter of an hour on a raster of the same.
const QUARTER: Shape = Shape { before: 0, visit: 3, after: 0, raster: 3 };

fn window() -> Window {
    // Monday, 7 December 2026, 10:00 in Berlin
    Window::new("2026-12-07T09:00:00Z".parse().unwrap(), BERLIN, &booking(1))
}

fn map(counter: u128, open: Ticks, busy: Ticks) -> DayMap {
    DayMap {
        counter: Uuid::from_u128(counter).into(),
        day: "2026-12-08".parse().unwrap(),
        open,
        open_phone: open,
        busy,
    }
}

/// The day as equal or different counters of one place make it.
fn day_of(date: &str, maps: &[(i32, DayMap)], window: Window, shape: Shape) -> Day {
    let counters: Vec<CounterDay<'_>> = maps
        .iter()
        .map(|(team, map)| CounterDay { place: Uuid::nil().into(), team: *team, map })
        .collect();
    let local = LocalDay::new(date.parse().unwrap(), BERLIN);
    day(local, &counters, Channel::Online, window, shape, |_| None)
}

fn one(date: &str, open: Ticks, busy: Ticks, window: Window) -> Day {
    day_of(date, &[(0, map(1, open, busy))], window, QUARTER)
}

fn told(day: &Day) -> Vec<(String, u32)> {
    let clock = |start: Start| (kernel::spoken::clock_time(start.at, BERLIN), start.remaining);
    day.starts().into_iter().map(clock).collect()
}

fn times(list: &[(&str, u32)]) -> Vec<(String, u32)> {
    list.iter().map(|(time, left)| ((*time).to_owned(), *left)).collect()
}

#[test]
fn a_day_without_times_says_why() {
    let eight_to_nine = Ticks::range(96, 12);
    let none = Ticks::default();
    let state = |date, open, busy| one(date, open, busy, window()).state;
    assert_eq!(state("2026-12-08", eight_to_nine, none), DayState::Free);
    assert_eq!(state("2026-12-06", eight_to_nine, none), DayState::Past);
    assert_eq!(state("2026-12-07", eight_to_nine, none), DayState::Past, "today is too soon");
    assert_eq!(state("2026-12-07", none, none), DayState::Closed);
    assert_eq!(state("2026-12-08", none, none), DayState::Closed);
    assert_eq!(state("2026-12-08", eight_to_nine, eight_to_nine), DayState::Full);
    assert_eq!(state("2026-12-08", eight_to_nine, Ticks::range(96, 10)), DayState::TooShort);
    let off_raster = Ticks::range(96, 4).or(Ticks::range(103, 5));
    assert_eq!(state("2026-12-08", eight_to_nine, off_raster), DayState::Full, "8:20 is no start");
    assert_eq!(state("2027-02-05", eight_to_nine, none), DayState::Free, "the last released day");
    assert_eq!(state("2027-02-06", eight_to_nine, none), DayState::NotYetReleased);
}

#[test]
fn starts_of_several_counters_are_counted() {
    let half_hour = Shape { visit: 6, ..QUARTER };
    let open = Ticks::range(96, 12);
    let maps = [(0, map(1, open, Ticks::default())), (1, map(2, open, Ticks::range(96, 3)))];
    let day = day_of("2026-12-08", &maps, window(), half_hour);
    assert_eq!(told(&day), times(&[("08:00", 1), ("08:15", 2), ("08:30", 2)]));
    assert_eq!(day.clock_times(), ["08:00", "08:15", "08:30"]);
    assert_eq!(day.first(), day.starts().first().copied());
    let again = Day::with_times(day.date, BERLIN, &day.starts());
    assert_eq!(again.starts(), day.starts());
}

#[test]
fn equal_counters_act_as_one() {
    let half_hour = Shape { visit: 6, ..QUARTER };
    let open = Ticks::range(96, 6);
    // one is taken in the first quarter, the other in the second: swapped, one of them is free
    let maps =
        |team| [(0, map(1, open, Ticks::range(96, 3))), (team, map(2, open, Ticks::range(99, 3)))];
    assert_eq!(told(&day_of("2026-12-08", &maps(0), window(), half_hour)), times(&[("08:00", 1)]));
    assert!(told(&day_of("2026-12-08", &maps(1), window(), half_hour)).is_empty(), "not equal");
}

#[test]
fn buffers_are_kept_free_and_not_offered() {
    let shape = Shape { before: 1, after: 2, ..QUARTER };
    let day = day_of(
        "2026-12-08",
        &[(0, map(1, Ticks::range(96, 12), Ticks::default()))],
        window(),
        shape,
    );
    // 8:00 has no time to prepare, 8:45 none to finish
    assert_eq!(day.clock_times(), ["08:15", "08:30"]);
}

#[test]
fn a_contingent_leaves_what_is_left_of_it() {
    let open = Ticks::range(96, 6);
    let maps = [map(1, open, Ticks::default()), map(2, open, Ticks::default())];
    let counters =
        maps.each_ref().map(|map| CounterDay { place: Uuid::nil().into(), team: 0, map });
    let local = LocalDay::new("2026-12-08".parse().unwrap(), BERLIN);
    let left = |ticks| day(local, &counters, Channel::Online, window(), QUARTER, |_| Some(ticks));
    assert_eq!(told(&left(6)), times(&[("08:00", 2), ("08:15", 2)]));
    assert_eq!(told(&left(5)), times(&[("08:00", 1), ("08:15", 1)]));
    assert_eq!(left(2).state, DayState::Full);
}

#[test]
fn without_lead_days_today_counts_from_now() {
    let now = "2026-12-07T09:00:00Z".parse().unwrap();
    let window = Window::new(now, BERLIN, &Booking { lead_minutes: 30, ..booking(0) });
    let day = one("2026-12-07", Ticks::range(120, 12), Ticks::default(), window);
    assert_eq!(day.clock_times().first().map(String::as_str), Some("10:30"));
}

#[test]
fn a_service_may_want_more_notice_and_a_shorter_horizon() {
    let now = "2026-12-07T09:00:00Z".parse().unwrap();
    let narrowed = window().narrowed(now, Some(3 * 24 * 60), Some(7));
    let state = |date| one(date, Ticks::range(96, 12), Ticks::default(), narrowed).state;
    assert_eq!(state("2026-12-09"), DayState::Past);
    assert_eq!(state("2026-12-11"), DayState::Free);
    assert_eq!(state("2026-12-14"), DayState::Free);
    assert_eq!(state("2026-12-15"), DayState::NotYetReleased);
}

#[test]
fn what_is_left_of_today_is_released_at_its_time() {
    let remainder = Booking {
        lead_minutes: 30,
        same_day_from: tenant::ClockTime::parse("08:00"),
        ..booking(2)
    };
    let ten_to_eleven = |date: &str, now: &str| {
        let window = Window::new(now.parse().unwrap(), BERLIN, &remainder);
        let day = one(date, Ticks::range(120, 12), Ticks::default(), window);
        (day.state, day.first().map(|start| start.at.to_string()))
    };
    let early = ten_to_eleven("2026-12-07", "2026-12-07T06:59:59Z");
    assert_eq!(early, (DayState::Past, None));
    let then = ten_to_eleven("2026-12-07", "2026-12-07T07:00:00Z");
    assert_eq!(then, (DayState::Free, Some("2026-12-07 09:00:00 UTC".to_owned())));
    let later = ten_to_eleven("2026-12-07", "2026-12-07T09:05:00Z");
    assert_eq!(later.1.as_deref(), Some("2026-12-07 09:45:00 UTC"), "lead minutes still hold");
    let tomorrow = ten_to_eleven("2026-12-08", "2026-12-07T09:00:00Z");
    assert_eq!(tomorrow, (DayState::Past, None), "lead days still hold");
    assert_eq!(ten_to_eleven("2026-12-09", "2026-12-07T09:00:00Z").0, DayState::Free);
}

#[test]
fn a_day_that_the_plan_has_not_released_is_not_offered() {
    let weekly = Booking {
        release: tenant::Release::Weekly {
            weekday: tenant::Weekday::Mo,
            at: tenant::ClockTime::parse("07:00").unwrap(),
            weeks_ahead: 1,
        },
        ..booking(0)
    };
    let state = |now: &str| {
        let window = Window::new(now.parse().unwrap(), BERLIN, &weekly);
        one("2026-12-14", Ticks::range(96, 12), Ticks::default(), window).state
    };
    assert_eq!(state("2026-12-07T05:59:59Z"), DayState::NotYetReleased);
    assert_eq!(state("2026-12-07T06:00:00Z"), DayState::Free);
}
