//! What can be booked where.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use kernel::{CounterId, Locale, LocalizedText, LocationId, ServiceId};
use serde::{Deserialize, Serialize};
use tenant::Booking;
use uuid::Uuid;

use super::{channel::Channel, opening::wall_clock, ticks::TICK_MINUTES};

/// A service (Anliegen).
#[derive(Debug, Clone)]
pub struct Service {
    /// Its id.
    pub id: ServiceId,
    /// Its key in the municipality's file; stable, fit for links.
    pub key: String,
    /// Its name.
    pub name: LocalizedText,
    /// One or two sentences.
    pub description: LocalizedText,
    /// Minutes for the first person.
    pub duration_minutes: u32,
    /// Minutes for each further person.
    pub extra_person_minutes: u32,
    /// Persons in one visit, at most.
    pub max_quantity: u32,
    /// Minutes that the counter needs before the visit.
    pub buffer_before_minutes: u32,
    /// Minutes that the counter needs after it.
    pub buffer_after_minutes: u32,
    /// Minutes between booking and visit, at least; the municipality's lead time otherwise.
    pub notice_minutes: Option<u32>,
    /// Days that can be booked ahead, when fewer than the municipality's.
    pub horizon_days: Option<u32>,
    /// Distance of offered starts, when another than the municipality's.
    pub raster_minutes: Option<u32>,
    /// Open appointments per person, at most.
    pub max_per_person: Option<u32>,
    /// What it costs; `None` is free of charge.
    pub fee: Option<LocalizedText>,
    /// Key in the catalogue of administrative services (LeiKa, 14 digits).
    pub leika_key: Option<String>,
    /// Everyday words that people search by.
    pub words: Vec<String>,
    /// What to bring.
    pub documents: Vec<LocalizedText>,
    /// The most wanted come first.
    pub wanted: i32,
    /// Where it is offered, in the order of locations.
    pub locations: Vec<LocationId>,
}

/// A place that citizens visit.
#[derive(Debug, Clone)]
pub struct Location {
    /// Its id.
    pub id: LocationId,
    /// Its key in the municipality's file.
    pub key: String,
    /// Its name.
    pub name: LocalizedText,
    /// How to get in.
    pub directions: LocalizedText,
    /// Street and number.
    pub street: String,
    /// Postcode.
    pub postal_code: String,
    /// Town.
    pub city: String,
    /// Where the office is told about bookings (notice §5).
    pub office_email: String,
    /// What is offered here, in the order of services.
    pub services: Vec<ServiceId>,
}

/// A counter and what it can do.
#[derive(Debug, Clone)]
pub(crate) struct Counter {
    pub(crate) id: CounterId,
    pub(crate) location: LocationId,
    pub(crate) services: BTreeSet<ServiceId>,
    /// Counters of the same number are equal: same place, same services. Their times can be swapped.
    pub(crate) team: i32,
}

/// How much of a location's open time a channel may fill.
#[derive(Debug, Clone)]
pub(crate) struct Contingent {
    pub(crate) location: LocationId,
    pub(crate) channel: Channel,
    pub(crate) percent: u32,
    /// From so many days before the day on, at this minute, the channel may fill all of it.
    pub(crate) release: Option<(u32, u32)>,
}

impl Contingent {
    /// Whether the contingent still binds on a day.
    fn binds(&self, date: NaiveDate, now: DateTime<Utc>, zone: Tz) -> bool {
        self.opens(date, zone).is_none_or(|opens| now < opens)
    }

    /// When the channel may fill all of a day.
    fn opens(&self, date: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
        let (days, minute) = self.release?;
        let day = date.checked_sub_days(Days::new(days.into())).unwrap_or(date);
        Some(wall_clock(day, minute, zone))
    }
}

/// All that a municipality offers.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// Services, most wanted first.
    pub services: Vec<Service>,
    /// Locations in their order.
    pub locations: Vec<Location>,
    pub(crate) counters: Vec<Counter>,
    pub(crate) contingents: Vec<Contingent>,
    /// No longer offered, but appointments were booked for them.
    pub(crate) retired_services: Vec<Service>,
    pub(crate) retired_locations: Vec<Location>,
}

/// A service and for how many persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The service.
    pub service: ServiceId,
    /// Persons.
    pub quantity: u32,
}

impl Catalogue {
    /// The service with the id.
    pub fn service(&self, id: ServiceId) -> Option<&Service> {
        self.services.iter().find(|service| service.id == id)
    }

    /// The service with the id, also when it is no longer offered: for showing what was booked.
    pub fn service_ever(&self, id: ServiceId) -> Option<&Service> {
        self.service(id).or_else(|| self.retired_services.iter().find(|service| service.id == id))
    }

    /// The location with the id, also when it is closed down: for showing what was booked.
    pub fn location_ever(&self, id: LocationId) -> Option<&Location> {
        self.location(id).or_else(|| self.retired_locations.iter().find(|place| place.id == id))
    }

