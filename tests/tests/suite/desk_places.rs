//! Roles hold at their locations. What is elsewhere is the same as what never was.

use http::StatusCode;
use kernel::Role;
use serde_json::{Value, json};
use tests::{
    Browser, TestApp, Town,
    booking::{APPOINTMENT, CANCEL, RESCHEDULE, RESERVE, erika, reserve_input},
};
use uuid::Uuid;

use crate::office_isolation;

const SERVICE: &str = "Ausweis oder Reisepass abholen";
const DAY: &str = "2026-12-08";

struct Two<'a> {
    town: &'a Town,
    here: String,
    there: String,
}

impl<'a> Two<'a> {
    async fn of(app: &'a TestApp) -> Self {
        let town = &app.haltern;
        let here = app.location(town, "Bürgerbüro").await;
        Self { town, here, there: app.location(town, "Altes Rathaus").await }
    }
}

/// What the office asks about an appointment and a place.
fn questions(
    appointment: &str,
    location: &str,
    service: &str,
    start: &str,
) -> Vec<(&'static str, Value)> {
    let contact = erika();
    vec![
        (
            "query($id: ID!) { officeAppointment(id: $id) { appointment { id } } }",
            json!({ "id": appointment }),
        ),
        (
            "query($id: ID!) { appointments(locationId: $id, date: \"2026-12-08\") { edges { cursor } } }",
            json!({ "id": location }),
        ),
        (
            "mutation($i: CancelAppointmentByOfficeInput!) { cancelAppointmentByOffice(input: $i) { appointment { id } } }",
            json!({ "i": { "appointmentId": appointment } }),
        ),
        (
            "mutation($i: CorrectContactInput!) { correctContact(input: $i) { appointment { id } } }",
            json!({ "i": { "appointmentId": appointment, "contact": contact } }),
        ),
        (
            "mutation($i: MoveAppointmentInput!) { moveAppointment(input: $i) { appointment { id } } }",
            json!({ "i": { "appointmentId": appointment, "locationId": location, "start": start } }),
        ),
        (
            "mutation($i: BookForCallerInput!) { bookForCaller(input: $i) { appointment { id } } }",
            json!({ "i": { "items": [{ "serviceId": service }], "locationId": location, "start": start, "contact": contact } }),
        ),
        (
            "mutation($input: ReserveSlotInput!) { reserveSlot(input: $input) { reservation { token } } }",
            json!({ "input": { "items": [{ "serviceId": service }], "locationId": location, "start": start, "channel": "PHONE" } }),
        ),
    ]
}

#[tokio::test]
async fn a_clerk_sees_one_place_only() {
    let app = TestApp::start().await;
    let Two { town, here, there } = Two::of(&app).await;
    let ours = app.free_at(town, SERVICE, &here, DAY).await[0].clone();
    let theirs = app.free_at(town, SERVICE, &there, DAY).await;
    let own = app.booked(town, &ours, erika()).await;
    let other = app.booked(town, &theirs[0], erika()).await;
    let next_town = app.an_appointment(&app.musterstadt).await;
    let clerk = app.at_location(town, Role::Clerk, &here).await;

    let never = Uuid::from_u128(rand::random()).to_string();
    let ask = |appointment: &str, location: &str| {
        questions(appointment, location, &ours.service, &theirs[3].start)
    };
    let random = ask(&never, &never);
    for (appointment, location) in [
        (other.id.as_str(), there.as_str()),
        (next_town.id.as_str(), next_town.slot.location.as_str()),
    ] {
        for ((query, foreign), (_, random)) in ask(appointment, location).into_iter().zip(&random) {
            let foreign = app.graphql_in(&clerk, query, foreign).await;
            let random = app.graphql_in(&clerk, query, random.clone()).await;
            assert_eq!(foreign.code(), "NOT_FOUND", "{query}: {}", foreign.text());
            assert_eq!(
                foreign.errors_without_request_id(),
                random.errors_without_request_id(),
                "{query}"
            );
        }
    }
    // nor do they move what is theirs to where they are not
    let away =
        json!({ "i": { "appointmentId": own.id, "locationId": there, "start": theirs[3].start } });
    let moved = app.graphql_in(&clerk, questions("", "", "", "")[4].0, away).await;
    assert_eq!(moved.code(), "NOT_FOUND");
    // and at their own place all of it works
    let at_home = ask(&own.id, &here);
    for (query, own) in &at_home[..2] {
        let answer = app.graphql_in(&clerk, query, own.clone()).await;
        assert_eq!(answer.code(), "", "{}", answer.text());
    }

    // the code of an appointment elsewhere opens nothing for the office's people here
    let token = json!({ "token": other.manage_token });
    assert_eq!(app.graphql_in(&clerk, APPOINTMENT, token.clone()).await.code(), "NOT_FOUND");
    assert_eq!(app.graphql(town, APPOINTMENT, token).await.code(), "", "for the citizen it does");
    let input = json!({ "input": { "manageToken": other.manage_token } });
    assert_eq!(app.graphql_in(&clerk, CANCEL, input).await.code(), "NOT_FOUND");
    let input = json!({ "input": { "manageToken": own.manage_token, "locationId": there, "start": theirs[3].start } });
    assert_eq!(app.graphql_in(&clerk, RESCHEDULE, input).await.code(), "NOT_FOUND");
    let held = json!({ "input": reserve_input(&theirs[5]) });
    assert_eq!(app.graphql_in(&clerk, RESERVE, held).await.code(), "NOT_FOUND");
    let token = app.held(town, &theirs[6]).await;
    let book =
        "mutation($i: BookAppointmentInput!) { bookAppointment(input: $i) { appointment { id } } }";
    let input = json!({ "i": { "reservationToken": token, "contact": erika() } });
    assert_eq!(app.graphql_in(&clerk, book, input.clone()).await.code(), "NOT_FOUND");
    let extend = "mutation($t: String!) { extendReservation(token: $t) { reservation { token } } }";
    let extended = app.graphql_in(&clerk, extend, json!({ "t": token })).await;
    assert_eq!(extended.code(), "NOT_FOUND");
    assert_eq!(app.graphql(town, book, input).await.code(), "", "nothing had happened to it");
}

