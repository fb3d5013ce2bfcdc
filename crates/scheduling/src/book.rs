//! Turning a held time into an appointment.

use db::{
    Db, Fault, TenantTx, jobs,
    sealed::{self, TenantKeys},
    token::Token,
};
use kernel::{
    Actor, AppointmentId, Ctx, JobId, Locale, OfficeNoteId,
    event::{AppointmentChanged, Change},
    policy,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use tenant::{ContactFields, Municipality, Requirement};

use crate::{
    Appointment, Catalogue, Contact, ContactInput, Error, IdempotencyKey, Status,
    appointments::{self, with_items},
    catalogue::json,
    customer,
    history::{self, Deed, When},
    idempotency::KeyHashes,
    reach,
    store::{
        appointments::appointment as table,
        times::{self, NewAppointment, Written},
    },
    today,
};

/// Book what a reservation holds.
#[derive(Debug, Clone)]
pub struct Book {
    /// Opens the reservation.
    pub reservation_token: String,
    /// Who comes.
    pub contact: ContactInput,
    /// The language of the messages.
    pub locale: Locale,
    /// The same key gives the same appointment.
    pub idempotency: Option<IdempotencyKey>,
}

/// A new appointment and what opens it.
#[derive(Debug, Clone)]
pub struct Booked {
    /// The appointment.
    pub appointment: Appointment,
    /// Opens it. Shown once, to whoever booked.
    pub manage_token: Token,
}

/// Books. Writes appointment, customer and the event for messages in one transaction; and for who is signed in, whose
/// appointment it is.
/// The same reservation booked twice with the same contact is the same appointment.
pub async fn book(
    ctx: &Ctx,
    db: &Db,
    town: &Municipality,
    catalogue: &Catalogue,
    command: &Book,
) -> Result<Booked, Error> {
    ctx.authorize(policy::Action::Book)?;
    let contact = command
        .contact
        .check(&contact_fields(ctx, town), today(ctx, town))
        .map_err(Error::Contact)?;
    let token = Token::parse(&command.reservation_token).ok_or(Error::NotFound)?;
    let keys = db.keys(ctx).await?;
    let contact_text = serde_json::to_string(&contact).unwrap_or_default();
    let request = format!("{token}|{}|{contact_text}", command.locale.key());
    let key = command.idempotency.as_ref().map(|key| key.hashes(&keys, &request)).transpose()?;

    let limits = catalogue.limits(&town.settings.booking);
    let (new, manage_token) =
        new_appointment(ctx, &keys, &token, &contact, command.locale, town.notice_version, limits)?;
    let account = match ctx.actor() {
        Actor::Account(account) => Some(*account),
        _ => None,
    };
    let written = if reach::is_office(ctx) {
        book_at_office(ctx, db, &new, key.as_ref()).await
    } else {
        times::book(ctx, db, &new, key.as_ref(), account).await.map_err(Error::from)
    };
    let held = match written {
        Ok(Written::Booked(held)) => held,
        // Another request was faster by a moment or by hours: either it booked, or the time ran out.
        Ok(Written::Seen | Written::Gone) => {
            let before = booked_before(ctx, db, &new.token_hash, key.as_ref(), &contact).await?;
            return before.ok_or(Error::NotFound);
        }
        Ok(Written::Expired) => {
            let before = booked_before(ctx, db, &new.token_hash, key.as_ref(), &contact).await?;
            return before.ok_or(Error::ReservationExpired);
        }
        Ok(Written::Limit(limit)) => {
            return Err(Error::LimitReached { reason: "too-many-appointments", limit });
        }
        // one in a trillion: another appointment has the same reference; the next try draws a new one
        Err(Error::Fault(Fault::Unique(_))) => return Err(Error::Fault(Fault::Busy)),
        Err(error) => return Err(error),
    };
    let appointment = Appointment {
        id: held.id.into(),
        reference: new.reference,
        status: Status::Confirmed,
        location: held.location.into(),
        starts_at: held.starts_at,
        ends_at: held.ends_at,
        items: json(held.items)?,
        sequence: 0,
        locale: command.locale,
        notice_version: town.notice_version,
        booked_at: ctx.now(),
    };
    Ok(Booked { appointment, manage_token })
}

/// A new person and their appointment, as they are written; and what opens it. `limits` are those of the person.
pub(crate) fn new_appointment(
    ctx: &Ctx,
    keys: &TenantKeys,
    reservation: &Token,
    contact: &Contact,
    locale: Locale,
    notice_version: i32,
    limits: serde_json::Value,
) -> Result<(NewAppointment, Token), Fault> {
    let (person, wrapped_key) = sealed::new_subject(ctx, keys)?;
    let indexes = customer::indexes(keys, contact);
    let token_hash = reservation.hash();
    let manage_token = person.token_for(appointments::MANAGE, &token_hash);
    let new = NewAppointment {
        subject: person.subject().uuid(),
        wrapped_key,
        sealed: customer::seal(ctx, &person, contact)?,
        email_index: indexes.email,
        phone_index: indexes.phone,
        name_index: indexes.name,
        reference: reference(ctx),
        manage_hash: manage_token.hash(),
        token_hash,
        locale: locale.key(),
        notice_version,
        job: JobId::new(ctx.clock(), ctx.chance()).uuid(),
        limits,
    };
    Ok((new, manage_token))
}

/// What is asked of whoever comes. The office books for people without mail, and asks for nothing that can wait for the
/// visit.
pub fn contact_fields(ctx: &Ctx, town: &Municipality) -> ContactFields {
    let asked = town.settings.contact.clone();
    if !reach::is_office(ctx) {
        return asked;
    }
    ContactFields { phone: asked.phone, ..imported_fields(town) }
}

/// What is kept of whoever was booked elsewhere: what the municipality asks, as far as it is there.
pub(crate) fn imported_fields(town: &Municipality) -> ContactFields {
    let asked = &town.settings.contact;
    let at_most =
        |field| if field == Requirement::Required { Requirement::Optional } else { field };
    ContactFields {
        email: at_most(asked.email),
        phone: at_most(asked.phone),
        address: at_most(asked.address),
        birth_date: at_most(asked.birth_date),
    }
}

/// Books for somebody else: with the office's entry in the history and in the audit trail, or not at all.
async fn book_at_office(
    ctx: &Ctx,
    db: &Db,
    new: &NewAppointment,
    key: Option<&KeyHashes>,
) -> Result<Written, Error> {
    let tx = db.begin(ctx).await?;
    let written = times::book_in(ctx, &tx, new, key).await?;
    if let Written::Booked(held) = &written {
        let id = AppointmentId::from(held.id);
        let place = When { location: held.location.into(), starts_at: held.starts_at };
        reach::at(ctx, policy::Action::Book, place.location)?;
        history::note(ctx, &tx, id, Deed::Booked, None, Some(place)).await?;
        history::witness(ctx, &tx, "appointment.book", id, serde_json::json!({})).await?;
    }
    tx.commit().await?;
    db.jobs_written();
    Ok(written)
}

/// The appointment that the manage token opens.
pub async fn appointment(
    ctx: &Ctx,
    tx: &TenantTx,
    manage_token: &str,
) -> Result<Appointment, Error> {
    ctx.authorize(policy::Action::ManageOwn)?;
    let row = appointments::find(ctx, tx, manage_token, false).await?;
    with_items(tx, row).await
}

/// Who changes an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// Whoever has its token.
    Token,
    /// The office, and what it says about it.
    Office(Option<OfficeNoteId>),
}

