//! Renders the pages that need no calendar with made-up data: templates and texts fit together.

mod desk;
mod imports;
mod oversight;
mod staff;

use crate::{
    confirmation::ConfirmationPage,
    contact_form::{ContactForm, Typed, in_groups, summary},
    details::DetailsPage,
    hold::Hold,
    legal::{AccessibilityPage, ImprintPage},
    manage::{CancelPage, CodePage, ManagePage},
    page::Page,
    review::ReviewPage,
    samples,
    visit_facts::{Meeting, VisitFacts},
};

fn page(title: &str) -> Page {
    let page = Page::new(&samples::visit(), "/");
    page.clone().titled(page.t(title))
}

fn hold(is_over: bool) -> Hold {
    Hold { until: "9:10 Uhr".into(), seconds_left: 540, can_extend: !is_over, is_over, minutes: 10 }
}

fn facts(page: &Page) -> (VisitFacts, Meeting) {
    let (catalogue, draft) = (samples::catalogue(), samples::draft());
    let items = draft.selection.items(&catalogue);
    let meeting = Meeting::new(page, &samples::town(), &catalogue, draft.location, draft.starts_at);
    (VisitFacts::new(page, &catalogue, &items), meeting)
}

const CODE: &str = "7k3m9qxd2v5hw8ntc4rjb6pzea1sgy0f";

#[test]
fn the_form_shows_what_was_typed_and_what_to_correct() {
    let asked = samples::town().settings.contact;
    let typed = Typed { email: "erika@".into(), birth_day: "12".into(), ..samples::draft().typed };
    for wrong in [false, true] {
        let typed = if wrong { typed.clone() } else { samples::draft().typed };
        let today = "2026-12-02".parse().unwrap();
        let problems = typed.check(&asked, today).err().unwrap_or_default();
        let page = page("details-title").with_form("angaben").failed(wrong);
        let form = ContactForm::new(&page, &asked, &typed, &problems);
        let view = DetailsPage {
            form,
            draft: "d1".into(),
            carried: String::new(),
            copy: String::new(),
            when: "Dienstag, 8. Dezember 2026, 9:15 Uhr".into(),
            hold: hold(wrong),
            page,
        };
        let html = samples::picture("details", &view, if wrong { "wrong" } else { "" });
        assert_eq!(html.contains("href=\"#email\"") || html.contains("href=\"\"#email"), wrong);
        assert_eq!(html.contains("aria-invalid"), wrong);
        assert!(html.contains("freiwillig"));
        assert!(html.contains("value=\"Mustermann\""));
        // the Enter key must not press the language switch
        assert!(html.find("tabindex=\"-1\" aria-hidden").unwrap() < html.find("/sprache").unwrap());
    }
}

#[test]
fn the_review_shows_everything_and_lets_it_be_changed() {
    for over in [false, true] {
        let page = page("review-title");
        let (facts, meeting) = facts(&page);
        let view = ReviewPage {
            draft: "d1".into(),
            carried: String::new(),
            copy: String::new(),
            contact: summary(&page, &samples::draft().typed, &samples::town().settings.contact),
            hold: hold(over),
            error: String::new(),
            change_services: "/?anliegen=personalausweis:2&entwurf=d1".into(),
            change_time: "/termine?anliegen=personalausweis:2&entwurf=d1".into(),
            same_time: "buergerbuero@2026-12-08T08:15:00Z".into(),
            selection: vec!["personalausweis:2".into()],
            facts,
            meeting,
            page,
        };
        let html = samples::picture("review", &view, if over { "over" } else { "" });
        assert_eq!(html.contains("Termin jetzt buchen"), !over);
        assert_eq!(html.contains("Dieselbe Uhrzeit noch einmal reservieren"), over);
        assert!(html.contains("12. August 1964"));
        assert!(html.contains("nicht angegeben"));
    }
}

#[test]
fn the_confirmation_has_what_one_needs_to_know() {
    let page = page("confirmation-title");
    let (facts, meeting) = facts(&page);
    let view = ConfirmationPage {
        reference: "K7M2 9QXD".into(),
        facts,
        meeting,
        email: "erika@example.org".into(),
        code: in_groups(CODE),
        token: CODE.into(),
        draft: "d1".into(),
        is_cancelled: false,
        manage_address: "http://haltern.localhost:8080/termin".into(),
        page,
    };
    let html = samples::picture("confirmation", &view, "");
    for part in
        ["K7M2 9QXD", "erika@example.org", "7K3M 9QXD", "Biometrisches Foto", "Eingang vom Markt"]
    {
        assert!(html.contains(part), "{part}");
    }
}

#[test]
fn an_appointment_can_be_seen_moved_and_cancelled() {
    for (name, cancelled, done) in
        [("", false, ""), ("moved", false, "moved"), ("cancelled", true, "")]
    {
        let page = page("manage-title");
        let (facts, meeting) = facts(&page);
        let view = ManagePage {
            managed: "m1".into(),
            code: String::new(),
            reference: "K7M2 9QXD".into(),
            facts,
            meeting,
            is_cancelled: cancelled,
            is_over: false,
            can_change: !cancelled,
            done: done.into(),
            can_rebook: true,
            can_claim: false,
            page,
        };
        let html = samples::picture("manage", &view, name);
        assert_eq!(html.contains("Termin absagen</span>"), !cancelled);
    }
    let page = page("cancel-title");
    let (facts, meeting) = facts(&page);
    let view = CancelPage { managed: "m1".into(), code: String::new(), facts, meeting, page };
    let html = samples::picture("cancel", &view, "");
    assert!(html.contains("name=\"ja\""));
}

#[test]
fn the_remaining_pages_render() {
    let page_of = |title: &str| page(title).failed(true);
    let view = CodePage {
        error: page("code-title").t("code-unknown"),
        code: "abc".into(),
        hint: String::new(),
        page: page_of("code-title"),
    };
    assert!(samples::picture("code", &view, "").contains("data-code-form"));
    let town = samples::town();
    let view = ImprintPage {
        controller: town.controller.clone(),
        phone: town.settings.phone.clone(),
        website: town.settings.website.clone(),
        operators: Vec::new(),
        page: page("footer-imprint"),
    };
    assert!(samples::picture("imprint", &view, "").contains("Dr.-Conrads-Straße 1"));
    let view = AccessibilityPage {
        controller: town.controller,
        phone: town.settings.phone,
        is_nrw: true,
        page: page("a11y-title"),
    };
    assert!(samples::picture("accessibility", &view, "").contains("Ombudsstelle"));
}
