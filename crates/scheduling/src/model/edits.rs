//! Changes of the rules: what a draft holds, what it makes of the rules, and what takes it back. Pure.

use chrono::NaiveDate;
use kernel::{CounterId, LocationId};
use serde::{Deserialize, Serialize};

use super::{
    rule_checks::{self, Wrong},
    rules::{Closure, Hours, OpeningException, OpeningRule, RuleBook},
};

/// Edits in one draft, at most: rules, exceptions and closures together.
pub const MAX_EDITS: usize = 500;

/// Edits of the rules. Each names what it replaces, so that the rest stays whatever else happens to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edits {
    /// Counters that get other weekly hours.
    pub weeks: Vec<Week>,
    /// Dates on which a counter gets hours of its own, or loses them.
    pub exceptions: Vec<DayEdit>,
    /// New closures.
    pub closures: Vec<Closure>,
    /// Closures that end.
    pub reopened: Vec<Closing>,
}

/// The weekly hours of a counter, in the place of all that it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Week {
    /// Which counter.
    pub counter: CounterId,
    /// Its hours; none closes it.
    pub rules: Vec<OpeningRule>,
}

/// The hours of a counter on one date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayEdit {
    /// Which counter.
    pub counter: CounterId,
    /// The date.
    pub day: NaiveDate,
    /// Its hours; none lets the weekly hours hold again.
    pub hours: Vec<Hours>,
}

/// A closure by what it closes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// Where; the whole municipality when `None`.
    pub location: Option<LocationId>,
    /// Which counter; all of them when `None`.
    pub counter: Option<CounterId>,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

impl Closing {
    fn is(&self, closure: &Closure) -> bool {
        *self == Self::of(closure)
    }

    /// What a closure closes.
    pub fn of(closure: &Closure) -> Self {
        let Closure { location, counter, from, to, .. } = *closure;
        Self { location, counter, from, to }
    }
}

/// Something in a draft that must be corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditProblem {
    /// The API's name, `weeks.0.rules.2.from`.
    pub field: String,
    /// Key of the sentence in `kernel/locales/errors.*.ftl`.
    pub reason: &'static str,
    /// A number that the sentence mentions.
    pub limit: Option<u32>,
}

impl EditProblem {
    /// The sentence for the person.
    pub fn message(&self, locale: kernel::Locale) -> String {
        let limit = self.limit.unwrap_or_default().to_string();
        kernel::text::errors().say_with(locale, self.reason, &[("limit", &limit)])
    }
}

impl Edits {
    /// How many there are.
    pub fn count(&self) -> usize {
        let rules: usize = self.weeks.iter().map(|week| week.rules.len().max(1)).sum();
        let hours: usize = self.exceptions.iter().map(|edit| edit.hours.len().max(1)).sum();
        rules + hours + self.closures.len() + self.reopened.len()
    }

    /// Everything that must be corrected. `has`: whether there is such a location, and such a counter at it.
    pub(crate) fn problems(
        &self,
        has: impl Fn(Option<LocationId>, Option<CounterId>) -> bool,
    ) -> Vec<EditProblem> {
        let mut found = Vec::new();
        let mut say = |path: String, wrong: Wrong| {
            let Wrong { field, reason, limit } = wrong;
            found.push(EditProblem { field: format!("{path}.{field}"), reason, limit });
        };
        let missing = |field| Wrong { field, reason: "not-found", limit: None };
        for (at, week) in self.weeks.iter().enumerate() {
            if !has(None, Some(week.counter)) {
                say(format!("weeks.{at}"), missing("counterId"));
            }
            for (row, rule) in week.rules.iter().enumerate() {
                for wrong in rule_checks::of_rule(rule) {
                    say(format!("weeks.{at}.rules.{row}"), wrong);
                }
            }
        }
        for (at, edit) in self.exceptions.iter().enumerate() {
            if !has(None, Some(edit.counter)) {
                say(format!("exceptions.{at}"), missing("counterId"));
            }
            for (row, hours) in edit.hours.iter().enumerate() {
                for wrong in rule_checks::of_hours(hours) {
                    say(format!("exceptions.{at}.hours.{row}"), wrong);
                }
            }
        }
        for (at, closure) in self.closures.iter().enumerate() {
            if !has(closure.location, closure.counter) {
                say(format!("closures.{at}"), missing("locationId"));
            }
            for wrong in rule_checks::of_closure(closure) {
                say(format!("closures.{at}"), wrong);
            }
        }
        for (at, closing) in self.reopened.iter().enumerate() {
            if !has(closing.location, closing.counter) {
                say(format!("reopened.{at}"), missing("locationId"));
            }
        }
        found
    }

