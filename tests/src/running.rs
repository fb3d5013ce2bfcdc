//! The real program, started by a test as an operator starts it, and somebody who talks to it over the network.

use std::{
    fs::File,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use chrono::{DateTime, Days, Utc};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::{TestApp, Town, binary, booking, database::redis_url};

/// A port that is free now.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}

/// The machine's time, in milliseconds since 1970.
pub fn now_millis() -> i64 {
    let since =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_millis()).expect("before the year 292 million")
}

/// A process of the service, in front of the test's database. Killed with the value.
#[derive(Debug)]
pub struct Running {
    process: Child,
    /// Where it is asked whether it is ready; of `serve` where it serves.
    pub port: u16,
    log: PathBuf,
}

impl TestApp {
    /// Starts `stadttermin serve` or `stadttermin worker` with further settings, and waits until it is ready. It has the
    /// machine's clock.
    pub async fn run_program(&self, command: &str, settings: &[(&str, &str)]) -> Running {
        self.run_program_at(free_port(), command, settings).await
    }

    /// The same at a port of the caller's choice.
    pub async fn run_program_at(
        &self,
        port: u16,
        command: &str,
        settings: &[(&str, &str)],
    ) -> Running {
        let running = self.start_program_at(port, command, settings);
        running.ready().await;
        running
    }

    /// The same, and does not wait.
    pub fn start_program_at(&self, port: u16, command: &str, settings: &[(&str, &str)]) -> Running {
        self.start_binary_at(binary(), port, command, settings)
    }

    /// The same with a program of the caller's choice.
    pub fn start_binary_at(
        &self,
        program: PathBuf,
        port: u16,
        command: &str,
        settings: &[(&str, &str)],
    ) -> Running {
        let name = format!("stadttermin-log-{:016x}", rand::random::<u64>());
        let log = std::env::temp_dir().join(name);
        let output = File::create(&log).expect("a log");
        let mut process = Command::new(program);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("STADTTERMIN_")) {
            process.env_remove(name);
        }
        let address = format!("127.0.0.1:{port}");
        let listens = if command == "serve" { "LISTEN" } else { "METRICS_LISTEN" };
        let process = process
            .arg(command)
            .env("STADTTERMIN_DATABASE__URL", self.database.app_url.expose_secret())
            .env("STADTTERMIN_REDIS__URL", redis_url().expose_secret())
            .env("STADTTERMIN_KEYS__MASTER", self.master_key())
            .env("STADTTERMIN_MAIL__SMTP_URL", self.smtp_url())
            .env("STADTTERMIN_SMS__LOX24_URL", self.lox24_url())
            .env("STADTTERMIN_SMS__LOX24_KEY", self.lox24_key())
            .env(format!("STADTTERMIN_SERVER__{listens}"), address)
            .env("STADTTERMIN_WORKER__IN_PROCESS", "false")
            .env("STADTTERMIN_WORKER__POLL_MILLISECONDS", "200")
            .envs(["READ", "RESERVE", "BOOK", "MANAGE"].map(|limit| (limit_of(limit), "0")))
            .envs(settings.iter().copied())
            .stdout(output.try_clone().expect("a log"))
            .stderr(output)
            .stdin(Stdio::null())
            .spawn()
            .expect("the program starts");
        Running { process, port, log }
    }
}

fn limit_of(name: &str) -> String {
    format!("STADTTERMIN_LIMITS__{name}")
}

impl Running {
    /// Waits until it is ready.
    pub async fn ready(&self) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline {
            if self.status("/readyz").await == Some(200) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the program is not ready after 30 seconds: {}", self.log());
    }

