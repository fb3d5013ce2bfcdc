//! When a counter is open, and for whom: closure, exception, rule, holiday, in this order.
//!
//! * A **closure** closes, whatever else is said.
//! * An **exception** says what is open on one date, instead of all rules.
//! * A **rule** is open in its rhythm. On a public holiday it is not, unless it says that it holds on holidays.
//! * A **holiday** is the weakest word: it closes the rules that say nothing about holidays.

use chrono::{Datelike, Days, NaiveDate};
use kernel::{CounterId, LocalizedText, LocationId};
use serde::{Deserialize, Serialize};
use tenant::Municipality;
use tenant::holidays::{self, Holiday};

use super::{channel::Channel, opening::LocalDay, ticks::Ticks};

/// A stretch of a day with its breaks. Minutes since local midnight; 1440 is the end of the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// From when.
    pub from: u32,
    /// Until when.
    pub to: u32,
    /// From and until when nobody is served in between.
    pub breaks: Vec<(u32, u32)>,
    /// For whom.
    pub channels: Vec<Channel>,
}

impl Hours {
    /// Minutes since midnight of "08:15"; "24:00" is the end of the day.
    pub fn minute(clock: &str) -> Option<u32> {
        let (hours, minutes) = clock.trim().split_once(':')?;
        let two_digits = |text: &str| text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
        let read = |text: &str| text.parse().ok().filter(|_| two_digits(text));
        let (hours, minutes): (u32, u32) = (read(hours)?, read(minutes)?);
        let total = hours * 60 + minutes;
        (minutes < 60 && total <= 1440).then_some(total)
    }

    /// A minute of the day as people write it, "08:15".
    pub fn clock(minute: u32) -> String {
        format!("{:02}:{:02}", minute / 60, minute % 60)
    }
}

/// A weekly opening of a counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningRule {
    /// Whose.
    pub counter: CounterId,
    /// 1 is Monday (ISO 8601).
    pub weekday: u32,
    /// What is open.
    pub hours: Hours,
    /// First day on which it holds.
    pub valid_from: Option<NaiveDate>,
    /// Last day on which it holds.
    pub valid_to: Option<NaiveDate>,
    /// In which weeks.
    pub rhythm: Rhythm,
    /// Whether it holds on public holidays, too.
    pub on_holidays: bool,
}

/// In which weeks a rule holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rhythm {
    /// 1 is every week, 2 every second one.
    pub every_weeks: u32,
    /// A day of a week in which the rule holds, to count from.
    pub anchor: Option<NaiveDate>,
    /// 1 is the first such weekday of the month, -1 the last; empty is each of them.
    pub month_weeks: Vec<i32>,
}

impl Rhythm {
    /// Every week.
    pub const WEEKLY: Self = Self { every_weeks: 1, anchor: None, month_weeks: Vec::new() };

    fn includes(&self, date: NaiveDate) -> bool {
        self.in_week(date) && self.in_month(date)
    }

    fn in_week(&self, date: NaiveDate) -> bool {
        let every = i64::from(self.every_weeks.max(1));
        let weeks = (monday(date) - monday(self.anchor.unwrap_or_default())).num_weeks();
        weeks.rem_euclid(every) == 0
    }

    fn in_month(&self, date: NaiveDate) -> bool {
        let nth = i32::try_from(date.day0() / 7 + 1).unwrap_or_default();
        let is_last = (date + Days::new(7)).month() != date.month();
        self.month_weeks.is_empty()
            || self.month_weeks.iter().any(|week| *week == nth || (*week == -1 && is_last))
    }
}

fn monday(date: NaiveDate) -> NaiveDate {
    date - Days::new(date.weekday().num_days_from_monday().into())
}

impl OpeningRule {
    fn applies(&self, date: NaiveDate) -> bool {
        self.weekday == date.weekday().number_from_monday()
            && self.valid_from.is_none_or(|from| from <= date)
            && self.valid_to.is_none_or(|to| date <= to)
            && self.rhythm.includes(date)
    }
}

/// The hours of a counter on one date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpeningException {
    /// Whose.
    pub counter: CounterId,
    /// The date.
    pub day: NaiveDate,
    /// What is open.
    pub hours: Hours,
}

/// Days on which a counter, a location or the whole municipality is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closure {
    /// Where; the whole municipality when `None`.
    pub location: Option<LocationId>,
    /// Which counter; all of them when `None`.
    pub counter: Option<CounterId>,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Why, for citizens.
    pub reason: LocalizedText,
}

impl Closure {
    pub(crate) fn closes(&self, counter: CounterId, location: LocationId, date: NaiveDate) -> bool {
        self.from <= date
            && date <= self.to
            && self.location.is_none_or(|closed| closed == location)
            && self.counter.is_none_or(|closed| closed == counter)
    }
}

