//! Programs that take times away from people, and people who share an address.

use std::net::IpAddr;

use chrono::TimeDelta;
use http::StatusCode;
use identity::LimitSettings;
use serde_json::json;
use tests::{
    Answer, Browser, Setup, TestApp, Town,
    booking::{RESERVE, Slot},
    html,
    proof::{challenge_on, solved},
};

async fn guarded() -> TestApp {
    Setup::new().limits(LimitSettings::default()).start().await
}

async fn slots(app: &TestApp, town: &Town, until: &str) -> Vec<Slot> {
    let service = app.service(town, "Personalausweis").await;
    app.slots(town, &service, "2026-12-08", until).await
}

/// Holds times as fast as it can, books none, and returns the first refusal.
async fn hoard(app: &TestApp, town: &Town, slots: &[Slot]) -> (usize, Answer) {
    let mut held = 0;
    for slot in slots {
        let answer = app.reserve(town, slot).await;
        if !answer.code().is_empty() {
            return (held, answer);
        }
        held += 1;
    }
    panic!("nobody stopped it at {held}")
}

async fn reserve_with(app: &TestApp, town: &Town, slot: &Slot, proof: &str) -> Answer {
    let input = json!({ "items": [{ "serviceId": slot.service }], "locationId": slot.location, "start": slot.start });
    let proof = [("x-proof-of-work", proof)];
    app.graphql_at(&town.host, RESERVE, json!({ "input": input }), &proof).await
}

#[tokio::test]
async fn a_bot_that_hoards_ends_below_the_limit() {
    for setup in [Setup::new(), Setup::new().without_redis()] {
        let app = setup.limits(LimitSettings::default()).start().await;
        let town = &app.haltern;
        let slots = slots(&app, town, "2026-12-18").await;
        let (held, refused) = hoard(&app, town, &slots).await;
        assert_eq!(held, 30, "half of the limit");
        assert_eq!(refused.code(), "RATE_LIMITED");
        assert!(refused.error("extensions/retryAfterSeconds").as_u64().is_some_and(|s| s <= 120));
        let challenge = refused.error("extensions/challenge").to_string();

        let proof = solved(&challenge);
        let paid = reserve_with(&app, town, &slots[30], &proof).await;
        assert_eq!(paid.code(), "", "{}", paid.text());
        let replayed = reserve_with(&app, town, &slots[31], &proof).await;
        assert_eq!(replayed.code(), "RATE_LIMITED", "a proof is good once");
        assert!(replayed.error("extensions/challenge").is_object());
        // wrong proofs are counted, until the limit itself is reached and no proof helps
        let mut last = replayed;
        for _ in 0..40 {
            last = reserve_with(&app, town, &slots[31], "e30=").await;
            assert_eq!(last.code(), "RATE_LIMITED");
        }
        assert!(last.error("extensions/challenge").is_null(), "{}", last.text());
        // the office's programs are known and bring none
        let key = app.office_key(town, kernel::Scope::Appointments).await;
        app.advance(TimeDelta::seconds(65));
        let (_, again) = hoard(&app, town, &slots[31..]).await;
        assert_eq!(again.code(), "RATE_LIMITED");
        let free = slots.last().expect("a time");
        let input = json!({ "items": [{ "serviceId": free.service }], "locationId": free.location, "start": free.start });
        let held = app.graphql_as(town, &key, RESERVE, json!({ "input": input })).await;
        assert_eq!(held.code(), "", "{}", held.text());
    }
}

/// The page that asks for a proof, where somebody hoards from the same address.
async fn asked<'a>(app: &'a TestApp, town: &Town) -> (Browser<'a>, Answer) {
    let mut browser = app.browser(town);
    browser.ip = IpAddr::from([192, 0, 2, 1]);
    let start = browser.open("/").await;
    let form = Browser::form(&start, "/termine").with("anliegen", "personalausweis");
    let times = browser.submit(&form).await;
    let form = Browser::form(&times, "/reservieren");
    let (name, value) = form.choices.first().cloned().expect("a time");
    let page = browser.submit(&form.with(&name, &value)).await;
    (browser, page)
}

