//! What a town offers, worked out minute by minute from its rules and from the live times, the slow and obvious way.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Timelike, Utc};
use chrono_tz::{Europe::Berlin, Tz};
use kernel::LocationId;
use rand::{Rng, rngs::StdRng};
use scheduling::{Catalogue, Channel};
use sea_orm::sqlx::{self, PgPool};
use uuid::Uuid;

use super::town::{Counter, Hours, LOCATIONS, RandomTown};

const ZONE: Tz = Berlin;

pub(super) struct Reference<'a> {
    town: &'a RandomTown,
    locations: Vec<LocationId>,
    /// The counters' ids, as the database has them.
    counters: Vec<Uuid>,
    known: Mutex<BTreeMap<CounterDay, BTreeSet<DateTime<Utc>>>>,
}

/// A counter's day as a channel sees it.
type CounterDay = (usize, &'static str, NaiveDate);

/// A stretch of time.
type Span = (DateTime<Utc>, DateTime<Utc>);

/// The first instant of the day at which the clock shows this time or a later one.
fn at_clock(day: NaiveDate, minute: u32) -> DateTime<Utc> {
    if minute == 1440 {
        return at_clock(day + Days::new(1), 0);
    }
    let mut at = day.and_hms_opt(0, 0, 0).expect("midnight").and_utc() - TimeDelta::hours(14);
    loop {
        let local = at.with_timezone(&ZONE);
        if local.date_naive() == day && local.hour() * 60 + local.minute() >= minute {
            return at;
        }
        at += TimeDelta::minutes(5);
    }
}

/// The instant at which the day begins.
pub(super) fn midnight(day: NaiveDate) -> DateTime<Utc> {
    at_clock(day, 0)
}

/// The ticks from one wall-clock time to another.
fn ticks(day: NaiveDate, from: u32, to: u32) -> BTreeSet<DateTime<Utc>> {
    let end = at_clock(day, to);
    let from = at_clock(day, from);
    let count = ((end - from).num_minutes() + 4) / 5;
    (0..count).map(|n| from + TimeDelta::minutes(5 * n)).collect()
}

/// The public holidays of North Rhine-Westphalia among the days of the test.
fn is_holiday(day: NaiveDate) -> bool {
    // Easter Sunday is none
    [(2026, 11, 1), (2027, 3, 26), (2027, 3, 29)].contains(&(day.year(), day.month(), day.day()))
}

fn monday(day: NaiveDate) -> NaiveDate {
    day - Days::new(u64::from(day.weekday().num_days_from_monday()))
}

fn key(channel: Channel) -> &'static str {
    match channel {
        Channel::Online => "online",
        Channel::Phone => "phone",
        Channel::WalkIn => "walk-in",
    }
}

impl<'a> Reference<'a> {
    pub(super) async fn new(town: &'a RandomTown, catalogue: &Catalogue, sql: &PgPool) -> Self {
        let place = |number: usize| catalogue.location_by_key(&format!("l{number}")).map(|l| l.id);
        let locations: Vec<LocationId> = (0..LOCATIONS).filter_map(place).collect();
        assert_eq!(locations.len(), LOCATIONS);
        let mut counters = Vec::new();
        for counter in &town.counters {
            let id: Uuid = sqlx::query_scalar(
                "SELECT c.id FROM counter c JOIN location l ON l.id = c.location_id WHERE c.key = $1 AND l.id = $2",
            )
            .bind(&counter.key)
            .bind(locations[counter.location].uuid())
            .fetch_one(sql)
            .await
            .expect("the counter");
            counters.push(id);
        }
        Self { town, locations, counters, known: Mutex::default() }
    }

    pub(super) fn any_location(&self, dice: &mut StdRng) -> LocationId {
        self.locations[dice.random_range(0..LOCATIONS)]
    }

    /// The ticks of a day that a counter is open for a channel. Remembered: they never change in a test.
    fn open(
        &self,
        number: usize,
        channel: &'static str,
        day: NaiveDate,
    ) -> BTreeSet<DateTime<Utc>> {
        let mut known = self.known.lock().expect("the known openings");
        known
            .entry((number, channel, day))
            .or_insert_with(|| self.opened(number, channel, day))
            .clone()
    }

