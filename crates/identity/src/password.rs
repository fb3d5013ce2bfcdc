//! Passwords: which are good enough, and how they are stored and compared.
//!
//! Stored as argon2id (RFC 9106) with the parameters of the OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one
//! lane. Few at a time: a storm of sign-ins must not take the processor or the memory from bookings.

use std::{num::NonZero, sync::Arc, time::Duration};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use kernel::Ctx;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

/// Letters that a password has at least.
pub const SHORTEST: u32 = 10;
/// Letters that a password has at most; more would only cost time.
pub const LONGEST: u32 = 128;
/// How long a sign-in waits for its turn before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(10);

/// Hashes and compares, a few at a time. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    /// A hash that no password has, compared with where there is no account: it takes the same time.
    nobody: Arc<str>,
}

/// Why a password was not hashed or compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too many sign in at this moment.
    #[error("too many passwords are being compared")]
    Busy,
    /// The library refused; a bug.
    #[error("the password could not be hashed")]
    Failed,
}

/// What is wrong with a password that somebody wants to have: the key of a sentence, and the number in it.
pub type Weakness = (&'static str, Option<u32>);

impl Passwords {
    /// Half of the processors at most, and at least one turn.
    pub fn new() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        let nobody = hash_now(b"nobody has this password", &[0; 16]).unwrap_or_default();
        Self { turns: Arc::new(Semaphore::new((processors / 2).max(1))), nobody: nobody.into() }
    }

    /// The form in which a password is stored.
    pub async fn hash(&self, ctx: &Ctx, password: &SecretString) -> Result<String, PasswordError> {
        let salt = ctx.random::<16>();
        let password = password.clone();
        self.in_turn(move || hash_now(password.expose_secret().as_bytes(), &salt)).await?
    }

    /// Whether the password is the stored one. Without a stored one it takes as long and says no.
    pub async fn matches(
        &self,
        password: &SecretString,
        stored: Option<&str>,
    ) -> Result<bool, PasswordError> {
        let is_known = stored.is_some();
        let stored = stored.unwrap_or(&self.nobody).to_owned();
        // what nobody can have as a password is not worth the time
        if password.expose_secret().chars().count() > LONGEST as usize {
            return Ok(false);
        }
        // for the test that counts: an unknown account costs as many comparisons as a known one
        tracing::trace!("a password is compared");
        let password = password.clone();
        let same = self
            .in_turn(move || {
                PasswordHash::new(&stored).is_ok_and(|stored| {
                    argon2().verify_password(password.expose_secret().as_bytes(), &stored).is_ok()
                })
            })
            .await?;
        Ok(same && is_known)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let turn = tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned());
        let turn = turn.await.map_err(|_| PasswordError::Busy)?.map_err(|_| PasswordError::Busy)?;
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        });
        done.await.map_err(|_| PasswordError::Failed)
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

/// What is wrong with a password, if anything: NIST SP 800-63B-4 §3.1.1.2 asks for length and for a comparison with what
/// is guessed first, and for no rules about signs. `about` is what is known of the person: their name and address.
pub fn weakness(password: &str, about: &[&str]) -> Option<Weakness> {
    let letters = password.chars().count();
    if letters < SHORTEST as usize {
        return Some(("password-short", Some(SHORTEST)));
    }
    if letters > LONGEST as usize {
        return Some(("password-long", Some(LONGEST)));
    }
    let guessed = zxcvbn::zxcvbn(password, about);
    // less than a hundred million guesses
    (guessed.score() < zxcvbn::Score::Three).then_some(("password-guessed", None))
}

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

fn hash_now(password: &[u8], salt: &[u8; 16]) -> Result<String, PasswordError> {
    let hash = argon2().hash_password_with_salt(password, salt);
    Ok(hash.map_err(|_| PasswordError::Failed)?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_recognised_and_another_is_not() {
        let ctx = Ctx::for_tests(uuid::Uuid::nil().into(), "2026-12-07T08:00:00+01:00");
        let passwords = Passwords::new();
        let good = SecretString::from("drei Pferde am Silbersee");
        let stored = passwords.hash(&ctx, &good).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(passwords.matches(&good, Some(&stored)).await.unwrap());
        let other = SecretString::from("drei Pferde am Halterner See");
        assert!(!passwords.matches(&other, Some(&stored)).await.unwrap());
        assert!(!passwords.matches(&good, None).await.unwrap());
        assert!(!passwords.matches(&good, Some("damaged")).await.unwrap());
        let nobody = SecretString::from("nobody has this password");
        assert!(!passwords.matches(&nobody, None).await.unwrap(), "not even this one");
    }

    #[test]
    fn long_and_not_guessed_is_good_enough() {
        let weak = |password: &str| weakness(password, &["Erika", "mustermann@example.org"]);
        assert_eq!(weak("kurz"), Some(("password-short", Some(10))));
        assert_eq!(weak(&"x".repeat(129)), Some(("password-long", Some(128))));
        for guessed in ["passwort12", "1234567890", "qwertzuiop", "ErikaErika", "aaaaaaaaaaaa"] {
            assert_eq!(weak(guessed), Some(("password-guessed", None)), "{guessed}");
        }
        assert_eq!(weak("drei Pferde am Silbersee"), None);
    }
}
