//! A month as a table, with a word for every day that has no free time.

use chrono::{Datelike, Days, Months, NaiveDate};
use kernel::spoken;
use scheduling::{Day, DayState, Reason, Why};

use crate::{page::Page, reasons::Words};

/// A month as people see it.
#[derive(Debug, Clone)]
pub(crate) struct Month {
    /// "Dezember 2026"
    pub title: String,
    /// "Mo" with "Montag", from Monday.
    pub weekdays: Vec<(String, String)>,
    /// Rows of seven.
    pub weeks: Vec<Vec<Cell>>,
    /// "4. bis 6. Dezember: geschlossen"
    pub reasons: Vec<String>,
}

/// A day of the table, or an empty field before the first and after the last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    /// 1 to 31; 0 is an empty field.
    pub number: u32,
    /// Day, and what is with it, in words.
    pub label: String,
    /// Where its times or its reason are shown; empty for days that are over.
    pub address: String,
    pub is_free: bool,
    pub is_chosen: bool,
}

/// The first day of the month.
pub(crate) fn first_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// The last day of the month.
pub(crate) fn last_of(day: NaiveDate) -> NaiveDate {
    first_of(day) + Months::new(1) - Days::new(1)
}

/// Reads "2026-12". What is no month is none.
pub(crate) fn parse_month(text: &str) -> Option<NaiveDate> {
    parse_day(&format!("{text}-01"))
}

/// Reads "2026-12-08". Years far away are none: nobody offers times then, and arithmetic stays safe.
pub(crate) fn parse_day(text: &str) -> Option<NaiveDate> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    (2000..=2999).contains(&day.year()).then_some(day)
}

/// How many different times begin on the day.
pub(crate) fn times_on(day: &Day) -> usize {
    day.clock_times().len()
}

/// The word for why a day has no free time.
pub(crate) fn reason_key(state: DayState) -> &'static str {
    match state {
        DayState::Free => "day-free",
        DayState::Full => "day-full",
        DayState::Closed => "day-closed",
        DayState::NotYetReleased => "day-not-released",
        DayState::TooShort => "day-too-short",
        DayState::Past => "day-past",
    }
}

