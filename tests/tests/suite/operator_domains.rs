//! A municipality's own domains: served once whoever keeps the domain's zone has published the token, and no longer than that.

use chrono::TimeDelta;
use http::StatusCode;
use kernel::Scope;
use serde_json::{Value, json};
use tests::{NameServer, Setup, TestApp};

/// Adds a domain.
pub(crate) const ADD: &str = "mutation($input: TenantDomainInput!) {
  addTenantDomain(input: $input) { domain { name proven recordName recordValue } } }";
/// Looks for its proof.
pub(crate) const PROVE: &str = "mutation($input: TenantDomainInput!) {
  proveTenantDomain(input: $input) { domain { name proven provenAt checkedAt failingSince } } }";
/// Removes it.
pub(crate) const REMOVE: &str = "mutation($input: TenantDomainInput!) {
  removeTenantDomain(input: $input) { name } }";
const OWN: &str = "termine.haltern.example";

async fn start(server: &NameServer) -> (TestApp, String) {
    let app = Setup::new().name_server(server).start().await;
    let ops = app.platform().await;
    let key = app.office_key(&ops, Scope::PlatformWrite).await;
    (app, key)
}

fn input(app: &TestApp, domain: &str) -> Value {
    json!({ "input": { "tenantId": app.haltern.id, "domain": domain } })
}

#[tokio::test]
async fn a_domain_is_served_once_its_token_is_published() {
    let server = NameServer::start().await;
    let (app, key) = start(&server).await;
    let added = app.ask_operator(&key, ADD, input(&app, OWN)).await;
    let (name, value) = (
        added.string("addTenantDomain/domain/recordName"),
        added.string("addTenantDomain/domain/recordValue"),
    );
    assert_eq!(name, format!("_stadttermin.{OWN}"));
    assert!(value.starts_with("stadttermin=") && value.len() == 44, "{value}");
    assert_eq!(app.get(OWN, "/").await.status, StatusCode::NOT_FOUND);

    let prove = async || app.ask_operator(&key, PROVE, input(&app, OWN)).await;
    assert_eq!(prove().await.data("proveTenantDomain/domain/proven"), false);
    server.publish(&name, "stadttermin=00000000000000000000000000000000");
    assert_eq!(prove().await.data("proveTenantDomain/domain/proven"), false, "another's token");
    server.fail(true);
    assert_eq!(prove().await.code(), "UNAVAILABLE");
    assert_eq!(app.get(OWN, "/").await.status, StatusCode::NOT_FOUND);
    server.fail(false);
    server.publish(&name, &value);
    let proven = prove().await;
    assert_eq!(proven.data("proveTenantDomain/domain/proven"), true);
    let page = app.get(OWN, "/").await;
    assert!(page.status == StatusCode::OK && page.text().contains("Haltern"), "{}", page.text());

    // it belongs to one municipality
    let theirs = json!({ "input": { "tenantId": app.musterstadt.id, "domain": OWN } });
    assert_eq!(app.ask_operator(&key, ADD, theirs.clone()).await.code(), "CONFLICT");
    assert_eq!(app.ask_operator(&key, PROVE, theirs.clone()).await.code(), "NOT_FOUND");
    assert_eq!(app.ask_operator(&key, REMOVE, theirs).await.code(), "NOT_FOUND");
    let removed = app.ask_operator(&key, REMOVE, input(&app, OWN)).await;
    assert_eq!(removed.data("removeTenantDomain/name"), OWN);
    assert_eq!(app.get(OWN, "/").await.status, StatusCode::NOT_FOUND);
    let ctx = app.operator(&app.haltern);
    let tx = app.begin(&ctx).await;
    let entries = db::audit::entries(&ctx, &tx, None, 3).await.expect("entries");
    let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["domain.remove", "domain.prove", "domain.add"]);
}

#[tokio::test]
async fn names_that_are_not_the_municipality_s_are_refused() {
    let server = NameServer::start().await;
    let (app, key) = start(&server).await;
    for wrong in [
        "",
        "localhost",
        "musterstadt.localhost",
        "ops.localhost",
        "192.0.2.1",
        "a b.example",
        "a.example:80",
    ] {
        let refused = app.ask_operator(&key, ADD, input(&app, wrong)).await;
        assert_eq!(refused.code(), "BAD_INPUT", "{wrong}");
        assert_eq!(refused.error("extensions/field"), "domain");
    }
    for number in 0..20 {
        let name = format!("t{number}.haltern.example");
        app.ask_operator(&key, ADD, input(&app, &name)).await.data("addTenantDomain");
    }
    assert_eq!(app.ask_operator(&key, ADD, input(&app, OWN)).await.code(), "LIMIT_REACHED");
}

#[tokio::test]
async fn a_proof_that_is_taken_away_lapses_after_a_fortnight() {
    let server = NameServer::start().await;
    let (app, key) = start(&server).await;
    let added = app.ask_operator(&key, ADD, input(&app, OWN)).await;
    let name = added.string("addTenantDomain/domain/recordName");
    let value = added.string("addTenantDomain/domain/recordValue");
    server.publish(&name, &value);
    app.ask_operator(&key, PROVE, input(&app, OWN)).await.data("proveTenantDomain");
    let served = async || app.get(OWN, "/").await.status;
    let day = async || {
        app.advance(TimeDelta::hours(25));
        app.housekeeping().await;
        app.reload_directory().await;
    };
    server.withdraw(&name);
    for _ in 0..13 {
        day().await;
        assert_eq!(served().await, StatusCode::OK);
    }
    // silence is no proof of anything
    server.fail(true);
    for _ in 0..3 {
        day().await;
        assert_eq!(served().await, StatusCode::OK);
    }
    server.fail(false);
    // back in time: the count begins anew
    server.publish(&name, &value);
    day().await;
    server.withdraw(&name);
    day().await;
    assert_eq!(served().await, StatusCode::OK);
    for _ in 0..14 {
        day().await;
    }
    assert_eq!(served().await, StatusCode::NOT_FOUND);
    let ctx = app.operator(&app.haltern);
    let tx = app.begin(&ctx).await;
    let entries = db::audit::entries(&ctx, &tx, None, 1).await.expect("entries");
    assert_eq!((entries[0].action.as_str(), entries[0].actor.as_str()), ("domain.lapse", "worker"));
}

#[tokio::test]
async fn a_domain_of_the_file_waits_for_its_proof_too() {
    let server = NameServer::start().await;
    let (app, key) = start(&server).await;
    app.ask_operator(&key, ADD, input(&app, OWN)).await.data("addTenantDomain");
    let mut file = tests::towns::haltern();
    tests::towns::set(&mut file, "hosts", vec!["buchen.haltern.example".to_owned()]);
    app.apply(file).await;
    assert_eq!(app.get("buchen.haltern.example", "/").await.status, StatusCode::NOT_FOUND);
    let all = "query($slug: String!) { tenant(slug: $slug) { domains { name proven } health { concerns { code count } } } }";
    let listed = app.ask_operator(&key, all, json!({ "slug": "haltern" })).await;
    let waits = |name: &str| json!({ "name": name, "proven": false });
    let both = json!([waits("buchen.haltern.example"), waits(OWN)]);
    assert_eq!(listed.data("tenant/domains"), both);
    app.apply(tests::towns::haltern()).await;
    let listed = app.ask_operator(&key, all, json!({ "slug": "haltern" })).await;
    assert_eq!(
        listed.data("tenant/domains"),
        json!([waits(OWN)]),
        "the file's own goes with the file"
    );
}
