//! The calendar that does one thing after the other, and whether it explains a history.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::mpsc,
    time::Duration,
};

use stateright::semantics::{ConsistencyTester, LinearizabilityTester, SequentialSpec};

/// How long a reservation is held, and a second time when it is extended.
const HOLD_MINUTES: i64 = 10;

/// A time in the model: an appointment, or a reservation that runs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Time {
    first: usize,
    ticks: usize,
    until: Option<i64>,
}

/// One location's day in the model.
#[derive(Debug, Clone)]
pub(super) struct Calendar {
    pub(super) counters: usize,
    pub(super) times: BTreeMap<u64, Time>,
}

#[derive(Debug, Clone)]
pub(super) enum Op {
    Hold {
        id: u64,
        first: usize,
        ticks: usize,
        now: i64,
    },
    Extend {
        id: u64,
        now: i64,
    },
    Book {
        id: u64,
        now: i64,
    },
    Release {
        id: u64,
        now: i64,
    },
    Move {
        id: u64,
        first: usize,
        ticks: usize,
        now: i64,
    },
    /// A move from another day to this one.
    Arrive {
        id: u64,
        first: usize,
        ticks: usize,
        now: i64,
    },
    /// A move that was made, seen from the day that it leaves; or a cancellation.
    Leave {
        id: u64,
    },
}

impl Calendar {
    fn take(&mut self, id: u64, time: Time, now: i64) -> bool {
        self.times.retain(|_, other| other.until.is_none_or(|until| until > now));
        let is_free = |tick: usize| {
            let here = |other: &&Time| other.first <= tick && tick < other.first + other.ticks;
            self.times.values().filter(here).count() < self.counters
        };
        let has_room = (time.first..time.first + time.ticks).all(is_free);
        if has_room {
            self.times.insert(id, time);
        }
        has_room
    }

    /// Does what is known to have been done. An id is changed by one client, so the order among ids does not matter.
    fn settle(&mut self, op: &Op) {
        match *op {
            Op::Hold { id, first, ticks, now } => {
                let until = Some(now + HOLD_MINUTES);
                self.times.insert(id, Time { first, ticks, until });
            }
            Op::Move { id, first, ticks, .. } | Op::Arrive { id, first, ticks, .. } => {
                self.times.insert(id, Time { first, ticks, until: None });
            }
            Op::Extend { id, .. } => {
                if let Some(time) = self.times.get_mut(&id) {
                    time.until = time.until.map(|until| until + HOLD_MINUTES);
                }
            }
            Op::Book { id, .. } => {
                if let Some(time) = self.times.get_mut(&id) {
                    time.until = None;
                }
            }
            Op::Release { id, .. } | Op::Leave { id } => {
                self.times.remove(&id);
            }
        }
    }

    /// Whether the reservation is held; it may be changed.
    fn held(&mut self, id: u64, now: i64) -> Option<&mut Time> {
        self.times.get_mut(&id).filter(|time| time.until.is_some_and(|until| until > now))
    }
}

impl SequentialSpec for Calendar {
    type Op = Op;
    /// Whether it was done.
    type Ret = bool;

    fn invoke(&mut self, op: &Op) -> bool {
        match *op {
            Op::Hold { id, first, ticks, now } => {
                self.take(id, Time { first, ticks, until: Some(now + HOLD_MINUTES) }, now)
            }
            Op::Extend { id, now } => self.held(id, now).is_some_and(|time| {
                time.until = time.until.map(|until| until + HOLD_MINUTES);
                true
            }),
            Op::Book { id, now } => self.held(id, now).is_some_and(|time| {
                time.until = None;
                true
            }),
            Op::Release { id, now } => {
                let was_held = self.held(id, now).is_some();
                self.times.remove(&id);
                was_held
            }
            Op::Move { id, first, ticks, now } => {
                let Some(old) = self.times.remove(&id) else { return false };
                let moved = self.take(id, Time { first, ticks, until: None }, now);
                if !moved {
                    self.times.insert(id, old);
                }
                moved
            }
            Op::Arrive { id, first, ticks, now } => {
                self.take(id, Time { first, ticks, until: None }, now)
            }
            Op::Leave { id } => self.times.remove(&id).is_some(),
        }
    }
}

/// What was called and what was heard at one place and day: a call, or the answer to the client's last one.
pub(super) type History = Vec<(usize, Option<Op>, Option<bool>)>;

