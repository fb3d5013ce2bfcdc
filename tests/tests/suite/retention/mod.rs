//! What was kept long enough goes, to the second, in batches, with receipts; and when it does not, somebody hears of it.

mod periods;
mod receipts;
mod year;

use chrono::{DateTime, TimeDelta, Utc};
use gateway::retention::{self, BATCH, BATCHES};
use kernel::{Role, retention::Category};
use sea_orm::sqlx::{self, AssertSqlSafe};
use serde_json::json;
use tests::{Setup, TestApp, Town, html};

/// Entries of the access log of a municipality, all requested at one instant.
async fn old_requests(app: &TestApp, town: &Town, at: DateTime<Utc>, rows: u64) {
    let sql = app.database.superuser_sql().await;
    let text = format!(
        "INSERT INTO access_log SELECT '{}', gen_random_uuid(), '192.0.2.1', $1, '+0100', '/', 200, 1, '', '', '', 'de'
           FROM generate_series(1, {rows})",
        town.id
    );
    sqlx::query(AssertSqlSafe(text)).bind(at).execute(&sql).await.expect("rows");
}

/// The metric of a category, in seconds.
async fn overdue(app: &TestApp, category: Category) -> i64 {
    let text = app.figures().text().await;
    let name = format!("stadttermin_retention_overdue_seconds{{category=\"{}\"}} ", category.key());
    let line = text.lines().find_map(|line| line.strip_prefix(&name));
    line.unwrap_or_else(|| panic!("{name} is missing in\n{text}")).parse().expect("a number")
}

#[tokio::test]
async fn deletion_comes_in_batches_and_catches_up_in_rounds() {
    let app = TestApp::start().await;
    let long_ago = app.now() - TimeDelta::days(40);
    let more_than_a_round = BATCH * u64::from(BATCHES) + 7;
    old_requests(&app, &app.haltern, long_ago, more_than_a_round).await;
    let first = app.housekeeping_report().await;
    assert_eq!(first.get(&Category::AccessLog), Some(&(more_than_a_round - 7)), "one round");
    assert!(overdue(&app, Category::AccessLog).await > 0, "what is left is overdue");
    assert!(tests::logged().contains("deletion is overdue"), "and the log says so");
    let second = app.housekeeping_report().await;
    assert_eq!(second.get(&Category::AccessLog), Some(&7), "the next takes the rest");
    assert_eq!(overdue(&app, Category::AccessLog).await, 0);
}

#[tokio::test]
async fn when_deletion_stops_monitoring_hears_of_it() {
    let app = TestApp::start().await;
    app.housekeeping().await;
    for category in Category::ALL.iter().filter(|category| is_in_database(**category)) {
        assert_eq!(overdue(&app, *category).await, 0, "{category:?}");
    }
    // nobody deletes any more; the access log of Musterstadt is kept for three days, Haltern's for seven
    app.advance(TimeDelta::days(5));
    assert_eq!(overdue(&app, Category::AccessLog).await, 2 * 86_400);
    assert_eq!(overdue(&app, Category::AuditTrail).await, 0, "not due for months");
    let figures = app.figures().text().await;
    for name in ["haltern", "musterstadt", &app.haltern.id.to_string()] {
        assert!(!figures.contains(name), "the metric names no municipality");
    }
    app.housekeeping().await;
    assert_eq!(overdue(&app, Category::AccessLog).await, 0, "it has caught up");
}

#[tokio::test]
async fn a_new_municipality_is_watched_before_anything_was_ever_deleted() {
    let app = TestApp::start().await;
    app.advance(TimeDelta::days(10));
    assert_eq!(overdue(&app, Category::AccessLog).await, 7 * 86_400, "kept for three days");
}

fn is_in_database(category: Category) -> bool {
    use privacy::retention::{Place, rule};
    rule(category).place == Place::Database
}

