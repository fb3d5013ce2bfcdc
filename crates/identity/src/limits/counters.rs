//! Counting in sliding windows: what came in the window before counts with the share of it that lies within the last
//! window's length.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::Ctx;
use redis::Script;
use ring::hmac;

use super::{Limit, RateLimited};
use crate::redis_connection::RedisConnection;

/// Counters that one process keeps for itself while Redis is away, of each kind. About 1 MB.
pub(super) const MOST: usize = 10_000;
const DAY_SECONDS: i64 = 86_400;

/// What is wanted of a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// One more, unless it is one too many.
    Take,
    /// Whether one more would be too many.
    Look,
    /// Whether one more would be more than half.
    LookForHalf,
}

impl Ask {
    /// The limit that the answer is measured by.
    pub(super) fn of(self, limit: u32) -> u32 {
        match self {
            Self::Take | Self::Look => limit,
            Self::LookForHalf => limit.div_ceil(2),
        }
    }
}

/// One counter at one instant: its two windows, and where the instant lies in the second.
#[derive(Debug)]
pub(super) struct Counter {
    /// Name of the window before.
    before: String,
    /// Name of this window.
    now: String,
    /// Seconds since this window began.
    second: i64,
    /// Seconds that a window has.
    length: i64,
    /// When this window began, in seconds.
    began: i64,
    is_on_guessing: bool,
}

/// What a counter showed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    is_below: bool,
    before: u32,
    now: u32,
}

impl Counter {
    /// Named by a hash of municipality, kind and `who`: counters of one client at two municipalities have nothing in
    /// common. Each window is named with the salt of its own day, so that a night's limit holds over midnight.
    pub(super) fn new(key: &hmac::Key, ctx: &Ctx, what: Limit, who: &[u8]) -> Self {
        let (length, seconds) = (what.window(), ctx.now().timestamp());
        let second = seconds.rem_euclid(length);
        let began = seconds - second;
        let name = |began: i64| {
            let salt = hmac::sign(key, &began.div_euclid(DAY_SECONDS).to_be_bytes());
            let salted = hmac::Key::new(hmac::HMAC_SHA256, salt.as_ref());
            let mut hash = hmac::Context::with_key(&salted);
            hash.update(ctx.tenant().uuid().as_bytes());
            hash.update(what.key().as_bytes());
            hash.update(&[0]);
            hash.update(who);
            let name = hash.sign();
            let name = URL_SAFE_NO_PAD.encode(name.as_ref().get(..16).unwrap_or_default());
            // The braces keep both windows on one node of a Redis cluster; one of 256 says nothing about anybody.
            format!("limit:{{{:02x}}}:{name}:{}", node(key, who), began.div_euclid(length))
        };
        Self {
            before: name(began - length),
            now: name(began),
            second,
            length,
            began,
            is_on_guessing: what.is_on_guessing(),
        }
    }

    #[cfg(test)]
    pub(super) fn name(&self) -> &str {
        &self.now
    }

    fn is_below(&self, limit: u32, before: u32, now: u32) -> bool {
        let weighed =
            i64::from(before) * (self.length - self.second) + i64::from(now) * self.length;
        weighed < i64::from(limit) * self.length
    }
}

fn node(key: &hmac::Key, who: &[u8]) -> u8 {
    hmac::sign(key, who).as_ref().first().copied().unwrap_or_default()
}

impl Seen {
    /// Says when the sliding count will have fallen below the limit.
    pub(super) fn outcome(self, counter: &Counter, limit: u32) -> Result<(), RateLimited> {
        if self.is_below {
            return Ok(());
        }
        let (limit, before, now) = (i64::from(limit), i64::from(self.before), i64::from(self.now));
        let length = counter.length;
        // The first whole second whose share of the older requests is small enough.
        let second = if now >= limit {
            length + length * (now - limit) / now.max(1) + 1
        } else {
            length * (before - (limit - now)) / before.max(1) + 1
        };
        let wait = (second - counter.second).clamp(1, 2 * length);
        Err(RateLimited { retry_after_seconds: u32::try_from(wait).unwrap_or(1) })
    }
}

