//! What 64 clients saw, recorded call by call, must be explainable by one calendar that does one thing after the other.
//!
//! The calendar of the model is the definition of swapping: equal counters have room for a visit exactly when at each
//! tick one of them is free, whatever was booked where. Each location and day is a calendar of its own; a move from one
//! to another is checked as a cancellation there and a booking here at the same call.

use std::{
    collections::BTreeMap,
    sync::{Mutex, mpsc},
    time::Duration,
};

use chrono::TimeDelta;
use futures::future::join_all;
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use stateright::semantics::{ConsistencyTester, LinearizabilityTester, SequentialSpec};
use tests::{
    Setup, TestApp,
    booking::{CANCEL, RESCHEDULE, Slot, erika},
    live_times, towns,
};
use tokio::sync::RwLock;

use super::race::{NO_CLAIM, NO_CONSTRAINT};

const DAYS: [&str; 6] =
    ["2026-12-09", "2026-12-10", "2026-12-11", "2026-12-14", "2026-12-15", "2026-12-16"];
const HOLD_MINUTES: i64 = 10;
/// Quarters of an hour from nine to ten, at two equal counters.
const TICKS: usize = 12;

/// A time in the model: an appointment, or a reservation that runs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Time {
    first: usize,
    ticks: usize,
    until: Option<i64>,
}

/// One location's day in the model.
#[derive(Debug, Clone)]
struct Calendar {
    counters: usize,
    times: BTreeMap<u64, Time>,
}

#[derive(Debug, Clone)]
enum Op {
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

/// What happened at a place and day, in the order in which clients called and heard.
#[derive(Debug)]
enum Event {
    Call { client: usize, day: usize, op: Op },
    Return { client: usize, done: Option<bool> },
}

#[derive(Debug, Default)]
struct Recorder(Mutex<Vec<Event>>);

impl Recorder {
    fn push(&self, event: Event) {
        self.0.lock().expect("the history").push(event);
    }

    /// The history of each day. Calls that were answered with "busy" did nothing and are left out.
    fn by_day(self) -> Vec<Vec<(usize, Option<Op>, Option<bool>)>> {
        let events = self.0.into_inner().expect("the history");
        let mut outcome_of: Vec<Option<bool>> = vec![None; events.len()];
        let mut open: BTreeMap<usize, usize> = BTreeMap::new();
        for (index, event) in events.iter().enumerate() {
            match event {
                Event::Call { client, .. } => {
                    open.insert(*client, index);
                }
                Event::Return { client, done } => {
                    let call = open.remove(client).expect("a call before the answer");
                    outcome_of[call] = *done;
                    outcome_of[index] = *done;
                }
            }
        }
        let mut days: Vec<Vec<_>> = (0..DAYS.len()).map(|_| Vec::new()).collect();
        let mut origin: BTreeMap<u64, usize> = BTreeMap::new();
        // which days a client's open call concerns
        let mut waiting: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, event) in events.into_iter().enumerate() {
            let Some(done) = outcome_of[index] else { continue };
            match event {
                Event::Call { client, day, op } => {
                    let mut concerned = vec![day];
                    match op {
                        Op::Hold { id, .. } => {
                            origin.insert(id, day);
                        }
                        Op::Move { id, first, ticks, now } if origin[&id] != day => {
                            let before = origin[&id];
                            if done {
                                days[before].push((client, Some(Op::Leave { id }), None));
                                concerned.push(before);
                                origin.insert(id, day);
                            }
                            days[day].push((
                                client,
                                Some(Op::Arrive { id, first, ticks, now }),
                                None,
                            ));
                            waiting.insert(client, concerned);
                            continue;
                        }
                        _ => {}
                    }
                    days[day].push((client, Some(op), None));
                    waiting.insert(client, concerned);
                }
                Event::Return { client, .. } => {
                    for day in waiting.remove(&client).unwrap_or_default() {
                        days[day].push((client, None, Some(done)));
                    }
                }
            }
        }
        days
    }
}

