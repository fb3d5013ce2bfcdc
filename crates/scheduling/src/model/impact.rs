//! What a change of the rules does: days that open and close, and times that are no longer covered. Pure.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use kernel::{AppointmentId, CounterId, LocationId};
use tenant::Municipality;

use super::{
    channel::Channel,
    edits::Edits,
    opening::LocalDay,
    rules::{Openings, RuleBook},
    ticks::{TICK_MINUTES, Ticks},
};
use crate::calendar::Served;

/// A day of a counter whose openings change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Altered {
    pub(crate) location: LocationId,
    pub(crate) old: Openings,
    pub(crate) new: Openings,
}

/// All of them, by counter and day.
pub(crate) type AlteredDays = HashMap<(CounterId, NaiveDate), Altered>;

/// The days from `from` to `to` on which the rules say something else than before.
pub(crate) fn altered(
    served: &[Served],
    town: &Municipality,
    (from, to): (NaiveDate, NaiveDate),
    old: &RuleBook,
    new: &RuleBook,
) -> AlteredDays {
    let mut altered = HashMap::new();
    for one in served.iter().filter(|one| one.is_active) {
        for date in from.iter_days().take_while(|date| *date <= to) {
            let day = LocalDay::new(date, town.zone());
            let of = |book: &RuleBook| book.openings(one.counter, one.location, town, day);
            let (old, new) = (of(old), of(new));
            if old != new {
                let location = one.location;
                altered.insert((one.counter, date), Altered { location, old, new });
            }
        }
    }
    altered
}

/// Minutes that a channel wins and loses at a place on a day, all counters together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CapacityChange {
    /// The day.
    pub day: NaiveDate,
    /// Where.
    pub location: LocationId,
    /// For whom.
    pub channel: Channel,
    /// Minutes that open.
    pub minutes_won: u32,
    /// Minutes that close.
    pub minutes_lost: u32,
}

/// What is won and lost, by day, place and channel.
pub(crate) fn capacity(altered: &AlteredDays) -> Vec<CapacityChange> {
    let mut sums: BTreeMap<(NaiveDate, LocationId, &str), CapacityChange> = BTreeMap::new();
    for ((_, day), Altered { location, old, new }) in altered {
        for channel in Channel::ALL {
            let (before, after) = (old.of(channel), new.of(channel));
            let minutes = |ticks: Ticks| ticks.count() * TICK_MINUTES;
            let (won, lost) = (minutes(after.minus(before)), minutes(before.minus(after)));
            if won + lost > 0 {
                let (day, location) = (*day, *location);
                let none =
                    CapacityChange { day, location, channel, minutes_won: 0, minutes_lost: 0 };
                let sum = sums.entry((day, location, channel.key())).or_insert(none);
                sum.minutes_won += won;
                sum.minutes_lost += lost;
            }
        }
    }
    sums.into_values().collect()
}

/// A time that is held or booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) id: AppointmentId,
    pub(crate) location: LocationId,
    pub(crate) counter: CounterId,
    pub(crate) day: NaiveDate,
    pub(crate) first_tick: u32,
    pub(crate) ticks: u32,
    pub(crate) channel: Channel,
    pub(crate) is_booked: bool,
}

impl Taken {
    pub(crate) fn span(&self) -> Ticks {
        Ticks::range(self.first_tick, self.ticks)
    }

    /// Whether the change takes its hours away: they covered it and no longer do, or the change closes its day. What the
    /// office has kept outside of hours before is not asked about again, unless its day is closed.
    pub(crate) fn is_hit(&self, altered: &AlteredDays, edits: &Edits) -> bool {
        let covers = |open: Ticks| self.span().minus(open).is_empty();
        let is_closed = || edits.close(self.counter, self.location, self.day);
        altered.get(&(self.counter, self.day)).map_or_else(is_closed, |day| {
            let (old, new) = (day.old.of(self.channel), day.new.of(self.channel));
            !covers(new) && (covers(old) || is_closed())
        })
    }
}
