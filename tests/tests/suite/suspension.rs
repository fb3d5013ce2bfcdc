//! A suspended municipality: citizens are told, the office reads, what is due goes on.

use http::StatusCode;
use kernel::{Role, Scope, Scopes};
use serde_json::{Value, json};
use tests::{TestApp, booking::erika, html};

use crate::operator_api::{RESUME, SUSPEND};

async fn suspended() -> (TestApp, String) {
    let app = TestApp::start().await;
    let ops = app.platform().await;
    let key = app.office_key(&ops, Scope::PlatformWrite).await;
    (app, key)
}

async fn suspend(app: &TestApp, key: &str) -> tests::Answer {
    let input = json!({ "input": { "tenantId": app.haltern.id, "reason": "Der Vertrag ruht." } });
    app.ask_operator(key, SUSPEND, input).await
}

#[tokio::test]
async fn citizens_read_that_it_is_closed_and_keep_their_rights() {
    let (app, key) = suspended().await;
    let town = &app.haltern;
    let mut browser = app.browser(town);
    browser.open("/").await;
    let closed = suspend(&app, &key).await;
    assert_eq!(closed.data("suspendTenant/tenant/state"), "SUSPENDED");
    assert_eq!(closed.data("suspendTenant/tenant/suspendedFor"), "Der Vertrag ruht.");
    for path in ["/", "/termine", "/termin", "/konto/registrieren"] {
        let page = app.get(&town.host, path).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(page.header("retry-after"), "3600");
        let text = html::text(&page.text());
        assert!(text.contains("zurzeit geschlossen") && text.contains("02364"), "{text}");
        assert!(!text.contains("Der Vertrag ruht"), "the reason is the operator's");
    }
    let sent = browser.post("/reservieren", &[("anliegen", "personalausweis:1")]).await;
    assert_eq!(sent.status, StatusCode::SERVICE_UNAVAILABLE);
    for path in ["/datenschutz", "/impressum", "/barrierefreiheit", "/datenschutz/meine-daten"] {
        assert_eq!(app.get(&town.host, path).await.status, StatusCode::OK, "{path}");
    }
    let api = app.graphql(town, "{ services { id } }", json!({})).await;
    assert_eq!((api.status, api.code().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE"));
    assert_eq!(api.header("retry-after"), "3600");
    assert_eq!(api.error("extensions/retryable"), true);
    // the neighbours go on
    assert_eq!(app.get(&app.musterstadt.host, "/").await.status, StatusCode::OK);

    let twice = suspend(&app, &key).await;
    assert_eq!(twice.code(), "CONFLICT");
    let input = json!({ "input": { "tenantId": town.id } });
    let opened = app.ask_operator(&key, RESUME, input.clone()).await;
    assert_eq!(opened.data("resumeTenant/tenant/suspendedFor"), Value::Null);
    assert_eq!(app.get(&town.host, "/").await.status, StatusCode::OK);
    assert_eq!(app.ask_operator(&key, RESUME, input).await.code(), "CONFLICT");
}

#[tokio::test]
async fn the_office_reads_and_exports_and_changes_nothing() {
    let (app, key) = suspended().await;
    let town = &app.haltern;
    let program = app.office_key(town, Scopes::ALL).await;
    let mut clerk = app.office_browser(town, Role::Clerk).await;
    let mut officer = app.office_browser(town, Role::DataProtectionOfficer).await;
    let appointment = app.booked(town, &app.free(town).await[0], erika()).await;
    suspend(&app, &key).await;

    let day = clerk.open("/amt/tag").await;
    assert_eq!(day.status, StatusCode::OK);
    assert!(html::text(&day.text()).contains("Dieser Service ist ausgesetzt"));
    let found = clerk.post("/amt/kunden", &[("nach", "name"), ("suche", "Mustermann")]).await;
    assert!(found.text().contains(&appointment.reference), "{}", html::text(&found.text()));
    let cancelled = clerk.post("/amt/termin/absagen", &[("id", &appointment.id)]).await;
    assert_eq!(cancelled.status, StatusCode::SERVICE_UNAVAILABLE);
    let file = officer.get("/amt/protokoll/protokoll.csv").await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(
        file.text().contains("Kommune ausgesetzt") && file.text().contains("Der Vertrag ruht.")
    );
    // duties of data protection go on
    let asked = [
        ("recht", "access"),
        ("weg", "letter"),
        ("vorname", "Erika"),
        ("nachname", "Muster"),
        ("eingang", "2026-12-07"),
    ];
    let taken = officer.post("/amt/datenschutz/anfragen/neu", &asked).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", html::text(&taken.text()));

    let read = app.graphql_as(town, &program, "{ counters { id } }", json!({})).await;
    assert!(read.data("counters").is_array());
    let cancel = "mutation($input: CancelAppointmentByOfficeInput!) {
        cancelAppointmentByOffice(input: $input) { appointment { id } } }";
    let input = json!({ "input": { "appointmentId": appointment.id } });
    let refused = app.graphql_as(town, &program, cancel, input).await;
    assert_eq!(refused.code(), "UNAVAILABLE");
    assert_eq!(app.rows_of("appointment").await, 1);
}

#[tokio::test]
async fn what_is_due_for_booked_appointments_is_sent() {
    let (app, key) = suspended().await;
    app.booked(&app.haltern, &app.free(&app.haltern).await[0], erika()).await;
    suspend(&app, &key).await;
    app.run_jobs().await;
    let states = app.message_states("mail").await;
    assert!(states.iter().any(|(state, count)| state == "sent" && *count == 2), "{states:?}");
    assert_eq!(app.jobs_left().await, 0);
}
