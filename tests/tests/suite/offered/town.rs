//! A town whose services, counters and rules were diced.

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use tests::towns;

/// A stretch of a day; minutes since midnight.
#[derive(Debug, Clone)]
pub(super) struct Hours {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) breaks: Vec<(u32, u32)>,
    /// online, phone, walk-in
    pub(super) channels: Vec<&'static str>,
}

/// When a stretch holds.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    /// 1 is Monday.
    pub(super) weekdays: Vec<u32>,
    pub(super) hours: Hours,
    pub(super) valid_from: Option<NaiveDate>,
    pub(super) valid_to: Option<NaiveDate>,
    pub(super) every_weeks: u32,
    pub(super) anchor: Option<NaiveDate>,
    pub(super) month_weeks: Vec<i32>,
    pub(super) on_holidays: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Counter {
    pub(super) key: String,
    /// Index of its location.
    pub(super) location: usize,
    /// Indexes of its services, in order.
    pub(super) services: Vec<usize>,
    pub(super) rules: Vec<Rule>,
    pub(super) exceptions: Vec<(NaiveDate, Hours)>,
}

#[derive(Debug, Clone)]
pub(super) struct Service {
    pub(super) minutes: u32,
    pub(super) before: u32,
    pub(super) after: u32,
    pub(super) raster: Option<u32>,
    pub(super) notice: Option<u32>,
    pub(super) horizon: Option<u32>,
}

#[derive(Debug, Clone)]
pub(super) struct Contingent {
    pub(super) location: usize,
    pub(super) channel: &'static str,
    pub(super) percent: u32,
    /// Days before, minute of the day.
    pub(super) release: Option<(u32, u32)>,
}

#[derive(Debug, Clone)]
pub(super) struct Closure {
    pub(super) location: Option<usize>,
    pub(super) counter: Option<usize>,
    pub(super) day: NaiveDate,
}

#[derive(Debug)]
pub(super) struct RandomTown {
    pub(super) services: Vec<Service>,
    pub(super) counters: Vec<Counter>,
    pub(super) contingents: Vec<Contingent>,
    pub(super) closures: Vec<Closure>,
    pub(super) lead_days: u32,
    pub(super) raster: u32,
    pub(super) days: Vec<NaiveDate>,
}

pub(super) const LOCATIONS: usize = 2;
const ALL_CHANNELS: [&[&str]; 6] = [
    &["online", "phone"],
    &["online", "phone"],
    &["online"],
    &["phone"],
    &["walk-in"],
    &["online", "phone", "walk-in"],
];

fn tick(dice: &mut StdRng, from: u32, to: u32) -> u32 {
    dice.random_range(from / 5..=to / 5) * 5
}

fn hours(dice: &mut StdRng) -> Hours {
    // nights, too: the clocks change between two and three
    let from = if dice.random_ratio(1, 3) { tick(dice, 0, 200) } else { tick(dice, 420, 660) };
    let to = tick(dice, from + 30, (from + 360).min(1440));
    let mut breaks = Vec::new();
    for _ in 0..dice.random_range(0..3) {
        let start = tick(dice, from, to - 10);
        let end = tick(dice, start + 5, (start + 60).min(to));
        breaks.push((start, end));
    }
    let channels = ALL_CHANNELS.choose(dice).copied().unwrap_or_default().to_vec();
    Hours { from, to, breaks, channels }
}

fn some<T>(dice: &mut StdRng, one_in: u32, of: impl FnOnce(&mut StdRng) -> T) -> Option<T> {
    dice.random_ratio(1, one_in).then(|| of(dice))
}

