//! Telling a stand-in to misbehave.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What a stand-in does with its next requests. Empty, it does what it should.
#[derive(Debug, Clone)]
pub struct Script<T>(Arc<Mutex<VecDeque<T>>>);

impl<T> Default for Script<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T: Clone> Script<T> {
    /// Does `what` with the next `times` requests that have no orders yet.
    pub fn next(&self, times: usize, what: T) {
        self.lock().extend(std::iter::repeat_n(what, times));
    }

    /// Forgets the orders.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// How many orders nothing has come for yet.
    pub fn left(&self) -> usize {
        self.lock().len()
    }

    pub(super) fn take(&self) -> Option<T> {
        self.lock().pop_front()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
