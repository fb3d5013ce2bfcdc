//! Limits of single municipalities: what is reached is said, and the neighbours go on.

use http::StatusCode;
use identity::{
    AccountError,
    people::{self, NewPerson},
};
use kernel::{Locale, Role, Scope, Scopes};
use serde_json::{Value, json};
use tests::{Answer, TestApp};

const SET: &str = "mutation($input: SetTenantQuotaInput!) {
  setTenantQuota(input: $input) { tenant { quotas { name most used } } } }";

async fn start() -> (TestApp, String) {
    let app = TestApp::start().await;
    let ops = app.platform().await;
    let key = app.office_key(&ops, Scope::PlatformWrite).await;
    (app, key)
}

async fn set(app: &TestApp, key: &str, name: &str, most: Value) -> Answer {
    let input = json!({ "input": { "tenantId": app.haltern.id, "name": name, "most": most } });
    app.ask_operator(key, SET, input).await
}

#[tokio::test]
async fn people_and_keys_end_at_their_limits() {
    let (app, key) = start().await;
    let town = &app.haltern;
    let administrator = app.office_browser(town, Role::TenantAdministrator).await;
    let made = set(&app, &key, "PEOPLE", json!(2)).await;
    let quotas = made.data("setTenantQuota/tenant/quotas");
    assert_eq!(quotas[0], json!({ "name": "PEOPLE", "most": 2, "used": 1 }));
    let invite = async |number: u32| {
        let ctx = app.operator(town);
        let tx = app.begin(&ctx).await;
        let wanted = NewPerson {
            first_name: "Neu".to_owned(),
            last_name: "Kollegin".to_owned(),
            email: format!("neu{number}@haltern.example"),
            locale: Locale::De,
            grants: Role::Clerk.into(),
        };
        let done = people::invite(&ctx, &tx, &wanted).await;
        tx.commit().await.expect("committed");
        done
    };
    invite(1).await.expect("one more");
    assert!(matches!(invite(2).await, Err(AccountError::Quota(_))));

    set(&app, &key, "ACCESS_KEYS", json!(1)).await.data("setTenantQuota");
    let (_, first) = app.office_key_with_id(town, Scopes::CALENDAR).await;
    let create =
        "mutation($input: CreateAccessKeyInput!) { createAccessKey(input: $input) { token } }";
    let input = json!({ "input": { "name": "Zweite", "scopes": ["APPOINTMENTS"], "days": 9 } });
    let ask = async || crate::key_pages::ask(&app, &administrator, create, input.clone()).await;
    let refused = ask().await;
    assert_eq!(refused.code(), "LIMIT_REACHED");
    assert!(refused.error("message").to_string().contains("1 gültige"), "{}", refused.text());
    app.revoke_key(town, first).await;
    ask().await.data("createAccessKey");
    // the neighbours have no limit
    for _ in 0..3 {
        app.office_key(&app.musterstadt, Scopes::ALL).await;
    }
    set(&app, &key, "PEOPLE", Value::Null).await.data("setTenantQuota");
    invite(3).await.expect("without a limit");
    for wrong in [0, 1_000_001] {
        assert_eq!(set(&app, &key, "PEOPLE", json!(wrong)).await.code(), "BAD_INPUT");
    }
}

#[tokio::test]
async fn one_municipality_s_rush_ends_at_its_share() {
    let (app, key) = start().await;
    set(&app, &key, "REQUESTS_PER_MINUTE", json!(5)).await.data("setTenantQuota");
    let mut answers = Vec::new();
    for _ in 0..7 {
        answers.push(app.get(&app.haltern.host, "/impressum").await.status);
    }
    assert_eq!(answers.iter().filter(|status| **status == StatusCode::OK).count(), 5);
    let page = app.get(&app.haltern.host, "/").await;
    assert_eq!((page.status, page.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "60"));
    assert!(page.text().contains("in einer Minute"), "{}", page.text());
    let api = app.graphql(&app.haltern, "{ viewer { signedIn } }", json!({})).await;
    assert_eq!(api.code(), "RATE_LIMITED");
    assert_eq!(app.get(&app.musterstadt.host, "/").await.status, StatusCode::OK);
    app.advance(chrono::TimeDelta::minutes(2));
    assert_eq!(app.get(&app.haltern.host, "/").await.status, StatusCode::OK);
}
