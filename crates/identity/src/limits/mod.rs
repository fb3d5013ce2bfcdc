//! How often one may ask. Counts in Redis, so that all gateways count together; without Redis each counts for itself.
//!
//! Two kinds of limits. Those on *asking* (reading, holding, booking) protect the service: without Redis each gateway
//! allows all of it, and people go on booking. Those on *guessing* (passwords, codes) protect people: without Redis each
//! gateway allows a quarter ([`GATEWAYS`]), so that several together stay below the limit, and nobody is let in uncounted.
//!
//! What is counted is named by a keyed hash that is another one every day: counters of two days cannot be linked, and
//! nobody without the installation's master key can tell whose they are.

mod counters;
mod guesses;
mod settings;

use std::sync::Arc;

use kernel::{Ctx, ErrorCode, PublicError};
use ring::hmac;

use self::counters::{Ask, Counter, Own};
pub(crate) use self::guesses::network;
pub use self::settings::{Limit, LimitSettings};
use crate::redis_connection::RedisConnection;

/// The gateways that may count for themselves before a limit on guessing is exceeded by all of them together.
const GATEWAYS: u32 = 4;

/// Too many requests came from one client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("rate limited for {retry_after_seconds} seconds")]
pub struct RateLimited {
    /// When the next one will be served.
    pub retry_after_seconds: u32,
}

impl PublicError for RateLimited {
    fn code(&self) -> ErrorCode {
        ErrorCode::RateLimited
    }

    fn text_args(&self) -> Vec<(&'static str, String)> {
        vec![("seconds", self.retry_after_seconds.to_string())]
    }
}

/// The limits of the installation.
#[derive(Debug, Clone)]
pub struct Limits {
    redis: RedisConnection,
    settings: LimitSettings,
    key: hmac::Key,
    own: Arc<Own>,
}

impl Limits {
    /// Limits that are counted over a connection to Redis, under names that need the installation's master key.
    pub fn new(redis: RedisConnection, settings: LimitSettings, master: &[u8; 32]) -> Self {
        let master = hmac::Key::new(hmac::HMAC_SHA256, master);
        let derived = hmac::sign(&master, b"names of counters");
        let key = hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref());
        Self { redis, settings, key, own: Arc::default() }
    }

    /// Counts a request of `who` (a client's keyed hash, an account's login), or refuses it.
    pub async fn take(&self, ctx: &Ctx, what: Limit, who: &[u8]) -> Result<(), RateLimited> {
        self.ask(ctx, what, who, Ask::Take, self.settings.of(what)).await
    }

    /// Counts a request against a limit of its own instead of the installation's.
    pub async fn take_of(
        &self,
        ctx: &Ctx,
        what: Limit,
        who: &[u8],
        most: u32,
    ) -> Result<(), RateLimited> {
        self.ask(ctx, what, who, Ask::Take, most).await
    }

    /// Refuses what [`Self::take`] would refuse, and counts nothing.
    pub async fn check(&self, ctx: &Ctx, what: Limit, who: &[u8]) -> Result<(), RateLimited> {
        self.ask(ctx, what, who, Ask::Look, self.settings.of(what)).await
    }

    /// Refuses when half of the limit is used, with the seconds after which it no longer is. Counts nothing.
    pub async fn check_half(&self, ctx: &Ctx, what: Limit, who: &[u8]) -> Result<(), RateLimited> {
        self.ask(ctx, what, who, Ask::LookForHalf, self.settings.of(what)).await
    }

    /// Whether a limit is switched off or small.
    pub(crate) fn is_smaller_than(&self, what: Limit, size: u32) -> bool {
        self.settings.of(what) < size
    }

    async fn ask(
        &self,
        ctx: &Ctx,
        what: Limit,
        who: &[u8],
        ask: Ask,
        limit: u32,
    ) -> Result<(), RateLimited> {
        if limit == 0 {
            return Ok(());
        }
        let counter = Counter::new(&self.key, ctx, what, who);
        if let Some(seen) = counters::in_redis(&self.redis, &counter, ask.of(limit), ask).await {
            seen.outcome(&counter, ask.of(limit))
        } else {
            let limit = ask.of(if what.is_on_guessing() { quarter(limit) } else { limit });
            self.own.ask(&counter, limit, ask).outcome(&counter, limit)
        }
    }

    /// Forgets what was counted for `who`, and returns how much that was.
    async fn forget(&self, ctx: &Ctx, what: Limit, who: &[u8]) -> u32 {
        if self.settings.of(what) == 0 {
            return 0;
        }
        let counter = Counter::new(&self.key, ctx, what, who);
        match counters::forget_in_redis(&self.redis, &counter).await {
            Some(count) => count,
            None => self.own.forget(&counter),
        }
    }

    /// Takes back what was counted, at most `count`.
    async fn give_back(&self, ctx: &Ctx, what: Limit, who: &[u8], count: u32) {
        if count == 0 || self.settings.of(what) == 0 {
            return;
        }
        let counter = Counter::new(&self.key, ctx, what, who);
        if counters::give_back_in_redis(&self.redis, &counter, count).await.is_none() {
            self.own.give_back(&counter, count);
        }
    }
}

/// What one gateway allows for itself.
fn quarter(limit: u32) -> u32 {
    (limit / GATEWAYS).max(1)
}

#[cfg(test)]
mod tests;
