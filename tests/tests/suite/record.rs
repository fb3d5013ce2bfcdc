//! The record of processing activities, the notice's versions, and municipalities that are not ready to be served.

use kernel::Role;
use sea_orm::sqlx;
use serde_json::json;
use tests::{Setup, TestApp, html, towns};
use toml::Value;

#[tokio::test]
async fn the_record_follows_the_municipality() {
    let app = TestApp::start().await;
    let mut officer = app.office_browser(&app.haltern, Role::DataProtectionOfficer).await;
    let page = html::text(&officer.open("/amt/datenschutz/verzeichnis").await.text());
    for part in [
        "Stadt Haltern am See",
        "Behördliche Datenschutzbeauftragte",
        "Art. 6 Abs. 1 S. 1 lit. b DSGVO",
        "Art. 6 Abs. 1 S. 1 lit. c DSGVO mit Art. 5 Abs. 2 DSGVO",
        "Bentjen Software GmbH, Mittwald CM Service GmbH & Co.KG",
        "LOX24 GmbH",
        "1. September 2020",
        "7 Tage nach dem Termin",
        "Postfach des Standorts",
        "verkettete Prüfwerte",
        "ChaCha20-Poly1305",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }

    let mut changed = towns::haltern();
    towns::set(&mut changed, "retention.appointment_days", 3);
    towns::set(&mut changed, "sms.enabled", false);
    for purpose in ["use", "analysis", "improvement"] {
        let basis = toml::toml! { point = "e"
        law = "§ 3 DSG NRW" };
        towns::set(&mut changed, &format!("legal_basis.{purpose}"), Value::Table(basis));
    }
    app.apply(changed).await;
    let page = html::text(&officer.open("/amt/datenschutz/verzeichnis").await.text());
    assert!(
        page.contains("3 Tage nach dem Termin") && page.contains("lit. e DSGVO mit § 3 DSG NRW")
    );
    assert!(!page.contains("lit. f DSGVO") && !page.contains("1blu AG, LOX24 GmbH"), "{page}");
    let notice = html::text(&app.get(&app.haltern.host, "/datenschutz").await.text());
    assert!(
        notice.contains("mit § 3 DSG NRW") && notice.contains("trotzdem zum Mitnehmen"),
        "{notice}"
    );
}

#[tokio::test]
async fn the_record_is_a_sheet_without_formulas() {
    let mut evil = towns::haltern();
    towns::set(&mut evil, "controller.name", "=HYPERLINK(\"https://evil.example\")");
    let app = Setup::new().haltern(evil).start().await;
    let mut officer = app.office_browser(&app.haltern, Role::TenantAdministrator).await;
    let file = officer.open("/amt/datenschutz/verzeichnis/verzeichnis.csv").await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    let text = file.text();
    assert!(text.starts_with("\u{feff}\"Teil\";\"Bezeichnung\""), "{text:.80}");
    assert!(text.contains("\"'=HYPERLINK"), "{text}");
    let rows: Vec<&str> = text.lines().collect();
    assert!(rows.len() > 30, "{} rows", rows.len());
    for row in rows {
        assert_eq!(row.matches("\";\"").count(), 10, "{row}");
    }
}

#[tokio::test]
async fn the_record_is_read_through_the_api() {
    const RECORD: &str = "{ recordOfProcessing { controller { name address contact } dataProtectionOfficer { name contact }
        activities { purpose legalBasis dataSubjects data { category content dataSubject store recipients period periodBegins isSealed } }
        recipients { role name contractOn } measures } }";
    let app = TestApp::start().await;
    let officer = app.office_browser(&app.haltern, Role::DataProtectionOfficer).await;
    let answer = app.graphql_in(&officer, RECORD, json!({})).await;
    assert_eq!(answer.data("recordOfProcessing/activities/0/purpose"), "Termin");
    assert_eq!(answer.data("recordOfProcessing/recipients/0/contractOn"), "2020-09-01");
    let activities = answer.data("recordOfProcessing/activities");
    let data = activities.as_array().into_iter().flatten();
    let mut data = data.flat_map(|activity| activity["data"].as_array().into_iter().flatten());
    assert!(data.any(|one| one["isSealed"] == true && one["category"] == "Kontaktdaten"));
    let answer = app.graphql(&app.haltern, RECORD, json!({})).await;
    assert_eq!(answer.code(), "FORBIDDEN");
}

