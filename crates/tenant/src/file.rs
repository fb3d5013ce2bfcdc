//! How the operator describes a municipality, and what must be true before it goes live.
//!
//! The file is TOML and is read through [`toml::Table`], where dates become strings that chrono understands.

use chrono::NaiveDate;
use chrono_tz::Tz;
use kernel::{Locale, RecipientId, TenantId};
use serde::Deserialize;

use crate::{
    Booking, ContactFields, Controller, DataProtectionOfficer, HolidaySwitches, Land, LegalBases,
    MailSettings, Municipality, OpenIdSettings, Recipient, RecipientRole, Retention, Settings,
    SmsSettings, Theme, contrast, release, theme::is_harmless_svg,
};

/// The municipality's part of its file. Services, locations and closures are the scheduling's part.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantFile {
    /// Subdomain.
    pub slug: String,
    /// Name.
    pub name: String,
    /// IANA zone.
    pub time_zone: Tz,
    /// ISO 3166-2:DE code.
    pub land: Land,
    /// Its own decisions about the holidays of the Land.
    #[serde(default)]
    pub holidays: HolidaySwitches,
    /// Languages.
    pub locales: Vec<Locale>,
    /// Own domains.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Telephone.
    pub phone: String,
    /// Website.
    pub website: String,
    /// Controller.
    pub controller: Controller,
    /// Data-protection officer. Without one the municipality is set up, but not served.
    #[serde(default)]
    pub data_protection_officer: Option<DataProtectionOfficer>,
    /// Legal bases. Without them the municipality is set up, but not served.
    #[serde(default)]
    pub legal_basis: Option<LegalBases>,
    /// Recipients, in the order of the notice.
    pub recipients: Vec<RecipientEntry>,
    /// Colours and coat of arms.
    pub theme: Theme,
    /// What is asked.
    pub contact: ContactFields,
    /// How booking works.
    pub booking: Booking,
    /// Mail.
    pub mail: MailSettings,
    /// SMS.
    pub sms: SmsSettings,
    /// The municipality's own sign-in for the office's people.
    #[serde(default)]
    pub openid: Option<OpenIdSettings>,
    /// Periods.
    pub retention: Retention,
}

/// A recipient as the file names it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipientEntry {
    /// What it does.
    pub role: RecipientRole,
    /// Company.
    pub name: String,
    /// Street and number.
    pub street: String,
    /// Postcode.
    pub postal_code: String,
    /// Town.
    pub city: String,
    /// Date of the contract (Art. 28 GDPR).
    pub contract_on: NaiveDate,
}

/// Something in the file that must be changed first.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {problem}")]
pub struct Problem {
    /// The key in the file.
    pub key: String,
    /// What is wrong with it.
    pub problem: String,
}

impl TenantFile {
    /// The settings that the file describes.
    pub fn settings(&self) -> Settings {
        Settings {
            time_zone: self.time_zone,
            land: self.land,
            holidays: self.holidays.clone(),
            locales: self.locales.clone(),
            phone: self.phone.clone(),
            website: self.website.clone(),
            data_protection_officer: self.data_protection_officer.clone(),
            legal_basis: self.legal_basis.clone(),
            theme: Theme { coat_of_arms: None, ..self.theme.clone() },
            contact: self.contact.clone(),
            booking: self.booking.clone(),
            mail: self.mail.clone(),
            sms: self.sms.clone(),
            openid: self.openid.clone(),
            retention: self.retention.clone(),
        }
    }

    /// The municipality as it would be, for checks without a database.
    pub fn preview(&self) -> Municipality {
        let nobody = uuid::Uuid::nil();
        let recipients = self.recipients.iter().map(|entry| Recipient {
            id: RecipientId::from(nobody),
            role: entry.role,
            name: entry.name.clone(),
            street: entry.street.clone(),
            postal_code: entry.postal_code.clone(),
            city: entry.city.clone(),
            contract_on: entry.contract_on,
        });
        Municipality {
            id: TenantId::from(nobody),
            slug: self.slug.clone(),
            name: self.name.clone(),
            hosts: self.hosts.clone(),
            controller: self.controller.clone(),
            recipients: recipients.collect(),
            settings: self.settings(),
            notice_version: 0,
            revision: 0,
            requests_per_minute: None,
        }
    }

