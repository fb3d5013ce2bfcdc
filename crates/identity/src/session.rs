//! The browser session: what a person has typed and chosen, for as long as they are here.
//!
//! Redis holds it under the municipality's id and the hash of the session id, sealed with a key that is derived
//! from the session id. Only the browser has that id: a copy of Redis shows nothing and opens no session.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{AccountId, Ctx, ErrorCode, Locale, PublicError, TenantId};
use redis::AsyncCommands;
use ring::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    digest, hkdf,
};
use serde::{Deserialize, Serialize};

use crate::{
    AccountKind, RedisAddress, cookie,
    redis_connection::{RedisConnection, Unreachable},
};

/// A session ends this long after it was last used.
pub const IDLE: TimeDelta = TimeDelta::minutes(30);
/// A session ends this long after it began.
pub const ABSOLUTE: TimeDelta = TimeDelta::hours(12);
/// A session of the office ends this long after it began: a working day.
pub const ABSOLUTE_FOR_STAFF: TimeDelta = TimeDelta::hours(8);

/// Who signed in with a session, and when. Asked for anew with every request: the account may have been locked, or have
/// signed out everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// The account.
    pub account: AccountId,
    /// Whether it is a citizen's or the office's.
    pub kind: AccountKind,
    /// Since when.
    pub at: DateTime<Utc>,
}

/// Who has shown the first of two factors, and when. Nothing is open to them yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Halfway {
    /// The account.
    pub account: AccountId,
    /// Whether it is a citizen's or the office's.
    pub kind: AccountKind,
    /// Since when.
    pub at: DateTime<Utc>,
}

/// How long somebody may take from the first factor to the second.
pub const HALFWAY: TimeDelta = TimeDelta::minutes(10);

impl Halfway {
    /// Whether there still is time for the second factor.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        now < self.at + HALFWAY
    }
}

/// What a session remembers. Never printed: it holds what people typed.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct SessionData {
    /// The language that was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    /// Bookings that are being typed, by id. The portal knows their form.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub drafts: BTreeMap<String, serde_json::Value>,
    /// Manage tokens of appointments that were opened here, by a random handle that may stand in an address.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub managed: BTreeMap<String, String>,
    /// Whether they object to being counted in the statistics.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_uncounted: bool,
    /// Who is signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_in: Option<SignedIn>,
    /// Who is on their way to be signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub halfway: Option<Halfway>,
    /// What a step of signing in or of the account must remember for the next one, by the name of the step.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub steps: BTreeMap<String, serde_json::Value>,
}

impl SessionData {
    fn absolute(&self) -> TimeDelta {
        match self.signed_in.map(|who| who.kind) {
            Some(AccountKind::Staff) => ABSOLUTE_FOR_STAFF,
            _ => ABSOLUTE,
        }
    }
}

impl std::fmt::Debug for SessionData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionData")
            .field("locale", &self.locale)
            .field("drafts", &self.drafts.len())
            .field("managed", &self.managed.len())
            .field("is_uncounted", &self.is_uncounted)
            .field("signed_in", &self.signed_in)
            .field("halfway", &self.halfway)
            .field("steps", &self.steps.len())
            .finish()
    }
}

/// A session of one browser with one municipality.
#[derive(Clone)]
pub struct Session {
    sid: String,
    began_at: DateTime<Utc>,
    /// What Redis held when it was read; empty for a new one.
    seen: Vec<u8>,
    /// What it remembers.
    pub data: SessionData,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // without the id: it opens the session
        f.debug_struct("Session").field("data", &self.data).finish_non_exhaustive()
    }
}

impl Session {
    /// An empty session with a new id. It exists in Redis once it is saved.
    pub fn new(ctx: &Ctx) -> Self {
        let data = SessionData::default();
        Self { sid: new_sid(ctx), began_at: ctx.now(), seen: Vec::new(), data }
    }

    /// The id, for the cookie.
    pub fn sid(&self) -> &str {
        &self.sid
    }
}

/// Why a session could not be read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// Redis does not answer. Booking goes on without a session.
    #[error("the session store does not answer")]
    Unavailable,
    /// Another request of the same browser has written in between. Read again, change again, save again.
    #[error("the session was changed by another request")]
    Changed,
}

impl From<Unreachable> for SessionError {
    fn from(_: Unreachable) -> Self {
        Self::Unavailable
    }
}

