//! What the calendar keeps about people, for who asks about their own data: found, copied, restricted, erased.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use db::{Fault, TenantTx, ledger};
use kernel::{
    AppointmentId, Ctx, LocationId, SubjectId,
    my_data::{Content, OwnAppointment, OwnContact, OwnEvent, OwnItem},
};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use tenant::{
    Municipality,
    personal_data::{Clue, DataSubject, Erased, Objection, PersonalData, permit},
};
use uuid::Uuid;

use crate::{
    Catalogue, Contact, Error, Status, appointments, catalogue, customer,
    desk::reference,
    model::contact::email_key,
    places,
    store::{appointments::appointment as table, day_maps},
};

/// Appointments and the customer database.
#[derive(Debug, Clone, Copy, Default)]
pub struct PersonalAppointments;

#[async_trait::async_trait]
impl PersonalData for PersonalAppointments {
    async fn find(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        clue: &Clue,
        who: &mut DataSubject,
    ) -> Result<(), Fault> {
        permit(ctx)?;
        let (condition, value): (_, Value) = match clue {
            Clue::Address(email) => {
                let key = email_key(email);
                let index = tx.keys().await?.blind_index("customer.email_index", &key);
                ("p.email_index = $2", index.into())
            }
            Clue::Reference(text) => ("a.reference = $2", reference(text).into()),
            Clue::Person(person) => ("p.subject_id = $2", person.uuid().into()),
            Clue::Account(account) => ("l.account_id = $2", account.uuid().into()),
        };
        let statement = format!(
            "SELECT p.subject_id, a.id FROM customer p
               FULL JOIN appointment a ON a.tenant_id = p.tenant_id AND a.subject_id = p.subject_id
               LEFT JOIN account_appointment l ON l.tenant_id = a.tenant_id AND l.appointment_id = a.id
              WHERE COALESCE(p.tenant_id, a.tenant_id) = $1 AND {condition} ORDER BY a.starts_at DESC, a.id"
        );
        for row in tx.query_all_raw(tx.statement(statement, [value])).await? {
            let person: Option<Uuid> = row.try_get("", "subject_id")?;
            let appointment: Option<Uuid> = row.try_get("", "id")?;
            who.add(person.map(Into::into), appointment.map(Into::into));
        }
        Ok(())
    }

    async fn everybody(&self, ctx: &Ctx, tx: &TenantTx) -> Result<Vec<SubjectId>, Fault> {
        permit(ctx)?;
        let text = "SELECT subject_id FROM customer WHERE tenant_id = $1";
        let rows = tx.query_all_raw(tx.statement(text, [])).await?;
        rows.iter().map(|row| Ok(row.try_get::<Uuid>("", "subject_id")?.into())).collect()
    }

    async fn export(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        who: &DataSubject,
        into: &mut Content,
    ) -> Result<(), Fault> {
        permit(ctx)?;
        let catalogue = catalogue(ctx, tx).await.map_err(fault)?;
        let ids = ids(who);
        let contacts = contacts(tx, who).await?;
        let mut events = events(ctx, tx, &catalogue, &ids).await?;
        let mut items = appointments::items_of(tx, ids.iter().copied()).await.map_err(fault)?;
        for row in tx.query_all_raw(tx.statement(APPOINTMENTS, [ids.into()])).await? {
            let found = table::Model::from_query_result(&row, "")?;
            let person = found.subject_id.and_then(|subject| contacts.get(&subject));
            let items = items.remove(&found.id).unwrap_or_default();
            let service = |item: crate::Item| OwnItem {
                service: catalogue
                    .service_ever(item.service)
                    .map(|service| service.name.get(ctx.locale()).to_owned())
                    .unwrap_or_default(),
                quantity: item.quantity,
            };
            into.appointments.push(OwnAppointment {
                id: found.id,
                reference: found.reference,
                status: found.status,
                starts_at: found.starts_at,
                ends_at: found.ends_at,
                location: place(ctx, &catalogue, found.location_id.into()),
                counter: row.try_get("", "counter")?,
                items: items.into_iter().map(service).collect(),
                contact: person.map(|person| person.contact.clone()),
                language: found.locale,
                notice_version: found.notice_version,
                sequence: found.sequence,
                booked_at: found.booked_at,
                changed_at: found.changed_at,
                cancelled_at: found.cancelled_at,
                history: events.remove(&found.id).unwrap_or_default(),
                in_account_since: row.try_get("", "linked_at")?,
                restricted_since: person.and_then(|person| person.restricted_at),
                no_sms_since: person.and_then(|person| person.no_sms_at),
                no_reminders_since: person.and_then(|person| person.no_reminders_at),
                uncounted_since: person.and_then(|person| person.uncounted_at),
            });
        }
        Ok(())
    }

