//! A question to a passkey, and how the session remembers it until the answer comes.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{AccountId, Ctx};
use serde::{Deserialize, Serialize};

use super::wire::Base64Url;
use crate::SessionData;

/// How long a question can be answered.
pub const LIVES: TimeDelta = TimeDelta::minutes(5);

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// To make a passkey.
    Registration,
    /// To sign in with one.
    SignIn,
}

impl Step {
    fn key(self) -> &'static str {
        match self {
            Self::Registration => "passkey-registration",
            Self::SignIn => "passkey-sign-in",
        }
    }
}

/// A question. It can be answered once: whoever wants to use the answer takes it out of the session first.
#[derive(Clone, Serialize, Deserialize)]
pub struct Asked {
    pub(super) challenge: Base64Url,
    pub(super) until: DateTime<Utc>,
    /// Whose passkey it must be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<AccountId>,
    /// By what the authenticator knows the account; says nothing about the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) user_handle: Option<Base64Url>,
    /// What the person calls the passkey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
}

impl Asked {
    pub(super) fn new(ctx: &Ctx) -> Self {
        Self {
            challenge: Base64Url(ctx.random::<32>().to_vec()),
            until: ctx.now() + LIVES,
            account: None,
            user_handle: None,
            name: None,
        }
    }

    /// Remembers the question, in place of an older one.
    pub fn keep(&self, step: Step, data: &mut SessionData) {
        if let Ok(value) = serde_json::to_value(self) {
            data.steps.insert(step.key().to_owned(), value);
        }
    }

    /// Takes the question out of the session. Write the session before the answer is looked at, so that there is no second
    /// try.
    pub fn take(step: Step, data: &mut SessionData) -> Option<Self> {
        serde_json::from_value(data.steps.remove(step.key())?).ok()
    }

    /// Whether it still can be answered.
    pub(super) fn is_open(&self, ctx: &Ctx) -> bool {
        ctx.now() < self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_answered_once_and_in_time() {
        let ctx = |now| Ctx::for_tests(uuid::Uuid::from_u128(1).into(), now);
        let then = ctx("2026-12-07T08:00:00Z");
        let (mut data, asked) = (SessionData::default(), Asked::new(&then));
        asked.keep(Step::SignIn, &mut data);
        assert!(Asked::take(Step::Registration, &mut data).is_none(), "another step");
        let taken = Asked::take(Step::SignIn, &mut data).unwrap();
        assert!(taken.challenge == asked.challenge && taken.challenge.0.len() == 32);
        assert!(Asked::take(Step::SignIn, &mut data).is_none(), "once");
        assert!(taken.is_open(&ctx("2026-12-07T08:04:59Z")));
        assert!(!taken.is_open(&ctx("2026-12-07T08:05:00Z")));
    }
}
