//! How often one client may ask. Counts in Redis, so that all gateways count together; without Redis each counts
//! for itself.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Ctx, ErrorCode, PublicError};
use redis::Script;
use ring::digest;
use serde::{Deserialize, Serialize};

use crate::redis_connection::RedisConnection;

/// The length of a window.
const WINDOW_SECONDS: i64 = 60;
/// Clients that one process counts for itself while Redis is away. About 1 MB.
const MOST_CLIENTS: usize = 10_000;

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Reading pages and free times.
    Read,
    /// Holding times.
    Reserve,
    /// Booking.
    Book,
    /// Opening, moving and cancelling appointments by their code.
    Manage,
    /// Wrong access keys.
    Authenticate,
    /// Mails with codes.
    Letter,
}

impl Limit {
    fn key(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Reserve => "reserve",
            Self::Book => "book",
            Self::Manage => "manage",
            Self::Authenticate => "authenticate",
            Self::Letter => "letter",
        }
    }
}

/// Requests per client and minute; 0 switches a limit off.
///
/// The numbers are generous because whole villages share one address: mobile networks and offices do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitSettings {
    /// See [`Limit::Read`].
    pub read: u32,
    /// See [`Limit::Reserve`].
    pub reserve: u32,
    /// See [`Limit::Book`].
    pub book: u32,
    /// See [`Limit::Manage`].
    pub manage: u32,
    /// See [`Limit::Authenticate`].
    pub authenticate: u32,
    /// See [`Limit::Letter`].
    pub letter: u32,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self { read: 600, reserve: 60, book: 30, manage: 30, authenticate: 20, letter: 10 }
    }
}

impl LimitSettings {
    /// No limits, for benchmarks and for tests of something else.
    pub const OFF: Self =
        Self { read: 0, reserve: 0, book: 0, manage: 0, authenticate: 0, letter: 0 };

    fn of(&self, what: Limit) -> u32 {
        match what {
            Limit::Read => self.read,
            Limit::Reserve => self.reserve,
            Limit::Book => self.book,
            Limit::Manage => self.manage,
            Limit::Authenticate => self.authenticate,
            Limit::Letter => self.letter,
        }
    }
}

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

/// Counts one request unless it is one too many, in one step; or only looks whether it would be. The window slides: what came in the window before
/// counts with the share of it that lies within the last minute.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local before = tonumber(redis.call('GET', KEYS[1]) or '0')
         local now = tonumber(redis.call('GET', KEYS[2]) or '0')
         local window = tonumber(ARGV[3])
         if before * tonumber(ARGV[2]) + now * window < tonumber(ARGV[1]) * window then
             if ARGV[4] == '1' then
                 redis.call('INCR', KEYS[2])
                 redis.call('EXPIRE', KEYS[2], 2 * window)
             end
             return {1, before, now}
         end
         return {0, before, now}",
    )
});

/// The limits of the installation.
#[derive(Debug, Clone)]
pub struct Limits {
    redis: RedisConnection,
    settings: LimitSettings,
    own: Arc<Mutex<HashMap<String, Counts>>>,
}

/// Requests of one client in one process.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    window: i64,
    before: u32,
    now: u32,
}

/// Where an instant lies in its window.
#[derive(Debug, Clone, Copy)]
struct Instant {
    window: i64,
    second: i64,
}

impl Limits {
    /// Limits that are counted over a connection to Redis.
    pub fn new(redis: RedisConnection, settings: LimitSettings) -> Self {
        Self { redis, settings, own: Arc::default() }
    }

    /// Counts a request of `client` (a keyed hash, never an address), or refuses it.
    pub async fn take(&self, ctx: &Ctx, what: Limit, client: &[u8]) -> Result<(), RateLimited> {
        self.ask(ctx, what, client, true).await
    }

    /// Refuses what [`Self::take`] would refuse, and counts nothing: for limits on failures, before a try.
    pub async fn check(&self, ctx: &Ctx, what: Limit, client: &[u8]) -> Result<(), RateLimited> {
        self.ask(ctx, what, client, false).await
    }