    /// How long a visit takes, on the grid of five minutes. What is not known takes no time.
    pub fn minutes(&self, items: &[Item]) -> u32 {
        let minutes: u32 = items
            .iter()
            .filter_map(|item| Some((self.service_ever(item.service)?, item.quantity)))
            .map(|(service, persons)| {
                service.duration_minutes + service.extra_person_minutes * persons.saturating_sub(1)
            })
            .sum();
        minutes.div_ceil(TICK_MINUTES) * TICK_MINUTES
    }

    /// The service with the key.
    pub fn service_by_key(&self, key: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.key == key)
    }

    /// The location with the id.
    pub fn location(&self, id: LocationId) -> Option<&Location> {
        self.locations.iter().find(|location| location.id == id)
    }

    /// The location with the key.
    pub fn location_by_key(&self, key: &str) -> Option<&Location> {
        self.locations.iter().find(|location| location.key == key)
    }

    /// Services whose name, description or everyday words contain every word of the search, or failing that any of its
    /// longer words ("Ich habe meinen Ausweis verloren"); all without a search.
    pub fn search(&self, words: &str, locale: Locale) -> Vec<&Service> {
        let wanted: Vec<String> = words.split_whitespace().map(fold).collect();
        let texts: Vec<(&Service, String)> =
            self.services.iter().map(|service| (service, service.searched(locale))).collect();
        let matching = |is_wanted: &dyn Fn(&str) -> bool| -> Vec<&Service> {
            texts.iter().filter(|(_, text)| is_wanted(text)).map(|(service, _)| *service).collect()
        };
        let all = matching(&|text| wanted.iter().all(|word| text.contains(word.as_str())));
        if !all.is_empty() {
            return all;
        }
        let long = |word: &&String| word.chars().count() > 4;
        matching(&|text| wanted.iter().filter(long).any(|word| text.contains(word.as_str())))
    }

    /// Locations with a counter that can do all the services in one visit.
    pub fn locations_for(&self, services: &[ServiceId]) -> Vec<&Location> {
        self.locations
            .iter()
            .filter(|location| {
                self.counters.iter().any(|counter| {
                    counter.location == location.id
                        && services.iter().all(|service| counter.services.contains(service))
                })
            })
            .collect()
    }

    /// The percentage of a location's open time that a channel may fill on a day; `None` is no limit.
    pub(crate) fn percent(
        &self,
        location: LocationId,
        channel: Channel,
        date: NaiveDate,
        now: DateTime<Utc>,
        zone: Tz,
    ) -> Option<u32> {
        self.contingents
            .iter()
            .find(|contingent| contingent.location == location && contingent.channel == channel)
            .filter(|contingent| contingent.binds(date, now, zone))
            .map(|contingent| contingent.percent)
    }

    /// When the first of some locations lets a channel have the rest of a day.
    pub(crate) fn contingent_opens(
        &self,
        locations: &[LocationId],
        channel: Channel,
        date: NaiveDate,
        zone: Tz,
    ) -> Option<DateTime<Utc>> {
        self.contingents
            .iter()
            .filter(|entry| locations.contains(&entry.location) && entry.channel == channel)
            .filter_map(|entry| entry.opens(date, zone))
            .min()
    }

    /// How many appointments one person may have at the same time: `*` for all services together, and by service.
    pub(crate) fn limits(&self, booking: &Booking) -> serde_json::Value {
        let all = Some(booking.max_open_appointments).filter(|most| *most > 0);
        let all = all.map(|most| ("*".to_owned(), most.into()));
        let each = self
            .services
            .iter()
            .filter_map(|service| Some((service.id.to_string(), service.max_per_person?.into())));
        serde_json::Value::Object(all.into_iter().chain(each).collect())
    }

    /// All counters of a location.
    pub(crate) fn counters_at(&self, location: LocationId) -> Vec<Uuid> {
        let here = self.counters.iter().filter(|counter| counter.location == location);
        here.map(|counter| counter.id.uuid()).collect()
    }

    /// The counters of a location that can do all the items, those with the fewest other skills first.
    pub(crate) fn counters_for(&self, location: LocationId, items: &[Item]) -> Vec<&Counter> {
        let mut able: Vec<&Counter> = self
            .counters
            .iter()
            .filter(|counter| {
                counter.location == location
                    && items.iter().all(|item| counter.services.contains(&item.service))
            })
            .collect();
        able.sort_by_key(|counter| counter.services.len());
        able
    }
}

impl Service {
    /// All that a search looks at.
    fn searched(&self, locale: Locale) -> String {
        [self.name.get(locale), self.name.get(Locale::De), self.description.get(locale)]
            .into_iter()
            .chain(self.words.iter().map(String::as_str))
            .map(fold)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// Lower case, umlauts as people type them without a German keyboard.
fn fold(text: &str) -> String {
    text.to_lowercase().replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss")
}
