//! When and where: services, locations, counters, opening rules, availability, reservations, appointments.
//!
//! Rules and appointments are the truth; a day map per counter is claim lock and read model. How a time can
//! never be taken twice is told in `docs/booking.md`.
//!
//! ```no_run
//! # async fn example(db: &db::Db, ctx: &kernel::Ctx, town: &tenant::Municipality, item: scheduling::Item)
//! #     -> Result<(), scheduling::Error> {
//! use scheduling::{AvailabilityQuery, Catalogues, Channel, Reserve};
//! let catalogue = Catalogues::default().of(ctx, db, town).await?;
//! let (today, channel, items) = (scheduling::today(ctx, town), Channel::Online, vec![item]);
//! let to = today + chrono::Days::new(30);
//! let query = AvailabilityQuery { items: items.clone(), locations: None, from: today, to, channel };
//! let found = scheduling::availability(ctx, db, town, &catalogue, &query).await?;
//! if let Some(start) = found.days.iter().find_map(scheduling::Day::first) {
//!     let (location, start) = (start.location, start.at);
//!     let command = Reserve { items, location, start, idempotency: None, instead_of: None, channel };
//!     let held = scheduling::reserve(ctx, db, town, &catalogue, &command).await?;
//! }
//! # Ok(()) }
//! ```

mod appointments;
mod book;
mod calendar;
mod cancel;
mod catalogue;
mod change;
mod condition;
mod cooldown;
mod customer;
mod desk;
mod dossier;
mod error;
mod expiring;
mod free_times;
mod history;
mod housekeeping;
mod idempotency;
mod import;
mod inventory;
mod model;
mod outlook;
mod own;
mod personal_data;
mod places;
mod reach;
mod reschedule;
mod reserve;
mod search;
mod setup;
mod store;
mod wish;

pub use book::{Book, Booked, appointment, book, contact_fields};
pub use calendar::extend_calendar;
pub use cancel::cancel;
pub use catalogue::{Catalogues, catalogue};
pub use change::{
    Change, ChangeState, Choice, Choices, CloseDays, CounterPlan, Decision, Hit, LONGEST_NOTE,
    MOST_HIT, MoveByOffice, Plans, Preview, Publish, Published, SaveDraft, Suggestion, Undone,
    cancel_by_office, change, changes, close_days, discard, may_change, move_by_office,
    office_note, plan_to_change, plans, preview, publish, save, serve, undo,
};
pub use condition::{DAYS_AHEAD, free_days};
pub use customer::Objections;
pub use desk::{
    BookForCaller, Cursor, Customer, CustomerSearch, DayList, DayQuery, DeskEntry, Found,
    MOST_FOUND, MOST_OF_A_DAY, NextTimes, book_for_caller, correct_contact, customers, day_list,
    next_times, office_appointment, times_to_move,
};
pub use dossier::{Dossier, dossier};
pub use error::{ContactProblem, Error};
pub use expiring::expiring;
pub use free_times::{availability, next_free};
pub use history::{Deed, Doer, HistoryEntry, When, history};
pub use housekeeping::{drop_past, release_expired};
pub use idempotency::IdempotencyKey;
pub use import::{
    Import, ImportKind, ImportLine, ImportOutcome, ImportReport, ImportUndone, MOST_AT_ONCE,
    PastImport, import, imports, preview_import, undo_import,
};
pub use inventory::INVENTORY;
pub use model::{
    appointment::{Appointment, Status},
    availability::{Availability, AvailabilityQuery, Day, DayState, MAX_DAYS, Start},
    catalogue::{Catalogue, Item, Location, Service},
    channel::Channel,
    contact::{Contact, ContactInput},
    edits::{Closing, DayEdit, EditProblem, Edits, Week},
    impact::CapacityChange,
    import::{
        LARGEST_FILE, MOST_ENTRIES, documented_columns as import_columns,
        template as import_template,
    },
    reason::{Alternative, PlaceHours, Reason, Why},
    release::Released,
    rules::{
        Closure as OpeningClosure, Hours as OpeningHours, OpeningException, OpeningRule, Rhythm,
    },
};
pub use outlook::{Outlook, outlook};
pub use own::{OwnAfter, claim, is_own, own_appointments, own_contact, own_manage_token};
pub use personal_data::{PersonalAppointments, subject_of};
pub use reschedule::{Reschedule, reschedule};
pub use reserve::{
    Reservation, Reserve, extend_reservation, release_reservation, reservation, reserve,
};
pub use setup::{CalendarFile, Hours, sections, set_up};

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
