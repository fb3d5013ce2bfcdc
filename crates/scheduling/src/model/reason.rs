//! Why a day has no free time, and what else there is: data that the edge puts into words.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use kernel::{CounterId, LocalizedText, LocationId};
use tenant::{Holiday, Municipality};

use super::{
    availability::{CounterDay, DayState, Start, Team, Window, window_ticks},
    channel::Channel,
    opening::LocalDay,
    release::Released,
    rules::{Closed, Openings, RuleBook},
    ticks::{Shape, TICK_MINUTES, TICKS, Ticks, offered},
};

/// Why a day has no free time. Says more than [`DayState`]: a holiday of a week that is not released yet is a holiday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The day, or what was open of it, is over.
    Over,
    /// There was time to book it, but no longer.
    TooSoon {
        /// Until when one had to book.
        until: DateTime<Utc>,
        /// When what is left of today is released after all.
        remainder: Option<DateTime<Utc>>,
    },
    /// Somebody has closed, and said why.
    Closure(LocalizedText),
    /// A public holiday, or a day that the municipality keeps like one.
    Holiday(Holiday),
    /// No hours on such days.
    NoHours,
    /// Open, but not for this way to book.
    OtherChannels,
    /// Later than what is released.
    NotYetReleased {
        /// From then on it can be booked.
        at: DateTime<Utc>,
    },
    /// All times are taken.
    AllBooked,
    /// There are gaps, but none is long enough for this visit.
    TooShort {
        /// The longest visit that would fit.
        minutes: u32,
    },
    /// What this way to book may fill is full.
    ContingentUsed {
        /// From then on the rest can be booked, too.
        opens: Option<DateTime<Utc>>,
    },
}

/// Hours of a place on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceHours {
    /// Where.
    pub location: LocationId,
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
}

/// What else there is, instead of a day without free times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alternative {
    /// A free time at a place that was not asked for, on the day or nearest to it.
    Elsewhere(Start),
    /// The next free time after the day, where it was asked for.
    Later(Start),
    /// New days come.
    Release(Released),
    /// Somebody answers the phone.
    Phone {
        /// The office's number.
        number: String,
        /// Whether the day has free times for callers.
        has_times: bool,
    },
    /// People may come without an appointment.
    WalkIn(PlaceHours),
}

/// What is to say about a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// The day.
    pub date: NaiveDate,
    /// Why it has no free time; `None` when it has.
    pub reason: Option<Reason>,
    /// What else there is, the most useful first.
    pub alternatives: Vec<Alternative>,
    /// When people may come without an appointment, where it was asked for.
    pub walk_in: Vec<PlaceHours>,
}

/// A day without free times, with all that decides why.
pub(crate) struct Question<'a> {
    pub(crate) local: LocalDay,
    pub(crate) state: DayState,
    pub(crate) now: DateTime<Utc>,
    pub(crate) channel: Channel,
    pub(crate) window: Window,
    pub(crate) shape: Shape,
    /// What the rules open for each counter that can serve the visit.
    pub(crate) openings: &'a [(LocationId, CounterId, Openings)],
    /// What the calendar has of them.
    pub(crate) counters: &'a [CounterDay<'a>],
    /// Whole days, and minutes, between booking and visit.
    pub(crate) lead: (u32, u32),
    /// When the day is released.
    pub(crate) released: DateTime<Utc>,
    /// When what is left of today is released, if that is still to come.
    pub(crate) remainder: Option<DateTime<Utc>>,
    /// When a contingent lets the channel have the rest.
    pub(crate) contingent_opens: Option<DateTime<Utc>>,
}