    async fn erase(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        _: &Municipality,
        who: &DataSubject,
    ) -> Result<Erased, Fault> {
        permit(ctx)?;
        let catalogue = catalogue(ctx, tx).await.map_err(fault)?;
        let ids = ids(who);
        let mut mailboxes = Vec::new();
        for row in tx.query_all_raw(tx.statement(LOCKED, [ids.clone().into()])).await? {
            let found = table::Model::from_query_result(&row, "")?;
            let upcoming = Status::from_key(&found.status).is_some_and(Status::can_change)
                && found.starts_at > ctx.now();
            if upcoming {
                day_maps::free(tx, found.id.into(), day_maps::Kind::Booked, ctx.now()).await?;
            }
            places::give_back(tx, found.id.into()).await?;
            let place = catalogue.location_ever(found.location_id.into());
            let mailbox = place.map(|place| place.office_email.clone()).unwrap_or_default();
            mailboxes.push((mailbox, found.reference));
        }
        mailboxes.retain(|(mailbox, _)| !mailbox.is_empty());
        for person in &who.people {
            ledger::destroy(ctx, tx, *person, ledger::Class::Request, &ids).await?;
        }
        // items, history, messages and the link to an account go with the appointment
        tx.run(
            "DELETE FROM appointment WHERE tenant_id = $1 AND id = ANY ($2)",
            [ids.clone().into()],
        )
        .await?;
        tx.run(
            "DELETE FROM live_time WHERE tenant_id = $1 AND id = ANY ($2)",
            [ids.clone().into()],
        )
        .await?;
        tx.run(
            "DELETE FROM reservation WHERE tenant_id = $1 AND id = ANY ($2)",
            [ids.clone().into()],
        )
        .await?;
        tx.run(
            "DELETE FROM idempotency_key WHERE tenant_id = $1 AND outcome = ANY ($2)",
            [ids.into()],
        )
        .await?;
        let customers = "DELETE FROM customer WHERE tenant_id = $1 AND subject_id = ANY ($2)";
        tx.run(customers, [people(who).into()]).await?;
        Ok(Erased { people: who.people.clone(), mailboxes })
    }

    async fn restrict(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        who: &DataSubject,
        since: Option<DateTime<Utc>>,
    ) -> Result<(), Fault> {
        permit(ctx)?;
        let statement =
            "UPDATE customer SET restricted_at = $3 WHERE tenant_id = $1 AND subject_id = ANY ($2)";
        mark(tx, statement, who, since).await
    }

    async fn object(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        who: &DataSubject,
        to: Objection,
        since: Option<DateTime<Utc>>,
    ) -> Result<(), Fault> {
        permit(ctx)?;
        let column = match to {
            Objection::Sms => "no_sms_at",
            Objection::Reminders => "no_reminders_at",
            Objection::Analysis => "uncounted_at",
        };
        let statement = format!(
            "UPDATE customer SET {column} = $3 WHERE tenant_id = $1 AND subject_id = ANY ($2)"
        );
        mark(tx, &statement, who, since).await
    }
}

const APPOINTMENTS: &str = "SELECT a.*, c.name AS counter, l.linked_at FROM appointment a
   JOIN counter c ON c.tenant_id = a.tenant_id AND c.id = a.counter_id
   LEFT JOIN account_appointment l ON l.tenant_id = a.tenant_id AND l.appointment_id = a.id
  WHERE a.tenant_id = $1 AND a.id = ANY ($2) ORDER BY a.starts_at DESC, a.id";
/// In one order, so that two erasures do not wait for each other.
const LOCKED: &str =
    "SELECT * FROM appointment WHERE tenant_id = $1 AND id = ANY ($2) ORDER BY id FOR UPDATE";