/// Counts one unless it is one too many, in one step; or only looks whether it would be.
static ASK: LazyLock<Script> = LazyLock::new(|| {
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

/// Forgets both windows and returns what they held.
static FORGET: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local before = tonumber(redis.call('GET', KEYS[1]) or '0')
         local now = tonumber(redis.call('GET', KEYS[2]) or '0')
         redis.call('DEL', KEYS[1], KEYS[2])
         return before + now",
    )
});

/// Takes back what was counted, from this window first.
static GIVE_BACK: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local left = tonumber(ARGV[1])
         for _, key in ipairs({KEYS[2], KEYS[1]}) do
             local count = math.min(left, tonumber(redis.call('GET', key) or '0'))
             if count > 0 then
                 redis.call('DECRBY', key, count)
                 left = left - count
             end
         end
         return left",
    )
});

pub(super) async fn in_redis(
    redis: &RedisConnection,
    counter: &Counter,
    limit: u32,
    ask: Ask,
) -> Option<Seen> {
    let mut call = ASK.prepare_invoke();
    call.key(&counter.before)
        .key(&counter.now)
        .arg(limit)
        .arg(counter.length - counter.second)
        .arg(counter.length)
        .arg(u8::from(ask == Ask::Take));
    let (is_below, before, now): (u8, u32, u32) =
        redis.run(async |mut redis| call.invoke_async(&mut redis).await).await.ok()?;
    Some(Seen { is_below: is_below == 1, before, now })
}

pub(super) async fn forget_in_redis(redis: &RedisConnection, counter: &Counter) -> Option<u32> {
    let mut call = FORGET.prepare_invoke();
    call.key(&counter.before).key(&counter.now);
    redis.run(async |mut redis| call.invoke_async(&mut redis).await).await.ok()
}

pub(super) async fn give_back_in_redis(
    redis: &RedisConnection,
    counter: &Counter,
    count: u32,
) -> Option<u32> {
    let mut call = GIVE_BACK.prepare_invoke();
    call.key(&counter.before).key(&counter.now).arg(count);
    redis.run(async |mut redis| call.invoke_async(&mut redis).await).await.ok()
}

/// What this process counts for itself. Requests cannot push guesses out: each kind has its own room.
#[derive(Debug, Default)]
pub(super) struct Own {
    asking: Mutex<HashMap<String, Window>>,
    guessing: Mutex<HashMap<String, Window>>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    count: u32,
    /// When nobody asks for it any more, in seconds.
    ends: i64,
}

impl Own {
    fn room(&self, counter: &Counter) -> std::sync::MutexGuard<'_, HashMap<String, Window>> {
        let room = if counter.is_on_guessing { &self.guessing } else { &self.asking };
        room.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn ask(&self, counter: &Counter, limit: u32, ask: Ask) -> Seen {
        let mut room = self.room(counter);
        let count = |name: &str| room.get(name).map_or(0, |window| window.count);
        let (before, now) = (count(&counter.before), count(&counter.now));
        let mut seen = Seen { is_below: counter.is_below(limit, before, now), before, now };
        if !seen.is_below || ask != Ask::Take {
            return seen;
        }
        if room.len() >= MOST && !room.contains_key(&counter.now) {
            room.retain(|_, window| window.ends > counter.began + counter.second);
            if room.len() >= MOST && counter.is_on_guessing {
                // Whoever fills the memory must not gain guesses: there is no room for new ones until old ones end.
                seen.is_below = false;
                return seen;
            }
            if room.len() >= MOST {
                // Bounded memory goes before exact counting in an emergency within an emergency.
                room.clear();
            }
        }
        let ends = counter.began + 2 * counter.length;
        room.entry(counter.now.clone()).or_insert(Window { count: 0, ends }).count += 1;
        seen
    }

    pub(super) fn forget(&self, counter: &Counter) -> u32 {
        let mut room = self.room(counter);
        let windows = [&counter.before, &counter.now];
        windows.into_iter().filter_map(|name| room.remove(name)).map(|window| window.count).sum()
    }

    pub(super) fn give_back(&self, counter: &Counter, count: u32) {
        let mut room = self.room(counter);
        let mut left = count;
        for name in [&counter.now, &counter.before] {
            if let Some(window) = room.get_mut(name) {
                let taken = left.min(window.count);
                window.count -= taken;
                left -= taken;
            }
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> (usize, usize) {
        (self.asking.lock().unwrap().len(), self.guessing.lock().unwrap().len())
    }
}
