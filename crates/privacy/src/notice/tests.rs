use std::collections::BTreeSet;

use kernel::{RecipientId, TenantId};
use tenant::{
    Basis, Booking, ContactFields, Controller, DataProtectionOfficer, Land, LegalBases,
    MailSettings, Point, Recipient, RecipientRole, Requirement, Retention, Settings, SmsSettings,
    Theme,
};
use uuid::Uuid;

use super::{block::Block, *};

const COOKIES: &[CookieDeclaration] = &[CookieDeclaration {
    name: "__Host-sid",
    name_without_tls: "sid",
    kind: "session-id",
    ends_with_session: true,
}];
const FACTS: NoticeFacts = NoticeFacts { cookies: COOKIES };

fn recipient(role: RecipientRole, name: &str, street: &str, place: (&str, &str)) -> Recipient {
    Recipient {
        id: RecipientId::from(Uuid::nil()),
        role,
        name: name.to_owned(),
        street: street.to_owned(),
        postal_code: place.0.to_owned(),
        city: place.1.to_owned(),
        contract_on: NaiveDate::from_ymd_opt(2020, 9, 1).unwrap(),
    }
}

/// The municipality of the seed notice.
fn haltern() -> Municipality {
    use RecipientRole::{Hosting, Operator, Sms};
    Municipality {
        id: TenantId::from(Uuid::nil()),
        slug: "haltern".to_owned(),
        name: "Stadt Haltern am See".to_owned(),
        hosts: Vec::new(),
        controller: Controller {
            name: "Stadt Haltern am See".to_owned(),
            street: "Dr.-Conrads-Straße 1".to_owned(),
            postal_code: "45721".to_owned(),
            city: "Haltern am See".to_owned(),
            email: "buergerbuero@haltern.de".to_owned(),
        },
        recipients: vec![
            recipient(Operator, "Bentjen Software GmbH", "Hebelweg 8", ("76275", "Ettlingen")),
            recipient(
                Hosting,
                "Mittwald CM Service GmbH & Co.KG",
                "Königsberger Str. 4 – 6",
                ("32339", "Espelkamp"),
            ),
            recipient(Hosting, "1&1 Internet SE", "Elgendorfer Str. 57", ("56410", "Montabaur")),
            recipient(Hosting, "1blu AG", "Stromstraße 1 – 5", ("10555", "Berlin")),
            recipient(Sms, "LOX24 GmbH", "Seestraße 109", ("13353", "Berlin")),
        ],
        settings: Settings {
            time_zone: chrono_tz::Europe::Berlin,
            land: Land::NW,
            holidays: tenant::HolidaySwitches::default(),
            locales: vec![Locale::De, Locale::En],
            phone: "02364 933-0".to_owned(),
            website: "https://www.haltern.de".to_owned(),
            data_protection_officer: Some(DataProtectionOfficer {
                name: "Die Datenschutzbeauftragte der Stadt".to_owned(),
                email: "datenschutz@haltern.example".to_owned(),
                phone: "02364 933-111".to_owned(),
            }),
            legal_basis: Some(LegalBases::usual().clone()),
            theme: Theme {
                primary: "#1a4f7a".to_owned(),
                accent: "#0a7d5a".to_owned(),
                coat_of_arms: None,
            },
            contact: ContactFields {
                email: Requirement::Required,
                phone: Requirement::Required,
                address: Requirement::Optional,
                birth_date: Requirement::Optional,
            },
            booking: Booking {
                lead_days: 1,
                lead_minutes: 0,
                horizon_days: 60,
                release: tenant::Release::Rolling,
                same_day_from: None,
                cooldown: None,
                hold_minutes: 10,
                raster_minutes: 15,
                max_open_appointments: 0,
            },
            mail: MailSettings {
                enabled: true,
                from: "termine@haltern.example".to_owned(),
                sender_name: "Stadt Haltern am See".to_owned(),
            },
            sms: SmsSettings::usual(true, "lox24", "Haltern"),
            openid: None,
            retention: Retention::default(),
        },
        notice_version: 0,
        revision: 1,
        requests_per_minute: None,
    }
}

