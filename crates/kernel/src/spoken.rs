//! Dates and times as people say them: "Dienstag, 8. Dezember 2026, 9:15 Uhr".

use chrono::{DateTime, Datelike, NaiveDate, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

use crate::Locale;

const DAYS_DE: [&str; 7] =
    ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];
const DAYS_EN: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS_DE: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn is_english(locale: Locale) -> bool {
    matches!(locale, Locale::En)
}

/// "Dienstag"; `days_from_monday` is 0 for Monday.
pub fn weekday_name(days_from_monday: u32, locale: Locale) -> &'static str {
    let names = if is_english(locale) { DAYS_EN } else { DAYS_DE };
    names.get(days_from_monday as usize % 7).copied().unwrap_or_default()
}

/// "Di" and "Tue".
pub fn weekday_short(days_from_monday: u32, locale: Locale) -> &'static str {
    let name = weekday_name(days_from_monday, locale);
    name.get(..if is_english(locale) { 3 } else { 2 }).unwrap_or(name)
}

/// "Dezember"; `month` is 1 for January.
pub fn month_name(month: u32, locale: Locale) -> &'static str {
    let names = if is_english(locale) { MONTHS_EN } else { MONTHS_DE };
    names.get(month.saturating_sub(1) as usize % 12).copied().unwrap_or_default()
}

/// "Dezember 2026".
pub fn month_and_year(day: NaiveDate, locale: Locale) -> String {
    format!("{} {}", month_name(day.month(), locale), day.year())
}

/// "8. Dezember 2026", "8 December 2026".
pub fn date(day: NaiveDate, locale: Locale) -> String {
    let (number, month, year) = (day.day(), month_name(day.month(), locale), day.year());
    if is_english(locale) {
        format!("{number} {month} {year}")
    } else {
        format!("{number}. {month} {year}")
    }
}

/// "Dienstag, 8. Dezember 2026", "Tuesday, 8 December 2026".
pub fn long_date(day: NaiveDate, locale: Locale) -> String {
    format!("{}, {}", weekday_name(day.weekday().num_days_from_monday(), locale), date(day, locale))
}

/// "9:15 Uhr", "9:15".
pub fn time(at: DateTime<Utc>, zone: Tz, locale: Locale) -> String {
    let local = zone.from_utc_datetime(&at.naive_utc());
    let clock = format!("{}:{:02}", local.hour(), local.minute());
    if is_english(locale) { clock } else { format!("{clock} Uhr") }
}

/// "09:15", as in lists of times and in `LocalTimes`.
pub fn clock_time(at: DateTime<Utc>, zone: Tz) -> String {
    let local = zone.from_utc_datetime(&at.naive_utc());
    format!("{:02}:{:02}", local.hour(), local.minute())
}

/// The calendar day of the instant in the zone.
pub fn local_day(at: DateTime<Utc>, zone: Tz) -> NaiveDate {
    zone.from_utc_datetime(&at.naive_utc()).date_naive()
}

/// "Dienstag, 8. Dezember 2026, 9:15 Uhr", "Tuesday, 8 December 2026, 9:15".
pub fn date_and_time(at: DateTime<Utc>, zone: Tz, locale: Locale) -> String {
    format!("{}, {}", long_date(local_day(at, zone), locale), time(at, zone, locale))
}

/// "37,00 €", "€37.00".
pub fn euros(cents: i64, locale: Locale) -> String {
    let (whole, rest) = (cents / 100, cents % 100);
    if is_english(locale) {
        format!("€{whole}.{rest:02}")
    } else {
        format!("{whole},{rest:02} €")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_reads_as_people_say_it() {
        let at = "2026-12-08T08:15:00Z".parse().unwrap();
        let zone = chrono_tz::Europe::Berlin;
        assert_eq!(date_and_time(at, zone, Locale::De), "Dienstag, 8. Dezember 2026, 9:15 Uhr");
        assert_eq!(date_and_time(at, zone, Locale::En), "Tuesday, 8 December 2026, 9:15");
        assert_eq!(euros(3700, Locale::De), "37,00 €");
        assert_eq!(weekday_short(1, Locale::De), "Di");
    }
}
