//! Whose turn it is. Connections are few, and a municipality in a rush must not let the others wait behind all of its own
//! citizens.
//!
//! A municipality has a quarter of the connections at most, so that whoever comes from another one finds one free, and a
//! database that is not busy with the rush alone. Among those who have less than that, the next turn goes to the municipality
//! that has the fewest at that moment; among equals to the one whose first has waited longest; within a municipality in order
//! of arrival (docs/adr/0018).

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::oneshot;
use uuid::Uuid;

use crate::{Fault, fault};

/// What a municipality may have of very few connections: less would let it wait for nobody.
const SMALLEST_SHARE: usize = 2;

/// Turns at so many connections.
pub(crate) struct Turns(Mutex<State>);

struct State {
    free: usize,
    /// The most that one municipality has at once.
    share: usize,
    closed: bool,
    tickets: u64,
    held: HashMap<Uuid, usize>,
    waiting: HashMap<Uuid, VecDeque<Waiting>>,
}

struct Waiting {
    ticket: u64,
    call: oneshot::Sender<Turn>,
}

/// A connection may be used until this is dropped.
pub(crate) struct Turn {
    turns: Arc<Turns>,
    whose: Uuid,
}

impl Turns {
    /// For so many connections, one at least.
    pub(crate) fn at(connections: usize) -> Arc<Self> {
        Arc::new(Self(Mutex::new(State {
            free: connections.max(1),
            share: (connections / 4).max(SMALLEST_SHARE),
            closed: false,
            tickets: 0,
            held: HashMap::new(),
            waiting: HashMap::new(),
        })))
    }

    /// Waits for a turn of the municipality, so long at most.
    pub(crate) async fn wait(
        self: &Arc<Self>,
        whose: Uuid,
        at_most: Duration,
    ) -> Result<Turn, Fault> {
        let called = match self.ask(whose) {
            Asked::Now(turn) => return Ok(turn),
            Asked::Later(called) => called,
        };
        match tokio::time::timeout(at_most, called).await {
            Ok(Ok(turn)) => Ok(turn),
            Ok(Err(_)) => Err(fault::unavailable("the connections are closed")),
            Err(_) => Err(fault::unavailable("no connection became free in time")),
        }
    }