impl PublicError for SessionError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Unavailable => ErrorCode::Unavailable,
            Self::Changed => ErrorCode::Busy,
        }
    }
}

/// The sessions of the installation.
#[derive(Debug, Clone)]
pub struct Sessions {
    pub(crate) redis: RedisConnection,
}

impl Sessions {
    /// Sessions in the Redis at this address. Succeeds whether or not it can be reached.
    pub fn connect(address: impl Into<RedisAddress>) -> Self {
        Self::over(RedisConnection::lazy(address))
    }

    /// Sessions over a connection that is shared.
    pub fn over(redis: RedisConnection) -> Self {
        Self { redis }
    }

    /// The session with this id at the context's municipality, if it has not ended. Reading it keeps it alive.
    pub async fn load(&self, ctx: &Ctx, sid: &str) -> Result<Option<Session>, SessionError> {
        if !cookie::is_sid(sid) {
            return Ok(None);
        }
        let key = redis_key(ctx.tenant(), sid);
        let sealed: Option<Vec<u8>> = self
            .redis
            .run(async |mut redis| {
                redis::cmd("GETEX")
                    .arg(&key)
                    .arg("EX")
                    .arg(IDLE.num_seconds())
                    .query_async(&mut redis)
                    .await
            })
            .await?;
        let seen = sealed.unwrap_or_default();
        let Some(record) = open(ctx.tenant(), sid, &seen) else { return Ok(None) };
        let left = record.began_at + record.data.absolute() - ctx.now();
        if left <= TimeDelta::zero() {
            self.end(ctx, sid).await?;
            return Ok(None);
        }
        if left < IDLE {
            let seconds = left.num_seconds().max(1);
            self.redis.run(async |mut redis| redis.expire::<_, i64>(&key, seconds).await).await?;
        }
        let Record { began_at, data } = record;
        Ok(Some(Session { sid: sid.to_owned(), began_at, seen, data }))
    }

    /// Writes the session, if it still is what was read: two tabs do not undo each other's work.
    pub async fn save(&self, ctx: &Ctx, session: &mut Session) -> Result<(), SessionError> {
        const SAVE: &str = "local held = redis.call('GET', KEYS[1])
            if (held or '') ~= ARGV[1] then return 0 end
            redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
            return 1";
        let key = redis_key(ctx.tenant(), &session.sid);
        let left = (session.began_at + session.data.absolute() - ctx.now()).min(IDLE).num_seconds();
        let Ok(seconds @ 1..) = u64::try_from(left) else {
            return self.end(ctx, &session.sid).await;
        };
        let record = Record { began_at: session.began_at, data: session.data.clone() };
        let sealed = seal(ctx, &session.sid, &record);
        let script = redis::Script::new(SAVE);
        let written: bool = self
            .redis
            .run(async |mut redis| {
                let mut call = script.key(&key);
                call.arg(&session.seen).arg(&sealed).arg(seconds);
                call.invoke_async(&mut redis).await
            })
            .await?;
        if !written {
            return Err(SessionError::Changed);
        }
        session.seen = sealed;
        Ok(())
    }

    /// Begins the session anew, under a new id and with this content, and forgets the old one. Called when rights
    /// grow, as at sign-in, so that an id that somebody planted or saw before opens nothing.
    pub async fn renew(
        &self,
        ctx: &Ctx,
        session: &Session,
        data: SessionData,
    ) -> Result<Session, SessionError> {
        let mut renewed = Session { data, ..Session::new(ctx) };
        self.save(ctx, &mut renewed).await?;
        self.end(ctx, &session.sid).await?;
        Ok(renewed)
    }

    /// Ends a session.
    pub async fn end(&self, ctx: &Ctx, sid: &str) -> Result<(), SessionError> {
        let key = redis_key(ctx.tenant(), sid);
        self.redis.run(async |mut redis| redis.del::<_, i64>(&key).await).await?;
        Ok(())
    }
}

/// What Redis holds, sealed.
#[derive(Serialize, Deserialize)]
struct Record {
    began_at: DateTime<Utc>,
    data: SessionData,
}

fn new_sid(ctx: &Ctx) -> String {
    URL_SAFE_NO_PAD.encode(ctx.random::<32>())
}

/// The municipality in the key: a session id shown to another host finds nothing.
fn redis_key(tenant: TenantId, sid: &str) -> String {
    key_of_handle(tenant, &handle(sid))
}

/// Names a session without opening it: the hash of its id.
pub(crate) fn handle(sid: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, sid.as_bytes()))
}