    fn opened(&self, number: usize, channel: &str, day: NaiveDate) -> BTreeSet<DateTime<Utc>> {
        let counter = &self.town.counters[number];
        let closed = self.town.closures.iter().any(|closure| {
            closure.day == day
                && closure.location.is_none_or(|place| place == counter.location)
                && closure.counter.is_none_or(|closed| closed == number)
        });
        if closed {
            return BTreeSet::new();
        }
        let mut open = BTreeSet::new();
        for hours in stretches(counter, day) {
            if !hours.channels.contains(&channel) {
                continue;
            }
            let mut stretch = ticks(day, hours.from, hours.to);
            for (from, to) in &hours.breaks {
                let pause = ticks(day, *from, *to);
                stretch.retain(|at| !pause.contains(at));
            }
            open.extend(stretch);
        }
        open
    }

    /// What is offered now: where, when, and to how many.
    pub(super) async fn offers(
        &self,
        sql: &PgPool,
        channel: Channel,
        service: &str,
        day: NaiveDate,
        now: DateTime<Utc>,
    ) -> BTreeSet<(LocationId, DateTime<Utc>, u32)> {
        let index: usize = service[1..].parse().expect("a number");
        let wanted = &self.town.services[index];
        let today = now.with_timezone(&ZONE).date_naive();
        // the office books from now on until the end of the calendar
        let by_office = channel == Channel::Phone;
        let horizon = wanted.horizon.filter(|_| !by_office).unwrap_or(14).min(14);
        let horizon = Days::new(horizon.into());
        let mut found = BTreeSet::new();
        if day < today || day > today + horizon {
            return found;
        }
        let up = |minutes: u32| TimeDelta::minutes(i64::from(minutes.div_ceil(5) * 5));
        let (before, visit, after) = (up(wanted.before), up(wanted.minutes), up(wanted.after));
        let notice =
            TimeDelta::minutes(wanted.notice.filter(|_| !by_office).unwrap_or_default().into());
        let mut earliest = now + notice.max(before);
        if self.town.lead_days > 0 && !by_office {
            earliest = earliest.max(at_clock(today + Days::new(self.town.lead_days.into()), 0));
        }
        let raster = TimeDelta::minutes(wanted.raster.unwrap_or(self.town.raster).into());
        for (number, location) in self.locations.iter().enumerate() {
            let busy = self.busy(sql, *location, day, now).await;
            let room = self.room(sql, number, channel, day, now).await;
            let span = before + visit + after;
            let most = room.map_or(u32::MAX, |room| {
                u32::try_from(room / (span.num_minutes() / 5)).expect("small")
            });
            for (at, remaining) in
                self.starts(number, index, channel, day, &busy, (before, visit + after, raster))
            {
                if at >= earliest && remaining.min(most) > 0 {
                    found.insert((*location, at, remaining.min(most)));
                }
            }
        }
        found
    }

    /// Equal counters act as one: a visit fits where at each tick one of them is free, and as many fit as are free
    /// at each tick.
    fn starts(
        &self,
        location: usize,
        service: usize,
        channel: Channel,
        day: NaiveDate,
        busy: &BTreeMap<Uuid, Vec<Span>>,
        (before, rest, raster): (TimeDelta, TimeDelta, TimeDelta),
    ) -> BTreeMap<DateTime<Utc>, u32> {
        let mut teams: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (number, counter) in self.town.counters.iter().enumerate() {
            if counter.location == location && counter.services.contains(&service) {
                let hours = (self.open(number, "online", day), self.open(number, "phone", day));
                teams.entry((counter.services.clone(), hours)).or_default().push(number);
            }
        }
        let mut found: BTreeMap<DateTime<Utc>, u32> = BTreeMap::new();
        for ((_, (online, phone)), counters) in teams {
            let open = if channel == Channel::Phone { phone } else { online };
            let free = |at: DateTime<Utc>| {
                let is_free = |number: &&usize| {
                    let spans = busy.get(&self.counters[**number]);
                    open.contains(&at)
                        && !spans.into_iter().flatten().any(|(from, to)| *from <= at && at < *to)
                };
                u32::try_from(counters.iter().filter(is_free).count()).expect("small")
            };
            for start in &open {
                let mut opened = *start;
                while open.contains(&(opened - TimeDelta::minutes(5))) {
                    opened -= TimeDelta::minutes(5);
                }
                if (*start - opened).num_minutes() % raster.num_minutes() != 0 {
                    continue;
                }
                let ticks = (before + rest).num_minutes() / 5;
                let each = (0..ticks).map(|n| {
                    free(*start - before + TimeDelta::minutes(5) * i32::try_from(n).expect("small"))
                });
                let fits = each.min().unwrap_or_default();
                if fits > 0 {
                    *found.entry(*start).or_default() += fits;
                }
            }
        }
        found
    }