#[tokio::test]
async fn a_person_behind_a_bot_s_address_goes_on_with_a_proof_or_with_patience() {
    let app = guarded().await;
    let town = &app.haltern;
    let slots = slots(&app, town, "2026-12-18").await;
    hoard(&app, town, &slots[10..]).await;

    let (mut browser, page) = asked(&app, town).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    let seconds: i64 = page.header("retry-after").parse().expect("seconds");
    let text = page.text();
    assert!(html::text(&text).contains(&format!("{seconds} Sekunden")), "{}", html::text(&text));
    assert!(
        text.contains("altcha-widget")
            && page.header("content-security-policy").contains("worker-src 'self'")
    );
    let proof = solved(&challenge_on(&page));
    let form = Browser::form(&page, "/reservieren").with("altcha", &proof);
    let details = browser.submit(&form).await;
    assert!(browser.path.starts_with("/angaben"), "{}", html::text(&details.text()));

    // without a script: wait as long as the page says, then the button
    let (mut patient, page) = asked(&app, town).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    let seconds: i64 = page.header("retry-after").parse().expect("seconds");
    app.advance(TimeDelta::seconds(seconds));
    let details = patient.submit(&Browser::form(&page, "/reservieren")).await;
    assert!(patient.path.starts_with("/angaben"), "{}", html::text(&details.text()));
    // and pages that ask for nothing load nothing of it
    assert!(!details.text().contains("altcha"));
}

#[tokio::test]
async fn a_village_behind_one_address_books_within_an_hour() {
    let app = guarded().await;
    let town = &app.haltern;
    let slots = slots(&app, town, "2027-01-15").await;
    assert!(slots.len() >= 200, "{}", slots.len());
    for (n, slot) in slots.iter().step_by(slots.len() / 200).take(200).enumerate() {
        let query = "{ services { name } }";
        assert_eq!(app.graphql(town, query, json!({})).await.code(), "");
        let token = app.held(town, slot).await;
        let contact = json!({ "firstName": "E", "lastName": "M", "email": format!("e{n}@example.org"), "phone": "0151 23456789" });
        let booked = app.book(town, &token, contact).await;
        assert_eq!(booked.code(), "", "{n}: {}", booked.text());
        app.advance(TimeDelta::seconds(18));
    }
}

#[tokio::test]
async fn a_browser_holds_three_times_at_most() {
    let app = guarded().await;
    let mut browser = app.browser(&app.haltern);
    let mut begun = Vec::new();
    for tab in 0..5 {
        let start = browser.open("/").await;
        let form = Browser::form(&start, "/termine").with("anliegen", "personalausweis");
        let times = browser.submit(&form).await;
        let form = Browser::form(&times, "/reservieren");
        let (name, value) = form.choices.first().cloned().expect("a time");
        let answer = browser.submit(&form.with(&name, &value)).await;
        if tab < 3 {
            assert!(browser.path.starts_with("/angaben"), "{}", html::text(&answer.text()));
            begun.push(browser.path.clone());
        } else {
            let text = html::text(&answer.text());
            assert!(text.contains("Sie halten schon drei Uhrzeiten frei"), "{text}");
        }
    }
    // another time for one of them is no fourth
    let draft = begun[0].split_once("entwurf=").expect("a draft").1;
    let again = format!("/termine?anliegen=personalausweis:1&entwurf={draft}");
    let times = browser.open(&again).await;
    let form = Browser::form(&times, "/reservieren");
    let (name, value) = form.choices.last().cloned().expect("a time");
    let answer = browser.submit(&form.with(&name, &value)).await;
    assert!(browser.path.starts_with("/angaben"), "{}", html::text(&answer.text()));
    // and what has expired does not count
    app.advance(TimeDelta::hours(1));
    let page = browser.open("/").await;
    let times =
        browser.submit(&Browser::form(&page, "/termine").with("anliegen", "personalausweis")).await;
    let form = Browser::form(&times, "/reservieren");
    let (name, value) = form.choices.first().cloned().expect("a time");
    browser.submit(&form.with(&name, &value)).await;
    assert!(browser.path.starts_with("/angaben"));
}