pub(crate) fn key_of_handle(tenant: TenantId, handle: &str) -> String {
    format!("session:{tenant}:{handle}")
}

#[expect(clippy::expect_used, reason = "lengths are fixed by type")]
fn sealing_key(tenant: TenantId, sid: &str) -> LessSafeKey {
    let mut key = [0; 32];
    hkdf::Salt::new(hkdf::HKDF_SHA256, tenant.uuid().as_bytes())
        .extract(sid.as_bytes())
        .expand(&[b"stadttermin session v1"], hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(&mut key))
        .expect("32 bytes of key");
    LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &key).expect("32 bytes"))
}

#[expect(
    clippy::expect_used,
    reason = "the record is far below the cipher's limit and has string keys only"
)]
fn seal(ctx: &Ctx, sid: &str, record: &Record) -> Vec<u8> {
    let nonce = ctx.random::<NONCE_LEN>();
    let mut sealed = serde_json::to_vec(record).expect("string keys");
    sealing_key(ctx.tenant(), sid)
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut sealed)
        .expect("below the cipher's limit");
    [&nonce[..], &sealed].concat()
}

/// `None` for what was not sealed for this session, and for what an older version wrote in another form.
fn open(tenant: TenantId, sid: &str, sealed: &[u8]) -> Option<Record> {
    let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut buffer = sealed.to_vec();
    let plain = sealing_key(tenant, sid).open_in_place(nonce, Aad::empty(), &mut buffer).ok()?;
    serde_json::from_slice(plain).ok()
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    fn ctx(tenant: u128) -> Ctx {
        Ctx::for_tests(uuid::Uuid::from_u128(tenant).into(), "2026-12-07T08:00:00+01:00")
    }

    fn record(ctx: &Ctx) -> Record {
        let drafts =
            BTreeMap::from([("d".to_owned(), serde_json::json!({ "lastName": "Mustermann" }))]);
        Record { began_at: ctx.now(), data: SessionData { drafts, ..SessionData::default() } }
    }

    #[test]
    fn a_session_opens_with_its_own_id_at_its_own_municipality_only() {
        let ctx = ctx(1);
        let session = Session::new(&ctx);
        let sealed = seal(&ctx, session.sid(), &record(&ctx));
        assert!(!sealed.windows(10).any(|window| window == b"Mustermann"));
        let opened = open(ctx.tenant(), session.sid(), &sealed).unwrap();
        assert_eq!(opened.data.drafts["d"]["lastName"], "Mustermann");

        let other = Session::new(&ctx);
        assert_ne!(other.sid(), session.sid());
        assert!(open(ctx.tenant(), other.sid(), &sealed).is_none(), "another session");
        assert!(
            open(uuid::Uuid::from_u128(2).into(), session.sid(), &sealed).is_none(),
            "another town"
        );
        assert!(open(ctx.tenant(), session.sid(), &sealed[..20]).is_none(), "damaged");
        assert!(open(ctx.tenant(), session.sid(), &[]).is_none(), "empty");
    }

    #[test]
    fn the_key_in_redis_does_not_give_the_id_away() {
        let ctx = ctx(1);
        let session = Session::new(&ctx);
        assert!(cookie::is_sid(session.sid()));
        let key = redis_key(ctx.tenant(), session.sid());
        assert!(!key.contains(session.sid()));
        assert_ne!(key, redis_key(uuid::Uuid::from_u128(2).into(), session.sid()));
    }

    #[test]
    fn nothing_typed_is_printed() {
        let ctx = ctx(1);
        let mut session = Session::new(&ctx);
        session.data = record(&ctx).data;
        let printed = format!("{session:?}");
        assert!(!printed.contains("Mustermann") && !printed.contains(session.sid()), "{printed}");
    }

    #[tokio::test]
    async fn without_redis_it_says_so() {
        let sessions = Sessions::connect(&SecretString::from("redis+unix:///nowhere/redis.sock"));
        let ctx = ctx(1);
        let mut session = Session::new(&ctx);
        for _ in 0..2 {
            assert_eq!(sessions.save(&ctx, &mut session).await, Err(SessionError::Unavailable));
            assert!(sessions.load(&ctx, session.sid()).await.is_err());
        }
        let wrong = Sessions::connect(&SecretString::from("not an address"));
        assert!(wrong.load(&ctx, session.sid()).await.is_err());
    }
}