    /// What is allowed and should still be thought about.
    pub fn hints(&self) -> Vec<Problem> {
        self.legal_basis.iter().flat_map(|bases| bases.hints(self.land)).collect()
    }

    /// Everything that is wrong, so that the operator corrects it in one go.
    pub fn problems(&self, coat_of_arms: Option<&str>) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut check = |good: bool, key: &str, problem: &str| {
            if !good {
                found.push(Problem { key: key.to_owned(), problem: problem.to_owned() });
            }
        };
        let slug_letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        check(
            !self.slug.is_empty()
                && self.slug.len() <= 63
                && self.slug.chars().all(slug_letters)
                && !self.slug.starts_with('-'),
            "slug",
            "use lower case letters, digits and dashes",
        );
        check(self.locales.first() == Some(&Locale::De), "locales", "German comes first");
        for (key, value) in [
            ("name", &self.name),
            ("phone", &self.phone),
            ("controller.name", &self.controller.name),
            ("controller.street", &self.controller.street),
            ("controller.postal_code", &self.controller.postal_code),
            ("controller.city", &self.controller.city),
        ] {
            check(!value.trim().is_empty(), key, "must not be empty (Art. 13(1)(a) GDPR)");
        }
        check(self.controller.email.contains('@'), "controller.email", "must be an e-mail address");
        check(self.website.starts_with("https://"), "website", "must begin with https://");
        check(
            self.hosts
                .iter()
                .all(|host| *host == host.to_lowercase() && !host.contains(['/', ':', ' '])),
            "hosts",
            "list bare host names in lower case",
        );
        let listed = |role| self.recipients.iter().any(|recipient| recipient.role == role);
        check(
            listed(RecipientRole::Operator),
            "recipients",
            "the operator of the service is missing",
        );
        // Notice §3: no channel without its recipient.
        check(
            !self.mail.enabled || listed(RecipientRole::Email) || listed(RecipientRole::Hosting),
            "mail.enabled",
            "list the recipient that relays mails (role email or hosting) first",
        );
        check(
            !self.sms.enabled || listed(RecipientRole::Sms),
            "sms.enabled",
            "list the SMS provider as a recipient (role sms) first",
        );
        check(self.mail.from.contains('@'), "mail.from", "must be an e-mail address");
        check(self.sms.provider == "lox24", "sms.provider", "known providers: lox24");
        check(
            !self.sms.sender.is_empty()
                && self.sms.sender.len() <= 11
                && self.sms.sender.chars().all(|c| c.is_ascii_alphanumeric() || c == ' '),
            "sms.sender",
            "use 1 to 11 letters and digits",
        );
        let calling_code = |code: &String| {
            (1..=3).contains(&code.len())
                && code.chars().all(|c| c.is_ascii_digit())
                && !code.starts_with('0')
        };
        check(
            !self.sms.countries.is_empty() && self.sms.countries.iter().all(calling_code),
            "sms.countries",
            "list calling codes without plus or zeros, such as \"49\"",
        );
        for (key, colour) in
            [("theme.primary", &self.theme.primary), ("theme.accent", &self.theme.accent)]
        {
            check(
                contrast(colour).is_some_and(|ratio| ratio >= 4.5),
                key,
                "must be #rrggbb with a contrast of at least 4.5 to white (WCAG 2.2, 1.4.3)",
            );
        }
        check(
            coat_of_arms.is_none_or(|svg| svg.len() <= 100_000 && is_harmless_svg(svg)),
            "theme.coat_of_arms",
            "must be an SVG of at most 100 kB without scripts and references",
        );
        let booking = &self.booking;
        check((1..=366).contains(&booking.horizon_days), "booking.horizon_days", "use 1 to 366");
        check((3..=60).contains(&booking.hold_minutes), "booking.hold_minutes", "use 3 to 60");
        check(
            booking.raster_minutes.is_multiple_of(5) && (5..=120).contains(&booking.raster_minutes),
            "booking.raster_minutes",
            "use a multiple of 5 up to 120",
        );
        found.extend(self.legal_basis.iter().flat_map(LegalBases::problems));
        let officer = self.data_protection_officer.iter();
        found.extend(officer.flat_map(DataProtectionOfficer::problems));
        found.extend(self.openid.iter().flat_map(OpenIdSettings::problems));
        found.extend(release::problems(booking));
        found.extend(self.holidays.problems(self.land));
        found
    }
}
