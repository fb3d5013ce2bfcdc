//! The program is killed between booking and mail, as a machine that loses power.

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use gateway::demo::smtp_sink::Orders;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tests::{Setup, TestApp, Town, booking, database::redis_url};

/// The real program, as an operator runs it.
struct Server {
    process: Child,
    port: u16,
    client: reqwest::Client,
}

impl Server {
    async fn start(app: &TestApp, with_worker: bool) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|free| free.local_addr())
            .expect("a free port")
            .port();
        let process = Command::new(tests::binary())
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
            .env_remove("STADTTERMIN_DATABASE__ADMIN_URL")
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

    async fn graphql(&self, town: &Town, query: &str, variables: Value) -> Value {
        let answer = self
            .client
            .post(format!("http://127.0.0.1:{}/graphql", self.port))
            .header("host", &town.host)
            .header("content-type", "application/json")
            .body(json!({ "query": query, "variables": variables }).to_string())
            .send()
            .await
            .expect("an answer");
        let text = answer.text().await.expect("a body");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// Books the first free time and says the reference.
    async fn book(&self, town: &Town) -> String {
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
        let input = json!({ "reservationToken": token, "contact": booking::erika() });
        let booked = self.graphql(town, booking::BOOK, json!({ "input": input })).await;
        let reference = booked.pointer("/data/bookAppointment/appointment/reference");
        reference.and_then(Value::as_str).unwrap_or_else(|| panic!("{booked}")).to_owned()
    }

    /// SIGKILL: no handler runs, nothing is flushed.
    fn kill(mut self) {
        self.process.kill().expect("killed");
        self.process.wait().expect("gone");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn now_millis() -> i64 {
    let since =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_millis()).expect("before the year 292 million")
}

/// Waits until so many messages were sent, and long enough after that to see one too many.
async fn messages(app: &TestApp, expected: usize, patience: Duration) -> Vec<tests::Sent> {
    let deadline = Instant::now() + patience;
    while app.outbox().len() < expected && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    app.outbox()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_booking_the_mails_arrive_once() {
    let app = Setup::new().at_real_time(now_millis()).start().await;
    let server = Server::start(&app, false).await;
    let reference = server.book(&app.haltern).await;
    server.kill();
    assert!(app.outbox().is_empty());

    let _server = Server::start(&app, true).await;
    let sent = messages(&app, 3, Duration::from_secs(30)).await;
    assert_eq!(sent.len(), 3, "citizen, office, SMS: {sent:?}");
    assert!(sent.iter().all(|message| message.text.contains(&reference)));
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_sending_the_mails_arrive_once() {
    let app = Setup::new().at_real_time(now_millis()).start().await;
    // the relay takes its time: the kill comes while mails are under way and not accepted yet
    app.order_mails(2, Orders::Delay(Duration::from_mins(10)));
    let server = Server::start(&app, true).await;
    let reference = server.book(&app.haltern).await;
    tokio::time::sleep(Duration::from_millis(800)).await;
    server.kill();
    app.relay_recovers();
    let before = app.outbox().into_iter().filter(|sent| sent.channel == "mail").count();
    assert_eq!(before, 0, "no mail was accepted before the kill");

    let _server = Server::start(&app, true).await;
    // leases of the dead worker run out after 20 seconds
    let sent = messages(&app, 3, Duration::from_secs(45)).await;
    assert_eq!(sent.iter().filter(|message| message.channel == "mail").count(), 2, "{sent:?}");
    assert!(
        sent.iter().filter(|message| message.channel == "sms").count() <= 1,
        "an SMS costs money: at most once"
    );
    assert!(sent.iter().all(|message| message.text.contains(&reference)));
}
