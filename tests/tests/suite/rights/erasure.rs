//! Erased is erased: in tables, jobs, messages, at the SMS provider, in Redis and in logs.

use redis::AsyncCommands;
use sea_orm::sqlx;
use secrecy::ExposeSecret;
use serde_json::json;
use tests::{TestApp, booking::erika, citizens, database::redis_url, logged};

use super::{CANARY, ERASE, GUEST, by_code, by_mail, copy_by_token, two_appointments};

/// Everything that Redis holds of the municipality, as it is stored.
async fn redis_of(app: &TestApp) -> Vec<String> {
    let client = redis::Client::open(redis_url().expose_secret()).expect("an address");
    let mut connection = client.get_multiplexed_async_connection().await.expect("Redis answers");
    let keys: Vec<String> = connection.keys("*").await.expect("keys");
    keys.into_iter().filter(|key| key.contains(&app.haltern.id.to_string())).collect()
}

/// Rows of people that are left.
async fn left(app: &TestApp) -> Vec<(String, i64)> {
    let mut rows = app.rows().await;
    let tables = [
        "public.customer",
        "public.appointment",
        "public.appointment_event",
        "public.message",
        "public.live_time",
        "public.person_place",
        "public.idempotency_key",
        "public.account",
        "public.account_appointment",
        "public.sign_in",
    ];
    rows.retain(|(table, count)| tables.contains(&table.as_str()) && *count > 0);
    rows
}

#[tokio::test]
async fn a_guest_erases_everything_and_nothing_is_found_any_more() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let booked = two_appointments(&app, town).await;
    let free_before = app.free(town).await.len();
    assert_eq!(app.texts().len(), 2, "SMS were sent");
    let mut browser = by_mail(&app, town, "kanarina@example.org").await;
    let asked = browser.open(&format!("{GUEST}/loeschen")).await.text();
    assert!(asked.contains("werden abgesagt") && asked.contains("8. Dezember 2026"), "{asked}");
    browser.post(&format!("{GUEST}/loeschen"), &[("ja", "1")]).await;
    assert_eq!(browser.path, format!("{GUEST}?getan=geloescht"));
    assert!(!browser.cookies.contains_key("sid"), "the session ends");

    assert_eq!(left(&app).await, Vec::new());
    assert!(app.free(town).await.len() >= free_before, "the times are free again");
    let dump = app.database.dump().await;
    for known in CANARY.iter().copied().chain(booked.iter().map(|one| one.manage_token.as_str())) {
        assert!(!dump.contains(known), "{known} in the database");
        assert!(!logged().contains(known), "{known} in the logs");
    }
    assert_eq!(redis_of(&app).await.iter().filter(|key| key.contains("session")).count(), 0);
    // who opened it before, opens nothing
    assert_eq!(copy_by_token(&app, town, &booked[0].manage_token).await.code(), "NOT_FOUND");

    // the person and the office are told, and the provider is asked to forget
    app.run_jobs().await;
    assert_eq!(app.jobs_left().await, 2, "the looks whether anything is left, one for each key");
    let mails = app.mails_to("kanarina@example.org");
    let told = mails.first().expect("a mail");
    assert!(
        told.subject.contains("gelöscht") && told.text.contains("Aufsichtsbehörde"),
        "{}",
        told.text
    );
    let office = app.outbox().into_iter().find(|mail| mail.subject.contains("E-Mails löschen"));
    let office = office.expect("the office is told");
    assert!(booked.iter().all(|one| office.text.contains(&one.reference)), "{}", office.text);
    assert!(CANARY.iter().all(|known| !office.text.contains(known)), "{}", office.text);
    assert_eq!(app.texts_at_provider(), 0);

    // what is left is a hash that names nobody, and the record of the request
    let sql = app.database.superuser_sql().await;
    let (entries, class): (i64, String) =
        sqlx::query_as("SELECT count(*), min(class) FROM erasure_ledger")
            .fetch_one(&sql)
            .await
            .expect("a row");
    assert_eq!((entries, class.as_str()), (2, "request"));
}