/// Whether one calendar after another explains what was seen. The search is bounded in time.
fn is_linearizable(history: Vec<(usize, Option<Op>, Option<bool>)>, counters: usize) -> bool {
    let (answer, answered) = mpsc::channel();
    let size = history.len() / 2;
    let search = move || {
        let start = Calendar { counters, times: BTreeMap::new() };
        let mut tester = LinearizabilityTester::new(start);
        // To the tester a client is whoever has no call open: the fewer, the faster.
        let mut threads: Vec<Option<usize>> = Vec::new();
        for (client, called, returned) in history {
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
        let _ = answer.send(tester.is_consistent());
    };
    // the search goes as deep as the history is long
    std::thread::Builder::new().stack_size(256 << 20).spawn(search).expect("a thread");
    answered
        .recv_timeout(Duration::from_secs(20))
        .unwrap_or_else(|_| panic!("{size} calls were not checked in 20 seconds"))
}

fn calendar() -> String {
    let services = ["kurz", "lang"];
    let hours = "hours = [{ days = [\"mo\", \"tu\", \"we\", \"th\", \"fr\"], from = \"09:00\", to = \"10:00\" }]";
    towns::service("kurz", 15, "")
        + &towns::service("lang", 30, "")
        + &towns::location("amt", "")
        + &towns::counter("a", &services, hours)
        + &towns::counter("b", &services, hours)
}

/// One of the clients, its dice and what it has.
struct Client<'a> {
    number: usize,
    app: &'a TestApp,
    recorder: &'a Recorder,
    /// Time passes only while nobody is under way.
    gate: &'a RwLock<i64>,
    services: &'a [String; 2],
    location: &'a str,
    dice: StdRng,
    next_id: u64,
    /// Id, ticks, day, token.
    held: Option<(u64, usize, usize, String)>,
    booked: Option<(u64, usize, usize, String)>,
    refused: usize,
}

impl Client<'_> {
    fn slot(&mut self, ticks: usize) -> (usize, usize, Slot) {
        let day = self.dice.random_range(0..DAYS.len());
        let first = self.dice.random_range(0..=(TICKS - ticks) / 3) * 3;
        let start = format!("{}T09:{:02}:00+01:00", DAYS[day], first * 5);
        let service = self.services[usize::from(ticks == 6)].clone();
        let location = self.location.to_owned();
        (day, first, Slot { service, location, start, end: String::new(), remaining: 0 })
    }

    async fn step(&mut self) {
        let gate = self.gate;
        let now = gate.read().await;
        match (self.held.take(), self.booked.take()) {
            (Some(held), booked) => {
                self.booked = booked;
                self.with_held(held, *now).await;
            }
            (None, Some(booked)) => self.with_booked(booked, *now).await,
            (None, None) => self.hold(*now).await,
        }
    }

    async fn hold(&mut self, now: i64) {
        let ticks = if self.dice.random_ratio(1, 2) { 3 } else { 6 };
        let (day, first, slot) = self.slot(ticks);
        self.next_id += 1;
        let id = self.next_id;
        self.call(day, Op::Hold { id, first, ticks, now });
        let answer = self.app.reserve(&self.app.haltern, &slot).await;
        if self.heard(&answer.code()) == Some(true) {
            let token = answer.string("reserveSlot/reservation/token");
            self.held = Some((id, ticks, day, token));
        }
    }

    async fn with_held(&mut self, (id, ticks, day, token): (u64, usize, usize, String), now: i64) {
        let town = &self.app.haltern;
        let by_token = json!({ "t": token });
        match self.dice.random_range(0..10) {
            0..5 if self.booked.is_none() => {
                self.call(day, Op::Book { id, now });
                let answer = self.app.book(town, &token, erika()).await;
                if self.heard(&answer.code()) == Some(true) {
                    let token = answer.string("bookAppointment/appointment/manageToken");
                    self.booked = Some((id, ticks, day, token));
                }
            }
            0..7 => {
                self.call(day, Op::Release { id, now });
                let query = "mutation($t: String!) { releaseReservation(token: $t) }";
                let answer = self.app.graphql(town, query, by_token).await;
                let code = answer.code();
                let done =
                    code.is_empty() && answer.data("releaseReservation") == Value::Bool(true);
                self.returned(if code == "BUSY" { None } else { Some(done) }, &code);
            }
            7 => {
                self.call(day, Op::Extend { id, now });
                let query = "mutation($t: String!) { extendReservation(token: $t) { reservation { token } } }";
                let answer = self.app.graphql(town, query, by_token).await;
                if self.heard(&answer.code()) == Some(true) {
                    // a second time would be refused for another reason: it is released or runs out now
                    self.held = None;
                }
            }
            // runs out, and is booked too late perhaps
            _ => self.held = Some((id, ticks, day, token)).filter(|_| self.dice.random_ratio(1, 2)),
        }
    }

    async fn with_booked(
        &mut self,
        (id, ticks, day, token): (u64, usize, usize, String),
        now: i64,
    ) {
        let town = &self.app.haltern;
        if self.dice.random_ratio(2, 5) {
            self.call(day, Op::Leave { id });
            let input = json!({ "input": { "manageToken": token } });
            let answer = self.app.graphql(town, CANCEL, input).await;
            if self.heard(&answer.code()) != Some(true) {
                self.booked = Some((id, ticks, day, token));
            }
            return;
        }
        let (to, first, slot) = self.slot(ticks);
        self.call(to, Op::Move { id, first, ticks, now });
        let input =
            json!({ "manageToken": token, "locationId": slot.location, "start": slot.start });
        let answer = self.app.graphql(town, RESCHEDULE, json!({ "input": input })).await;
        let moved = self.heard(&answer.code()) == Some(true);
        self.booked = Some((id, ticks, if moved { to } else { day }, token));
    }

    fn call(&self, day: usize, op: Op) {
        self.recorder.push(Event::Call { client: self.number, day, op });
    }

    /// What a code means: done, refused, or nothing happened.
    fn heard(&mut self, code: &str) -> Option<bool> {
        let done = match code {
            "" => Some(true),
            "SLOT_TAKEN" | "RESERVATION_EXPIRED" | "NOT_FOUND" => Some(false),
            "BUSY" => None,
            other => panic!("{other}"),
        };
        self.returned(done, code);
        done
    }

    fn returned(&mut self, done: Option<bool>, _: &str) {
        self.refused += usize::from(done != Some(true));
        self.recorder.push(Event::Return { client: self.number, done });
    }
}