    async fn ask(
        &self,
        ctx: &Ctx,
        what: Limit,
        client: &[u8],
        count: bool,
    ) -> Result<(), RateLimited> {
        let limit = self.settings.of(what);
        if limit == 0 {
            return Ok(());
        }
        let seconds = ctx.now().timestamp();
        let at = Instant {
            window: seconds.div_euclid(WINDOW_SECONDS),
            second: seconds.rem_euclid(WINDOW_SECONDS),
        };
        let who = counter_name(ctx, what, client);
        let (taken, before, now) = match self.ask_redis(&who, at, limit, count).await {
            Some(outcome) => outcome,
            None => self.ask_here(who, at, limit, count),
        };
        if taken { Ok(()) } else { Err(refusal(at, limit, before, now)) }
    }

    async fn ask_redis(
        &self,
        who: &str,
        at: Instant,
        limit: u32,
        count: bool,
    ) -> Option<(bool, u32, u32)> {
        let mut call = TAKE.prepare_invoke();
        // The braces keep both windows on one node of a Redis cluster.
        call.key(format!("limit:{{{who}}}:{}", at.window - 1))
            .key(format!("limit:{{{who}}}:{}", at.window))
            .arg(limit)
            .arg(WINDOW_SECONDS - at.second)
            .arg(WINDOW_SECONDS)
            .arg(u8::from(count));
        let (taken, before, now): (u8, u32, u32) =
            self.redis.run(async |mut redis| call.invoke_async(&mut redis).await).await.ok()?;
        Some((taken == 1, before, now))
    }

    fn ask_here(&self, who: String, at: Instant, limit: u32, count: bool) -> (bool, u32, u32) {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        if own.len() >= MOST_CLIENTS && !own.contains_key(&who) {
            own.retain(|_, counts| counts.window >= at.window - 1);
            if own.len() >= MOST_CLIENTS {
                // Bounded memory goes before exact counting in an emergency within an emergency.
                own.clear();
            }
        }
        let counts = own.entry(who).or_default();
        *counts = match at.window - counts.window {
            0 => *counts,
            1 => Counts { window: at.window, before: counts.now, now: 0 },
            _ => Counts { window: at.window, before: 0, now: 0 },
        };
        let seen = *counts;
        let weighed = i64::from(seen.before) * (WINDOW_SECONDS - at.second)
            + i64::from(seen.now) * WINDOW_SECONDS;
        let taken = weighed < i64::from(limit) * WINDOW_SECONDS;
        counts.now += u32::from(taken && count);
        (taken, seen.before, seen.now)
    }
}

/// A client's counter. Hashed with municipality and kind: counters of one client at two municipalities have
/// nothing in common.
fn counter_name(ctx: &Ctx, what: Limit, client: &[u8]) -> String {
    let mut hash = digest::Context::new(&digest::SHA256);
    hash.update(ctx.tenant().uuid().as_bytes());
    hash.update(what.key().as_bytes());
    hash.update(&[0]);
    hash.update(client);
    URL_SAFE_NO_PAD.encode(hash.finish().as_ref().get(..16).unwrap_or_default())
}

