use kernel::spoken::clock_time;
use uuid::Uuid;

use super::*;
use crate::model::samples::{hours, rule, town};

fn all_open(date: &str, book: &RuleBook) -> Openings {
    let day = LocalDay::new(date.parse().unwrap(), chrono_tz::Europe::Berlin);
    book.openings(Uuid::nil().into(), Uuid::nil().into(), &town(), day)
}

fn open(date: &str, book: &RuleBook) -> Vec<String> {
    let zone = chrono_tz::Europe::Berlin;
    let day = LocalDay::new(date.parse().unwrap(), zone);
    all_open(date, book).online.iter().map(|tick| clock_time(day.instant(tick), zone)).collect()
}

fn book(rules: Vec<OpeningRule>) -> RuleBook {
    RuleBook { rules, ..RuleBook::default() }
}

fn closure(from: &str, location: Option<u128>) -> Closure {
    let day = from.parse().unwrap();
    Closure {
        location: location.map(|id| Uuid::from_u128(id).into()),
        counter: None,
        from: day,
        to: day,
        reason: LocalizedText::german("Fortbildung"),
    }
}

#[test]
fn opening_hours_are_wall_clock_on_both_sides_of_a_clock_change() {
    let week = book((1..=7).map(|weekday| rule(weekday, 480, 490)).collect());
    for date in ["2026-03-28", "2026-03-29", "2026-03-30", "2026-10-24", "2026-10-25", "2026-10-26"]
    {
        assert_eq!(open(date, &week), ["08:00", "08:05"], "{date}");
    }
}

#[test]
fn a_skipped_hour_is_no_time_and_a_repeated_one_lasts() {
    let night = book(vec![rule(7, 90, 180)]);
    // 2:00 to 3:00 does not exist in spring
    assert_eq!(open("2026-03-29", &night).len(), 6);
    // and lasts two hours in autumn
    assert_eq!(open("2026-10-25", &night).len(), 30);
}

#[test]
fn breaks_are_not_open() {
    let mut tuesday = rule(2, 480, 520);
    tuesday.hours.breaks = vec![(485, 495), (500, 510)];
    assert_eq!(open("2026-12-08", &book(vec![tuesday])), ["08:00", "08:15", "08:30", "08:35"]);
}

#[test]
fn a_rule_ends_with_its_validity() {
    let mut rule = rule(2, 480, 490);
    rule.valid_from = Some("2026-12-08".parse().unwrap());
    rule.valid_to = Some("2026-12-15".parse().unwrap());
    let book = book(vec![rule]);
    let open_on = ["2026-12-01", "2026-12-08", "2026-12-15", "2026-12-22"]
        .map(|date| !open(date, &book).is_empty());
    assert_eq!(open_on, [false, true, true, false]);
}

#[test]
fn every_second_week_counts_from_the_anchor_also_backwards_and_over_new_year() {
    let mut saturday = rule(6, 480, 490);
    saturday.rhythm =
        Rhythm { every_weeks: 2, anchor: Some("2026-12-16".parse().unwrap()), month_weeks: vec![] };
    let book = book(vec![saturday]);
    let open_on =
        ["2026-11-21", "2026-12-05", "2026-12-12", "2026-12-19", "2027-01-02", "2027-01-09"]
            .map(|date| !open(date, &book).is_empty());
    assert_eq!(open_on, [true, true, false, true, true, false]);
}

#[test]
fn the_first_and_the_last_of_a_month() {
    let mut thursday = rule(4, 480, 490);
    thursday.rhythm = Rhythm { month_weeks: vec![1, -1], ..Rhythm::WEEKLY };
    let book = book(vec![thursday]);
    let open_on =
        ["2027-02-04", "2027-02-11", "2027-02-18", "2027-02-25", "2027-04-29", "2027-04-22"]
            .map(|date| !open(date, &book).is_empty());
    assert_eq!(open_on, [true, false, false, true, true, false]);
}

#[test]
fn closure_beats_exception_beats_rule_beats_holiday() {
    // Friday, 25 December 2026
    let date = "2026-12-25";
    let mut all = book(vec![rule(5, 480, 490)]);
    assert_eq!(open("2026-12-18", &all), ["08:00", "08:05"], "an ordinary Friday");
    assert!(open(date, &all).is_empty(), "a rule that says nothing about holidays");
    all.rules[0].on_holidays = true;
    assert_eq!(open(date, &all), ["08:00", "08:05"], "a rule for holidays");
    let day = date.parse().unwrap();
    all.exceptions =
        vec![OpeningException { counter: Uuid::nil().into(), day, hours: hours(600, 605) }];
    assert_eq!(open(date, &all), ["10:00"], "an exception instead of the rule");
    all.rules[0].on_holidays = false;
    assert_eq!(open(date, &all), ["10:00"], "also on a holiday");
    all.closures = vec![closure(date, Some(1))];
    assert_eq!(open(date, &all), ["10:00"], "another place is closed");
    all.closures = vec![closure(date, None)];
    assert!(open(date, &all).is_empty(), "a closure closes");
}

#[test]
fn the_municipality_s_own_holidays_close_too() {
    let all = book(vec![rule(4, 480, 490)]);
    // Christmas Eve 2026 is a Thursday; the sample town observes it
    assert!(open("2026-12-24", &all).is_empty());
    assert_eq!(open("2026-12-17", &all).len(), 2);
}

#[test]
fn channels_have_their_own_hours() {
    let mut calls = rule(2, 480, 490);
    calls.hours.channels = vec![Channel::Phone];
    let mut walk_in = rule(2, 490, 500);
    walk_in.hours.channels = vec![Channel::WalkIn];
    let open = all_open("2026-12-08", &book(vec![calls, walk_in]));
    assert!(open.of(Channel::Online).is_empty());
    assert_eq!(open.of(Channel::Phone).count(), 2);
    assert_eq!(open.of(Channel::WalkIn).count(), 2);
}

#[test]
fn a_closed_day_says_why() {
    let counters = [Uuid::nil().into()];
    let why = |date: &str, book: &RuleBook| {
        book.why_closed(&counters, Uuid::nil().into(), &town(), date.parse().unwrap())
    };
    let mut all = book(vec![rule(5, 480, 490)]);
    assert_eq!(why("2026-12-25", &all), Closed::Holiday(Holiday::ChristmasDay));
    assert_eq!(why("2026-12-26", &all), Closed::NoHours, "a Saturday is closed anyway");
    all.closures = vec![closure("2026-12-25", None)];
    assert_eq!(why("2026-12-25", &all), Closed::Closure(LocalizedText::german("Fortbildung")));
}
