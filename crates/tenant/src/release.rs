//! When the days of the calendar are released for online booking, as the municipality sets it up.
//!
//! What the plans mean on a real calendar is computed in the scheduling.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize};

use crate::{Booking, Problem};

/// A release plan: which days become bookable when.
///
/// ```
/// # use tenant::Release;
/// let text = r#"{"plan": "weekly", "weekday": "mo", "at": "07:00", "weeks_ahead": 2}"#;
/// let plan: Release = serde_json::from_str(text).unwrap();
/// assert_eq!(plan.reach(60), 20, "from a Monday to the Sunday of the week after next");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "plan", rename_all = "lowercase", deny_unknown_fields)]
pub enum Release {
    /// One day more at each midnight: everything from today through `horizon_days`.
    #[default]
    #[serde(deserialize_with = "nothing_else")]
    Rolling,
    /// One day more each day at this time. Until then the last day is yesterday's.
    Daily {
        /// When.
        at: ClockTime,
    },
    /// A week more each week: at this time all days through the Sunday so many weeks later.
    Weekly {
        /// On which day.
        weekday: Weekday,
        /// When.
        at: ClockTime,
        /// 0 is the week of the release itself, 2 the week after next.
        weeks_ahead: u32,
    },
    /// A month more each month: at this time all days through the end of the month so many months later.
    Monthly {
        /// On which day; the last of the month where the month is shorter.
        day: u32,
        /// When.
        at: ClockTime,
        /// 0 is the month of the release itself.
        months_ahead: u32,
    },
}

/// A unit variant accepts any neighbours of its tag, so a forgotten `plan = "daily"` would go unnoticed.
fn nothing_else<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}
    Nothing::deserialize(deserializer).map(|Nothing {}| ())
}

impl Release {
    /// Whether nothing else was set.
    pub fn is_rolling(&self) -> bool {
        *self == Self::Rolling
    }

    /// The greatest number of days between today and the last released day.
    pub fn reach(&self, horizon_days: u32) -> u32 {
        match *self {
            Self::Rolling | Self::Daily { .. } => horizon_days,
            Self::Weekly { weekday, weeks_ahead, .. } => {
                weeks_ahead.saturating_mul(7).saturating_add(7 - weekday.number())
            }
            Self::Monthly { day, months_ahead, .. } => (0..48)
                .filter_map(|month| {
                    // 48 months have each combination of lengths
                    let first = NaiveDate::from_ymd_opt(2024, 1, 1)? + Months::new(month);
                    let from = monthly_release_day(first, day)?;
                    let end = first
                        .checked_add_months(Months::new(months_ahead.checked_add(1)?))?
                        .checked_sub_days(Days::new(1))?;
                    u32::try_from((end - from).num_days()).ok()
                })
                .max()
                .unwrap_or(u32::MAX),
        }
    }
}

/// The day of a monthly release in the month that begins on `first`.
pub fn monthly_release_day(first: NaiveDate, day: u32) -> Option<NaiveDate> {
    let length = u32::from(first.num_days_in_month());
    first.with_day(day.clamp(1, length))
}

/// A time on the wall clock, "07:00".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClockTime(u32);

impl ClockTime {
    /// The time so many minutes after midnight; `None` where the day is over.
    pub fn from_minutes(minutes: u32) -> Option<Self> {
        (minutes < 1440).then_some(Self(minutes))
    }

    /// Minutes since midnight.
    pub fn minutes(self) -> u32 {
        self.0
    }

    /// Reads "07:00".
    pub fn parse(text: &str) -> Option<Self> {
        let (hours, minutes) = text.split_once(':')?;
        let number = |digits: &str| {
            let plain = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| digits.parse::<u32>().ok()).flatten()
        };
        let (hours, minutes) = (number(hours)?, number(minutes)?);
        (hours < 24 && minutes < 60).then_some(Self(hours * 60 + minutes))
    }
}

impl std::fmt::Display for ClockTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl TryFrom<String> for ClockTime {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("`{text}` is no time like \"07:00\""))
    }
}

impl From<ClockTime> for String {
    fn from(time: ClockTime) -> Self {
        time.to_string()
    }
}

/// A day of the week in the municipality's file, as iCalendar abbreviates it (RFC 5545 §3.3.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are those of the days")]
pub enum Weekday {
    Mo = 1,
    Tu,
    We,
    Th,
    Fr,
    Sa,
    Su,
}

impl Weekday {
    /// 1 is Monday, 7 Sunday (ISO 8601).
    pub fn number(self) -> u32 {
        self as u32
    }
}

/// How long a time that became free is kept back, so that nobody who watches the calendar can take it the moment a
/// friend gives it up. A random number of minutes between the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cooldown {
    /// At least so long.
    pub min_minutes: u32,
    /// At most so long.
    pub max_minutes: u32,
}

