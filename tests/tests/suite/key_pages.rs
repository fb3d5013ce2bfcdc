//! Access keys in the hands of the tenant administrator: on the pages and over the API, and in nobody else's.

use http::StatusCode;
use kernel::{Role, Scopes};
use serde_json::{Value, json};
use tests::{Answer, Browser, TestApp, html};

const CREATE: &str = "mutation($input: CreateAccessKeyInput!) { createAccessKey(input: $input) {
  token accessKey { id name scopes isValid lastUsedAt expiresAt } } }";
const REVOKE: &str = "mutation($input: RevokeAccessKeyInput!) {
  revokeAccessKey(input: $input) { accessKey { id isValid revokedAt } } }";
const LIST: &str = "query($first: Int!, $after: ID) { accessKeys(first: $first, after: $after) {
  nodes { id name isValid } pageInfo { hasNextPage endCursor } } }";

/// Asks GraphQL as a script of the office's own pages does: with the cookie and its origin.
pub(crate) async fn ask(
    app: &TestApp,
    browser: &Browser<'_>,
    query: &str,
    variables: Value,
) -> Answer {
    let sid = browser.cookies.get("sid").cloned().unwrap_or_default();
    let (cookie, origin) = (format!("sid={sid}"), format!("http://{}", browser.host));
    let headers = [("cookie", cookie.as_str()), ("origin", origin.as_str())];
    app.graphql_at(&browser.host, query, variables, &headers).await
}

#[tokio::test]
async fn a_key_is_made_shown_once_and_taken_back_on_the_pages() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let mut browser = app.office_browser(town, Role::TenantAdministrator).await;
    assert!(browser.open("/amt").await.text().contains("href=\"/amt/schluessel\""));

    let form = Browser::form(&browser.open("/amt/schluessel").await, "/amt/schluessel");
    assert_eq!(form.value("tage"), Some("90"));
    let typed = form.with("name", "Anzeige im <Foyer>").with("tage", "900");
    let refused = browser.submit(&typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("href=\"#rechte\""), "{}", html::text(&refused.text()));
    let typed = Browser::form(&refused, "/amt/schluessel");
    assert_eq!(typed.value("name"), Some("Anzeige im <Foyer>"));

    let typed = typed.with("recht", "calendar-read");
    let refused = browser.submit(&typed).await;
    assert!(refused.text().contains("href=\"#tage\""), "{}", html::text(&refused.text()));
    let made = browser.submit(&typed.with("tage", "30")).await;
    assert_eq!(made.status, StatusCode::OK);
    assert_eq!(made.header("cache-control"), "no-store");
    assert_eq!(browser.path, "/amt/schluessel", "the token is in no address");
    let text = made.text();
    let start = text.find("st_").expect("the token");
    let token: String = text[start..].chars().take(35).collect();

    let list = browser.open("/amt/schluessel").await.text();
    assert!(!list.contains(&token[3..]), "shown once");
    assert!(list.contains("Anzeige im &#60;Foyer&#62;") && list.contains("noch nie"));
    let viewer = "{ viewer { scopes } }";
    let answer = app.graphql_as(town, &token, viewer, json!({})).await;
    assert_eq!(answer.data("viewer/scopes"), json!(["CALENDAR_READ"]));

    let link = html::links(&list).into_iter().find(|link| link.contains("zurueckziehen"));
    let asked = browser.open(&link.expect("a link to take it back")).await;
    let answer = app.graphql_as(town, &token, viewer, json!({})).await;
    assert_eq!(answer.status, StatusCode::OK, "asking changes nothing");
    let form = Browser::form(&asked, "/amt/schluessel/zurueckziehen");
    let done = browser.submit(&form).await;
    assert!(done.text().contains("Er öffnet ab sofort nichts mehr"));
    assert!(!done.text().contains("zurueckziehen?id="), "nothing is left to take back");
    let answer = app.graphql_as(town, &token, viewer, json!({})).await;
    assert_eq!(answer.code(), "UNAUTHENTICATED");
    let log = tests::logged();
    assert!(log.contains("request served") && !log.contains(&token[3..]), "the log has the token");
}

