//! LOX24, a provider in Germany (<https://doc.lox24.eu>).
//!
//! Its API has no idempotency key: an SMS whose answer was lost is looked for by our id, which it keeps as
//! `callback_data`, and never sent again. It locks an address out that shows a wrong key more than three times a
//! minute; so the first refusal stops all sending for a while.

use std::{sync::Mutex, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use kernel::MessageId;
use reqwest::{Client, Response, StatusCode, header::HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::provider::{Sms, SmsOutcome, SmsProvider};

/// How long a call may take. Shorter than the lease of a job.
const LIMIT: Duration = Duration::from_secs(10);
/// How long nothing is sent after a refused key or too many calls: the provider's own lock lasts as long.
const PAUSE: TimeDelta = TimeDelta::minutes(10);
const KEY_HEADER: &str = "X-LOX24-AUTH-TOKEN";

/// Why the provider cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Lox24SetupError {
    /// Numbers and texts would cross a network unencrypted.
    #[error("the address of the SMS provider must begin with https://")]
    PlainText,
    /// The address cannot have paths below it.
    #[error("the address of the SMS provider cannot be used")]
    Address,
    /// The key holds characters that no header can.
    #[error("the key of the SMS provider cannot be used")]
    Key,
    /// There is no HTTP client.
    #[error("the HTTP client cannot be set up")]
    Client(#[source] reqwest::Error),
}

/// The adapter for LOX24.
pub struct Lox24 {
    client: Client,
    sms: Url,
    key: HeaderValue,
    /// Until when nothing is sent.
    pause: Mutex<Option<DateTime<Utc>>>,
}

impl std::fmt::Debug for Lox24 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lox24").field("sms", &self.sms.as_str()).finish_non_exhaustive()
    }
}

/// What is sent.
#[derive(Serialize)]
struct Request<'a> {
    sender_id: &'a str,
    phone: &'a str,
    text: &'a str,
    service_code: &'static str,
    delivery_at: i64,
    is_unicode: Option<bool>,
    callback_data: String,
    /// The provider forgets the text when it is delivered.
    is_text_deleted: bool,
}

/// What comes back, as far as it matters.
#[derive(Deserialize)]
struct Accepted {
    uuid: String,
    #[serde(default)]
    callback_data: Option<String>,
}

/// A list, plain or as a collection.
#[derive(Deserialize)]
#[serde(untagged)]
enum List {
    Plain(Vec<Accepted>),
    Collection {
        #[serde(alias = "hydra:member")]
        member: Vec<Accepted>,
    },
}

impl Lox24 {
    /// The provider at `base_url`, `https://api.lox24.eu`. `key` is `<client id>:<API key>`. Plain HTTP is for stand-ins
    /// on this machine.
    pub fn new(base_url: &Url, key: &SecretString) -> Result<Self, Lox24SetupError> {
        let local = match base_url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        if base_url.scheme() != "https" && !(base_url.scheme() == "http" && local) {
            return Err(Lox24SetupError::PlainText);
        }
        let mut sms = base_url.clone();
        sms.path_segments_mut().map_err(|()| Lox24SetupError::Address)?.pop_if_empty().push("sms");
        let mut key =
            HeaderValue::from_str(key.expose_secret()).map_err(|_| Lox24SetupError::Key)?;
        key.set_sensitive(true);
        let client = Client::builder()
            .timeout(LIMIT)
            .connect_timeout(LIMIT / 2)
            // whoever answers with a redirect is not the provider that the notice names
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(Lox24SetupError::Client)?;
        Ok(Self { client, sms, key, pause: Mutex::new(None) })
    }

    fn is_paused(&self, now: DateTime<Utc>) -> bool {
        let pause = self.pause.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        pause.is_some_and(|until| now < until)
    }

    fn stop_for_a_while(&self, now: DateTime<Utc>) {
        let mut pause = self.pause.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *pause = Some(now + PAUSE);
    }