/// Clients that do as they like, in a calendar that is much too small for them.
async fn crowd(app: &TestApp, clients: usize, steps: usize, seed: u64) -> Recorder {
    let recorder = Recorder::default();
    let gate = RwLock::new(0);
    let services =
        [app.service(&app.haltern, "kurz").await, app.service(&app.haltern, "lang").await];
    let slots = app.slots(&app.haltern, &services[0], DAYS[0], DAYS[0]).await;
    let location = slots[0].location.clone();
    let run = |number: usize| {
        let (recorder, gate, services, location) = (&recorder, &gate, &services, &location);
        async move {
            let mut client = Client {
                number,
                app,
                recorder,
                gate,
                services,
                location,
                dice: StdRng::seed_from_u64(seed + number as u64),
                next_id: number as u64 * 10_000,
                held: None,
                booked: None,
                refused: 0,
            };
            for _ in 0..steps {
                client.step().await;
            }
            client.refused
        }
    };
    let clock = async {
        // not into the days that can be booked
        for _ in 0..300 {
            tokio::time::sleep(Duration::from_millis(60)).await;
            let mut now = gate.write().await;
            *now += 4;
            app.advance(TimeDelta::minutes(4));
        }
        std::future::pending::<()>().await;
    };
    let all = join_all((0..clients).map(run));
    let refused: usize = tokio::select! {
        refused = all => refused.into_iter().sum(),
        () = clock => 0,
    };
    assert!(refused > clients, "{refused}: nobody was in anybody's way");
    recorder
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_clients_see_one_calendar() {
    let file = towns::with_calendar(towns::haltern(), &calendar());
    let app = Setup::new().haltern(file).connections(24).start().await;
    let recorder = crowd(&app, 64, 14, 1).await;
    for (day, history) in recorder.by_day().into_iter().enumerate() {
        assert!(history.len() > 60, "{}: {} events", DAYS[day], history.len());
        assert!(is_linearizable(history, 2), "{}: no order explains what was seen", DAYS[day]);
    }
    live_times::assert_sound(&app.database.superuser_sql().await).await;
}

/// Few clients want one time, with or without guards; whether one calendar explains what they saw.
async fn few_want_one_time(guards: &[&'static str]) -> bool {
    let file = towns::with_calendar(towns::haltern(), &calendar());
    let app = Setup::new().haltern(file).connections(16).start().await;
    app.without_guard(guards).await;
    let service = app.service(&app.haltern, "kurz").await;
    let slot = app.slots(&app.haltern, &service, DAYS[0], DAYS[0]).await.remove(0);
    let recorder = Recorder::default();
    join_all((0..6).map(|client| {
        let (app, recorder, slot) = (&app, &recorder, &slot);
        async move {
            let op = Op::Hold { id: client as u64, first: 0, ticks: 3, now: 0 };
            recorder.push(Event::Call { client, day: 0, op });
            let done = app.reserve(&app.haltern, slot).await.code().is_empty();
            recorder.push(Event::Return { client, done: Some(done) });
        }
    }))
    .await;
    is_linearizable(recorder.by_day().remove(0), 2)
}

#[tokio::test(flavor = "multi_thread")]
async fn without_guards_no_calendar_explains_what_was_seen() {
    assert!(few_want_one_time(&[]).await, "with both guards");
    assert!(
        !few_want_one_time(&[NO_CONSTRAINT, NO_CLAIM]).await,
        "the negative control saw nothing"
    );
}