    /// The status of one of its own pages; `None` when nobody answers.
    pub async fn status(&self, path: &str) -> Option<u16> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let answer = reqwest::get(format!("http://127.0.0.1:{}{path}", self.port)).await;
        answer.ok().map(|answer| answer.status().as_u16())
    }

    /// What it wrote.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// SIGKILL: no handler runs, nothing is flushed.
    pub fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// SIGTERM: asks it to stop.
    pub fn ask_to_stop(&self) {
        let asked = Command::new("kill").arg(self.process.id().to_string()).status();
        assert!(asked.expect("kill").success());
    }

    /// Waits until it has ended by itself, so long at most.
    pub async fn ended(&mut self, within: Duration) -> ExitStatus {
        let deadline = Instant::now() + within;
        loop {
            if let Some(status) = self.process.try_wait().expect("a status") {
                return status;
            }
            assert!(Instant::now() < deadline, "it did not stop: {}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
        let _ = std::fs::remove_file(&self.log);
    }
}

/// Somebody who uses the API over the network.
#[derive(Debug, Clone)]
pub struct Client {
    address: String,
    http: reqwest::Client,
}

/// A start that was offered: at which location, and when.
pub type Start = (Value, Value);

impl Client {
    /// Of whatever listens at a port of this machine.
    pub fn at(port: u16) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().timeout(Duration::from_secs(20)).build();
        Self { address: format!("http://127.0.0.1:{port}"), http: http.expect("a client") }
    }

    /// Asks, or says how that failed.
    pub async fn try_graphql(
        &self,
        town: &Town,
        query: &str,
        variables: Value,
    ) -> Result<Value, String> {
        let request = self.request(town, query, &variables);
        let answer = request.send().await.map_err(|error| format!("{error:?}"))?;
        let status = answer.status();
        let text = answer.text().await.map_err(|error| format!("{error:?}"))?;
        serde_json::from_str(&text).map_err(|_| format!("{status}: {text}"))
    }

    /// A question, to which headers can be added.
    pub fn request(&self, town: &Town, query: &str, variables: &Value) -> reqwest::RequestBuilder {
        self.http
            .post(format!("{}/graphql", self.address))
            .header("host", &town.host)
            .header("content-type", "application/json")
            .body(json!({ "query": query, "variables": variables }).to_string())
    }

    /// Asks.
    pub async fn graphql(&self, town: &Town, query: &str, variables: Value) -> Value {
        self.try_graphql(town, query, variables)
            .await
            .unwrap_or_else(|problem| panic!("no answer: {problem}"))
    }

    /// Opens a page, with headers; follows no redirect.
    pub fn get(&self, town: &Town, path: &str) -> reqwest::RequestBuilder {
        self.http
            .get(format!("{}{path}", self.address))
            .header("host", &town.host)
            .header("accept", "text/html")
    }

    /// The first service, and its free starts of the next four weeks.
    pub async fn free_starts(&self, town: &Town) -> (Value, Vec<Start>) {
        let services = self.graphql(town, "{ services { id name } }", json!({})).await;
        let service = services["data"]["services"][0]["id"].clone();
        let today: DateTime<Utc> = DateTime::from_timestamp_millis(now_millis()).expect("now");
        let (from, to) = (today.date_naive(), today.date_naive() + Days::new(27));
        let query = "query($input: AvailabilityInput!) { availability(input: $input) {
            days { slots { start location { id } } } } }";
        let input = json!({ "items": [{ "serviceId": service }], "from": from, "to": to });
        let found = self.graphql(town, query, json!({ "input": input })).await;
        let days = found["data"]["availability"]["days"].as_array().expect("days").iter();
        let slots = days.flat_map(|day| day["slots"].as_array().into_iter().flatten());
        let starts: Vec<Start> =
            slots.map(|slot| (slot["location"]["id"].clone(), slot["start"].clone())).collect();
        assert!(starts.len() > 30, "{}", starts.len());
        (service, starts)
    }

    /// Tries to hold a start: its token, or the code of the refusal, or how the request failed.
    pub async fn hold(
        &self,
        town: &Town,
        service: &Value,
        (location, start): &Start,
    ) -> Result<Result<String, String>, String> {
        let input =
            json!({ "items": [{ "serviceId": service }], "locationId": location, "start": start });
        let held = self.try_graphql(town, booking::RESERVE, json!({ "input": input })).await?;
        Ok(part(&held, "/data/reserveSlot/reservation/token"))
    }

    /// Tries to book what is held, for Erika: the reference, or the code of the refusal.
    pub async fn book(&self, town: &Town, token: &str) -> Result<Result<String, String>, String> {
        let input = json!({ "reservationToken": token, "contact": booking::erika() });
        let booked = self.try_graphql(town, booking::BOOK, json!({ "input": input })).await?;
        Ok(part(&booked, "/data/bookAppointment/appointment/reference"))
    }
}

fn part(answer: &Value, place: &str) -> Result<String, String> {
    let found = answer.pointer(place).and_then(Value::as_str).map(str::to_owned);
    found.ok_or_else(|| {
        let code = answer.pointer("/errors/0/extensions/code").and_then(Value::as_str);
        code.map_or_else(|| answer.to_string(), str::to_owned)
    })
}