/// Says when the sliding count will have fallen below the limit.
fn refusal(at: Instant, limit: u32, before: u32, now: u32) -> RateLimited {
    let (limit, before, now) = (i64::from(limit), i64::from(before), i64::from(now));
    // The first whole second whose share of the older requests is small enough.
    let second = if now >= limit {
        WINDOW_SECONDS + WINDOW_SECONDS * (now - limit) / now.max(1) + 1
    } else {
        WINDOW_SECONDS * (before - (limit - now)) / before.max(1) + 1
    };
    let wait = (second - at.second).clamp(1, 2 * WINDOW_SECONDS);
    RateLimited { retry_after_seconds: u32::try_from(wait).unwrap_or(1) }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use kernel::{Actor, Locale, ManualClock, RequestId, SeededChance};
    use secrecy::SecretString;

    use super::*;

    fn without_redis(settings: LimitSettings) -> Limits {
        Limits::new(
            RedisConnection::lazy(&SecretString::from("redis+unix:///nowhere/redis.sock")),
            settings,
        )
    }

    fn ctx(clock: &Arc<ManualClock>, tenant: u128) -> Ctx {
        Ctx::new(
            uuid::Uuid::from_u128(tenant).into(),
            Actor::Citizen,
            Locale::De,
            RequestId(1),
            clock.clone(),
            Arc::new(SeededChance::new(1)),
        )
    }

    #[tokio::test]
    async fn one_too_many_is_told_when_to_come_back() {
        let clock = Arc::new(ManualClock::new("2026-12-07T07:00:40Z".parse().unwrap()));
        let limits = without_redis(LimitSettings { book: 3, ..LimitSettings::default() });
        let here = ctx(&clock, 1);
        for _ in 0..3 {
            limits.take(&here, Limit::Book, b"a").await.unwrap();
        }
        let refused = limits.take(&here, Limit::Book, b"a").await.unwrap_err();
        assert_eq!(refused.retry_after_seconds, 21);
        assert_eq!(refused.code(), ErrorCode::RateLimited);
        assert!(refused.message(Locale::De).contains("21 Sekunden"));

        limits.take(&here, Limit::Book, b"b").await.unwrap();
        limits.take(&here, Limit::Reserve, b"a").await.unwrap();
        limits.take(&ctx(&clock, 2), Limit::Book, b"a").await.unwrap();

        clock.advance(TimeDelta::seconds(21));
        limits.take(&here, Limit::Book, b"a").await.unwrap();
        // two thirds of the minute before still count
        let refused = limits.take(&here, Limit::Book, b"a").await.unwrap_err();
        clock.advance(TimeDelta::seconds(refused.retry_after_seconds.into()));
        limits.take(&here, Limit::Book, b"a").await.unwrap();
    }

    #[tokio::test]
    async fn the_promised_time_is_always_right() {
        for (limit, start) in [(1, 0), (2, 13), (5, 59), (7, 30)] {
            let clock = Arc::new(ManualClock::new("2026-12-07T07:00:00Z".parse().unwrap()));
            clock.advance(TimeDelta::seconds(start));
            let limits = without_redis(LimitSettings { manage: limit, ..LimitSettings::default() });
            let here = ctx(&clock, 1);
            for _ in 0..40 {
                if let Err(refused) = limits.take(&here, Limit::Manage, b"a").await {
                    clock.advance(TimeDelta::seconds(refused.retry_after_seconds.into()));
                    limits
                        .take(&here, Limit::Manage, b"a")
                        .await
                        .expect("the time that was promised");
                }
            }
        }
    }

    #[tokio::test]
    async fn looking_counts_nothing() {
        let clock = Arc::new(ManualClock::new("2026-12-07T07:00:00Z".parse().unwrap()));
        let limits = without_redis(LimitSettings { authenticate: 1, ..LimitSettings::OFF });
        let here = ctx(&clock, 1);
        for _ in 0..3 {
            limits.check(&here, Limit::Authenticate, b"a").await.unwrap();
        }
        limits.take(&here, Limit::Authenticate, b"a").await.unwrap();
        limits.check(&here, Limit::Authenticate, b"a").await.unwrap_err();
        limits.check(&here, Limit::Authenticate, b"b").await.unwrap();
    }

    #[tokio::test]
    async fn zero_switches_a_limit_off() {
        let clock = Arc::new(ManualClock::new("2026-12-07T07:00:00Z".parse().unwrap()));
        let limits = without_redis(LimitSettings::OFF);
        for _ in 0..1_000 {
            limits.take(&ctx(&clock, 1), Limit::Read, b"a").await.unwrap();
        }
    }

    #[tokio::test]
    async fn memory_stays_bounded() {
        let clock = Arc::new(ManualClock::new("2026-12-07T07:00:00Z".parse().unwrap()));
        let limits = without_redis(LimitSettings::default());
        for client in 0..(MOST_CLIENTS as u64 + 100) {
            limits.take(&ctx(&clock, 1), Limit::Read, &client.to_be_bytes()).await.unwrap();
        }
        assert!(limits.own.lock().unwrap().len() <= MOST_CLIENTS);
    }
}