/// The person of an appointment, for who has opened it with its code.
pub async fn subject_of(
    ctx: &Ctx,
    tx: &TenantTx,
    manage_token: &str,
) -> Result<DataSubject, Error> {
    permit(ctx)?;
    let row = appointments::find(ctx, tx, manage_token, false).await?;
    let mut who = DataSubject::default();
    who.add(row.subject_id.map(Into::into), Some(AppointmentId::from(row.id)));
    Ok(who)
}

/// A record of the customer database, opened.
struct Person {
    contact: OwnContact,
    restricted_at: Option<DateTime<Utc>>,
    no_sms_at: Option<DateTime<Utc>>,
    no_reminders_at: Option<DateTime<Utc>>,
    uncounted_at: Option<DateTime<Utc>>,
}

async fn contacts(tx: &TenantTx, who: &DataSubject) -> Result<HashMap<Uuid, Person>, Fault> {
    let mut opened = customer::read_all(tx, people(who)).await.map_err(fault)?;
    let statement = "SELECT subject_id, created_at, restricted_at, no_sms_at, no_reminders_at, uncounted_at FROM customer
                      WHERE tenant_id = $1 AND subject_id = ANY ($2)";
    let mut found = HashMap::new();
    for row in tx.query_all_raw(tx.statement(statement, [people(who).into()])).await? {
        let subject: Uuid = row.try_get("", "subject_id")?;
        let Some(contact) = opened.remove(&subject) else { continue };
        let person = Person {
            contact: own_contact(contact, row.try_get("", "created_at")?),
            restricted_at: row.try_get("", "restricted_at")?,
            no_sms_at: row.try_get("", "no_sms_at")?,
            no_reminders_at: row.try_get("", "no_reminders_at")?,
            uncounted_at: row.try_get("", "uncounted_at")?,
        };
        found.insert(subject, person);
    }
    Ok(found)
}

fn own_contact(contact: Contact, stored_at: DateTime<Utc>) -> OwnContact {
    OwnContact {
        first_name: contact.first_name,
        last_name: contact.last_name,
        email: contact.email,
        phone: contact.phone,
        street: contact.street,
        postal_code: contact.postal_code,
        city: contact.city,
        birth_date: contact.birth_date,
        stored_at,
    }
}

async fn events(
    ctx: &Ctx,
    tx: &TenantTx,
    catalogue: &Catalogue,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<OwnEvent>>, Fault> {
    let statement =
        "SELECT * FROM appointment_event WHERE tenant_id = $1 AND appointment_id = ANY ($2)
                      ORDER BY at, id";
    let mut found: HashMap<Uuid, Vec<OwnEvent>> = HashMap::new();
    for row in tx.query_all_raw(tx.statement(statement, [ids.to_vec().into()])).await? {
        let name = |column| -> Result<Option<String>, Fault> {
            let location: Option<Uuid> = row.try_get("", column)?;
            Ok(location.map(|location| place(ctx, catalogue, location.into())))
        };
        let event = OwnEvent {
            at: row.try_get("", "at")?,
            what: row.try_get("", "what")?,
            by: row.try_get("", "actor")?,
            from_location: name("from_location")?,
            from_starts_at: row.try_get("", "from_starts_at")?,
            to_location: name("to_location")?,
            to_starts_at: row.try_get("", "to_starts_at")?,
        };
        found.entry(row.try_get("", "appointment_id")?).or_default().push(event);
    }
    Ok(found)
}

fn place(ctx: &Ctx, catalogue: &Catalogue, id: LocationId) -> String {
    let place = catalogue.location_ever(id);
    place.map(|place| place.name.get(ctx.locale()).to_owned()).unwrap_or_default()
}

fn ids(who: &DataSubject) -> Vec<Uuid> {
    who.appointments.iter().map(|id| id.uuid()).collect()
}

fn people(who: &DataSubject) -> Vec<Uuid> {
    who.people.iter().map(|id| id.uuid()).collect()
}

async fn mark(
    tx: &TenantTx,
    statement: &str,
    who: &DataSubject,
    since: Option<DateTime<Utc>>,
) -> Result<(), Fault> {
    tx.run(statement, [people(who).into(), since.into()]).await?;
    Ok(())
}

fn fault(error: Error) -> Fault {
    match error {
        Error::Fault(fault) => fault,
        other => Fault::Refused(other.to_string()),
    }
}
