//! When which days are released for online booking: pure calendar arithmetic on the municipality's plan.
//!
//! Every plan is a sequence of releases, each at a wall-clock time of some local day and each naming the last day
//! that can be booked from then on. A time that the clocks skip counts as the end of the gap, one that they
//! repeat as its first occurrence.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use chrono_tz::Tz;
use tenant::{Booking, Release, monthly_release_day};

use super::opening::wall_clock;

/// Days that are released together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Released {
    /// From this instant on they can be booked.
    pub at: DateTime<Utc>,
    /// The first of them.
    pub from: NaiveDate,
    /// The last of them.
    pub to: NaiveDate,
}

/// More days than lie between two releases of any plan.
const LONGEST_PAUSE: usize = 70;

/// The release on a local day, if the plan has one then: its instant and the last day that it opens.
fn release_on(booking: &Booking, zone: Tz, day: NaiveDate) -> Option<(DateTime<Utc>, NaiveDate)> {
    let horizon = Days::new(booking.horizon_days.into());
    let (minute, last) = match booking.release {
        Release::Rolling => (0, day.checked_add_days(horizon)?),
        Release::Daily { at } => (at.minutes(), day.checked_add_days(horizon)?),
        Release::Weekly { weekday, at, weeks_ahead } => {
            if day.weekday().number_from_monday() != weekday.number() {
                return None;
            }
            let sunday = u64::from(weeks_ahead) * 7 + u64::from(7 - weekday.number());
            (at.minutes(), day.checked_add_days(Days::new(sunday))?)
        }
        Release::Monthly { day: wanted, at, months_ahead } => {
            let first = day.with_day(1)?;
            if monthly_release_day(first, wanted)? != day {
                return None;
            }
            let after = first.checked_add_months(Months::new(months_ahead.checked_add(1)?))?;
            (at.minutes(), after.pred_opt()?)
        }
    };
    Some((wall_clock(day, minute, zone), last))
}

/// The last day that can be booked online at the instant. Lies before today when nothing is released.
pub(crate) fn last_released_day(booking: &Booking, zone: Tz, now: DateTime<Utc>) -> NaiveDate {
    let today = kernel::spoken::local_day(now, zone);
    std::iter::successors(Some(today), NaiveDate::pred_opt)
        .take(LONGEST_PAUSE)
        .filter_map(|day| release_on(booking, zone, day))
        .find_map(|(at, last)| (at <= now).then_some(last))
        // only at the end of the calendar
        .unwrap_or(today)
}

/// The next instant at which days are added, and which.
pub(crate) fn next_release(booking: &Booking, zone: Tz, now: DateTime<Utc>) -> Option<Released> {
    let today = kernel::spoken::local_day(now, zone);
    let from = last_released_day(booking, zone, now).succ_opt()?;
    let (at, to) = today
        .iter_days()
        .take(LONGEST_PAUSE)
        .filter_map(|day| release_on(booking, zone, day))
        .find(|(at, to)| *at > now && *to >= from)?;
    Some(Released { at, from, to })
}

/// The instant at which a day is or was released.
pub(crate) fn release_of(booking: &Booking, zone: Tz, day: NaiveDate) -> Option<DateTime<Utc>> {
    let on = match booking.release {
        Release::Rolling | Release::Daily { .. } => {
            day.checked_sub_days(Days::new(booking.horizon_days.into()))?
        }
        Release::Weekly { weekday, weeks_ahead, .. } => {
            let monday =
                u64::from(weeks_ahead) * 7 + u64::from(day.weekday().num_days_from_monday());
            let monday = day.checked_sub_days(Days::new(monday))?;
            monday.checked_add_days(Days::new(u64::from(weekday.number() - 1)))?
        }
        Release::Monthly { day: wanted, months_ahead, .. } => {
            let first = day.with_day(1)?.checked_sub_months(Months::new(months_ahead))?;
            monthly_release_day(first, wanted)?
        }
    };
    release_on(booking, zone, on).map(|(at, _)| at)
}

