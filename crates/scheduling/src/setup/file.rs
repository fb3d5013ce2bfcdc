//! The scheduling's part of a municipality's file, and what must be true of it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use kernel::{Locale, LocalizedText};
use serde::Deserialize;
use tenant::{Problem, Weekday};

use crate::{
    Channel,
    model::{
        rule_checks,
        rules::{Hours, Rhythm},
        ticks::TICK_MINUTES,
    },
};

/// The scheduling's part of a municipality's file: `services`, `locations`, `closures`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarFile {
    pub(super) services: Vec<ServiceEntry>,
    pub(super) locations: Vec<LocationEntry>,
    #[serde(default)]
    pub(super) closures: Vec<ClosureEntry>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceEntry {
    pub(super) key: String,
    pub(super) name: LocalizedText,
    #[serde(default)]
    pub(super) description: LocalizedText,
    pub(super) duration_minutes: u32,
    pub(super) extra_person_minutes: u32,
    pub(super) max_quantity: u32,
    #[serde(default)]
    pub(super) buffer_before_minutes: u32,
    #[serde(default)]
    pub(super) buffer_after_minutes: u32,
    pub(super) notice_minutes: Option<u32>,
    pub(super) horizon_days: Option<u32>,
    pub(super) raster_minutes: Option<u32>,
    pub(super) max_per_person: Option<u32>,
    pub(super) fee: Option<LocalizedText>,
    pub(super) leika_key: Option<String>,
    #[serde(default)]
    pub(super) words: Vec<String>,
    #[serde(default)]
    pub(super) documents: Vec<LocalizedText>,
    #[serde(default)]
    pub(super) wanted: i32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LocationEntry {
    pub(super) key: String,
    pub(super) name: LocalizedText,
    #[serde(default)]
    pub(super) directions: LocalizedText,
    pub(super) street: String,
    pub(super) postal_code: String,
    pub(super) city: String,
    pub(super) office_email: String,
    pub(super) counters: Vec<CounterEntry>,
    #[serde(default)]
    pub(super) contingents: Vec<ContingentEntry>,
}

/// How much of the location's open time a channel may fill, and from when on all of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContingentEntry {
    pub(super) channel: Channel,
    pub(super) percent: u32,
    pub(super) release: Option<ReleaseEntry>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReleaseEntry {
    /// Days before the day.
    pub(super) days: u32,
    pub(super) at: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CounterEntry {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) services: Vec<String>,
    pub(super) hours: Vec<HoursEntry>,
    #[serde(default)]
    pub(super) exceptions: Vec<ExceptionEntry>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HoursEntry {
    pub(super) days: Vec<Weekday>,
    pub(super) from: String,
    pub(super) to: String,
    #[serde(default)]
    pub(super) breaks: Vec<(String, String)>,
    pub(super) valid_from: Option<NaiveDate>,
    pub(super) valid_to: Option<NaiveDate>,
    /// 2 is every second week, counted from the week of `anchor`.
    #[serde(default = "one")]
    pub(super) every_weeks: u32,
    pub(super) anchor: Option<NaiveDate>,
    /// 1 is the first such weekday of the month, -1 the last.
    #[serde(default)]
    pub(super) month_weeks: Vec<i32>,
    #[serde(default = "by_appointment")]
    pub(super) channels: Vec<Channel>,
    #[serde(default)]
    pub(super) on_holidays: bool,
}

impl HoursEntry {
    pub(super) fn rhythm(&self) -> Rhythm {
        let (every_weeks, anchor) = (self.every_weeks, self.anchor);
        Rhythm { every_weeks, anchor, month_weeks: self.month_weeks.clone() }
    }
}

/// The hours of a counter on one date, instead of its weekly ones.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExceptionEntry {
    pub(super) day: NaiveDate,
    pub(super) from: String,
    pub(super) to: String,
    #[serde(default)]
    pub(super) breaks: Vec<(String, String)>,
    #[serde(default = "by_appointment")]
    pub(super) channels: Vec<Channel>,
}

fn one() -> u32 {
    1
}

fn by_appointment() -> Vec<Channel> {
    vec![Channel::Online, Channel::Phone]
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClosureEntry {
    pub(super) location: Option<String>,
    pub(super) counter: Option<String>,
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
    pub(super) reason: LocalizedText,
}

/// Minutes since midnight of "08:15"; "24:00" is the end of the day.
pub(super) fn minutes(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = hours * 60 + minutes;
    (hours <= 24 && minutes < 60 && total <= 1440 && total % TICK_MINUTES == 0).then_some(total)
}

impl CalendarFile {
    /// Whether the file describes a location with this key.
    pub fn has_location(&self, key: &str) -> bool {
        self.locations.iter().any(|place| place.key == key)
    }

    /// Everything that is wrong with it, so that the operator corrects it in one go.
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        self.check_services(&mut found);
        for place in &self.locations {
            self.check_location(place, &mut found);
        }
        let keys: Vec<&str> = self.locations.iter().map(|place| place.key.as_str()).collect();
        check_distinct("locations", &keys, &mut found);
        for closure in &self.closures {
            let place = closure.location.as_deref();
            let known = self.locations.iter().find(|entry| Some(entry.key.as_str()) == place);
            if place.is_some() && known.is_none() {
                problem(&mut found, "closures.location", "names no location of the file");
            }
            if let Some(counter) = &closure.counter
                && !known
                    .is_some_and(|place| place.counters.iter().any(|entry| entry.key == *counter))
            {
                problem(&mut found, "closures.counter", "names no counter of its location");
            }
            if closure.to < closure.from {
                problem(&mut found, "closures.to", "must not lie before `from`");
            }
        }
        found
    }

    fn check_services(&self, found: &mut Vec<Problem>) {
        let keys: Vec<&str> = self.services.iter().map(|service| service.key.as_str()).collect();
        check_distinct("services", &keys, found);
        for service in &self.services {
            let key = format!("services.{}", service.key);
            if !service.name.has_german() {
                problem(found, &key, "needs a German name");
            }
            if !(5..=480).contains(&service.duration_minutes) || service.extra_person_minutes > 480
            {
                problem(found, &key, "durations are 5 to 480 minutes");
            }
            if !(1..=50).contains(&service.max_quantity) {
                problem(found, &key, "max_quantity is 1 to 50");
            }
            check_booking_rules(service, &key, found);
            let leika = |text: &str| {
                text.len() == 14
                    && text.starts_with("99")
                    && text.bytes().all(|b| b.is_ascii_digit())
            };
            if service.leika_key.as_deref().is_some_and(|text| !leika(text)) {
                problem(found, &key, "leika_key has 14 digits and begins with 99");
            }
        }
    }

    fn check_location(&self, place: &LocationEntry, found: &mut Vec<Problem>) {
        let key = format!("locations.{}", place.key);
        if !place.name.has_german() {
            problem(found, &key, "needs a German name");
        }
        if !place.office_email.contains('@') {
            problem(found, &key, "office_email must be an e-mail address");
        }
        let counters: Vec<&str> =
            place.counters.iter().map(|counter| counter.key.as_str()).collect();
        check_distinct(&key, &counters, found);
        for counter in &place.counters {
            let key = format!("{key}.{}", counter.key);
            for wanted in &counter.services {
                if !self.services.iter().any(|service| service.key == *wanted) {
                    problem(found, &key, &format!("service {wanted} is not in the file"));
                }
            }
            for hours in &counter.hours {
                let span = (hours.from.as_str(), hours.to.as_str());
                check_hours(&key, span, &hours.breaks, &hours.channels, found);
                say_all(&key, rule_checks::of_rhythm(&hours.rhythm()), found);
            }
            for exception in &counter.exceptions {
                let key = format!("{key}.exceptions");
                let span = (exception.from.as_str(), exception.to.as_str());
                check_hours(&key, span, &exception.breaks, &exception.channels, found);
            }
        }
        for contingent in &place.contingents {
            check_contingent(&format!("{key}.contingents"), contingent, found);
        }
        let channel = |at: usize| place.contingents.get(at).map(|contingent| contingent.channel);
        if place.contingents.len() > 1 && channel(0) == channel(1) || place.contingents.len() > 2 {
            problem(found, &key, "one contingent per channel");
        }
    }
}

fn check_booking_rules(service: &ServiceEntry, key: &str, found: &mut Vec<Problem>) {
    if service.buffer_before_minutes > 240 || service.buffer_after_minutes > 240 {
        problem(found, key, "buffers are at most 240 minutes");
    }
    if service
        .raster_minutes
        .is_some_and(|raster| raster % TICK_MINUTES != 0 || !(5..=480).contains(&raster))
    {
        problem(found, key, "raster_minutes is 5 to 480, in steps of 5");
    }
    if service.notice_minutes.is_some_and(|minutes| minutes > 525_600) {
        problem(found, key, "notice_minutes is at most a year");
    }
    if service.horizon_days.is_some_and(|days| !(1..=730).contains(&days)) {
        problem(found, key, "horizon_days is 1 to 730");
    }
    if service.max_per_person.is_some_and(|most| !(1..=50).contains(&most)) {
        problem(found, key, "max_per_person is 1 to 50");
    }
}

fn check_hours(
    key: &str,
    span: (&str, &str),
    breaks: &[(String, String)],
    channels: &[Channel],
    found: &mut Vec<Problem>,
) {
    let readable = |text: &str| minutes(text).is_some();
    let breaks_readable = breaks.iter().all(|(from, to)| readable(from) && readable(to));
    if !readable(span.0) || !readable(span.1) || !breaks_readable {
        problem(found, key, "hours are HH:MM in steps of 5 minutes");
        return;
    }
    say_all(key, rule_checks::of_hours(&hours(span, breaks, channels)), found);
}

fn say_all(key: &str, wrongs: Vec<rule_checks::Wrong>, found: &mut Vec<Problem>) {
    for wrong in wrongs {
        let limit = wrong.limit.unwrap_or_default().to_string();
        let errors = kernel::text::errors();
        problem(found, key, &errors.say_with(Locale::En, wrong.reason, &[("limit", &limit)]));
    }
}

fn check_contingent(key: &str, contingent: &ContingentEntry, found: &mut Vec<Problem>) {
    if contingent.channel == Channel::WalkIn {
        problem(
            found,
            key,
            "a contingent is for online or phone; people without an appointment book nothing",
        );
    }
    if contingent.percent > 100 {
        problem(found, key, "percent is 0 to 100");
    }
    let release = contingent.release.as_ref();
    if release.is_some_and(|release| {
        release.days > 365 || minutes(&release.at).is_none_or(|at| at == 1440)
    }) {
        problem(found, key, "release has days (at most 365) and at (HH:MM in steps of 5 minutes)");
    }
}

/// The stretch of a day that an entry describes; entries with problems were refused before.
pub(super) fn hours(
    (from, to): (&str, &str),
    breaks: &[(String, String)],
    channels: &[Channel],
) -> Hours {
    Hours {
        from: minutes(from).unwrap_or_default(),
        to: minutes(to).unwrap_or_default(),
        breaks: breaks
            .iter()
            .filter_map(|(from, to)| Some((minutes(from)?, minutes(to)?)))
            .collect(),
        channels: channels.to_vec(),
    }
}

fn problem(found: &mut Vec<Problem>, key: &str, text: &str) {
    found.push(Problem { key: key.to_owned(), problem: text.to_owned() });
}

fn check_distinct(of: &str, keys: &[&str], found: &mut Vec<Problem>) {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let mut seen = BTreeSet::new();
    for key in keys {
        if key.is_empty() || !key.chars().all(letters) {
            problem(found, of, &format!("key `{key}`: use lower case letters, digits and dashes"));
        }
        if !seen.insert(*key) {
            problem(found, of, &format!("key `{key}` appears twice"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_the_file_are_on_the_grid() {
        assert_eq!(minutes("08:15"), Some(495));
        assert_eq!(minutes("24:00"), Some(1440));
        for wrong in ["8", "08:16", "24:05", "25:00", "08:60", "-1:00"] {
            assert_eq!(minutes(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn all_problems_are_named_at_once() {
        let table: toml::Table = toml::from_str(
            r#"
            [[services]]
            key = "Pass"
            name = { en = "Passport" }
            duration_minutes = 2
            extra_person_minutes = 0
            max_quantity = 0
            leika_key = "12"
            [[locations]]
            key = "mitte"
            name = { de = "Mitte" }
            street = "Markt 1"
            postal_code = "12345"
            city = "Musterstadt"
            office_email = "amt"
            [[locations.counters]]
            key = "a"
            name = "A"
            services = ["pass"]
            hours = [{ days = ["mo"], from = "10:00", to = "08:00" }]
            [[closures]]
            location = "nord"
            from = 2026-12-26
            to = 2026-12-24
            reason = { de = "Weihnachten" }
            "#,
        )
        .unwrap();
        let file: CalendarFile = table.try_into().unwrap();
        assert_eq!(file.problems().len(), 10, "{:#?}", file.problems());
    }
}