/// What is wrong with release, same-day remainder and cool-down.
pub(crate) fn problems(booking: &Booking) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut check = |good: bool, key: &str, problem: String| {
        if !good {
            found.push(Problem { key: format!("booking.{key}"), problem });
        }
    };
    if let Release::Monthly { day, .. } = booking.release {
        check((1..=31).contains(&day), "release.day", "use 1 to 31".to_owned());
    }
    let reach = booking.release.reach(booking.horizon_days);
    check(
        reach <= booking.horizon_days,
        "horizon_days",
        format!("the release plan reaches {reach} days ahead, so use at least {reach}"),
    );
    check(
        booking.lead_days < reach.min(booking.horizon_days),
        "lead_days",
        "must lie before the horizon, and before the last day that the plan releases".to_owned(),
    );
    check(
        booking.same_day_from.is_none() || booking.lead_days > 0,
        "same_day_from",
        "means something only with lead_days of 1 or more: today can be booked anyway".to_owned(),
    );
    if let Some(Cooldown { min_minutes, max_minutes }) = booking.cooldown {
        check(
            0 < min_minutes && min_minutes <= max_minutes && max_minutes <= 1440,
            "cooldown",
            "use 0 < min_minutes <= max_minutes <= 1440".to_owned(),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn booking(more: &str) -> Booking {
        let text = format!(
            "lead_days = 1\nlead_minutes = 0\nhorizon_days = 60\nhold_minutes = 10\n\
             raster_minutes = 15\nmax_open_appointments = 0\n{more}"
        );
        toml::from_str(&text).unwrap()
    }

    fn told(more: &str) -> Vec<String> {
        problems(&booking(more)).iter().map(ToString::to_string).collect()
    }

    fn plan(text: &str) -> Result<Release, toml::de::Error> {
        #[derive(Deserialize)]
        struct Part {
            release: Release,
        }
        toml::from_str::<Part>(&format!("release = {{ {text} }}")).map(|part| part.release)
    }

    #[test]
    fn plans_are_read_as_they_are_written() {
        let seven = ClockTime::parse("07:00").unwrap();
        assert_eq!(plan("plan = 'rolling'").unwrap(), Release::Rolling);
        assert_eq!(plan("plan = 'daily', at = '07:00'").unwrap(), Release::Daily { at: seven });
        assert_eq!(
            plan("plan = 'weekly', weekday = 'mo', at = '07:00', weeks_ahead = 2").unwrap(),
            Release::Weekly { weekday: Weekday::Mo, at: seven, weeks_ahead: 2 }
        );
        assert_eq!(
            plan("plan = 'monthly', day = 1, at = '07:00', months_ahead = 1").unwrap(),
            Release::Monthly { day: 1, at: seven, months_ahead: 1 }
        );
        for wrong in [
            "plan = 'hourly'",
            "plan = 'rolling', at = '07:00'",
            "plan = 'daily'",
            "plan = 'daily', at = '7:00'",
            "plan = 'daily', at = '24:00'",
            "plan = 'daily', at = '07:00', weekday = 'mo'",
            "plan = 'weekly', weekday = 'di', at = '07:00', weeks_ahead = 2",
        ] {
            assert!(plan(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn settings_of_an_earlier_release_are_read_and_still_written() {
        let before = booking("");
        assert_eq!((before.release, before.same_day_from), (Release::Rolling, None));
        assert_eq!(before.cooldown, None);
        let stored = serde_json::to_value(&before).unwrap();
        let keys: Vec<_> = stored.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys.len(), 6, "what is not used is not stored: {keys:?}");
        let after = booking(
            "release = { plan = 'daily', at = '07:05' }\nsame_day_from = '08:00'\n\
             cooldown = { min_minutes = 5, max_minutes = 60 }",
        );
        let stored = serde_json::to_value(&after).unwrap();
        assert_eq!(stored["release"], serde_json::json!({ "plan": "daily", "at": "07:05" }));
        assert_eq!(stored["same_day_from"], "08:00");
        let back: Booking = serde_json::from_value(stored).unwrap();
        assert_eq!((back.release, back.cooldown), (after.release, after.cooldown));
    }

    #[test]
    fn a_plan_never_reaches_beyond_the_horizon() {
        let weekly = |weeks, more| {
            format!(
                "release = {{ plan = 'weekly', weekday = 'mo', at = '07:00', weeks_ahead = {weeks} }}{more}"
            )
        };
        assert_eq!(told(""), [""; 0]);
        assert_eq!(told(&weekly(2, "")), [""; 0]);
        assert_eq!(
            told(&weekly(8, "")),
            ["booking.horizon_days: the release plan reaches 62 days ahead, so use at least 62"]
        );
        let monthly = |day, months| {
            let text =
                format!("plan = 'monthly', day = {day}, at = '07:00', months_ahead = {months}");
            plan(&text).unwrap().reach(60)
        };
        assert_eq!(monthly(1, 0), 30);
        assert_eq!(monthly(1, 1), 61, "from 1 July to 31 August");
        assert_eq!(monthly(31, 1), 31, "from 30 June to 31 July");
        assert_eq!(monthly(1, 12), 396, "from 1 July 2027 to 31 July 2028");
        assert_eq!(monthly(1, u32::MAX), u32::MAX);
        let wrong_day = "release = { plan = 'monthly', day = 32, at = '07:00', months_ahead = 1 }";
        assert_eq!(told(wrong_day), ["booking.release.day: use 1 to 31"]);
    }

    #[test]
    fn what_means_nothing_is_a_problem() {
        assert_eq!(told("same_day_from = '08:00'"), [""; 0]);
        let today = Booking { lead_days: 0, ..booking("same_day_from = '08:00'") };
        assert_eq!(problems(&today).len(), 1);
        let never = "release = { plan = 'weekly', weekday = 'su', at = '07:00', weeks_ahead = 0 }";
        assert_eq!(told(never).len(), 1, "nothing after the day of the release");
        for (least, most, good) in
            [(5, 60, true), (5, 5, true), (0, 60, false), (60, 5, false), (5, 1441, false)]
        {
            let text = format!("cooldown = {{ min_minutes = {least}, max_minutes = {most} }}");
            assert_eq!(told(&text).is_empty(), good, "{text}");
        }
    }
}
