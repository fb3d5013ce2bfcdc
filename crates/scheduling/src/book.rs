//! Turning a held time into an appointment.

use db::{Fault, TenantTx, jobs, sealed, token::Token};
use kernel::{
    AppointmentId, Ctx, Locale,
    event::{AppointmentChanged, Change},
    policy,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait,
    QueryFilter, Statement,
};
use tenant::Municipality;

use crate::{
    Appointment, Contact, ContactInput, Error, IdempotencyKey, Reservation, Status,
    appointments::{self, read_appointment, with_items},
    customer,
    idempotency::{Seen, remember},
    reserve,
    store::{
        appointments::{appointment as table, appointment_item, reservation},
        day_maps,
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

/// Books. Writes appointment, customer and the event for messages in one transaction.
/// The same reservation booked twice with the same contact is the same appointment.
pub async fn book(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    command: &Book,
) -> Result<Booked, Error> {
    ctx.authorize(policy::Action::Book)?;
    let contact =
        command.contact.check(&town.settings.contact, today(ctx, town)).map_err(Error::Contact)?;
    let token = Token::parse(&command.reservation_token).ok_or(Error::NotFound)?;

    let contact_text = serde_json::to_string(&contact).unwrap_or_default();
    let request = format!("{token}|{}|{contact_text}", command.locale.key());
    let by_reservation = table::Column::ReservationHash.eq(token.hash());
    let held = match reserve::find(tx, &command.reservation_token).await {
        Ok((row, _)) => Some(row),
        Err(Error::NotFound) => None,
        Err(error) => return Err(error),
    };
    // A reservation that was booked is an appointment with the same id.
    let id = match &held {
        Some(row) => row.id,
        None => find_row(tx, by_reservation.clone()).await?.ok_or(Error::NotFound)?.id,
    };
    if let Seen::Before(id) =
        remember(ctx, tx, "book", command.idempotency.as_ref(), &request, id).await?
    {
        return booked_before(tx, table::Column::Id.eq(id), &contact).await?.ok_or(Error::NotFound);
    }
    // Sent twice without a key: the reservation's token says that it is the same request.
    let Some(row) = held else {
        return booked_before(tx, by_reservation, &contact).await?.ok_or(Error::NotFound);
    };
    let counter = row.counter_id;
    let held = reserve::read(ctx, row, token)?;
    if !day_maps::make_permanent(tx, held.id, ctx.now()).await? {
        // Another request was faster by a moment: either it booked, or the time ran out.
        let booked = booked_before(tx, by_reservation, &contact).await?;
        return booked.ok_or(Error::ReservationExpired);
    }
    write(ctx, tx, town, command, &held, counter, &contact).await
}

/// The appointment that the manage token opens.
pub async fn appointment(
    ctx: &Ctx,
    tx: &TenantTx,
    manage_token: &str,
) -> Result<Appointment, Error> {
    ctx.authorize(policy::Action::ManageOwn)?;
    let row = appointments::find(tx, manage_token, false).await?;
    with_items(tx, row).await
}

async fn write(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    command: &Book,
    held: &Reservation,
    counter: uuid::Uuid,
    contact: &Contact,
) -> Result<Booked, Error> {
    let tenant = tx.tenant().uuid();
    check_limit(ctx, tx, town, contact).await?;
    let person = sealed::create_subject(ctx, tx).await?;
    customer::write(ctx, tx, &person, contact).await?;
    let manage_token = person.token(appointments::MANAGE, held.id.uuid());
    let row = table::Model {
        tenant_id: tenant,
        id: held.id.uuid(),
        reference: reference(ctx),
        status: Status::Confirmed.key().to_owned(),
        location_id: held.location.uuid(),
        counter_id: counter,
        starts_at: held.starts_at,
        ends_at: held.ends_at,
        subject_id: Some(person.subject().uuid()),
        sequence: 0,
        manage_hash: manage_token.hash(),
        reservation_hash: held.token.hash(),
        locale: command.locale.key().to_owned(),
        notice_version: town.notice_version,
        booked_at: ctx.now(),
        changed_at: ctx.now(),
        cancelled_at: None,
    };
    let written = table::Entity::insert(table::ActiveModel::from(row.clone()).reset_all())
        .exec_without_returning(tx)
        .await
        .map_err(Fault::from);
    match written {
        // one in a trillion: another appointment has the same reference; the next try draws a new one
        Err(Fault::Unique(_)) => return Err(Error::Fault(Fault::Busy)),
        other => other?,
    };
    let items = (0i32..).zip(&held.items).map(|(position, item)| appointment_item::ActiveModel {
        tenant_id: Set(tenant),
        appointment_id: Set(held.id.uuid()),
        position: Set(position),
        service_id: Set(item.service.uuid()),
        quantity: Set(i32::try_from(item.quantity).unwrap_or(i32::MAX)),
    });
    appointment_item::Entity::insert_many(items).exec_without_returning(tx).await?;
    reservation::Entity::delete_by_id((tenant, held.id.uuid())).exec(tx).await?;
    let appointment = read_appointment(row, held.items.clone())?;
    announce(ctx, tx, &appointment, Change::Booked).await?;
    Ok(Booked { appointment, manage_token })
}

/// Writes the event in the transaction of the change.
pub(crate) async fn announce(
    ctx: &Ctx,
    tx: &TenantTx,
    appointment: &Appointment,
    change: Change,
) -> Result<(), Error> {
    let event = AppointmentChanged {
        appointment: appointment.id,
        change,
        sequence: appointment.sequence,
        location: appointment.location,
        starts_at: appointment.starts_at,
        ends_at: appointment.ends_at,
    };
    jobs::enqueue(ctx, tx, AppointmentChanged::JOB, &event, ctx.now()).await?;
    Ok(())
}

async fn find_row(
    tx: &TenantTx,
    which: sea_orm::sea_query::SimpleExpr,
) -> Result<Option<table::Model>, Error> {
    Ok(table::Entity::find()
        .filter(table::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(which)
        .one(tx)
        .await?)
}

/// The same reservation booked again with the same contact is the same appointment; with another one it is not.
async fn booked_before(
    tx: &TenantTx,
    which: sea_orm::sea_query::SimpleExpr,
    contact: &Contact,
) -> Result<Option<Booked>, Error> {
    let Some(row) = find_row(tx, which).await? else { return Ok(None) };
    let id = AppointmentId::from(row.id);
    let Some(person) = customer::key_of(tx, row.subject_id).await? else { return Ok(None) };
    let stored = customer::read(tx, &person).await?;
    if stored.as_ref() != Some(contact) {
        return Err(Error::Conflict("already-booked"));
    }
    let appointment = with_items(tx, row).await?;
    Ok(Some(Booked { appointment, manage_token: person.token(appointments::MANAGE, id.uuid()) }))
}

/// Open appointments per person, as the municipality allows. Requests of one person queue for the count.
async fn check_limit(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    contact: &Contact,
) -> Result<(), Error> {
    let limit = town.settings.booking.max_open_appointments;
    if limit == 0 {
        return Ok(());
    }
    let indexes = customer::indexes(tx, contact).await?;
    for index in [&indexes.email, &indexes.phone].into_iter().flatten() {
        let lock = index.iter().take(8).fold(0i64, |lock, byte| lock << 8 | i64::from(*byte));
        tx.execute_raw(Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT pg_advisory_xact_lock($1)",
            [lock.into()],
        ))
        .await?;
    }
    let row = tx
        .query_one_raw(Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT count(*) AS open FROM appointment a
               JOIN customer c ON c.tenant_id = a.tenant_id AND c.subject_id = a.subject_id
              WHERE a.tenant_id = $1 AND a.ends_at > $2 AND a.status IN ('PENDING', 'CONFIRMED')
                AND (c.email_index = $3 OR c.phone_index = $4)",
            [
                tx.tenant().uuid().into(),
                ctx.now().into(),
                indexes.email.into(),
                indexes.phone.into(),
            ],
        ))
        .await?;
    let open: i64 = row.map(|row| row.try_get("", "open")).transpose()?.unwrap_or_default();
    if open >= i64::from(limit) {
        return Err(Error::LimitReached { reason: "too-many-appointments", limit });
    }
    Ok(())
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
