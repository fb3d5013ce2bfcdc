//! Dates and times as people and other systems write them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// A date: `2026-12-08`, `08.12.2026`, `8.12.26`. What is written with slashes means two different days in two countries.
pub(super) fn date(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let text = text.split_once(", ").map_or(text, |(_, rest)| rest); // "Dienstag, 08.12.2026"
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(date);
    }
    let mut parts = text.split('.').map(str::trim);
    let number = |part: Option<&str>| {
        part.filter(|part| part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit()))?
            .parse::<u32>()
            .ok()
    };
    let (day, month, year) = (number(parts.next())?, number(parts.next())?, number(parts.next())?);
    let year = if year < 100 { 2000 + year } else { year };
    if parts.next().is_some() {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// A time of day: `9:15`, `09:15:00`, `9.15 Uhr`, `9 Uhr`.
pub(super) fn time(text: &str) -> Option<NaiveTime> {
    let text = text.trim();
    let said = text.strip_suffix("Uhr").map(str::trim_end);
    let (text, is_said) = (said.unwrap_or(text), said.is_some());
    let mut parts = text.split([':', '.']);
    let number = |part: &str| {
        let is_number = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<u32>().ok().filter(|_| is_number)
    };
    let hour = number(parts.next()?)?;
    let minute = match parts.next() {
        Some(part) => number(part)?,
        None if is_said => 0,
        None => return None,
    };
    let second = parts.next().map_or(Some(0), number)?;
    if parts.next().is_some() {
        return None;
    }
    NaiveTime::from_hms_opt(hour, minute, second)
}

/// Date and time in one: `08.12.2026 09:15`, `2026-12-08T09:15`.
pub(super) fn both(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim();
    let (day, clock) = text.split_once('T').or_else(|| text.split_once(' '))?;
    Some(date(day)?.and_time(time(clock)?))
}

/// An instant with its offset: `2026-12-08T09:15:00+01:00`.
pub(super) fn instant(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text.trim()).ok().map(|at| at.to_utc())
}

/// The instant of a local time (RFC 5545 §3.3.5): of one that comes twice the first, one that is skipped by the offset
/// before the gap.
pub(super) fn in_zone(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    let exactly = |local: &NaiveDateTime| zone.from_local_datetime(local).earliest();
    let found = exactly(&local).map(|at| at.to_utc());
    found.or_else(|| {
        let before = local.checked_sub_signed(TimeDelta::hours(3))?;
        Some(exactly(&before)?.to_utc() + TimeDelta::hours(3))
    })
}

/// `PT30M`, `P1D`, `P2W`; never backwards.
pub(super) fn duration(text: &str) -> Option<TimeDelta> {
    let text = text.trim().strip_prefix('+').unwrap_or(text.trim()).strip_prefix('P')?;
    let (days, clock) = text.split_once('T').unwrap_or((text, ""));
    let mut seconds: i64 = 0;
    let mut add = |part: &str, units: &[(char, i64)]| -> Option<()> {
        let mut number = String::new();
        for sign in part.chars() {
            if sign.is_ascii_digit() && number.len() < 6 {
                number.push(sign);
                continue;
            }
            let (_, length) = units.iter().find(|(unit, _)| *unit == sign)?;
            seconds += number.parse::<i64>().ok()? * length;
            number.clear();
        }
        number.is_empty().then_some(())
    };
    add(days, &[('W', 604_800), ('D', 86_400)])?;
    add(clock, &[('H', 3_600), ('M', 60), ('S', 1)])?;
    (seconds > 0).then(|| TimeDelta::seconds(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn german_and_iso_dates_are_read() {
        for text in ["2026-12-08", "08.12.2026", "8.12.26", " 8. 12. 2026 ", "Dienstag, 08.12.2026"]
        {
            assert_eq!(date(text), NaiveDate::from_ymd_opt(2026, 12, 8), "{text}");
        }
        for text in
            ["12/08/2026", "31.02.2026", "08.12.", "8.12.2026.1", "", "20261208", "-8.12.2026"]
        {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        for text in ["9:15", "09:15", "09:15:00", "9.15 Uhr", "9:15Uhr"] {
            assert_eq!(time(text), NaiveTime::from_hms_opt(9, 15, 0), "{text}");
        }
        assert_eq!(time("9 Uhr"), NaiveTime::from_hms_opt(9, 0, 0));
        for text in ["9", "25:00", "9:60", "009:15", "9:15 pm", "neun Uhr"] {
            assert_eq!(time(text), None, "{text}");
        }
        assert_eq!(both("08.12.2026 09:15"), both("2026-12-08T09:15:00"));
    }

    #[test]
    fn local_times_mean_one_instant_on_the_nights_when_clocks_change() {
        let zone = chrono_tz::Europe::Berlin;
        let at = |text: &str| in_zone(both(text).unwrap(), zone).unwrap().to_string();
        assert_eq!(
            at("29.03.2026 02:30"),
            "2026-03-29 01:30:00 UTC",
            "skipped: by the offset before"
        );
        assert_eq!(at("25.10.2026 02:30"), "2026-10-25 00:30:00 UTC", "twice: the first");
        assert_eq!(at("25.10.2026 03:30"), "2026-10-25 02:30:00 UTC");
    }

    #[test]
    fn durations_go_forward() {
        assert_eq!(duration("PT1H30M"), Some(TimeDelta::minutes(90)));
        assert_eq!(duration("P1W"), Some(TimeDelta::days(7)));
        assert_eq!(duration("+P1DT2H"), Some(TimeDelta::hours(26)));
        for text in ["-PT5M", "P", "PT0S", "PT1", "P1H", "PT9999999999H", "1H"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }
}
