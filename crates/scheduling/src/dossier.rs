//! Everything about one appointment, for those who work on it: the messages, and the citizen's own page.

use db::TenantTx;
use kernel::{AppointmentId, Ctx, policy};
use sea_orm::EntityTrait;

use crate::{
    Appointment, Contact, Error, Objections, appointments, customer,
    store::appointments::appointment as table,
};

/// An appointment with the person, opened.
#[derive(Clone)]
pub struct Dossier {
    /// The appointment.
    pub appointment: Appointment,
    /// The person.
    pub contact: Contact,
    /// Opens the appointment for the person.
    pub manage_token: String,
    /// What the person objects to (Art. 21 GDPR).
    pub objections: Objections,
}

/// Reads an appointment with its person. `None` when either is gone (erased), and when the person's data are restricted.
///
/// The caller has opened the appointment with its token, or writes to this person.
pub async fn dossier(
    ctx: &Ctx,
    tx: &TenantTx,
    id: AppointmentId,
) -> Result<Option<Dossier>, Error> {
    ctx.authorize(policy::Action::OpenPerson)?;
    let found = table::Entity::find_by_id((tx.tenant().uuid(), id.uuid())).one(tx).await?;
    let Some(row) = found else { return Ok(None) };
    match appointments::hide_restricted(ctx, tx, &row).await {
        Err(Error::NotFound) => return Ok(None),
        hidden => hidden?,
    }
    let Some(person) = customer::key_of(tx, row.subject_id).await? else { return Ok(None) };
    let Some(contact) = customer::read(tx, &person).await? else { return Ok(None) };
    let manage_token = appointments::manage_token(&person, &row).to_string();
    let objections = customer::objections(tx, person.subject().uuid()).await?;
    let appointment = appointments::with_items(tx, row).await?;
    Ok(Some(Dossier { appointment, contact, manage_token, objections }))
}
