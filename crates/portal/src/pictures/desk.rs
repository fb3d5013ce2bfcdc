//! The office's desk with made-up data.

use super::{CODE, facts, page};
use crate::{
    contact_form::{ContactForm, Typed, in_groups, summary},
    office::desk::{
        FreeDay, FreeTime, PlaceChoice,
        appointment::{AppointmentPage, HistoryLine},
        booking::{BookedPage, BookingPage, HeldTime, ServiceChoice},
        customers::{CustomerLine, CustomersPage, VisitRow},
        day::{DayPage, DayRow},
        moving::MovePage,
    },
    samples,
};

fn choice(value: &str, name: &str, chosen: bool) -> PlaceChoice {
    PlaceChoice { value: value.into(), name: name.into(), chosen }
}

fn places() -> Vec<PlaceChoice> {
    vec![choice("buergerbuero", "Bürgerbüro", true), choice("sythen", "Nebenstelle Sythen", false)]
}

fn row(time: &str, name: &str, is_cancelled: bool) -> DayRow {
    DayRow {
        address: "/amt/termin?id=1".into(),
        time: time.into(),
        until: "9:30 Uhr".into(),
        name: name.into(),
        what: "Personalausweis beantragen (2)".into(),
        reference: "K7M2-9QXD".into(),
        counter: "Schalter 1".into(),
        channel: "online".into(),
        status: if is_cancelled { "abgesagt" } else { "gebucht" }.into(),
        is_cancelled,
    }
}

fn days() -> Vec<FreeDay> {
    let time = |clock: &str| FreeTime {
        value: format!("buergerbuero@{clock}"),
        clock: clock.into(),
        place: String::new(),
    };
    vec![FreeDay {
        day: "Dienstag, 8. Dezember 2026".into(),
        times: ["9:15 Uhr", "9:30 Uhr", "10:00 Uhr"].map(time).to_vec(),
    }]
}

fn form(wrong: bool) -> ContactForm {
    let asked = samples::town().settings.contact;
    let typed = if wrong {
        Typed { phone: "12".into(), ..Typed::default() }
    } else {
        samples::draft().typed
    };
    let problems = typed.check(&asked, "2026-12-02".parse().unwrap()).err().unwrap_or_default();
    ContactForm::new(&page("details-title"), &asked, &typed, &problems).for_office()
}

#[test]
fn the_day_is_a_dense_list() {
    for is_empty in [false, true] {
        let rows = vec![
            row("9:15 Uhr", "Mustermann, Erika", false),
            row("9:30 Uhr", "<Schnell>, Ken", true),
        ];
        let view = DayPage {
            places: places(),
            place: "Bürgerbüro".into(),
            day: "Dienstag, 8. Dezember 2026".into(),
            date: "2026-12-08".into(),
            before: "/amt/tag?ort=buergerbuero&datum=2026-12-07".into(),
            after: "/amt/tag?ort=buergerbuero&datum=2026-12-09".into(),
            today: "/amt/tag?ort=buergerbuero".into(),
            states: vec![choice("", "alle außer abgesagten", true)],
            rows: if is_empty { Vec::new() } else { rows },
            count: "2 Termine".into(),
            page: page("desk-may-day"),
        };
        let html = samples::picture("desk_day", &view, if is_empty { "empty" } else { "" });
        assert_eq!(html.contains("<table"), !is_empty);
        assert!(!html.contains("<Schnell>"), "names are text");
    }
}

#[test]
fn an_appointment_lies_open_with_its_history() {
    for (name, wrong, can_change) in
        [("", false, true), ("wrong", true, true), ("over", false, false)]
    {
        let page = page("desk-may-day").failed(wrong);
        let (facts, meeting) = facts(&page);
        let view = AppointmentPage {
            id: "1".into(),
            reference: "K7M2-9QXD".into(),
            status: "gebucht".into(),
            counter: "Schalter 1".into(),
            channel: "Telefon".into(),
            facts,
            meeting,
            contact: summary(&page, &samples::draft().typed, &samples::town().settings.contact),
            form: form(wrong),
            can_change,
            day: "/amt/tag?ort=buergerbuero&datum=2026-12-08".into(),
            error: String::new(),
            done: if wrong { String::new() } else { page.t("desk-done-moved") },
            history: vec![HistoryLine {
                when: "2. Dezember 2026, 9:00 Uhr".into(),
                what: page.t1("desk-history-booked", "when", "8. Dezember 2026"),
                by: page.t("desk-by-citizen"),
            }],
            note_de: String::new(),
            note_en: String::new(),
            page,
        };
        let html = samples::picture("desk_appointment", &view, name);
        assert_eq!(html.contains("aria-invalid"), wrong);
        assert_eq!(html.contains("/amt/termin/absagen"), can_change);
        assert!(!html.contains("autocomplete=\"given-name\""), "it is not the clerk's own name");
    }
}