    /// How many ticks the channel's contingent leaves, if one binds.
    async fn room(
        &self,
        sql: &PgPool,
        location: usize,
        channel: Channel,
        day: NaiveDate,
        now: DateTime<Utc>,
    ) -> Option<i64> {
        let contingent = self
            .town
            .contingents
            .iter()
            .find(|one| one.location == location && one.channel == key(channel))?;
        if let Some((days, minute)) = contingent.release
            && now >= at_clock(day - Days::new(days.into()), minute)
        {
            return None;
        }
        let open: usize = (0..self.town.counters.len())
            .filter(|number| self.town.counters[*number].location == location)
            .map(|number| {
                let online = self.open(number, "online", day);
                online.union(&self.open(number, "phone", day)).count()
            })
            .sum();
        let used: i64 = sqlx::query_scalar(
            "SELECT coalesce(sum(ticks), 0)::bigint FROM live_time WHERE location_id = $1 AND day = $2 AND channel = $3
                AND (expires_at IS NULL OR expires_at > $4)",
        )
        .bind(self.locations[location].uuid())
        .bind(day)
        .bind(key(channel))
        .bind(now)
        .fetch_one(sql)
        .await
        .expect("a number");
        let most = i64::try_from(open).expect("small") * i64::from(contingent.percent) / 100;
        Some((most - used).max(0))
    }

    /// What is taken at each counter of a location.
    async fn busy(
        &self,
        sql: &PgPool,
        location: LocationId,
        day: NaiveDate,
        now: DateTime<Utc>,
    ) -> BTreeMap<Uuid, Vec<Span>> {
        let rows: Vec<(Uuid, DateTime<Utc>, DateTime<Utc>)> = sqlx::query_as(
            "SELECT counter_id, starts_at, ends_at FROM live_time WHERE location_id = $1 AND day = $2
                AND (expires_at IS NULL OR expires_at > $3)",
        )
        .bind(location.uuid())
        .bind(day)
        .bind(now)
        .fetch_all(sql)
        .await
        .expect("live times");
        let mut busy: BTreeMap<Uuid, Vec<Span>> = BTreeMap::new();
        for (counter, from, to) in rows {
            busy.entry(counter).or_default().push((from, to));
        }
        busy
    }
}

/// The stretches that hold for a counter on a day: exceptions instead of rules, rules in their rhythm, and on
/// holidays only those that say so.
fn stretches(counter: &Counter, day: NaiveDate) -> Vec<&Hours> {
    let exceptions: Vec<&Hours> = counter
        .exceptions
        .iter()
        .filter(|(date, _)| *date == day)
        .map(|(_, hours)| hours)
        .collect();
    if !exceptions.is_empty() {
        return exceptions;
    }
    let holds = |rule: &&super::town::Rule| {
        let week_of_month = i32::try_from((day.day() - 1) / 7 + 1).expect("small");
        let last = (day + Days::new(7)).month() != day.month();
        rule.weekdays.contains(&day.weekday().number_from_monday())
            && rule.valid_from.is_none_or(|from| from <= day)
            && rule.valid_to.is_none_or(|to| day <= to)
            && rule.anchor.is_none_or(|anchor| {
                (monday(day) - monday(anchor)).num_weeks() % i64::from(rule.every_weeks) == 0
            })
            && (rule.month_weeks.is_empty()
                || rule.month_weeks.contains(&week_of_month)
                || rule.month_weeks.contains(&-1) && last)
            && (!is_holiday(day) || rule.on_holidays)
    };
    counter.rules.iter().filter(holds).map(|rule| &rule.hours).collect()
}
