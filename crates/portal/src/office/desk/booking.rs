//! Booking for somebody who calls, on one page: services, time, person. Each press of a button sends all of it, so that
//! nothing that was typed is lost; the time is held while the person spells their name. Nothing of it stands in an address.

use axum::response::Response;
use chrono::NaiveDate;
use http::StatusCode;
use kernel::{Ctx, Locale, PublicError, policy::Action, spoken};
use scheduling::{
    Book, Booked, Catalogue, Channel, ContactProblem, Error, IdempotencyKey, Location, NextTimes,
    Reservation, Reserve,
};

use super::{FreeDay, PlaceChoice};
use crate::{
    caller::Caller,
    contact_form::{ContactForm, Typed, in_groups},
    error::Failure,
    fields::{Asked, Fields, Sent},
    office::calendar::status_of,
    page::{Page, Shown, show},
    selection::Selection,
    times::{parse_time, tap_key},
    visit_facts::{Meeting, VisitFacts},
};

/// Times that are offered at once, at least.
const OFFERED: usize = 24;

#[derive(askama::Template)]
#[template(path = "desk_booking.html")]
pub(crate) struct BookingPage {
    pub page: Page,
    pub places: Vec<PlaceChoice>,
    pub services: Vec<ServiceChoice>,
    pub place: String,
    pub from: String,
    /// Two taps on one button are one.
    pub key: String,
    /// Whether times were looked for.
    pub is_asked: bool,
    pub days: Vec<FreeDay>,
    pub held: Option<HeldTime>,
    pub form: ContactForm,
    /// What was typed, while the form is not shown.
    pub kept: Vec<(&'static str, String)>,
    pub languages: Vec<PlaceChoice>,
    pub language: String,
    pub error: String,
}

/// A service that can be chosen.
#[derive(Debug, Clone)]
pub(crate) struct ServiceChoice {
    pub key: String,
    pub name: String,
    pub chosen: bool,
    /// For how many persons: the number and whether it is chosen.
    pub numbers: Vec<(u32, bool)>,
}

/// The time that is held.
#[derive(Debug, Clone)]
pub(crate) struct HeldTime {
    pub token: String,
    pub when: String,
    pub place: String,
    pub what: String,
    pub until: String,
    /// The visit as hidden fields.
    pub selection: Vec<String>,
}

#[derive(askama::Template)]
#[template(path = "desk_booked.html")]
pub(crate) struct BookedPage {
    pub page: Page,
    pub name: String,
    pub reference: String,
    pub facts: VisitFacts,
    pub meeting: Meeting,
    /// What opens the appointment, in groups to be read out.
    pub code: String,
    pub manage_address: String,
    pub email: String,
    pub file: String,
    pub again: String,
}

/// What became of the last press of a button.
#[derive(Default)]
struct Outcome {
    held: Option<Reservation>,
    problems: Vec<ContactProblem>,
    error: Option<Error>,
}

impl Outcome {
    fn refused(error: Error) -> Self {
        Self { error: Some(error), ..Self::default() }
    }
}

/// `GET /amt/buchen`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ServeAppointments).await?;
    answer(&caller, &ctx, &fields, Outcome::default()).await
}

/// `POST /amt/buchen`
pub(crate) async fn submit(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ServeAppointments).await?;
    let token = fields.one("halten");
    let outcome = if !fields.one("zeit").is_empty() {
        hold(&caller, &ctx, &fields).await?
    } else if token.is_empty() {
        Outcome::default()
    } else if fields.one("was") == "andere" {
        let tx = caller.db().begin(&ctx).await?;
        scheduling::release_reservation(&ctx, &tx, token).await?;
        tx.commit().await?;
        Outcome::default()
    } else {
        match book(&caller, &ctx, &fields, token).await? {
            Ok(booked) => return confirmation(&caller, &ctx, &fields, booked).await,
            Err(outcome) => outcome,
        }
    };
    answer(&caller, &ctx, &fields, outcome).await
}

