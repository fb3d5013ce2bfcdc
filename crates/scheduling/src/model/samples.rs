//! A small town for the tests of the model.

use kernel::Locale;
use tenant::{
    Booking, ContactFields, Controller, Holiday, HolidaySwitches, Land, MailSettings, Municipality,
    Release, Requirement, Retention, Settings, SmsSettings, Theme,
};
use uuid::Uuid;

use super::{
    channel::Channel,
    rules::{Hours, OpeningRule, Rhythm},
};

/// How a municipality might set up its booking.
pub(crate) fn booking(lead_days: u32) -> Booking {
    Booking {
        lead_days,
        lead_minutes: 0,
        horizon_days: 60,
        hold_minutes: 10,
        raster_minutes: 15,
        max_open_appointments: 0,
        release: Release::Rolling,
        same_day_from: None,
        cooldown: None,
    }
}

pub(crate) fn town() -> Municipality {
    let text = String::new;
    Municipality {
        id: Uuid::nil().into(),
        slug: "sample".into(),
        name: text(),
        hosts: Vec::new(),
        controller: Controller {
            name: text(),
            street: text(),
            postal_code: text(),
            city: text(),
            email: text(),
        },
        recipients: Vec::new(),
        settings: Settings {
            time_zone: chrono_tz::Europe::Berlin,
            land: Land::NW,
            holidays: HolidaySwitches { observe: vec![Holiday::ChristmasEve], ignore: Vec::new() },
            locales: vec![Locale::De],
            phone: text(),
            website: text(),
            data_protection_officer: None,
            legal_basis: None,
            theme: Theme { primary: text(), accent: text(), coat_of_arms: None },
            contact: ContactFields {
                email: Requirement::Required,
                phone: Requirement::Optional,
                address: Requirement::Optional,
                birth_date: Requirement::Optional,
            },
            booking: booking(1),
            mail: MailSettings { enabled: false, from: text(), sender_name: text() },
            sms: SmsSettings::usual(false, &text(), &text()),
            openid: None,
            retention: Retention::default(),
        },
        notice_version: 1,
        revision: 1,
        requests_per_minute: None,
    }
}

pub(crate) fn hours(from: u32, to: u32) -> Hours {
    Hours { from, to, breaks: Vec::new(), channels: vec![Channel::Online, Channel::Phone] }
}

pub(crate) fn rule(weekday: u32, from: u32, to: u32) -> OpeningRule {
    OpeningRule {
        counter: Uuid::nil().into(),
        weekday,
        hours: hours(from, to),
        valid_from: None,
        valid_to: None,
        rhythm: Rhythm::WEEKLY,
        on_holidays: false,
    }
}
