//! Access keys of the office over the API: who gets in, what they may, and what nobody learns.

use chrono::TimeDelta;
use http::StatusCode;
use identity::LimitSettings;
use kernel::{Scope, Scopes};
use sea_orm::sqlx::{self, AssertSqlSafe};
use serde_json::json;
use tests::{
    Answer, Setup, TestApp, Town,
    booking::{BOOK, CANCEL, RESERVE, erika, reserve_input},
};

const VIEWER: &str = "{ viewer { signedIn roles scopes keyName } }";

async fn viewer(app: &TestApp, town: &Town, token: &str) -> Answer {
    app.graphql_as(town, token, VIEWER, json!({})).await
}

/// What whoever asked can see: status, headers, and the body without the request's id.
fn seen(answer: &Answer) -> (StatusCode, Vec<(String, String)>, String) {
    let id = answer.header("x-request-id").to_owned();
    assert!(!id.is_empty());
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| name.as_str() != "x-request-id")
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into()))
        .collect();
    headers.sort();
    (answer.status, headers, answer.text().replace(&id, "(id)"))
}

#[tokio::test]
async fn a_key_says_what_it_may() {
    let app = TestApp::start().await;
    let token = app.office_key(&app.haltern, Scopes::CALENDAR).await;
    let answer = viewer(&app, &app.haltern, &token).await;
    assert_eq!(
        answer.data("viewer"),
        json!({ "signedIn": true, "roles": ["OFFICE"], "scopes": ["CALENDAR_READ", "CALENDAR_WRITE"],
            "keyName": "Kalenderpflege" })
    );
    let nobody = app.graphql(&app.haltern, VIEWER, json!({})).await;
    assert_eq!(
        nobody.data("viewer"),
        json!({ "signedIn": false, "roles": [], "scopes": [], "keyName": null })
    );
}

#[tokio::test]
async fn what_is_no_key_cannot_be_told_from_what_was_one() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let (revoked, id) = app.office_key_with_id(town, Scopes::ALL).await;
    let expired = app.office_key(town, Scopes::ALL).await;
    app.revoke_key(town, id).await;
    assert_eq!(viewer(&app, town, &revoked).await.code(), "UNAUTHENTICATED");

    let last = TimeDelta::days(90) - TimeDelta::seconds(1);
    app.advance(last);
    assert_eq!(viewer(&app, town, &expired).await.data("viewer/signedIn"), true);
    app.advance(TimeDelta::seconds(1));
    let theirs = app.office_key(&app.musterstadt, Scopes::ALL).await;
    assert_eq!(viewer(&app, &app.musterstadt, &theirs).await.data("viewer/signedIn"), true);

    let unknown = seen(&viewer(&app, town, &format!("st_{}", "0".repeat(32))).await);
    assert_eq!(unknown.0, StatusCode::UNAUTHORIZED);
    assert!(unknown.1.contains(&("www-authenticate".to_owned(), "Bearer".to_owned())));
    for (what, token) in
        [("expired", expired), ("revoked", revoked), ("theirs", theirs), ("no form", "x".into())]
    {
        assert_eq!(seen(&viewer(&app, town, &token).await), unknown, "{what}");
    }
    let other = app.graphql_with(town, VIEWER, &[("authorization", "Basic c3Q6MA==")]).await;
    assert_eq!(seen(&other), unknown, "credentials of another kind");
}

#[tokio::test]
async fn a_key_that_may_serve_books_and_one_that_may_not_does_not() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let slot = app.free(town).await.swap_remove(0);
    let calendar = app.office_key(town, Scopes::CALENDAR).await;
    let serving = app.office_key(town, Scope::Appointments).await;

    let input = json!({ "input": reserve_input(&slot) });
    let refused = app.graphql_as(town, &calendar, RESERVE, input.clone()).await;
    assert_eq!(refused.code(), "FORBIDDEN", "{}", refused.text());

    let held = app.graphql_as(town, &serving, RESERVE, input).await;
    let token = held.string("reserveSlot/reservation/token");
    let input = json!({ "input": { "reservationToken": token, "contact": erika() } });
    let refused = app.graphql_as(town, &calendar, BOOK, input.clone()).await;
    assert_eq!(refused.code(), "FORBIDDEN", "{}", refused.text());
    let booked = app.graphql_as(town, &serving, BOOK, input).await;
    let token = booked.string("bookAppointment/appointment/manageToken");
    let input = json!({ "input": { "manageToken": token } });
    let refused = app.graphql_as(town, &calendar, CANCEL, input.clone()).await;
    assert_eq!(refused.code(), "FORBIDDEN", "{}", refused.text());
    let cancelled = app.graphql_as(town, &serving, CANCEL, input).await;
    assert_eq!(cancelled.data("cancelAppointment/appointment/status"), "CANCELLED");
}

#[tokio::test]
async fn a_key_needs_no_origin_and_leaves_the_cookie_alone() {
    let app = TestApp::start().await;
    let token = app.office_key(&app.haltern, Scopes::ALL).await;
    let (shown, sid) = (format!("Bearer {token}"), format!("sid={}", "A".repeat(43)));
    let query = "mutation { releaseReservation(token: \"x\") }";
    let foreign = [("cookie", sid.as_str()), ("origin", "https://evil.example")];
    let refused = app.graphql_with(&app.haltern, query, &foreign).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let answer = app
        .graphql_with(
            &app.haltern,
            query,
            &[foreign[0], foreign[1], ("authorization", shown.as_str())],
        )
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_ne!(answer.code(), "FORBIDDEN", "{}", answer.text());
    assert!(answer.header("set-cookie").is_empty());
}