#[tokio::test]
async fn the_operator_has_the_processor_s_record() {
    let app = TestApp::start().await;
    let ops = app.platform().await;
    let mut operator = app.office_browser(&ops, Role::Operator).await;
    let page = html::text(&operator.open("/amt/datenschutz/verzeichnis").await.text());
    for part in
        ["Stadt Haltern am See", "Stadt Musterstadt", "Dana Schutz", "LOX24 GmbH", "Art. 30 Abs. 2"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    let file = operator.open("/amt/datenschutz/verzeichnis/verzeichnis.csv").await.text();
    assert!(file.contains("Vertrag vom 01.09.2020"), "{file}");
}

#[tokio::test]
async fn all_versions_of_the_notice_stay_readable() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let mut changed = towns::haltern();
    changed["recipients"][0]["street"] = "Neuer Ring 1".into();
    app.apply(changed).await;
    let page = app.get(&town.host, "/datenschutz").await.text();
    assert!(page.contains("/datenschutz?fassung=2") && page.contains("/datenschutz?fassung=1"));
    let old = html::text(&app.get(&town.host, "/datenschutz?fassung=1").await.text());
    assert!(old.contains("Bentjen") && !old.contains("Neuer Ring"));
    assert_eq!(app.get(&town.host, "/datenschutz?fassung=3").await.status, 404);

    let versions =
        "{ privacyNoticeVersions { version effectiveFrom hash } privacyNotice { hash } }";
    let answer = app.graphql(town, versions, json!({})).await;
    assert_eq!(answer.data("privacyNoticeVersions/0/version"), 2);
    assert_eq!(answer.data("privacyNoticeVersions/1/effectiveFrom"), "2026-12-07");
    let hash = answer.string("privacyNoticeVersions/0/hash");
    assert_eq!(hash.len(), 64);
    assert_eq!(answer.string("privacyNotice/hash"), hash);
    assert!(page.contains(&hash), "the page shows the same hash");
}

#[tokio::test]
async fn the_notice_is_there_in_leichte_sprache() {
    let app = TestApp::start().await;
    let page = app.get(&app.haltern.host, "/datenschutz?sprache=leicht").await;
    assert_eq!(page.header("set-cookie"), "");
    let text = html::text(&page.text());
    assert!(
        text.contains("Wer passt auf Ihre Daten auf?") && text.contains("in Alltagssprache"),
        "{text}"
    );
    let answer = app
        .graphql(&app.haltern, "{ privacyNotice(locale: DE_LEICHT) { locale text } }", json!({}))
        .await;
    assert_eq!(answer.data("privacyNotice/locale"), "DE_LEICHT");
    assert!(answer.string("privacyNotice/text").contains("Handy-Nummer"));
}

#[tokio::test]
async fn a_municipality_is_served_when_its_notice_is_complete() {
    let mut unfinished = towns::haltern();
    unfinished.remove("data_protection_officer");
    let app = Setup::new().haltern(unfinished.clone()).start().await;
    let town = &app.haltern;
    for path in ["/", "/datenschutz", "/amt"] {
        assert_eq!(app.get(&town.host, path).await.status, 404, "{path}");
    }
    assert_eq!(app.get(&app.musterstadt.host, "/").await.status, 200);
    app.housekeeping().await;

    app.apply(towns::haltern()).await;
    assert_eq!(app.get(&town.host, "/").await.status, 200);
    let sql = app.database.superuser_sql().await;
    let last: String = sqlx::query_scalar(
        "SELECT action FROM audit_entry WHERE tenant_id = (SELECT id FROM tenant WHERE slug = 'haltern')
          ORDER BY number DESC LIMIT 1",
    )
    .fetch_one(&sql)
    .await
    .expect("an entry");
    assert_eq!(last, "tenant.go-live");

    let refused = app.try_apply(unfinished).await.expect_err("what is served stays complete");
    assert!(refused.contains("data_protection_officer"), "{refused}");
    let page = html::text(&app.get(&town.host, "/datenschutz").await.text());
    assert!(page.contains("datenschutz@haltern.example"), "nothing was changed");
}

#[tokio::test]
async fn point_f_is_closed_for_what_an_authority_must_do() {
    let mut wrong = towns::haltern();
    let basis = toml::toml! { point = "f" };
    towns::set(&mut wrong, "legal_basis.use", Value::Table(basis));
    let problem = Setup::new().haltern(wrong).try_start().await.expect_err("refused");
    assert!(
        problem.contains("legal_basis.use") && problem.contains("second subparagraph"),
        "{problem}"
    );
}
