//! One appointment in the office's hands, with its person.

use db::TenantTx;
use kernel::{AppointmentId, Ctx, policy};
use serde_json::json;
use tenant::Municipality;

use super::entry::{self, DeskEntry, entries};
use crate::{
    ContactInput, Error,
    book::contact_fields,
    change::find_served,
    customer,
    history::{self, Deed},
    reach, today,
};

/// An appointment with its person, for who serves citizens at its location.
pub async fn office_appointment(
    ctx: &Ctx,
    tx: &TenantTx,
    id: AppointmentId,
) -> Result<DeskEntry, Error> {
    ctx.authorize(policy::Action::ServeAppointments)?;
    let values = vec![tx.tenant().uuid().into(), id.uuid().into()];
    let found = entry::read(tx, entries!("", "a.id = $2"), values).await?;
    let entry = found.into_iter().next().ok_or(Error::NotFound)?;
    reach::at(ctx, policy::Action::ServeAppointments, entry.appointment.location)?;
    reach::at(ctx, policy::Action::OpenPerson, entry.appointment.location)?;
    Ok(entry)
}

/// Corrects what is known of the person: another number, another spelling. The audit trail says which fields, and neither
/// what they were nor what they are.
pub async fn correct_contact(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    id: AppointmentId,
    input: &ContactInput,
) -> Result<DeskEntry, Error> {
    let row = find_served(ctx, tx, id, true).await?;
    reach::at(ctx, policy::Action::OpenPerson, row.location_id.into())?;
    let person = customer::key_of(tx, row.subject_id).await?.ok_or(Error::NotFound)?;
    let known = customer::read(tx, &person).await?.ok_or(Error::NotFound)?;
    let contact =
        input.check(&contact_fields(ctx, town), today(ctx, town)).map_err(Error::Contact)?;
    let changed = known.differences(&contact);
    if !changed.is_empty() {
        customer::replace(ctx, tx, &person, &contact).await?;
        history::note(ctx, tx, id, Deed::Corrected, None, None).await?;
    }
    let entry = office_appointment(ctx, tx, id).await?;
    if !changed.is_empty() {
        let details = json!({ "fields": changed });
        history::witness(ctx, tx, "appointment.correct", id, details).await?;
    }
    Ok(entry)
}
