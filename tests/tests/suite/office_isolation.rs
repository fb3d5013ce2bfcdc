//! What the office of one municipality can do with ids of another: nothing, as with ids that never existed.

use kernel::Scopes;
use serde_json::{Value, json};
use tests::{TestApp, Town, booking::erika};

const SAVE: &str = "mutation($input: SaveCalendarChangeInput!) { saveCalendarChange(input: $input) { change { id } } }";
const CLOSE: &str = "mutation($input: CloseDaysInput!) { closeDays(input: $input) { cancelled } }";

/// Ids of a municipality that its office works with.
pub(crate) struct Ids {
    change: String,
    counter: String,
    location: String,
    appointment: String,
}

impl Ids {
    async fn of(app: &TestApp, town: &Town) -> Self {
        let key = app.office_key(town, Scopes::ALL).await;
        let input = json!({ "title": "Entwurf", "closures": [{ "from": "2027-01-11", "to": "2027-01-11", "reason": { "de": "Umbau" } }] });
        let saved = app.graphql_as(town, &key, SAVE, json!({ "input": input })).await;
        let counters = app.graphql_as(town, &key, "{ counters { id } }", json!({})).await;
        let slot = app.free(town).await[0].clone();
        Self {
            change: saved.string("saveCalendarChange/change/id"),
            counter: counters.string("counters/0/id"),
            location: slot.location.clone(),
            appointment: app.booked(town, &slot, erika()).await.id,
        }
    }

    /// Ids that never existed.
    pub(crate) fn invented() -> Self {
        let id = || uuid::Uuid::from_u128(rand::random()).to_string();
        Self { change: id(), counter: id(), location: id(), appointment: id() }
    }
}

/// Every operation of the office that takes an id.
pub(crate) fn operations(ids: &Ids) -> Vec<(&'static str, &'static str, Value)> {
    let Ids { change, counter, location, appointment } = ids;
    let closing = json!({ "from": "2027-01-11", "to": "2027-01-11", "reason": { "de": "Umbau" }, "decision": "KEEP" });
    let closing_of = |name: &str, id: &str| {
        let mut closing = closing.clone();
        closing[name] = json!(id);
        json!({ "input": closing })
    };
    let span = json!({ "from": "08:00", "to": "12:00" });
    let rule = json!({ "weekday": 1, "hours": { "span": span } });
    vec![
        (
            "calendarChange",
            "query($id: ID!) { calendarChange(id: $id) { state } }",
            json!({ "id": change }),
        ),
        (
            "saveCalendarChange",
            SAVE,
            json!({ "input": { "id": change, "title": "Entwurf", "closures": [{ "from": "2027-01-12", "to": "2027-01-12", "reason": { "de": "Umbau" } }] } }),
        ),
        (
            "saveCalendarChange(counter)",
            SAVE,
            json!({ "input": { "title": "Entwurf",
            "weeks": [{ "counterId": counter, "rules": [rule] }] } }),
        ),
        (
            "publishCalendarChange",
            "mutation($input: PublishCalendarChangeInput!) {
            publishCalendarChange(input: $input) { kept } }",
            json!({ "input": { "id": change } }),
        ),
        (
            "undoCalendarChange",
            "mutation($id: ID!) { undoCalendarChange(id: $id) { kept } }",
            json!({ "id": change }),
        ),
        (
            "discardCalendarChange",
            "mutation($id: ID!) { discardCalendarChange(id: $id) }",
            json!({ "id": change }),
        ),
        ("closeDays(location)", CLOSE, closing_of("locationId", location)),
        ("closeDays(counter)", CLOSE, closing_of("counterId", counter)),
        (
            "moveAppointment",
            "mutation($input: MoveAppointmentInput!) { moveAppointment(input: $input) { appointment { id } } }",
            json!({ "input": { "appointmentId": appointment, "locationId": location, "start": "2026-12-09T09:00:00+01:00" } }),
        ),
        (
            "cancelAppointmentByOffice",
            "mutation($input: CancelAppointmentByOfficeInput!) {
            cancelAppointmentByOffice(input: $input) { appointment { id } } }",
            json!({ "input": { "appointmentId": appointment } }),
        ),
        (
            "appointments",
            "query($id: ID!) { appointments(locationId: $id, date: \"2026-12-08\") { edges { cursor } } }",
            json!({ "id": location }),
        ),
        (
            "officeAppointment",
            "query($id: ID!) { officeAppointment(id: $id) { appointment { id } } }",
            json!({ "id": appointment }),
        ),
        (
            "bookForCaller",
            "mutation($input: BookForCallerInput!) { bookForCaller(input: $input) { appointment { id } } }",
            json!({ "input": { "items": [{ "serviceId": location }], "locationId": location,
                "start": "2026-12-09T09:00:00+01:00", "contact": erika() } }),
        ),
        (
            "correctContact",
            "mutation($input: CorrectContactInput!) { correctContact(input: $input) { appointment { id } } }",
            json!({ "input": { "appointmentId": appointment, "contact": erika() } }),
        ),
    ]
}

#[tokio::test]
async fn the_office_of_one_town_finds_nothing_of_another() {
    let app = TestApp::start().await;
    let key = app.office_key(&app.haltern, Scopes::ALL).await;
    let theirs = Ids::of(&app, &app.musterstadt).await;
    let tried = operations(&theirs).into_iter().zip(operations(&Ids::invented()));
    for ((name, query, foreign), (.., random)) in tried {
        let foreign = app.graphql_as(&app.haltern, &key, query, foreign).await;
        let random = app.graphql_as(&app.haltern, &key, query, random).await;
        assert_eq!(foreign.code(), "NOT_FOUND", "{name}: {}", foreign.text());
        assert_eq!(
            foreign.errors_without_request_id(),
            random.errors_without_request_id(),
            "{name}"
        );
    }
    // and without a key it is not even said that there is something
    for (name, query, own) in operations(&Ids::of(&app, &app.haltern).await) {
        let code = app.graphql(&app.haltern, query, own).await.code();
        assert!(["NOT_FOUND", "FORBIDDEN"].contains(&code.as_str()), "{name}: {code}");
    }
}
