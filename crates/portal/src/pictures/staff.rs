//! The pages of the office's people.

use identity::{Account, AccountError, AccountKind, Profile};
use kernel::{Grant, Grants, Locale, Role};

use super::page;
use crate::{
    fields::Fields,
    office::{
        OfficePage, SignInPage,
        again::{AgainPage, Typed},
        own::{OwnPage, SessionLine, SignInLine},
        people::{InviteForm, PeoplePage, PersonLine},
        person::PersonPage,
        role_choices,
        second_factor::CodePage,
        set_up::{AppPage, InvitationPage, PasswordPage, RecoveryPage, field},
    },
    samples,
};

#[test]
fn the_office_signs_in_and_sees_what_it_may() {
    for wrong in [false, true] {
        let page = page("office-sign-in-title").failed(wrong);
        let view = SignInPage {
            error: if wrong { page.t("office-login-wrong") } else { String::new() },
            hint: String::new(),
            email: "kim@haltern.example".into(),
            next: "/amt/x".into(),
            again: if wrong { "abc".into() } else { String::new() },
            page,
        };
        let html = samples::picture("office_sign_in", &view, if wrong { "wrong" } else { "" });
        assert!(
            html.contains("type=\"password\"")
                && html.contains("autocomplete=\"current-password\"")
        );
        assert_eq!(html.contains("aria-invalid"), wrong);
        assert_eq!(html.contains("name=\"erneut\""), wrong);
        assert!(html.contains("kim@haltern.example"), "what was typed is still there");
    }
    let view = OfficePage {
        signed_in: page("").t1("office-as", "name", "Kim Amtlich"),
        idle_minutes: 30,
        areas: crate::office::AREAS.to_vec(),
        page: page("office-title"),
    };
    let html = samples::picture("office", &view, "");
    assert!(html.contains("Kim Amtlich") && html.contains("Abmelden"));
}

#[test]
fn the_second_factor_has_a_way_without_the_app() {
    for (name, recovery) in [("", false), ("wrong", false), ("recovery", true)] {
        let wrong = !name.is_empty();
        let page = page("staff-code-title").failed(wrong);
        let error = if wrong { page.t("staff-code-wrong") } else { String::new() };
        let html = samples::picture("staff_code", &CodePage { page, error, recovery }, name);
        assert!(html.contains("one-time-code") && html.contains("ersatzcode"));
        assert_eq!(html.contains("<details class=\"stack\" open"), recovery);
        assert_eq!(html.contains("aria-invalid"), wrong);
    }
}

#[test]
fn somebody_new_sets_up_their_access() {
    for wrong in [false, true] {
        let name = if wrong { "wrong" } else { "" };
        let page = page("staff-invitation-title").failed(wrong);
        let error = if wrong { page.t("staff-invitation-wrong") } else { String::new() };
        let view = InvitationPage { page: page.clone(), error };
        assert!(samples::picture("staff_invitation", &view, name).contains("data-code-form"));

        let mut password = field(
            &page,
            "passwort",
            "password",
            "new-password",
            "staff-password-new",
            "staff-password-hint",
        );
        if wrong {
            password.error = page.t("staff-password-differs");
        }
        let view = PasswordPage {
            greeting: page.t1("staff-greeting", "name", "Kim Amtlich"),
            email: "kim@haltern.example".into(),
            fields: vec![password],
            page: page.clone().titled(page.t("staff-password-title")),
        };
        let html = samples::picture("staff_password", &view, name);
        assert_eq!(html.contains("aria-invalid"), wrong);
        assert!(html.contains("autocomplete=\"username\"") && html.contains("Kim Amtlich"));

        let code =
            field(&page, "code", "text", "one-time-code", "staff-app-code", "staff-app-code-hint");
        let view = AppPage {
            action: "/amt/einrichten/app",
            picture: "<svg role=\"img\" aria-label=\"Bild\"></svg>".into(),
            secret: "AEAQ CAIB".into(),
            link: "otpauth://totp/x?a=b&c=d".into(),
            fields: vec![code],
            page: page.clone().titled(page.t("staff-app-title")),
        };
        let html = samples::picture("staff_app", &view, name);
        assert!(html.contains("<svg role") && html.contains("AEAQ CAIB"));
    }
    let page = page("staff-recovery-title");
    let codes = vec!["k7m2-9qxd-v5hw".into(); 8];
    let html = samples::picture("staff_recovery", &RecoveryPage { page: page.clone(), codes }, "");
    assert_eq!(html.matches("k7m2-9qxd-v5hw").count(), 8);

    let fields = vec![("grund_de".to_owned(), "<Fortbildung>".to_owned())];
    let typed = Typed { path: "/amt/kalender/schliessen".into(), fields, was_kept: false };
    let html = samples::picture("staff_again", &AgainPage::new(&page, typed), "");
    assert!(
        !html.contains("<Fortbildung>") && html.contains("action=\"/amt/kalender/schliessen\"")
    );
}