/// From which instant on today's remainder can be booked today, if the municipality offers that.
pub(crate) fn same_day_from(
    booking: &Booking,
    zone: Tz,
    today: NaiveDate,
) -> Option<DateTime<Utc>> {
    booking.same_day_from.map(|time| wall_clock(today, time.minutes(), zone))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;
    use tenant::{ClockTime, Weekday};

    use super::*;
    use crate::model::samples::booking as sample_booking;

    const BERLIN: Tz = chrono_tz::Europe::Berlin;

    fn booking(release: Release) -> Booking {
        Booking { release, ..sample_booking(1) }
    }

    fn clock(text: &str) -> ClockTime {
        ClockTime::parse(text).unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    fn last(release: Release, now: &str) -> String {
        last_released_day(&booking(release), BERLIN, at(now)).to_string()
    }

    #[test]
    fn rolling_adds_a_day_at_midnight() {
        assert_eq!(last(Release::Rolling, "2026-12-07T23:59:59+01:00"), "2027-02-05");
        assert_eq!(last(Release::Rolling, "2026-12-08T00:00:00+01:00"), "2027-02-06");
    }

    #[test]
    fn daily_adds_a_day_at_its_time() {
        let plan = Release::Daily { at: clock("07:00") };
        assert_eq!(last(plan, "2026-12-07T06:59:59+01:00"), "2027-02-04");
        assert_eq!(last(plan, "2026-12-07T07:00:00+01:00"), "2027-02-05");
    }

    #[test]
    fn mondays_at_seven_for_the_week_after_next() {
        let plan = Release::Weekly { weekday: Weekday::Mo, at: clock("07:00"), weeks_ahead: 2 };
        assert_eq!(last(plan, "2026-12-07T06:59:59+01:00"), "2026-12-20");
        assert_eq!(last(plan, "2026-12-07T07:00:00+01:00"), "2026-12-27");
        assert_eq!(last(plan, "2026-12-13T23:59:59+01:00"), "2026-12-27");
        let next = next_release(&booking(plan), BERLIN, at("2026-12-08T09:00:00+01:00")).unwrap();
        assert_eq!(next.at, at("2026-12-14T07:00:00+01:00"));
        assert_eq!(
            (next.from.to_string(), next.to.to_string()),
            ("2026-12-28".into(), "2027-01-03".into())
        );
    }

    #[test]
    fn monthly_on_the_last_day_where_the_month_is_short() {
        let plan = Release::Monthly { day: 31, at: clock("08:00"), months_ahead: 1 };
        assert_eq!(last(plan, "2027-02-28T07:59:59+01:00"), "2027-02-28");
        assert_eq!(last(plan, "2027-02-28T08:00:00+01:00"), "2027-03-31");
        let released = release_of(&booking(plan), BERLIN, "2027-03-01".parse().unwrap());
        assert_eq!(released, Some(at("2027-02-28T08:00:00+01:00")));
    }

    #[test]
    fn on_the_nights_of_clock_changes_a_release_happens_once() {
        for minute in ["02:00", "02:07", "02:59"] {
            let plan = Release::Daily { at: clock(minute) };
            // skipped in spring: the end of the gap
            assert_eq!(last(plan, "2026-03-29T01:59:59+01:00"), "2026-05-27", "{minute}");
            assert_eq!(last(plan, "2026-03-29T03:00:00+02:00"), "2026-05-28", "{minute}");
        }
        // repeated in autumn: the first time
        let plan = Release::Daily { at: clock("02:30") };
        assert_eq!(last(plan, "2026-10-25T02:29:59+02:00"), "2026-12-23");
        assert_eq!(last(plan, "2026-10-25T02:30:00+02:00"), "2026-12-24");
        assert_eq!(last(plan, "2026-10-25T02:29:59+01:00"), "2026-12-24");
    }

    fn plans() -> impl Strategy<Value = Release> {
        // a third of the times lies in the hours that clock changes skip or repeat
        let minutes = prop_oneof![2 => 0u32..1440, 1 => 110u32..190];
        let time = minutes.prop_map(|minutes| ClockTime::from_minutes(minutes).unwrap());
        (time, 0u32..4, 0usize..7, 1u32..=31, 0u32..4).prop_map(
            |(at, kind, weekday, day, ahead)| {
                let weekday = [
                    Weekday::Mo,
                    Weekday::Tu,
                    Weekday::We,
                    Weekday::Th,
                    Weekday::Fr,
                    Weekday::Sa,
                    Weekday::Su,
                ][weekday];
                match kind {
                    0 => Release::Rolling,
                    1 => Release::Daily { at },
                    2 => Release::Weekly { weekday, at, weeks_ahead: ahead },
                    _ => Release::Monthly { day, at, months_ahead: ahead },
                }
            },
        )
    }

    /// Instants of 2024 to 2035, half of them around a clock change.
    fn instants() -> impl Strategy<Value = DateTime<Utc>> {
        let anywhen = (0i64..12 * 365 * 86_400)
            .prop_map(|s| at("2024-01-01T00:00:00Z") + TimeDelta::seconds(s));
        let change = (2024i32..2036, prop_oneof![Just(3u32), Just(10)], -7200i64..7200).prop_map(
            |(year, month, s)| {
                let end = NaiveDate::from_ymd_opt(year, month, 31).unwrap();
                let sunday = end - Days::new(end.weekday().num_days_from_sunday().into());
                sunday.and_hms_opt(1, 0, 0).unwrap().and_utc() + TimeDelta::seconds(s)
            },
        );
        prop_oneof![anywhen, change]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        #[test]
        fn the_three_answers_agree(release in plans(), now in instants(), step in 0i64..40 * 86_400) {
            let booking = booking(release);
            let last = |now| last_released_day(&booking, BERLIN, now);
            let second = TimeDelta::seconds(1);
            // what is released stays released
            prop_assert!(last(now) <= last(now + TimeDelta::seconds(step)));
            // nothing changes until the next release, and then what was announced
            let next = next_release(&booking, BERLIN, now).unwrap();
            prop_assert!(next.at > now);
            prop_assert_eq!(last(next.at - second), last(now));
            prop_assert_eq!(last(next.at), next.to);
            prop_assert_eq!(last(now).succ_opt(), Some(next.from));
            // each day on its own says the same
            for day in next.from.iter_days().take_while(|day| *day <= next.to) {
                prop_assert_eq!(release_of(&booking, BERLIN, day), Some(next.at));
            }
            let released = release_of(&booking, BERLIN, last(now)).unwrap();
            prop_assert!(released <= now && last(released - second) < last(now));
            prop_assert!(release_of(&booking, BERLIN, next.to.succ_opt().unwrap()).unwrap() > next.at);
        }

        #[test]
        fn no_plan_reaches_further_than_it_says(release in plans(), now in instants()) {
            let booking = booking(release);
            let today = kernel::spoken::local_day(now, BERLIN);
            let days = (last_released_day(&booking, BERLIN, now) - today).num_days();
            prop_assert!(days <= i64::from(release.reach(booking.horizon_days)));
        }
    }
}
