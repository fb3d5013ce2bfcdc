//! Whoever lets the municipality pay for SMS, or floods a phone with them.

use chrono::TimeDelta;
use kernel::Role;
use sea_orm::sqlx;
use serde_json::json;
use tests::{Setup, TestApp, Town, booking::Slot, html};

async fn book(app: &TestApp, town: &Town, slot: &Slot, number: &str) {
    let email = format!("bot{}@example.org", number.len());
    let contact = json!({ "firstName": "B", "lastName": "Ot", "email": email, "phone": number });
    app.booked(town, slot, contact).await;
}

#[tokio::test]
async fn a_pump_stops_at_the_budget_and_mail_goes_on() {
    let app = Setup::new().change_haltern("sms.daily_budget", 5).start().await;
    let town = &app.haltern;
    let slots = app.free(town).await;
    for (n, slot) in slots.iter().take(9).enumerate() {
        book(&app, town, slot, &format!("0151 2345678{n}")).await;
    }
    app.run_jobs().await;
    assert_eq!(app.texts().len(), 5);
    assert_eq!(app.outbox().iter().filter(|sent| sent.channel == "mail").count(), 18);
    assert_eq!(app.jobs_left().await, 0, "nothing is tried again");
    let logged = tests::logged();
    assert!(logged.contains("sms over budget"), "whoever watches the log learns of it");
    assert!(!logged.contains("2345678"), "but no number");
    let states = app.message_states("sms").await;
    assert_eq!(states, [("over-budget".to_owned(), 4), ("sent".to_owned(), 5)]);
    assert_eq!(app.texts_over_budget(), 4, "and whoever watches the figures");
    let unsent = "SELECT appointment_id FROM message WHERE state = 'over-budget' LIMIT 1";
    let sql = app.database.superuser_sql().await;
    let id: uuid::Uuid = sqlx::query_scalar(unsent).fetch_one(&sql).await.expect("an id");
    let clerk =
        app.office_browser(town, Role::Clerk).await.open(&format!("/amt/termin?id={id}")).await;
    let page = html::text(&clerk.text());
    assert!(page.contains("nicht gesendet, das Budget für SMS ist aufgebraucht"), "{page}");

    // the neighbour has a budget of its own, and tomorrow is another day
    let theirs = app.free(&app.musterstadt).await;
    book(&app, &app.musterstadt, &theirs[0], "0151 23456789").await;
    app.run_jobs().await;
    assert_eq!(app.texts().len(), 6);
    app.advance(TimeDelta::days(1));
    app.housekeeping().await;
    let service = app.service(town, "Personalausweis").await;
    let slots = app.slots(town, &service, "2026-12-10", "2026-12-11").await;
    book(&app, town, &slots[0], "0151 23456780").await;
    app.run_jobs().await;
    assert_eq!(app.texts().len(), 7);
}

#[tokio::test]
async fn a_phone_is_not_flooded() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let slots = app.free(town).await;
    for slot in &slots[..5] {
        book(&app, town, slot, "0151 23456789").await;
    }
    app.run_jobs().await;
    assert_eq!(app.texts().len(), 3);
    book(&app, town, &slots[5], "0160 1234567").await;
    app.run_jobs().await;
    assert_eq!(app.texts().len(), 4, "others are not meant");
}

#[tokio::test]
async fn an_sms_that_is_tried_again_counts_once() {
    use gateway::demo::lox24_stand_in::Orders;
    let app = Setup::new().change_haltern("sms.daily_budget", 1).start().await;
    let town = &app.haltern;
    let slots = app.free(town).await;
    app.order_texts(2, Orders::Answer(503));
    book(&app, town, &slots[0], "0151 23456789").await;
    for _ in 0..8 {
        app.run_jobs().await;
        app.advance(TimeDelta::minutes(10));
    }
    assert_eq!(app.texts().len(), 1);
}

#[tokio::test]
async fn far_countries_get_no_sms() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let slots = app.free(town).await;
    for (slot, number) in slots.iter().zip(["+1 212 5550123", "+7 916 1234567", "+41 79 1234567"]) {
        book(&app, town, slot, number).await;
    }
    book(&app, town, &slots[3], "+31 6 12345678").await;
    app.run_jobs().await;
    let texts = app.texts();
    assert_eq!(texts.len(), 1);
    assert_eq!(texts[0].to, "+31612345678");
}