impl Month {
    /// The month of `first`. Days that `days` does not have are over.
    pub fn new(
        page: &Page,
        first: NaiveDate,
        days: &[Day],
        whys: (&[Why], &Words<'_>),
        chosen: Option<NaiveDate>,
        address: impl Fn(NaiveDate) -> String,
    ) -> Self {
        let locale = page.locale;
        let weekdays = (0..7).map(|day| {
            (
                spoken::weekday_short(day, locale).to_owned(),
                spoken::weekday_name(day, locale).to_owned(),
            )
        });
        let lead = first.weekday().num_days_from_monday();
        let mut cells: Vec<Cell> = (0..lead).map(|_| Cell::default()).collect();
        for date in first.iter_days().take_while(|date| date.month() == first.month()) {
            let day = days.iter().find(|day| day.date == date);
            let state = day.map_or(DayState::Past, |day| day.state);
            let reason = reason_on(whys.0, date);
            // today may be too late to book online, but somebody answers the phone
            let is_over = state == DayState::Past && matches!(reason, None | Some(Reason::Over));
            let what = match day {
                Some(day) if state == DayState::Free => {
                    page.t1("times-free", "number", times_on(day))
                }
                _ => word(page, whys, date, state),
            };
            cells.push(Cell {
                number: date.day(),
                label: format!("{}: {what}", day_and_month(date, page)),
                address: if is_over { String::new() } else { address(date) },
                is_free: state == DayState::Free,
                is_chosen: chosen == Some(date),
            });
        }
        while !cells.len().is_multiple_of(7) {
            cells.push(Cell::default());
        }
        Self {
            title: spoken::month_and_year(first, locale),
            weekdays: weekdays.collect(),
            weeks: cells.chunks(7).map(<[Cell]>::to_vec).collect(),
            reasons: reasons(page, days, whys),
        }
    }
}

fn reason_on(whys: &[Why], date: NaiveDate) -> Option<&Reason> {
    whys.iter().find(|why| why.date == date).and_then(|why| why.reason.as_ref())
}

/// Why the day has no free time, in a word or two.
fn word(
    page: &Page,
    (whys, words): (&[Why], &Words<'_>),
    date: NaiveDate,
    state: DayState,
) -> String {
    match reason_on(whys, date) {
        Some(reason) => words.short(reason),
        None => page.t(reason_key(state)),
    }
}

/// "Dienstag, 8. Dezember"
fn day_and_month(date: NaiveDate, page: &Page) -> String {
    let long = spoken::long_date(date, page.locale);
    long.strip_suffix(&format!(" {}", date.year())).unwrap_or(&long).to_owned()
}

/// Days of a kind that follow each other, in one line each.
fn reasons(page: &Page, days: &[Day], whys: (&[Why], &Words<'_>)) -> Vec<String> {
    let told = days.iter().filter(|day| !matches!(day.state, DayState::Free | DayState::Past));
    let mut runs: Vec<(NaiveDate, NaiveDate, String)> = Vec::new();
    for day in told {
        let reason = word(page, whys, day.date, day.state);
        match runs.last_mut() {
            Some((_, last, known)) if *known == reason && *last + Days::new(1) == day.date => {
                *last = day.date;
            }
            _ => runs.push((day.date, day.date, reason)),
        }
    }
    let line = |(from, to, reason): (NaiveDate, NaiveDate, String)| {
        let from_text = day_and_month(from, page);
        if from == to {
            format!("{from_text}: {reason}")
        } else {
            let days =
                page.t2("days-from-to", ("from", &from_text), ("to", &day_and_month(to, page)));
            format!("{days}: {reason}")
        }
    };
    runs.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn month_with(whys: &[Why]) -> Month {
        let page = Page::new(&samples::visit(), "/termine");
        let days = samples::december();
        let first = parse_month("2026-12").unwrap();
        let (town, catalogue) = (samples::town(), samples::catalogue());
        let whys = (whys, &samples::words(&town, &catalogue));
        Month::new(&page, first, &days, whys, parse_day("2026-12-08"), |day| format!("?tag={day}"))
    }

    fn month() -> Month {
        month_with(&[])
    }

    #[test]
    fn days_with_the_same_reason_are_one_line() {
        let closed = |day: u32, reason| samples::why(&format!("2026-12-{day}"), reason);
        let trip = || Reason::Closure(kernel::LocalizedText::german("Betriebsausflug"));
        let month = month_with(&[
            closed(24, Reason::Holiday(tenant::Holiday::ChristmasEve)),
            closed(28, trip()),
            closed(29, trip()),
            closed(30, trip()),
            closed(31, Reason::Holiday(tenant::Holiday::NewYearsEve)),
        ]);
        let told = |text: &str| month.reasons.iter().any(|line| line == text);
        assert!(told("Donnerstag, 24. Dezember: Feiertag: Heiligabend"), "{:?}", month.reasons);
        assert!(told(
            "Montag, 28. Dezember bis Mittwoch, 30. Dezember: geschlossen: Betriebsausflug"
        ));
        assert!(told("Donnerstag, 31. Dezember: Feiertag: Silvester"));
        let cells = month.weeks.iter().flatten();
        let labels: Vec<_> = cells.map(|cell| cell.label.as_str()).collect();
        assert!(labels.contains(&"Dienstag, 29. Dezember: geschlossen: Betriebsausflug"));
    }

    #[test]
    fn a_day_that_is_too_late_to_book_can_still_be_looked_at() {
        let until = "2026-12-01T23:00:00Z".parse().unwrap();
        let late = |reason| month_with(&[samples::why("2026-12-02", reason)]).weeks[0][2].clone();
        assert_eq!(late(Reason::TooSoon { until, remainder: None }).address, "?tag=2026-12-02");
        assert_eq!(late(Reason::Over).address, "");
    }

    #[test]
    fn december_2026_begins_on_a_tuesday_and_fills_five_rows() {
        let month = month();
        assert_eq!(month.title, "Dezember 2026");
        assert_eq!(month.weekdays[1], ("Di".to_owned(), "Dienstag".to_owned()));
        assert_eq!(month.weeks.len(), 5);
        assert!(month.weeks.iter().all(|week| week.len() == 7));
        assert_eq!(month.weeks[0][0], Cell::default());
        assert_eq!(month.weeks[0][1].number, 1);
        assert_eq!(month.weeks[4][3].number, 31);
        assert_eq!(month.weeks[4][4], Cell::default());
    }

    #[test]
    fn every_day_says_what_is_with_it() {
        let month = month();
        let cells: Vec<&Cell> =
            month.weeks.iter().flatten().filter(|cell| cell.number > 0).collect();
        assert_eq!(cells[7].label, "Dienstag, 8. Dezember: 9 freie Uhrzeiten");
        assert!(cells[7].is_chosen && cells[7].is_free);
        assert_eq!(cells[4].label, "Samstag, 5. Dezember: geschlossen");
        assert_eq!(cells[4].address, "?tag=2026-12-05");
        assert_eq!(cells[0].label, "Dienstag, 1. Dezember: vorbei");
        assert_eq!(cells[0].address, "");
        assert!(
            month
                .reasons
                .contains(&"Samstag, 5. Dezember bis Sonntag, 6. Dezember: geschlossen".to_owned())
        );
    }

    #[test]
    fn a_month_that_begins_on_monday_has_no_empty_field_in_front() {
        let page = Page::new(&samples::visit(), "/");
        let first = parse_month("2027-02").unwrap();
        let (town, catalogue) = (samples::town(), samples::catalogue());
        let whys = (&[][..], &samples::words(&town, &catalogue));
        let month = Month::new(&page, first, &[], whys, None, |_| String::new());
        assert_eq!(month.weeks.len(), 4);
        assert_eq!(month.weeks[0][0].number, 1);
    }

    #[test]
    fn what_is_no_date_is_none() {
        for bad in ["", "2026", "2026-13", "x", "9999-12", "-262144-01", "2026-12-08"] {
            assert_eq!(parse_month(bad), None, "{bad}");
        }
        for bad in ["", "2026-02-30", "0000-01-01", "262142-12-31", "2026-12-08T09:00"] {
            assert_eq!(parse_day(bad), None, "{bad}");
        }
        assert_eq!(last_of(parse_day("2028-02-10").unwrap()).day(), 29);
    }
}