/// Writes the event in the transaction of the change.
pub(crate) async fn announce(
    ctx: &Ctx,
    tx: &TenantTx,
    appointment: &Appointment,
    change: Change,
    by: By,
) -> Result<(), Error> {
    let (by_office, note) = match by {
        By::Token => (false, None),
        By::Office(note) => (true, note),
    };
    let event = AppointmentChanged {
        appointment: appointment.id,
        change,
        sequence: appointment.sequence,
        location: appointment.location,
        starts_at: appointment.starts_at,
        ends_at: appointment.ends_at,
        by_office,
        note,
    };
    jobs::enqueue(ctx, tx, AppointmentChanged::JOB, &event, ctx.now()).await?;
    Ok(())
}

/// The appointment that the reservation, or the key, has led to. Booked again with the same contact it is the same
/// appointment; with another one it is a conflict.
async fn booked_before(
    ctx: &Ctx,
    db: &Db,
    reservation: &[u8],
    key: Option<&KeyHashes>,
    contact: &Contact,
) -> Result<Option<Booked>, Error> {
    let tx = db.begin(ctx).await?;
    let by_key = match key {
        Some(key) => key.outcome(&tx, "book").await?,
        None => None,
    };
    let which = match by_key {
        Some(id) => table::Column::Id.eq(id),
        None => table::Column::ReservationHash.eq(reservation),
    };
    let found = table::Entity::find()
        .filter(table::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(which)
        .one(&tx)
        .await?;
    let Some(row) = found else { return Ok(None) };
    reach::at(ctx, policy::Action::Book, row.location_id.into())?;
    let Some(person) = customer::key_of(&tx, row.subject_id).await? else { return Ok(None) };
    let stored = customer::read(&tx, &person).await?;
    if stored.as_ref() != Some(contact) {
        return Err(Error::Conflict("already-booked"));
    }
    let manage_token = appointments::manage_token(&person, &row);
    let appointment = with_items(&tx, row).await?;
    tx.commit().await?;
    Ok(Some(Booked { appointment, manage_token }))
}

/// "7K3Q-9M2X": 40 random bits in letters that are told apart on the phone.
fn reference(ctx: &Ctx) -> String {
    const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let letter = |byte: u8| LETTERS.get(usize::from(byte % 32)).copied().map_or('2', char::from);
    let text: String = ctx.random::<8>().into_iter().map(letter).collect();
    let (first, second) = text.split_at(4);
    format!("{first}-{second}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_can_be_read_over_the_phone() {
        let ctx = Ctx::for_tests(uuid::Uuid::nil().into(), "2026-12-07T08:00:00Z");
        let reference = reference(&ctx);
        assert_eq!(reference.len(), 9);
        assert!(!reference.contains(['0', 'O', '1', 'I']), "{reference}");
    }
}
