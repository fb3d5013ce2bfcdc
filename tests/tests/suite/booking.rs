//! The GraphQL way of the contract, and every error that it can end with.

use chrono::TimeDelta;
use identity::LimitSettings;
use serde_json::{Value, json};
use tests::{
    Setup, TestApp, Town,
    booking::{APPOINTMENT, BOOK, CANCEL, RESCHEDULE, RESERVE, Slot, erika, reserve_input},
    towns,
};

#[tokio::test]
async fn the_whole_way_from_the_service_to_the_cancellation() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let slots = app.free(town).await;
    let slot = &slots[0];
    assert!(slot.start.starts_with("2026-12-08T08:00:00+01:00"), "{}", slot.start);

    let held = app.reserve(town, slot).await;
    assert_eq!(held.string("reserveSlot/reservation/start"), slot.start);
    assert_eq!(held.string("reserveSlot/reservation/end"), slot.end);
    assert_eq!(held.string("reserveSlot/reservation/expiresAt"), "2026-12-07T08:10:00+01:00");
    let token = held.string("reserveSlot/reservation/token");

    let longer = app
        .graphql(
            town,
            "mutation($t: String!) { extendReservation(token: $t) { reservation { expiresAt } } }",
            json!({ "t": token }),
        )
        .await;
    let longer = longer.string("extendReservation/reservation/expiresAt");
    assert!(longer.as_str() > "2026-12-07T08:10:00+01:00", "{longer}");

    let booked = app.book(town, &token, erika()).await;
    let appointment = booked.data("bookAppointment/appointment");
    assert_eq!(appointment["status"], "CONFIRMED");
    assert_eq!(appointment["start"], slot.start.as_str());
    assert_eq!(appointment["items"][0]["quantity"], 1);
    let manage = appointment["manageToken"].as_str().expect("shown to who booked").to_owned();

    let shown = app.graphql(town, APPOINTMENT, json!({ "token": manage })).await;
    assert_eq!(shown.data("appointment/reference"), appointment["reference"]);

    let other = app.free(town).await.pop().expect("another time");
    let input =
        json!({ "manageToken": manage, "locationId": other.location, "start": other.start });
    let moved = app.graphql(town, RESCHEDULE, json!({ "input": input })).await;
    assert_eq!(moved.string("rescheduleAppointment/appointment/start"), other.start);
    assert_eq!(moved.data("rescheduleAppointment/appointment/reference"), appointment["reference"]);
    assert!(app.free(town).await.contains(slot), "the old time is free again");

    let cancelled = app.graphql(town, CANCEL, json!({ "input": { "manageToken": manage } })).await;
    assert_eq!(cancelled.string("cancelAppointment/appointment/status"), "CANCELLED");
    assert!(app.free(town).await.contains(&other), "the cancelled time is free again");
    let again = app.graphql(town, CANCEL, json!({ "input": { "manageToken": manage } })).await;
    assert_eq!(again.string("cancelAppointment/appointment/status"), "CANCELLED", "twice is once");
}

#[tokio::test]
async fn several_services_and_persons_are_one_visit() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let (card, move_in) =
        (app.service(town, "Personalausweis").await, app.service(town, "Wohnsitz").await);
    let items = json!([{ "serviceId": card, "quantity": 3 }, { "serviceId": move_in }]);
    let query = "query($input: AvailabilityInput!) { availability(input: $input) {
        durationMinutes next { start location { id } } days { times slots { start end location { id } } } } }";
    let input = json!({ "items": items, "from": "2026-12-08", "to": "2026-12-08" });
    let found = app.graphql(town, query, json!({ "input": input })).await;
    // 15 + 2 · 10 for the cards, 20 for the registration
    assert_eq!(found.data("availability/durationMinutes"), 55);
    let slot = found.data("availability/days/0/slots/0");
    let times = found.data("availability/days/0/times");
    assert_eq!(
        &slot["start"].as_str().expect("a time")[11..16],
        times[0].as_str().expect("a time")
    );

    let input =
        json!({ "items": items, "locationId": slot["location"]["id"], "start": slot["start"] });
    let held = app.graphql(town, RESERVE, json!({ "input": input })).await;
    assert_eq!(held.data("reserveSlot/reservation/end"), slot["end"]);
    let booked = app.book(town, &held.string("reserveSlot/reservation/token"), erika()).await;
    let items = booked.data("bookAppointment/appointment/items");
    assert_eq!((items[0]["quantity"].as_u64(), items[1]["quantity"].as_u64()), (Some(3), Some(1)));
}