impl RandomTown {
    pub(super) fn new(dice: &mut StdRng, now: DateTime<Utc>) -> Self {
        let today = now.date_naive();
        // the days around the night on which the clocks change, and a holiday: 31 October or Good Friday
        let sunday = today + Days::new(5);
        let holiday = if today.month() == 10 { (2026, 11, 1) } else { (2027, 3, 26) };
        let holiday = NaiveDate::from_ymd_opt(holiday.0, holiday.1, holiday.2).expect("a date");
        let days =
            vec![today, sunday, sunday, sunday - Days::new(1), sunday + Days::new(1), holiday];
        let services = (0..dice.random_range(2..=3))
            .map(|_| Service {
                minutes: tick(dice, 5, 60),
                before: some(dice, 3, |dice| dice.random_range(1..=20)).unwrap_or_default(),
                after: some(dice, 3, |dice| dice.random_range(1..=20)).unwrap_or_default(),
                raster: some(dice, 3, |dice| tick(dice, 5, 40)),
                notice: some(dice, 5, |dice| dice.random_range(0..8000)),
                horizon: some(dice, 8, |dice| dice.random_range(1..12)),
            })
            .collect::<Vec<_>>();
        let mut counters: Vec<Counter> = Vec::new();
        for number in 0..dice.random_range(2..=5) {
            // half of them are a copy of another one: equal counters
            let copied = counters.choose(dice).cloned().filter(|_| dice.random_ratio(1, 2));
            let mut counter = copied.unwrap_or_else(|| Self::counter(dice, services.len(), &days));
            counter.key = format!("c{number}");
            if dice.random_ratio(1, 4) {
                let day = *days.choose(dice).expect("a day");
                counter.exceptions.push((day, hours(dice)));
            }
            counters.push(counter);
        }
        // each service is offered somewhere
        counters[0].services = (0..services.len()).collect();
        let closures = (0..dice.random_range(0..3))
            .map(|_| {
                let counter = some(dice, 2, |dice| dice.random_range(0..counters.len()));
                let place = counter.map(|index: usize| counters[index].location);
                let location =
                    place.or_else(|| some(dice, 2, |dice| dice.random_range(0..LOCATIONS)));
                Closure { location, counter, day: *days.choose(dice).expect("a day") }
            })
            .collect();
        let mut contingents = Vec::new();
        for location in 0..LOCATIONS {
            for channel in ["online", "phone"] {
                if dice.random_ratio(1, 3) {
                    let percent = dice.random_range(5..=100);
                    let release =
                        some(dice, 2, |dice| (dice.random_range(0..8), tick(dice, 0, 1435)));
                    contingents.push(Contingent { location, channel, percent, release });
                }
            }
        }
        let (lead_days, raster) = (dice.random_range(0..2), tick(dice, 5, 30));
        Self { services, counters, contingents, closures, lead_days, raster, days }
    }

    fn counter(dice: &mut StdRng, services: usize, days: &[NaiveDate]) -> Counter {
        let mut able: Vec<usize> = (0..services).filter(|_| dice.random_ratio(2, 3)).collect();
        if able.is_empty() {
            able.push(0);
        }
        let rules = (0..dice.random_range(1..=3))
            .map(|_| {
                let day = *days.choose(dice).expect("a day");
                let every_weeks = if dice.random_ratio(1, 5) { dice.random_range(2..4) } else { 1 };
                Rule {
                    weekdays: (1..=7).filter(|_| dice.random_ratio(4, 5)).collect(),
                    hours: hours(dice),
                    valid_from: some(dice, 6, |_| day),
                    valid_to: some(dice, 6, |dice| day + Days::new(dice.random_range(0..5))),
                    every_weeks,
                    anchor: Some(day - Days::new(dice.random_range(0..30)))
                        .filter(|_| every_weeks > 1),
                    month_weeks: some(dice, 6, |dice| {
                        vec![*[-1, 3, 4, 5].choose(dice).unwrap_or(&1)]
                    })
                    .unwrap_or_default(),
                    on_holidays: dice.random_ratio(1, 3),
                }
            })
            .collect();
        let exceptions = some(dice, 4, |dice| (*days.choose(dice).expect("a day"), hours(dice)));
        let location = dice.random_range(0..LOCATIONS);
        Counter {
            key: String::new(),
            location,
            services: able,
            rules,
            exceptions: exceptions.into_iter().collect(),
        }
    }

