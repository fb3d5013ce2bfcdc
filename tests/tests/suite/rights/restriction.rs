//! Restricted data are kept, and nobody works with them: not the desk, not the calendar, not the worker.

use chrono::TimeDelta;
use kernel::Role;
use serde_json::{Value, json};
use tests::{TestApp, booking};

use super::{CHOOSE, GUEST, by_code, by_mail, copy_by_token, two_appointments};

const DAY: &str = "query($location: ID!) { appointments(locationId: $location, date: \"2026-12-08\") { nodes { id } } }";

/// What the office sees of an appointment, anywhere.
async fn seen(app: &TestApp, one: &booking::Appointment) -> Vec<String> {
    let town = &app.haltern;
    let clerk = app.office_browser(town, Role::Clerk).await;
    let manager = app.office_browser(town, Role::OfficeManager).await;
    let mut seen = Vec::new();
    let day = app.graphql_in(&clerk, DAY, json!({ "location": one.slot.location })).await;
    if day.text().contains(&one.id) {
        seen.push("day list".to_owned());
    }
    let open = "query($id: ID!) { officeAppointment(id: $id) { appointment { id } } }";
    if app.graphql_in(&clerk, open, json!({ "id": one.id })).await.code().is_empty() {
        seen.push("appointment".to_owned());
    }
    let mut browser = clerk.clone();
    for (by, text) in
        [("mail", "kanarina@example.org"), ("name", "Zwitschervogel"), ("nummer", &one.reference)]
    {
        let found = browser.post("/amt/kunden", &[("nach", by), ("suche", text)]).await.text();
        // each line leads to its appointment
        if found.contains(&one.id) {
            seen.push(format!("search by {by}"));
        }
    }
    let token =
        app.graphql_in(&clerk, booking::APPOINTMENT, json!({ "token": one.manage_token })).await;
    if token.code().is_empty() {
        seen.push("token at the desk".to_owned());
    }
    let cancel = "mutation($input: CancelAppointmentByOfficeInput!) { cancelAppointmentByOffice(input: $input) { appointment { id } } }";
    let tried = app
        .graphql_in(&manager, cancel, json!({ "input": { "appointmentId": uuid::Uuid::nil() } }))
        .await;
    let same = app
        .graphql_in(
            &manager,
            "query($id: ID!) { officeAppointment(id: $id) { appointment { id } } }",
            json!({ "id": one.id }),
        )
        .await;
    if same.code() != tried.code() {
        seen.push("told apart from what never was".to_owned());
    }
    seen
}

#[tokio::test]
async fn nobody_of_the_office_sees_restricted_data_anywhere() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let booked = two_appointments(&app, town).await;
    let before = seen(&app, &booked[0]).await;
    assert!(before.len() >= 6, "the test sees what there is to see: {before:?}");
    let choice = |choice: &str| json!({ "input": { "choice": choice, "manageToken": booked[0].manage_token } });
    app.graphql(town, CHOOSE, choice("RESTRICT")).await.data("chooseForMyData");
    assert_eq!(seen(&app, &booked[0]).await, Vec::<String>::new());
    // the other appointment is another record
    assert_eq!(seen(&app, &booked[1]).await.len(), before.len());
    // it is kept, and its person sees it
    let copy = copy_by_token(&app, town, &booked[0].manage_token).await;
    let one = copy.data("myData/data")["data"]["appointments"][0].clone();
    assert!(one["restrictedSince"].is_string(), "{one}");
    assert_eq!(one["contact"]["lastName"], "Zwitschervogel");
    // the time stays taken
    let slots = app.free(town).await;
    let here = slots.iter().find(|slot| {
        slot.start == booked[0].slot.start && slot.location == booked[0].slot.location
    });
    assert!(
        here.is_none_or(|slot| slot.remaining < booked[0].slot.remaining),
        "the time stays taken"
    );
    app.graphql(town, CHOOSE, choice("LIFT")).await.data("chooseForMyData");
    assert_eq!(seen(&app, &booked[0]).await.len(), before.len());
}

