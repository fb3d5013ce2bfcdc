//! A year, day by day: nothing is ever older than its period.

use chrono::{Datelike, TimeDelta};
use gateway::retention;
use kernel::retention::Category;
use serde_json::json;
use tests::{Setup, TestApp, booking::erika};

/// 2 January 2025: the database's own clock decides what may leave the audit trail, so this test plays in the past.
const LONG_AGO: i64 = 1_735_808_400_000;

/// Books the next free time of an identity card, as a person with an address of their own, and cancels it if told so.
async fn a_visit(app: &TestApp, number: i64, cancels: bool) {
    let town = &app.haltern;
    let service = app.service(town, "Personalausweis").await;
    let (from, to) = (app.now().date_naive(), app.now().date_naive() + TimeDelta::days(7));
    let slots = app.slots(town, &service, &from.to_string(), &to.to_string()).await;
    let Some(slot) = slots.first() else { return };
    let mut contact = erika();
    contact["email"] = json!(format!("gast{number}@example.org"));
    contact["street"] = json!("Seestraße 1");
    contact["postalCode"] = json!("45721");
    contact["city"] = json!("Haltern am See");
    contact["birthDate"] = json!("1961-07-23");
    contact["phone"] = json!(format!("0151 55{number:06}"));
    let made = app.booked(town, slot, contact).await;
    if let Some(other) = slots.get(1) {
        app.held(town, other).await;
    }
    if cancels {
        let input = json!({ "input": { "manageToken": made.manage_token } });
        app.graphql(town, tests::booking::CANCEL, input).await;
    }
    app.run_jobs().await;
    app.flush_access_log().await;
}

#[tokio::test]
async fn nothing_is_older_than_its_period_for_a_year() {
    let app = Setup::new().at_real_time(LONG_AGO).start().await;
    let begin = app.now();
    let (mut visits, mut seen) = (0, std::collections::BTreeMap::<Category, u64>::new());
    app.citizen(&app.haltern, "konto@example.org", None).await;
    while app.now() < begin + TimeDelta::days(370) {
        let day = app.now();
        if day.ordinal() % 9 == 0 {
            visits += 1;
            a_visit(&app, visits, visits % 3 == 0).await;
        }
        for (category, rows) in app.housekeeping_report().await {
            *seen.entry(category).or_default() += rows;
        }
        for town in [&app.haltern, &app.musterstadt] {
            let (ctx, town) = app.operators_view(town).await;
            let due = retention::preview(app.db(), &ctx, &town).await.expect("a preview");
            for one in due {
                assert_eq!(one.rows, 0, "{:?} on {day}", one.category);
                assert!(one.next_due.is_none_or(|due| due >= app.now()), "{one:?} on {day}");
            }
        }
        app.advance(TimeDelta::days(1));
    }
    // messages go with their appointments, which are kept no longer than they are
    assert!(visits > 30, "the year was lived: {visits}");
    for category in [
        Category::Appointment,
        Category::CancelledAppointment,
        Category::VoluntaryFields,
        Category::Hold,
        Category::AccessLog,
        Category::AuditTrail,
        Category::Code,
    ] {
        assert!(seen.contains_key(&category), "{category:?} never ended: {seen:?}");
    }
}
