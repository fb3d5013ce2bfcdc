//! A gateway under real time, asked and booked at by a test.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    TestApp, Town, booking,
    running::{Client, Running, now_millis},
};

/// The real program serving, and a client of it.
#[derive(Debug)]
pub struct Server {
    running: Running,
    /// Where it listens on this machine.
    pub port: u16,
    /// A client that waits ten seconds at most.
    pub client: reqwest::Client,
    api: Client,
}

impl Server {
    /// Starts it and waits until it serves.
    pub async fn start(app: &TestApp, with_worker: bool) -> Self {
        Self::start_with(app, with_worker, &[]).await
    }

    /// The same with further settings.
    pub async fn start_with(app: &TestApp, with_worker: bool, settings: &[(&str, &str)]) -> Self {
        let worker = if with_worker { "true" } else { "false" };
        let settings = [&[("STADTTERMIN_WORKER__IN_PROCESS", worker)], settings].concat();
        let running = app.run_program("serve", &settings).await;
        let client =
            reqwest::Client::builder().timeout(Duration::from_secs(10)).build().expect("a client");
        Self { port: running.port, api: Client::at(running.port), running, client }
    }

    /// Asks the API.
    pub async fn graphql(&self, town: &Town, query: &str, variables: Value) -> Value {
        self.api.graphql(town, query, variables).await
    }

    /// `None` when the program dies before it has answered.
    pub async fn try_graphql(&self, town: &Town, query: &str, variables: Value) -> Option<Value> {
        self.api.try_graphql(town, query, variables).await.ok()
    }

    /// Books the first free time and says the reference.
    pub async fn book(&self, town: &Town) -> String {
        let booked = self.book_for(town, booking::erika()).await;
        booked["reference"].as_str().expect("a reference").to_owned()
    }

    /// Books the first free time for somebody. What the API says about the appointment.
    pub async fn book_for(&self, town: &Town, contact: Value) -> Value {
        let services = self.graphql(town, "{ services { id name } }", json!({})).await;
        let service = services["data"]["services"][0]["id"].clone();
        let query = "query($input: AvailabilityInput!) { availability(input: $input) { next { start location { id } } } }";
        let today =
            chrono::DateTime::from_timestamp_millis(now_millis()).expect("now").date_naive();
        let input = json!({ "items": [{ "serviceId": service }], "from": today.to_string(), "to": (today + chrono::Days::new(14)).to_string() });
        let found = self.graphql(town, query, json!({ "input": input })).await;
        let next = &found["data"]["availability"]["next"];
        let input = json!({ "items": [{ "serviceId": service }], "locationId": next["location"]["id"], "start": next["start"] });
        let held = self.graphql(town, booking::RESERVE, json!({ "input": input })).await;
        let token =
            held.pointer("/data/reserveSlot/reservation/token").unwrap_or_else(|| panic!("{held}"));
        let input = json!({ "reservationToken": token, "contact": contact });
        let booked = self.graphql(town, booking::BOOK, json!({ "input": input })).await;
        let appointment = booked.pointer("/data/bookAppointment/appointment");
        appointment.unwrap_or_else(|| panic!("{booked}")).clone()
    }

    /// SIGKILL: no handler runs, nothing is flushed.
    pub fn kill(&mut self) {
        self.running.kill();
    }

    /// Its process.
    pub fn process(&self) -> u32 {
        self.running.id()
    }

    /// SIGTERM, and how long it took to end.
    pub async fn stop(mut self) -> Duration {
        let begun = Instant::now();
        self.running.ask_to_stop();
        self.running.ended(Duration::from_mins(1)).await;
        begun.elapsed()
    }
}
