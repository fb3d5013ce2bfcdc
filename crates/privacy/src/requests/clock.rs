//! The clock of a request (Art. 12(3) GDPR): an answer within a month, with reasons two months more.

use chrono::{Days, Months, NaiveDate};

/// Days after which the office is reminded.
pub const REMIND_AFTER: u64 = 20;
/// Days before an extended date at which the office is reminded.
pub const REMIND_BEFORE: u64 = 10;

/// Days after which it is looked at again whether a restriction still has its reason.
pub const REVIEW_AFTER: u64 = 90;

/// When a restriction that was decided or kept on a day is looked at again.
pub fn review(decided: NaiveDate) -> NaiveDate {
    decided.checked_add_days(Days::new(REVIEW_AFTER)).unwrap_or(decided)
}

/// How urgent a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Light {
    /// There is time.
    Green,
    /// Less than a third of the time is left.
    Yellow,
    /// The answer is overdue.
    Red,
}

/// The last day for an answer: the day of the next month with the same number, or that month's last one. A weekend does not
/// make it later, although Regulation 1182/71 would allow that: who keeps this date keeps the other too.
pub fn due(received: NaiveDate) -> NaiveDate {
    received.checked_add_months(Months::new(1)).unwrap_or(received)
}

/// The last day for an answer that was extended: two months more.
pub fn extended(received: NaiveDate) -> NaiveDate {
    received.checked_add_months(Months::new(3)).unwrap_or(received)
}

/// Whether it still can be extended: the person must hear of it within the first month.
pub fn can_extend(received: NaiveDate, today: NaiveDate) -> bool {
    today <= due(received)
}

/// How urgent it is.
pub fn light(received: NaiveDate, extended_until: Option<NaiveDate>, today: NaiveDate) -> Light {
    if today > extended_until.unwrap_or_else(|| due(received)) {
        return Light::Red;
    }
    let warned = match extended_until {
        Some(until) => until.checked_sub_days(Days::new(REMIND_BEFORE)),
        None => received.checked_add_days(Days::new(REMIND_AFTER)),
    };
    if warned.is_some_and(|from| today >= from) { Light::Yellow } else { Light::Green }
}

/// Until when the record of an answered request is kept: three years, to the end of the year.
pub fn kept_until(answered: NaiveDate) -> NaiveDate {
    use chrono::Datelike;
    NaiveDate::from_ymd_opt(answered.year() + 3, 12, 31).unwrap_or(answered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_ends_on_the_same_day_or_with_the_month() {
        for (received, last) in [
            ("2026-12-07", "2027-01-07"),
            ("2027-01-31", "2027-02-28"),
            ("2028-01-31", "2028-02-29"),
            ("2027-01-29", "2027-02-28"),
            ("2028-01-29", "2028-02-29"),
            ("2026-02-28", "2026-03-28"),
            ("2026-03-31", "2026-04-30"),
            ("2026-12-31", "2027-01-31"),
        ] {
            assert_eq!(due(day(received)), day(last), "{received}");
        }
        assert_eq!(extended(day("2026-11-30")), day("2027-02-28"));
        assert_eq!(extended(day("2027-11-30")), day("2028-02-29"));
    }

    #[test]
    fn every_day_of_two_years_turns_yellow_and_then_red_once() {
        let first = day("2027-01-01");
        for received in first.iter_days().take(731) {
            let mut before = Light::Green;
            let mut changes = Vec::new();
            for today in received.iter_days().take(40) {
                let now = light(received, None, today);
                assert!(now >= before, "{received}: it never gets less urgent by waiting");
                if now != before {
                    changes.push(today);
                }
                before = now;
            }
            assert_eq!(changes[0], received + Days::new(20), "{received}");
            assert_eq!(changes[1], due(received) + Days::new(1), "{received}");
            assert_eq!(changes.len(), 2);
            assert!(can_extend(received, due(received)));
            assert!(!can_extend(received, due(received) + Days::new(1)));
            let long = extended(received);
            assert!(long > due(received) + Days::new(55) && long <= received + Days::new(92));
            assert_eq!(light(received, Some(long), long), Light::Yellow);
            assert_eq!(light(received, Some(long), long + Days::new(1)), Light::Red);
        }
    }

    #[test]
    fn a_record_is_kept_three_years_to_their_end() {
        assert_eq!(kept_until(day("2027-01-01")), day("2030-12-31"));
        assert_eq!(kept_until(day("2027-12-31")), day("2030-12-31"));
    }
}