    /// All that is touched, by location and counter; neither is everything.
    pub(crate) fn touched(&self) -> Vec<(Option<LocationId>, Option<CounterId>)> {
        let weeks = self.weeks.iter().map(|week| (None, Some(week.counter)));
        let dates = self.exceptions.iter().map(|edit| (None, Some(edit.counter)));
        let closed = self.closures.iter().map(|closure| (closure.location, closure.counter));
        let reopened = self.reopened.iter().map(|closing| (closing.location, closing.counter));
        weeks.chain(dates).chain(closed).chain(reopened).collect()
    }

    /// The rules with these edits.
    pub(crate) fn apply(&self, book: &RuleBook) -> RuleBook {
        let mut book = book.clone();
        for week in &self.weeks {
            book.rules.retain(|rule| rule.counter != week.counter);
            let own = |rule: &OpeningRule| OpeningRule { counter: week.counter, ..rule.clone() };
            book.rules.extend(week.rules.iter().map(own));
        }
        for edit in &self.exceptions {
            book.exceptions.retain(|known| !edit.is_about(known));
            book.exceptions.extend(edit.hours.iter().map(|hours| OpeningException {
                counter: edit.counter,
                day: edit.day,
                hours: hours.clone(),
            }));
        }
        book.closures.retain(|known| !self.reopened.iter().any(|closing| closing.is(known)));
        for closure in &self.closures {
            // closed twice by the same days is closed once; the newer reason counts
            book.closures.retain(|known| !Closing::of(closure).is(known));
            book.closures.push(closure.clone());
        }
        book
    }

    /// The edits that take these back from the rules that they made of `book`.
    pub(crate) fn inverse(&self, book: &RuleBook) -> Self {
        let mut inverse = Self::default();
        for counter in distinct(self.weeks.iter().map(|week| week.counter)) {
            let rules = book.rules.iter().filter(|rule| rule.counter == counter);
            inverse.weeks.push(Week { counter, rules: rules.cloned().collect() });
        }
        for (counter, day) in distinct(self.exceptions.iter().map(|edit| (edit.counter, edit.day)))
        {
            let edit = DayEdit { counter, day, hours: Vec::new() };
            let known = book.exceptions.iter().filter(|known| edit.is_about(known));
            let hours = known.map(|known| known.hours.clone()).collect();
            inverse.exceptions.push(DayEdit { hours, ..edit });
        }
        let touched = self.closures.iter().map(Closing::of).chain(self.reopened.iter().cloned());
        for closing in distinct(touched) {
            match book.closures.iter().find(|known| closing.is(known)) {
                Some(known) => inverse.closures.push(known.clone()),
                None => inverse.reopened.push(closing),
            }
        }
        inverse
    }

    /// Whether the rules still say what these edits made them say.
    pub(crate) fn still_hold(&self, book: &RuleBook) -> bool {
        let again = self.apply(book);
        same(&again.rules, &book.rules)
            && same(&again.exceptions, &book.exceptions)
            && same(&again.closures, &book.closures)
    }

    /// Whether an added closure closes the counter's day.
    pub(crate) fn close(&self, counter: CounterId, location: LocationId, day: NaiveDate) -> bool {
        self.closures.iter().any(|closure| closure.closes(counter, location, day))
    }
}

impl DayEdit {
    fn is_about(&self, known: &OpeningException) -> bool {
        known.counter == self.counter && known.day == self.day
    }
}

/// Each once, in the order of the first appearance.
fn distinct<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = Vec::new();
    for one in all {
        if !seen.contains(&one) {
            seen.push(one);
        }
    }
    seen
}

/// Whether both have the same members, in whatever order.
fn same<T: PartialEq>(one: &[T], other: &[T]) -> bool {
    let count = |of: &[T], member: &T| of.iter().filter(|known| *known == member).count();
    one.len() == other.len() && one.iter().all(|member| count(one, member) == count(other, member))
}

#[cfg(test)]
mod tests {
    use kernel::LocalizedText;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::{Channel, model::rules::Rhythm};

    fn counter(number: u128) -> CounterId {
        Uuid::from_u128(number).into()
    }

