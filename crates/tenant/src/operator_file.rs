//! How the operator describes themselves: the realm at `ops.<base domain>` in which the operator's people have their
//! accounts. It is kept like a municipality, with the same walls around it, and serves no citizens.

use chrono_tz::Tz;
use kernel::Locale;
use serde::Deserialize;

use crate::{
    Booking, ContactFields, Controller, DataProtectionOfficer, HolidaySwitches, Land, MailSettings,
    Release, Requirement, Retention, SmsSettings, TenantFile, Theme, file::RecipientEntry,
};

/// The label of the operator's own host.
pub const PLATFORM_SLUG: &str = "ops";

/// The operator's file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorFile {
    /// Name.
    pub name: String,
    /// IANA zone.
    pub time_zone: Tz,
    /// ISO 3166-2:DE code, for the supervisory authority.
    pub land: Land,
    /// Telephone.
    pub phone: String,
    /// Website.
    pub website: String,
    /// Who answers for the accounts of the operator's people.
    pub controller: Controller,
    /// The operator's data-protection officer.
    #[serde(default)]
    pub data_protection_officer: Option<DataProtectionOfficer>,
    /// Who else gets to see their data: hosting, mail.
    pub recipients: Vec<RecipientEntry>,
    /// Colours.
    pub theme: Theme,
    /// Mail.
    pub mail: MailSettings,
    /// Days that addresses of requests and sign-ins are kept; at most 7.
    pub access_log_days: u32,
}

impl OperatorFile {
    /// The realm, in the form in which municipalities are kept.
    pub fn realm(self) -> TenantFile {
        TenantFile {
            slug: PLATFORM_SLUG.to_owned(),
            name: self.name,
            time_zone: self.time_zone,
            land: self.land,
            holidays: HolidaySwitches::default(),
            locales: vec![Locale::De, Locale::En],
            hosts: Vec::new(),
            phone: self.phone,
            website: self.website,
            controller: self.controller,
            data_protection_officer: self.data_protection_officer,
            legal_basis: None,
            recipients: self.recipients,
            theme: self.theme,
            // Nobody books here: what follows only has to be there.
            contact: ContactFields {
                email: Requirement::Hidden,
                phone: Requirement::Hidden,
                address: Requirement::Hidden,
                birth_date: Requirement::Hidden,
            },
            booking: Booking {
                lead_days: 0,
                lead_minutes: 0,
                horizon_days: 1,
                release: Release::default(),
                same_day_from: None,
                cooldown: None,
                hold_minutes: 15,
                raster_minutes: 15,
                max_open_appointments: 0,
            },
            sms: SmsSettings::usual(false, "lox24", "ops"),
            openid: None,
            mail: self.mail,
            retention: Retention {
                access_log_days: self.access_log_days,
                appointment_days: 1,
                ..Retention::default()
            },
        }
    }
}
