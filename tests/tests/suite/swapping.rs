//! Equal counters swap their times when that makes room, and nobody notices.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::join_all;
use rand::{Rng, SeedableRng, rngs::StdRng};
use scheduling::{Booked, Channel, Error, Reservation};
use sea_orm::sqlx::{self, PgPool};
use tests::{Desk, Setup, live_times, towns};
use uuid::Uuid;

use super::race::until_somebody_waits;

const DAILY: &str =
    "hours = [{ days = [\"mo\", \"tu\", \"we\"], from = \"08:00\", to = \"10:00\" }]";

/// A town with so many equal counters.
fn town(counters: usize, more: &str) -> toml::Table {
    let services = ["kurz", "mittel", "lang"];
    let mut text = towns::service("kurz", 10, more)
        + &towns::service("mittel", 30, more)
        + &towns::service("lang", 60, more)
        + &towns::location("amt", "");
    for number in 0..counters {
        text += &towns::counter(&format!("c{number}"), &services, DAILY);
    }
    let mut file = towns::with_calendar(towns::haltern(), &text);
    towns::set(&mut file, "booking.raster_minutes", 5);
    towns::set(&mut file, "booking.lead_days", 0);
    file
}

fn at(clock: &str) -> DateTime<Utc> {
    format!("2026-12-{clock}:00+01:00").parse().expect("an instant")
}

async fn counter_of(sql: &PgPool, held: Uuid) -> Uuid {
    sqlx::query_scalar("SELECT counter_id FROM live_time WHERE id = $1")
        .bind(held)
        .fetch_one(sql)
        .await
        .expect("a live time")
}

/// The counters of visits that have begun.
async fn begun(sql: &PgPool, now: DateTime<Utc>) -> BTreeMap<Uuid, Uuid> {
    let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "SELECT id, counter_id FROM live_time WHERE starts_at <= $1 AND expires_at IS NULL",
    )
    .bind(now)
    .fetch_all(sql)
    .await
    .expect("live times");
    rows.into_iter().collect()
}

#[tokio::test]
async fn there_is_room_exactly_when_at_each_tick_one_of_them_is_free() {
    let app = Setup::new().haltern(town(3, "")).start().await;
    let desk = app.desk(&app.haltern, Channel::Online).await;
    let place = desk.catalogue.locations[0].id;
    let sql = app.database.superuser_sql().await;
    let mut dice = StdRng::seed_from_u64(3);
    let (mut swaps, mut refusals) = (0, 0);
    for day in [at("08T08:00"), at("09T08:00"), at("07T08:00")] {
        let mut taken: Vec<(i64, i64, Reservation)> = Vec::new();
        for step in 0..160 {
            let (service, ticks) =
                [("kurz", 2), ("mittel", 6), ("lang", 12)][dice.random_range(0..3)];
            let first = dice.random_range(0..=24 - ticks);
            let start = day + TimeDelta::minutes(5 * first);
            if start < app.now() {
                continue;
            }
            let count = |tick: i64| {
                taken.iter().filter(|(from, to, _)| *from <= tick && tick < *to).count()
            };
            let has_room = (first..first + ticks).all(|tick| count(tick) < 3);
            let before = begun(&sql, app.now()).await;
            let places: Vec<(Uuid, Uuid)> = sqlx::query_as("SELECT id, counter_id FROM live_time")
                .fetch_all(&sql)
                .await
                .expect("rows");
            match desk.reserve(service, place, start).await {
                Ok(held) => {
                    assert!(has_room, "step {step}: {start} was full");
                    // appointments, so that none runs out and visits begin
                    desk.book(&held, "erika@example.org").await.expect("held");
                    taken.push((first, first + ticks, held));
                }
                Err(Error::SlotTaken) => {
                    assert!(!has_room, "step {step}: there was room at {start}");
                    refusals += 1;
                }
                Err(other) => panic!("{other:?}"),
            }
            for (id, counter) in places {
                swaps += usize::from(counter_of(&sql, id).await != counter);
            }
            for (id, counter) in before {
                assert_eq!(counter_of(&sql, id).await, counter, "a visit that has begun was moved");
            }
            if day == at("07T08:00") && step % 8 == 7 {
                app.advance(TimeDelta::minutes(5));
            }
        }
        live_times::assert_sound(&sql).await;
    }
    assert!(swaps > 0 && refusals > 20, "{swaps} swaps, {refusals} refusals: nothing was tried");
}

