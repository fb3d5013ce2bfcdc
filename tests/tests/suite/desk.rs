//! The day's list and one appointment with its history, as the office sees them.

use chrono::TimeDelta;
use http::StatusCode;
use kernel::{Role, Scope};
use sea_orm::sqlx;
use serde_json::{Value, json};
use tests::{
    Browser, TestApp,
    booking::{CANCEL, RESCHEDULE, erika},
    html,
};

const DAY: &str = "query($location: ID!, $date: Date!, $first: Int = 50, $after: String, $status: [AppointmentStatus!]) {
  appointments(locationId: $location, date: $date, first: $first, after: $after, status: $status) {
    edges { cursor node { id reference status start counter channel contact { lastName } items { quantity } } }
    pageInfo { hasNextPage endCursor } } }";
pub(crate) const FILE: &str = "query($id: ID!) { officeAppointment(id: $id) {
    appointment { reference status start contact { firstName lastName phone email } location { id } }
    history { at deed by byId from { start } to { start locationId } }
    messages { channel audience about state } } }";

fn references(page: &Value) -> Vec<String> {
    let edges = page["edges"].as_array().expect("edges").iter();
    edges.map(|edge| edge["node"]["reference"].as_str().expect("a reference").to_owned()).collect()
}

#[tokio::test]
async fn the_day_s_list_is_what_the_database_has() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let place = app.location(town, "Bürgerbüro").await;
    let slots = app.free_at(town, "Ausweis oder Reisepass abholen", &place, "2026-12-08").await;
    let mut cancelled = String::new();
    for (number, slot) in slots.iter().step_by(2).take(14).enumerate() {
        let mut who = erika();
        who["lastName"] =
            json!(format!("Muster{}", char::from(b'a' + u8::try_from(number).expect("small"))));
        let mine = app.booked(town, slot, who).await;
        if number == 3 {
            let input = json!({ "input": { "manageToken": mine.manage_token } });
            app.graphql(town, CANCEL, input).await.data("cancelAppointment");
            cancelled = mine.reference;
        }
    }
    // neighbours of the day, which do not belong to it
    for day in ["2026-12-09", "2026-12-10"] {
        let slots = app.free_at(town, "Ausweis oder Reisepass abholen", &place, day).await;
        app.booked(town, &slots[0], erika()).await;
    }

    let sql = app.database.superuser_sql().await;
    let known: Vec<String> = sqlx::query_scalar(
        "SELECT reference FROM appointment WHERE location_id = $1::uuid AND status <> 'CANCELLED'
            AND (starts_at AT TIME ZONE 'Europe/Berlin')::date = '2026-12-08' ORDER BY starts_at, id",
    )
    .bind(&place)
    .fetch_all(&sql)
    .await
    .expect("references");
    assert_eq!(known.len(), 13);

    let clerk = app.at_location(town, Role::Clerk, &place).await;
    let (mut read, mut after) = (Vec::new(), Value::Null);
    for _ in 0..4 {
        let variables =
            json!({ "location": place, "date": "2026-12-08", "first": 4, "after": after });
        let page = app.graphql_in(&clerk, DAY, variables).await.data("appointments");
        read.extend(references(&page));
        after = page["pageInfo"]["endCursor"].clone();
        assert_eq!(page["pageInfo"]["hasNextPage"], json!(read.len() < known.len()));
        let node = &page["edges"][0]["node"];
        assert!(node["contact"]["lastName"].as_str().expect("a name").starts_with("Muster"));
        assert_eq!(
            (&node["channel"], &node["items"][0]["quantity"]),
            (&json!("ONLINE"), &json!(1))
        );
        assert!(node["counter"].as_str().expect("a name").starts_with("Schalter"), "{node}");
    }
    assert_eq!(read, known);
    let gone = json!({ "location": place, "date": "2026-12-08", "status": ["CANCELLED"] });
    let gone = app.graphql_in(&clerk, DAY, gone).await.data("appointments");
    assert_eq!(references(&gone), [cancelled.clone()]);

    let mut clerk = clerk;
    let page = clerk.open("/amt/tag?datum=2026-12-08").await.text();
    let text = html::text(&page);
    assert!(text.contains("Dienstag, 8. Dezember 2026") && text.contains("13 Termine"), "{text}");
    let mut places = known.iter().map(|one| page.find(one.as_str()).expect("listed"));
    let mut last = 0;
    assert!(places.all(|at| std::mem::replace(&mut last, at) < at), "in the order of the day");
    assert!(!page.contains(&cancelled));
    let all = clerk.open("/amt/tag?datum=2026-12-08&stand=alle").await.text();
    assert!(all.contains(&cancelled) && all.contains("desk__gone"));
    // without a day it is today's
    assert!(html::text(&clerk.open("/amt/tag").await.text()).contains("Montag, 7. Dezember 2026"));
}

