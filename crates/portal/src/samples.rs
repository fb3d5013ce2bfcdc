//! Made-up data for tests of the pages.

use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use kernel::{Ctx, Locale, LocalizedText, LocationId, ServiceId};
use scheduling::{Catalogue, Day, DayState, Location, Reason, Service, Start, Why};
use tenant::{
    Booking, ContactFields, Controller, Land, MailSettings, Municipality, Requirement, Retention,
    Settings, SmsSettings, Theme,
};
use uuid::Uuid;

use crate::{
    Visit, Words,
    contact_form::Typed,
    draft::{Done, Draft},
    selection::Selection,
};

pub(crate) fn town() -> Municipality {
    Municipality {
        id: Uuid::from_u128(1).into(),
        slug: "haltern".into(),
        name: "Stadt Haltern am See".into(),
        hosts: Vec::new(),
        controller: Controller {
            name: "Stadt Haltern am See".into(),
            street: "Dr.-Conrads-Straße 1".into(),
            postal_code: "45721".into(),
            city: "Haltern am See".into(),
            email: "buergerbuero@haltern.example".into(),
        },
        recipients: Vec::new(),
        settings: Settings {
            time_zone: chrono_tz::Europe::Berlin,
            land: Land::NW,
            holidays: tenant::HolidaySwitches::default(),
            locales: vec![Locale::De, Locale::En],
            phone: "02364 933-0".into(),
            website: "https://www.haltern.example".into(),
            data_protection_officer: None,
            legal_basis: None,
            theme: Theme {
                primary: "#1a4f7a".into(),
                accent: "#0a7d5a".into(),
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
                from: "termine@haltern.example".into(),
                sender_name: "Stadt Haltern am See".into(),
            },
            sms: SmsSettings::usual(false, "lox24", "Haltern"),
            openid: None,
            retention: Retention::default(),
        },
        notice_version: 1,
        revision: 3,
        requests_per_minute: None,
    }
}

pub(crate) fn visit() -> Visit {
    let town = Arc::new(town());
    let ctx = Ctx::for_tests(town.id, "2026-12-02T09:00:00+01:00");
    Visit {
        ctx,
        town,
        sid: None,
        client: vec![1],
        address: std::net::IpAddr::from([192, 0, 2, 7]),
        device: String::new(),
        is_counted: true,
        is_suspended: false,
    }
}

fn service(
    number: u128,
    key: &str,
    names: [&str; 2],
    fee: &str,
    most: u32,
    documents: &[&str],
) -> Service {
    let [german, english] = names;
    Service {
        id: ServiceId::from(Uuid::from_u128(number)),
        key: key.into(),
        name: LocalizedText::german(german).with(Locale::En, english),
        description: LocalizedText::german(
            "Bitte kommen Sie selbst: Wir nehmen Ihre Unterschrift und Ihre Fingerabdrücke auf.",
        ),
        duration_minutes: 15,
        extra_person_minutes: 10,
        max_quantity: most,
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        notice_minutes: None,
        horizon_days: None,
        raster_minutes: None,
        max_per_person: None,
        fee: (!fee.is_empty()).then(|| LocalizedText::german(fee)),
        leika_key: None,
        words: vec!["<b>verloren".into()],
        documents: documents.iter().map(|text| LocalizedText::german(*text)).collect(),
        wanted: 1,
        locations: places().map(|(id, ..)| id).to_vec(),
    }
}

fn places() -> [(LocationId, &'static str, &'static str); 2] {
    [
        (Uuid::from_u128(101).into(), "buergerbuero", "Bürgerbüro"),
        (Uuid::from_u128(102).into(), "sythen", "Nebenstelle Sythen"),
    ]
}

pub(crate) fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::default();
    let photo = "Biometrisches Foto (digital)";
    catalogue.services = vec![
        service(
            1,
            "personalausweis",
            ["Personalausweis beantragen", "Apply for an identity card"],
            "37,00 € (unter 24 Jahren 22,80 €)",
            4,
            &["Bisheriger Personalausweis oder Reisepass", photo],
        ),
        service(
            2,
            "reisepass",
            ["Reisepass beantragen", "Apply for a passport"],
            "70,00 €",
            4,
            &[photo],
        ),
        service(
            3,
            "wohnsitz-anmelden",
            ["Wohnsitz anmelden", "Register your address"],
            "",
            6,
            &["Bestätigung der Vermieterin oder des Vermieters (Wohnungsgeberbestätigung)"],
        ),
        service(4, "fundsachen", ["Fundsachen abholen", "Collect lost property"], "", 1, &[]),
    ];
    // the English-only search word belongs to the passport alone
    catalogue.services[0].words = vec!["Ausweis".into()];
    catalogue.services[2].words.clear();
    catalogue.services[3].words.clear();
    catalogue.locations = places()
        .map(|(id, key, name)| Location {
            id,
            key: key.into(),
            name: LocalizedText::german(name),
            directions: LocalizedText::german("Eingang vom Markt, Aufzug bis zum 1. Stock."),
            street: "Dr.-Conrads-Straße 1".into(),
            postal_code: "45721".into(),
            city: "Haltern am See".into(),
            office_email: "buergerbuero@haltern.example".into(),
            services: catalogue.services.iter().map(|service| service.id).collect(),
        })
        .to_vec();
    catalogue
}

