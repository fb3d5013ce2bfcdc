//! The program is killed between booking and mail, as a machine that loses power.

use std::{
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use gateway::demo::smtp_sink::Orders;
use sea_orm::sqlx;
use serde_json::{Value, json};
use tests::{Setup, TestApp, Town, booking, running::now_millis, server::Server};

/// Waits until so many messages were sent, and long enough after that to see one too many.
async fn messages(app: &TestApp, expected: usize, patience: Duration) -> Vec<tests::Sent> {
    let deadline = Instant::now() + patience;
    while app.outbox().len() < expected && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    app.outbox()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_booking_the_mails_arrive_once() {
    let app = Setup::new().at_real_time(now_millis()).start().await;
    let mut server = Server::start(&app, false).await;
    let reference = server.book(&app.haltern).await;
    server.kill();
    assert!(app.outbox().is_empty());

    let _server = Server::start(&app, true).await;
    let sent = messages(&app, 3, Duration::from_secs(30)).await;
    assert_eq!(sent.len(), 3, "citizen, office, SMS: {sent:?}");
    assert!(sent.iter().all(|message| message.text.contains(&reference)));
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_sending_the_mails_arrive_once() {
    let app = Setup::new().at_real_time(now_millis()).start().await;
    // the relay takes its time: the kill comes while mails are under way and not accepted yet
    app.order_mails(2, Orders::Delay(Duration::from_mins(10)));
    let mut server = Server::start(&app, true).await;
    let reference = server.book(&app.haltern).await;
    tokio::time::sleep(Duration::from_millis(800)).await;
    server.kill();
    app.relay_recovers();
    let before = app.outbox().into_iter().filter(|sent| sent.channel == "mail").count();
    assert_eq!(before, 0, "no mail was accepted before the kill");

    let _server = Server::start(&app, true).await;
    // leases of the dead worker run out after 20 seconds
    let sent = messages(&app, 3, Duration::from_secs(45)).await;
    assert_eq!(sent.iter().filter(|message| message.channel == "mail").count(), 2, "{sent:?}");
    assert!(
        sent.iter().filter(|message| message.channel == "sms").count() <= 1,
        "an SMS costs money: at most once"
    );
    assert!(sent.iter().all(|message| message.text.contains(&reference)));
}

/// What a client did: its keys, and what it heard.
#[derive(Debug, Clone)]
struct Attempt {
    key: String,
    input: Value,
    token: Option<String>,
    reference: Option<String>,
    manage_token: Option<String>,
    cancelled: bool,
}

/// Holds and books with idempotency keys until the program is gone.
async fn book_until_it_dies(
    (server, town): (&Server, &Town),
    starts: &[(Value, Value)],
    service: &Value,
    client: usize,
    booked: &AtomicUsize,
) -> Vec<Attempt> {
    let mut attempts = Vec::new();
    for round in 0_usize.. {
        let (location, start) = &starts[(client * 7 + round * 5) % starts.len()];
        let key = format!("client-{client}-attempt-{round}");
        let input = json!({ "items": [{ "serviceId": service }], "locationId": location, "start": start,
                            "idempotencyKey": key });
        let mut attempt = Attempt {
            key,
            input,
            token: None,
            reference: None,
            manage_token: None,
            cancelled: false,
        };
        let goes_on = go_on(server, town, &mut attempt, client).await;
        booked.fetch_add(usize::from(attempt.reference.is_some()), Ordering::Relaxed);
        if !goes_on {
            attempts.push(attempt);
            return attempts;
        }
        attempts.push(attempt);
    }
    attempts
}

/// Does what is left of an attempt. `false` when there was no answer.
async fn go_on(server: &Server, town: &Town, attempt: &mut Attempt, client: usize) -> bool {
    let held = server.try_graphql(town, booking::RESERVE, json!({ "input": attempt.input })).await;
    let Some(held) = held else { return false };
    let code =
        held.pointer("/errors/0/extensions/code").and_then(Value::as_str).unwrap_or_default();
    let usual = ["", "SLOT_TAKEN", "BUSY", "RESERVATION_EXPIRED"].contains(&code);
    assert!(usual, "{held}");
    let Some(token) = held.pointer("/data/reserveSlot/reservation/token") else { return true };
    attempt.token = token.as_str().map(str::to_owned);
    if client % 5 == 4 {
        // some only look
        let query = "mutation($t: String!) { releaseReservation(token: $t) }";
        return server.try_graphql(town, query, json!({ "t": token })).await.is_some();
    }
    let input = json!({ "reservationToken": token, "contact": booking::erika(), "idempotencyKey": attempt.key });
    let Some(booked) = server.try_graphql(town, booking::BOOK, json!({ "input": input })).await
    else {
        return false;
    };
    let part = |name: &str| {
        let value = booked.pointer(&format!("/data/bookAppointment/appointment/{name}"));
        value.and_then(Value::as_str).map(str::to_owned)
    };
    (attempt.reference, attempt.manage_token) = (part("reference"), part("manageToken"));
    if client % 5 == 3
        && let Some(manage) = &attempt.manage_token
    {
        let input = json!({ "input": { "manageToken": manage } });
        let answer = server.try_graphql(town, booking::CANCEL, input).await;
        attempt.cancelled = answer.is_some_and(|answer| answer.get("errors").is_none());
        return attempt.cancelled;
    }
    true
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_many_book_nothing_that_was_acknowledged_is_lost() {
    let app = Setup::new().at_real_time(now_millis()).start().await;
    let town = &app.haltern;
    let mut server = Server::start(&app, false).await;
    let services = server.graphql(town, "{ services { id name } }", json!({})).await;
    let service = services["data"]["services"][0]["id"].clone();
    let today = chrono::DateTime::from_timestamp_millis(now_millis()).expect("now").date_naive();
    let query = "query($input: AvailabilityInput!) { availability(input: $input) {
        days { slots { start location { id } } } } }";
    let input = json!({ "items": [{ "serviceId": service }], "from": today.to_string(), "to": (today + chrono::Days::new(9)).to_string() });
    let found = server.graphql(town, query, json!({ "input": input })).await;
    let days = found["data"]["availability"]["days"].as_array().expect("days").iter();
    let slots = days.flat_map(|day| day["slots"].as_array().into_iter().flatten());
    let starts: Vec<_> = slots
        .take(400)
        .map(|slot| (slot["location"]["id"].clone(), slot["start"].clone()))
        .collect();
    assert!(starts.len() > 30, "{}", starts.len());

    // the clients share the server, and one more kills it while they are at it
    let process = server.process();
    let booked = AtomicUsize::new(0);
    let clients = futures::future::join_all(
        (0..16)
            .map(|client| book_until_it_dies((&server, town), &starts, &service, client, &booked)),
    );
    let killer = async {
        // not before some have booked, however busy the machine is
        for _ in 0..600 {
            tokio::time::sleep(Duration::from_millis(50)).await;
            if booked.load(Ordering::Relaxed) >= 20 {
                break;
            }
        }
        let kill = Command::new("kill").args(["-9", &process.to_string()]).status();
        assert!(kill.expect("kill").success());
    };
    let (attempts, ()) = futures::join!(clients, killer);
    let mut attempts: Vec<Attempt> = attempts.into_iter().flatten().collect();
    let acknowledged: Vec<Attempt> =
        attempts.iter().filter(|attempt| attempt.reference.is_some()).cloned().collect();
    assert!(acknowledged.len() > 10, "{} were booked before the kill", acknowledged.len());
    server.kill();

    let server = Server::start(&app, false).await;
    let sql = app.database.superuser_sql().await;
    for attempt in &acknowledged {
        let status: Option<String> =
            sqlx::query_scalar("SELECT status FROM appointment WHERE reference = $1")
                .bind(&attempt.reference)
                .fetch_optional(&sql)
                .await
                .expect("an answer");
        let status = status.unwrap_or_else(|| panic!("acknowledged and lost: {attempt:?}"));
        assert!(!attempt.cancelled || status == "CANCELLED", "{attempt:?} is {status}");
    }
    // who heard nothing asks again with the same keys, and twice is once
    for attempt in attempts.iter_mut().rev().filter(|attempt| attempt.reference.is_none()).take(40)
    {
        assert!(go_on(&server, town, attempt, 0).await, "an answer");
        let mut again = attempt.clone();
        assert!(go_on(&server, town, &mut again, 0).await, "an answer");
        assert_eq!(again.reference, attempt.reference, "the same key gives the same booking");
    }
    for attempt in acknowledged.iter().filter(|attempt| !attempt.cancelled).take(20) {
        let input = json!({ "reservationToken": attempt.token, "contact": booking::erika(),
                            "idempotencyKey": attempt.key });
        let again = server.graphql(town, booking::BOOK, json!({ "input": input })).await;
        let reference = &again["data"]["bookAppointment"]["appointment"]["reference"];
        assert_eq!(reference.as_str(), attempt.reference.as_deref(), "{again}");
    }
    tests::live_times::assert_sound(&sql).await;
}
