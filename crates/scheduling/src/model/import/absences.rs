//! Times at which nobody serves, as edits of the calendar: a closure for whole days, other hours for a part of one.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Timelike, Utc};
use kernel::{CounterId, LocalizedText, LocationId};
use tenant::Municipality;

use super::Span;
use crate::{
    Closing, Edits, OpeningClosure, OpeningHours,
    model::{edits::DayEdit, rules::RuleBook, ticks::TICK_MINUTES},
};

/// Minutes of a day, from and until.
type Minutes = (u32, u32);
const DAY_ENDS: u32 = 1440;

/// Who is absent when.
#[derive(Debug, Clone)]
pub(crate) struct Absence {
    pub(crate) location: LocationId,
    /// Which counters; with `is_all`, all of the location.
    pub(crate) counters: Vec<CounterId>,
    pub(crate) is_all: bool,
    pub(crate) span: Span,
    pub(crate) reason: LocalizedText,
}

/// Edits that are being gathered.
pub(crate) struct Gathered<'a> {
    book: &'a RuleBook,
    town: &'a Municipality,
    edits: Edits,
    busy: BTreeMap<(CounterId, NaiveDate), Busy>,
}

struct Busy {
    location: LocationId,
    reason: LocalizedText,
    spans: Vec<Minutes>,
}

impl<'a> Gathered<'a> {
    pub(crate) fn new(book: &'a RuleBook, town: &'a Municipality) -> Self {
        Self { book, town, edits: Edits::default(), busy: BTreeMap::new() }
    }

    /// Adds an absence. `false` when it changes nothing: nobody would have served then anyway.
    pub(crate) fn add(&mut self, absence: &Absence) -> bool {
        match absence.span {
            Span::Days(from, to) => self.close(absence, from, to),
            Span::Timed(from, to) => self.take(absence, from, to.unwrap_or(from)),
        }
    }

    /// All of it. What is busy all day is closed.
    pub(crate) fn finish(mut self) -> Edits {
        for ((counter, day), busy) in std::mem::take(&mut self.busy) {
            let left = without(self.hours(counter, day), &busy.spans);
            if left.is_empty() {
                let (location, counter) = (Some(busy.location), Some(counter));
                self.edits.closures.push(OpeningClosure {
                    location,
                    counter,
                    from: day,
                    to: day,
                    reason: busy.reason,
                });
            } else {
                self.edits.exceptions.push(DayEdit { counter, day, hours: left });
            }
        }
        self.edits
    }

    fn close(&mut self, absence: &Absence, from: NaiveDate, to: NaiveDate) -> bool {
        let counters = if absence.is_all {
            vec![None]
        } else {
            absence.counters.iter().copied().map(Some).collect()
        };
        let mut is_new = false;
        for counter in counters {
            let location = Some(absence.location);
            let reason = absence.reason.clone();
            let closure = OpeningClosure { location, counter, from, to, reason };
            let all = self.book.closures.iter().chain(&self.edits.closures);
            let is_same = |known: &OpeningClosure| Closing::of(known) == Closing::of(&closure);
            if !all.into_iter().any(is_same) {
                self.edits.closures.push(closure);
                is_new = true;
            }
        }
        is_new
    }

    fn take(&mut self, absence: &Absence, from: DateTime<Utc>, to: DateTime<Utc>) -> bool {
        let mut is_new = false;
        for (day, span) in by_day(from, to, self.town) {
            for counter in &absence.counters {
                if self.is_closed(*counter, absence.location, day) {
                    continue;
                }
                let hours = self.hours(*counter, day);
                if without(hours.clone(), &[span]) == hours {
                    continue;
                }
                let busy = self.busy.entry((*counter, day)).or_insert_with(|| Busy {
                    location: absence.location,
                    reason: absence.reason.clone(),
                    spans: Vec::new(),
                });
                busy.spans.push(span);
                is_new = true;
            }
        }
        is_new
    }

    fn is_closed(&self, counter: CounterId, location: LocationId, day: NaiveDate) -> bool {
        let all = self.book.closures.iter().chain(&self.edits.closures);
        all.into_iter().any(|closure| closure.closes(counter, location, day))
    }

    /// The hours of a counter on a date, as they hold.
    fn hours(&self, counter: CounterId, day: NaiveDate) -> Vec<OpeningHours> {
        self.book.hours_on(counter, day, self.town).into_iter().cloned().collect()
    }
}

