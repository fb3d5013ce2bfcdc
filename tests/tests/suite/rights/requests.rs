//! Requests that come by letter, phone or in person: the clock, the decisions, and what the person is told.

use chrono::{Days, NaiveDate, TimeDelta};
use kernel::Role;
use serde_json::{Value, json};
use tests::{Answer, Browser, TestApp};

use super::{CANARY, two_appointments};

const RECORD: &str = "mutation($input: RecordPrivacyRequestInput!) { recordPrivacyRequest(input: $input) { request { id reference dueOn } } }";
const LIST: &str = "query($open: Boolean!) { privacyRequests(open: $open) { nodes { id reference kind state light dueOn appointments } } }";
const ADDRESS: &str = "/amt/datenschutz/anfragen";

fn letter(kind: &str, received: &str) -> Value {
    json!({ "input": { "kind": kind, "channel": "LETTER", "receivedOn": received, "firstName": "Kanarina",
        "lastName": "Zwitschervogel", "email": "kanarina@example.org" } })
}

async fn recorded(app: &TestApp, clerk: &Browser<'_>, kind: &str) -> String {
    let answer = app.graphql_in(clerk, RECORD, letter(kind, "2026-12-07")).await;
    app.run_jobs().await;
    answer.string("recordPrivacyRequest/request/id")
}

async fn decide(app: &TestApp, officer: &Browser<'_>, field: &str, input: Value) -> Answer {
    let kind = match field {
        "answerPrivacyRequest" => "AnswerPrivacyRequestInput",
        "liftRestriction" => "PrivacyRequestInput",
        _ => "PrivacyRequestReasonInput",
    };
    let query = format!(
        "mutation($input: {kind}!) {{ {field}(input: $input) {{ request {{ state dueOn }} }} }}"
    );
    app.graphql_in(officer, &query, json!({ "input": input })).await
}

#[tokio::test]
async fn an_erasure_by_letter_is_recorded_decided_and_told() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    two_appointments(&app, town).await;
    let mut clerk = app.office_browser(town, Role::Clerk).await;
    let form = clerk.open(&format!("{ADDRESS}/neu")).await;
    assert!(form.text().contains("Antrag aufnehmen"));
    let fields = [
        ("recht", "erasure"),
        ("weg", "letter"),
        ("vorname", "Kanarina"),
        ("nachname", "Zwitschervogel"),
        ("email", "kanarina@example.org"),
        ("eingang", "2026-12-07"),
    ];
    let done = clerk.post(&format!("{ADDRESS}/neu"), &fields).await;
    assert!(done.text().contains("7. Januar 2027"), "{}", done.text());
    // who takes it down does not see the list
    assert_eq!(clerk.get(ADDRESS).await.status, 404);
    app.run_jobs().await;
    let received = &app.mails_to("kanarina@example.org")[0];
    assert!(
        received.text.contains("7. Januar 2027") && received.text.contains("Aufsichtsbehörde"),
        "{}",
        received.text
    );

    let mut officer = app.office_browser(town, Role::DataProtectionOfficer).await;
    let list = officer.open(ADDRESS).await;
    let link = tests::html::links(&list.text())
        .into_iter()
        .find(|link| link.contains("/anfrage?id="))
        .expect("a link");
    let page = officer.open(&link).await.text();
    assert!(page.contains("Zwitschervogel") && page.contains("2 Termine, 0 Konten"), "{page}");
    let id = link.split("id=").nth(1).expect("an id").to_owned();
    let after = officer
        .post(&format!("{ADDRESS}/anfrage"), &[("id", &id), ("tun", "ausfuehren"), ("weg", "mail")])
        .await;
    assert!(
        after.text().contains("ausgeführt") && !after.text().contains("Zwitschervogel"),
        "{}",
        after.text()
    );
    assert_eq!(app.rows_of("appointment").await, 0);
    let dump = app.database.dump().await;
    assert!(CANARY.iter().all(|known| !dump.contains(known)));
    app.run_jobs().await;
    let subjects: Vec<String> =
        app.mails_to("kanarina@example.org").into_iter().map(|mail| mail.subject).collect();
    assert!(subjects.iter().any(|one| one.contains("sind gelöscht")), "{subjects:?}");
    assert!(subjects.iter().any(|one| one.contains("ist erledigt")), "{subjects:?}");
    // again it is a conflict, and everything stands in the trail
    let again =
        decide(&app, &officer, "answerPrivacyRequest", json!({ "id": id, "way": "MAIL" })).await;
    assert_eq!(again.code(), "CONFLICT");
    let trail = officer.open("/amt/protokoll").await.text();
    for deed in ["Antrag zum Datenschutz aufgenommen", "Antrag zum Datenschutz ausgeführt"] {
        assert!(trail.contains(deed), "{trail}");
    }
}

