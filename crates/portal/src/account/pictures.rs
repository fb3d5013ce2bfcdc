//! Renders the pages of the account with made-up data: templates and texts fit together.

use super::{
    PersonForm, check_person,
    code::{ConfirmPage, EnterCodePage},
    delete::DeletePage,
    overview::{AccountPage, OwnLine},
    password::PasswordPage,
    profile::ProfilePage,
    register::RegisterPage,
    sessions::{SessionLine, SessionsPage, SignInLine, SignInsPage},
    sign_in::SignInPage,
};
use crate::{contact_form::Typed, page::Page, samples};

fn page(title: &str) -> Page {
    let page = Page::new(&samples::visit(), "/konto");
    page.clone().titled(page.t(title))
}

fn form(typed: &Typed, with_email: bool) -> PersonForm {
    let (visit, town) = (samples::visit(), samples::town());
    let problems = check_person(&visit.ctx, &town, &typed.person()).err().unwrap_or_default();
    PersonForm::new(&page(""), &town, typed, &problems, with_email)
}

#[test]
fn registering_keeps_what_was_typed_and_says_what_to_correct() {
    let typed = Typed { email: "erika@".into(), ..samples::draft().typed };
    let view = RegisterPage { page: page("account-register-title"), form: form(&typed, true) };
    let html = samples::picture("account_register", &view, "wrong");
    assert!(html.contains("value=\"Mustermann\"") && html.contains("href=\"#email\""), "{html}");
    assert!(!html.contains("type=\"password\""), "the password belongs to whoever opens the mail");
}

#[test]
fn signing_in_offers_both_ways_where_there_are_mails() {
    for by_mail in [true, false] {
        let view = SignInPage {
            page: page("account-sign-in-title"),
            email: "erika@example.org".into(),
            error: if by_mail { String::new() } else { "Das stimmt nicht.".into() },
            hint: String::new(),
            next: "/konto/sitzungen".into(),
            by_mail,
        };
        let html = samples::picture("account_sign_in", &view, if by_mail { "" } else { "wrong" });
        assert_eq!(html.contains("value=\"code\""), by_mail);
        assert!(html.contains("value=\"erika@example.org\""), "what was typed stays");
    }
}

#[test]
fn a_code_is_typed_or_handed_over_and_then_asked_about() {
    let view = EnterCodePage {
        page: page("account-code-title"),
        code: String::new(),
        error: String::new(),
        hint: page("").t("account-sent-register"),
    };
    assert!(samples::picture("account_code", &view, "").contains("data-code-form"));
    for (what, sign_in_first) in [("register", false), ("sign-in", false), ("email", true)] {
        let view = ConfirmPage {
            page: page("account-confirm-sign-in-title"),
            code: "abc".into(),
            what,
            email: "erika@example.org".into(),
            error: String::new(),
            sign_in_first,
        };
        let html = samples::picture("account_confirm", &view, what);
        assert!(html.contains("erika@example.org"));
        assert!(!html.contains("data-code-form"), "no script presses this button");
        assert_eq!(html.contains("name=\"ja\""), !sign_in_first);
        assert_eq!(html.contains("new-password"), what == "register");
    }
}

#[test]
fn the_account_shows_appointments_and_ways() {
    let line = |is_cancelled| OwnLine {
        id: "a1".into(),
        when: "Dienstag, 8. Dezember 2026, 9:15 Uhr".into(),
        what: "Personalausweis beantragen".into(),
        place: "Bürgerbüro".into(),
        reference: "K7M2-9QXD".into(),
        is_cancelled,
    };
    let view = AccountPage {
        page: page("account-title"),
        done: page("").t("account-done-registered"),
        name: "Erika Mustermann".into(),
        email: "erika@example.org".into(),
        phone: "+4915123456789".into(),
        has_password: true,
        coming: vec![line(false)],
        past: vec![line(true)],
    };
    let html = samples::picture("account", &view, "");
    for part in ["Erika Mustermann", "K7M2-9QXD", "abgesagt", "Passwort ändern"] {
        assert!(html.contains(part), "{part}");
    }
}

#[test]
fn the_remaining_pages_of_the_account_render() {
    let typed = samples::draft().typed;
    let view = ProfilePage {
        page: page("account-profile-title"),
        form: form(&typed, false),
        email: "erika@example.org".into(),
        new_email: "neu@".into(),
        email_error: "Geben Sie eine vollständige E-Mail-Adresse ein.".into(),
        needs_password: true,
    };
    let html = samples::picture("account_profile", &view, "");
    assert_eq!(html.matches("id=\"email\"").count(), 1, "the address has a form of its own");
    assert!(html.contains("value=\"neu@\""));
    let view = PasswordPage {
        page: page("account-password-title"),
        error: String::new(),
        has_password: true,
        needs_password: true,
    };
    assert!(samples::picture("account_password", &view, "").contains("entfernen"));
    let session = |is_here| SessionLine {
        handle: "h1".into(),
        device: "Firefox, Android".into(),
        since: "Montag, 7. Dezember 2026, 8:00 Uhr".into(),
        is_here,
    };
    let view = SessionsPage {
        page: page("account-sessions-title"),
        sessions: vec![session(true), session(false)],
    };
    let html = samples::picture("account_sessions", &view, "");
    assert_eq!(html.matches("name=\"sitzung\"").count(), 1, "one signs out here elsewhere");
    let entry = SignInLine {
        at: "Montag, 7. Dezember 2026, 8:00 Uhr".into(),
        method: "Passwort".into(),
        outcome: "angemeldet".into(),
        address: "192.0.2.7".into(),
    };
    let view = SignInsPage {
        page: page("account-sign-ins-title"),
        sign_ins: vec![entry],
        kept: "Wir bewahren das auf.".into(),
    };
    assert!(samples::picture("account_sign_ins", &view, "").contains("192.0.2.7"));
    let view = DeletePage {
        page: page("account-delete-title"),
        error: String::new(),
        needs_password: true,
    };
    assert!(samples::picture("account_delete", &view, "").contains("current-password"));
}
