//! A stand-in for the SMS provider LOX24 that speaks its API and delivers into the [`Outbox`].

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use kernel::{MessageId, OsChance};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::{net::TcpListener, task::JoinHandle};

use super::{
    outbox::{Channel, Item, Outbox},
    script::Script,
};

const KEY_HEADER: &str = "x-lox24-auth-token";

/// What to do with an SMS instead of taking it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Orders {
    /// Answer with a status such as 402 or 500, without taking it.
    Answer(u16),
    /// Let the client wait for this long, then take it.
    Delay(Duration),
    /// Take it at once and let the client wait for this long: its answer is as good as lost.
    TakeAndDelay(Duration),
}

/// A running provider. It stops when it is dropped.
#[derive(Debug)]
pub struct Lox24StandIn {
    address: SocketAddr,
    provider: Provider,
    task: JoinHandle<()>,
}

/// What its handlers share.
#[derive(Debug, Clone)]
struct Provider {
    key: Arc<str>,
    outbox: Outbox,
    script: Script<Orders>,
    taken: Arc<Mutex<Vec<Taken>>>,
}

/// What clients send.
#[derive(Debug, Deserialize)]
struct Submission {
    sender_id: String,
    phone: String,
    text: String,
    #[serde(default)]
    service_code: Option<String>,
    #[serde(default)]
    callback_data: Option<String>,
    #[serde(default)]
    is_text_deleted: bool,
}

/// An SMS that was taken, as it is shown.
#[derive(Debug, Clone, Serialize)]
struct Taken {
    uuid: String,
    sender_id: String,
    phone: String,
    text: String,
    callback_data: Option<String>,
    status_code: u16,
    dlr_code: u16,
    parts_count: usize,
    chars_count: usize,
    is_sent: bool,
    is_text_deleted: bool,
    created_at: i64,
}

impl Lox24StandIn {
    /// Starts on a free port of this machine. `key` is what clients must show.
    pub async fn start(key: &str, outbox: Outbox) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let provider =
            Provider { key: key.into(), outbox, script: Script::default(), taken: Arc::default() };
        let router = router(provider.clone());
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::warn!(%error, "the stand-in of the SMS provider stopped");
            }
        });
        Ok(Self { address, provider, task })
    }

    /// Its address for the configuration.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it does with the next SMS.
    pub fn script(&self) -> &Script<Orders> {
        &self.provider.script
    }

    /// How many SMS it has taken and not deleted.
    pub fn taken(&self) -> usize {
        self.provider.lock().len()
    }
}

impl Drop for Lox24StandIn {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Provider {
    fn lock(&self) -> MutexGuard<'_, Vec<Taken>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn new_id(&self) -> uuid::Uuid {
        MessageId::new(self.outbox.clock(), &OsChance).uuid()
    }

    /// What an SMS looks like once it is taken.
    fn taken(&self, submission: &Submission) -> Taken {
        Taken {
            uuid: self.new_id().to_string(),
            sender_id: submission.sender_id.clone(),
            phone: submission.phone.clone(),
            text: if submission.is_text_deleted { String::new() } else { submission.text.clone() },
            callback_data: submission.callback_data.clone(),
            status_code: 0,
            dlr_code: 0,
            parts_count: notify::segments(&submission.text),
            chars_count: submission.text.chars().count(),
            is_sent: true,
            is_text_deleted: submission.is_text_deleted,
            created_at: self.outbox.clock().now().timestamp(),
        }
    }

    /// Keeps an SMS and delivers it.
    fn take(&self, submission: Submission) -> io::Result<Taken> {
        let taken = self.taken(&submission);
        self.outbox.add(Item {
            channel: Channel::Sms,
            from: submission.sender_id,
            to: submission.phone,
            subject: None,
            text: submission.text,
            html: None,
            attachments: Vec::new(),
            at: self.outbox.clock().now(),
        })?;
        self.lock().push(taken.clone());
        Ok(taken)
    }
}

fn router(provider: Provider) -> Router {
    Router::new()
        .route("/sms", post(submit).get(list))
        .route("/sms/dryrun", post(dry_run))
        .route("/sms/{id}", get(show).delete(delete))
        .layer(middleware::from_fn_with_state(provider.clone(), check_key))
        .with_state(provider)
}

/// Checks the key, and gives every answer an id.
async fn check_key(
    State(provider): State<Provider>,
    headers: HeaderMap,
    request: Request,
    next: Next,
) -> Response {
    let shown = headers.get(KEY_HEADER).and_then(|value| value.to_str().ok());
    let answer = if shown == Some(&*provider.key) {
        next.run(request).await
    } else {
        problem(StatusCode::UNAUTHORIZED, "the key is wrong")
    };
    ([("x-lox24-request-id", provider.new_id().simple().to_string())], answer).into_response()
}

async fn submit(State(provider): State<Provider>, body: Json<Submission>) -> Response {
    let Json(submission) = body;
    if let Err(refused) = check(&submission) {
        return refused;
    }
    let orders = provider.script.take();
    match orders {
        Some(Orders::Answer(status)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            return problem(status, "as ordered");
        }
        Some(Orders::Delay(time)) => tokio::time::sleep(time).await,
        Some(Orders::TakeAndDelay(_)) | None => {}
    }
    let taken = provider.take(submission);
    if let Some(Orders::TakeAndDelay(time)) = orders {
        tokio::time::sleep(time).await;
    }
    match taken {
        Ok(taken) => (StatusCode::CREATED, Json(taken)).into_response(),
        Err(_) => problem(StatusCode::INTERNAL_SERVER_ERROR, "the outbox cannot be written"),
    }
}

