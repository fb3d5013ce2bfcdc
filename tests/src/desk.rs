//! The scheduling without HTTP: for the channels of the office, and where a test makes thousands of calls.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use db::Db;
use kernel::{AccessKeyId, Actor, Ctx, Locale, LocationId, RequestId, Scopes};
use scheduling::{
    Appointment, Availability, AvailabilityQuery, Booked, Catalogue, Channel, ContactInput, Error,
    Item, Reschedule, Reservation, Reserve,
};
use tenant::Municipality;

use crate::{TestApp, Town};

/// Somebody who books through a channel at a municipality.
#[derive(Debug)]
pub struct Desk {
    db: Db,
    ctx: Ctx,
    town: Arc<Municipality>,
    /// What is offered.
    pub catalogue: Arc<Catalogue>,
    channel: Channel,
}

impl TestApp {
    /// A place to book from.
    pub async fn desk(&self, town: &Town, channel: Channel) -> Desk {
        let actor = match channel {
            Channel::Online => Actor::Citizen,
            Channel::Phone | Channel::WalkIn => {
                Actor::Program { key: AccessKeyId::from(uuid::Uuid::nil()), scopes: Scopes::ALL }
            }
        };
        let ctx = Ctx::new(
            town.id,
            actor,
            Locale::De,
            RequestId(2),
            self.clock.clone(),
            self.chance.clone(),
        );
        let known = self.app.directory.municipality(&ctx).await.expect("the directory");
        let known = known.expect("a municipality");
        let tx = self.app.db.begin(&ctx).await.expect("a transaction");
        let catalogue = scheduling::catalogue(&ctx, &tx).await.expect("the catalogue");
        tx.commit().await.expect("committed");
        Desk { db: self.app.db.clone(), ctx, town: known, catalogue, channel }
    }
}

impl Desk {
    /// One person for one service.
    pub fn visit(&self, service: &str) -> Vec<Item> {
        let service = self.catalogue.service_by_key(service).expect("a service").id;
        vec![Item { service, quantity: 1 }]
    }

    /// What is free from one day to another.
    pub async fn availability(
        &self,
        service: &str,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Availability {
        let items = self.visit(service);
        let query = AvailabilityQuery { items, locations: None, from, to, channel: self.channel };
        scheduling::availability(&self.ctx, &self.db, &self.town, &self.catalogue, &query)
            .await
            .expect("free times")
    }

    /// Tries to hold a time.
    pub async fn reserve(
        &self,
        service: &str,
        location: LocationId,
        start: DateTime<Utc>,
    ) -> Result<Reservation, Error> {
        self.reserve_instead(service, location, start, None).await
    }

    /// Tries to hold a time, and gives up another one for it.
    pub async fn reserve_instead(
        &self,
        service: &str,
        location: LocationId,
        start: DateTime<Utc>,
        instead_of: Option<&Reservation>,
    ) -> Result<Reservation, Error> {
        let command = Reserve {
            items: self.visit(service),
            location,
            start,
            idempotency: None,
            instead_of: instead_of.map(|held| held.token.to_string()),
            channel: self.channel,
        };
        scheduling::reserve(&self.ctx, &self.db, &self.town, &self.catalogue, &command).await
    }

    /// Books a held time for somebody.
    pub async fn book(&self, held: &Reservation, email: &str) -> Result<Booked, Error> {
        let contact = ContactInput {
            first_name: "Erika".to_owned(),
            last_name: "Mustermann".to_owned(),
            email: Some(email.to_owned()),
            phone: Some("0151 23456789".to_owned()),
            ..ContactInput::default()
        };
        let command = scheduling::Book {
            reservation_token: held.token.to_string(),
            contact,
            locale: Locale::De,
            idempotency: None,
        };
        scheduling::book(&self.ctx, &self.db, &self.town, &self.catalogue, &command).await
    }

    /// Holds a time for longer.
    pub async fn extend(&self, held: &Reservation) -> Result<Reservation, Error> {
        let tx = self.db.begin(&self.ctx).await?;
        let token = held.token.to_string();
        let longer = scheduling::extend_reservation(&self.ctx, &tx, &self.town, &token).await?;
        tx.commit().await?;
        Ok(longer)
    }

    /// Cancels an appointment.
    pub async fn cancel(&self, booked: &Booked) -> Result<Appointment, Error> {
        let tx = self.db.begin(&self.ctx).await?;
        let token = booked.manage_token.to_string();
        let cancelled = scheduling::cancel(&self.ctx, &tx, &self.town, &token).await?;
        tx.commit().await?;
        Ok(cancelled)
    }

    /// Moves an appointment.
    pub async fn reschedule(
        &self,
        booked: &Booked,
        location: LocationId,
        start: DateTime<Utc>,
    ) -> Result<Appointment, Error> {
        let command = Reschedule {
            manage_token: booked.manage_token.to_string(),
            location,
            start,
            idempotency_key: None,
        };
        scheduling::reschedule(&self.ctx, &self.db, &self.town, &self.catalogue, &command).await
    }

    /// Tries to give a held time back.
    pub async fn try_release(&self, held: &Reservation) -> Result<bool, Error> {
        let tx = self.db.begin(&self.ctx).await?;
        let token = held.token.to_string();
        let freed = scheduling::release_reservation(&self.ctx, &tx, &token).await?;
        tx.commit().await?;
        Ok(freed)
    }

    /// Gives a held time back.
    pub async fn release(&self, held: &Reservation) -> bool {
        self.try_release(held).await.expect("an answer")
    }
}
