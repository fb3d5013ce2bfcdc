//! What must be true of opening hours and closures, whoever writes them: the municipality's file and the office.

use super::{
    rules::{Closure, Hours, OpeningRule, Rhythm},
    ticks::TICK_MINUTES,
};

/// Letters of a closure's reason, at most.
const LONGEST_REASON: usize = 200;

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// The API's name of the field within the value.
    pub(crate) field: &'static str,
    /// Key of the sentence in `kernel/locales/errors.*.ftl`.
    pub(crate) reason: &'static str,
    /// A number that the sentence mentions.
    pub(crate) limit: Option<u32>,
}

fn wrong(field: &'static str, reason: &'static str) -> Wrong {
    Wrong { field, reason, limit: None }
}

/// What is wrong with the hours of a day.
pub(crate) fn of_hours(hours: &Hours) -> Vec<Wrong> {
    let mut found = Vec::new();
    let on_grid = |minute: u32| minute.is_multiple_of(TICK_MINUTES) && minute <= 1440;
    for (field, minute) in [("from", hours.from), ("to", hours.to)] {
        if !on_grid(minute) {
            found.push(wrong(field, "hours-grid"));
        }
    }
    if hours.from >= hours.to {
        found.push(wrong("to", "hours-order"));
    }
    let inside = |(from, to): &(u32, u32)| hours.from <= *from && from < to && *to <= hours.to;
    if !hours.breaks.iter().all(inside) {
        found.push(wrong("breaks", "hours-breaks"));
    } else if !hours.breaks.iter().all(|(from, to)| on_grid(*from) && on_grid(*to)) {
        found.push(wrong("breaks", "hours-grid"));
    }
    if hours.channels.is_empty() {
        found.push(wrong("channels", "hours-channels"));
    }
    found
}

/// What is wrong with the weeks in which a rule holds.
pub(crate) fn of_rhythm(rhythm: &Rhythm) -> Vec<Wrong> {
    let mut found = Vec::new();
    if !(1..=52).contains(&rhythm.every_weeks) {
        found.push(wrong("everyWeeks", "rhythm-weeks"));
    }
    if rhythm.every_weeks > 1 && rhythm.anchor.is_none() {
        found.push(wrong("anchor", "rhythm-anchor"));
    }
    if !rhythm.month_weeks.iter().all(|week| matches!(week, -1 | 1..=5)) {
        found.push(wrong("monthWeeks", "rhythm-month"));
    }
    found
}

/// What is wrong with a weekly opening.
pub(crate) fn of_rule(rule: &OpeningRule) -> Vec<Wrong> {
    let mut found = of_hours(&rule.hours);
    found.extend(of_rhythm(&rule.rhythm));
    if !(1..=7).contains(&rule.weekday) {
        found.push(wrong("weekday", "hours-weekday"));
    }
    if rule.valid_from.zip(rule.valid_to).is_some_and(|(from, to)| to < from) {
        found.push(wrong("validTo", "validity-order"));
    }
    found
}

/// What is wrong with a closure.
pub(crate) fn of_closure(closure: &Closure) -> Vec<Wrong> {
    let mut found = Vec::new();
    if closure.to < closure.from {
        found.push(wrong("to", "closure-order"));
    }
    let long = closure.reason.all().any(|text| text.chars().count() > LONGEST_REASON);
    if long || !closure.reason.has_german() {
        let limit = u32::try_from(LONGEST_REASON).ok();
        found.push(Wrong { field: "reason", reason: "closure-reason", limit });
    }
    found
}