#[tokio::test]
async fn a_preview_deletes_nothing() {
    let app = TestApp::start().await;
    old_requests(&app, &app.haltern, app.now() - TimeDelta::days(8), 3).await;
    old_requests(&app, &app.haltern, app.now() - TimeDelta::days(6), 2).await;
    let (ctx, town) = app.operators_view(&app.haltern).await;
    let preview = retention::preview(app.db(), &ctx, &town).await.expect("a preview");
    let log = preview.iter().find(|one| one.category == Category::AccessLog).expect("the log");
    assert_eq!(log.rows, 3, "of five");
    assert_eq!(log.next_due, Some(app.now() - TimeDelta::days(1)));
    assert_eq!(app.rows_of("access_log").await, 5);
    assert_eq!(preview.iter().map(|one| one.rows).sum::<u64>(), 3, "and nothing else");
}

#[tokio::test]
async fn a_file_that_keeps_too_long_is_refused() {
    for (key, days) in [
        ("retention.appointment_days", 31),
        ("retention.cancelled_days", 8),
        ("retention.voluntary_days", 0),
        ("retention.access_log_days", 0),
    ] {
        let refused = Setup::new().change_haltern(key, days).try_start().await;
        let said = refused.expect_err("refused");
        assert!(said.contains(key) && said.contains("days cannot be"), "{said}");
    }
}

#[tokio::test]
async fn the_page_shows_periods_receipts_and_what_is_late() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    old_requests(&app, town, app.now() - TimeDelta::days(8), 12).await;
    app.housekeeping().await;
    let mut browser = app.office_browser(town, Role::DataProtectionOfficer).await;
    let page = html::text(&browser.open("/amt/datenschutz/loeschung").await.text());
    assert!(page.contains("Nichts ist überfällig"), "{page}");
    assert!(page.contains("Zugriffsprotokoll: 12"), "the receipt");
    assert!(
        page.contains("Abgesagte Termine mit den Angaben zur Person") && page.contains("2 Tage")
    );
    let verified = browser.open("/amt/datenschutz/loeschung?pruefen=ja").await.text();
    assert!(verified.contains("1 Löschbeleg, keiner fehlt"), "{verified}");
    let file = browser.open("/amt/datenschutz/loeschung/belege.csv").await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert!(file.text().contains("\"Zugriffsprotokoll: 12\""), "{}", file.text());

    app.advance(TimeDelta::days(20));
    // the session is over after so long
    let mut browser = app.office_browser(town, Role::TenantAdministrator).await;
    let late = html::text(&browser.open("/amt/datenschutz/loeschung").await.text());
    assert!(late.contains("Das Löschen ist überfällig"), "{late}");
    assert!(late.contains("Zugriffsprotokoll: 13 Tage"), "{late}");
}

#[tokio::test]
async fn the_api_shows_the_same() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    old_requests(&app, town, app.now() - TimeDelta::days(8), 12).await;
    app.housekeeping().await;
    let browser = app.office_browser(town, Role::DataProtectionOfficer).await;
    let sid = browser.cookies["sid"].clone();
    let query = "{ retentionSchedule { category overdueSeconds setting period { number unit } cap { number } }
        deletionReceipts { nodes { number counts { category rows } signed signature } }
        deletionReceiptVerdict { isSound receipts publicKey } }";
    let answer = app.graphql_with_cookie(town, &sid, query, json!({})).await;
    assert_eq!(answer.data("deletionReceiptVerdict/receipts"), 1);
    let rules = answer.data("retentionSchedule");
    let log = rules.as_array().into_iter().flatten().find(|rule| rule["category"] == "access-log");
    assert_eq!(log.expect("a rule")["period"], json!({ "number": 7, "unit": "days" }));
    let receipt = answer.data("deletionReceipts/nodes/0");
    assert_eq!(receipt["counts"], json!([{ "category": "access-log", "rows": 12 }]));
    // and whoever has the key can check it without us
    let bytes = |value: &serde_json::Value| {
        db::signature::from_hex(value.as_str().unwrap_or_default()).expect("hexadecimal digits")
    };
    let key = bytes(&answer.data("deletionReceiptVerdict/publicKey"));
    let signed = receipt["signed"].as_str().expect("words").as_bytes();
    assert!(db::signature::holds(&key, signed, &bytes(&receipt["signature"])));
}