#[tokio::test]
async fn a_refusal_needs_a_reason_and_names_the_authority() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    two_appointments(&app, town).await;
    let clerk = app.office_browser(town, Role::Clerk).await;
    let officer = app.office_browser(town, Role::TenantAdministrator).await;
    let id = recorded(&app, &clerk, "OBJECTION").await;
    let short =
        decide(&app, &officer, "refusePrivacyRequest", json!({ "id": id, "reason": "nein" })).await;
    assert_eq!(short.code(), "BAD_INPUT");
    let reason = "Die Nachrichten sind für den Termin nötig.";
    let refused =
        decide(&app, &officer, "refusePrivacyRequest", json!({ "id": id, "reason": reason })).await;
    assert_eq!(refused.data("refusePrivacyRequest/request/state"), "REFUSED");
    app.run_jobs().await;
    let mail = &app.mails_to("kanarina@example.org")[0];
    assert!(mail.text.contains(reason) && mail.text.contains("Kavalleriestra"), "{}", mail.text);
    assert_eq!(app.rows_of("customer").await, 2, "nothing was done to the data");
}

#[tokio::test]
async fn an_extension_is_possible_in_the_first_month_only() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let clerk = app.office_browser(town, Role::Clerk).await;
    let officer = app.office_browser(town, Role::DataProtectionOfficer).await;
    let (first, second) =
        (recorded(&app, &clerk, "ACCESS").await, recorded(&app, &clerk, "ACCESS").await);
    app.advance(TimeDelta::days(31));
    let officer_again = app.office_browser(town, Role::DataProtectionOfficer).await;
    let why = "Die Akten liegen im Archiv und müssen geholt werden.";
    let extended =
        decide(&app, &officer_again, "extendPrivacyRequest", json!({ "id": first, "reason": why }))
            .await;
    assert_eq!(extended.data("extendPrivacyRequest/request/dueOn"), "2027-03-07");
    app.run_jobs().await;
    let mail = &app.mails_to("kanarina@example.org")[0];
    assert!(mail.text.contains("7. März 2027") && mail.text.contains(why), "{}", mail.text);
    let twice =
        decide(&app, &officer_again, "extendPrivacyRequest", json!({ "id": first, "reason": why }))
            .await;
    assert_eq!(twice.code(), "CONFLICT");
    app.advance(TimeDelta::days(1));
    let officer_late = app.office_browser(town, Role::DataProtectionOfficer).await;
    let late =
        decide(&app, &officer_late, "extendPrivacyRequest", json!({ "id": second, "reason": why }))
            .await;
    assert_eq!(late.code(), "CONFLICT", "{}", late.text());
    let _ = officer;
}

#[tokio::test]
async fn a_year_of_days_reminds_and_forgets() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let start: NaiveDate = "2026-12-07".parse().expect("a day");
    let officer = app.person(town, Role::DataProtectionOfficer).await;
    let clerk = app.office_browser(town, Role::Clerk).await;
    recorded(&app, &clerk, "ACCESS").await;
    app.run_jobs().await;
    let mut reminded = Vec::new();
    for day in 1..=40_u64 {
        app.advance(TimeDelta::days(1));
        let before = app.mails_to(&officer.email).len();
        app.housekeeping().await;
        app.housekeeping().await;
        app.run_jobs().await;
        if app.mails_to(&officer.email).len() > before {
            assert_eq!(app.mails_to(&officer.email).len(), before + 1, "once a day: {day}");
            reminded.push(start + Days::new(day));
        }
    }
    // on the 20th day, and every day after the last one
    let expected: Vec<NaiveDate> = ["2026-12-27"]
        .into_iter()
        .map(|day| day.parse().expect("a day"))
        .chain((32..=40).map(|day| start + Days::new(day)))
        .collect();
    assert_eq!(reminded, expected);
    assert!(CANARY.iter().all(|known| !app.mails_to(&officer.email)[0].text.contains(known)));

    let who = app.office_browser(town, Role::DataProtectionOfficer).await;
    let open = app.graphql_in(&who, LIST, json!({ "open": true })).await;
    assert_eq!(open.data("privacyRequests/nodes/0/light"), "RED");
    let id = open.string("privacyRequests/nodes/0/id");
    decide(&app, &who, "answerPrivacyRequest", json!({ "id": id, "way": "LETTER" }))
        .await
        .data("answerPrivacyRequest");
    // answered in January 2027: kept until the end of 2030
    let at = |text: &str| text.parse::<chrono::DateTime<chrono::Utc>>().expect("an instant");
    app.advance(at("2030-12-31T12:00:00Z") - app.now());
    app.housekeeping().await;
    assert_eq!(app.rows_of("privacy_request").await, 1);
    app.advance(TimeDelta::days(1));
    app.housekeeping().await;
    assert_eq!(app.rows_of("privacy_request").await, 0);
}

