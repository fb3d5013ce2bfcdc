//! The operator's API at its own host: municipalities are founded, changed, suspended and looked after.

use http::StatusCode;
use kernel::{Actor, Role, Scope, Scopes};
use serde_json::{Value, json};
use tenant::{
    ManageError, domains,
    manage::{self, Change},
    quotas::{self, Quota},
};
use tests::{TestApp, Town, booking::erika, html};

/// Founds a municipality.
pub(crate) const CREATE: &str = "mutation($input: CreateTenantInput!) {
  createTenant(input: $input) { tenant { id slug name state noticeVersion health { light } } } }";
/// Changes one.
pub(crate) const UPDATE: &str = "mutation($input: UpdateTenantInput!) {
  updateTenant(input: $input) { tenant { id name noticeVersion } } }";
/// Suspends one.
pub(crate) const SUSPEND: &str = "mutation($input: SuspendTenantInput!) {
  suspendTenant(input: $input) { tenant { state suspendedAt suspendedFor } } }";
/// Opens one again.
pub(crate) const RESUME: &str = "mutation($input: TenantInput!) {
  resumeTenant(input: $input) { tenant { state suspendedAt suspendedFor } } }";
const TENANTS: &str = "query($first: Int!, $after: String) { tenants(first: $first, after: $after) {
  nodes { slug state address health { light concerns { code light count } } } pageInfo { hasNextPage endCursor } } }";
const HEALTH: &str = "query($slug: String!) { tenant(slug: $slug) { id state noticeVersion health {
  light concerns { code light count } mail { enabled lastSentAt failedLastWeek waiting } sms { enabled }
  jobsWaiting jobsLate jobsDead daysWithFreeTimes deletionOverdueSince noticeGaps lastProofAt proofViolations } } }";

/// A municipality that nobody has heard of.
pub(crate) fn neustadt() -> Value {
    json!({
        "slug": "neustadt",
        "name": "Stadt Neustadt",
        "land": "NI",
        "phone": "05032 84-0",
        "website": "https://www.neustadt.example",
        "controller": { "name": "Stadt Neustadt", "street": "Markt 1", "postalCode": "31535",
            "city": "Neustadt", "email": "info@neustadt.example" },
        "contractOn": "2026-12-01",
    })
}

/// What stands in a municipality's trail, the newest first: action and who.
async fn trail(app: &TestApp, town: &Town) -> Vec<(String, String)> {
    let ctx = app.operator(town);
    let tx = app.begin(&ctx).await;
    let entries = db::audit::entries(&ctx, &tx, None, 50).await.expect("entries");
    tx.commit().await.expect("committed");
    entries.into_iter().map(|entry| (entry.action, entry.actor)).collect()
}

fn act(action: &str, actor: &str) -> (String, String) {
    (action.to_owned(), actor.to_owned())
}

