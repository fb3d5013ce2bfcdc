//! A time is never taken twice, and what is offered can be booked.

use std::collections::HashMap;

use chrono::TimeDelta;
use futures::future::join_all;
use rand::seq::IndexedRandom;
use sea_orm::sqlx::{self, PgPool};
use serde_json::json;
use tests::{
    Setup, TestApp,
    booking::{RESCHEDULE, Slot, erika},
    live_times::{overlaps, wrong_maps},
    towns,
};

/// `clients` try to hold the same start at the same time. How often each answer came.
async fn rush(app: &TestApp, slot: &Slot, clients: usize) -> HashMap<String, usize> {
    let answers = join_all((0..clients).map(|_| app.reserve(&app.haltern, slot))).await;
    let mut seen = HashMap::new();
    for answer in answers {
        let code = if answer.code().is_empty() { "won".to_owned() } else { answer.code() };
        *seen.entry(code).or_default() += 1;
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn four_hundred_at_once_get_exactly_the_places_there_are() {
    let app = Setup::new().connections(24).start().await;
    four_hundred_want_one_start(&app).await;
}

/// Whoever gets a place has one, and everybody else is told so.
pub(crate) async fn four_hundred_want_one_start(app: &TestApp) {
    let slot =
        app.free(&app.haltern).await.into_iter().max_by_key(|slot| slot.remaining).expect("a time");
    assert!(slot.remaining >= 2, "several counters can do it");
    let seen = rush(app, &slot, 400).await;
    let places = usize::try_from(slot.remaining).expect("small");
    assert_eq!(seen.get("won"), Some(&places), "{seen:?}");
    let others: usize = seen.iter().filter(|(code, _)| *code != "won").map(|(_, n)| n).sum();
    assert_eq!(others, 400 - places);
    assert!(
        seen.keys().all(|code| ["won", "SLOT_TAKEN", "BUSY"].contains(&code.as_str())),
        "{seen:?}"
    );
    let sql = app.database.superuser_sql().await;
    assert_eq!((overlaps(&sql).await, wrong_maps(&sql).await), (0, 0));
    assert!(
        !app.free(&app.haltern)
            .await
            .iter()
            .any(|free| free.start == slot.start && free.location == slot.location)
    );
}

/// What the guards are, and SQL that takes them away.
pub(crate) const NO_CONSTRAINT: &str = "ALTER TABLE live_time DROP CONSTRAINT live_time_no_overlap";
pub(crate) const NO_CLAIM: &str = "
    CREATE OR REPLACE FUNCTION claim_time(p_tenant uuid, w wanted_time, p_now timestamptz) RETURNS uuid
    LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM FROM live_time WHERE tenant_id = p_tenant AND counter_id = w.counters[1]
            AND starts_at < w.ends_at AND ends_at > w.starts_at;
        IF FOUND THEN RETURN NULL; END IF; -- looked first, as one should not
        PERFORM pg_sleep(0.3);
        INSERT INTO live_time (tenant_id, id, location_id, counter_id, day, first_tick, ticks, starts_at, ends_at,
                               expires_at, channel)
        VALUES (p_tenant, w.id, w.location, w.counters[1], w.day, w.first_tick, w.ticks, w.starts_at, w.ends_at,
                w.expires_at, w.channel);
        RETURN w.counters[1];
    END $$";

/// The rush after guards were removed: how many won, how many overlaps the test sees.
async fn rush_without(guards: &[&'static str]) -> (usize, i64) {
    let app = Setup::new().haltern(towns::tiny(towns::haltern(), 15)).connections(16).start().await;
    app.without_guard(guards).await;
    let slots = app.free(&app.haltern).await;
    let seen = rush(&app, &slots[0], 64).await;
    let sql = app.database.superuser_sql().await;
    (seen.get("won").copied().unwrap_or_default(), overlaps(&sql).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn either_guard_alone_holds() {
    assert_eq!(rush_without(&[NO_CONSTRAINT]).await, (1, 0), "the claim alone");
    let (won, overlaps) = rush_without(&[NO_CLAIM]).await;
    assert_eq!((won, overlaps), (1, 0), "the constraint alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_both_guards_this_test_sees_the_overlap() {
    let (won, overlaps) = rush_without(&[NO_CONSTRAINT, NO_CLAIM]).await;
    assert!(
        won > 1 && overlaps > 0,
        "won {won}, overlaps {overlaps}: the negative control saw nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_booked_at_random_never_refuses_what_it_offers() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let services = [
        app.service(town, "Personalausweis").await,
        app.service(town, "Wohnsitz").await,
        app.service(town, "Führungszeugnis").await,
    ];
    let mut booked = 0;
    loop {
        let mut offers = Vec::new();
        for service in &services {
            offers.extend(app.slots(town, service, "2026-12-09", "2026-12-09").await);
        }
        let Some(slot) = offers.choose(&mut rand::rng()) else { break };
        let answer = app.reserve(town, slot).await;
        assert_eq!(
            answer.code(),
            "",
            "offered and refused after {booked}: {slot:?} {}",
            answer.text()
        );
        booked += 1;
    }
    assert!(booked > 40, "{booked}");
    for service in &services {
        let states = app.day_states(town, service, "2026-12-09", "2026-12-09").await;
        assert!(states == ["FULL"] || states == ["TOO_SHORT"], "{states:?}");
    }
    let sql = app.database.superuser_sql().await;
    assert_eq!((overlaps(&sql).await, wrong_maps(&sql).await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn booking_moving_and_cancelling_at_once_leave_no_trace() {
    let app = Setup::new().haltern(towns::tiny(towns::haltern(), 15)).connections(16).start().await;
    let town = &app.haltern;
    let slots = app.free(town).await;
    let mine = app.booked(town, &slots[0], erika()).await;
    let theirs = app.booked(town, &slots[1], erika()).await;
    // two appointments want each other's time and a third time, while others grab what gets free
    let (first, second) = (mine.manage_token.as_str(), theirs.manage_token.as_str());
    let moves = (0..48).map(|n| {
        let (token, target) =
            if n % 2 == 0 { (first, &slots[1 + n % 3]) } else { (second, &slots[n % 3]) };
        let input =
            json!({ "manageToken": token, "locationId": target.location, "start": target.start });
        app.graphql(town, RESCHEDULE, json!({ "input": input }))
    });
    let grabs = (0..24).map(|n| app.reserve(town, &slots[n % 4]));
    let (moved, grabbed) = futures::join!(join_all(moves), join_all(grabs));
    for answer in moved.iter().chain(&grabbed) {
        let code = answer.code();
        assert!(
            ["", "SLOT_TAKEN", "BUSY", "CONFLICT"].contains(&code.as_str()),
            "{}",
            answer.text()
        );
    }
    let sql = app.database.superuser_sql().await;
    assert_eq!((overlaps(&sql).await, wrong_maps(&sql).await), (0, 0));
    let kept: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM appointment a JOIN live_time l USING (tenant_id, id)
          WHERE a.starts_at = l.starts_at AND a.counter_id = l.counter_id",
    )
    .fetch_one(&sql)
    .await
    .expect("a number");
    assert_eq!(kept, 2, "each appointment holds exactly the time that it says");
}

#[tokio::test]
async fn an_expired_reservation_never_blocks() {
    let app = Setup::new().haltern(towns::tiny(towns::haltern(), 15)).start().await;
    let town = &app.haltern;
    let slots = app.free(town).await;
    for slot in &slots {
        app.held(town, slot).await;
    }
    assert!(app.slots(town, &slots[0].service, "2026-12-08", "2026-12-08").await.is_empty());
    app.advance(TimeDelta::minutes(10) + TimeDelta::seconds(1));
    // no sweeper has run
    assert_eq!(app.free(town).await, slots);
    for slot in &slots {
        app.held(town, slot).await;
    }
    let sql = app.database.superuser_sql().await;
    assert_eq!((overlaps(&sql).await, wrong_maps(&sql).await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expiring_reservation_is_booked_or_given_away_but_not_both() {
    let app = Setup::new().haltern(towns::tiny(towns::haltern(), 15)).connections(16).start().await;
    let town = &app.haltern;
    let slots = app.free(town).await;
    let token = app.held(town, &slots[0]).await;
    app.advance(TimeDelta::minutes(10) - TimeDelta::milliseconds(1));
    let (booked, ()) = futures::join!(app.book(town, &token, erika()), async {
        app.advance(TimeDelta::milliseconds(2));
    });
    let other = app.reserve(town, &slots[0]).await;
    if booked.code().is_empty() {
        assert_eq!(other.code(), "SLOT_TAKEN", "{}", other.text());
    } else {
        assert_eq!(booked.code(), "RESERVATION_EXPIRED");
        assert_eq!(other.code(), "", "{}", other.text());
    }
    let sql = app.database.superuser_sql().await;
    assert_eq!((overlaps(&sql).await, wrong_maps(&sql).await), (0, 0));
}

/// Waits until somebody waits for a lock.
pub(crate) async fn until_somebody_waits(sql: &PgPool) {
    for _ in 0..1000 {
        let waiting: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_stat_activity
              WHERE wait_event_type = 'Lock' AND datname = current_database()",
        )
        .fetch_one(sql)
        .await
        .expect("a number");
        if waiting > 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("nobody waits");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_is_booked_while_it_is_given_back_stays_booked() {
    let app = Setup::new().haltern(towns::tiny(towns::haltern(), 15)).start().await;
    let slots = app.free(&app.haltern).await;
    let sql = app.database.superuser_sql().await;
    for (kind, slot) in [("held", &slots[0]), ("expired", &slots[1])] {
        app.held(&app.haltern, slot).await;
        // what booking does, stopped before its commit
        let mut booking = sql.begin().await.expect("a transaction");
        let (tenant, id): (uuid::Uuid, uuid::Uuid) = sqlx::query_as(
            "UPDATE live_time SET expires_at = NULL WHERE expires_at IS NOT NULL RETURNING tenant_id, id",
        )
        .fetch_one(&mut *booking)
        .await
        .expect("the reservation");
        let pool = sql.clone();
        let giving_back = tokio::spawn(async move {
            sqlx::query_scalar::<_, bool>("SELECT free_time($1, $2, $3, 'infinity')")
                .bind(tenant)
                .bind(id)
                .bind(kind)
                .fetch_one(&pool)
                .await
        });
        until_somebody_waits(&sql).await;
        booking.commit().await.expect("booked");
        assert!(!giving_back.await.expect("runs").expect("an answer"), "{kind}: it was booked");
    }
    assert_eq!((overlaps(&sql).await, wrong_maps(&sql).await), (0, 0));
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM live_time WHERE expires_at IS NULL")
        .fetch_one(&sql)
        .await
        .expect("a number");
    assert_eq!(kept, 2);
}