#[tokio::test]
async fn a_restriction_by_the_office_ends_after_the_person_was_told() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let booked = two_appointments(&app, town).await;
    let clerk = app.office_browser(town, Role::Clerk).await;
    let officer = app.office_browser(town, Role::DataProtectionOfficer).await;
    let id = recorded(&app, &clerk, "RESTRICTION").await;
    let input = json!({ "id": id, "way": "MAIL" });
    let done = decide(&app, &officer, "answerPrivacyRequest", input).await;
    assert_eq!(done.data("answerPrivacyRequest/request/state"), "RESTRICTED");
    let restricted = async || {
        let copy = super::copy_by_token(&app, town, &booked[0].manage_token).await;
        copy.data("myData/data")["data"]["appointments"][0]["restrictedSince"].is_string()
    };
    assert!(restricted().await);
    let lifting = decide(&app, &officer, "liftRestriction", json!({ "id": id })).await;
    assert_eq!(lifting.data("liftRestriction/request/state"), "LIFTING");
    app.run_jobs().await;
    let mails = app.mails_to("kanarina@example.org");
    assert!(mails.iter().any(|mail| mail.subject.contains("Einschränkung")), "told first");
    assert!(restricted().await, "and still restricted");
    app.advance(TimeDelta::days(2));
    app.run_jobs().await;
    assert!(restricted().await);
    app.advance(TimeDelta::days(1) + TimeDelta::minutes(1));
    app.run_jobs().await;
    assert!(!restricted().await);
}

#[tokio::test]
async fn the_copy_for_a_letter_is_whole_and_noted() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    two_appointments(&app, town).await;
    let clerk = app.office_browser(town, Role::Clerk).await;
    let id = recorded(&app, &clerk, "ACCESS").await;
    let mut officer = app.office_browser(town, Role::DataProtectionOfficer).await;
    let file = officer.post(&format!("{ADDRESS}/kopie"), &[("id", &id)]).await;
    assert_eq!(file.json()["data"]["appointments"].as_array().map(Vec::len), Some(2));
    assert!(
        officer
            .open("/amt/protokoll")
            .await
            .text()
            .contains("Kopie der Daten zu einem Antrag geholt")
    );
    // the clerk gets none, and neighbours find nothing
    let mut clerk = clerk;
    assert_eq!(clerk.post(&format!("{ADDRESS}/kopie"), &[("id", &id)]).await.status, 404);
    let mut neighbour = app.office_browser(&app.musterstadt, Role::DataProtectionOfficer).await;
    assert_eq!(neighbour.post(&format!("{ADDRESS}/kopie"), &[("id", &id)]).await.status, 404);
    assert_eq!(neighbour.get(&format!("{ADDRESS}/anfrage?id={id}")).await.status, 404);
}

#[tokio::test]
async fn what_came_in_tomorrow_or_two_years_ago_is_not_taken_down() {
    let app = TestApp::start().await;
    let clerk = app.office_browser(&app.haltern, Role::Clerk).await;
    for day in ["2026-12-08", "2024-12-07"] {
        let answer = app.graphql_in(&clerk, RECORD, letter("ACCESS", day)).await;
        assert_eq!(answer.code(), "BAD_INPUT", "{day}");
    }
    let mut unknown = letter("ACCESS", "2026-12-07");
    unknown["input"]["appointment"] = json!("AAAA-AAAA");
    assert_eq!(app.graphql_in(&clerk, RECORD, unknown).await.code(), "BAD_INPUT");
}
