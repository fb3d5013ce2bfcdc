//! The register of incidents and its clock.

use chrono::TimeDelta;
use kernel::Role;
use serde_json::json;
use tests::{TestApp, html};

const LIST: &str = "/amt/datenschutz/vorfaelle";
const ONE: &str = "/amt/datenschutz/vorfaelle/vorfall";

#[tokio::test]
async fn an_incident_is_noted_and_the_clock_runs_until_the_authority_is_told() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let officer = app.staff(town, Role::DataProtectionOfficer).await;
    let mut browser = app.signed_in(town, &officer).await;
    let form = [
        ("titel", "E-Mail an falschen Verteiler"),
        ("bemerkt", "2026-12-06T20:00"),
        ("beschreibung", "Eine Tagesliste ging an einen fremden Verteiler."),
        ("arten", "Namen und Uhrzeiten von Bürgerinnen und Bürgern mit Termin"),
        ("personen", "23"),
        ("massnahmen", "Empfänger gebeten, die E-Mail zu löschen."),
    ];
    browser.post(ONE, &form).await;
    assert_eq!(browser.path, format!("{LIST}?getan=ja"));
    // noticed on Sunday at eight in the evening; now it is Monday, eight in the morning
    let page = html::text(&browser.open(LIST).await.text());
    assert!(page.contains("E-Mail an falschen Verteiler") && page.contains("23"), "{page}");
    assert!(
        page.contains("Noch 60 Stunden") && page.contains("9. Dezember 2026, 20:00 Uhr"),
        "{page}"
    );

    let link = browser.open(LIST).await.text();
    let id = link
        .split("vorfall?id=")
        .nth(1)
        .expect("a link")
        .split('"')
        .next()
        .expect("an id")
        .to_owned();
    app.advance(TimeDelta::hours(61));
    let mut browser = app.signed_in(town, &officer).await;
    let late = html::text(&browser.open(LIST).await.text());
    assert!(late.contains("überfällig seit"), "{late}");
    let mut told = form.to_vec();
    told.extend([("id", id.as_str()), ("behoerde", "2026-12-09T20:30"), ("erledigt", "ja")]);
    browser.post(ONE, &told).await;
    let page = html::text(&browser.open(LIST).await.text());
    assert!(
        page.contains("nach mehr als 72 Stunden gemeldet") && page.contains("Erledigt"),
        "{page}"
    );
    let trail = html::text(&browser.open("/amt/protokoll").await.text());
    assert!(
        trail.contains("Datenschutzvorfall festgehalten") && trail.contains("ergänzt"),
        "{trail}"
    );
    assert!(!trail.contains("Verteiler"), "the trail does not repeat it");
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_nothing_typed_is_lost() {
    let app = TestApp::start().await;
    let mut browser = app.office_browser(&app.haltern, Role::TenantAdministrator).await;
    for (field, value, at) in [
        ("bemerkt", "2026-12-08T09:00", "bemerkt"),
        ("bemerkt", "gestern", "bemerkt"),
        ("titel", "x", "titel"),
        ("personen", "viele", "personen"),
        ("behoerde", "2026-12-05T09:00", "behoerde"),
    ] {
        let mut form = vec![
            ("titel", "Falscher Verteiler"),
            ("bemerkt", "2026-12-06T20:00"),
            ("massnahmen", "Rückruf veranlasst"),
        ];
        form.retain(|(name, _)| *name != field);
        form.push((field, value));
        let answer = browser.post(ONE, &form).await;
        assert_eq!(answer.status, 422, "{field}={value}");
        let page = answer.text();
        assert!(page.contains(&format!("href=\"#{at}\"")), "{field}={value}: {page}");
        assert!(page.contains("Rückruf veranlasst"), "what was typed is still there");
    }
    assert!(browser.open(LIST).await.text().contains("Es ist kein Vorfall festgehalten"));
}

#[tokio::test]
async fn the_register_is_the_municipality_s_own() {
    let app = TestApp::start().await;
    let note = "mutation($input: IncidentInput!) { noteIncident(input: $input) { incident { id clock due } } }";
    let input = |id: Option<&str>| {
        json!({ "input": { "id": id, "title": "Falscher Verteiler", "noticedAt": "2026-12-06T20:00:00+01:00",
            "noReportReason": "Die Datei war verschlüsselt." } })
    };
    let at = async |town| {
        let browser = app.office_browser(town, Role::DataProtectionOfficer).await;
        browser.cookies["sid"].clone()
    };
    let (ours, theirs) = (at(&app.haltern).await, at(&app.musterstadt).await);
    let made = app.graphql_with_cookie(&app.haltern, &ours, note, input(None)).await;
    assert_eq!(made.data("noteIncident/incident/clock"), "NOT_NEEDED");
    assert_eq!(made.data("noteIncident/incident/due"), "2026-12-09T20:00:00+01:00");
    let id = made.string("noteIncident/incident/id");
    let foreign = app.graphql_with_cookie(&app.musterstadt, &theirs, note, input(Some(&id))).await;
    assert_eq!(foreign.code(), "NOT_FOUND");
    let list = "{ incidents { nodes { id title } } }";
    let seen = app.graphql_with_cookie(&app.musterstadt, &theirs, list, json!({})).await;
    assert_eq!(seen.data("incidents/nodes"), json!([]));
    let seen = app.graphql_with_cookie(&app.haltern, &ours, list, json!({})).await;
    assert_eq!(seen.data("incidents/nodes/0/id"), id);
}
