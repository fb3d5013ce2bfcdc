//! What is offered can be booked, and nothing else: towns with random rules, against a naive reference that is written
//! from `docs/calendar.md`, bit by bit from what live times say.

mod reference;
mod town;

use std::collections::BTreeSet;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use kernel::LocationId;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use scheduling::{Channel, Error, Reservation};
use sea_orm::sqlx::PgPool;
use tests::{Desk, Setup, TestApp, live_times, towns};

use self::{reference::Reference, town::RandomTown};

/// Bookings are made from the Tuesday before the clocks change on.
const BEFORE_AUTUMN: &str = "2026-10-20T10:02:00+02:00";
const BEFORE_SPRING: &str = "2027-03-23T10:02:00+01:00";
/// Starts that are tried although they are not offered, each round.
const OTHERS: usize = 6;

type Offers = BTreeSet<(LocationId, DateTime<Utc>, u32)>;

async fn offers(desk: &Desk, service: &str, day: NaiveDate) -> Offers {
    let found = desk.availability(service, day, day).await;
    let starts = found.days.iter().flat_map(scheduling::Day::starts);
    starts.map(|start| (start.location, start.at, start.remaining)).collect()
}

struct Round<'a> {
    desk: &'a Desk,
    channel: Channel,
    reference: &'a Reference<'a>,
    app: &'a TestApp,
    sql: &'a PgPool,
    seed: u64,
}

impl Round<'_> {
    /// One service on one day: what is offered is what the reference says, each of it can be had, nothing else can.
    /// Returns one of the offers, held.
    async fn check(&self, service: &str, day: NaiveDate, dice: &mut StdRng) -> Option<Reservation> {
        let offered = offers(self.desk, service, day).await;
        let expected =
            self.reference.offers(self.sql, self.channel, service, day, self.app.now()).await;
        let about = format!("seed {}, {service}, {day}, {:?}", self.seed, self.channel);
        assert_eq!(offered, expected, "{about}");
        let offered: Vec<_> = offered.into_iter().collect();
        for (location, at, _) in offered.choose_multiple(dice, 12) {
            let held = self.desk.reserve(service, *location, *at).await;
            let held = held.unwrap_or_else(|error| panic!("{about}: {at} refused: {error:?}"));
            assert!(self.desk.release(&held).await, "{about}");
        }
        let starts: BTreeSet<_> = offered.iter().map(|(place, at, _)| (*place, *at)).collect();
        for _ in 0..OTHERS {
            let location = self.reference.any_location(dice);
            let midnight = reference::midnight(day);
            let at = midnight + TimeDelta::minutes(5 * dice.random_range(0..300));
            if !starts.contains(&(location, at)) {
                let refused = self.desk.reserve(service, location, at).await;
                let as_expected = matches!(refused, Err(Error::SlotTaken | Error::BadInput { .. }));
                // on the last ticks of a long day the instant may belong to the next day
                let other_day = reference::midnight(day + Days::new(1)) <= at;
                assert!(as_expected || other_day, "{about}: {at} is not offered: {refused:?}");
                if let Ok(held) = refused {
                    self.desk.release(&held).await;
                }
            }
        }
        let (location, at, _) = offered.choose(dice)?;
        Some(self.desk.reserve(service, *location, *at).await.expect("it was offered"))
    }
}

async fn town_of(seed: u64) -> (TestApp, RandomTown) {
    let before = if seed.is_multiple_of(2) { BEFORE_AUTUMN } else { BEFORE_SPRING };
    let now: DateTime<Utc> = before.parse().expect("an instant");
    let town = RandomTown::new(&mut StdRng::seed_from_u64(seed), now);
    let file = town.file(towns::haltern());
    let setup = Setup::new().haltern(file).at_real_time(now.timestamp_millis()).connections(4);
    (setup.start().await, town)
}

async fn try_town(seed: u64) {
    let (app, town) = town_of(seed).await;
    let mut dice = StdRng::seed_from_u64(seed ^ 0xB00C);
    let sql = app.database.superuser_sql().await;
    let online = app.desk(&app.haltern, Channel::Online).await;
    let phone = app.desk(&app.haltern, Channel::Phone).await;
    let reference = Reference::new(&town, &online.catalogue, &sql).await;
    let mut refused_in_a_row = 0;
    let mut booked = 0;
    // at random, until nothing more fits, or long enough
    while refused_in_a_row < 12 && booked < 45 {
        let (desk, channel) = if dice.random_ratio(2, 3) {
            (&online, Channel::Online)
        } else {
            (&phone, Channel::Phone)
        };
        let round = Round { desk, channel, reference: &reference, app: &app, sql: &sql, seed };
        let service = town.any_service(&mut dice);
        let day = town.any_day(&mut dice);
        let Some(held) = round.check(&service, day, &mut dice).await else {
            refused_in_a_row += 1;
            continue;
        };
        refused_in_a_row = 0;
        booked += 1;
        if dice.random_ratio(1, 6) {
            assert!(desk.release(&held).await);
        } else if dice.random_ratio(1, 2) {
            let email = format!("person{booked}@example.org");
            desk.book(&held, &email).await.expect("it was held");
        }
        if dice.random_ratio(1, 8) {
            // some reservations run out, and releases of contingents pass
            app.advance(TimeDelta::minutes(dice.random_range(1..400)));
        }
        let state = (live_times::overlaps(&sql).await, live_times::wrong_maps(&sql).await);
        assert_eq!(state, (0, 0), "seed {seed}: overlaps, wrong maps");
    }
    live_times::assert_sound(&sql).await;
}

/// The seeds of one test: they run side by side with the others.
async fn try_towns(seeds: std::ops::Range<u64>) {
    for seed in seeds {
        try_town(seed).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn offered_is_bookable_in_random_towns_1() {
    try_towns(0..8).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn offered_is_bookable_in_random_towns_2() {
    try_towns(8..16).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn offered_is_bookable_in_random_towns_3() {
    try_towns(16..24).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn offered_is_bookable_in_random_towns_4() {
    try_towns(24..32).await;
}
