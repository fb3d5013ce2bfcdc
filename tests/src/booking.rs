//! Booking over GraphQL, as an API client does it.

use serde_json::{Value, json};

use crate::{Answer, TestApp, Town};

/// A free time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// What for.
    pub service: String,
    /// Where.
    pub location: String,
    /// From when, as the API says it.
    pub start: String,
    /// Until when.
    pub end: String,
    /// At how many counters.
    pub remaining: u64,
}

/// A booked appointment as its citizen knows it.
#[derive(Debug, Clone)]
pub struct Appointment {
    /// Its id.
    pub id: String,
    /// What people say on the phone.
    pub reference: String,
    /// What opens it.
    pub manage_token: String,
    /// Its time.
    pub slot: Slot,
}

/// Holds a time.
pub const RESERVE: &str = "mutation($input: ReserveSlotInput!) {
  reserveSlot(input: $input) { reservation { token start end expiresAt location { id name } } } }";
/// Books a held time.
pub const BOOK: &str = "mutation($input: BookAppointmentInput!) {
  bookAppointment(input: $input) { appointment {
    id reference status start end manageToken location { id name } items { quantity service { id name } } } } }";
/// Moves an appointment.
pub const RESCHEDULE: &str = "mutation($input: RescheduleAppointmentInput!) {
  rescheduleAppointment(input: $input) { appointment { id reference status start end location { id } } } }";
/// Cancels an appointment.
pub const CANCEL: &str = "mutation($input: CancelAppointmentInput!) {
  cancelAppointment(input: $input) { appointment { id status } } }";
/// Shows an appointment to whoever has its token.
pub const APPOINTMENT: &str = "query($token: String!) {
  appointment(manageToken: $token) { id reference status start location { id } } }";

/// A person who comes.
pub fn erika() -> Value {
    json!({ "firstName": "Erika", "lastName": "Mustermann", "email": "erika@example.org", "phone": "0151 23456789" })
}

impl TestApp {
    /// The id of the service whose German name begins so.
    pub async fn service(&self, town: &Town, name: &str) -> String {
        let services =
            self.graphql(town, "{ services { id name } }", json!({})).await.data("services");
        let found =
            services.as_array().into_iter().flatten().find(|service| {
                service["name"].as_str().is_some_and(|known| known.starts_with(name))
            });
        found.unwrap_or_else(|| panic!("no service {name} in {services}"))["id"]
            .as_str()
            .expect("an id")
            .to_owned()
    }

    /// The free times of a service from one day to another.
    pub async fn slots(&self, town: &Town, service: &str, from: &str, to: &str) -> Vec<Slot> {
        let query = "query($input: AvailabilityInput!) { availability(input: $input) {
            days { date state slots { start end remaining location { id } } } } }";
        let input = json!({ "items": [{ "serviceId": service }], "from": from, "to": to });
        let answer = self.graphql(town, query, json!({ "input": input })).await;
        let mut slots = Vec::new();
        for day in answer.data("availability/days").as_array().into_iter().flatten() {
            for slot in day["slots"].as_array().into_iter().flatten() {
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                slots.push(Slot {
                    service: service.to_owned(),
                    location: text(&slot["location"]["id"]),
                    start: text(&slot["start"]),
                    end: text(&slot["end"]),
                    remaining: slot["remaining"].as_u64().unwrap_or_default(),
                });
            }
        }
        slots
    }

    /// The states of the days.
    pub async fn day_states(
        &self,
        town: &Town,
        service: &str,
        from: &str,
        to: &str,
    ) -> Vec<String> {
        let query =
            "query($input: AvailabilityInput!) { availability(input: $input) { days { state } } }";
        let input = json!({ "items": [{ "serviceId": service }], "from": from, "to": to });
        let days =
            self.graphql(town, query, json!({ "input": input })).await.data("availability/days");
        days.as_array()
            .into_iter()
            .flatten()
            .map(|day| day["state"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Free times for an identity card on the next working day.
    pub async fn free(&self, town: &Town) -> Vec<Slot> {
        let service = self.service(town, "Personalausweis").await;
        let slots = self.slots(town, &service, "2026-12-08", "2026-12-08").await;
        assert!(!slots.is_empty(), "the next working day has free times");
        slots
    }

    /// Tries to hold a time.
    pub async fn reserve(&self, town: &Town, slot: &Slot) -> Answer {
        self.graphql(town, RESERVE, json!({ "input": reserve_input(slot) })).await
    }

    /// Holds a time and says the token.
    pub async fn held(&self, town: &Town, slot: &Slot) -> String {
        self.reserve(town, slot).await.string("reserveSlot/reservation/token")
    }

    /// Tries to book what is held.
    pub async fn book(&self, town: &Town, token: &str, contact: Value) -> Answer {
        self.graphql(
            town,
            BOOK,
            json!({ "input": { "reservationToken": token, "contact": contact } }),
        )
        .await
    }

    /// Books a time.
    pub async fn booked(&self, town: &Town, slot: &Slot, contact: Value) -> Appointment {
        let token = self.held(town, slot).await;
        let answer = self.book(town, &token, contact).await;
        let part = |name: &str| answer.string(&format!("bookAppointment/appointment/{name}"));
        Appointment {
            id: part("id"),
            reference: part("reference"),
            manage_token: part("manageToken"),
            slot: slot.clone(),
        }
    }

    /// Books the first free time for Erika.
    pub async fn an_appointment(&self, town: &Town) -> Appointment {
        let slots = self.free(town).await;
        self.booked(town, &slots[0], erika()).await
    }
}

/// The input of `reserveSlot` for a time.
pub fn reserve_input(slot: &Slot) -> Value {
    json!({ "items": [{ "serviceId": slot.service }], "locationId": slot.location, "start": slot.start })
}
