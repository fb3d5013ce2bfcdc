//! A local calendar day as instants and ticks, also in the nights when the clocks change.

use super::ticks::TICK_MINUTES;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

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

    /// Another day of the same wall clocks.
    pub(crate) fn on(self, date: NaiveDate) -> Self {
        Self::new(date, self.zone)
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

    use super::*;

    const BERLIN: Tz = chrono_tz::Europe::Berlin;

    fn day(date: &str) -> LocalDay {
        LocalDay::new(date.parse().unwrap(), BERLIN)
    }

    #[test]
    fn a_day_on_which_clocks_change_is_shorter_or_longer() {
        assert_eq!(day("2026-03-29").instant(0).to_string(), "2026-03-28 23:00:00 UTC");
        assert_eq!(day("2026-03-29").tick_of_minute(1440), 276, "23 hours");
        assert_eq!(day("2026-10-25").tick_of_minute(1440), 300, "25 hours");
        assert!(day("2026-10-26").has_usual_length() && !day("2026-10-25").has_usual_length());
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
