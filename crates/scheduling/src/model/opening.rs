//! A local calendar day as instants and ticks, also in the nights when the clocks change.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use super::ticks::TICK_MINUTES;

/// A local calendar day and the instant at which it begins. Ticks count elapsed time from there, so a day on
/// which the clocks change simply has more or fewer of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LocalDay {
    pub(crate) date: NaiveDate,
    zone: Tz,
    begins: DateTime<Utc>,
}

impl LocalDay {
    pub(crate) fn new(date: NaiveDate, zone: Tz) -> Self {
        Self { date, zone, begins: wall_clock(date, 0, zone) }
    }

    /// The day on which the instant falls.
    pub(crate) fn of(at: DateTime<Utc>, zone: Tz) -> Self {
        Self::new(kernel::spoken::local_day(at, zone), zone)
    }

    /// The instant at which a tick begins.
    pub(crate) fn instant(self, tick: u32) -> DateTime<Utc> {
        self.begins + TimeDelta::minutes(i64::from(tick * TICK_MINUTES))
    }

    /// The tick that begins at the instant; `None` when the instant is between ticks or before the day.
    pub(crate) fn tick_at(self, at: DateTime<Utc>) -> Option<u32> {
        let seconds = (at - self.begins).num_seconds();
        let tick = i64::from(TICK_MINUTES) * 60;
        let exact = at.timestamp_subsec_nanos() == 0 && seconds % tick == 0;
        u32::try_from(seconds / tick).ok().filter(|_| exact && seconds >= 0)
    }

    /// The first tick that does not begin before the instant.
    pub(crate) fn first_tick_from(self, at: DateTime<Utc>) -> u32 {
        let seconds = (at - self.begins).num_seconds();
        let tick = i64::from(TICK_MINUTES) * 60;
        u32::try_from((seconds + tick - 1).div_euclid(tick)).unwrap_or(0)
    }

    /// Whether no clock changes on this day: then ticks are wall-clock time.
    pub(crate) fn has_usual_length(self) -> bool {
        self.tick_of_minute(1440) == 288
    }

    /// The wall-clock time at which a tick begins, "08:15".
    pub(crate) fn clock_time(self, tick: u32) -> String {
        kernel::spoken::clock_time(self.instant(tick), self.zone)
    }

    /// The tick of a wall-clock time given in minutes since midnight.
    pub(crate) fn tick_of_minute(self, minute: u32) -> u32 {
        self.first_tick_from(wall_clock(self.date, minute, self.zone))
    }
}

/// The instant of a wall-clock time. An hour that happens twice counts once, from its first beginning; a time that
/// is skipped counts as the end of the gap. 1440 is the next midnight.
pub(crate) fn wall_clock(date: NaiveDate, minute: u32, zone: Tz) -> DateTime<Utc> {
    let days = Days::new(u64::from(minute / 1440));
    let midnight = date.checked_add_days(days).unwrap_or(date).and_time(NaiveTime::MIN);
    let mut local = midnight + TimeDelta::minutes(i64::from(minute % 1440));
    // Gaps are at most a few hours and end on a full minute; the bound keeps even a strange zone from looping.
    for _ in 0..1440 {
        if let Some(found) = zone.from_local_datetime(&local).earliest() {
            return found.to_utc();
        }
        local += TimeDelta::minutes(1);
    }
    Utc.from_utc_datetime(&local)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const BERLIN: Tz = chrono_tz::Europe::Berlin;

    fn day(date: &str) -> LocalDay {
        LocalDay::new(date.parse().unwrap(), BERLIN)
    }

    fn rule(weekday: u32, from: u32, to: u32, breaks: Vec<(u32, u32)>) -> OpeningRule {
        OpeningRule {
            counter: Uuid::nil().into(),
            weekday,
            from,
            to,
            breaks,
            valid_from: None,
            valid_to: None,
        }
    }

    fn open(date: &str, rules: &[OpeningRule], closures: &[Closure]) -> Vec<String> {
        let day = day(date);
        open_ticks(Uuid::nil().into(), Uuid::nil().into(), rules, closures, day)
            .iter()
            .map(|tick| kernel::spoken::clock_time(day.instant(tick), BERLIN))
            .collect()
    }

    #[test]
    fn opening_hours_are_wall_clock_on_both_sides_of_a_clock_change() {
        let rules =
            [rule(6, 480, 490, vec![]), rule(7, 480, 490, vec![]), rule(1, 480, 490, vec![])];
        for date in
            ["2026-03-28", "2026-03-29", "2026-03-30", "2026-10-24", "2026-10-25", "2026-10-26"]
        {
            assert_eq!(open(date, &rules, &[]), ["08:00", "08:05"], "{date}");
        }
        assert_eq!(day("2026-03-29").instant(0).to_string(), "2026-03-28 23:00:00 UTC");
        assert_eq!(day("2026-03-29").tick_of_minute(1440), 276, "23 hours");
        assert_eq!(day("2026-10-25").tick_of_minute(1440), 300, "25 hours");
    }

    #[test]
    fn a_skipped_hour_is_no_time_and_a_repeated_one_lasts() {
        let night = [rule(7, 90, 180, vec![])];
        // 2:00 to 3:00 does not exist in spring
        assert_eq!(open("2026-03-29", &night, &[]).len(), 6);
        // and lasts two hours in autumn
        assert_eq!(open("2026-10-25", &night, &[]).len(), 30);
    }

    #[test]
    fn closures_win_over_rules_and_breaks_are_not_open() {
        let rules = [rule(2, 480, 510, vec![(485, 500)])];
        assert_eq!(open("2026-12-08", &rules, &[]), ["08:00", "08:20", "08:25"]);
        let closed = |location: Option<u128>| Closure {
            location: location.map(|id| Uuid::from_u128(id).into()),
            counter: None,
            from: "2026-12-08".parse().unwrap(),
            to: "2026-12-08".parse().unwrap(),
        };
        assert!(open("2026-12-08", &rules, &[closed(None)]).is_empty());
        assert!(open("2026-12-08", &rules, &[closed(Some(0))]).is_empty());
        assert_eq!(open("2026-12-08", &rules, &[closed(Some(1))]).len(), 3, "another location");
        assert_eq!(open("2026-12-15", &rules, &[closed(None)]).len(), 3, "another day");
    }

    #[test]
    fn a_rule_ends_with_its_validity() {
        let mut rule = rule(2, 480, 490, vec![]);
        rule.valid_from = Some("2026-12-08".parse().unwrap());
        rule.valid_to = Some("2026-12-15".parse().unwrap());
        let rules = [rule];
        assert!(open("2026-12-01", &rules, &[]).is_empty());
        assert_eq!(open("2026-12-08", &rules, &[]).len(), 2);
        assert_eq!(open("2026-12-15", &rules, &[]).len(), 2);
        assert!(open("2026-12-22", &rules, &[]).is_empty());
    }

    proptest! {
        #[test]
        fn every_tick_of_every_day_is_found_again(offset in 0u64..3650, tick in 0u32..276) {
            let date = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + Days::new(offset);
            let day = LocalDay::new(date, BERLIN);
            let at = day.instant(tick);
            prop_assert_eq!(day.tick_at(at), Some(tick));
            prop_assert_eq!(day.first_tick_from(at), tick);
            prop_assert_eq!(day.tick_at(at + TimeDelta::seconds(1)), None);
            prop_assert_eq!(LocalDay::of(at, BERLIN), day);
        }
    }
}