fn notice_of(town: &Municipality, locale: Locale) -> Notice {
    Notice {
        version: 1,
        locale,
        effective_from: NaiveDate::from_ymd_opt(2026, 12, 8).unwrap(),
        hash: Vec::new(),
        sections: render(town, &FACTS, locale),
    }
}

fn german(town: &Municipality) -> String {
    notice_of(town, Locale::De).text()
}

#[test]
fn haltern_s_notice_in_german() {
    insta::assert_snapshot!("haltern_de_text", german(&haltern()));
    insta::assert_snapshot!("haltern_de_html", notice_of(&haltern(), Locale::De).html());
}

#[test]
fn haltern_s_notice_in_english() {
    insta::assert_snapshot!("haltern_en_text", notice_of(&haltern(), Locale::En).text());
}

/// Facts of the seed notice, in its order. The words around them are ours.
const SEED: &[&str] = &[
    // scope and §1
    "Online-Buchungsservice",
    "„Dienst“",
    "„Anbieter“",
    "EU-Datenschutz-Grundverordnung (DSGVO)",
    "Art. 4 Abs. 7",
    "Stadt Haltern am See",
    "Dr.-Conrads-Straße 1",
    "45721 Haltern am See",
    "buergerbuero@haltern.de",
    // §2
    "Art. 6 Abs. 1 S. 1 lit. b DSGVO",
    "Art. 6 Abs. 1 S. 1 lit. f DSGVO",
    "Nutzung des Dienstes",
    "für die Analyse",
    "für die Verbesserung seiner Funktionen",
    // §3
    "Speichersystemen",
    "Vereinbarung über Datenschutz und Datensicherheit",
    "Externer Betreiber des Dienstes „Termin online buchen“",
    "Bentjen Software GmbH, Hebelweg 8, 76275 Ettlingen",
    "Hosting-Dienstleister",
    "Mittwald CM Service GmbH & Co.KG, Königsberger Str. 4 – 6, 32339 Espelkamp",
    "1&1 Internet SE, Elgendorfer Str. 57, 56410 Montabaur",
    "1blu AG, Stromstraße 1 – 5, 10555 Berlin",
    "SMS-Provider",
    "LOX24 GmbH, Seestraße 109, 13353 Berlin",
    "nicht an Dritte weiter",
    // §4: the ten fields
    "ohne sich anzumelden, sich zu registrieren",
    "IP-Adresse",
    "Datum und Uhrzeit der Anfrage",
    "Zeitzonendifferenz zur Greenwich Mean Time (GMT)",
    "konkrete Seite",
    "HTTP-Statuscode",
    "übertragene Datenmenge",
    "Webseite, von der die Anforderung kommt",
    "- Browser\n",
    "Betriebssystem und dessen Oberfläche",
    "Sprache und Version der Browsersoftware",
    // §4: cookies
    "kleine Textdateien",
    "Festplatte",
    "keine Programme ausführen",
    "keine Viren",
    "nutzerfreundlicher und effektiver",
    "Cookie-Art: Session-ID",
    "Quelle: dienst-eigenes Cookie",
    "eindeutige Zugriffs-ID",
    "Eingaben und Einstellungen",
    "vorübergehend gespeichert",
    "Ablaufdatum: zum Ende der Sitzung",
    "Einstellungen Ihres Browsers",
    "Hilfemenü",
    // §5
    "„Anmeldedaten“",
    "- Vorname\n- Nachname\n- E-Mail-Adresse\n- mobile Rufnummer\n",
    "dauerhaft nutzen",
    "„Nutzungsvertrag“",
    "Zustimmung",
    "freien Termine",
    "reservieren",
    "an uns übermittelt",
    "freiwillig",
    "- Anschrift",
    "- Geburtsdatum\n",
    "Kundendatenbank",
    "Bei jedem Login speichern",
    "Zeitpunkt des Logins",
    "bei jedem Login Ihre IP-Adresse",
    "technische Störungen und eine missbräuchliche Nutzung",
    "automatisierte E-Mail",
    "vollständiger Name",
    "Kontaktdaten",
    "gebuchten Leistungen",
    // §6
    "Nutzungsdaten",
    "nicht mehr brauchen, werden sie gelöscht",
    "gesetzliche Höchstfrist",
    // §7
    "Widerruf",
    "Recht auf Auskunft",
    "Recht auf Berichtigung",
    "Recht auf Löschung",
    "Recht auf Einschränkung der Verarbeitung",
    "Recht auf Widerspruch gegen die Verarbeitung",
    "Recht auf Datenübertragbarkeit",
    "Datenschutz-Aufsichtsbehörde",
    // §8
    "technischen Maßnahmen",
    "Gefahren bei der Übertragung",
    "Dritte Kenntnis",
    "Stand der Technik",
];