#[tokio::test]
async fn no_message_leaves_about_restricted_data() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let one = app.booked(town, &app.free(town).await[0], super::canary()).await;
    let restrict = json!({ "input": { "choice": "RESTRICT", "manageToken": one.manage_token } });
    app.graphql(town, CHOOSE, restrict).await.data("chooseForMyData");
    app.run_jobs().await;
    assert!(app.outbox().is_empty(), "{:?}", app.outbox().len());
    assert_eq!(app.jobs_left().await, 0, "and nothing waits for ever");
}

#[tokio::test]
async fn a_restriction_is_looked_at_again_after_ninety_days() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    two_appointments(&app, town).await;
    let account = app.staff(town, Role::DataProtectionOfficer).await;
    let officer = app.office_browser(town, Role::DataProtectionOfficer).await;
    let record = "mutation($input: RecordPrivacyRequestInput!) { recordPrivacyRequest(input: $input) { request { id } } }";
    let input = json!({ "input": { "kind": "RESTRICTION", "channel": "LETTER", "receivedOn": "2026-12-07",
        "firstName": "Kanarina", "lastName": "Zwitschervogel", "email": "kanarina@example.org" } });
    let id =
        app.graphql_in(&officer, record, input).await.string("recordPrivacyRequest/request/id");
    let answer = "mutation($input: AnswerPrivacyRequestInput!) { answerPrivacyRequest(input: $input) { request { reviewOn light } } }";
    let input = json!({ "input": { "id": id, "way": "MAIL" } });
    let done = app.graphql_in(&officer, answer, input).await.data("answerPrivacyRequest/request");
    assert_eq!(done, json!({ "reviewOn": "2027-03-07", "light": null }));
    let told = || {
        let mails = app.mails_to(&account.profile.email);
        mails.iter().filter(|mail| mail.subject.contains("Einschränkungen prüfen")).count()
    };
    let round = async || {
        app.housekeeping().await;
        app.run_jobs().await;
    };
    app.advance(TimeDelta::days(89));
    round().await;
    assert_eq!(told(), 0, "a day before");
    app.advance(TimeDelta::days(1));
    round().await;
    round().await;
    app.advance(TimeDelta::days(1));
    round().await;
    assert_eq!(told(), 1, "once");
    // it is a task in the list
    let list = "/amt/datenschutz/anfragen";
    let mut browser = app.signed_in(town, &account).await;
    assert!(browser.open(list).await.text().contains("light--yellow"), "to be done");
    let one = format!("{list}/anfrage");
    let refused = browser.post(&one, &[("id", &id), ("tun", "behalten"), ("grund", "x")]).await;
    assert_eq!(refused.status, 422);
    let reason = ("grund", "Der Streit über die Richtigkeit dauert an");
    let kept = browser.post(&one, &[("id", &id), ("tun", "behalten"), reason]).await;
    assert!(kept.text().contains("In 90 Tagen ist sie wieder zu prüfen"), "{}", kept.text());
    assert!(!browser.open(list).await.text().contains("light--yellow"), "it is done");
    let trail = tests::html::text(&browser.open("/amt/protokoll").await.text());
    assert!(
        trail.contains("Einschränkung geprüft und aufrechterhalten") && trail.contains(reason.1),
        "{trail}"
    );
    app.advance(TimeDelta::days(90));
    round().await;
    assert_eq!(told(), 2, "and again");
    let sid = app.signed_in(town, &account).await;
    let keep = "mutation($input: PrivacyRequestReasonInput!) { keepRestriction(input: $input) { request { reviewOn } } }";
    let input = json!({ "input": { "id": id, "reason": "Der Streit dauert an" } });
    let again = app.graphql_in(&sid, keep, input).await.string("keepRestriction/request/reviewOn");
    assert_eq!(again, "2027-09-04");
}