/// Whether a calendar that does one thing after the other explains what was seen. Whenever nobody is under way, what was
/// done says what the calendar must be now, whatever the order was; so each stretch between two such moments is
/// searched alone. The search is bounded in time.
pub(super) fn is_linearizable(history: History, counters: usize) -> bool {
    let mut calendar = Calendar { counters, times: BTreeMap::new() };
    let mut stretch: History = Vec::new();
    let mut under_way = 0;
    for event in history {
        under_way = if event.1.is_some() { under_way + 1 } else { under_way - 1 };
        stretch.push(event);
        if under_way > 0 {
            continue;
        }
        let (answer, answered) = mpsc::channel();
        let (size, start, events) = (stretch.len() / 2, calendar.clone(), stretch.clone());
        std::thread::spawn(move || answer.send(explains(&start, events)));
        let explained = answered.recv_timeout(Duration::from_secs(20));
        if !explained.unwrap_or_else(|_| panic!("{size} calls were not checked in 20 seconds")) {
            return false;
        }
        let mut open: BTreeMap<usize, Op> = BTreeMap::new();
        for (client, called, done) in stretch.drain(..) {
            match (called, done) {
                (Some(op), _) => {
                    open.insert(client, op);
                }
                (None, Some(true)) => calendar.settle(&open[&client]),
                (None, _) => {}
            }
        }
    }
    true
}

/// Whether the calendar explains a stretch.
fn explains(start: &Calendar, history: History) -> bool {
    let mut tester = LinearizabilityTester::new(start.clone());
    // To the tester a client is whoever has no call open: the fewer, the faster.
    let mut threads: Vec<Option<usize>> = Vec::new();
    let (mut calls, mut open): (Vec<Call>, BTreeMap<usize, usize>) = (Vec::new(), BTreeMap::new());
    for (at, (client, called, returned)) in history.into_iter().enumerate() {
        if let Some(op) = called.clone() {
            open.insert(client, calls.len());
            calls.push(Call { called: at, answered: at, op, done: false });
        } else if let Some(call) = open.remove(&client).and_then(|index| calls.get_mut(index)) {
            (call.answered, call.done) = (at, returned == Some(true));
        }
        let mine = threads.iter().position(|of| *of == Some(client));
        let free = threads.iter().position(Option::is_none);
        let thread = mine.or(free).unwrap_or(threads.len());
        threads.resize(threads.len().max(thread + 1), None);
        threads[thread] = Some(client).filter(|_| called.is_some());
        let known = match (called, returned) {
            (Some(op), _) => tester.on_invoke(thread, op).map(|_| ()),
            (None, Some(done)) => tester.on_return(thread, done).map(|_| ()),
            (None, None) => Ok(()),
        };
        known.expect("a history");
    }
    let small = calls.len() <= TESTED;
    let found = has_order(start, &calls);
    // two searches, written by different people, must agree where the slow one can be asked
    assert!(!small || found == tester.is_consistent(), "{calls:?}");
    found
}

/// Calls up to which the tester of `stateright` is asked: it forgets what it has tried.
const TESTED: usize = 7;

/// A call: when it was made, when it was answered, what was asked and whether it was done.
#[derive(Debug, Clone)]
struct Call {
    called: usize,
    answered: usize,
    op: Op,
    done: bool,
}

/// Whether there is an order. What was done is known, so the calendar after a set of calls does not depend on their order,
/// and each set is looked at once.
fn has_order(start: &Calendar, calls: &[Call]) -> bool {
    let all = (1_u64 << calls.len()) - 1;
    let mut known = BTreeSet::from([0_u64]);
    let mut to_do = vec![(0_u64, start.clone())];
    while let Some((set, calendar)) = to_do.pop() {
        if set == all {
            return true;
        }
        let left = || (0..calls.len()).filter(|index| set & (1 << index) == 0);
        let first_answer = left().map(|index| calls[index].answered).min().unwrap_or_default();
        for index in left() {
            let (call, next) = (&calls[index], set | 1 << index);
            // whatever was answered before this was called comes before it
            if call.called > first_answer || known.contains(&next) {
                continue;
            }
            let mut after = calendar.clone();
            if after.invoke(&call.op) == call.done {
                known.insert(next);
                to_do.push((next, after));
            }
        }
    }
    false
}