#[test]
fn every_fact_of_the_seed_is_said() {
    let text = format!("{}\n", german(&haltern()));
    let missing: Vec<_> = SEED.iter().filter(|fact| !text.contains(**fact)).collect();
    assert!(missing.is_empty(), "missing: {missing:?}\n{text}");
}

#[test]
fn what_article_13_asks_for_beyond_the_seed_is_said() {
    let text = german(&haltern());
    for duty in [
        "Datenschutzbeauftragte",                                   // (1)(b)
        "Unser berechtigtes Interesse",                             // (1)(d)
        "außerhalb der Europäischen Union",                         // (1)(f)
        "7 Tage nach dem Aufruf",                                   // (2)(a)
        "7 Tage nach der vereinbarten Zeit",                        // (2)(a)
        "höchstens 30 Tage nach dem Versand",                       // (2)(a)
        "30 Minuten nach dem letzten Aufruf, höchstens 12 Stunden", // (2)(a)
        "gilt 10 Minuten, einmal verlängert 20 Minuten",            // (2)(a)
        "jederzeit widerrufen",                                     // (2)(c)
        "Landesbeauftragte für Datenschutz und Informationsfreiheit Nordrhein-Westfalen", // (2)(d)
        "Kavalleriestraße 2–4\n40213 Düsseldorf",                   // (2)(d)
        "nicht online buchen",                                      // (2)(e)
        "kein Profiling",                                           // (2)(f)
    ] {
        assert!(text.contains(duty), "{duty}");
    }
}

#[test]
fn sections_come_in_the_order_of_the_seed() {
    let sections = render(&haltern(), &FACTS, Locale::De);
    let keys: Vec<&str> = sections.iter().map(|section| section.key.as_str()).collect();
    let order =
        "controller purposes recipients informational-use service-use retention rights security";
    assert_eq!(keys.join(" "), order);
    assert!(sections[7].title.starts_with("8. "));
}

#[test]
fn the_notice_follows_what_the_municipality_asks_and_sends() {
    let mut town = haltern();
    town.recipients.retain(|recipient| recipient.role != RecipientRole::Sms);
    town.settings.contact.phone = Requirement::Optional;
    town.settings.contact.birth_date = Requirement::Hidden;
    town.settings.retention.access_log_days = 1;
    let text = german(&town);
    assert!(!text.contains("SMS") && !text.contains("LOX24"), "{text}");
    assert!(!text.contains("Geburtsdatum"));
    assert!(text.contains("mitteilen:\n\n- mobile Rufnummer\n- Anschrift"), "{text}");
    assert!(text.contains("1 Tag nach dem Aufruf") && text.contains("nach einem Tag gelöscht"));

    town.settings.contact.phone = Requirement::Hidden;
    town.settings.contact.address = Requirement::Hidden;
    town.settings.mail.enabled = false;
    let text = german(&town);
    assert!(
        !text.contains("mobile Rufnummer") && text.contains("Weitere Angaben fragen wir nicht ab")
    );
    assert!(
        !text.contains("automatisierte E-Mail")
            && text.contains("versendet der Dienst keine E-Mails")
    );
}