#[tokio::test]
async fn the_same_key_gives_the_same_outcome() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let slots = app.free(town).await;
    let mut input = reserve_input(&slots[0]);
    input["idempotencyKey"] = json!("reserve-1");
    let first = app.graphql(town, RESERVE, json!({ "input": input })).await;
    let second = app.graphql(town, RESERVE, json!({ "input": input })).await;
    let token = first.string("reserveSlot/reservation/token");
    assert_eq!(second.string("reserveSlot/reservation/token"), token);

    input["start"] = json!(slots[1].start);
    let other = app.graphql(town, RESERVE, json!({ "input": input })).await;
    assert_eq!(other.code(), "CONFLICT", "the key stands for another request: {}", other.text());

    let input =
        json!({ "reservationToken": token, "contact": erika(), "idempotencyKey": "book-1" });
    let first = app.graphql(town, BOOK, json!({ "input": input })).await;
    let second = app.graphql(town, BOOK, json!({ "input": input })).await;
    assert_eq!(
        first.data("bookAppointment/appointment"),
        second.data("bookAppointment/appointment")
    );
    let without_key = app.book(town, &token, erika()).await;
    assert_eq!(
        without_key.data("bookAppointment/appointment/id"),
        first.data("bookAppointment/appointment/id"),
        "a reservation becomes one appointment"
    );
    // a key that comes late stands for the appointment all the same
    let late =
        json!({ "reservationToken": token, "contact": erika(), "idempotencyKey": "book-late" });
    for _ in 0..2 {
        let again = app.graphql(town, BOOK, json!({ "input": late })).await;
        assert_eq!(
            again.data("bookAppointment/appointment"),
            first.data("bookAppointment/appointment"),
            "{}",
            again.text()
        );
    }
    let mut somebody = erika();
    somebody["lastName"] = json!("Anders");
    assert_eq!(app.book(town, &token, somebody).await.code(), "CONFLICT");

    let manage = first.string("bookAppointment/appointment/manageToken");
    let mut free = app.free(town).await;
    let (there, elsewhere) = (free.pop().expect("a time"), free.pop().expect("a time"));
    let to = |slot: &Slot, key: &str| json!({ "manageToken": manage, "locationId": slot.location, "start": slot.start, "idempotencyKey": key });
    for (target, key, lands) in [
        (&there, "move-1", &there),
        (&elsewhere, "move-2", &elsewhere),
        (&there, "move-1", &elsewhere), // done before: not done again
    ] {
        let moved = app.graphql(town, RESCHEDULE, json!({ "input": to(target, key) })).await;
        assert_eq!(moved.string("rescheduleAppointment/appointment/start"), lands.start, "{key}");
    }
    let other = app.graphql(town, RESCHEDULE, json!({ "input": to(&elsewhere, "move-1") })).await;
    assert_eq!(other.code(), "CONFLICT", "{}", other.text());
}

/// The code of the answer to `reserveSlot` with a changed input.
async fn reserve_with(
    app: &TestApp,
    town: &Town,
    change: impl FnOnce(&mut Value),
) -> tests::Answer {
    let slots = app.free(town).await;
    let mut input = reserve_input(&slots[0]);
    change(&mut input);
    app.graphql(town, RESERVE, json!({ "input": input })).await
}

