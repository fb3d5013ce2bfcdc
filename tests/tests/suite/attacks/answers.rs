//! What answers carry and what they do not say.

use http::Method;
use kernel::{Role, Scopes};
use serde_json::json;
use tests::{Browser, TestApp};

use super::forged::{Forged, VIEWER};

#[tokio::test]
async fn no_answer_can_be_framed() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let mut browser = app.office_browser(town, Role::TenantAdministrator).await;
    let form = Browser::form(&browser.open("/amt/schluessel").await, "/amt/schluessel");
    let made = browser.submit(&form.with("name", "x").with("recht", "calendar-read")).await;
    assert!(made.text().contains("st_"));
    let mut answers = vec![made];
    for path in
        ["/amt", "/amt/protokoll", "/amt/protokoll/protokoll.csv", "/amt/nichts", "/", "/termin"]
    {
        answers.push(browser.get(path).await);
    }
    answers.push(app.get(&town.host, "/amt").await);
    answers.push(app.get("nowhere.localhost", "/").await);
    answers.push(app.graphql(town, VIEWER, json!({})).await);
    answers.push(Forged::at(&app, town).send(Method::POST, "/amt/anmelden", "x=").await);
    for answer in answers {
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{}: {policy}", answer.status);
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn what_breaks_says_nothing_of_the_inside() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let key = app.office_key(town, Scopes::ALL).await;
    app.get(&town.host, "/").await;
    app.stop_database().await;
    let answers = [
        app.get(&town.host, "/").await,
        app.get(&town.host, "/amt/protokoll").await,
        Forged::at(&app, town).ours().sign_in("wer@example.org", "falsch-und-lang", "").await,
        app.graphql(town, "{ services { id } }", json!({})).await,
        app.graphql_as(town, &key, "{ counters { id } }", json!({})).await,
        app.graphql(town, "{ services { id", json!({})).await,
    ];
    let mut broken = 0;
    for answer in &answers {
        broken += usize::from(answer.status.is_server_error() || answer.code() == "UNAVAILABLE");
        let said = format!("{:?} {}", answer.headers, answer.text()).to_lowercase();
        for inside in
            ["sqlx", "postgres", "relation", "sql ", "pool", "panicked", ".rs:", "sea_orm", "/pg"]
        {
            assert!(!said.contains(inside), "{inside}: {said}");
        }
    }
    assert!(broken >= 2, "{broken} answers broke");
}