    fn date(day: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 12, 7).unwrap() + chrono::Days::new(day)
    }

    fn hours() -> impl Strategy<Value = Hours> {
        (0u32..20, 1u32..12).prop_map(|(from, length)| Hours {
            from: from * 60,
            to: (from + length).min(24) * 60,
            breaks: Vec::new(),
            channels: vec![Channel::Online, Channel::Phone],
        })
    }

    fn rule() -> impl Strategy<Value = OpeningRule> {
        (0u128..3, 1u32..8, hours()).prop_map(|(number, weekday, hours)| OpeningRule {
            counter: counter(number),
            weekday,
            hours,
            valid_from: None,
            valid_to: None,
            rhythm: Rhythm::WEEKLY,
            on_holidays: false,
        })
    }

    fn closure() -> impl Strategy<Value = Closure> {
        (0u64..6, 0u64..3, proptest::option::of(0u128..3)).prop_map(|(from, days, number)| {
            Closure {
                location: None,
                counter: number.map(counter),
                from: date(from),
                to: date(from + days),
                reason: LocalizedText::german(format!("Grund {from}")),
            }
        })
    }

    fn day_edit() -> impl Strategy<Value = DayEdit> {
        (0u128..3, 0u64..6, proptest::collection::vec(hours(), 0..3)).prop_map(
            |(number, day, hours)| DayEdit { counter: counter(number), day: date(day), hours },
        )
    }

    fn edits() -> impl Strategy<Value = Edits> {
        let week = (0u128..3, proptest::collection::vec(rule(), 0..4))
            .prop_map(|(number, rules)| (counter(number), rules))
            .prop_map(|(counter, mut rules)| {
                for rule in &mut rules {
                    rule.counter = counter;
                }
                Week { counter, rules }
            });
        let closing = closure().prop_map(|closure| Closing::of(&closure));
        (
            proptest::collection::vec(week, 0..3),
            proptest::collection::vec(day_edit(), 0..3),
            proptest::collection::vec(closure(), 0..3),
            proptest::collection::vec(closing, 0..3),
        )
            .prop_map(|(weeks, exceptions, closures, reopened)| Edits {
                weeks,
                exceptions,
                closures,
                reopened,
            })
    }

    /// Rules as edits make them: no two closures of the same days.
    fn book() -> impl Strategy<Value = RuleBook> {
        proptest::collection::vec(edits(), 0..4)
            .prop_map(|all| all.iter().fold(RuleBook::default(), |book, edits| edits.apply(&book)))
    }

    fn equal(one: &RuleBook, other: &RuleBook) -> bool {
        same(&one.rules, &other.rules)
            && same(&one.exceptions, &other.exceptions)
            && same(&one.closures, &other.closures)
    }

    proptest! {
        #[test]
        fn what_is_taken_back_was_never_there(book in book(), edits in edits()) {
            let changed = edits.apply(&book);
            prop_assert!(edits.still_hold(&changed));
            let restored = edits.inverse(&book).apply(&changed);
            prop_assert!(equal(&restored, &book), "{restored:#?} {book:#?}");
        }

        #[test]
        fn a_later_change_of_the_same_counter_is_noticed(book in book(), edits in edits(), later in rule()) {
            let changed = edits.apply(&book);
            let mut touched = changed.clone();
            touched.rules.push(later.clone());
            let own = edits.weeks.iter().any(|week| week.counter == later.counter);
            prop_assert_eq!(edits.still_hold(&touched), !own);
        }
    }

    #[test]
    fn all_problems_are_named_with_their_fields() {
        let hours = Hours { from: 603, to: 480, breaks: Vec::new(), channels: Vec::new() };
        let rule = OpeningRule {
            counter: counter(0),
            weekday: 8,
            hours,
            valid_from: None,
            valid_to: None,
            rhythm: Rhythm { every_weeks: 2, anchor: None, month_weeks: Vec::new() },
            on_holidays: false,
        };
        let edits = Edits {
            weeks: vec![Week { counter: counter(0), rules: vec![rule] }],
            closures: vec![Closure {
                location: None,
                counter: None,
                from: date(1),
                to: date(0),
                reason: LocalizedText::default(),
            }],
            ..Edits::default()
        };
        let found = edits.problems(|_, _| true);
        let fields: Vec<_> = found.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "weeks.0.rules.0.from",
                "weeks.0.rules.0.to",
                "weeks.0.rules.0.channels",
                "weeks.0.rules.0.anchor",
                "weeks.0.rules.0.weekday",
                "closures.0.to",
                "closures.0.reason"
            ]
        );
        assert_eq!(edits.problems(|_, _| false).len(), found.len() + 2, "nothing like that here");
    }
}
