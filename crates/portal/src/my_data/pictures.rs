//! Renders the pages with made-up data: templates and texts fit together.

use chrono::{DateTime, Utc};
use kernel::my_data::{
    Content, Kind, MyData, OwnAppointment, OwnContact, OwnItem, OwnMessage, Processing, Receiver,
    Responsible,
};

use super::{
    ACCOUNT, GUEST, Place,
    acts::ErasePage,
    code::{CodePage, EnterPage},
    show::MyDataPage,
};
use crate::{page::Page, samples};

fn page(title: &str) -> Page {
    let page = Page::new(&samples::visit(), GUEST);
    page.clone().titled(page.t(title))
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn authority() -> Responsible {
    Responsible {
        name: "Stadt Haltern am See".into(),
        street: "Dr.-Conrads-Straße 1".into(),
        postal_code: "45721".into(),
        city: "Haltern am See".into(),
        email: Some("datenschutz@haltern.example".into()),
        website: None,
    }
}

fn copy(restricted: bool) -> MyData {
    let id = uuid::Uuid::from_u128(1);
    let booked = at("2026-12-02T09:00:00Z");
    let appointment = OwnAppointment {
        id,
        reference: "7K3Q-9M2X".into(),
        status: "CONFIRMED".into(),
        starts_at: at("2026-12-08T08:15:00Z"),
        ends_at: at("2026-12-08T08:30:00Z"),
        location: "Bürgerbüro".into(),
        counter: "Schalter 1".into(),
        items: vec![OwnItem { service: "Personalausweis".into(), quantity: 2 }],
        contact: Some(OwnContact {
            first_name: "Erika".into(),
            last_name: "<b>Mustermann</b>".into(),
            email: Some("erika@example.org".into()),
            phone: Some("+4915112345678".into()),
            street: None,
            postal_code: None,
            city: None,
            birth_date: None,
            stored_at: booked,
        }),
        language: "de".into(),
        notice_version: 1,
        sequence: 0,
        booked_at: booked,
        changed_at: booked,
        cancelled_at: None,
        history: Vec::new(),
        in_account_since: None,
        restricted_since: restricted.then_some(booked),
        no_sms_since: None,
        no_reminders_since: None,
        uncounted_since: None,
    };
    let message = OwnMessage {
        appointment: id,
        kind: "booked".into(),
        sequence: 0,
        channel: "sms".into(),
        audience: "citizen".into(),
        state: "sent".into(),
        provider_id: None,
        created_at: booked,
        settled_at: Some(booked),
        counted_on: None,
    };
    let text = |text: &str| text.to_owned();
    MyData {
        schema: text("https://haltern.example/schemas/my-data.schema.json"),
        created_at: booked,
        controller: authority(),
        data: Content {
            appointments: vec![appointment],
            messages: vec![message],
            ..Content::default()
        },
        processing: Processing {
            kinds: vec![Kind { category: text("Termin"), purpose: text("…"), kept: text("…") }],
            recipients: vec![Receiver {
                role: text("SMS-Dienst"),
                name: text("LOX24"),
                address: text("Berlin"),
                what: text("…"),
            }],
            source: text("…"),
            rights: vec![text("…")],
            authority: authority(),
            left_out: vec![text("…")],
            notice_version: 1,
        },
    }
}

#[test]
fn everything_is_shown_and_nothing_becomes_markup() {
    for (base, restricted) in [(GUEST, false), (ACCOUNT, true)] {
        let place = Place { base, managed: String::new() };
        let zone = samples::town().zone();
        let view =
            MyDataPage::new(page("my-data-title"), place, copy(restricted), zone, String::new());
        let html = samples::picture("my_data", &view, if restricted { "restricted" } else { "" });
        for known in ["7K3Q-9M2X", "erika@example.org", "+4915112345678", "LOX24", "SMS an Sie"] {
            assert!(html.contains(known), "{known}");
        }
        assert!(!html.contains("<b>Mustermann"));
        assert_eq!(html.contains("name=\"aufheben\""), restricted);
        assert!(html.contains(&format!("action=\"{base}/mitnehmen\"")));
    }
}

#[test]
fn erasing_says_first_what_is_cancelled() {
    let view = ErasePage {
        page: page("my-data-erase-title"),
        place: Place { base: GUEST, managed: "abc".into() },
        error: String::new(),
        upcoming: vec!["Dienstag, 8. Dezember 2026, 9:15 Uhr, Bürgerbüro".into()],
        has_account: false,
        needs_password: false,
    };
    let html = samples::picture("my_data_erase", &view, "");
    assert!(html.contains("8. Dezember") && html.contains("name=\"t\" value=\"abc\""), "{html}");
}

#[test]
fn a_code_opens_after_a_button() {
    for email in ["", "erika@example.org"] {
        let view = CodePage {
            page: page("my-data-code-title"),
            code: "0abc".into(),
            error: String::new(),
            hint: String::new(),
            email: email.into(),
        };
        let html =
            samples::picture("my_data_code", &view, if email.is_empty() { "" } else { "confirm" });
        assert_eq!(html.contains("name=\"ja\""), !email.is_empty());
    }
    let view = EnterPage {
        page: page("my-data-title"),
        email: "erika@".into(),
        error: "Das ist keine Adresse.".into(),
        hint: String::new(),
        by_mail: true,
    };
    let html = samples::picture("my_data_enter", &view, "wrong");
    assert!(html.contains("aria-invalid") && html.contains("value=\"erika@\""));
}
