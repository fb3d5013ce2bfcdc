//! The real program, serving a test's database on a port of its own.

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::{TestApp, Town, binary, booking, database::redis_url};

/// The real program, as an operator runs it.
#[derive(Debug)]
pub struct Server {
    process: Child,
    /// Where it listens on this machine.
    pub port: u16,
    /// A client that waits ten seconds at most.
    pub client: reqwest::Client,
}

impl Server {
    /// Starts it and waits until it serves.
    pub async fn start(app: &TestApp, with_worker: bool) -> Self {
        Self::start_with(app, with_worker, &[]).await
    }

    /// The same with further settings.
    pub async fn start_with(app: &TestApp, with_worker: bool, settings: &[(&str, &str)]) -> Self {
        let port = free_port();
        let process = Command::new(binary())
            .arg("serve")
            .env("STADTTERMIN_DATABASE__URL", app.database.app_url.expose_secret())
            .env("STADTTERMIN_REDIS__URL", redis_url().expose_secret())
            .env("STADTTERMIN_KEYS__MASTER", app.master_key())
            .env("STADTTERMIN_MAIL__SMTP_URL", app.smtp_url())
            .env("STADTTERMIN_SMS__LOX24_URL", app.lox24_url())
            .env("STADTTERMIN_SMS__LOX24_KEY", app.lox24_key())
            .env("STADTTERMIN_SERVER__LISTEN", format!("127.0.0.1:{port}"))
            .env("STADTTERMIN_WORKER__IN_PROCESS", with_worker.to_string())
            .env("STADTTERMIN_WORKER__POLL_MILLISECONDS", "200")
            .envs(
                ["READ", "RESERVE", "BOOK", "MANAGE"]
                    .map(|limit| (format!("STADTTERMIN_LIMITS__{limit}"), "0")),
            )
            .env_remove("STADTTERMIN_DATABASE__ADMIN_URL")
            .envs(settings.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let client =
            reqwest::Client::builder().timeout(Duration::from_secs(10)).build().expect("a client");
        let server = Self { process, port, client };
        server.ready().await;
        server
    }

    async fn ready(&self) {
        let deadline = Instant::now() + Duration::from_secs(30);
        let address = format!("http://127.0.0.1:{}/readyz", self.port);
        while Instant::now() < deadline {
            if self
                .client
                .get(&address)
                .send()
                .await
                .is_ok_and(|answer| answer.status().is_success())
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the program is not ready after 30 seconds");
    }

    /// Asks the API.
    pub async fn graphql(&self, town: &Town, query: &str, variables: Value) -> Value {
        self.try_graphql(town, query, variables).await.expect("an answer")
    }

    /// `None` when the program dies before it has answered.
    pub async fn try_graphql(&self, town: &Town, query: &str, variables: Value) -> Option<Value> {
        let request = self
            .client
            .post(format!("http://127.0.0.1:{}/graphql", self.port))
            .header("host", &town.host)
            .header("content-type", "application/json")
            .body(json!({ "query": query, "variables": variables }).to_string());
        let text = request.send().await.ok()?.text().await.ok()?;
        serde_json::from_str(&text).ok()
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
    pub fn kill(mut self) {
        self.strike();
        self.process.wait().expect("gone");
    }

    /// The same while others still talk to it.
    pub fn strike(&mut self) {
        self.process.kill().expect("killed");
    }
}

impl Server {
    /// Its process.
    pub fn process(&self) -> u32 {
        self.process.id()
    }

    /// SIGTERM, and how long it took to end.
    pub fn stop(mut self) -> Duration {
        let begun = Instant::now();
        let kill = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status();
        assert!(kill.expect("kill").success());
        self.process.wait().expect("gone");
        begun.elapsed()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    listener.expect("a free port").port()
}

/// The machine's time, for [`crate::Setup::at_real_time`].
pub fn now_millis() -> i64 {
    let since =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_millis()).expect("before the year 292 million")
}