#[tokio::test]
async fn bad_input_names_its_field() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    for (what, change) in [
        ("no items", json!({ "items": [] })),
        ("past", json!({ "start": "2026-12-04T09:00:00+01:00" })),
        ("not a raster", json!({ "start": "2026-12-08T08:07:00+01:00" })),
        ("too far", json!({ "start": "2027-12-08T08:00:00+01:00" })),
        ("key too long", json!({ "idempotencyKey": "x".repeat(200) })),
    ] {
        let answer = reserve_with(&app, town, |input| {
            for (key, value) in change.as_object().expect("an object") {
                input[key] = value.clone();
            }
        })
        .await;
        assert_eq!(answer.code(), "BAD_INPUT", "{what}: {}", answer.text());
        assert!(answer.error("extensions/field").is_string(), "{what}: {}", answer.text());
        assert_eq!(answer.error("extensions/retryable"), false, "{what}");
        assert!(!answer.error("message").as_str().unwrap_or_default().is_empty(), "{what}");
    }

    let slots = app.free(town).await;
    let token = app.held(town, &slots[0]).await;
    for (field, value) in [
        ("firstName", json!("  ")),
        ("lastName", json!("")),
        ("email", json!("erika@")),
        ("email", Value::Null),
        ("phone", json!("12")),
        ("lastName", json!("x".repeat(5_000))),
        ("firstName", json!("a\u{0}b")),
        ("birthDate", json!("2090-01-01")),
    ] {
        let mut contact = erika();
        contact[field] = value.clone();
        let answer = app.book(town, &token, contact).await;
        assert_eq!(answer.code(), "BAD_INPUT", "{field} = {value}: {}", answer.text());
        assert_eq!(
            answer.error("extensions/field"),
            format!("contact.{field}"),
            "{}",
            answer.text()
        );
    }
    // the reservation survives all that
    assert_eq!(app.book(town, &token, erika()).await.code(), "");

    let range = json!({ "items": [{ "serviceId": slots[0].service }], "from": "2026-12-08", "to": "2027-03-08" });
    let query =
        "query($input: AvailabilityInput!) { availability(input: $input) { durationMinutes } }";
    assert_eq!(app.graphql(town, query, json!({ "input": range })).await.code(), "BAD_INPUT");
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let random = uuid::Uuid::from_u128(rand::random()).to_string();
    for id in [random.as_str(), "", "no-id", "../../etc"] {
        let answer = reserve_with(&app, town, |input| input["locationId"] = json!(id)).await;
        assert_eq!(answer.code(), "NOT_FOUND", "{id}: {}", answer.text());
        let answer =
            reserve_with(&app, town, |input| input["items"][0]["serviceId"] = json!(id)).await;
        assert_eq!(answer.code(), "NOT_FOUND", "{id}: {}", answer.text());
        assert_eq!(app.book(town, id, erika()).await.code(), "NOT_FOUND", "{id}");
        assert_eq!(
            app.graphql(town, APPOINTMENT, json!({ "token": id })).await.code(),
            "NOT_FOUND",
            "{id}"
        );
        let answer = app.graphql(town, CANCEL, json!({ "input": { "manageToken": id } })).await;
        assert_eq!(answer.code(), "NOT_FOUND", "{id}");
    }
    let answer = app.graphql(town, "{ privacyNotice(version: 4711) { version } }", json!({})).await;
    assert_eq!(answer.code(), "NOT_FOUND");
}

#[tokio::test]
async fn a_taken_time_is_said_to_be_taken() {
    let app = Setup::new().haltern(towns::tiny(towns::haltern(), 15)).start().await;
    let town = &app.haltern;
    let slots = app.free(town).await;
    assert_eq!(slots[0].remaining, 1);
    app.held(town, &slots[0]).await;
    let answer = app.reserve(town, &slots[0]).await;
    assert_eq!(answer.code(), "SLOT_TAKEN", "{}", answer.text());

    let mine = app.booked(town, &slots[1], erika()).await;
    let input = json!({ "manageToken": mine.manage_token, "locationId": slots[0].location, "start": slots[0].start });
    let answer = app.graphql(town, RESCHEDULE, json!({ "input": input })).await;
    assert_eq!(answer.code(), "SLOT_TAKEN");
    let shown = app.graphql(town, APPOINTMENT, json!({ "token": mine.manage_token })).await;
    assert_eq!(shown.string("appointment/start"), slots[1].start, "the old time is kept");
}

