//! Mails and SMS: what they say, to whom, once, and later when they cannot be sent now.

use chrono::TimeDelta;
use gateway::demo::{lox24_stand_in, smtp_sink};
use serde_json::json;
use tests::{
    Sent, Setup, TestApp,
    booking::{CANCEL, RESCHEDULE, erika},
    towns,
};

/// The calendar entry of a mail.
fn invitation(mail: &Sent) -> String {
    let found = mail.attachments.iter().find(|file| file.content_type.starts_with("text/calendar"));
    found.unwrap_or_else(|| panic!("no calendar entry: {mail:?}")).text.replace("\r\n ", "")
}

fn line<'a>(entry: &'a str, name: &str) -> &'a str {
    let found = entry.lines().find(|line| line.starts_with(name));
    found.unwrap_or_else(|| panic!("no {name} in {entry}")).trim_end()
}

#[tokio::test]
async fn booking_tells_citizen_and_office() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let slots = app.free(town).await;
    let contact = json!({
        "firstName": "Erika", "lastName": "Mustermann", "email": "erika@example.org", "phone": "0151 23456789",
        "street": "Lindenweg 3", "postalCode": "45721", "city": "Haltern am See",
    });
    let mine = app.booked(town, &slots[0], contact).await;
    assert!(app.outbox().is_empty(), "nothing is sent before the worker runs");
    app.run_jobs().await;

    let [mail] = &app.mails_to("erika@example.org")[..] else {
        panic!("one mail: {:?}", app.outbox())
    };
    assert!(
        mail.subject.contains("8. Dezember 2026") && !mail.subject.contains("Mustermann"),
        "{}",
        mail.subject
    );
    for part in [
        "Dienstag, 8. Dezember 2026",
        "8:00",
        "Personalausweis",
        "Dr.-Conrads-Straße 1",
        "Biometrisches Foto",
        &mine.reference,
    ] {
        assert!(mail.text.contains(part), "{part} is not in {}", mail.text);
        assert!(mail.html.contains(part), "{part} is not in {}", mail.html);
    }
    assert!(
        mail.text.contains(&format!("http://{}/termin#{}", town.host, mine.manage_token)),
        "{}",
        mail.text
    );
    assert!(!mail.html.contains("<img") && !mail.html.contains("<script"), "{}", mail.html);

    let entry = invitation(mail);
    assert_eq!(line(&entry, "METHOD"), "METHOD:REQUEST");
    assert_eq!(line(&entry, "SEQUENCE"), "SEQUENCE:0");
    assert!(!entry.contains(&mine.manage_token) && !entry.contains("Lindenweg"), "{entry}");

    let [office] = &app.mails_to("buergerbuero@haltern.de")[..] else {
        panic!("one mail to the office")
    };
    for part in [
        "Erika",
        "Mustermann",
        "erika@example.org",
        "Lindenweg 3",
        "Personalausweis",
        &mine.reference,
    ] {
        assert!(office.text.contains(part), "{part} is not in {}", office.text);
    }
    assert!(!office.subject.contains("Mustermann"), "{}", office.subject);
    assert!(!office.text.contains(&mine.manage_token), "the office needs no code");

    let sms = app.texts();
    assert_eq!(sms.len(), 1, "{sms:?}");
    assert!(
        sms[0].text.contains(&mine.reference) && sms[0].text.contains("08:00")
            || sms[0].text.contains("8:00"),
        "{}",
        sms[0].text
    );
    assert!(!sms[0].text.contains(&mine.manage_token), "who has a mail needs no link in the SMS");
}

#[tokio::test]
async fn one_entry_lives_from_booking_to_cancellation() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let mine = app.an_appointment(town).await;
    app.run_jobs().await;
    let target = app.free(town).await.pop().expect("a time");
    let input = json!({ "manageToken": mine.manage_token, "locationId": target.location, "start": target.start });
    app.graphql(town, RESCHEDULE, json!({ "input": input })).await;
    app.run_jobs().await;
    app.graphql(town, CANCEL, json!({ "input": { "manageToken": mine.manage_token } })).await;
    app.run_jobs().await;

    let mut mails = app.mails_to("erika@example.org");
    mails.reverse(); // oldest first
    let entries: Vec<_> = mails.iter().map(invitation).collect();
    assert_eq!(entries.len(), 3);
    let all = |name| entries.iter().map(|entry| line(entry, name).to_owned()).collect::<Vec<_>>();
    assert_eq!(all("SEQUENCE"), ["SEQUENCE:0", "SEQUENCE:1", "SEQUENCE:2"]);
    assert_eq!(all("METHOD"), ["METHOD:REQUEST", "METHOD:REQUEST", "METHOD:CANCEL"]);
    assert_eq!(
        all("UID").into_iter().collect::<std::collections::BTreeSet<_>>().len(),
        1,
        "one UID for life"
    );
    assert_ne!(line(&entries[0], "DTSTART"), line(&entries[1], "DTSTART"));
    assert!(entries[2].contains("STATUS:CANCELLED"));
    assert_eq!(app.mails_to("buergerbuero@haltern.de").len(), 3);
}