async fn dry_run(State(provider): State<Provider>, body: Json<Submission>) -> Response {
    match check(&body) {
        Ok(()) => (StatusCode::CREATED, Json(provider.taken(&body))).into_response(),
        Err(refused) => refused,
    }
}

/// The newest first, as the API does.
async fn list(State(provider): State<Provider>) -> Json<Vec<Taken>> {
    Json(provider.lock().iter().rev().take(100).cloned().collect())
}

async fn show(State(provider): State<Provider>, Path(id): Path<String>) -> Response {
    match provider.lock().iter().find(|sms| sms.uuid == id) {
        Some(sms) => Json(sms.clone()).into_response(),
        None => problem(StatusCode::NOT_FOUND, "there is no such SMS"),
    }
}

async fn delete(State(provider): State<Provider>, Path(id): Path<String>) -> Response {
    let mut taken = provider.lock();
    let before = taken.len();
    taken.retain(|sms| sms.uuid != id);
    if taken.len() < before {
        StatusCode::NO_CONTENT.into_response()
    } else {
        problem(StatusCode::NOT_FOUND, "there is no such SMS")
    }
}

/// Refuses what the provider refuses.
#[expect(clippy::result_large_err, reason = "the answer is given at once")]
fn check(sms: &Submission) -> Result<(), Response> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    let number = sms.sender_id.strip_prefix('+').unwrap_or(&sms.sender_id);
    let word = |text: &str| {
        (1..=11).contains(&text.len())
            && text.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b' ')
    };
    let services = [None, Some("direct"), Some("pro"), Some("economy")];
    let faults = [
        (!(word(&sms.sender_id) || digits(number) && number.len() <= 15), "sender_id"),
        (
            !sms.phone.strip_prefix('+').is_some_and(|n| digits(n) && (4..=16).contains(&n.len())),
            "phone",
        ),
        (sms.text.is_empty() || notify::segments(&sms.text) > 10, "text"),
        (sms.callback_data.as_ref().is_some_and(|data| data.len() > 36), "callback_data"),
        (!services.contains(&sms.service_code.as_deref()), "service_code"),
    ];
    match faults.into_iter().find(|(wrong, _)| *wrong) {
        Some((_, field)) => Err(problem(StatusCode::BAD_REQUEST, field)),
        None => Ok(()),
    }
}

fn problem(status: StatusCode, detail: &str) -> Response {
    (status, Json(json!({ "title": "An error occurred", "detail": detail }))).into_response()
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use notify::{Lox24, Sms, SmsOutcome, SmsProvider};

    use super::*;

    fn sms(key: u128) -> Sms {
        Sms {
            key: uuid::Uuid::from_u128(key).into(),
            sender: "Haltern".to_owned(),
            to: "+4915123456789".to_owned(),
            text: "Ihr Termin".to_owned(),
        }
    }

    async fn stand_in() -> (Lox24StandIn, Outbox, Lox24) {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let outbox = Outbox::in_memory(Arc::new(kernel::SystemClock));
        let stand_in = Lox24StandIn::start("1:demo", outbox.clone()).await.unwrap();
        let adapter = Lox24::new(&stand_in.url().parse().unwrap(), &"1:demo".into()).unwrap();
        (stand_in, outbox, adapter)
    }

    fn now() -> chrono::DateTime<Utc> {
        "2026-12-01T10:00:00Z".parse().unwrap()
    }

    #[tokio::test]
    async fn an_sms_arrives_and_can_be_found_and_deleted() {
        let (stand_in, outbox, adapter) = stand_in().await;
        let SmsOutcome::Accepted(id) = adapter.send(now(), &sms(7)).await else { panic!() };
        assert_eq!(adapter.find(now(), sms(7).key).await, Some(id.clone()));
        assert_eq!(adapter.find(now(), sms(8).key).await, None);
        let item = &outbox.all()[0];
        assert_eq!((item.from.as_str(), item.text.as_str()), ("Haltern", "Ihr Termin"));

        let client = reqwest::Client::builder().build().unwrap();
        let url = format!("{}/sms/{id}", stand_in.url());
        let shown = client.get(&url).header(KEY_HEADER, "1:demo").send().await.unwrap();
        let shown: serde_json::Value = shown.json().await.unwrap();
        assert_eq!((shown["text"].as_str(), shown["parts_count"].as_u64()), (Some(""), Some(1)));
        for expected in [204, 404] {
            let deleted = client.delete(&url).header(KEY_HEADER, "1:demo").send().await.unwrap();
            assert_eq!(deleted.status(), expected);
        }
        assert_eq!(stand_in.taken(), 0);
    }

    #[tokio::test]
    async fn what_the_provider_refuses_is_refused() {
        let (stand_in, outbox, adapter) = stand_in().await;
        let stranger = Lox24::new(&stand_in.url().parse().unwrap(), &"1:wrong".into()).unwrap();
        assert!(matches!(stranger.send(now(), &sms(7)).await, SmsOutcome::Retry(_)));
        for wrong in [
            Sms { to: "0151 23456789".to_owned(), ..sms(7) },
            Sms { sender: "Stadt Haltern am See".to_owned(), ..sms(7) },
            Sms { text: String::new(), ..sms(7) },
            Sms { text: "a".repeat(1531), ..sms(7) },
        ] {
            assert!(matches!(adapter.send(now(), &wrong).await, SmsOutcome::Permanent(_)));
        }
        stand_in.script().next(1, Orders::Answer(402));
        assert!(matches!(adapter.send(now(), &sms(7)).await, SmsOutcome::Retry(_)));
        assert!(outbox.all().is_empty());
    }
}
