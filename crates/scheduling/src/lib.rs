//! When and where: services, locations, counters, opening rules, availability, reservations, appointments.
//!
//! Rules and appointments are the truth; a day map per counter is claim lock and read model. How a time can
//! never be taken twice is told in `docs/booking.md`.
//!
//! ```no_run
//! # async fn example(db: &db::Db, ctx: &kernel::Ctx, town: &tenant::Municipality, item: scheduling::Item)
//! #     -> Result<(), scheduling::Error> {
//! use scheduling::{AvailabilityQuery, Reserve};
//! let today = scheduling::today(ctx, town);
//! let tx = db.begin(ctx).await?;
//! let query = AvailabilityQuery { items: vec![item], locations: None, from: today, to: today + chrono::Days::new(30) };
//! let found = scheduling::availability(ctx, &tx, town, &query).await?;
//! let start = &found.days[1].starts[0];
//! let command = Reserve { items: vec![item], location: start.location, start: start.at, idempotency: None, instead_of: None };
//! let held = scheduling::reserve(ctx, &tx, town, &command).await?;
//! tx.commit().await?;
//! # Ok(()) }
//! ```

mod appointments;
mod book;
mod calendar;
mod cancel;
mod catalogue;
mod customer;
mod dossier;
mod error;
mod free_times;
mod housekeeping;
mod idempotency;
mod inventory;
mod model;
mod reschedule;
mod reserve;
mod setup;
mod store;

pub use book::{Book, Booked, appointment, book};
pub use calendar::extend_calendar;
pub use cancel::cancel;
pub use catalogue::catalogue;
pub use dossier::{Dossier, dossier};
pub use error::{ContactProblem, Error};
pub use free_times::{availability, next_free};
pub use housekeeping::{Swept, release_expired, sweep};
pub use idempotency::IdempotencyKey;
pub use inventory::INVENTORY;
pub use model::{
    appointment::{Appointment, Status},
    availability::{Availability, AvailabilityQuery, Day, DayState, MAX_DAYS, Start},
    catalogue::{Catalogue, Item, Location, Service},
    contact::{Contact, ContactInput},
    release::Released,
};
pub use reschedule::{Reschedule, reschedule};
pub use reserve::{
    Reservation, Reserve, extend_reservation, release_reservation, reservation, reserve,
};
pub use setup::{CalendarFile, set_up};

/// Today in the municipality.
pub fn today(ctx: &kernel::Ctx, town: &tenant::Municipality) -> chrono::NaiveDate {
    kernel::spoken::local_day(ctx.now(), town.zone())
}

/// The last day that can be booked online now. Lies before today when nothing is released.
pub fn released_until(ctx: &kernel::Ctx, town: &tenant::Municipality) -> chrono::NaiveDate {
    model::release::last_released_day(&town.settings.booking, town.zone(), ctx.now())
}

/// The next instant at which days are added, and which.
pub fn next_release(ctx: &kernel::Ctx, town: &tenant::Municipality) -> Option<Released> {
    model::release::next_release(&town.settings.booking, town.zone(), ctx.now())
}

/// The instant at which a day is or was released for online booking.
pub fn release_of(
    town: &tenant::Municipality,
    day: chrono::NaiveDate,
) -> Option<chrono::DateTime<chrono::Utc>> {
    model::release::release_of(&town.settings.booking, town.zone(), day)
}
