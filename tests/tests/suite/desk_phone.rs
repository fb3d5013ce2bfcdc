//! Booking for somebody who calls, and moving beyond what citizens may.

use chrono::TimeDelta;
use kernel::{Role, Scope};
use serde_json::json;
use tests::{Browser, Setup, TestApp, html};

use crate::desk::FILE;

#[tokio::test]
async fn somebody_without_mail_gets_an_appointment_on_the_phone() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let mut clerk = app.office_browser(town, Role::Clerk).await;
    let page = clerk.open("/amt/buchen").await;
    let form = Browser::form(&page, "/amt/buchen").with("anliegen", "personalausweis");
    let page = clerk.submit(&form.with("was", "zeiten")).await;
    assert_eq!(clerk.path, "/amt/buchen", "nothing stands in the address");
    let text = html::text(&page.text());
    assert!(text.contains("Montag, 7. Dezember 2026"), "the office books today, too: {text}");
    let form = Browser::form(&page, "/amt/buchen");
    let times: Vec<String> = form
        .choices
        .iter()
        .filter(|(name, _)| name == "zeit")
        .map(|(_, value)| value.clone())
        .collect();
    let page = clerk.submit(&form.clone().with("zeit", &times[0])).await;
    let held = Browser::form(&page, "/amt/buchen");
    assert!(held.value("halten").is_some_and(|token| !token.is_empty()));
    assert!(page.text().contains("autocomplete=\"off\""));

    // nobody else gets this time while the caller spells their name
    let mut colleague = app.office_browser(town, Role::Clerk).await;
    let lost = colleague.submit(&form.clone().with("zeit", &times[0]).with("schluessel", "")).await;
    assert!(lost.status.is_success(), "a second counter has the same time");
    let lost = colleague.submit(&form.with("zeit", &times[0]).with("schluessel", "")).await;
    assert_eq!(lost.status.as_u16(), 409, "{}", html::text(&lost.text()));
    assert!(html::text(&lost.text()).contains("hat gerade jemand anderes gebucht"));

    // an error keeps what was typed, and the time
    let wrong = held.with("firstName", "Hertha").with("lastName", "").with("phone", "02364 12345");
    let page = clerk.submit(&wrong.with("was", "buchen")).await;
    assert_eq!(page.status.as_u16(), 422);
    let form = Browser::form(&page, "/amt/buchen");
    assert_eq!(
        (form.value("firstName"), form.value("phone")),
        (Some("Hertha"), Some("02364 12345"))
    );
    let page = clerk.submit(&form.with("lastName", "Telefon").with("was", "buchen")).await;
    let text = html::text(&page.text());
    for part in [
        "Der Termin ist gebucht",
        "7. Dezember 2026",
        "Biometrisches Foto",
        "Es wird keine E-Mail gesendet",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(clerk.path, "/amt/buchen");
    let code = page
        .text()
        .split("code--long\">")
        .nth(1)
        .expect("a code")
        .split('<')
        .next()
        .expect("a code")
        .to_owned();
    assert!(code.split(' ').all(|group| group.len() == 4), "{code}");

    app.run_jobs().await;
    let [mail] = &app.outbox()[..] else { panic!("one mail: {:?}", app.outbox()) };
    assert_eq!(mail.to, "buergerbuero@haltern.de");
    assert!(
        mail.text.contains("Hertha Telefon") && mail.text.contains("+49236412345"),
        "{}",
        mail.text
    );

    // the code opens it for the citizen
    let mut citizen = app.browser(town);
    let shown = citizen.post("/termin", &[("code", &code)]).await;
    assert!(html::text(&shown.text()).contains("7. Dezember 2026"));

    // it is on today's list, as a call
    let list = clerk.open("/amt/tag").await.text();
    assert!(list.contains("Telefon, Hertha") && list.contains("<td>Telefon</td>"), "{list}");
    let id = list.split("/amt/termin?id=").nth(1).expect("a link")[..36].to_owned();
    let file = app.graphql_in(&clerk, FILE, json!({ "id": id })).await.data("officeAppointment");
    assert_eq!(
        (&file["history"][0]["deed"], &file["history"][0]["by"]),
        (&json!("BOOKED"), &json!("STAFF"))
    );
    assert_eq!(file["history"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_held_time_that_ran_out_loses_nothing_that_was_typed() {
    let app = TestApp::start().await;
    let mut clerk = app.office_browser(&app.haltern, Role::Clerk).await;
    let fields = [
        ("anliegen", "personalausweis"),
        ("ort", "buergerbuero"),
        ("ab", "2026-12-08"),
        ("zeit", "buergerbuero@2026-12-08T07:00:00Z"),
    ];
    let page = clerk.post("/amt/buchen", &fields).await;
    let form = Browser::form(&page, "/amt/buchen");
    app.advance(TimeDelta::minutes(11));
    let typed =
        form.with("firstName", "Hertha").with("lastName", "Langsam").with("phone", "02364 12345");
    let page = clerk.submit(&typed.with("was", "buchen")).await;
    assert!(html::text(&page.text()).contains("abgelaufen"), "{}", html::text(&page.text()));
    let form = Browser::form(&page, "/amt/buchen");
    assert_eq!(form.value("lastName"), Some("Langsam"));
    let page = clerk.submit(&form.with("zeit", "buergerbuero@2026-12-08T07:00:00Z")).await;
    let form = Browser::form(&page, "/amt/buchen");
    assert_eq!(form.value("lastName"), Some("Langsam"));
    // another time gives the first one back
    let page = clerk.submit(&form.with("was", "andere")).await;
    let form = Browser::form(&page, "/amt/buchen");
    assert!(form.choices.iter().any(|(_, value)| value == "buergerbuero@2026-12-08T07:00:00Z"));
    let page = clerk.submit(&form.with("zeit", "buergerbuero@2026-12-08T07:00:00Z")).await;
    let form = Browser::form(&page, "/amt/buchen").with("was", "buchen");
    assert!(html::text(&clerk.submit(&form).await.text()).contains("Der Termin ist gebucht"));
}

#[tokio::test]
async fn the_api_books_for_a_caller_in_one_step_and_once() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let key = app.office_key(town, Scope::Appointments).await;
    let slot = app.free(town).await[0].clone();
    let book = "mutation($i: BookForCallerInput!) { bookForCaller(input: $i) { appointment { id reference manageToken } } }";
    let input = json!({ "items": [{ "serviceId": slot.service }], "locationId": slot.location, "start": slot.start,
        "contact": { "firstName": "Hertha", "lastName": "Telefon", "phone": "02364 12345" }, "idempotencyKey": "anruf-1" });
    let first = app.graphql_as(town, &key, book, json!({ "i": input })).await;
    let first = first.data("bookForCaller");
    let again = app.graphql_as(town, &key, book, json!({ "i": input })).await;
    assert_eq!(again.data("bookForCaller"), first);
    // what cannot be booked holds nothing
    let mut wrong = input.clone();
    wrong["contact"]["phone"] = json!(null);
    wrong["idempotencyKey"] = json!(null);
    for _ in 0..3 {
        let refused = app.graphql_as(town, &key, book, json!({ "i": wrong })).await;
        assert_eq!(refused.code(), "BAD_INPUT", "{}", refused.text());
    }
    let left = app.free(town).await;
    let same = left.iter().find(|left| left.start == slot.start).expect("a second counter");
    assert_eq!(same.remaining, slot.remaining - 1);
    // citizens cannot
    let refused = app.graphql(town, book, json!({ "i": input })).await;
    assert_eq!(refused.code(), "FORBIDDEN");
}

#[tokio::test]
async fn the_office_moves_from_now_on_to_the_end_of_the_calendar() {
    let app = Setup::new()
        .change_haltern("booking.lead_days", 3)
        .change_haltern("booking.horizon_days", 60)
        .start()
        .await;
    let town = &app.haltern;
    let service = app.service(town, "Personalausweis").await;
    let slots = app.slots(town, &service, "2026-12-10", "2026-12-10").await;
    let mine = app.booked(town, &slots[0], tests::booking::erika()).await;
    app.run_jobs().await;
    // citizens wait three days
    let soon = json!({ "input": { "manageToken": mine.manage_token, "locationId": mine.slot.location, "start": "2026-12-07T14:00:00+01:00" } });
    let refused = app.graphql(town, tests::booking::RESCHEDULE, soon).await;
    assert_eq!(refused.code(), "BAD_INPUT");

    let mut clerk = app.at_location(town, Role::Clerk, &mine.slot.location).await;
    let page = clerk.open(&format!("/amt/termin/verschieben?id={}", mine.id)).await;
    let form = Browser::form(&page, "/amt/termin/verschieben");
    let today = "buergerbuero@2026-12-07T13:00:00Z";
    assert!(form.choices.iter().any(|(_, value)| value == today), "{:?}", form.choices);
    let page =
        clerk.submit(&form.with("zeit", today).with("nachricht_de", "Wie besprochen.")).await;
    let text = html::text(&page.text());
    assert!(text.contains("Der Termin ist verschoben") && text.contains("14:00"), "{text}");
    app.run_jobs().await;
    let mails = app.mails_to("erika@example.org");
    assert!(mails.iter().any(|mail| mail.text.contains("Wie besprochen.")), "{mails:?}");
    let last = json!({ "i": { "appointmentId": mine.id, "locationId": mine.slot.location, "start": "2027-02-05T09:00:00+01:00" } });
    let moving = "mutation($i: MoveAppointmentInput!) { moveAppointment(input: $i) { appointment { start } } }";
    let moved = app.graphql_in(&clerk, moving, last.clone()).await;
    assert_eq!(moved.string("moveAppointment/appointment/start"), "2027-02-05T09:00:00+01:00");
    let mut past = last;
    past["i"]["start"] = json!("2026-12-07T07:45:00+01:00");
    assert_eq!(app.graphql_in(&clerk, moving, past.clone()).await.code(), "BAD_INPUT");
    past["i"]["start"] = json!("2027-02-06T09:00:00+01:00");
    assert_eq!(app.graphql_in(&clerk, moving, past).await.code(), "BAD_INPUT");
}