    /// Sorts an answer by what to do about it.
    async fn read(&self, now: DateTime<Utc>, answer: Response) -> SmsOutcome {
        let status = answer.status();
        let said = format!("the SMS provider answered {}", status.as_u16());
        match status {
            StatusCode::OK | StatusCode::CREATED => match answer.json::<Accepted>().await {
                Ok(accepted) => SmsOutcome::Accepted(accepted.uuid),
                Err(_) => SmsOutcome::Unknown(format!("{said}, but the answer makes no sense")),
            },
            StatusCode::UNAUTHORIZED => {
                self.stop_for_a_while(now);
                tracing::error!("the SMS provider refuses the key, sending stops for minutes");
                SmsOutcome::Retry(format!("{said}: it refuses the key"))
            }
            StatusCode::TOO_MANY_REQUESTS => {
                self.stop_for_a_while(now);
                SmsOutcome::Retry(format!("{said}: too many calls"))
            }
            StatusCode::PAYMENT_REQUIRED => {
                tracing::error!("the account at the SMS provider is empty");
                SmsOutcome::Retry(format!("{said}: the account is empty"))
            }
            // refused before anything was done
            StatusCode::SERVICE_UNAVAILABLE => SmsOutcome::Retry(said),
            _ if status.is_client_error() => SmsOutcome::Permanent(said),
            // may have been done before it broke
            _ => SmsOutcome::Unknown(said),
        }
    }
}

#[async_trait::async_trait]
impl SmsProvider for Lox24 {
    async fn send(&self, now: DateTime<Utc>, sms: &Sms) -> SmsOutcome {
        if self.is_paused(now) {
            return SmsOutcome::Retry("sending is paused after a refusal".to_owned());
        }
        let request = Request {
            sender_id: &sms.sender,
            phone: &sms.to,
            text: &sms.text,
            service_code: "direct",
            delivery_at: 0,
            is_unicode: None,
            callback_data: sms.key.to_string(),
            is_text_deleted: true,
        };
        let call = self.client.post(self.sms.clone()).header(KEY_HEADER, &self.key).json(&request);
        match call.send().await {
            Ok(answer) => self.read(now, answer).await,
            Err(error) if error.is_connect() => {
                SmsOutcome::Retry("no connection to the SMS provider".to_owned())
            }
            Err(error) if error.is_builder() => {
                SmsOutcome::Permanent("the SMS cannot be written as a request".to_owned())
            }
            Err(error) if error.is_timeout() => {
                SmsOutcome::Unknown("the SMS provider did not answer in time".to_owned())
            }
            Err(_) => SmsOutcome::Unknown("the connection to the SMS provider broke".to_owned()),
        }
    }

    async fn erase(&self, now: DateTime<Utc>, id: &str) -> bool {
        let mut address = self.sms.clone();
        let Ok(mut path) = address.path_segments_mut() else { return false };
        path.push(id);
        drop(path);
        if self.is_paused(now) {
            return false;
        }
        let call = self.client.delete(address).header(KEY_HEADER, &self.key);
        let Ok(answer) = call.send().await else { return false };
        let status = answer.status();
        if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS) {
            self.stop_for_a_while(now);
        }
        status.is_success() || matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE)
    }

    async fn find(&self, now: DateTime<Utc>, key: MessageId) -> Option<String> {
        if self.is_paused(now) {
            return None;
        }
        // The newest come first. Searching by number would write it into an address.
        let call = self.client.get(self.sms.clone()).header(KEY_HEADER, &self.key);
        let answer = call.header("Accept", "application/json").send().await.ok()?;
        if matches!(answer.status(), StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS) {
            self.stop_for_a_while(now);
        }
        let list = match answer.error_for_status().ok()?.json().await.ok()? {
            List::Plain(list) | List::Collection { member: list } => list,
        };
        let key = key.to_string();
        let found = list.into_iter().find(|sms| sms.callback_data.as_ref() == Some(&key));
        found.map(|sms| sms.uuid)
    }
}

#[cfg(test)]
#[path = "lox24_tests.rs"]
mod tests;
