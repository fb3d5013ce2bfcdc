//! What must not make a passkey, and what must not sign anybody in.

use chrono::TimeDelta;
use identity::LimitSettings;
use kernel::Role;
use sea_orm::sqlx;
use serde_json::json;
use tests::{Authenticator, Setup, TestApp};

use crate::passkeys::{ask, citizen, count, device_of, give, make, sign_in};

#[tokio::test]
async fn what_is_not_right_signs_nobody_in() {
    let app = TestApp::start().await;
    let account = app.staff(&app.haltern, Role::Clerk).await;
    let other = app.staff(&app.haltern, Role::Clerk).await;
    let mut device = device_of(&app, &app.haltern, &account).await;
    let others = device_of(&app, &app.haltern, &other).await;
    let mut neighbour =
        device_of(&app, &app.musterstadt, &app.staff(&app.musterstadt, Role::Clerk).await).await;

    let (mut answers, mut wrong) = (Vec::new(), Vec::new());
    let refused = "SELECT count(*) FROM sign_in WHERE method = 'passkey' AND result = 'refused'";
    for what in [
        "other origin",
        "other port",
        "other party",
        "wrong signature",
        "unverified",
        "other handle",
        "unknown",
        "garbage",
    ] {
        let mut browser = app.browser(&app.haltern);
        let options = ask(&mut browser).await;
        let origin = device.origin.clone();
        match what {
            "other origin" => device.origin = "http://musterstadt.localhost".to_owned(),
            "other port" => device.origin = "http://haltern.localhost:8081".to_owned(),
            "other party" => device.other_party = Some("musterstadt.localhost".to_owned()),
            "unverified" => device.verifies = false,
            _ => {}
        }
        let mut credential = device.get(&options);
        (device.origin, device.other_party, device.verifies) = (origin, None, true);
        match what {
            "wrong signature" => {
                let other = device.get(&ask(&mut app.browser(&app.haltern)).await);
                credential["response"]["signature"] = other["response"]["signature"].clone();
            }
            "other handle" => credential["response"]["userHandle"] = json!("AAAA"),
            "unknown" => {
                neighbour.origin.clone_from(&device.origin);
                credential = neighbour.get(&options);
            }
            "garbage" => credential = json!({ "rawId": 7 }),
            _ => {}
        }
        let before = count(&app, refused).await;
        let answer = give(&mut browser, &credential).await;
        let noted = count(&app, refused).await - before;
        let is_in = browser.get("/amt").await.status == 200;
        let text = answer.text().contains("Dieser Passkey passt nicht");
        if (answer.status.as_u16(), noted, is_in, text) != (401, 1, false, true) {
            wrong.push((what, answer.status, noted, is_in));
        }
        answers.push(answer.text());
    }
    assert_eq!(wrong, []);
    answers.dedup();
    assert_eq!(answers.len(), 1, "nobody is told which: {answers:?}");
    assert_eq!(
        sign_in(&app, &app.haltern, &mut device).await.1.status,
        200,
        "and it is still good"
    );
    drop(others);
}

#[tokio::test]
async fn a_question_is_answered_in_time_and_once() {
    let app = TestApp::start().await;
    let account = app.staff(&app.haltern, Role::Clerk).await;
    let mut device = device_of(&app, &app.haltern, &account).await;
    let mut browser = app.browser(&app.haltern);
    let credential = device.get(&ask(&mut browser).await);
    app.advance(TimeDelta::minutes(5));
    let answer = give(&mut browser, &credential).await;
    assert_eq!(answer.status, 409);
    assert!(answer.text().contains("zu lange gedauert"), "{}", answer.text());

    // a wrong answer uses the question up, too
    let mut browser = app.browser(&app.haltern);
    let options = ask(&mut browser).await;
    let (right, mut wrong) = (device.get(&options), device.get(&options));
    wrong["response"]["userHandle"] = json!("AAAA");
    assert_eq!(give(&mut browser, &wrong).await.status, 401);
    assert_eq!(give(&mut browser, &right).await.status, 409);

    // of two at once, one
    let mut browser = app.browser(&app.haltern);
    let credential = device.get(&ask(&mut browser).await);
    let (mut one, mut two) = (browser.clone(), browser);
    let (one, two) = futures::join!(give(&mut one, &credential), give(&mut two, &credential));
    let mut both = [one.status.as_u16(), two.status.as_u16()];
    both.sort_unstable();
    assert_eq!(both, [200, 409]);

    // and nobody answers another browser's
    let credential = device.get(&ask(&mut app.browser(&app.haltern)).await);
    let mut victim = app.browser(&app.haltern);
    ask(&mut victim).await;
    assert_eq!(give(&mut victim, &credential).await.status, 401);
    assert_eq!(give(&mut app.browser(&app.haltern), &credential).await.status, 409);
}

#[tokio::test]
async fn a_counter_that_goes_backwards_is_noticed() {
    let app = TestApp::start().await;
    let account = app.staff(&app.haltern, Role::Clerk).await;
    let mut device = device_of(&app, &app.haltern, &account).await;
    (device.counts, device.sign_count) = (true, 5);
    assert_eq!(sign_in(&app, &app.haltern, &mut device).await.1.status, 200);
    // a copy of the key that was made before
    device.sign_count = 5;
    assert_eq!(sign_in(&app, &app.haltern, &mut device).await.1.status, 401, "the same again");
    (device.counts, device.sign_count) = (false, 0);
    assert_eq!(
        sign_in(&app, &app.haltern, &mut device).await.1.status,
        401,
        "not counting any more"
    );
    let refused = "SELECT count(*) FROM sign_in WHERE method = 'passkey' AND result = 'refused'";
    assert_eq!(count(&app, refused).await, 2);
    (device.counts, device.sign_count) = (true, 6);
    assert_eq!(sign_in(&app, &app.haltern, &mut device).await.1.status, 200);
    assert_eq!(count(&app, "SELECT sign_count FROM passkey").await, 7);
}

