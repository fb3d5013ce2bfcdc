//! An appointment in Haltern am See, for tests.

use kernel::{Locale, LocalizedText, TenantId};
use tenant::{Municipality, Recipient, TenantFile};

use crate::facts::{AppointmentFacts, Person, Place, VisitItem};

pub(crate) fn town() -> Municipality {
    let mut file: toml::Table =
        include_str!("../../../../deploy/demo/haltern.toml").parse().unwrap();
    for calendar in ["services", "locations", "closures"] {
        file.remove(calendar);
    }
    let file: TenantFile = file.try_into().unwrap();
    let recipients = file.recipients.iter().map(|entry| Recipient {
        id: uuid::Uuid::nil().into(),
        role: entry.role,
        name: entry.name.clone(),
        street: entry.street.clone(),
        postal_code: entry.postal_code.clone(),
        city: entry.city.clone(),
        contract_on: "2020-09-01".parse().unwrap(),
    });
    Municipality {
        id: TenantId::from(uuid::Uuid::nil()),
        settings: file.settings(),
        recipients: recipients.collect(),
        slug: file.slug,
        name: file.name,
        hosts: file.hosts,
        controller: file.controller,
        notice_version: 1,
        revision: 1,
        requests_per_minute: None,
    }
}

pub(crate) fn facts() -> AppointmentFacts {
    AppointmentFacts {
        id: uuid::Uuid::from_u128(0x0193_a5b0_0000_7000_8000_0000_0000_0001).into(),
        reference: "K7PX-2M9D".to_owned(),
        sequence: 0,
        cancelled: false,
        starts_at: "2026-12-08T08:15:00Z".parse().unwrap(),
        ends_at: "2026-12-08T08:40:00Z".parse().unwrap(),
        place: Place {
            name: LocalizedText::german("Bürgerbüro").with(Locale::En, "Citizens’ office"),
            directions: LocalizedText::german("Erdgeschoss, Eingang ohne Stufen.")
                .with(Locale::En, "Ground floor, step-free entrance."),
            street: "Dr.-Conrads-Straße 1".to_owned(),
            postal_code: "45721".to_owned(),
            city: "Haltern am See".to_owned(),
            office_email: "buergerbuero@haltern.de".to_owned(),
        },
        items: vec![
            VisitItem {
                name: LocalizedText::german("Personalausweis beantragen")
                    .with(Locale::En, "Apply for an identity card"),
                quantity: 2,
                fee: Some(LocalizedText::german("37,00 €").with(Locale::En, "€37.00")),
                documents: vec![
                    LocalizedText::german("Bisheriger Personalausweis oder Reisepass")
                        .with(Locale::En, "Previous identity card or passport"),
                    LocalizedText::german("Biometrisches Foto (digital)")
                        .with(Locale::En, "Biometric photo (digital)"),
                ],
            },
            VisitItem {
                name: LocalizedText::german("Fundsache abholen")
                    .with(Locale::En, "Collect lost property"),
                quantity: 1,
                fee: None,
                documents: Vec::new(),
            },
        ],
        person: Person {
            first_name: "Erika".to_owned(),
            last_name: "Mustermann".to_owned(),
            email: Some("erika@example.org".to_owned()),
            phone: Some("+4915123456789".to_owned()),
            street: Some("Rekumer Straße 5".to_owned()),
            postal_code: Some("45721".to_owned()),
            city: Some("Haltern am See".to_owned()),
            birth_date: "1964-08-12".parse().ok(),
            no_sms: false,
            no_reminders: false,
        },
        manage_token: "0abc1def2ghj3kmn4pqr5stv6wxy7z89".to_owned(),
        locale: Locale::De,
        by_office: false,
        note: None,
    }
}
