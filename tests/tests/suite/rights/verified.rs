//! After an erasure somebody looks whether anything is left: in every table that the inventory names, in work that waits,
//! in Redis.

use chrono::TimeDelta;
use db::ledger::VERIFY_AFTER;
use kernel::Role;
use sea_orm::sqlx::{self, AssertSqlSafe, PgPool};
use serde_json::json;
use tests::{TestApp, html};

use super::{ERASE, two_appointments};

async fn number(sql: &PgPool, query: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(query.to_owned())).fetch_one(sql).await.expect("a number")
}

/// Erases a guest and says whose key it was and which appointment.
async fn erased(app: &TestApp) -> (uuid::Uuid, uuid::Uuid) {
    let town = &app.haltern;
    let booked = two_appointments(app, town).await;
    let id: uuid::Uuid = booked[0].id.parse().expect("an id");
    let sql = app.database.superuser_sql().await;
    let text = "SELECT subject_id FROM appointment WHERE id = $1";
    let subject = sqlx::query_scalar(text).bind(id).fetch_one(&sql).await.expect("a person");
    let input = json!({ "input": { "manageToken": booked[0].manage_token } });
    assert_eq!(app.graphql(town, ERASE, input).await.data("eraseMyData/erased"), true);
    app.run_jobs().await;
    (subject, id)
}

async fn looked(app: &TestApp) {
    app.advance(VERIFY_AFTER + TimeDelta::minutes(1));
    app.run_jobs().await;
}

#[tokio::test]
async fn an_erasure_is_verified_and_the_officer_sees_it() {
    let app = TestApp::start().await;
    erased(&app).await;
    let sql = app.database.superuser_sql().await;
    assert_eq!(number(&sql, "SELECT count(*) FROM erasure_check").await, 0, "not at once");
    looked(&app).await;
    assert_eq!(number(&sql, "SELECT count(*) FROM erasure_check WHERE remains = 0").await, 1);
    let places = number(&sql, "SELECT places::bigint FROM erasure_check").await;
    assert!(places >= 10, "every table of people is looked at: {places}");
    assert_eq!(number(&sql, "SELECT count(*) FROM job WHERE kind = 'erasure.verify'").await, 0);
    assert!(app.figures().text().await.contains("stadttermin_erasure_remains 0\n"));

    let mut browser = app.office_browser(&app.haltern, Role::DataProtectionOfficer).await;
    let page = html::text(&browser.open("/amt/datenschutz/loeschung").await.text());
    assert!(page.contains("1 Löschung auf Wunsch wurde danach geprüft"), "{page}");
    let query = "{ erasureChecks { checked withRemains lastAt } }";
    let seen = app.graphql_in(&browser, query, json!({})).await.data("erasureChecks");
    assert_eq!((&seen["checked"], &seen["withRemains"]), (&json!(1), &json!(0)), "{seen}");
}

#[tokio::test]
async fn what_is_left_is_found_wherever_it_is() {
    let app = TestApp::start().await;
    let sql = app.database.superuser_sql().await;
    let (person, appointment) = erased(&app).await;
    let town = app.haltern.id;
    let plants = [
        // a key that came back
        format!("INSERT INTO keys.subject_key SELECT '{town}', '{person}', wrapped, created_at FROM keys.subject_key LIMIT 1"),
        // a record, sealed or not, that knows the person
        format!("INSERT INTO customer (tenant_id, subject_id, sealed, name_index, created_at)
                 SELECT '{town}', '{person}', sealed, name_index, created_at FROM customer LIMIT 1"),
        // work that waits
        format!("INSERT INTO job (tenant_id, id, kind, payload, run_at, state, request_id, created_at)
                 VALUES ('{town}', gen_random_uuid(), 'test', '{{\"appointment\": \"{appointment}\"}}', now(), 'dead', '', now())"),
    ];
    for plant in plants {
        let done = sqlx::query(AssertSqlSafe(plant.clone())).execute(&sql).await;
        done.unwrap_or_else(|error| panic!("{plant}: {error}"));
    }
    looked(&app).await;
    assert_eq!(number(&sql, "SELECT remains::bigint FROM erasure_check").await, 3);
    assert!(app.figures().text().await.contains("stadttermin_erasure_remains 1\n"));
    let logged = tests::logged();
    let warning = logged.lines().find(|line| line.contains("an erasure has left something"));
    let warning = warning.expect("a warning");
    assert!(warning.contains("customer, jobs, keys.subject_key"), "{warning}");
    assert!(!warning.contains(&person.to_string()), "nobody is named: {warning}");
    let mut browser = app.office_browser(&app.haltern, Role::DataProtectionOfficer).await;
    let page = html::text(&browser.open("/amt/datenschutz/loeschung").await.text());
    assert!(page.contains("Bei 1 davon war noch etwas da"), "{page}");

    // it is looked again until nothing is left
    for clean in [
        format!("DELETE FROM customer WHERE subject_id = '{person}'"),
        format!("DELETE FROM keys.subject_key WHERE subject_id = '{person}'"),
        "DELETE FROM job WHERE kind = 'test'".to_owned(),
    ] {
        sqlx::query(AssertSqlSafe(clean)).execute(&sql).await.expect("tidied up");
    }
    looked(&app).await;
    assert_eq!(number(&sql, "SELECT count(*) FROM erasure_check").await, 2);
    assert!(app.figures().text().await.contains("stadttermin_erasure_remains 0\n"));
    looked(&app).await;
    assert_eq!(number(&sql, "SELECT count(*) FROM erasure_check").await, 2, "and not for ever");
}

#[tokio::test]
async fn a_session_of_a_deleted_account_is_found() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let account = app.citizen(town, "kanarina@example.org", None).await;
    let ctx = app.anybody(town).with_actor(kernel::Actor::Account(account.id));
    let (_, place) = app.operators_view(town).await;
    let who = privacy::Rights::account_alone(account.id);
    app.rights().erase(&ctx, app.db(), &place, &who).await.expect("erased");
    // a browser that signs in at the same moment would be like this
    let sessions = app.identity().sessions.clone();
    app.advance(VERIFY_AFTER + TimeDelta::minutes(1));
    let mut session = identity::Session::new(&ctx);
    sessions.save(&ctx, &mut session).await.expect("saved");
    sessions.note(&ctx, account.id, &session, "Firefox").await.expect("noted");
    app.run_jobs().await;
    let sql = app.database.superuser_sql().await;
    assert_eq!(number(&sql, "SELECT remains::bigint FROM erasure_check").await, 1);
}