fn kim(is_locked: bool, has_password: bool) -> Account {
    let now = samples::visit().ctx.now();
    Account {
        id: uuid::Uuid::from_u128(7).into(),
        kind: AccountKind::Staff,
        subject: uuid::Uuid::from_u128(8).into(),
        profile: Profile {
            first_name: "Kim".into(),
            last_name: "Amtlich".into(),
            email: "kim@haltern.example".into(),
            phone: None,
        },
        grants: Grants::from_iter([Grant {
            role: Role::Clerk,
            location: Some(samples::catalogue().locations[0].id),
        }]),
        locale: Locale::De,
        is_locked,
        has_password,
        has_totp: has_password,
        created_at: now,
        last_used_at: None,
        signed_out_at: None,
    }
}

#[test]
fn an_administrator_sees_everybody_and_what_can_be_done() {
    let catalogue = samples::catalogue();
    for refused in [None, Some(AccountError::Taken)] {
        let page = page("staff-people-title").failed(refused.is_some());
        let typed = Fields::parse(b"vorname=Kim&email=kim@haltern.example&rolle=clerk");
        let view = PeoplePage {
            done: String::new(),
            people: vec![PersonLine {
                address: "/amt/personen/person?id=7".into(),
                name: "Kim Amtlich".into(),
                email: "kim@haltern.example".into(),
                roles: vec!["Sachbearbeitung – Bürgerbüro".into(), "Datenschutz".into()],
                state: "aktiv".into(),
            }],
            form: InviteForm::new(&page, &catalogue, &typed, refused.as_ref()),
            page,
        };
        let name = if refused.is_some() { "wrong" } else { "" };
        let html = samples::picture("staff_people", &view, name);
        assert!(html.contains("value=\"clerk\" checked") && html.contains("value=\"Kim\""));
        assert_eq!(html.contains("schon ein Konto"), refused.is_some());
    }
    for (name, locked, came) in
        [("", false, true), ("waiting", false, false), ("locked", true, true)]
    {
        let page = page("staff-people-title");
        let kim = kim(locked, came);
        let view = PersonPage::new(&page, &kim, role_choices(&page, &catalogue, &kim.grants));
        let html = samples::picture("staff_person", &view, name);
        assert_eq!(html.contains("value=\"entsperren\""), locked);
        assert_eq!(html.contains("value=\"sperren\""), !locked);
        assert_eq!(html.contains("value=\"zuruecksetzen\""), !locked && came);
        assert_eq!(html.contains("value=\"einladen\""), !locked && !came);
    }
}

#[test]
fn the_own_account_shows_sessions_and_sign_ins() {
    for at in ["", "app-passwort"] {
        let page = page("staff-own-title").failed(!at.is_empty());
        let error = if at.is_empty() { String::new() } else { page.t("staff-password-wrong") };
        let session = |handle: &str, is_this| SessionLine {
            handle: handle.into(),
            since: "8. Dezember 2026, 9:15 Uhr".into(),
            device: "Firefox, Linux".into(),
            is_this,
        };
        let view = OwnPage {
            name: "Kim Amtlich".into(),
            email: "kim@haltern.example".into(),
            roles: vec!["Leitung".into()],
            codes_left: 7,
            sessions: vec![session("a", true), session("b", false)],
            sign_ins: vec![SignInLine {
                when: "8. Dezember 2026, 9:15 Uhr".into(),
                how: "Passwort".into(),
                outcome: "abgelehnt".into(),
                address: "192.0.2.7".into(),
            }],
            ..OwnPage::forms(&page, at, &error)
        };
        let html = samples::picture("staff_own", &view, at);
        assert!(
            html.contains("value=\"b\"") && !html.contains("value=\"a\""),
            "others can be ended"
        );
        assert_eq!(html.contains("aria-invalid"), !at.is_empty());
    }
}