#[tokio::test]
async fn who_objects_to_reminders_gets_calendar_entries_without() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let one = app.booked(town, &app.free(town).await[0], super::canary()).await;
    app.run_jobs().await;
    let (mut browser, name) = by_code(&app, town, &one.manage_token).await;
    let calendar = async |browser: &mut tests::Browser<'_>| {
        let take = [("t", name.as_str()), ("als", "kalender")];
        browser.post(&format!("{GUEST}/mitnehmen"), &take).await.text()
    };
    assert!(calendar(&mut browser).await.contains("BEGIN:VALARM"));
    let object = [("t", name.as_str()), ("gegen", "erinnerungen")];
    let page = browser.post(&format!("{GUEST}/widerspruch"), &object).await;
    assert!(page.text().contains("Ihre Kalendereinträge erinnern nicht mehr"), "{}", page.text());
    let without = calendar(&mut browser).await;
    assert!(without.contains("BEGIN:VEVENT") && !without.contains("VALARM"), "{without}");
    let unknown = [("t", name.as_str()), ("gegen", "alles")];
    assert_eq!(browser.post(&format!("{GUEST}/widerspruch"), &unknown).await.status, 422);
    let again = [("t", name.as_str()), ("gegen", "erinnerungen"), ("wieder", "1")];
    browser.post(&format!("{GUEST}/widerspruch"), &again).await;
    assert!(calendar(&mut browser).await.contains("BEGIN:VALARM"), "taken back as easily");
}

#[tokio::test]
async fn restricted_data_outlive_their_period() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let booked = two_appointments(&app, town).await;
    let (mut browser, name) = by_code(&app, town, &booked[0].manage_token).await;
    browser.post(&format!("{GUEST}/einschraenken"), &[("t", &name)]).await;
    assert!(browser.path.contains("getan=eingeschraenkt"));
    app.advance(TimeDelta::days(60));
    app.housekeeping().await;
    assert_eq!(app.rows_of("appointment").await, 1);
    let lift = json!({ "input": { "choice": "LIFT", "manageToken": booked[0].manage_token } });
    app.graphql(town, CHOOSE, lift).await.data("chooseForMyData");
    app.housekeeping().await;
    assert_eq!(app.rows_of("appointment").await, 0);
}

#[tokio::test]
async fn a_change_of_the_calendar_leaves_restricted_appointments_alone() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let booked = two_appointments(&app, town).await;
    let close = "mutation($input: CloseDaysInput!) { closeDays(input: $input) { __typename } }";
    let input = |place: &str| -> Value {
        json!({ "input": { "locationId": place, "from": "2026-12-08", "to": "2026-12-08", "decision": "CANCEL", "reason": { "de": "Umbau" } } })
    };
    for one in &booked {
        let restrict =
            json!({ "input": { "choice": "RESTRICT", "manageToken": one.manage_token } });
        app.graphql(town, CHOOSE, restrict).await.data("chooseForMyData");
    }
    let manager = app.office_browser(town, Role::OfficeManager).await;
    let closed = app.graphql_in(&manager, close, input(&booked[0].slot.location)).await;
    assert!(closed.code().is_empty(), "{}", closed.text());
    let copy = copy_by_token(&app, town, &booked[0].manage_token).await;
    assert_eq!(copy.data("myData/data")["data"]["appointments"][0]["status"], "CONFIRMED");
}

#[tokio::test]
async fn who_wants_no_sms_gets_mails_only() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let booked = two_appointments(&app, town).await;
    let texts = app.texts().len();
    let mut browser = by_mail(&app, town, "kanarina@example.org").await;
    browser.post(&format!("{GUEST}/sms"), &[]).await;
    assert!(browser.path.ends_with("getan=ohne-sms"));
    let cancel = json!({ "input": { "manageToken": booked[0].manage_token } });
    app.graphql(town, booking::CANCEL, cancel).await.data("cancelAppointment");
    app.run_jobs().await;
    assert_eq!(app.texts().len(), texts, "no SMS more");
    assert!(app.mails_to("kanarina@example.org")[0].subject.contains("abgesagt"));
    // taking it back is as easy
    browser.post(&format!("{GUEST}/sms"), &[("wieder", "1")]).await;
    let cancel = json!({ "input": { "manageToken": booked[1].manage_token } });
    app.graphql(town, booking::CANCEL, cancel).await.data("cancelAppointment");
    app.run_jobs().await;
    assert_eq!(app.texts().len(), texts + 1);
}
