//! Chance is an argument, so that tests can repeat a run.

use std::sync::Mutex;

use rand::{RngCore, SeedableRng, rngs::StdRng};

/// A source of random bytes.
pub trait Chance: Send + Sync + std::fmt::Debug {
    /// Fills the buffer with random bytes.
    fn fill(&self, buffer: &mut [u8]);
}

/// The operating system's cryptographic source. The only one used outside tests.
#[derive(Debug, Default, Clone, Copy)]
pub struct OsChance;

impl Chance for OsChance {
    #[expect(
        clippy::expect_used,
        reason = "without randomness no token is safe: stopping is right"
    )]
    fn fill(&self, buffer: &mut [u8]) {
        use rand::TryRngCore;
        rand::rngs::OsRng.try_fill_bytes(buffer).expect("the operating system gives random bytes");
    }
}

/// Repeatable chance for tests.
#[derive(Debug)]
pub struct SeededChance(Mutex<StdRng>);

impl SeededChance {
    /// The sequence that belongs to `seed`.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }
}

impl Chance for SeededChance {
    fn fill(&self, buffer: &mut [u8]) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).fill_bytes(buffer);
    }
}