#[tokio::test]
async fn a_municipality_is_founded_and_its_file_makes_it_whole() {
    let app = TestApp::start().await;
    let ops = app.platform().await;
    let key = app.office_key(&ops, Scope::PlatformWrite).await;
    let made = app.ask_operator(&key, CREATE, json!({ "input": neustadt() })).await;
    assert_eq!(made.data("createTenant/tenant/state"), "DRAFT");
    assert_eq!(made.data("createTenant/tenant/health/light"), "RED", "its notice has gaps");
    assert_eq!(app.get("neustadt.localhost", "/").await.status, StatusCode::NOT_FOUND);

    let id = kernel::TenantId::parse(&made.string("createTenant/tenant/id")).expect("an id");
    let town = Town { id, host: "neustadt.localhost".to_owned() };
    assert_eq!(trail(&app, &town).await, [act("tenant.create", "operator")]);
    let ours = trail(&app, &ops).await;
    assert_eq!(ours[0], act("tenant.create", "program"), "who it was stands at the operator's");

    let again = app.ask_operator(&key, CREATE, json!({ "input": neustadt() })).await;
    assert_eq!(
        (again.code().as_str(), again.error("extensions/field")),
        ("BAD_INPUT", "slug".into())
    );
    for (field, value, named) in [
        ("slug", json!("Neu Stadt"), "slug"),
        ("slug", json!("ops"), "slug"),
        ("website", json!("http://neustadt.example"), "website"),
        ("name", json!(" "), "name"),
    ] {
        let mut input = neustadt();
        input["slug"] = json!("woanders");
        input[field] = value;
        let refused = app.ask_operator(&key, CREATE, json!({ "input": input })).await;
        assert_eq!(refused.code(), "BAD_INPUT", "{field}: {}", refused.text());
        assert_eq!(refused.error("extensions/field"), named, "{}", refused.text());
    }

    // its file says the rest, and it is served
    let mut file = tests::towns::musterstadt();
    tests::towns::set(&mut file, "slug", "neustadt");
    tests::towns::set(&mut file, "name", "Stadt Neustadt");
    let text = file.to_string();
    let parsed = gateway::onboarding::MunicipalityFile::parse(&text).expect("a file");
    assert_eq!(parsed.town.slug, "neustadt");
    app.apply(file).await;
    assert_eq!(app.get("neustadt.localhost", "/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_said_about_a_municipality_changes_with_its_notice() {
    let app = TestApp::start().await;
    let ops = app.platform().await;
    let key = app.office_key(&ops, Scope::PlatformWrite).await;
    let input = json!({ "input": { "tenantId": app.haltern.id, "name": "Stadt Haltern",
        "phone": "02364 1-0", "website": "https://www.haltern-neu.example",
        "controller": { "name": "Stadt Haltern", "street": "Neue Straße 9", "postalCode": "45721",
            "city": "Haltern am See", "email": "neu@haltern.example" } } });
    let changed = app.ask_operator(&key, UPDATE, input.clone()).await;
    assert_eq!(changed.data("updateTenant/tenant/noticeVersion"), 2);
    let page = app.get(&app.haltern.host, "/datenschutz").await.text();
    assert!(page.contains("Neue Straße 9") && page.contains("02364 1-0"), "{}", html::text(&page));
    let before = trail(&app, &app.haltern).await.len();
    let same = app.ask_operator(&key, UPDATE, input).await;
    assert_eq!(same.data("updateTenant/tenant/noticeVersion"), 2);
    assert_eq!(trail(&app, &app.haltern).await.len(), before, "nothing differs");
    assert_eq!(trail(&app, &app.haltern).await[0], act("tenant.apply", "operator"));
    let untouched = app.graphql(&app.musterstadt, "{ municipality { name } }", json!({})).await;
    assert_eq!(untouched.data("municipality/name"), "Stadt Musterstadt");
    let wrong = json!({ "input": { "tenantId": app.haltern.id, "website": "ftp://x" } });
    assert_eq!(app.ask_operator(&key, UPDATE, wrong).await.code(), "BAD_INPUT");
}

#[tokio::test]
async fn municipalities_are_listed_in_pages_with_their_lights() {
    let app = TestApp::start().await;
    let ops = app.platform().await;
    let key = app.office_key(&ops, Scope::PlatformRead).await;
    let first = app.ask_operator(&key, TENANTS, json!({ "first": 1 })).await;
    assert_eq!(first.data("tenants/nodes/0/slug"), "haltern");
    assert_eq!(first.data("tenants/pageInfo/hasNextPage"), true);
    let after = first.data("tenants/pageInfo/endCursor");
    let next = app.ask_operator(&key, TENANTS, json!({ "first": 9, "after": after })).await;
    assert_eq!(next.data("tenants/nodes/0/slug"), "musterstadt");
    assert_eq!(next.data("tenants/nodes").as_array().map(Vec::len), Some(1), "without the realm");
    assert_eq!(next.data("tenants/nodes/0/address"), "http://musterstadt.localhost");
    for first in [0, 51] {
        let refused = app.ask_operator(&key, TENANTS, json!({ "first": first })).await;
        assert_eq!(refused.code(), "BAD_INPUT");
    }
}

#[tokio::test]
async fn health_is_counts_and_says_what_to_look_at() {
    let app = TestApp::start().await;
    let ops = app.platform().await;
    let key = app.office_key(&ops, Scope::PlatformRead).await;
    let ask = async || app.ask_operator(&key, HEALTH, json!({ "slug": "haltern" })).await;
    app.booked(&app.haltern, &app.free(&app.haltern).await[0], erika()).await;
    app.run_jobs().await;
    let well = ask().await;
    assert_eq!(well.data("tenant/health/mail/enabled"), true);
    assert!(well.string("tenant/health/mail/lastSentAt").starts_with("2026-12-07T08:00"));
    assert!(well.data("tenant/health/daysWithFreeTimes").as_i64() > Some(5), "{}", well.text());
    assert_eq!(
        well.data("tenant/health/concerns"),
        json!([{ "code": "PROOF_OLD", "light": "YELLOW", "count": null }]),
    );
    for personal in ["Mustermann", "erika@example.org", "23456789"] {
        assert!(!well.text().contains(personal));
    }

    let sql = app.database.superuser_sql().await;
    for change in [
        "UPDATE message SET state = 'failed' WHERE channel = 'mail' AND audience = 'citizen'",
        "UPDATE day_map SET busy = open",
        "UPDATE retention_state SET next_due_at = next_due_at - interval '60 days' WHERE category = 'access-log'",
        "INSERT INTO job (tenant_id, id, kind, payload, run_at, request_id, created_at)
         SELECT tenant_id, gen_random_uuid(), 'x', '{}', '2026-12-07T06:00Z', '1', now() FROM controller",
    ] {
        sea_orm::sqlx::query(change).execute(&sql).await.expect(change);
    }
    let ill = ask().await;
    assert_eq!(ill.data("tenant/health/light"), "RED");
    let concerns = ill.data("tenant/health/concerns");
    let codes: Vec<&str> =
        concerns.as_array().into_iter().flatten().filter_map(|one| one["code"].as_str()).collect();
    for code in ["JOBS_LATE", "MAIL_FAILED", "NO_FREE_TIMES", "PROOF_OLD", "DELETION_OVERDUE"] {
        assert!(codes.contains(&code), "{code}: {concerns}");
    }
    assert_eq!(codes[0], "JOBS_LATE", "the most urgent first");
    // the neighbour's own
    let theirs = app.ask_operator(&key, HEALTH, json!({ "slug": "musterstadt" })).await;
    assert_eq!(theirs.data("tenant/health/mail/lastSentAt"), Value::Null);
    let said = app.command(&["tenant", "health", "haltern"]);
    assert!(said.code == Some(1) && said.text.contains("RED deletion-overdue"), "{said:?}");
}

#[tokio::test]
async fn rights_end_where_they_should() {
    let app = TestApp::start().await;
    let ops = app.platform().await;
    let reads = app.office_key(&ops, Scope::PlatformRead).await;
    let office = app.office_key(&app.haltern, Scopes::ALL).await;
    let input = json!({ "input": { "tenantId": app.haltern.id, "reason": "Vertrag endet" } });
    assert_eq!(app.ask_operator(&reads, SUSPEND, input.clone()).await.code(), "FORBIDDEN");
    // a municipality's key opens nothing here, and ours nothing there
    let foreign = app.ask_operator(&office, TENANTS, json!({ "first": 1 })).await;
    assert_eq!(foreign.status, StatusCode::UNAUTHORIZED);
    let there = app.graphql_as(&app.haltern, &reads, "{ viewer { signedIn } }", json!({})).await;
    assert_eq!(there.status, StatusCode::UNAUTHORIZED);
    // nor can a municipality have such a key, whatever the code says
    let sql = app.database.superuser_sql().await;
    let forged = sea_orm::sqlx::query(
        "UPDATE access_key SET scopes = 'platform-write' WHERE tenant_id <> $1",
    );
    let refused = forged.bind(ops.id.uuid()).execute(&sql).await.expect_err("refused");
    assert!(refused.to_string().contains("access_key_realm"), "{refused}");
    // what the service's role may write, it may write in the municipality's own transaction alone
    let ctx = app.operator(&app.musterstadt);
    for text in [
        "UPDATE tenant SET name = 'x' WHERE slug = 'haltern'",
        "DELETE FROM host",
        "INSERT INTO host (name, tenant) SELECT 'x.example', id FROM tenant WHERE slug = 'haltern'",
    ] {
        let tx = app.begin(&ctx).await;
        let done = sea_orm::ConnectionTrait::execute_unprepared(&tx, text).await;
        let changed = done.map_or(0, |done| done.rows_affected());
        assert_eq!(changed, 0, "{text}");
        tx.rollback().await.expect("undone");
    }
}

/// The doors ask who somebody is, and what is behind them asks again: another door may forget to.
#[tokio::test]
async fn what_changes_a_municipality_asks_by_itself() {
    let app = TestApp::start().await;
    let ctx = app.operator(&app.haltern).with_actor(Actor::Citizen);
    let tx = app.begin(&ctx).await;
    let name = "termine.haltern.example";
    let quota = Quota::from_key("people").expect("a limit");
    let refused = [
        manage::change(&ctx, &tx, &Change::default()).await.err(),
        manage::suspend(&ctx, &tx, "Der Vertrag ruht.").await.err(),
        manage::resume(&ctx, &tx).await.err(),
        domains::add(&ctx, &tx, name, "localhost").await.err(),
        domains::remove(&ctx, &tx, name).await.err(),
        quotas::set(&ctx, &tx, quota, Some(1)).await.err(),
    ];
    for (at, error) in refused.into_iter().enumerate() {
        assert!(matches!(error, Some(ManageError::Forbidden(_))), "{at}: {error:?}");
    }
}

#[tokio::test]
async fn a_deletion_is_announced_and_withdrawn() {
    let app = TestApp::start().await;
    let ops = app.platform().await;
    let key = app.office_key(&ops, Scope::PlatformWrite).await;
    let administrator = app.staff(&app.haltern, Role::TenantAdministrator).await;
    let announce =
        "mutation($input: TenantInput!) { announceTenantDeletion(input: $input) { deleteAfter } }";
    let withdraw = "mutation($input: TenantInput!) { withdrawTenantDeletion(input: $input) { tenant { deleteAfter } } }";
    let input = json!({ "input": { "tenantId": app.haltern.id } });
    for _ in 0..2 {
        let answer = app.ask_operator(&key, announce, input.clone()).await;
        assert!(answer.string("announceTenantDeletion/deleteAfter").starts_with("2027-01-06"));
    }
    app.run_jobs().await;
    let told = app.mails_to(&administrator.profile.email).len();
    assert_eq!(told, 1, "once");
    let kept = app.ask_operator(&key, withdraw, input).await;
    assert_eq!(kept.data("withdrawTenantDeletion/tenant/deleteAfter"), Value::Null);
    let entries = trail(&app, &app.haltern).await;
    assert_eq!(entries[0], act("tenant.keep", "operator"));
}

#[tokio::test]
async fn the_command_line_does_the_same() {
    let app = TestApp::start().await;
    app.platform().await;
    let arguments = "tenant create neudorf --land BY --phone 1 --website https://neudorf.example --controller Gemeinde \
                     --street Weg --postal-code 12345 --city Neudorf --email a@neudorf.example --contract-on 2026-12-01";
    let mut arguments: Vec<&str> = arguments.split_whitespace().collect();
    arguments.extend(["--name", "Gemeinde Neudorf"]);
    let said = app.command(&arguments);
    assert!(said.code == Some(0) && said.text.contains("founded as a draft"), "{said:?}");
    let said = app.command(&["tenant", "change", "neudorf", "--phone", "2"]);
    assert!(said.code == Some(0), "{said:?}");
    let said = app.command(&["tenant", "suspend", "haltern", "--reason", "Der Vertrag ruht."]);
    assert!(said.code == Some(0), "{said:?}");
    app.reload_directory().await;
    assert_eq!(app.get(&app.haltern.host, "/").await.status, StatusCode::SERVICE_UNAVAILABLE);
    let said = app.command(&["tenant", "list"]);
    for part in ["haltern  suspended", "neudorf  draft", "musterstadt  active"] {
        assert!(said.text.contains(part), "{part}: {said:?}");
    }
    let said = app.command(&["tenant", "resume", "haltern"]);
    assert!(said.code == Some(0), "{said:?}");
    let said = app.command(&["tenant", "suspend", "nirgends", "--reason", "Warum nicht"]);
    assert!(said.code == Some(1), "{said:?}");
}