/// A span on wall clocks, day by day.
fn by_day(
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    town: &Municipality,
) -> Vec<(NaiveDate, Minutes)> {
    let local = |at: DateTime<Utc>| at.with_timezone(&town.zone()).naive_local();
    let (from, to) = (local(from), local(to).max(local(from)));
    let minute = |time: NaiveTime| time.hour() * 60 + time.minute();
    from.date()
        .iter_days()
        .take_while(|day| *day <= to.date())
        .map(|day| {
            let begins = if day == from.date() { minute(from.time()) } else { 0 };
            let ends = if day == to.date() { minute(to.time()) } else { DAY_ENDS };
            // on the grid of the hours: rather closed a little longer
            let begins = begins - begins % TICK_MINUTES;
            (day, (begins, ends.next_multiple_of(TICK_MINUTES).min(DAY_ENDS)))
        })
        .filter(|(day, (begins, ends))| begins < ends && day.year() < 3000)
        .collect()
}

/// What is left of hours when these spans are taken out of them.
fn without(hours: Vec<OpeningHours>, taken: &[Minutes]) -> Vec<OpeningHours> {
    taken.iter().fold(hours, |hours, (from, to)| {
        let pieces = |one: OpeningHours| -> Vec<OpeningHours> {
            if *to <= one.from || one.to <= *from {
                return vec![one];
            }
            let before = piece(&one, one.from, *from);
            let after = piece(&one, *to, one.to);
            before.into_iter().chain(after).collect()
        };
        hours.into_iter().flat_map(pieces).collect()
    })
}

/// A piece of hours, with the breaks that lie in it; `None` when nothing of it is open.
fn piece(hours: &OpeningHours, from: u32, to: u32) -> Option<OpeningHours> {
    let (mut from, mut to) = (from.max(hours.from), to.min(hours.to));
    let mut breaks: Vec<Minutes> = hours
        .breaks
        .iter()
        .map(|(begins, ends)| ((*begins).max(from), (*ends).min(to)))
        .filter(|(begins, ends)| begins < ends)
        .collect();
    breaks.sort_unstable();
    // a break at an edge is no break, but the edge
    while let Some((_, ends)) = breaks.first().copied().filter(|(begins, _)| *begins <= from) {
        from = from.max(ends);
        breaks.remove(0);
    }
    while let Some((begins, _)) = breaks.last().copied().filter(|(_, ends)| *ends >= to) {
        to = to.min(begins);
        breaks.pop();
    }
    (from < to).then(|| OpeningHours { from, to, breaks, channels: hours.channels.clone() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::samples;

    #[test]
    fn what_is_taken_out_leaves_the_rest_with_its_breaks() {
        let mut day = samples::hours(480, 960);
        day.breaks = vec![(600, 615), (720, 780)];
        let left = without(vec![day.clone()], &[(700, 800)]);
        let spans: Vec<_> = left.iter().map(|one| (one.from, one.to, one.breaks.clone())).collect();
        assert_eq!(spans, [(480, 700, vec![(600, 615)]), (800, 960, vec![])]);
        let left = without(vec![day.clone()], &[(400, 610)]);
        assert_eq!((left[0].from, left[0].to), (615, 960), "the rest of a break is not open");
        assert!(without(vec![day.clone()], &[(0, 1440)]).is_empty());
        assert_eq!(without(vec![day.clone()], &[(960, 1000)]), [day]);
    }

    proptest! {
        #[test]
        fn a_minute_is_open_when_it_was_and_nobody_is_absent(
            spans in proptest::collection::vec((0u32..288, 1u32..60), 0..6),
            breaks in proptest::collection::vec((0u32..60, 1u32..12), 0..3),
        ) {
            let mut day = samples::hours(480, 960);
            day.breaks = breaks.iter().map(|(at, long)| (480 + at * 5, (480 + (at + long) * 5).min(960))).collect();
            let spans: Vec<Minutes> =
                spans.iter().map(|(at, long)| (at * 5, ((at + long) * 5).min(1440))).collect();
            let left = without(vec![day.clone()], &spans);
            let is_in = |spans: &[Minutes], minute: u32| spans.iter().any(|(from, to)| (*from..*to).contains(&minute));
            let opens = |hours: &[OpeningHours], minute: u32| {
                hours.iter().any(|one| (one.from..one.to).contains(&minute) && !is_in(&one.breaks, minute))
            };
            for minute in (0..1440).step_by(5) {
                let expected = opens(std::slice::from_ref(&day), minute) && !is_in(&spans, minute);
                prop_assert_eq!(opens(&left, minute), expected, "{}", minute);
            }
            for one in &left {
                prop_assert!(crate::model::rule_checks::of_hours(one).is_empty(), "{:?}", one);
            }
        }
    }
}