#[tokio::test]
async fn a_reservation_that_ran_out_says_so() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let slots = app.free(town).await;
    let token = app.held(town, &slots[0]).await;
    app.advance(TimeDelta::minutes(11));
    let answer = app.book(town, &token, erika()).await;
    assert_eq!(answer.code(), "RESERVATION_EXPIRED", "{}", answer.text());
    let extend =
        "mutation($t: String!) { extendReservation(token: $t) { reservation { expiresAt } } }";
    assert_eq!(
        app.graphql(town, extend, json!({ "t": token })).await.code(),
        "RESERVATION_EXPIRED"
    );
    assert!(
        app.free(town).await.contains(&slots[0]),
        "its time is offered again without any sweeper"
    );
}

#[tokio::test]
async fn a_reservation_can_be_extended_once_and_given_back() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let slots = app.free(town).await;
    let token = app.held(town, &slots[0]).await;
    let extend =
        "mutation($t: String!) { extendReservation(token: $t) { reservation { expiresAt } } }";
    assert_eq!(app.graphql(town, extend, json!({ "t": token })).await.code(), "");
    assert_eq!(app.graphql(town, extend, json!({ "t": token })).await.code(), "LIMIT_REACHED");
    let release = "mutation($t: String!) { releaseReservation(token: $t) }";
    assert_eq!(
        app.graphql(town, release, json!({ "t": token })).await.data("releaseReservation"),
        true
    );
    assert_eq!(
        app.graphql(town, release, json!({ "t": token })).await.data("releaseReservation"),
        false
    );
    assert!(app.free(town).await.contains(&slots[0]));
}

#[tokio::test]
async fn a_municipality_may_limit_appointments_per_person() {
    let app = Setup::new().change_haltern("booking.max_open_appointments", 2).start().await;
    let town = &app.haltern;
    let slots = app.free(town).await;
    app.booked(town, &slots[0], erika()).await;
    let second = app.booked(town, &slots[1], erika()).await;
    let token = app.held(town, &slots[2]).await;
    let answer = app.book(town, &token, erika()).await;
    assert_eq!(answer.code(), "LIMIT_REACHED", "{}", answer.text());
    assert!(
        answer.error("message").as_str().unwrap_or_default().contains('2'),
        "{}",
        answer.text()
    );

    app.graphql(town, CANCEL, json!({ "input": { "manageToken": second.manage_token } })).await;
    assert_eq!(app.book(town, &token, erika()).await.code(), "");
}

#[tokio::test]
async fn too_many_requests_are_told_when_to_come_back() {
    let app = Setup::new().limits(LimitSettings { reserve: 3, ..LimitSettings::OFF }).start().await;
    let town = &app.haltern;
    let slots = app.free(town).await;
    for slot in &slots[..3] {
        app.held(town, slot).await;
    }
    let answer = app.reserve(town, &slots[3]).await;
    assert_eq!(answer.code(), "RATE_LIMITED", "{}", answer.text());
    assert_eq!(answer.error("extensions/retryable"), true);
    let seconds = answer.error("extensions/retryAfterSeconds").as_u64().expect("a number");
    assert!((1..=120).contains(&seconds), "{seconds}");

    app.advance(TimeDelta::seconds(i64::try_from(seconds).expect("small")));
    app.held(town, &slots[3]).await;
    // another municipality's counter is its own
    let theirs = app.free(&app.musterstadt).await;
    app.held(&app.musterstadt, &theirs[0]).await;
}

#[tokio::test]
async fn a_cancelled_appointment_cannot_be_moved() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let mine = app.an_appointment(town).await;
    app.graphql(town, CANCEL, json!({ "input": { "manageToken": mine.manage_token } })).await;
    let target = app.free(town).await.pop().expect("a time");
    let input = json!({ "manageToken": mine.manage_token, "locationId": target.location, "start": target.start });
    assert_eq!(app.graphql(town, RESCHEDULE, json!({ "input": input })).await.code(), "CONFLICT");
}