/// Two counters of which the first is busy in the first half hour and the second in the second. The second's visit.
async fn two_halves(desk: &Desk, day: &str) -> Reservation {
    let place = desk.catalogue.locations[0].id;
    let start = |clock: &str| at(&format!("{day}T{clock}"));
    // nothing else fits into the second hour
    for _ in 0..2 {
        desk.reserve("lang", place, start("09:00")).await.expect("free");
    }
    let mut held = Vec::new();
    for clock in ["08:00", "08:00", "08:30", "08:30"] {
        held.push(desk.reserve("mittel", place, start(clock)).await.expect("free"));
    }
    // best fit puts the first of each pair to the same counter
    assert!(desk.release(&held[1]).await && desk.release(&held[2]).await);
    held.remove(3)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_to_a_time_while_it_is_swapped_is_not_lost() {
    let app = Setup::new().haltern(town(2, "")).connections(8).start().await;
    let desk = Arc::new(app.desk(&app.haltern, Channel::Online).await);
    let place = desk.catalogue.locations[0].id;
    let sql = app.database.superuser_sql().await;
    for (day, change, left) in [
        ("08", "UPDATE live_time SET expires_at = NULL WHERE id = $1", None),
        (
            "09",
            "UPDATE live_time SET expires_at = '2026-12-07T09:00Z' WHERE id = $1",
            Some("2026-12-07T09:00:00Z"),
        ),
    ] {
        let held = two_halves(&desk, day).await;
        let before = counter_of(&sql, held.id.uuid()).await;
        // what booking, extending or cooling does, stopped before its commit
        let mut other = sql.begin().await.expect("a transaction");
        let done =
            sqlx::query(change).bind(held.id.uuid()).execute(&mut *other).await.expect("changed");
        assert_eq!(done.rows_affected(), 1);
        let swapping = tokio::spawn({
            let (desk, start) = (desk.clone(), at(&format!("{day}T08:00")));
            async move { desk.reserve("lang", place, start).await }
        });
        until_somebody_waits(&sql).await;
        other.commit().await.expect("committed");
        swapping.await.expect("runs").expect("there is room when they swap");
        assert_ne!(counter_of(&sql, held.id.uuid()).await, before, "it was swapped");
        let until: Option<DateTime<Utc>> =
            sqlx::query_scalar("SELECT expires_at FROM live_time WHERE id = $1")
                .bind(held.id.uuid())
                .fetch_one(&sql)
                .await
                .expect("still there");
        assert_eq!(
            until,
            left.map(|text| text.parse().expect("an instant")),
            "and what was done to it"
        );
        let state = (live_times::overlaps(&sql).await, live_times::wrong_maps(&sql).await);
        assert_eq!(state, (0, 0));
    }
}

/// A client that holds, swaps, extends, books, moves, cancels and releases at random.
async fn client(desk: Arc<Desk>, number: u64) -> (usize, usize) {
    let mut dice = StdRng::seed_from_u64(number);
    let place = desk.catalogue.locations[0].id;
    let (mut held, mut booked): (Vec<Reservation>, Vec<Booked>) = (Vec::new(), Vec::new());
    let (mut done, mut busy) = (0, 0);
    for _ in 0..30 {
        let service = ["kurz", "mittel", "lang"][dice.random_range(0..3)];
        let day = ["08", "09"][dice.random_range(0..2)];
        let start = at(&format!("{day}T08:00")) + TimeDelta::minutes(5 * dice.random_range(0..24));
        let email = format!("person{}@example.org", dice.random_range(0..3));
        let any = dice.random_range(0..100);
        let outcome: Result<(), Error> = match (any, held.pop(), booked.pop()) {
            (0..25, Some(one), others) => {
                booked.extend(others);
                desk.book(&one, &email).await.map(|new| booked.push(new))
            }
            (25..40, Some(one), others) => {
                booked.extend(others);
                let instead = Some(&one);
                desk.reserve_instead(service, place, start, instead).await.map(|new| held.push(new))
            }
            (40..50, Some(one), others) => {
                booked.extend(others);
                desk.extend(&one).await.map(|new| held.push(new))
            }
            (50..60, Some(one), others) => {
                booked.extend(others);
                desk.try_release(&one).await.map(drop)
            }
            (0..30, others, Some(one)) => {
                held.extend(others);
                desk.cancel(&one).await.map(drop)
            }
            (30..60, others, Some(one)) => {
                held.extend(others);
                let moved = desk.reschedule(&one, place, start).await.map(drop);
                booked.push(one);
                moved
            }
            (_, mine, theirs) => {
                held.extend(mine);
                booked.extend(theirs);
                desk.reserve(service, place, start).await.map(|new| held.push(new))
            }
        };
        match outcome {
            Ok(()) => done += 1,
            Err(Error::Fault(db::Fault::Busy)) => busy += 1,
            Err(
                Error::SlotTaken
                | Error::ReservationExpired
                | Error::LimitReached { .. }
                | Error::NotFound
                | Error::Conflict(_)
                | Error::BadInput { .. },
            ) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    (done, busy)
}

async fn mixed_load(file: toml::Table) {
    let app = Setup::new().haltern(file).connections(24).start().await;
    let desk = Arc::new(app.desk(&app.haltern, Channel::Online).await);
    let clients = join_all((0..32).map(|number| tokio::spawn(client(desk.clone(), number))));
    let meanwhile = async {
        loop {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            app.advance(TimeDelta::minutes(3));
            app.housekeeping().await;
        }
    };
    let seen = tokio::select! { seen = clients => seen, () = meanwhile => Vec::new() };
    let (mut done, mut busy) = (0, 0);
    for one in seen {
        let (more, waited) = one.expect("no client fails");
        done += more;
        busy += waited;
    }
    assert!(done > 150 && busy < 10, "{done} done, {busy} waited in vain");
    live_times::assert_sound(&app.database.superuser_sql().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mixed_load_of_32_has_no_deadlock() {
    mixed_load(town(3, "max_per_person = 3")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mixed_load_with_cooling_times_and_contingents_has_none_either() {
    let mut file = town(3, "max_per_person = 3");
    let rest: toml::Table = "min_minutes = 2\nmax_minutes = 9".parse().expect("TOML");
    towns::set(&mut file, "booking.cooldown", rest);
    let contingent: toml::Table = "channel = \"online\"\npercent = 70".parse().expect("TOML");
    let location = file["locations"].as_array_mut().expect("locations")[0].as_table_mut();
    location.expect("a table").insert("contingents".to_owned(), vec![contingent].into());
    mixed_load(file).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_is_booked_moved_or_cancelled_during_a_swap_stays_sound() {
    let app = Setup::new().haltern(town(2, "")).connections(12).start().await;
    let desk = app.desk(&app.haltern, Channel::Online).await;
    let place = desk.catalogue.locations[0].id;
    let sql = app.database.superuser_sql().await;
    for round in 0..12 {
        let held = two_halves(&desk, "08").await;
        let swap = || desk.reserve("lang", place, at("08T08:00"));
        match round % 4 {
            0 => {
                let (swapped, booked) = futures::join!(swap(), desk.book(&held, "e@example.org"));
                swapped.expect("there is room");
                booked.expect("it was held");
            }
            1 => {
                let (swapped, longer) = futures::join!(swap(), desk.extend(&held));
                swapped.expect("there is room");
                longer.expect("it was held");
            }
            2 => {
                let booked = desk.book(&held, "e@example.org").await.expect("held");
                let (swapped, cancelled) = futures::join!(swap(), desk.cancel(&booked));
                swapped.expect("there is room");
                cancelled.expect("it was booked");
            }
            _ => {
                let booked = desk.book(&held, "e@example.org").await.expect("held");
                let move_it = desk.reschedule(&booked, place, at("09T08:00"));
                let (swapped, moved) = futures::join!(swap(), move_it);
                swapped.expect("there is room");
                moved.expect("the other day is free");
            }
        }
        live_times::assert_sound(&sql).await;
        // and from the beginning
        app.without_guard(&[
            "DELETE FROM live_time",
            "DELETE FROM appointment",
            "DELETE FROM reservation",
            "UPDATE day_map SET busy = repeat('0', 300)::bit(300)",
        ])
        .await;
    }
}