async fn hold(caller: &Caller, ctx: &Ctx, fields: &Fields) -> Result<Outcome, Failure> {
    let catalogue = caller.catalogue().await?;
    let (location, start) = parse_time(fields.one("zeit"), &catalogue)?;
    let client = caller.visit.client.clone();
    let command = Reserve {
        items: Selection::read(fields, &catalogue).items(&catalogue),
        location,
        start,
        idempotency: tap_key(fields).map(|key| IdempotencyKey { key, client }),
        instead_of: Some(fields.one("halten").to_owned()).filter(|token| !token.is_empty()),
        channel: Channel::Phone,
    };
    match scheduling::reserve(ctx, caller.db(), caller.town(), &catalogue, &command).await {
        Ok(held) => Ok(Outcome { held: Some(held), ..Outcome::default() }),
        Err(error @ (Error::SlotTaken | Error::ReservationExpired | Error::BadInput { .. })) => {
            Ok(Outcome::refused(error))
        }
        Err(error) => Err(error.into()),
    }
}

async fn book(
    caller: &Caller,
    ctx: &Ctx,
    fields: &Fields,
    token: &str,
) -> Result<Result<Booked, Outcome>, Failure> {
    let (town, catalogue, typed) = (caller.town(), caller.catalogue().await?, Typed::read(fields));
    let checked = typed.check(&scheduling::contact_fields(ctx, town), scheduling::today(ctx, town));
    let refused = if let Err(problems) = checked {
        Error::Contact(problems)
    } else {
        let command = Book {
            reservation_token: token.to_owned(),
            contact: typed.input(),
            locale: language(caller, fields),
            idempotency: None,
        };
        match scheduling::book(ctx, caller.db(), town, &catalogue, &command).await {
            Ok(booked) => return Ok(Ok(booked)),
            Err(error) => error,
        }
    };
    let held = async {
        let tx = caller.db().begin(ctx).await?;
        let held = scheduling::reservation(ctx, &tx, token).await;
        tx.commit().await?;
        held
    };
    match refused {
        Error::Contact(problems) => match held.await {
            Ok(held) => Ok(Err(Outcome { held: Some(held), problems, error: None })),
            Err(error @ (Error::ReservationExpired | Error::NotFound)) => {
                Ok(Err(Outcome { problems, ..Outcome::refused(expired(error)) }))
            }
            Err(error) => Err(error.into()),
        },
        error @ Error::LimitReached { .. } => {
            Ok(Err(Outcome { held: held.await.ok(), ..Outcome::refused(error) }))
        }
        error @ (Error::ReservationExpired | Error::NotFound) => {
            Ok(Err(Outcome::refused(expired(error))))
        }
        error @ Error::Conflict(_) => Ok(Err(Outcome::refused(error))),
        error => Err(error.into()),
    }
}

/// A reservation that was swept is one that has run out.
fn expired(error: Error) -> Error {
    match error {
        Error::NotFound => Error::ReservationExpired,
        error => error,
    }
}

/// The language of the messages.
fn language(caller: &Caller, fields: &Fields) -> Locale {
    Locale::from_key(fields.one("nachrichten"))
        .filter(|wish| caller.town().locales().contains(wish))
        .unwrap_or(Locale::De)
}