#[tokio::test]
async fn a_locked_calendar_is_busy_and_says_to_try_again() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let slots = app.free(town).await;
    let sql = app.database.superuser_sql().await;
    let mut lock = sql.begin().await.expect("a transaction");
    sea_orm::sqlx::query("SELECT 1 FROM day_map FOR UPDATE")
        .execute(&mut *lock)
        .await
        .expect("all days locked");
    let answer = app.reserve(town, &slots[0]).await;
    assert_eq!(answer.code(), "BUSY", "{}", answer.text());
    assert_eq!(answer.error("extensions/retryable"), true);
    lock.rollback().await.expect("unlocked");
    app.held(town, &slots[0]).await;
}

#[tokio::test]
async fn credentials_that_mean_nothing_are_refused() {
    let app = TestApp::start().await;
    let answer = app
        .graphql_with(
            &app.haltern,
            "{ viewer { signedIn } }",
            &[("authorization", "Bearer nonsense")],
        )
        .await;
    assert_eq!(answer.code(), "UNAUTHENTICATED", "{}", answer.text());
}

#[tokio::test]
async fn a_mutation_with_our_cookie_needs_our_own_origin() {
    let app = TestApp::start().await;
    let sid = format!("sid={}", "A".repeat(43));
    let query = "mutation { releaseReservation(token: \"x\") }";
    for origin in
        [None, Some("https://evil.example"), Some("null"), Some("http://musterstadt.localhost")]
    {
        let mut headers = vec![("cookie", sid.as_str())];
        headers.extend(origin.map(|origin| ("origin", origin)));
        let answer = app.graphql_with(&app.haltern, query, &headers).await;
        assert_eq!(answer.code(), "FORBIDDEN", "{origin:?}: {}", answer.text());
    }
    let own = format!("http://{}", app.haltern.host);
    let answer = app.graphql_with(&app.haltern, query, &[("cookie", &sid), ("origin", &own)]).await;
    assert_ne!(answer.code(), "FORBIDDEN", "{}", answer.text());
}

#[tokio::test]
async fn without_its_database_the_service_is_unavailable_and_a_bug_is_internal() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let sql = app.database.superuser_sql().await;
    sea_orm::sqlx::query("ALTER TABLE service RENAME COLUMN words TO lost")
        .execute(&sql)
        .await
        .expect("a bug");
    let answer = app.graphql(town, "{ services { id } }", json!({})).await;
    assert_eq!(answer.code(), "INTERNAL", "{}", answer.text());
    let request = answer
        .error("extensions/requestId")
        .as_str()
        .expect("the id that leads to the log")
        .to_owned();
    let said = answer.error("message").as_str().unwrap_or_default().to_lowercase();
    assert!(
        !said.is_empty()
            && answer.error("extensions").as_object().is_some_and(|known| known.len() == 3)
    );
    for internal in ["words", "column", "sql", "select", "relation"] {
        assert!(!said.contains(internal), "{said}");
    }
    assert!(tests::logged().contains(&request), "the log has the request's id");

    app.stop_database().await;
    let answer = app.graphql(town, "{ locations { id } }", json!({})).await;
    assert_eq!(answer.code(), "UNAVAILABLE", "{}", answer.text());
    assert_eq!(answer.error("extensions/retryable"), true);
}

#[tokio::test]
async fn errors_speak_the_language_of_the_request() {
    let app = TestApp::start().await;
    let german = app
        .graphql_with(
            &app.haltern,
            "{ appointment(manageToken: \"x\") { id } }",
            &[("accept-language", "de")],
        )
        .await;
    let english = app
        .graphql_with(
            &app.haltern,
            "{ appointment(manageToken: \"x\") { id } }",
            &[("accept-language", "en-GB")],
        )
        .await;
    assert!(
        german.error("message").as_str().unwrap_or_default().contains("nicht gefunden"),
        "{}",
        german.text()
    );
    assert_ne!(german.error("message"), english.error("message"));
    assert_eq!(english.code(), "NOT_FOUND");
}