#[tokio::test]
async fn guessing_is_stopped_and_working_is_not() {
    for setup in [Setup::new(), Setup::new().without_redis()] {
        let limits = LimitSettings { authenticate: 5, ..LimitSettings::OFF };
        let app = setup.limits(limits).start().await;
        let town = &app.haltern;
        let token = app.office_key(town, Scopes::ALL).await;
        for _ in 0..20 {
            assert_eq!(viewer(&app, town, &token).await.data("viewer/signedIn"), true);
        }
        for guess in 0..5 {
            let guess = format!("st_{guess:032}");
            assert_eq!(viewer(&app, town, &guess).await.code(), "UNAUTHENTICATED");
        }
        let refused = viewer(&app, town, &format!("st_{:032}", 5)).await;
        assert_eq!(refused.code(), "RATE_LIMITED", "{}", refused.text());
        // a guess that is right gains nothing now
        let refused = viewer(&app, town, &token).await;
        assert_eq!(refused.code(), "RATE_LIMITED", "{}", refused.text());
        let seconds = refused.error("extensions/retryAfterSeconds").as_i64().expect("a number");
        // who shows nothing is not meant
        assert_eq!(app.graphql(town, VIEWER, json!({})).await.data("viewer/signedIn"), false);
        app.advance(TimeDelta::seconds(seconds));
        assert_eq!(viewer(&app, town, &token).await.data("viewer/signedIn"), true);
    }
}

#[tokio::test]
async fn the_last_use_is_noted_beside_the_request() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let token = app.office_key(town, Scopes::CALENDAR).await;
    let used = async || app.keys(town).await[0].last_used_at;
    assert_eq!(used().await, None);
    viewer(&app, town, &token).await.data("viewer");
    let first = wait_for(async || used().await.is_some(), used).await;

    // within some minutes it is not written again
    app.advance(TimeDelta::minutes(4));
    viewer(&app, town, &token).await.data("viewer");
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(used().await, first);
    app.advance(TimeDelta::minutes(2));
    viewer(&app, town, &token).await.data("viewer");
    let second = wait_for(async || used().await != first, used).await;
    assert_eq!(second.expect("used") - first.expect("used"), TimeDelta::minutes(6));
}

/// Waits until something is so, then says what there is.
async fn wait_for<T>(so: impl AsyncFn() -> bool, what: impl AsyncFn() -> T) -> T {
    for _ in 0..200 {
        if so().await {
            return what().await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it did not happen")
}

#[tokio::test]
async fn the_token_is_nowhere_but_with_its_owner() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let token = app.office_key(town, Scopes::ALL).await;
    viewer(&app, town, &token).await.data("viewer");
    viewer(&app, &app.musterstadt, &token).await;
    app.flush_access_log().await;

    let secret = token.trim_start_matches("st_");
    let sql = app.database.superuser_sql().await;
    let mut rows = 0;
    for table in tests::database::tables(&sql).await {
        let dump = format!("SELECT row_to_json(t)::text FROM {table} t");
        let dumped: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(dump)).fetch_all(&sql).await.expect("the rows");
        rows += dumped.len();
        let found = dumped.iter().find(|row| row.to_lowercase().contains(secret));
        assert_eq!(found, None, "{table} has the token");
    }
    assert!(rows > 100);
    let logged = tests::logged();
    assert!(logged.contains("request served"), "the log is looked at");
    assert!(!logged.to_lowercase().contains(secret), "the log has the token");
}

#[tokio::test]
async fn a_key_that_ended_long_ago_is_deleted() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let (_, id) = app.office_key_with_id(town, Scopes::ALL).await;
    app.office_key(town, Scopes::CALENDAR).await;
    app.revoke_key(town, id).await;
    app.advance(TimeDelta::days(90));
    app.housekeeping().await;
    assert_eq!(app.keys(town).await.len(), 2, "listed for a while");
    app.advance(TimeDelta::minutes(1));
    app.housekeeping().await;
    assert_eq!(app.keys(town).await.len(), 1, "the revoked one is gone");
    app.advance(TimeDelta::days(90));
    app.housekeeping().await;
    assert_eq!(app.keys(town).await, [], "the expired one, too");
}

#[tokio::test]
async fn the_keys_are_the_operator_s_to_manage() {
    let app = TestApp::start().await;
    let (_, id) = app.office_key_with_id(&app.haltern, Scopes::ALL).await;
    let own = app.operator(&app.haltern);
    let key = app.keys(&app.haltern).await.swap_remove(0);
    let tx = app.begin(&own).await;
    for actor in [kernel::Actor::Citizen, kernel::Actor::Worker, key.actor()] {
        let ctx = own.clone().with_actor(actor);
        let refused = identity::access_keys::list(&ctx, &tx).await.expect_err("refused");
        assert_eq!(kernel::PublicError::code(&refused), kernel::ErrorCode::Forbidden);
        identity::access_keys::revoke(&ctx, &tx, id).await.expect_err("refused");
    }
    drop(tx);
    // and a key is found at its own municipality only
    let theirs = app.operator(&app.musterstadt);
    let tx = app.begin(&theirs).await;
    let refused = identity::access_keys::revoke(&theirs, &tx, id).await.expect_err("not found");
    assert_eq!(kernel::PublicError::code(&refused), kernel::ErrorCode::NotFound);
    identity::access_keys::resume(&theirs, &tx, id).await.expect_err("not theirs");
    assert_eq!(app.keys(&app.musterstadt).await, []);
}