#[tokio::test]
async fn a_person_gets_messages_in_their_language() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let slots = app.free(town).await;
    let token = app.held(town, &slots[0]).await;
    let input = json!({ "reservationToken": token, "contact": erika(), "locale": "EN" });
    assert_eq!(app.graphql(town, tests::booking::BOOK, json!({ "input": input })).await.code(), "");
    app.run_jobs().await;
    let mail = app.mails_to("erika@example.org").remove(0);
    assert!(mail.text.contains("Apply for an identity card"), "{}", mail.text);
    assert!(
        app.mails_to("buergerbuero@haltern.de")[0].text.contains("Personalausweis beantragen"),
        "the office reads German"
    );
}

#[tokio::test]
async fn a_landline_gets_no_sms_and_no_address_gets_no_mail() {
    let app = Setup::new().change_haltern("contact.email", "optional").start().await;
    let town = &app.haltern;
    let slots = app.free(town).await;
    let mut contact = erika();
    contact["phone"] = json!("02364 933222");
    app.booked(town, &slots[0], contact).await;
    contact = json!({ "firstName": "Max", "lastName": "Muster", "phone": "0171 5550123" });
    let second = app.booked(town, &slots[1], contact).await;
    app.run_jobs().await;
    let sms = app.texts();
    assert_eq!(sms.len(), 1, "{sms:?}");
    assert!(
        sms[0].text.contains(&second.manage_token),
        "without a mail the SMS has the link: {}",
        sms[0].text
    );
    assert_eq!(
        app.outbox().iter().filter(|sent| sent.channel == "mail").count(),
        3,
        "Erika's and twice the office"
    );
}

#[tokio::test]
async fn without_smtp_booking_goes_on_and_the_mail_comes_later() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    app.order_mails(2, smtp_sink::Orders::Answer(451));
    let mine = app.an_appointment(town).await;
    app.run_jobs().await;
    assert!(
        app.mails_to("erika@example.org").len() + app.mails_to("buergerbuero@haltern.de").len() < 2,
        "delayed"
    );
    for _ in 0..6 {
        app.advance(TimeDelta::minutes(2));
        app.run_jobs().await;
    }
    assert_eq!(app.mails_to("erika@example.org").len(), 1, "{:?}", app.outbox());
    assert_eq!(app.mails_to("buergerbuero@haltern.de").len(), 1);
    assert!(app.mails_to("erika@example.org")[0].text.contains(&mine.reference));
}

#[tokio::test]
async fn a_relay_that_hangs_up_loses_nothing() {
    let app = TestApp::start().await;
    app.order_mails(2, smtp_sink::Orders::Drop);
    app.an_appointment(&app.haltern).await;
    for _ in 0..6 {
        app.run_jobs().await;
        app.advance(TimeDelta::minutes(2));
    }
    assert_eq!(app.mails_to("erika@example.org").len(), 1);
    assert_eq!(app.mails_to("buergerbuero@haltern.de").len(), 1);
}

#[tokio::test]
async fn an_address_that_the_relay_refuses_is_given_up() {
    let app = TestApp::start().await;
    app.order_mails(2, smtp_sink::Orders::Answer(550));
    app.an_appointment(&app.haltern).await;
    for _ in 0..3 {
        app.run_jobs().await;
        app.advance(TimeDelta::hours(1));
    }
    assert!(app.outbox().iter().all(|sent| sent.channel == "sms"), "{:?}", app.outbox());
    let sql = app.database.superuser_sql().await;
    let failed: i64 =
        sea_orm::sqlx::query_scalar("SELECT count(*) FROM message WHERE state = 'failed'")
            .fetch_one(&sql)
            .await
            .expect("a number");
    assert_eq!(failed, 2);
}

#[tokio::test]
async fn a_provider_s_lost_answer_is_no_second_sms() {
    let app = TestApp::start().await;
    // taken, and the answer comes after everybody has stopped waiting
    app.order_texts(1, lox24_stand_in::Orders::TakeAndDelay(std::time::Duration::from_secs(15)));
    app.an_appointment(&app.haltern).await;
    for _ in 0..5 {
        app.run_jobs().await;
        app.advance(TimeDelta::minutes(2));
    }
    assert_eq!(app.texts().len(), 1, "{:?}", app.texts());
    assert_eq!(app.jobs_left().await, 0);
}

