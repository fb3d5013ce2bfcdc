//! Booking for somebody who calls, and finding another time for somebody.

use chrono::{DateTime, Days, NaiveDate, Utc};
use db::Db;
use kernel::{AppointmentId, Ctx, Locale, LocationId, policy};
use tenant::Municipality;

use super::file::office_appointment;
use crate::{
    Appointment, Book, Booked, Catalogue, Channel, ContactInput, Day, Error, IdempotencyKey, Item,
    Reserve, book,
    book::contact_fields,
    model::{channel::Way, visit::Visit},
    reach, release_reservation, reserve,
    reserve::token_of,
    search::Search,
    store::changes,
    today,
};

/// Days that are looked at in one question.
const AT_ONCE: u64 = 13;

/// What is free for a caller?
#[derive(Debug, Clone)]
pub struct NextTimes {
    /// The visit.
    pub items: Vec<Item>,
    /// Where.
    pub location: LocationId,
    /// From which day on.
    pub from: NaiveDate,
    /// So many times, at least, when there are as many: the day of the last one is there as a whole.
    pub most: usize,
}

/// The next days with free times at a location, as the office may book them on the phone.
pub async fn next_times(
    ctx: &Ctx,
    db: &Db,
    town: &Municipality,
    catalogue: &Catalogue,
    query: &NextTimes,
) -> Result<Vec<Day>, Error> {
    reach::at(ctx, policy::Action::ServeAppointments, query.location)?;
    catalogue.location(query.location).ok_or(Error::NotFound)?;
    let visit = Visit::check(catalogue, &query.items)?;
    let places = visit.places(catalogue, Some(&[query.location]))?;
    let way = Channel::Phone.into();
    let search = Search { ctx, db, town, catalogue, visit, places, way };
    free_days(&search, query.from, query.most).await
}

/// The next days with times to which an appointment can be moved, at all places where the actor serves citizens.
pub async fn times_to_move(
    ctx: &Ctx,
    db: &Db,
    town: &Municipality,
    catalogue: &Catalogue,
    id: AppointmentId,
    from: NaiveDate,
) -> Result<(Appointment, Vec<Day>), Error> {
    let tx = db.begin(ctx).await?;
    let appointment = office_appointment(ctx, &tx, id).await?.appointment;
    let channel = changes::channel_of(&tx, id).await?;
    tx.commit().await?;
    let Some(channel) = channel.filter(|_| appointment.status.can_change()) else {
        return Ok((appointment, Vec::new()));
    };
    let visit = Visit::check(catalogue, &appointment.items)?;
    let reach = policy::reach(ctx.actor(), policy::Action::ServeAppointments);
    let mut places = visit.places(catalogue, None)?;
    places.retain(|place| reach.includes(*place));
    // its own place first
    places.sort_by_key(|place| *place != appointment.location);
    let way = Way::of_office(channel);
    let search = Search { ctx, db, town, catalogue, visit, places, way };
    let days = free_days(&search, from, 40).await?;
    Ok((appointment, days))
}

async fn free_days(search: &Search<'_>, from: NaiveDate, most: usize) -> Result<Vec<Day>, Error> {
    let window = search.window();
    let (mut from, mut found, mut count) = (from.max(window.today), Vec::new(), 0);
    while from <= window.last_day && count < most {
        let to = from.checked_add_days(Days::new(AT_ONCE)).unwrap_or(from).min(window.last_day);
        for day in search.days(from, to).await? {
            let starts = day.starts().len();
            if starts > 0 && count < most {
                count += starts;
                found.push(day);
            }
        }
        from = to.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
    }
    Ok(found)
}

/// Book for somebody who calls, in one step.
#[derive(Clone)]
pub struct BookForCaller {
    /// The visit.
    pub items: Vec<Item>,
    /// Where.
    pub location: LocationId,
    /// From when; one of the times that are free on the phone.
    pub start: DateTime<Utc>,
    /// Who comes. Without an address nothing is sent; the code is read out.
    pub contact: ContactInput,
    /// The language of the messages.
    pub locale: Locale,
    /// The same key gives the same appointment.
    pub idempotency: Option<IdempotencyKey>,
}

/// Holds and books a time for somebody who calls. When it cannot be booked, nothing stays held.
pub async fn book_for_caller(
    ctx: &Ctx,
    db: &Db,
    town: &Municipality,
    catalogue: &Catalogue,
    command: &BookForCaller,
) -> Result<Booked, Error> {
    reach::at(ctx, policy::Action::ServeAppointments, command.location)?;
    let contact = &command.contact;
    contact.check(&contact_fields(ctx, town), today(ctx, town)).map_err(Error::Contact)?;
    let hold = Reserve {
        items: command.items.clone(),
        location: command.location,
        start: command.start,
        idempotency: command.idempotency.clone(),
        instead_of: None,
        channel: Channel::Phone,
    };
    let token = match reserve(ctx, db, town, catalogue, &hold).await {
        Ok(held) => held.token,
        // the same request before has booked what it held
        Err(Error::ReservationExpired) => {
            token_of(ctx, db, &hold).await?.ok_or(Error::ReservationExpired)?
        }
        Err(error) => return Err(error),
    };
    let reservation_token = token.to_string();
    let booking = Book {
        reservation_token: reservation_token.clone(),
        contact: contact.clone(),
        locale: command.locale,
        idempotency: command.idempotency.clone(),
    };
    match book(ctx, db, town, catalogue, &booking).await {
        Ok(booked) => Ok(booked),
        Err(error) => {
            let tx = db.begin(ctx).await?;
            release_reservation(ctx, &tx, &reservation_token).await?;
            tx.commit().await?;
            Err(error)
        }
    }
}