#[test]
fn another_recipient_is_another_text() {
    let before = Written::new(render(&haltern(), &FACTS, Locale::De)).hash;
    assert_eq!(before, Written::new(render(&haltern(), &FACTS, Locale::De)).hash);
    let mut town = haltern();
    town.recipients[3].street = "Stromstraße 7".to_owned();
    assert_ne!(before, Written::new(render(&town, &FACTS, Locale::De)).hash);
}

#[test]
fn without_cookies_there_is_no_word_about_them() {
    let sections = render(&haltern(), &NoticeFacts { cookies: &[] }, Locale::De);
    assert!(!sections[3].html.contains("Cookie"));
}

#[test]
fn every_language_has_every_text() {
    let keys: Vec<BTreeSet<&String>> =
        compose::texts().keys().values().map(|keys| keys.iter().collect()).collect();
    assert_eq!(keys.len(), 3);
    for other in &keys[1..] {
        let difference: Vec<_> = keys[0].symmetric_difference(other).collect();
        assert!(difference.is_empty(), "{difference:?}");
    }
}

#[test]
fn no_key_and_no_placeholder_is_left_in_the_output() {
    for locale in Locale::ALL {
        for (key, blocks) in compose::blocks(&haltern(), &FACTS, locale) {
            let title = compose::texts().say(locale, &format!("{key}-title"));
            for text in blocks.iter().flat_map(texts_of).chain([title]) {
                assert!(!text.contains(['{', '}', '$']), "{locale:?} {key}: {text}");
                let is_key = |word: &str| {
                    word.contains('-') && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
                };
                assert!(!is_key(&text), "{locale:?} {key}: {text}");
                assert!(!text.contains("  "), "{locale:?} {key}: {text}");
            }
        }
    }
}

#[test]
fn leichte_sprache_is_there_whatever_the_pages_speak() {
    let all = [Locale::De, Locale::En, Locale::DeLeicht];
    assert_eq!(written_languages(&haltern()).collect::<Vec<_>>(), all);
    let mut town = haltern();
    town.settings.locales = vec![Locale::De];
    assert_eq!(written_languages(&town).collect::<Vec<_>>(), [Locale::De, Locale::DeLeicht]);
}

/// What the notice in Leichte Sprache must not leave out.
const EASY: &[&str] = &[
    "Stadt Haltern am See",
    "Dr.-Conrads-Straße 1",
    "buergerbuero@haltern.de",
    "datenschutz@haltern.example",
    "Buchstaben b",
    "Buchstaben f",
    "Bentjen Software GmbH, Hebelweg 8, 76275 Ettlingen",
    "LOX24 GmbH, Seestraße 109, 13353 Berlin",
    "genau 10 Angaben",
    "IP-Adresse",
    "Nach 7 Tagen löschen",
    "nur dieses eine Cookie",
    "30 Minuten nichts",
    "Nach 12 Stunden",
    "- Vorname\n- Nachname\n- E-Mail-Adresse\n- Handy-Nummer\n",
    "10 Minuten für Sie frei",
    "bekommen bei jeder Buchung eine E-Mail",
    "Nach spätestens 1 Monat",
    "Auskunft",
    "Berichtigung",
    "Löschung",
    "Einschränkung",
    "Daten-Übertragbarkeit",
    "Widerspruch",
    "Widerruf",
    "Kavalleriestraße 2–4",
    "nicht im Internet buchen",
    "Kein Computer entscheidet",
    "Europäischen Union",
];

#[test]
fn leichte_sprache_keeps_the_facts() {
    let text = notice_of(&haltern(), Locale::DeLeicht).text();
    let missing: Vec<_> = EASY.iter().filter(|fact| !text.contains(**fact)).collect();
    assert!(missing.is_empty(), "missing: {missing:?}\n{text}");
}