#[tokio::test]
async fn the_keys_are_gone_and_so_is_what_a_dump_shows() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let booked = two_appointments(&app, town).await;
    let sql = app.database.superuser_sql().await;
    let keys: Vec<uuid::Uuid> =
        sqlx::query_scalar("SELECT subject_id FROM customer").fetch_all(&sql).await.expect("ids");
    let (mut browser, name) = by_code(&app, town, &booked[0].manage_token).await;
    // without the button nothing happens
    browser.post(&format!("{GUEST}/loeschen"), &[("t", &name)]).await;
    assert_eq!(app.rows_of("customer").await, 2);
    browser.post(&format!("{GUEST}/loeschen"), &[("t", &name), ("ja", "1")]).await;
    // the other appointment belongs to another key
    assert_eq!(app.rows_of("customer").await, 1);
    let still: Vec<uuid::Uuid> =
        sqlx::query_scalar("SELECT subject_id FROM keys.subject_key WHERE subject_id = ANY ($1)")
            .bind(&keys)
            .fetch_all(&sql)
            .await
            .expect("ids");
    assert_eq!(still.len(), 1, "one key was destroyed");
    let again = app
        .graphql(town, ERASE, json!({ "input": { "manageToken": booked[0].manage_token } }))
        .await;
    assert_eq!(again.code(), "NOT_FOUND");
}

#[tokio::test]
async fn messages_that_wait_are_not_sent() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let booked = app.booked(town, &app.free(town).await[0], super::canary()).await;
    let answer =
        app.graphql(town, ERASE, json!({ "input": { "manageToken": booked.manage_token } })).await;
    assert_eq!(answer.data("eraseMyData/erased"), true);
    app.run_jobs().await;
    assert!(app.texts().is_empty());
    let mails = app.mails_to("kanarina@example.org");
    assert_eq!(
        mails.len(),
        1,
        "only the word that it is done: {:?}",
        mails.first().map(|one| &one.subject)
    );
}

#[tokio::test]
async fn an_account_goes_alone_or_with_everything() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    for everything in [false, true] {
        let account = app.citizen(town, "erika@example.org", Some(citizens::PASSWORD)).await;
        let slot = app.free(town).await[2].clone();
        app.booked(town, &slot, erika()).await;
        let mut browser = app.signed_in(town, &account).await;
        app.advance(chrono::TimeDelta::minutes(20));
        let (path, before) =
            if everything { ("/konto/daten/loeschen", 2) } else { ("/konto/loeschen", 1) };
        assert_eq!(app.rows_of("appointment").await, before);
        // after ten minutes the password is asked for
        browser.post(path, &[("ja", "1"), ("passwort", "falsch geraten")]).await;
        assert_eq!(app.rows_of("account").await, 1);
        browser.post(path, &[("ja", "1"), ("passwort", citizens::PASSWORD)]).await;
        assert_eq!(app.rows_of("account").await, 0, "{everything}");
        assert_eq!(app.rows_of("appointment").await, i64::from(!everything), "{everything}");
        let sid = browser.cookies.get("sid").cloned().unwrap_or_default();
        let me = app.graphql_with_cookie(town, &sid, "{ myData { schema } }", json!({})).await;
        assert_eq!(me.code(), "UNAUTHENTICATED");
    }
    let sql = app.database.superuser_sql().await;
    let classes: Vec<String> =
        sqlx::query_scalar("SELECT class FROM erasure_ledger ORDER BY class")
            .fetch_all(&sql)
            .await
            .expect("rows");
    assert_eq!(classes, ["account", "account", "request", "request"]);
}

#[tokio::test]
async fn another_municipality_keeps_what_is_its_own() {
    let app = TestApp::start().await;
    let (here, there) = (&app.haltern, &app.musterstadt);
    two_appointments(&app, here).await;
    let elsewhere = app.booked(there, &app.free(there).await[0], super::canary()).await;
    let mut browser = by_mail(&app, here, "kanarina@example.org").await;
    browser.post(&format!("{GUEST}/loeschen"), &[("ja", "1")]).await;
    let kept = copy_by_token(&app, there, &elsewhere.manage_token).await;
    assert!(kept.text().contains("Zwitschervogel"), "{}", kept.text());
}
