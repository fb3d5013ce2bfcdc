//! Proof of work: a program pays with computing time for what a person does a few times a day. Asked for only when half of
//! a client's limit is used; most people never meet it.
//!
//! The protocol is ALTCHA's (proof of work, version 2): the browser looks for a number whose derived key begins as the
//! challenge says. A challenge is signed, belongs to one municipality, ends after [`LIFE`] and is good for one try.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use altcha::{Challenge, CreateChallengeOptions, Payload, VerifySolutionOptions};
use base64::{Engine, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use kernel::{Ctx, ErrorCode, PublicError};
use ring::{digest, hmac};
use serde_json::Value;

use crate::{
    Attempt, Identity, Limit, RateLimited, limits::network, redis_connection::RedisConnection,
};

/// How long a challenge can be answered.
pub const LIFE: TimeDelta = TimeDelta::minutes(20);
/// The algorithm, for which the pages bring a worker.
const ALGORITHM: &str = "PBKDF2/SHA-256";
/// Rounds of one trial; about 256 trials are needed. A second on a usual device.
const COST: u32 = 5_000;
/// What the derived key begins with.
const PREFIX: &str = "00";
/// Longer answers are none.
const LONGEST: usize = 4_096;
/// A smaller limit is soon over; a proof would not be worth the trouble.
const SMALLEST_LIMIT: u32 = 10;
/// Answered challenges that one process remembers while Redis is away.
const MOST: usize = 10_000;

/// A proof is needed first, or patience.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("proof of work needed, or {} seconds", .limited.retry_after_seconds)]
pub struct ProofNeeded {
    /// The challenge, as JSON.
    pub challenge: String,
    /// When no proof will be needed any more.
    pub limited: RateLimited,
}

impl PublicError for ProofNeeded {
    fn code(&self) -> ErrorCode {
        ErrorCode::RateLimited
    }

    fn text_args(&self) -> Vec<(&'static str, String)> {
        self.limited.text_args()
    }
}

/// What somebody wants to do that can be done too often.
#[derive(Clone, Copy)]
pub enum Errand<'a> {
    /// What counts for a client (its keyed hash).
    Client(Limit, &'a [u8]),
    /// Signing in with a password.
    SignIn(Attempt<'a>),
    /// Asking for a code by mail: to register, to sign in, to change the address.
    Code(Attempt<'a>),
}

/// Makes challenges and looks at answers. Cheap to clone.
#[derive(Clone)]
pub struct ProofOfWork {
    secret: Arc<str>,
    redis: RedisConnection,
    /// Challenges that were answered, and when they end.
    answered: Arc<Mutex<HashMap<String, i64>>>,
}

impl std::fmt::Debug for ProofOfWork {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProofOfWork(…)")
    }
}

impl ProofOfWork {
    /// Challenges signed with a key that is derived from the installation's master key.
    pub fn new(redis: RedisConnection, master: &[u8; 32]) -> Self {
        let master = hmac::Key::new(hmac::HMAC_SHA256, master);
        let derived = hmac::sign(&master, b"challenges of proof of work");
        let secret = URL_SAFE_NO_PAD.encode(derived.as_ref());
        Self { secret: secret.into(), redis, answered: Arc::default() }
    }

    /// A new challenge, as JSON.
    pub fn challenge(&self, ctx: &Ctx) -> Option<String> {
        let ends = (ctx.now() + LIFE).timestamp();
        let data = [("ends", Value::from(ends)), ("town", Value::from(ctx.tenant().to_string()))];
        let options = CreateChallengeOptions {
            algorithm: ALGORITHM.to_owned(),
            cost: COST,
            key_prefix: PREFIX.to_owned(),
            data: Some(data.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
            hmac_signature_secret: Some(self.secret.to_string()),
            ..CreateChallengeOptions::default()
        };
        let made = altcha::create_challenge(options).ok()?;
        serde_json::to_string(&made).ok()
    }

    /// Whether an answer (JSON in Base64, as the widget sends it) is right, in time, and the first to its challenge. A wrong
    /// one uses the challenge up as well: nobody tries numbers here.
    pub async fn accept(&self, ctx: &Ctx, answer: &str) -> bool {
        let Some(payload) = read(answer) else { return false };
        let parameters = &payload.challenge.parameters;
        let data = parameters.data.as_ref();
        let Some(ends) = data.and_then(|data| data.get("ends")).and_then(Value::as_i64) else {
            return false;
        };
        let seconds_left = ends - ctx.now().timestamp();
        if seconds_left <= 0 || seconds_left > LIFE.num_seconds() || !is_from(ctx, data) {
            return false;
        }
        // what we did not ask costs us nothing
        let asked =
            (parameters.algorithm.as_str(), parameters.cost, parameters.key_prefix.as_str());
        if asked != (ALGORITHM, COST, PREFIX) || !self.is_signed(&payload.challenge) {
            return false;
        }
        if !self.is_first(ctx, &payload.challenge, seconds_left).await {
            return false;
        }
        let secret = self.secret.to_string();
        let checked = tokio::task::spawn_blocking(move || {
            let options =
                VerifySolutionOptions::new(&payload.challenge, &payload.solution, &secret);
            altcha::verify_solution(options).is_ok_and(|result| result.verified)
        });
        checked.await.unwrap_or(false)
    }

    /// Whether the signature is ours, before any work goes into the answer.
    fn is_signed(&self, challenge: &Challenge) -> bool {
        let mut parameters = challenge.parameters.clone();
        let ours = altcha::sign_challenge(
            &altcha::HmacAlgorithm::Sha256,
            &mut parameters,
            None,
            &self.secret,
            None,
        );
        let (Ok(ours), Some(theirs)) = (ours, &challenge.signature) else { return false };
        let ours = ours.signature.unwrap_or_default();
        // by their hashes: how long it takes says nothing about how much of a forged one is right
        let hash = |text: &str| digest::digest(&digest::SHA256, text.as_bytes());
        hash(&ours).as_ref() == hash(theirs).as_ref()
    }

    async fn is_first(&self, ctx: &Ctx, challenge: &Challenge, seconds_left: i64) -> bool {
        let nonce = challenge.parameters.nonce.as_bytes();
        let name = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, nonce));
        let key = format!("proof:{}:{name}", ctx.tenant());
        let set = self
            .redis
            .run(async |mut redis| {
                redis::cmd("SET")
                    .arg(&key)
                    .arg(1)
                    .arg("NX")
                    .arg("EX")
                    .arg(seconds_left)
                    .query_async::<Option<String>>(&mut redis)
                    .await
            })
            .await;
        match set {
            Ok(done) => done.is_some(),
            Err(_) => self.is_first_here(ctx, key, seconds_left),
        }
    }

    /// Without Redis each gateway knows its own answers. When there are too many to know, none is new.
    fn is_first_here(&self, ctx: &Ctx, key: String, seconds_left: i64) -> bool {
        let now = ctx.now().timestamp();
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        if answered.len() >= MOST {
            answered.retain(|_, ends| *ends > now);
        }
        answered.len() < MOST && answered.insert(key, now + seconds_left).is_none()
    }
}

fn read(answer: &str) -> Option<Payload> {
    if answer.is_empty() || answer.len() > LONGEST {
        return None;
    }
    serde_json::from_slice(&STANDARD.decode(answer.trim()).ok()?).ok()
}

fn is_from(ctx: &Ctx, data: Option<&BTreeMap<String, Value>>) -> bool {
    let town = data.and_then(|data| data.get("town")).and_then(Value::as_str);
    town == Some(ctx.tenant().to_string().as_str())
}

impl Identity {
    /// Asks for a proof when half of a limit is used, unless one was shown. To be asked before anything is counted: who
    /// brings none uses up no more than half, and the rest is there for people who share the address.
    pub async fn ask_for_proof(
        &self,
        ctx: &Ctx,
        errand: Errand<'_>,
        shown: Option<&str>,
    ) -> Result<(), ProofNeeded> {
        let (what, who, attempt) = match errand {
            Errand::Client(what, client) => (what, client.to_vec(), None),
            Errand::SignIn(attempt) => {
                (Limit::SignInNetwork, network(attempt.address).to_vec(), Some(attempt))
            }
            Errand::Code(attempt) => {
                (Limit::CodeNetwork, network(attempt.address).to_vec(), Some(attempt))
            }
        };
        if self.limits.is_smaller_than(what, SMALLEST_LIMIT) {
            return Ok(());
        }
        let Err(limited) = self.limits.check_half(ctx, what, &who).await else { return Ok(()) };
        // the limit itself says no then, and a proof would not help
        if self.limits.check(ctx, what, &who).await.is_err() {
            return Ok(());
        }
        if let Some(attempt) = attempt
            && self.is_known_place(ctx, attempt).await.unwrap_or(false)
        {
            return Ok(());
        }
        match shown.filter(|shown| !shown.is_empty()) {
            Some(shown) if self.proofs.accept(ctx, shown).await => return Ok(()),
            // wrong answers are counted like what they stand for
            Some(_) => {
                let _: Result<(), RateLimited> = self.limits.take(ctx, what, &who).await;
            }
            None => {}
        }
        let challenge = self.proofs.challenge(ctx).unwrap_or_default();
        Err(ProofNeeded { challenge, limited })
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use altcha::Solution;
    use kernel::{Actor, Locale, ManualClock, RequestId, SeededChance};
    use secrecy::SecretString;

    use super::*;

    fn proofs(master: u8) -> ProofOfWork {
        let nowhere = SecretString::from("redis+unix:///nowhere/redis.sock");
        ProofOfWork::new(RedisConnection::lazy(&nowhere), &[master; 32])
    }

    fn ctx(clock: &Arc<ManualClock>, tenant: u128) -> Ctx {
        let (tenant, chance) = (uuid::Uuid::from_u128(tenant).into(), SeededChance::new(1));
        let clock = clock.clone();
        Ctx::new(tenant, Actor::Citizen, Locale::De, RequestId(1), clock, Arc::new(chance))
    }

    fn payload(challenge: &str) -> Payload {
        let challenge: Challenge = serde_json::from_str(challenge).unwrap();
        let asked = &challenge.parameters;
        let (nonce, salt) = (bytes(&asked.nonce), bytes(&asked.salt));
        let rounds = NonZeroU32::new(asked.cost).unwrap();
        // by another implementation, which also is fast in a test
        let solution = (0u32..).find_map(|counter| {
            let password = [&nonce[..], &counter.to_be_bytes()].concat();
            let (mut key, hash) = ([0; 32], ring::pbkdf2::PBKDF2_HMAC_SHA256);
            ring::pbkdf2::derive(hash, rounds, &salt, &password, &mut key);
            let derived_key = db::signature::hex(&key);
            let is_found = derived_key.starts_with(PREFIX);
            is_found.then_some(Solution { counter, derived_key, time: None })
        });
        Payload { solution: solution.unwrap(), challenge }
    }

    fn bytes(hex: &str) -> Vec<u8> {
        let pairs = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
        pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
    }

    fn sent(payload: &Payload) -> String {
        STANDARD.encode(serde_json::to_vec(payload).unwrap())
    }

    #[tokio::test]
    async fn an_answer_is_good_once_in_time_and_at_its_municipality() {
        let clock = Arc::new(ManualClock::new("2026-12-07T07:00:00Z".parse().unwrap()));
        let (here, there, proofs) = (ctx(&clock, 1), ctx(&clock, 2), proofs(1));
        let solved = payload(&proofs.challenge(&here).unwrap());
        let good = sent(&solved);
        assert!(!proofs.accept(&there, &good).await, "another municipality");
        assert!(!self::proofs(2).accept(&here, &good).await, "another installation");
        assert!(proofs.accept(&here, &good).await);
        assert!(!proofs.accept(&here, &good).await, "again");

        let late = sent(&payload(&proofs.challenge(&here).unwrap()));
        let mut wrong = payload(&proofs.challenge(&here).unwrap());
        wrong.solution.derived_key = "00".repeat(32);
        assert!(!proofs.accept(&here, &sent(&wrong)).await);
        let mut cheap = solved.clone();
        cheap.challenge.parameters.cost = 1;
        let mut lasting = solved;
        let ends = ("ends".to_owned(), Value::from(clock_in_ten_minutes(&here)));
        lasting.challenge.parameters.data.as_mut().unwrap().extend([ends]);
        for forged in [&cheap, &lasting] {
            assert!(!proofs.accept(&here, &sent(forged)).await);
        }
        for garbage in ["", "x", "e30=", "bnVsbA=="] {
            assert!(!proofs.accept(&here, garbage).await, "{garbage}");
        }
        clock.advance(LIFE);
        assert!(!proofs.accept(&here, &late).await, "too late");
    }

    fn clock_in_ten_minutes(ctx: &Ctx) -> i64 {
        (ctx.now() + TimeDelta::minutes(10)).timestamp()
    }
}