/// All that decides when counters are open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleBook {
    /// Weekly hours.
    pub rules: Vec<OpeningRule>,
    /// Hours of single dates.
    pub exceptions: Vec<OpeningException>,
    /// Days on which nothing is open.
    pub closures: Vec<Closure>,
}

/// What of a counter's day is open, by channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Openings {
    pub(crate) online: Ticks,
    pub(crate) phone: Ticks,
    pub(crate) walk_in: Ticks,
}

impl Openings {
    /// What a channel can book; for walk-ins, when they may come.
    pub(crate) fn of(&self, channel: Channel) -> Ticks {
        match channel {
            Channel::Online => self.online,
            Channel::Phone => self.phone,
            Channel::WalkIn => self.walk_in,
        }
    }

    fn add(&mut self, hours: &Hours, day: LocalDay) {
        let between = |from: u32, to: u32| {
            let (first, end) = (day.tick_of_minute(from), day.tick_of_minute(to));
            Ticks::range(first, end.saturating_sub(first))
        };
        let breaks = hours.breaks.iter().map(|(from, to)| between(*from, *to));
        let open = breaks.fold(between(hours.from, hours.to), Ticks::minus);
        for channel in &hours.channels {
            match channel {
                Channel::Online => self.online = self.online.or(open),
                Channel::Phone => self.phone = self.phone.or(open),
                Channel::WalkIn => self.walk_in = self.walk_in.or(open),
            }
        }
    }
}

/// Why a place has no hours on a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Closed {
    /// Somebody has closed it, and said why.
    Closure(LocalizedText),
    /// A public holiday, or a day that the municipality keeps like one.
    Holiday(Holiday),
    /// No hours on such days.
    NoHours,
}

impl RuleBook {
    /// Adds what another part of the book says; what both have counts once.
    pub(crate) fn extend(&mut self, other: Self) {
        fn add<T: PartialEq>(all: &mut Vec<T>, more: Vec<T>) {
            for one in more {
                if !all.contains(&one) {
                    all.push(one);
                }
            }
        }
        add(&mut self.rules, other.rules);
        add(&mut self.exceptions, other.exceptions);
        add(&mut self.closures, other.closures);
    }

    /// What of a counter's day is open.
    pub(crate) fn openings(
        &self,
        counter: CounterId,
        location: LocationId,
        town: &Municipality,
        day: LocalDay,
    ) -> Openings {
        let mut open = Openings::default();
        if self.closures.iter().any(|closure| closure.closes(counter, location, day.date)) {
            return open;
        }
        for hours in self.hours_on(counter, day.date, town) {
            open.add(hours, day);
        }
        open
    }

    /// The hours of a counter on a date by exceptions, rules and holidays; closures are not looked at.
    pub(crate) fn hours_on(
        &self,
        counter: CounterId,
        date: NaiveDate,
        town: &Municipality,
    ) -> Vec<&Hours> {
        let own = self.exceptions.iter().filter(|e| e.counter == counter && e.day == date);
        let own: Vec<&Hours> = own.map(|exception| &exception.hours).collect();
        if !own.is_empty() {
            return own;
        }
        let is_holiday = holiday(town, date).is_some();
        let rules = self.rules.iter().filter(|rule| rule.counter == counter && rule.applies(date));
        rules.filter(|rule| !is_holiday || rule.on_holidays).map(|rule| &rule.hours).collect()
    }

    /// Why none of the counters of a place is open on a date on which none is.
    pub(crate) fn why_closed(
        &self,
        counters: &[CounterId],
        location: LocationId,
        town: &Municipality,
        date: NaiveDate,
    ) -> Closed {
        let closing = |counter: &CounterId| {
            self.closures.iter().find(|closure| closure.closes(*counter, location, date))
        };
        // a closure of everybody says more than a holiday, a closure of one counter says nothing about the place
        let all_closed = counters.iter().all(|counter| closing(counter).is_some());
        let closure = counters.first().and_then(closing).filter(|_| all_closed);
        match (closure, holiday(town, date)) {
            (Some(closure), _) => Closed::Closure(closure.reason.clone()),
            (None, Some(holiday)) if self.is_usually_open(counters, date) => {
                Closed::Holiday(holiday)
            }
            _ => Closed::NoHours,
        }
    }

    /// Whether one of the counters would be open if there were neither closures nor holidays.
    pub(crate) fn is_usually_open(&self, counters: &[CounterId], date: NaiveDate) -> bool {
        let rule = |rule: &OpeningRule| counters.contains(&rule.counter) && rule.applies(date);
        let exception =
            |other: &OpeningException| counters.contains(&other.counter) && other.day == date;
        self.rules.iter().any(rule) || self.exceptions.iter().any(exception)
    }
}

fn holiday(town: &Municipality, date: NaiveDate) -> Option<Holiday> {
    holidays::on(town.settings.land, &town.settings.holidays, date)
}

#[cfg(test)]
mod tests;
