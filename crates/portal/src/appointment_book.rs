//! Tells messages about appointments: `notify` asks, `scheduling` knows, and neither knows the other.

use db::{Fault, TenantTx};
use kernel::{AppointmentId, Ctx, LocalizedText, LocationId, OfficeNoteId};
use notify::{AppointmentFacts, AppointmentSource, Person, Place, VisitItem};
use scheduling::{Catalogue, Contact, Error, Item, Location, Objections, Status};

/// Reads appointments for messages and calendar files from the calendar.
#[derive(Debug, Clone, Copy, Default)]
pub struct AppointmentBook;

#[async_trait::async_trait]
impl AppointmentSource for AppointmentBook {
    async fn load(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        id: AppointmentId,
        location: LocationId,
    ) -> Result<Option<AppointmentFacts>, Fault> {
        let Some(dossier) = scheduling::dossier(ctx, tx, id).await.map_err(fault)? else {
            return Ok(None);
        };
        let catalogue = scheduling::catalogue(ctx, tx).await.map_err(fault)?;
        let Some(place) = catalogue.location_ever(location) else {
            tracing::error!(%location, "an appointment's location is not published, nobody can be told about it");
            return Ok(None);
        };
        let appointment = dossier.appointment;
        Ok(Some(AppointmentFacts {
            id: appointment.id,
            reference: appointment.reference,
            sequence: appointment.sequence,
            cancelled: appointment.status == Status::Cancelled,
            starts_at: appointment.starts_at,
            ends_at: appointment.ends_at,
            place: read_place(place),
            items: appointment
                .items
                .iter()
                .filter_map(|item| visit_item(&catalogue, item))
                .collect(),
            person: person(dossier.contact, dossier.objections),
            manage_token: dossier.manage_token,
            locale: appointment.locale,
            by_office: false,
            note: None,
        }))
    }

    async fn note(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        id: OfficeNoteId,
    ) -> Result<Option<LocalizedText>, Fault> {
        scheduling::office_note(ctx, tx, id).await.map_err(fault)
    }
}

/// What the database did, or what only a bug can bring about.
fn fault(error: Error) -> Fault {
    match error {
        Error::Fault(fault) => fault,
        other => Fault::Refused(other.to_string()),
    }
}

fn read_place(location: &Location) -> Place {
    Place {
        name: location.name.clone(),
        directions: location.directions.clone(),
        street: location.street.clone(),
        postal_code: location.postal_code.clone(),
        city: location.city.clone(),
        office_email: location.office_email.clone(),
    }
}

fn visit_item(catalogue: &Catalogue, item: &Item) -> Option<VisitItem> {
    let service = catalogue.service_ever(item.service)?;
    Some(VisitItem {
        name: service.name.clone(),
        quantity: item.quantity,
        fee: service.fee.clone(),
        documents: service.documents.clone(),
    })
}

fn person(contact: Contact, objections: Objections) -> Person {
    Person {
        first_name: contact.first_name,
        last_name: contact.last_name,
        email: contact.email,
        phone: contact.phone,
        street: contact.street,
        postal_code: contact.postal_code,
        city: contact.city,
        birth_date: contact.birth_date,
        no_sms: objections.no_sms,
        no_reminders: objections.no_reminders,
    }
}