#[tokio::test]
async fn two_workers_send_each_message_once() {
    let app = TestApp::start().await;
    app.an_appointment(&app.haltern).await;
    // two workers at once, and again after every retry
    tokio::join!(app.run_jobs(), app.run_jobs());
    for _ in 0..4 {
        app.advance(TimeDelta::minutes(10));
        app.run_jobs().await;
    }
    assert_eq!(app.outbox().len(), 3, "mail, office, SMS, each once: {:?}", app.outbox());
    assert_eq!(app.jobs_left().await, 0);
}

#[tokio::test]
async fn an_erased_person_gets_nothing() {
    let app = TestApp::start().await;
    app.an_appointment(&app.haltern).await;
    let sql = app.database.superuser_sql().await;
    sea_orm::sqlx::query("DELETE FROM keys.subject_key").execute(&sql).await.expect("erased");
    app.run_jobs().await;
    assert!(app.outbox().is_empty(), "{:?}", app.outbox());
    assert_eq!(app.jobs_left().await, 0, "and nothing is tried again for ever");
}

#[tokio::test]
async fn mails_link_to_the_configured_address_whatever_the_request_said() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let slots = app.free(town).await;
    let token = app.held(town, &slots[0]).await;
    let body = json!({ "input": { "reservationToken": token, "contact": erika() } });
    let headers = [
        ("x-forwarded-host", "evil.example"),
        ("forwarded", "host=evil.example"),
        ("x-forwarded-proto", "ftp"),
    ];
    let answer =
        app.graphql_at(&format!("{}:4711", town.host), tests::booking::BOOK, body, &headers).await;
    assert_eq!(answer.code(), "", "{}", answer.text());
    app.run_jobs().await;
    for sent in app.outbox() {
        assert!(
            !sent.text.contains("evil")
                && !sent.text.contains("4711")
                && !sent.html.contains("evil"),
            "{sent:?}"
        );
    }
}

#[tokio::test]
async fn the_outbox_page_shows_one_municipality_only() {
    let app = TestApp::start().await;
    app.an_appointment(&app.haltern).await;
    app.an_appointment(&app.musterstadt).await;
    app.run_jobs().await;
    let shown = app.demo_outbox(&app.haltern).await;
    let list = shown.json();
    let list = list.as_array().expect("a list");
    assert_eq!(list.len(), 3, "{list:#?}");
    for sent in list {
        for key in ["channel", "to", "subject", "text", "html", "attachments", "at"] {
            assert!(sent.get(key).is_some(), "{key} is missing in {sent}");
        }
        assert!(!sent.to_string().contains("Musterstadt"), "{sent}");
    }
    assert!(list[0]["at"].as_str() >= list[2]["at"].as_str(), "newest first");
}

#[tokio::test]
async fn a_town_without_messages_sends_none() {
    let mut quiet = towns::haltern();
    towns::set(&mut quiet, "sms.enabled", false);
    let app = Setup::new().haltern(quiet).start().await;
    app.an_appointment(&app.haltern).await;
    app.run_jobs().await;
    assert!(app.outbox().iter().all(|sent| sent.channel == "mail"));
    assert_eq!(app.outbox().len(), 2);
}

#[tokio::test]
async fn a_new_time_that_is_old_news_is_not_told() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let appointment = app.an_appointment(town).await;
    let slots = app.free(town).await;
    for slot in slots.iter().rev().take(5) {
        app.advance(TimeDelta::milliseconds(5));
        let input = json!({ "manageToken": appointment.manage_token, "locationId": slot.location, "start": slot.start });
        let moved = app.graphql(town, RESCHEDULE, json!({ "input": input })).await;
        assert_eq!(moved.code(), "", "{}", moved.text());
    }
    app.advance(TimeDelta::milliseconds(5));
    let input = json!({ "manageToken": appointment.manage_token });
    app.graphql(town, CANCEL, json!({ "input": input })).await;
    for _ in 0..10 {
        app.run_jobs().await;
        app.advance(TimeDelta::seconds(1));
    }
    assert_eq!(app.jobs_left().await, 0);
    let subjects: Vec<String> =
        app.mails_to("erika@example.org").into_iter().map(|mail| mail.subject).collect();
    assert_eq!(subjects.len(), 2, "booked and cancelled: {subjects:?}");
}