    pub(super) fn any_service(&self, dice: &mut StdRng) -> String {
        format!("s{}", dice.random_range(0..self.services.len()))
    }

    pub(super) fn any_day(&self, dice: &mut StdRng) -> NaiveDate {
        *self.days.choose(dice).expect("a day")
    }

    /// The municipality's file.
    pub(super) fn file(&self, town: toml::Table) -> toml::Table {
        let mut text = String::new();
        for (number, service) in self.services.iter().enumerate() {
            let mut more = format!(
                "buffer_before_minutes = {}\nbuffer_after_minutes = {}\n",
                service.before, service.after
            );
            let optional = [
                ("raster_minutes", service.raster),
                ("notice_minutes", service.notice),
                ("horizon_days", service.horizon),
            ];
            for (name, value) in optional {
                more += &value.map(|value| format!("{name} = {value}\n")).unwrap_or_default();
            }
            text += &towns::service(&format!("s{number}"), service.minutes, &more);
        }
        for location in 0..LOCATIONS {
            text += &towns::location(&format!("l{location}"), "");
            for contingent in self.contingents.iter().filter(|one| one.location == location) {
                text += &format!(
                    "[[locations.contingents]]\nchannel = \"{}\"\npercent = {}\n",
                    contingent.channel, contingent.percent
                );
                if let Some((days, minute)) = contingent.release {
                    text += &format!("release = {{ days = {days}, at = \"{}\" }}\n", clock(minute));
                }
            }
            for counter in self.counters.iter().filter(|one| one.location == location) {
                text += &counter.text();
            }
        }
        for closure in &self.closures {
            text += &format!(
                "[[closures]]\nfrom = {0}\nto = {0}\nreason = {{ de = \"Zu\" }}\n",
                closure.day
            );
            if let Some(location) = closure.location {
                text += &format!("location = \"l{location}\"\n");
            }
            if let Some(counter) = closure.counter {
                text += &format!("counter = \"{}\"\n", self.counters[counter].key);
            }
        }
        let mut file = towns::with_calendar(town, &text);
        for (path, value) in [
            ("booking.lead_days", self.lead_days),
            ("booking.raster_minutes", self.raster),
            ("booking.horizon_days", 14),
        ] {
            towns::set(&mut file, path, i64::from(value));
        }
        file
    }
}

impl Counter {
    fn text(&self) -> String {
        const DAYS: [&str; 7] = ["mo", "tu", "we", "th", "fr", "sa", "su"];
        let services: Vec<String> = self.services.iter().map(|index| format!("s{index}")).collect();
        let services: Vec<&str> = services.iter().map(String::as_str).collect();
        let mut text = towns::counter(&self.key, &services, "");
        for rule in &self.rules {
            let days: Vec<&str> = rule.weekdays.iter().map(|day| DAYS[*day as usize - 1]).collect();
            text += &format!(
                "[[locations.counters.hours]]\ndays = {days:?}\non_holidays = {}\nevery_weeks = {}\nmonth_weeks = {:?}\n{}",
                rule.on_holidays,
                rule.every_weeks,
                rule.month_weeks,
                rule.hours.text()
            );
            let dates = [
                ("valid_from", rule.valid_from),
                ("valid_to", rule.valid_to),
                ("anchor", rule.anchor),
            ];
            for (name, date) in dates {
                text += &date.map(|date| format!("{name} = {date}\n")).unwrap_or_default();
            }
        }
        for (day, hours) in &self.exceptions {
            text += &format!("[[locations.counters.exceptions]]\nday = {day}\n{}", hours.text());
        }
        if self.rules.is_empty() { text + "hours = []\n" } else { text }
    }
}

impl Hours {
    fn text(&self) -> String {
        let breaks: Vec<[String; 2]> =
            self.breaks.iter().map(|(from, to)| [clock(*from), clock(*to)]).collect();
        format!(
            "from = \"{}\"\nto = \"{}\"\nbreaks = {breaks:?}\nchannels = {:?}\n",
            clock(self.from),
            clock(self.to),
            self.channels
        )
    }
}

fn clock(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
