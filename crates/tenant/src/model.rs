//! What a municipality is.

use chrono::NaiveDate;
use chrono_tz::Tz;
use kernel::{Locale, RecipientId, TenantId};
use serde::{Deserialize, Serialize};

use crate::{
    Authority, ClockTime, Cooldown, DataProtectionOfficer, HolidaySwitches, LegalBases,
    OpenIdSettings, Release, Theme, authority,
};

/// A municipality with everything that requests need to know about it.
#[derive(Debug, Clone)]
pub struct Municipality {
    /// Its id.
    pub id: TenantId,
    /// Its subdomain.
    pub slug: String,
    /// Its name, "Stadt Haltern am See".
    pub name: String,
    /// Own domains beside the subdomain whose control is proven.
    pub hosts: Vec<String>,
    /// The controller (Art. 4(7) GDPR).
    pub controller: Controller,
    /// The recipients of personal data, in the order of the notice.
    pub recipients: Vec<Recipient>,
    /// How its service is set up.
    pub settings: Settings,
    /// The version of the privacy notice in force; 0 before the first is published.
    pub notice_version: i32,
    /// Rises with every change; part of the addresses of its coat of arms and theme.
    pub revision: i64,
    /// Requests that it may get within a minute, when the operator has set a limit.
    pub requests_per_minute: Option<u32>,
}

impl Municipality {
    /// Whether it is the operator's own realm, which serves no citizens.
    pub fn is_platform(&self) -> bool {
        self.id.is_platform()
    }

    /// Its time zone.
    pub fn zone(&self) -> Tz {
        self.settings.time_zone
    }

    /// The supervisory authority that citizens can complain to (Art. 77 GDPR).
    pub fn authority(&self) -> &'static Authority {
        authority(self.settings.land)
    }

    /// The languages that it offers, German first.
    pub fn locales(&self) -> &[Locale] {
        &self.settings.locales
    }

    /// The language to answer in: the wish if it is offered, else what the browser asks for, else German.
    pub fn pick_locale(&self, wish: Option<Locale>, accept_language: &str) -> Locale {
        wish.filter(|locale| self.locales().contains(locale))
            .or_else(|| Locale::negotiate(accept_language, self.locales()))
            .unwrap_or(Locale::De)
    }

    /// What allows it to process personal data, purpose by purpose.
    pub fn legal_bases(&self) -> &LegalBases {
        self.settings.legal_basis.as_ref().unwrap_or(LegalBases::usual())
    }

    /// Whether a recipient of the role is listed.
    pub fn has_recipient(&self, role: RecipientRole) -> bool {
        self.recipients.iter().any(|recipient| recipient.role == role)
    }
}

/// Whether a tenant is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Set up, but not everything that its notice must say is there. Answers like an unknown host.
    Draft,
    /// Served.
    Active,
    /// Closed for citizens, who are told so; the office reads and exports, what is due is sent and deleted.
    Suspended,
}

impl State {
    /// Reads the word.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Draft, Self::Active, Self::Suspended].into_iter().find(|state| state.key() == key)
    }

    /// The word in the database.
    pub fn key(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }
}

/// The controller of the processing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Controller {
    /// Name of the authority.
    pub name: String,
    /// Street and number.
    pub street: String,
    /// Postcode.
    pub postal_code: String,
    /// Town.
    pub city: String,
    /// E-mail address.
    pub email: String,
}

/// What a recipient does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecipientRole {
    /// Runs this service.
    Operator,
    /// Hosts it.
    Hosting,
    /// Sends its SMS.
    Sms,
    /// Relays its mails.
    Email,
    /// Something else, said in the notice.
    Other,
}

impl RecipientRole {
    /// All roles.
    pub const ALL: [Self; 5] = [Self::Operator, Self::Hosting, Self::Sms, Self::Email, Self::Other];

    /// The word in configuration and database.
    pub fn key(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Hosting => "hosting",
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Other => "other",
        }
    }

    /// Reads the word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }
}

/// A recipient of personal data, under a contract (Art. 28 GDPR).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Its id.
    pub id: RecipientId,
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
    /// Date of the contract.
    pub contract_on: NaiveDate,
}

/// A Land by its ISO 3166-2:DE code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the codes are the documentation: ISO 3166-2:DE")]
pub enum Land {
    BW,
    BY,
    BE,
    BB,
    HB,
    HH,
    HE,
    MV,
    NI,
    NW,
    RP,
    SL,
    SN,
    ST,
    SH,
    TH,
}

impl Land {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::BW,
        Self::BY,
        Self::BE,
        Self::BB,
        Self::HB,
        Self::HH,
        Self::HE,
        Self::MV,
        Self::NI,
        Self::NW,
        Self::RP,
        Self::SL,
        Self::SN,
        Self::ST,
        Self::SH,
        Self::TH,
    ];

    /// Reads the code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|land| format!("{land:?}") == code)
    }
}

/// How the service of a municipality is set up. Stored as one document.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Settings {
    /// IANA zone of its wall clocks.
    pub time_zone: Tz,
    /// Its Land, which decides the supervisory authority and the public holidays.
    pub land: Land,
    /// What the municipality decides about holidays itself.
    #[serde(default, skip_serializing_if = "HolidaySwitches::is_empty")]
    pub holidays: HolidaySwitches,
    /// Languages, German first.
    pub locales: Vec<Locale>,
    /// The way without the internet.
    pub phone: String,
    /// Its own website.
    pub website: String,
    /// Whom people turn to about their data. Left out where nobody was named yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_protection_officer: Option<DataProtectionOfficer>,
    /// What allows it to process personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<LegalBases>,
    /// Colours.
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openid: Option<OpenIdSettings>,
    /// Periods.
    pub retention: Retention,
}