#[tokio::test]
async fn a_key_is_made_listed_and_taken_back_over_the_api() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let browser = app.office_browser(town, Role::TenantAdministrator).await;
    let input = json!({ "input": { "name": "Kalender", "scopes": ["CALENDAR_WRITE"], "days": 7 } });
    let mut ids = Vec::new();
    for _ in 0..3 {
        let made = ask(&app, &browser, CREATE, input.clone()).await;
        let token = made.string("createAccessKey/token");
        let answer = app.graphql_as(town, &token, "{ viewer { scopes } }", json!({})).await;
        assert_eq!(answer.data("viewer/scopes"), json!(["CALENDAR_WRITE"]));
        ids.push(made.string("createAccessKey/accessKey/id"));
    }
    let first = ask(&app, &browser, LIST, json!({ "first": 2 })).await;
    assert_eq!(first.data("accessKeys/pageInfo/hasNextPage"), true);
    let cursor = first.data("accessKeys/pageInfo/endCursor");
    let rest = ask(&app, &browser, LIST, json!({ "first": 2, "after": cursor })).await;
    assert_eq!(rest.data("accessKeys/pageInfo/hasNextPage"), false);
    let id = |answer: &Answer, at| answer.string(&format!("accessKeys/nodes/{at}/id"));
    let mut listed = vec![id(&first, 0), id(&first, 1), id(&rest, 0)];
    listed.sort();
    ids.sort();
    assert_eq!(listed, ids);

    let revoke = json!({ "input": { "id": ids[0] } });
    let revoked = ask(&app, &browser, REVOKE, revoke.clone()).await;
    assert_eq!(revoked.data("revokeAccessKey/accessKey/isValid"), false);
    let again = ask(&app, &browser, REVOKE, revoke).await;
    assert_eq!(
        again.data("revokeAccessKey/accessKey/revokedAt"),
        revoked.data("revokeAccessKey/accessKey/revokedAt")
    );
    let bad = json!({ "input": { "name": "x", "scopes": [], "days": 7 } });
    let bad = ask(&app, &browser, CREATE, bad).await;
    assert_eq!((bad.code(), bad.error("extensions/field")), ("BAD_INPUT".into(), json!("scopes")));
    let large = ask(&app, &browser, LIST, json!({ "first": 51 })).await;
    assert_eq!(large.code(), "BAD_INPUT");
}

#[tokio::test]
async fn a_key_cannot_make_keys_whatever_cookie_comes_with_it() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let key = app.office_key(town, Scopes::ALL).await;
    let input = json!({ "input": { "name": "Kalender", "scopes": ["APPOINTMENTS"] } });
    let refused = app.graphql_as(town, &key, CREATE, input.clone()).await;
    assert_eq!(refused.code(), "FORBIDDEN", "{}", refused.text());
    // whoever shows a key acts by the key
    let browser = app.office_browser(town, Role::TenantAdministrator).await;
    let (cookie, shown) = (format!("sid={}", browser.cookies["sid"]), format!("Bearer {key}"));
    let headers = [("cookie", cookie.as_str()), ("authorization", shown.as_str())];
    let refused = app.graphql_at(&town.host, CREATE, input.clone(), &headers).await;
    assert_eq!(refused.code(), "FORBIDDEN", "{}", refused.text());
    // and nobody else of the office, either
    for role in [Role::Clerk, Role::OfficeManager, Role::DataProtectionOfficer] {
        let mut browser = app.office_browser(town, role).await;
        assert_eq!(ask(&app, &browser, CREATE, input.clone()).await.code(), "FORBIDDEN");
        assert_eq!(browser.get("/amt/schluessel").await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(app.keys(town).await.len(), 1);
}