#[tokio::test]
async fn pages_show_one_place_only() {
    let app = TestApp::start().await;
    let Two { town, here, there } = Two::of(&app).await;
    let theirs = app.free_at(town, SERVICE, &there, DAY).await;
    let other = app.booked(town, &theirs[0], erika()).await;
    let next_town = app.an_appointment(&app.musterstadt).await;
    let mut clerk = app.at_location(town, Role::Clerk, &here).await;
    let never = Uuid::from_u128(rand::random()).to_string();

    let mut without_id = Vec::new();
    for id in [&other.id, &next_town.id, &never] {
        for path in ["/amt/termin?id=", "/amt/termin/verschieben?id="] {
            let page = clerk.get(&format!("{path}{id}")).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}{id}");
        }
        for action in ["/amt/termin/absagen", "/amt/termin/kontakt", "/amt/termin/verschieben"] {
            let zeit = format!("buergerbuero@{}", "2026-12-09T08:00:00Z");
            let fields = [
                ("id", id.as_str()),
                ("zeit", &zeit),
                ("firstName", "A"),
                ("lastName", "B"),
                ("phone", "02364 9330"),
            ];
            let page = clerk.post(action, &fields).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{action} {id}");
            without_id.push(tests::html::title(&page.text()));
        }
    }
    without_id.dedup();
    assert_eq!(without_id.len(), 1);
    for path in [
        "/amt/tag?ort=altes-rathaus",
        "/amt/tag?ort=gibt-es-nicht",
        "/amt/buchen?ort=altes-rathaus",
    ] {
        assert_eq!(clerk.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let list = clerk.open("/amt/tag?datum=2026-12-08").await.text();
    assert!(!list.contains("Altes Rathaus") && !list.contains(&other.reference));

    // who serves nobody has none of these pages
    for role in [Role::DataProtectionOfficer, Role::TenantAdministrator] {
        let mut browser = app.office_browser(town, role).await;
        for path in ["/amt/tag", "/amt/kunden", "/amt/buchen", "/amt/termin"] {
            assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{role:?} {path}");
        }
        assert!(!browser.open("/amt").await.text().contains("/amt/tag"));
    }
    let mut nobody = app.browser(town);
    nobody.open("/amt/kunden").await;
    assert!(nobody.path.starts_with("/amt/anmelden?weiter="), "{}", nobody.path);
}

#[tokio::test]
async fn a_manager_changes_the_hours_of_one_place_only() {
    let app = TestApp::start().await;
    let Two { town, here, there } = Two::of(&app).await;
    let manager = app.at_location(town, Role::OfficeManager, &here).await;
    let chief = app.office_browser(town, Role::OfficeManager).await;
    let counters = app.graphql_in(&chief, "{ counters { id location { id } } }", json!({})).await;
    let counters = counters.data("counters");
    let counter_at = |place: &str| {
        let mut all = counters.as_array().expect("a list").iter();
        all.find(|one| one["location"]["id"] == place).expect("a counter")["id"].clone()
    };
    let save = "mutation($i: SaveCalendarChangeInput!) { saveCalendarChange(input: $i) { change { id } } }";
    let closed = |location: Value, counter: Value| json!({ "locationId": location, "counterId": counter, "from": "2026-12-15", "to": "2026-12-15", "reason": { "de": "Umbau" } });
    let ended = |location: Value| json!({ "locationId": location, "from": "2026-12-15", "to": "2026-12-15" });
    let week = |counter: Value| json!({ "counterId": counter, "rules": [] });
    let drafts = |location: Value, counter: Value| {
        vec![
            json!({ "title": "Entwurf", "closures": [closed(location.clone(), Value::Null)] }),
            json!({ "title": "Entwurf", "closures": [closed(Value::Null, counter.clone())] }),
            json!({ "title": "Entwurf", "weeks": [week(counter.clone())] }),
            json!({ "title": "Entwurf", "exceptions": [{ "counterId": counter, "day": "2026-12-15", "hours": [] }] }),
            json!({ "title": "Entwurf", "reopened": [ended(location)] }),
        ]
    };
    let never = json!(Uuid::from_u128(rand::random()).to_string());
    let foreign = drafts(json!(there), counter_at(&there));
    for (foreign, random) in foreign.iter().zip(drafts(never.clone(), never.clone())) {
        let answer = app.graphql_in(&manager, save, json!({ "i": foreign })).await;
        let random = app.graphql_in(&manager, save, json!({ "i": random })).await;
        assert_eq!(answer.code(), "NOT_FOUND", "{foreign}");
        assert_eq!(answer.errors_without_request_id(), random.errors_without_request_id());
    }
    let everywhere = json!({ "title": "Entwurf", "closures": [closed(Value::Null, Value::Null)] });
    let answer = app.graphql_in(&manager, save, json!({ "i": everywhere })).await;
    assert_eq!(answer.code(), "NOT_FOUND", "everywhere is elsewhere, too");
    for draft in drafts(json!(here), counter_at(&here)) {
        let answer = app.graphql_in(&manager, save, json!({ "i": draft })).await;
        assert_eq!(answer.code(), "", "{}", answer.text());
    }

    // what somebody else has drafted for another place is not published, changed or thrown away from here
    let draft = app.graphql_in(&chief, save, json!({ "i": foreign[0] })).await;
    let draft = draft.string("saveCalendarChange/change/id");
    let publish =
        "mutation($i: PublishCalendarChangeInput!) { publishCalendarChange(input: $i) { kept } }";
    let input = json!({ "i": { "id": draft, "others": "KEEP" } });
    assert_eq!(app.graphql_in(&manager, publish, input.clone()).await.code(), "NOT_FOUND");
    let discard = "mutation($id: ID!) { discardCalendarChange(id: $id) }";
    assert_eq!(app.graphql_in(&manager, discard, json!({ "id": draft })).await.code(), "NOT_FOUND");
    let mut own = drafts(json!(here), counter_at(&here))[0].clone();
    own["id"] = json!(draft);
    assert_eq!(app.graphql_in(&manager, save, json!({ "i": own })).await.code(), "NOT_FOUND");
    let done = app.graphql_in(&chief, publish, input).await;
    assert_eq!(done.code(), "", "{}", done.text());
    let undo = "mutation($id: ID!) { undoCalendarChange(id: $id) { kept } }";
    assert_eq!(app.graphql_in(&manager, undo, json!({ "id": draft })).await.code(), "NOT_FOUND");
    let close = "mutation($i: CloseDaysInput!) { closeDays(input: $i) { kept } }";
    let mut days = closed(json!(there), Value::Null);
    days["decision"] = json!("CANCEL");
    let answer = app.graphql_in(&manager, close, json!({ "i": days })).await;
    assert_eq!(answer.code(), "NOT_FOUND", "{}", answer.text());

    // the page offers to end the closure to who may, and the person of the other place cannot
    let mut chief = chief;
    let page = chief.open("/amt/kalender").await;
    let end = Browser::form(&page, "/amt/kalender/oeffnen");
    assert_eq!(end.value("ort"), Some(there.as_str()));
    let mut manager = manager;
    let page = manager.open("/amt/kalender").await;
    assert!(!page.text().contains("/amt/kalender/oeffnen"), "{}", page.text());
    assert_eq!(manager.submit(&end).await.status, StatusCode::NOT_FOUND);
    let draft = chief.submit(&end).await;
    chief.submit(&Browser::form(&draft, "/amt/kalender/veroeffentlichen")).await;
    assert!(!chief.open("/amt/kalender").await.text().contains("15. Dezember 2026</b>"));
    let _ = office_isolation::Ids::invented();
}