#[tokio::test]
async fn the_history_tells_who_did_what() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let slots = app.free(town).await;
    let mine = app.booked(town, &slots[0], erika()).await;
    app.run_jobs().await;
    let later = json!({ "input": { "manageToken": mine.manage_token,
        "locationId": slots[4].location, "start": slots[4].start } });
    app.advance(TimeDelta::minutes(1));
    app.graphql(town, RESCHEDULE, later).await.data("rescheduleAppointment");
    app.run_jobs().await;
    app.advance(TimeDelta::minutes(1));

    let mut clerk = app.at_location(town, Role::Clerk, &mine.slot.location).await;
    let address = format!("/amt/termin?id={}", mine.id);
    let page = clerk.open(&address).await;
    let form = Browser::form(&page, "/amt/termin/kontakt").with("phone", "02364 9330");
    let page = clerk.submit(&form).await;
    assert!(html::text(&page.text()).contains("+4923649330"), "{}", html::text(&page.text()));
    app.advance(TimeDelta::minutes(1));
    let cancel = Browser::form(&page, "/amt/termin/absagen")
        .with("nachricht_de", "Die Kollegin ist erkrankt.");
    let page = clerk.submit(&cancel).await;
    assert!(html::text(&page.text()).contains("Der Termin ist abgesagt"));
    app.run_jobs().await;
    let told = |text: &str| app.mails_to("erika@example.org").iter().any(|m| m.text.contains(text));
    assert!(told("Die Kollegin ist erkrankt."));

    let key = app.office_key(town, Scope::Appointments).await;
    let file = app.graphql_as(town, &key, FILE, json!({ "id": mine.id })).await;
    let file = file.data("officeAppointment");
    let deeds: Vec<_> = file["history"].as_array().expect("a list").iter().collect();
    let said = |at: usize| (deeds[at]["deed"].as_str(), deeds[at]["by"].as_str());
    assert_eq!(said(0), (Some("BOOKED"), Some("CITIZEN")));
    assert_eq!(deeds[0]["to"]["start"], json!(slots[0].start), "where it was at first");
    assert_eq!(said(1), (Some("MOVED"), Some("CITIZEN")));
    assert_eq!(
        (&deeds[1]["from"]["start"], &deeds[1]["to"]["start"]),
        (&json!(slots[0].start), &json!(slots[4].start))
    );
    assert_eq!(said(2), (Some("CORRECTED"), Some("STAFF")));
    assert_eq!(said(3), (Some("CANCELLED"), Some("STAFF")));
    assert_eq!(deeds.len(), 4);
    assert_eq!((&deeds[1]["byId"], deeds[3]["byId"].is_string()), (&Value::Null, true));
    let messages = file["messages"].as_array().expect("a list");
    let sent = |about: &str, audience: &str| {
        messages.iter().any(|one| {
            one["about"] == about && one["audience"] == audience && one["state"] == "sent"
        })
    };
    assert!(sent("booked", "office") && sent("moved", "citizen") && sent("cancelled", "citizen"));
    assert!(!sent("cancelled", "office"), "the office knows what it has done");

    let text = html::text(&clerk.open(&address).await.text());
    for part in [
        "gebucht für 8. Dezember 2026",
        "verschoben von",
        "Angaben berichtigt",
        "E-Mail an die Person (Absage): gesendet",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test]
async fn a_correction_is_checked_and_found_by_its_new_number() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let mine = app.an_appointment(town).await;
    let mut clerk = app.office_browser(town, Role::Clerk).await;
    let page = clerk.open(&format!("/amt/termin?id={}", mine.id)).await;
    let form = Browser::form(&page, "/amt/termin/kontakt");
    assert_eq!(form.value("lastName"), Some("Mustermann"));
    let wrong = form.with("lastName", "").with("firstName", "Erica").with("phone", "12");
    let page = clerk.submit(&wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = Browser::form(&page, "/amt/termin/kontakt");
    assert_eq!((form.value("firstName"), form.value("phone")), (Some("Erica"), Some("12")));
    let right = form.with("lastName", "Musterfrau").with("phone", "0171 5555555").with("email", "");
    clerk.submit(&right).await;

    let find = "query($s: CustomerSearchInput!) { customers(search: $s) { customers {
        contact { firstName lastName email phone } appointments { id } } } }";
    let mut found = Vec::new();
    for search in [json!({ "phone": "+49 171 5555555" }), json!({ "lastName": "MUSTERFRAU" })] {
        let answer = app.graphql_in(&clerk, find, json!({ "s": search })).await;
        found.push(answer.data("customers/customers/0"));
    }
    assert_eq!(found[0], found[1]);
    assert_eq!(
        found[0]["contact"],
        json!({ "firstName": "Erica", "lastName": "Musterfrau",
        "email": null, "phone": "+491715555555" })
    );
    for gone in [json!({ "email": "erika@example.org" }), json!({ "lastName": "Mustermann" })] {
        let answer = app.graphql_in(&clerk, find, json!({ "s": gone })).await;
        assert_eq!(answer.data("customers/customers"), json!([]));
    }
}
