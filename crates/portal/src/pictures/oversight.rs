//! Renders the pages about access keys, sign-ins and the audit trail with made-up data.

use super::page;
use crate::{
    fields::Fields,
    office::{
        keys::{KeyForm, KeyLine, KeyMadePage, KeyRevokePage, KeysPage},
        sign_ins::{AddressPage, AttemptLine, SignInsPage},
        trail::{EntryLine, TrailPage},
    },
    samples,
};

fn key(is_valid: bool) -> KeyLine {
    KeyLine {
        id: "0193a".into(),
        name: "Kalender <pflege>".into(),
        rights: "Öffnungszeiten sehen".into(),
        created: "1. Dezember 2026, 9:15 Uhr".into(),
        expires: "1. März 2027, 9:15 Uhr".into(),
        used: "noch nie".into(),
        is_valid,
        state: "Gültig".into(),
    }
}

#[test]
fn keys_are_listed_made_and_taken_back() {
    for wrong in [false, true] {
        let page = page("keys-title").failed(wrong);
        let fields = Fields::parse("name=Bad&recht=calendar-read".as_bytes());
        let mut form = KeyForm::new(&page, &fields, None);
        if wrong {
            (form.error, form.field) = ("Ein Zugangsschlüssel gilt 1 bis 366 Tage.".into(), "tage");
        }
        let keys = vec![key(true), key(false)];
        let view = KeysPage {
            keys,
            form,
            more: "/amt/schluessel?nach=1".into(),
            done: String::new(),
            page,
        };
        let html = samples::picture("office_keys", &view, if wrong { "wrong" } else { "" });
        assert_eq!(html.matches("zurueckziehen?id=").count(), 1, "only what opens something");
        assert!(html.contains("Kalender &#60;pflege&#62;"));
        assert!(html.contains("value=\"calendar-read\" checked"));
        assert_eq!(html.contains("href=\"#tage\""), wrong);
    }
    let token = "st_7k3m9qxd2v5hw8ntc4rjb6pzea1sgy0f";
    let made = page("keys-made-title");
    let view = KeyMadePage { key: key(true), token: token.into(), page: made };
    assert!(samples::picture("office_key_made", &view, "").contains(token));
    let view = KeyRevokePage { key: key(true), page: page("keys-revoke-title") };
    assert!(samples::picture("office_key_revoke", &view, "").contains("name=\"id\""));
}

fn attempt() -> AttemptLine {
    AttemptLine {
        id: "0193b".into(),
        when: "1. Dezember 2026, 9:15 Uhr".into(),
        kind: "Amt".into(),
        who: String::new(),
        how: "Passwort".into(),
        outcome: "abgewiesen".into(),
    }
}

#[test]
fn an_address_is_shown_to_whoever_may_and_says_why() {
    for may in [false, true] {
        let view = SignInsPage {
            attempts: vec![attempt()],
            kinds: vec![("staff", "Amt".into(), true)],
            outcomes: vec![("refused", "abgewiesen".into(), false)],
            may_read_addresses: may,
            more: String::new(),
            page: page("sign-ins-title"),
        };
        let html = samples::picture("office_sign_ins", &view, if may { "may" } else { "" });
        assert_eq!(html.contains("IP-Adresse anzeigen"), may);
        assert!(html.contains("unbekannt"));
    }
    for answer in ["", "192.0.2.7"] {
        let view = AddressPage {
            attempt: attempt(),
            reason: String::new(),
            error: String::new(),
            answer: answer.into(),
            page: page("address-title"),
        };
        let html = samples::picture("office_sign_in_address", &view, answer);
        assert_eq!(html.contains("name=\"grund\""), answer.is_empty());
    }
}

#[test]
fn the_trail_says_whether_it_holds() {
    for (verdict, is_broken) in [("", false), ("In Ordnung", false), ("Ab Eintrag 3", true)] {
        let view = TrailPage {
            entries: vec![EntryLine {
                number: 7,
                when: "1. Dezember 2026, 9:15 Uhr".into(),
                who: "Amt: Kim Amtlich".into(),
                what: "Tage geschlossen".into(),
                object: "Änderung im Kalender".into(),
                object_id: "0193c".into(),
                details: "Termine verschoben: 3".into(),
            }],
            actions: vec![("calendar.publish".into(), "Veröffentlicht".into(), true)],
            verdict: verdict.into(),
            is_broken,
            more: String::new(),
            file: "/amt/protokoll/protokoll.csv?".into(),
            page: page("trail-title"),
        };
        let html = samples::picture("office_trail", &view, verdict);
        assert_eq!(html.contains("role=\"alert\""), is_broken);
        assert!(html.contains("Kim Amtlich"));
    }
}
