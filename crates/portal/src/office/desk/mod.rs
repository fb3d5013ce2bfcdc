//! The desk: the day's list, one appointment, the customer database, booking for who calls. Each page works at the
//! places where its person serves citizens; there is nothing elsewhere.

pub(crate) mod appointment;
pub(crate) mod booking;
pub(crate) mod customers;
pub(crate) mod day;
pub(crate) mod moving;

use kernel::{Ctx, Locale, LocationId, policy, policy::Action, spoken};
use scheduling::{Catalogue, Channel, Contact, Day, Location, Status};
use tenant::Municipality;

use crate::{
    error::Refusal, fields::Fields, page::Page, times::time_value, visit_facts::VisitFacts,
};

/// The places where the person serves citizens.
fn places<'c>(ctx: &Ctx, catalogue: &'c Catalogue) -> Vec<&'c Location> {
    let reach = policy::reach(ctx.actor(), Action::ServeAppointments);
    catalogue.locations.iter().filter(|place| reach.includes(place.id)).collect()
}

/// The place that the address names, or the person's first one. What is elsewhere is not found, like what never was.
fn place<'c>(
    ctx: &Ctx,
    catalogue: &'c Catalogue,
    fields: &Fields,
) -> Result<&'c Location, Refusal> {
    let key = fields.one("ort");
    let mut places = places(ctx, catalogue).into_iter();
    if key.is_empty() { places.next() } else { places.find(|place| place.key == key) }
        .ok_or(Refusal::NotFound)
}

/// A choice in a list: value, name, and whether it is taken.
#[derive(Debug, Clone)]
pub(crate) struct PlaceChoice {
    pub value: String,
    pub name: String,
    pub chosen: bool,
}

fn place_choices(page: &Page, ctx: &Ctx, catalogue: &Catalogue, chosen: &str) -> Vec<PlaceChoice> {
    let choice = |place: &Location| PlaceChoice {
        value: place.key.clone(),
        name: place.name.get(page.locale).to_owned(),
        chosen: place.key == chosen,
    };
    places(ctx, catalogue).into_iter().map(choice).collect()
}

/// "Personalausweis beantragen (2), Reisepass beantragen"
fn what(page: &Page, catalogue: &Catalogue, items: &[scheduling::Item]) -> String {
    let line = |line: crate::visit_facts::VisitLine| match line.quantity {
        0 | 1 => line.name,
        number => format!("{} ({number})", line.name),
    };
    let lines = VisitFacts::new(page, catalogue, items).lines.into_iter().map(line);
    lines.collect::<Vec<_>>().join(", ")
}

fn status(page: &Page, status: Status) -> String {
    page.t(format!("desk-status-{}", status.key()))
}

fn channel(page: &Page, channel: Option<Channel>) -> String {
    match channel {
        Some(Channel::Online) => page.t("office-online"),
        Some(Channel::Phone) => page.t("office-phone"),
        Some(Channel::WalkIn) => page.t("office-walk-in"),
        None => String::new(),
    }
}

/// "Mustermann, Erika": lists of an office are sorted and read by last names.
fn name(page: &Page, contact: Option<&Contact>) -> String {
    match contact {
        Some(contact) => format!("{}, {}", contact.last_name, contact.first_name),
        None => page.t("desk-erased"),
    }
}

fn place_name(catalogue: &Catalogue, id: LocationId, locale: Locale) -> &str {
    catalogue.location_ever(id).map_or("", |place| place.name.get(locale))
}

/// "Dienstag, 8. Dezember 2026, 9:15 Uhr"
fn moment(town: &Municipality, page: &Page, at: chrono::DateTime<chrono::Utc>) -> String {
    let zone = town.zone();
    let day = spoken::local_day(at, zone);
    format!("{}, {}", spoken::date(day, page.locale), spoken::time(at, zone, page.locale))
}

/// A day with free times, as buttons.
#[derive(Debug, Clone)]
pub(crate) struct FreeDay {
    pub day: String,
    pub times: Vec<FreeTime>,
}

/// A free time: value, clock, and where when that matters.
#[derive(Debug, Clone)]
pub(crate) struct FreeTime {
    pub value: String,
    pub clock: String,
    pub place: String,
}

fn free_days(
    page: &Page,
    town: &Municipality,
    catalogue: &Catalogue,
    days: &[Day],
    names_places: bool,
) -> Vec<FreeDay> {
    let time = |start: &scheduling::Start| {
        let place = catalogue.location(start.location)?;
        Some(FreeTime {
            value: time_value(&place.key, start.at),
            clock: spoken::time(start.at, town.zone(), page.locale),
            place: if names_places {
                place.name.get(page.locale).to_owned()
            } else {
                String::new()
            },
        })
    };
    days.iter()
        .map(|day| FreeDay {
            day: spoken::long_date(day.date, page.locale),
            times: day.starts().iter().filter_map(time).collect(),
        })
        .collect()
}