    /// Gives no more turns; those that were given go on.
    pub(crate) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.waiting.clear();
    }

    fn ask(self: &Arc<Self>, whose: Uuid) -> Asked {
        let mut state = self.state();
        let (call, called) = oneshot::channel();
        if state.closed {
            return Asked::Later(called);
        }
        if state.free > 0 && state.held(whose) < state.share {
            state.free -= 1;
            return Asked::Now(self.turn(&mut state, whose));
        }
        state.tickets += 1;
        let ticket = state.tickets;
        state.waiting.entry(whose).or_default().push_back(Waiting { ticket, call });
        Asked::Later(called)
    }

    fn turn(self: &Arc<Self>, state: &mut State, whose: Uuid) -> Turn {
        *state.held.entry(whose).or_default() += 1;
        Turn { turns: self.clone(), whose }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Asked {
    Now(Turn),
    Later(oneshot::Receiver<Turn>),
}

impl State {
    fn held(&self, whose: Uuid) -> usize {
        self.held.get(&whose).copied().unwrap_or_default()
    }

    /// Who is next, taken out of the queue.
    fn next(&mut self) -> Option<(Uuid, Waiting)> {
        loop {
            let fronts = self.waiting.iter().filter_map(|(whose, queue)| {
                let held = self.held(*whose);
                let first = queue.front().filter(|_| held < self.share)?;
                Some(((held, first.ticket), *whose))
            });
            let (_, whose) = fronts.min()?;
            let queue = self.waiting.get_mut(&whose)?;
            let first = queue.pop_front();
            if queue.is_empty() {
                self.waiting.remove(&whose);
            }
            // whoever went away is passed over
            if let Some(first) = first.filter(|first| !first.call.is_closed()) {
                return Some((whose, first));
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = self.turns.state();
        if let Some(held) = state.held.get_mut(&self.whose) {
            *held -= 1;
            if *held == 0 {
                state.held.remove(&self.whose);
            }
        }
        let Some((whose, next)) = state.next() else {
            state.free += 1;
            return;
        };
        let turn = self.turns.turn(&mut state, whose);
        drop(state);
        // who goes away at this very moment gives it back: then this happens once more, for the next
        let _ = next.call.send(turn);
    }
}

#[cfg(test)]
mod tests {
    use std::{pin::Pin, sync::Mutex as List};

    use futures::{FutureExt, future::join_all};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(5);

    fn town(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    #[tokio::test]
    async fn a_rush_leaves_connections_to_the_others() {
        let turns = Turns::at(8);
        let mut ours: Vec<_> = (0..9).map(|_| Box::pin(turns.wait(town(1), PATIENCE))).collect();
        let held = called(&mut ours);
        assert_eq!(held.len(), 2, "a quarter");
        ours.drain(..2);
        for other in 2..5 {
            let mut theirs: Vec<_> =
                (0..9).map(|_| Box::pin(turns.wait(town(other), PATIENCE))).collect();
            assert_eq!(called(&mut theirs).len(), 2, "at once");
        }
        drop(held);
        assert_eq!(called(&mut ours).len(), 2, "and then its own");
    }

    #[tokio::test]
    async fn who_has_least_is_next_and_then_who_has_waited_longest() {
        let turns = Turns::at(4);
        let order = List::new(Vec::new());
        let mut held = Vec::new();
        for n in [1, 1, 2, 2] {
            held.push(turns.wait(town(n), PATIENCE).await.unwrap());
        }
        // twenty of one that has a turn left wait, then two of another come, and one of a third
        let wait = async |n| {
            let turn = turns.wait(town(n), PATIENCE).await.unwrap();
            order.lock().unwrap().push(n);
            tokio::task::yield_now().await;
            drop(turn);
        };
        let waiting = (0..20).map(|_| 2).chain([3, 3, 4]).map(wait);
        let release = async { drop(held.pop()) };
        futures::join!(join_all(waiting), release);
        let order = order.into_inner().unwrap();
        assert_eq!(order.len(), 23);
        assert_eq!(&order[..3], [3, 3, 4], "{order:?}");
    }

    #[tokio::test]
    async fn shares_are_equal_while_both_wait() {
        let turns = Turns::at(4);
        let mut held: Vec<Turn> = Vec::new();
        for n in [1, 2, 1, 2] {
            held.push(turns.wait(town(n), PATIENCE).await.unwrap());
        }
        let waiting = |n| (0..9).map(move |_| n).map(|n| Box::pin(turns.wait(town(n), PATIENCE)));
        let (mut ours, mut theirs): (Vec<_>, Vec<_>) = (waiting(3).collect(), waiting(4).collect());
        assert_eq!((called(&mut ours).len(), called(&mut theirs).len()), (0, 0));
        held.clear();
        let (mine, yours) = (called(&mut ours), called(&mut theirs));
        assert_eq!((mine.len(), yours.len()), (2, 2));
    }

    fn called<F: Future<Output = Result<Turn, Fault>>>(waiting: &mut [Pin<Box<F>>]) -> Vec<Turn> {
        waiting
            .iter_mut()
            .filter_map(futures::FutureExt::now_or_never)
            .map(Result::unwrap)
            .collect()
    }

    #[tokio::test]
    async fn who_goes_away_takes_no_turn_along() {
        let turns = Turns::at(1);
        let held = turns.wait(town(1), PATIENCE).await.unwrap();
        let mut gone = Box::pin(turns.wait(town(2), PATIENCE));
        let mut called = Box::pin(turns.wait(town(3), PATIENCE));
        assert!((&mut gone).now_or_never().is_none() && (&mut called).now_or_never().is_none());
        drop(gone);
        drop(held);
        // the third has been called and goes away before it has heard
        drop(called);
        turns.wait(town(4), PATIENCE).await.unwrap();
    }

    #[tokio::test]
    async fn patience_ends_and_so_does_everything() {
        let turns = Turns::at(1);
        let held = turns.wait(town(1), PATIENCE).await.unwrap();
        let late = turns.wait(town(2), Duration::from_millis(20)).await;
        assert!(matches!(late, Err(Fault::Unavailable(_))));
        let waiting = turns.wait(town(2), PATIENCE);
        let close = async { turns.close() };
        let (refused, ()) = futures::join!(waiting, close);
        assert!(matches!(refused, Err(Fault::Unavailable(_))));
        drop(held);
        assert!(turns.wait(town(1), PATIENCE).await.is_err(), "closed is closed");
    }
}