impl Question<'_> {
    /// The reason.
    pub(crate) fn reason(&self, book: &RuleBook, town: &Municipality) -> Reason {
        if self.local.date < self.window.today {
            return Reason::Over;
        }
        let open = self.open_for(self.channel);
        if open.is_empty() {
            let others = Channel::ALL.into_iter().map(|channel| self.open_for(channel));
            let is_open = others.fold(Ticks::default(), Ticks::or);
            return if is_open.is_empty() {
                self.closed(book, town)
            } else {
                Reason::OtherChannels
            };
        }
        if self.local.date > self.window.last_day {
            return Reason::NotYetReleased { at: self.released };
        }
        let bookable = window_ticks(self.local, self.window);
        if open.and(bookable).is_empty() {
            return self.too_late(open);
        }
        let teams = Team::of(self.counters, self.channel);
        if teams.iter().any(|team| team.levels(self.shape, bookable).next().is_some()) {
            // a visit fits, so only its contingent is in the way
            return Reason::ContingentUsed { opens: self.contingent_opens };
        }
        let gaps = || teams.iter().map(|team| team.any_free().and(bookable));
        let longest = (1..self.shape.span())
            .take_while(|length| gaps().any(|free| !free.starts_of(*length).is_empty()))
            .last()
            .unwrap_or_default();
        let ticks = longest.saturating_sub(self.shape.before + self.shape.after);
        if self.state == DayState::TooShort && ticks > 0 {
            Reason::TooShort { minutes: ticks * TICK_MINUTES }
        } else {
            Reason::AllBooked
        }
    }

    fn open_for(&self, channel: Channel) -> Ticks {
        let each = self.openings.iter().map(|(.., open)| open.of(channel));
        each.fold(Ticks::default(), Ticks::or)
    }

    fn too_late(&self, open: Ticks) -> Reason {
        let end = open.iter().last().map_or(self.now, |tick| self.local.instant(tick + 1));
        if end <= self.now {
            return Reason::Over;
        }
        let starts = self.openings.iter().map(|(.., hours)| {
            let open = hours.of(self.channel);
            offered(open, open, self.shape)
        });
        let starts = starts.fold(Ticks::default(), Ticks::or);
        let last = starts.iter().last().or_else(|| open.iter().last()).unwrap_or_default();
        let (days, minutes) = self.lead;
        let by_minutes = self.local.instant(last) - TimeDelta::minutes(minutes.into());
        let by_days = days.checked_sub(1).and_then(|days| {
            let day = self.local.date.checked_sub_days(Days::new(days.into()))?;
            Some(self.local.on(day).instant(0))
        });
        let until = by_days.map_or(by_minutes, |by_days| by_days.min(by_minutes));
        Reason::TooSoon { until, remainder: self.remainder.filter(|at| *at < end) }
    }

    /// Places that are closed on such days anyway say nothing, as long as another one would be open.
    fn closed(&self, book: &RuleBook, town: &Municipality) -> Reason {
        let mut places: Vec<(LocationId, Vec<CounterId>)> = Vec::new();
        for (place, counter, _) in self.openings {
            match places.iter_mut().find(|(known, _)| known == place) {
                Some((_, counters)) => counters.push(*counter),
                None => places.push((*place, vec![*counter])),
            }
        }
        let date = self.local.date;
        let told: Vec<(bool, Closed)> = places
            .iter()
            .map(|(place, counters)| {
                let usual = book.is_usually_open(counters, date);
                (usual, book.why_closed(counters, *place, town, date))
            })
            .collect();
        if !told.iter().any(|(usual, _)| *usual) {
            let all_closed = told.iter().all(|(_, closed)| matches!(closed, Closed::Closure(_)));
            return match told.into_iter().next() {
                Some((_, Closed::Closure(reason))) if all_closed => Reason::Closure(reason),
                _ => Reason::NoHours,
            };
        }
        let mut found = Reason::NoHours;
        for (_, closed) in told.into_iter().filter(|(usual, _)| *usual) {
            match closed {
                Closed::Holiday(holiday) => return Reason::Holiday(holiday),
                Closed::Closure(reason) if found == Reason::NoHours => {
                    found = Reason::Closure(reason);
                }
                Closed::Closure(_) | Closed::NoHours => {}
            }
        }
        found
    }
}

/// When a place may be visited without an appointment, from `now` on.
pub(crate) fn walk_in_hours(
    local: LocalDay,
    openings: &[(LocationId, CounterId, Openings)],
    place: LocationId,
    now: DateTime<Utc>,
) -> Vec<PlaceHours> {
    let here = openings.iter().filter(|(location, ..)| *location == place);
    let open = here.map(|(.., open)| open.walk_in).fold(Ticks::default(), Ticks::or);
    let begins = open.minus(open.later(1));
    begins
        .iter()
        .map(|first| {
            let end = (first..=TICKS).find(|tick| !open.contains(*tick)).unwrap_or(TICKS);
            PlaceHours { location: place, from: local.instant(first), to: local.instant(end) }
        })
        .filter(|hours| hours.to > now)
        .collect()
}

#[cfg(test)]
mod tests;