impl Settings {
    /// Whether the office's people sign in with the municipality's own sign-in and no longer with passwords.
    pub fn has_no_passwords(&self) -> bool {
        self.openid.as_ref().is_some_and(|openid| openid.only)
    }
}

/// Whether a field is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Requirement {
    /// Must be given.
    Required,
    /// May be given.
    Optional,
    /// Is not asked, and not stored when an API client sends it.
    Hidden,
}

/// What a citizen is asked for. First and last name are always required.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactFields {
    /// E-mail address.
    pub email: Requirement,
    /// Mobile number.
    pub phone: Requirement,
    /// Street, postcode and town.
    pub address: Requirement,
    /// Date of birth.
    pub birth_date: Requirement,
}

/// How booking works.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Booking {
    /// Whole calendar days between today and the first day that can be booked.
    pub lead_days: u32,
    /// Minutes between now and the first time that can be booked.
    pub lead_minutes: u32,
    /// Calendar days from today until the last day that is ever released. The calendar is kept so far.
    pub horizon_days: u32,
    /// When days are released. Left out where it is not used, so that the previous program reads the document, too.
    #[serde(default, skip_serializing_if = "Release::is_rolling")]
    pub release: Release,
    /// From this time on, what is still free today can be booked today, whatever `lead_days` says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_day_from: Option<ClockTime>,
    /// How long a time that became free is kept back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cooldown: Option<Cooldown>,
    /// How long a reservation holds its time; once it can be extended by as much again.
    pub hold_minutes: u32,
    /// Distance of offered starts, counted from the opening.
    pub raster_minutes: u32,
    /// Open appointments per e-mail address or phone number; 0 is no limit.
    pub max_open_appointments: u32,
}

/// Mail. The relay is the operator's, from the configuration of the installation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// Whether mails are sent.
    pub enabled: bool,
    /// The sender's address, also the organizer of calendar entries.
    pub from: String,
    /// The sender's name.
    pub sender_name: String,
}

/// SMS. The provider's key comes from the configuration of the installation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsSettings {
    /// Whether SMS are sent.
    pub enabled: bool,
    /// The adapter, `lox24`.
    pub provider: String,
    /// The sender that phones show, at most 11 letters and digits.
    pub sender: String,
    /// To which countries SMS go, as their calling codes. Left out where it is not changed, like the following, so that
    /// the previous program reads the document, too.
    #[serde(default = "sms_countries", skip_serializing_if = "is_usual_countries")]
    pub countries: Vec<String>,
    /// SMS that leave on one day at most.
    #[serde(default = "sms_budget", skip_serializing_if = "is_usual_budget")]
    pub daily_budget: u32,
    /// SMS that one number gets on one day at most.
    #[serde(default = "sms_per_number", skip_serializing_if = "is_usual_per_number")]
    pub daily_per_number: u32,
}

impl SmsSettings {
    /// The usual settings with a provider's adapter and a sender.
    pub fn usual(enabled: bool, provider: &str, sender: &str) -> Self {
        Self {
            enabled,
            provider: provider.to_owned(),
            sender: sender.to_owned(),
            countries: sms_countries(),
            daily_budget: sms_budget(),
            daily_per_number: sms_per_number(),
        }
    }
}

/// Calling codes of the European Economic Area; 49 is Germany's.
const EUROPEAN_ECONOMIC_AREA: [&str; 30] = [
    "30", "31", "32", "33", "34", "351", "352", "353", "354", "356", "357", "358", "359", "36",
    "370", "371", "372", "385", "386", "39", "40", "420", "421", "423", "43", "45", "46", "47",
    "48", "49",
];

fn sms_countries() -> Vec<String> {
    EUROPEAN_ECONOMIC_AREA.iter().map(|code| (*code).to_owned()).collect()
}

fn is_usual_countries(countries: &[String]) -> bool {
    countries == EUROPEAN_ECONOMIC_AREA
}

fn sms_budget() -> u32 {
    500
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_usual_budget(budget: &u32) -> bool {
    *budget == sms_budget()
}

fn sms_per_number() -> u32 {
    3
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_usual_per_number(count: &u32) -> bool {
    *count == sms_per_number()
}

/// Periods, in days. The schedule of the crate `privacy` says what is usual and how long each may be at most; none can be
/// switched off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Access log with full IP addresses, and the addresses of sign-ins.
    pub access_log_days: u32,
    /// Contact data after the end of the appointment.
    pub appointment_days: u32,
    /// What was sent when, without address and text.
    pub message_days: u32,
    /// Cancelled appointments after the cancellation. Left out where it is not changed, like the following, so that the
    /// previous program reads the document, too.
    #[serde(default = "cancelled_days", skip_serializing_if = "is_usual_cancelled_days")]
    pub cancelled_days: u32,
    /// Address and date of birth after the end of the appointment, where they are voluntary.
    #[serde(default = "voluntary_days", skip_serializing_if = "is_usual_voluntary_days")]
    pub voluntary_days: u32,
}

impl Default for Retention {
    /// The usual periods.
    fn default() -> Self {
        Self {
            access_log_days: 7,
            appointment_days: 7,
            message_days: 30,
            cancelled_days: cancelled_days(),
            voluntary_days: voluntary_days(),
        }
    }
}

fn cancelled_days() -> u32 {
    2
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_usual_cancelled_days(days: &u32) -> bool {
    *days == cancelled_days()
}

fn voluntary_days() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_usual_voluntary_days(days: &u32) -> bool {
    *days == voluntary_days()
}
