//! Changing the calendar while people book, and on the office's pages.

use chrono::TimeDelta;
use futures::future::join_all;
use kernel::{Role, Scopes};
use sea_orm::sqlx;
use serde_json::json;
use tests::{
    Browser, Setup, TestApp, Town,
    booking::{CANCEL, RESCHEDULE, erika},
};

use crate::calendar_changes::{Office, assert_sound, full_tuesday, slots, tiny};

/// One of 16 who book, move and cancel on the days that change, until the office is done.
async fn somebody(app: &TestApp, town: &Town, number: usize, rounds: usize) -> Vec<String> {
    let mut codes = Vec::new();
    let service = app.service(town, "Personalausweis").await;
    for round in 0..rounds {
        let offers = app.slots(town, &service, "2026-12-08", "2026-12-11").await;
        let Some(slot) = offers.get((number * 7 + round) % offers.len().max(1)) else { continue };
        let held = app.reserve(town, slot).await;
        codes.push(held.code());
        if !held.code().is_empty() {
            continue;
        }
        let token = held.string("reserveSlot/reservation/token");
        let mut contact = erika();
        contact["email"] = format!("p{number}r{round}@example.org").into();
        contact["phone"] = format!("0151 2{number:03}{round:03}").into();
        let booked = app.book(town, &token, contact).await;
        codes.push(booked.code());
        if !booked.code().is_empty() {
            continue;
        }
        let token = booked.string("bookAppointment/appointment/manageToken");
        match (number + round) % 3 {
            0 => {
                let cancel = json!({ "input": { "manageToken": token } });
                codes.push(app.graphql(town, CANCEL, cancel).await.code());
            }
            1 => {
                if let Some(to) = offers.last() {
                    let input = json!({ "manageToken": token, "locationId": to.location, "start": to.start });
                    codes.push(
                        app.graphql(town, RESCHEDULE, json!({ "input": input })).await.code(),
                    );
                }
            }
            _ => {}
        }
    }
    codes
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_book_while_two_publish_and_nobody_is_lost() {
    let app = Setup::new().connections(24).start().await;
    let town = &app.haltern;
    let key = app.office_key(town, Scopes::ALL).await;
    let office = Office { app: &app, key };
    let counters = office.ask("{ counters { id location { id } } }", json!({})).await;
    let place = counters.string("counters/0/location/id");
    let close = async |day: &str| {
        let mut closures = json!([{ "from": day, "to": day, "reason": { "de": "Zu" } }]);
        closures[0]["locationId"] = place.clone().into();
        let mut codes = Vec::new();
        // somebody else may publish first: then it is saved again, as a person would
        for _ in 0..10 {
            let id = office.save(json!({ "title": "Zu", "closures": closures })).await;
            let input = json!({ "id": id, "others": "MOVE_OR_CANCEL", "note": { "de": "Zu." } });
            let code = office.publish(input).await.code();
            codes.push(code.clone());
            if code.is_empty() {
                break;
            }
        }
        codes
    };
    let people = join_all((0..16).map(|number| somebody(&app, town, number, 6)));
    let publishers = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        tokio::join!(close("2026-12-08"), close("2026-12-09"))
    };
    let (people, (one, other)) = tokio::join!(people, publishers);
    for published in [&one, &other] {
        assert_eq!(published.last().map(String::as_str), Some(""), "{one:?} {other:?}");
        assert!(
            published.iter().all(|code| ["", "CONFLICT", "BUSY"].contains(&code.as_str())),
            "{published:?}"
        );
    }
    let codes: Vec<String> = people.into_iter().flatten().collect();
    let known = ["", "SLOT_TAKEN", "BUSY", "RESERVATION_EXPIRED", "BAD_INPUT", "CONFLICT"];
    assert!(codes.iter().all(|code| known.contains(&code.as_str())), "{codes:?}");
    assert!(codes.iter().filter(|code| code.is_empty()).count() > 60, "people did book: {codes:?}");
    assert_sound(&app).await;
    let sql = app.database.superuser_sql().await;
    // Postgres counts with a delay of a second
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    let deadlocks: i64 = sqlx::query_scalar(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()",
    )
    .fetch_one(&sql)
    .await
    .expect("a number");
    assert_eq!(deadlocks, 0, "nobody was thrown out of a circle");
    // nobody is left on a closed day
    let left: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM appointment WHERE status = 'CONFIRMED' AND location_id = $1::uuid
            AND (starts_at AT TIME ZONE 'Europe/Berlin')::date IN ('2026-12-08', '2026-12-09')",
    )
    .bind(&place)
    .fetch_one(&sql)
    .await
    .expect("a number");
    assert_eq!(left, 0);
    app.advance(TimeDelta::minutes(1));
}

#[tokio::test]
async fn the_office_closes_a_day_on_its_pages_and_takes_it_back() {
    let (app, _) = tiny().await;
    let booked = full_tuesday(&app).await;
    let mut office = app.office_browser(&app.haltern, Role::OfficeManager).await;
    let calendar = office.open("/amt/kalender").await;
    assert!(calendar.text().contains("Dienstag 09:00–10:00"), "{}", calendar.text());
    let form = Browser::form(&calendar, "/amt/kalender/schliessen").with("grund_de", "Fortbildung");
    let refused = office.submit(&form).await;
    assert_eq!(refused.status, 422);
    let form = Browser::form(&refused, "/amt/kalender/schliessen");
    assert_eq!(form.value("grund_de"), Some("Fortbildung"), "what was typed is kept");
    let preview = office.submit(&form.with("von", "2026-12-08")).await;
    assert!(preview.text().contains("4 Termine sind betroffen"), "{}", preview.text());
    assert!(!preview.text().contains("Mustermann"), "nobody's name is needed");
    let form = Browser::form(&preview, "/amt/kalender/veroeffentlichen")
        .with(&format!("e.{}", booked[0].id), "behalten")
        .with(&format!("e.{}", booked[1].id), "absagen")
        .with("nachricht_de", "Wir bilden uns fort.");
    let done = office.submit(&form).await;
    for told in ["Behalten: 1", "Verschoben: 2", "Abgesagt: 1"] {
        assert!(done.text().contains(told), "{told}: {}", done.text());
    }
    assert!(slots(&app, "2026-12-08", "2026-12-08").await.is_empty());
    let undone = office.submit(&Browser::form(&done, "/amt/kalender/rueckgaengig")).await;
    assert!(undone.text().contains("Rückgängig gemacht"), "{}", undone.text());
    assert_eq!(slots(&app, "2026-12-08", "2026-12-08").await.len(), 3, "one was kept");
    // who may only look sees no buttons, and cannot press them
    let mut reader_browser = app.office_browser(&app.haltern, Role::TenantAdministrator).await;
    let calendar = reader_browser.open("/amt/kalender").await;
    assert!(!calendar.text().contains("/amt/kalender/schliessen"));
    let refused = reader_browser.post("/amt/kalender/schliessen", &[("von", "2026-12-08")]).await;
    assert_eq!(refused.status, 404);
}