async fn answer(
    caller: &Caller,
    ctx: &Ctx,
    fields: &Fields,
    outcome: Outcome,
) -> Result<Response, Failure> {
    let (town, catalogue) = (caller.town(), caller.catalogue().await?);
    let place = super::place(ctx, &catalogue, fields)?;
    let selection = Selection::read(fields, &catalogue);
    let today = scheduling::today(ctx, town);
    let from: NaiveDate = fields.one("ab").parse().unwrap_or(today);
    let Outcome { held, problems, mut error } = outcome;
    let page = caller.page().at("/amt/buchen");
    let mut days = Vec::new();
    let asked = held.is_none() && !selection.is_empty();
    if asked {
        let items = selection.items(&catalogue);
        let query = NextTimes { items, location: place.id, from, most: OFFERED };
        match scheduling::next_times(ctx, caller.db(), town, &catalogue, &query).await {
            Ok(found) => days = super::free_days(&page, town, &catalogue, &found, false),
            Err(refused @ Error::BadInput { .. }) => error = error.or(Some(refused)),
            Err(error) => return Err(error.into()),
        }
    }
    let typed = Typed::read(fields);
    let fields_asked = scheduling::contact_fields(ctx, town);
    let failed = error.is_some() || !problems.is_empty();
    let status = match &error {
        Some(error) => status_of(error),
        None if failed => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let page = page.failed(failed);
    let language = language(caller, fields);
    let view = BookingPage {
        places: super::place_choices(&page, ctx, &catalogue, &place.key),
        services: services(&page, &catalogue, place, &selection),
        place: place.key.clone(),
        from: from.to_string(),
        key: caller.random_id(),
        is_asked: asked && error.is_none(),
        days,
        kept: if held.is_some() || typed.is_empty() { Vec::new() } else { kept(&typed) },
        held: held.map(|held| held_time(caller, &page, &catalogue, &held)),
        form: ContactForm::new(&page, &fields_asked, &typed, &problems).for_office(),
        languages: languages(caller, language),
        language: language.key().to_owned(),
        error: error.map(|error| error.message(page.locale)).unwrap_or_default(),
        page: page.clone().titled(page.t("desk-book-title")),
    };
    Ok(show(&view, page.locale, status, Shown::Personal))
}

fn languages(caller: &Caller, chosen: Locale) -> Vec<PlaceChoice> {
    let choice = |locale: &Locale| PlaceChoice {
        value: locale.key().to_owned(),
        name: crate::page::language_name(*locale).to_owned(),
        chosen: *locale == chosen,
    };
    caller.town().locales().iter().map(choice).collect()
}

fn services(
    page: &Page,
    catalogue: &Catalogue,
    place: &Location,
    selection: &Selection,
) -> Vec<ServiceChoice> {
    let here = catalogue.services.iter().filter(|service| service.locations.contains(&place.id));
    here.map(|service| {
        let number = selection.quantity(&service.key);
        ServiceChoice {
            key: service.key.clone(),
            name: service.name.get(page.locale).to_owned(),
            chosen: number.is_some(),
            numbers: (1..=service.max_quantity).map(|n| (n, Some(n) == number)).collect(),
        }
    })
    .collect()
}

fn held_time(caller: &Caller, page: &Page, catalogue: &Catalogue, held: &Reservation) -> HeldTime {
    let town = caller.town();
    HeldTime {
        token: held.token.to_string(),
        when: super::moment(town, page, held.starts_at),
        place: super::place_name(catalogue, held.location, page.locale).to_owned(),
        what: super::what(page, catalogue, &held.items),
        until: spoken::time(held.expires_at, town.zone(), page.locale),
        selection: Selection::of(&held.items, catalogue).values(),
    }
}

/// What was typed, by the names of the form.
fn kept(typed: &Typed) -> Vec<(&'static str, String)> {
    let all = [
        ("firstName", &typed.first_name),
        ("lastName", &typed.last_name),
        ("email", &typed.email),
        ("phone", &typed.phone),
        ("street", &typed.street),
        ("postalCode", &typed.postal_code),
        ("city", &typed.city),
        ("birthDay", &typed.birth_day),
        ("birthMonth", &typed.birth_month),
        ("birthYear", &typed.birth_year),
    ];
    let some = all.into_iter().filter(|(_, value)| !value.is_empty());
    some.map(|(name, value)| (name, value.clone())).collect()
}

async fn confirmation(
    caller: &Caller,
    ctx: &Ctx,
    fields: &Fields,
    booked: Booked,
) -> Result<Response, Failure> {
    let (town, catalogue) = (caller.town(), caller.catalogue().await?);
    let typed = Typed::read(fields);
    let Booked { appointment, manage_token } = booked;
    let place = catalogue.location_ever(appointment.location);
    let place = place.map_or("", |place| place.key.as_str());
    let page = caller.page().at(super::appointment::address(appointment.id));
    let (location, starts_at) = (appointment.location, appointment.starts_at);
    let view = BookedPage {
        name: format!("{} {}", typed.first_name, typed.last_name),
        facts: VisitFacts::new(&page, &catalogue, &appointment.items),
        meeting: Meeting::new(&page, town, &catalogue, location, starts_at),
        code: in_groups(&manage_token.to_string()),
        manage_address: format!("{}/termin", (caller.portal.base_url)(town)),
        email: typed.email,
        file: super::appointment::address(appointment.id),
        again: format!("/amt/buchen?ort={place}"),
        reference: appointment.reference,
        page: page.clone().titled(page.t("desk-booked-title")),
    };
    Ok(show(&view, ctx.locale(), StatusCode::OK, Shown::Personal))
}