pub(crate) fn start(day: NaiveDate, clock: &str, place: usize) -> Start {
    let at: DateTime<Utc> = format!("{day}T{clock}:00+01:00").parse().unwrap();
    Start { at, ends_at: at + TimeDelta::minutes(15), location: places()[place].0, remaining: 2 }
}

/// December 2026 as seen on its second day: nothing on weekends, some days full.
pub(crate) fn december() -> Vec<Day> {
    let first = NaiveDate::from_ymd_opt(2026, 12, 2).unwrap();
    let clocks = ["08:00", "08:15", "08:45", "09:15", "10:30", "11:00", "13:45", "14:00", "16:15"];
    let day = |date: NaiveDate| {
        let number = chrono::Datelike::day(&date);
        let state = match (number, chrono::Datelike::weekday(&date).num_days_from_monday()) {
            (24..=31, _) | (_, 5 | 6) => DayState::Closed,
            (2, _) => DayState::Past,
            (11 | 18, _) => DayState::Full,
            (23, _) => DayState::TooShort,
            _ => DayState::Free,
        };
        if state != DayState::Free {
            return Day::without_times(date, state, town().zone());
        }
        let starts = clocks.iter().flat_map(|clock| [start(date, clock, 0), start(date, clock, 1)]);
        Day::with_times(date, town().zone(), &starts.collect::<Vec<_>>())
    };
    first.iter_days().take_while(|date| *date < first + Days::new(30)).map(day).collect()
}

/// A day without free times.
pub(crate) fn why(date: &str, reason: Reason) -> Why {
    let date = date.parse().unwrap();
    Why { date, reason: Some(reason), alternatives: Vec::new(), walk_in: Vec::new() }
}

pub(crate) fn words<'a>(town: &'a Municipality, catalogue: &'a Catalogue) -> Words<'a> {
    let now = "2026-12-02T08:00:00Z".parse().unwrap();
    Words { town, catalogue, locale: Locale::De, now, visit_minutes: 25 }
}

pub(crate) fn draft() -> Draft {
    let start = start(NaiveDate::from_ymd_opt(2026, 12, 8).unwrap(), "09:15", 0);
    Draft {
        begun_at: "2026-12-02T08:00:00Z".parse().unwrap(),
        selection: Selection(vec![("personalausweis".into(), 2), ("reisepass".into(), 1)]),
        location: start.location,
        starts_at: start.at,
        ends_at: start.ends_at,
        reservation: "r".repeat(32),
        held_until: "2026-12-02T08:10:00Z".parse().unwrap(),
        extended: false,
        typed: Typed {
            first_name: "Erika".into(),
            last_name: "Mustermann".into(),
            email: "erika@example.org".into(),
            phone: "0151 23456789".into(),
            birth_day: "12".into(),
            birth_month: "8".into(),
            birth_year: "1964".into(),
            ..Typed::default()
        },
        booked: None::<Done>,
    }
}

pub(crate) async fn body(response: Response) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Renders a page. With `PORTAL_PICTURES` set to a folder it is written there, to be looked at in a browser.
pub(crate) fn picture(name: &str, view: &impl Template, variant: &str) -> String {
    let html = view.render().unwrap();
    for forbidden in ["style=\"", "onclick=", "<style", "javascript:"] {
        assert!(
            !html.contains(forbidden),
            "{name}: {forbidden} does not pass the content security policy"
        );
    }
    if let Some(folder) = std::env::var_os("PORTAL_PICTURES") {
        let variant: String =
            variant.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
        let html = html.replace("href=\"/", "href=\"").replace("src=\"/", "src=\"");
        let folder = std::path::Path::new(&folder);
        let theme = town().settings.theme;
        std::fs::create_dir_all(folder.join("assets")).unwrap();
        std::fs::write(folder.join(format!("{name}{variant}.html")), html).unwrap();
        std::fs::write(folder.join("theme-3.css"), crate::theme::style_sheet(&theme)).unwrap();
        std::fs::write(folder.join("wappen-3.svg"), crate::theme::shield(&theme)).unwrap();
        crate::assets::write_to(&folder.join("assets"));
    }
    html
}
