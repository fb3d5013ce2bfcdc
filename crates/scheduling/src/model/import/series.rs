//! The dates of a series (RFC 5545 §3.8.5.3), within bounds.
//!
//! A rule is worked out on wall clocks, and each date becomes an instant by itself: a weekly meeting stays at nine when the
//! clocks change. Whoever writes a rule may mean harm, so what could make more than one date of a day is refused before it is
//! worked out.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use rrule::{RRule, RRuleSet, Unvalidated};

use super::{FARTHEST_DAYS, Here, Wrong, moments};

/// Rules that one file may have: a rule that has no date takes a while until that is known.
pub(super) const MOST_SERIES: usize = 100;
/// Dates of one series, past ones included: a day each since the turn of the century.
const MOST_DATES: u16 = 12_000;
const FIRST_YEAR: i32 = 2000;

/// The dates of a rule from today on, as wall-clock times. `zone` is that of the clocks.
pub(super) fn dates(
    rule: &str,
    first: NaiveDateTime,
    zone: Tz,
    here: Here,
) -> Result<Vec<NaiveDateTime>, Wrong> {
    let wrong = Wrong::new("import-series");
    if first.year() < FIRST_YEAR {
        return Err(wrong);
    }
    let last = farthest(here.today);
    if first.date() > last {
        return Ok(Vec::new());
    }
    let text = bounded(rule, zone, last).ok_or(wrong)?;
    let on_clock = |local: &NaiveDateTime| rrule::Tz::UTC.from_utc_datetime(local);
    let parsed: RRule<Unvalidated> = text.parse().map_err(|_| wrong)?;
    let begins = on_clock(&first);
    let checked = parsed.validate(begins).map_err(|_| wrong)?;
    let found = RRuleSet::new(begins).rrule(checked).all(MOST_DATES);
    // a rule that has no date at all is none that somebody meant
    if found.limited || found.dates.is_empty() {
        return Err(wrong);
    }
    let local = found.dates.iter().map(DateTime::naive_utc);
    Ok(local.filter(|date| date.date() >= here.today && date.date() <= last).collect())
}

/// The last day that is looked at.
pub(super) fn farthest(today: NaiveDate) -> NaiveDate {
    today.checked_add_days(Days::new(FARTHEST_DAYS)).unwrap_or(today)
}

/// The rule with an end that it reaches, on wall clocks. `None` when it could have several dates on a day.
fn bounded(rule: &str, zone: Tz, last: NaiveDate) -> Option<String> {
    let mut until = last.and_hms_opt(23, 59, 59)?;
    let mut parts = Vec::new();
    for part in rule.trim().split(';').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=')?;
        match name.trim().to_ascii_uppercase().as_str() {
            "FREQ" if !["DAILY", "WEEKLY", "MONTHLY", "YEARLY"].contains(&value.trim()) => {
                return None;
            }
            // several hours, minutes or seconds multiply
            "BYHOUR" | "BYMINUTE" | "BYSECOND" | "BYEASTER" => return None,
            "UNTIL" => until = until.min(end(value, zone)?),
            _ => parts.push(part.to_owned()),
        }
    }
    parts.push(format!("UNTIL={}Z", until.format("%Y%m%dT%H%M%S")));
    Some(parts.join(";"))
}

/// `UNTIL` on wall clocks: a day, a local time, or an instant.
fn end(value: &str, zone: Tz) -> Option<NaiveDateTime> {
    let value = value.trim();
    if let Some(day) = basic_date(value) {
        return day.and_hms_opt(23, 59, 59);
    }
    match value.strip_suffix('Z') {
        Some(utc) => Some(Utc.from_utc_datetime(&basic(utc)?).with_timezone(&zone).naive_local()),
        None => basic(value),
    }
}

/// `20261208`
pub(super) fn basic_date(text: &str) -> Option<NaiveDate> {
    let is_date = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    NaiveDate::parse_from_str(text, "%Y%m%d").ok().filter(|_| is_date)
}

/// `20261208T091500`
pub(super) fn basic(text: &str) -> Option<NaiveDateTime> {
    let (day, clock) = text.split_once('T')?;
    let is_clock = clock.len() == 6 && clock.bytes().all(|byte| byte.is_ascii_digit());
    let part = |from: usize| clock.get(from..from + 2)?.parse().ok();
    let (hour, minute, second): (u32, u32, u32) = (part(0)?, part(2)?, part(4)?);
    // a leap second is no time of ours
    basic_date(day)?.and_hms_opt(hour, minute, second.min(59)).filter(|_| is_clock)
}

/// The instant of a wall-clock time.
pub(super) fn instant(local: NaiveDateTime, zone: Tz) -> Result<DateTime<Utc>, Wrong> {
    moments::in_zone(local, zone).ok_or(Wrong::new("import-time"))
}
