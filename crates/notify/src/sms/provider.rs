//! What a provider of SMS must do.

use chrono::{DateTime, Utc};
use kernel::MessageId;

/// An SMS. Has no `Debug`: it must not reach a log.
pub struct Sms {
    /// Our id of the message. The provider keeps it, so that the SMS can be found by it.
    pub key: MessageId,
    /// What phones show as the sender.
    pub sender: String,
    /// The number in E.164.
    pub to: String,
    /// The text.
    pub text: String,
}

/// What became of an SMS. Texts go to the log and the office's list; they name no person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SmsOutcome {
    /// The provider took it and gave it an id.
    Accepted(String),
    /// It will never be taken as it is.
    Permanent(String),
    /// It was not taken; it may be later.
    Retry(String),
    /// Nobody knows whether it was taken. It must not be sent again.
    Unknown(String),
}

/// Carries SMS. A municipality that uses it lists it among its recipients.
#[async_trait::async_trait]
pub trait SmsProvider: Send + Sync {
    /// Hands an SMS over.
    async fn send(&self, now: DateTime<Utc>, sms: &Sms) -> SmsOutcome;

    /// Has the provider forget an SMS by its id. One that it does not have is forgotten. `false`: try again later.
    async fn erase(&self, now: DateTime<Utc>, id: &str) -> bool;

    /// Looks for an SMS that may have been handed over: its id if the provider has it. `None` proves nothing.
    async fn find(&self, now: DateTime<Utc>, key: MessageId) -> Option<String>;
}