#[test]
fn another_time_is_one_click() {
    let view = MovePage {
        id: "1".into(),
        reference: "K7M2-9QXD".into(),
        now: "8. Dezember 2026, 9:15 Uhr, Bürgerbüro".into(),
        from: "2026-12-02".into(),
        days: days(),
        error: String::new(),
        note_de: String::new(),
        note_en: String::new(),
        page: page("desk-move"),
    };
    let html = samples::picture("desk_move", &view, "");
    assert_eq!(html.matches("name=\"zeit\"").count(), 3);
    // the Enter key chooses no time
    assert!(
        html.find("tabindex=\"-1\" aria-hidden").unwrap() < html.find("name=\"zeit\"").unwrap()
    );
}

#[test]
fn people_are_searched_by_a_form_that_stands_in_no_address() {
    let visit = VisitRow {
        address: "/amt/termin?id=1".into(),
        reference: "K7M2-9QXD".into(),
        when: "8. Dezember 2026, 9:15 Uhr".into(),
        place: "Bürgerbüro".into(),
        what: "Personalausweis beantragen".into(),
        status: "gebucht".into(),
    };
    let found = vec![CustomerLine {
        name: "Mustermann, Erika".into(),
        contact: "+4915123456789".into(),
        appointments: vec![visit],
    }];
    for (name, found) in [("", None), ("found", Some(found)), ("none", Some(Vec::new()))] {
        let page = page("desk-customers-title");
        let view = CustomersPage {
            kinds: vec![("name", page.t("desk-search-name"), true)],
            words: "Mustermann".into(),
            error: String::new(),
            has_more: found.is_some(),
            found,
            page,
        };
        let html = samples::picture("desk_customers", &view, name);
        assert!(html.contains("method=\"post\" action=\"/amt/kunden\""));
        assert_eq!(html.contains("Mustermann, Erika"), name == "found");
    }
}

#[test]
fn a_call_is_booked_on_one_page() {
    for (name, is_held, wrong) in
        [("times", false, false), ("held", true, false), ("wrong", true, true)]
    {
        let page = page("desk-book-title").failed(wrong);
        let held = HeldTime {
            token: "r".repeat(32),
            when: "8. Dezember 2026, 9:15 Uhr".into(),
            place: "Bürgerbüro".into(),
            what: "Personalausweis beantragen (2)".into(),
            until: "9:10 Uhr".into(),
            selection: vec!["personalausweis:2".into()],
        };
        let view = BookingPage {
            places: places(),
            services: vec![ServiceChoice {
                key: "personalausweis".into(),
                name: "Personalausweis beantragen".into(),
                chosen: true,
                numbers: vec![(1, false), (2, true)],
            }],
            place: "buergerbuero".into(),
            from: "2026-12-02".into(),
            key: "0123456789abcdef".into(),
            is_asked: !is_held,
            days: days(),
            held: is_held.then_some(held),
            form: form(wrong),
            kept: vec![("lastName", "Mustermann".into())],
            languages: vec![choice("de", "Deutsch", true), choice("en", "English", false)],
            language: "de".into(),
            error: String::new(),
            page,
        };
        let html = samples::picture("desk_booking", &view, name);
        assert_eq!(html.contains("name=\"halten\""), is_held);
        assert_eq!(html.contains("name=\"zeit\""), !is_held);
        assert_eq!(html.contains("aria-invalid"), wrong);
        assert!(html.matches("name=\"lastName\"").count() == 1, "typed once");
    }
}

#[test]
fn what_was_booked_can_be_read_out() {
    let page = page("desk-booked-title");
    let (facts, meeting) = facts(&page);
    let view = BookedPage {
        name: "Erika Mustermann".into(),
        reference: "K7M2-9QXD".into(),
        facts,
        meeting,
        code: in_groups(CODE),
        manage_address: "http://haltern.localhost:8080/termin".into(),
        email: String::new(),
        file: "/amt/termin?id=1".into(),
        again: "/amt/buchen?ort=buergerbuero".into(),
        page,
    };
    let html = samples::picture("desk_booked", &view, "");
    for part in ["K7M2-9QXD", "7K3M 9QXD", "Biometrisches Foto", "Es wird keine E-Mail gesendet"] {
        assert!(html.contains(part), "{part}");
    }
}