#[tokio::test]
async fn a_passkey_is_made_for_us_by_who_was_asked() {
    let app = TestApp::start().await;
    let account = citizen(&app, &app.haltern).await;
    let mut browser = app.signed_in(&app.haltern, &account).await;
    let begin = json!({ "name": "Handy" });
    let mut wrong = Vec::new();
    for what in ["other origin", "other party", "unverified", "other challenge"] {
        let mut device = Authenticator::new("haltern.localhost");
        let mut options = browser.post_json("/passkey/anlegen/beginn", &begin).await.json();
        assert_eq!(options["rp"]["id"], "haltern.localhost");
        assert_eq!(options["rp"]["name"], "Stadt Haltern am See");
        match what {
            "other origin" => device.origin = "http://musterstadt.localhost".to_owned(),
            "other party" => device.other_party = Some("localhost".to_owned()),
            "unverified" => device.verifies = false,
            _ => options["challenge"] = json!("A".repeat(43)),
        }
        let credential = device.create(&options);
        let body = json!({ "credential": credential });
        let answer = browser.post_json("/passkey/anlegen", &body).await;
        let again = browser.post_json("/passkey/anlegen", &body).await;
        if (answer.status.as_u16(), again.status.as_u16()) != (422, 409) {
            wrong.push((what, answer.status, again.status));
        }
    }
    assert_eq!(wrong, [], "refused, and used up");
    // not in the session of somebody else who came in between
    let mut device = Authenticator::new("haltern.localhost");
    let options = browser.post_json("/passkey/anlegen/beginn", &begin).await.json();
    let body = json!({ "credential": device.create(&options) });
    app.advance(TimeDelta::minutes(5));
    assert_eq!(browser.post_json("/passkey/anlegen", &body).await.status, 409, "late");
    let stranger = app.browser(&app.haltern).post_json("/passkey/anlegen/beginn", &begin).await;
    assert_eq!(stranger.status, 401, "{}", stranger.text());
    assert_eq!(count(&app, "SELECT count(*) FROM passkey").await, 0);

    // a credential that is there already is not there twice, whoever has it
    let mut browser = app.signed_in(&app.haltern, &account).await;
    assert_eq!(make(&mut browser, &mut device, "Handy").await.status, 200);
    let again = browser.post_json("/passkey/anlegen/beginn", &begin).await.json();
    assert_eq!(again["excludeCredentials"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_locked_account_and_the_neighbour_stay_out() {
    let app = TestApp::start().await;
    let account = app.staff(&app.haltern, Role::Clerk).await;
    let mut device = device_of(&app, &app.haltern, &account).await;
    // a browser would not do this: the passkey is not the neighbour's
    device.origin = "http://musterstadt.localhost".to_owned();
    assert_eq!(sign_in(&app, &app.musterstadt, &mut device).await.1.status, 401);
    device.origin = "http://haltern.localhost".to_owned();
    let sql = app.database.superuser_sql().await;
    sqlx::query("UPDATE account SET state = 'locked'").execute(&sql).await.expect("locked");
    assert_eq!(sign_in(&app, &app.haltern, &mut device).await.1.status, 401);
    sqlx::query("DELETE FROM account WHERE id = $1")
        .bind(account.id.uuid())
        .execute(&sql)
        .await
        .expect("deleted");
    assert_eq!(count(&app, "SELECT count(*) FROM passkey").await, 0, "they go with the account");
}

#[tokio::test]
async fn wrong_passkeys_are_counted() {
    let limits = LimitSettings { authenticate: 3, ..LimitSettings::OFF };
    let app = Setup::new().limits(limits).start().await;
    let account = app.staff(&app.haltern, Role::Clerk).await;
    let mut device = device_of(&app, &app.haltern, &account).await;
    device.verifies = false;
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.push(sign_in(&app, &app.haltern, &mut device).await.1.status.as_u16());
    }
    assert_eq!(seen, [401, 401, 401, 429, 429]);
    device.verifies = true;
    let (_, answer) = sign_in(&app, &app.haltern, &mut device).await;
    assert_eq!(answer.status, 429, "the right one waits, too: {}", answer.text());
}

#[tokio::test]
async fn other_sites_ask_for_nothing() {
    let app = TestApp::start().await;
    let ways = [
        "/passkey/anmelden/beginn",
        "/passkey/anmelden",
        "/passkey/anlegen/beginn",
        "/passkey/anlegen",
    ];
    for way in ways {
        let request = http::Request::post(way)
            .header("host", "haltern.localhost")
            .header("origin", "http://evil.example")
            .header("content-type", "application/json")
            .body(axum::body::Body::from("{}"))
            .expect("a request");
        assert_eq!(app.send(request).await.status, 403, "{way}");
        let mut browser = app.browser(&app.haltern);
        let fields = [("credential", "x")];
        assert_eq!(browser.post(way, &fields).await.status, 415, "a form: {way}");
        assert_eq!(browser.post_json(way, &json!(null)).await.status.is_success(), way == ways[0]);
    }
}