#[test]
fn leichte_sprache_has_short_sentences() {
    let own = include_str!("../../locales/de-leicht.ftl");
    for line in own.lines().filter(|line| !line.starts_with('#')) {
        for sentence in line.split(['.', '?', '!', ':', ';', '=']) {
            let words = sentence.split_whitespace().count();
            assert!(words <= 16, "{words} words: {sentence}");
        }
        for genitive in [" des ", " eines ", " Ihres ", " unseres ", " deren ", " dessen "] {
            assert!(!line.contains(genitive), "a genitive: {line}");
        }
    }
}

#[test]
fn the_notice_follows_the_legal_basis() {
    let mut town = haltern();
    let text = german(&town);
    assert!(text.contains("Widersprechen können Sie, wenn") && !text.contains("Art. 20 Abs. 1"));

    let task = Basis { point: Point::E, law: "§ 3 DSG NRW".to_owned() };
    let bases = LegalBases { usage: task.clone(), analysis: task.clone(), improvement: task };
    town.settings.legal_basis = Some(bases);
    let text = german(&town);
    assert!(text.contains("lit. e DSGVO mit § 3 DSG NRW (Aufgabe im öffentlichen Interesse)"));
    assert!(!text.contains("lit. b DSGVO") && !text.contains("berechtigtes Interesse"), "{text}");
    assert!(text.contains("trotzdem zum Mitnehmen"), "portability is served all the same");

    let contract = Basis::of(Point::B);
    let bases =
        LegalBases { usage: contract.clone(), analysis: contract.clone(), improvement: contract };
    town.settings.legal_basis = Some(bases);
    let text = german(&town);
    assert!(text.contains("Ihren Widerspruch prüfen wir trotzdem"), "{text}");
    for right in ["Auskunft", "Berichtigung", "Löschung", "Einschränkung", "Datenübertragbarkeit"]
    {
        assert!(text.contains(&format!("Recht auf {right}")), "{right}");
    }
}

#[test]
fn without_a_named_officer_there_is_the_office_s_own_address() {
    let mut town = haltern();
    assert!(german(&town).contains("datenschutz@haltern.example\nTelefon: 02364 933-111"));
    town.settings.data_protection_officer = None;
    assert!(german(&town).contains("setzen Sie „Datenschutz“ dazu"));
}

#[test]
fn what_the_notice_cannot_say_is_named() {
    let today = NaiveDate::from_ymd_opt(2026, 12, 8).unwrap();
    let keys = |town: &Municipality| {
        let found = crate::gaps(town, &FACTS, today);
        found.into_iter().map(|gap| gap.key).collect::<Vec<_>>()
    };
    assert_eq!(keys(&haltern()), [""; 0]);
    let changed = |change: fn(&mut Municipality)| {
        let mut town = haltern();
        change(&mut town);
        keys(&town)
    };
    assert_eq!(changed(|town| town.controller.street.clear()), ["controller"]);
    assert_eq!(
        changed(|town| town.settings.data_protection_officer = None),
        ["data_protection_officer"]
    );
    assert_eq!(changed(|town| town.settings.legal_basis = None), ["legal_basis"]);
    assert_eq!(changed(|town| town.recipients.clear()), ["recipients"]);
    assert_eq!(changed(|town| town.settings.retention.message_days = 0), ["retention"]);
    assert_eq!(changed(|town| town.settings.phone.clear()), ["notice"]);
    let early = |town: &mut Municipality| {
        town.recipients[3].contract_on = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
    };
    assert_eq!(changed(early), ["recipients: 1blu AG"]);
}

fn texts_of(block: &Block) -> Vec<String> {
    match block {
        Block::Heading(text) | Block::Paragraph(text) => vec![text.clone()],
        Block::List(items) => items.clone(),
        Block::Address(lines) => lines.iter().map(|line| line.text.clone()).collect(),
        Block::Table(table) => {
            let cells = table.rows.iter().flatten();
            table.head.iter().chain(cells).chain([&table.caption]).cloned().collect()
        }
    }
}
