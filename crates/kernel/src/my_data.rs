//! The copy of everything that is kept about somebody (Art. 15 and 20 GDPR), as it is handed out. Its JSON Schema is
//! published: fields are added, never renamed.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde::Serialize;
use uuid::Uuid;

/// Where the schema is served on every municipality's host.
pub const SCHEMA_PATH: &str = "/schemas/my-data.schema.json";

/// The document.
#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MyData {
    /// The address of the schema that the document follows.
    #[serde(rename = "$schema")]
    pub schema: String,
    /// When the copy was made.
    pub created_at: DateTime<Utc>,
    /// Who is responsible.
    pub controller: Responsible,
    /// What is kept.
    pub data: Content,
    /// Why, how long, and who gets it.
    pub processing: Processing,
}

/// Name and address of an authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Responsible {
    /// Name.
    pub name: String,
    /// Street and number.
    pub street: String,
    /// Postcode.
    pub postal_code: String,
    /// Town.
    pub city: String,
    /// E-mail address, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Website, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
}

/// What is kept about somebody. Has no `Debug`: it is personal data.
#[derive(Clone, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Content {
    /// Appointments with what was typed for them, the latest first.
    pub appointments: Vec<OwnAppointment>,
    /// Messages about them.
    pub messages: Vec<OwnMessage>,
    /// The account, if there is one.
    pub account: Option<OwnAccount>,
    /// Codes that were sent to the address and are still kept.
    pub codes: Vec<OwnCode>,
    /// Requests about one's data that are open.
    pub requests: Vec<OwnRequest>,
}

/// An appointment.
#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnAppointment {
    /// Names it.
    pub id: Uuid,
    /// What people say on the phone.
    pub reference: String,
    /// `CONFIRMED`, `CANCELLED` and so on.
    pub status: String,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// Where.
    pub location: String,
    /// At which counter.
    pub counter: String,
    /// What for.
    pub items: Vec<OwnItem>,
    /// Who comes, as it was typed.
    pub contact: Option<OwnContact>,
    /// The language of its messages.
    pub language: String,
    /// The version of the privacy notice that was in force.
    pub notice_version: i32,
    /// Counts the changes of the calendar entry.
    pub sequence: i32,
    /// When it was booked.
    pub booked_at: DateTime<Utc>,
    /// When it was changed last.
    pub changed_at: DateTime<Utc>,
    /// When it was cancelled.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// What was done with it.
    pub history: Vec<OwnEvent>,
    /// Since when it belongs to the account.
    pub in_account_since: Option<DateTime<Utc>>,
    /// Since when its data are restricted (Art. 18 GDPR).
    pub restricted_since: Option<DateTime<Utc>>,
    /// Since when no SMS are sent about it (Art. 21 GDPR).
    pub no_sms_since: Option<DateTime<Utc>>,
    /// Since when calendar entries about it have no reminders (Art. 21 GDPR).
    pub no_reminders_since: Option<DateTime<Utc>>,
    /// Since when its person is left out of the statistics of use (Art. 21 GDPR).
    pub uncounted_since: Option<DateTime<Utc>>,
}

/// A service of an appointment.
#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnItem {
    /// Its name.
    pub service: String,
    /// For how many persons.
    pub quantity: u32,
}

/// What was typed about somebody.
#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnContact {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// Street and number.
    pub street: Option<String>,
    /// Postcode.
    pub postal_code: Option<String>,
    /// Town.
    pub city: Option<String>,
    /// Date of birth.
    pub birth_date: Option<NaiveDate>,
    /// When it was stored.
    pub stored_at: DateTime<Utc>,
}

/// Something that was done with an appointment. Who of the office did it is somebody else's data.
#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnEvent {
    /// When.
    pub at: DateTime<Utc>,
    /// `booked`, `moved`, `corrected` or `cancelled`.
    pub what: String,
    /// `citizen`, `account`, `staff`, `program`, `worker` or `operator`.
    pub by: String,
    /// Where it was before.
    pub from_location: Option<String>,
    /// When it was before.
    pub from_starts_at: Option<DateTime<Utc>>,
    /// Where it is since.
    pub to_location: Option<String>,
    /// When it is since.
    pub to_starts_at: Option<DateTime<Utc>>,
}

/// A mail or SMS. Neither text nor address is kept.
#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnMessage {
    /// About which appointment.
    pub appointment: Uuid,
    /// About which change of it.
    pub kind: String,
    /// The number of that change.
    pub sequence: i32,
    /// `mail` or `sms`.
    pub channel: String,
    /// `citizen` or `office`.
    pub audience: String,
    /// What became of it.
    pub state: String,
    /// How the SMS provider names it.
    pub provider_id: Option<String>,
    /// When it was planned.
    pub created_at: DateTime<Utc>,
    /// When that was final.
    pub settled_at: Option<DateTime<Utc>>,
    /// On which day's budget of SMS it was counted.
    pub counted_on: Option<NaiveDate>,
}

/// An account.
#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnAccount {
    /// Names it.
    pub id: Uuid,
    /// `active` or `locked`.
    pub state: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The address that was verified.
    pub email: String,
    /// Mobile number.
    pub phone: Option<String>,
    /// The language of mails.
    pub locale: String,
    /// Whether there is a password. It is kept as a check value only.
    pub has_password: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was used last, to an hour.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When all devices were signed out.
    pub signed_out_at: Option<DateTime<Utc>>,
    /// When its owner was warned that it is used no more.
    pub warned_at: Option<DateTime<Utc>>,
    /// Since when its data are restricted (Art. 18 GDPR).
    pub restricted_since: Option<DateTime<Utc>>,
    /// Since when its person is left out of the statistics of use (Art. 21 GDPR).
    pub uncounted_since: Option<DateTime<Utc>>,
    /// Where one is signed in.
    pub sessions: Vec<OwnSession>,
    /// Attempts to sign in.
    pub sign_ins: Vec<OwnSignIn>,
    /// Passkeys.
    pub passkeys: Vec<OwnPasskey>,
}

/// A browser that is signed in.
#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnSession {
    /// Since when.
    pub since: DateTime<Utc>,
    /// Browser and system.
    pub device: String,
}

/// An attempt to sign in.
#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnSignIn {
    /// When.
    pub at: DateTime<Utc>,
    /// How.
    pub method: String,
    /// With what result.
    pub result: String,
    /// From which IP address, while it is kept.
    pub ip: Option<String>,
}

/// A passkey. Its public key says nothing about anybody.
#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnPasskey {
    /// What its owner calls it.
    pub name: String,
    /// Whether it is kept in a cloud of its owner's.
    pub is_backed_up: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was used last.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A code or notice that was sent by mail.
#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnCode {
    /// What for.
    pub purpose: String,
    /// The name that is kept with it.
    pub name: Option<String>,
    /// The address that it went to.
    pub email: Option<String>,
    /// The number that is kept with it.
    pub phone: Option<String>,
    /// The language of the mail.
    pub locale: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Until when it opens.
    pub expires_at: DateTime<Utc>,
    /// When it was used.
    pub used_at: Option<DateTime<Utc>>,
}

/// A request about one's data.
#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnRequest {
    /// What people say on the phone.
    pub reference: String,
    /// `access`, `erasure` and so on.
    pub kind: String,
    /// When it came in.
    pub received_on: NaiveDate,
    /// When it is answered at the latest.
    pub due_on: NaiveDate,
}

/// Why data are kept, how long, and who gets them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Processing {
    /// By kind of data.
    pub kinds: Vec<Kind>,
    /// Who really got something.
    pub recipients: Vec<Receiver>,
    /// Where the data come from.
    pub source: String,
    /// What one may ask for.
    pub rights: Vec<String>,
    /// Where one can complain.
    pub authority: Responsible,
    /// What is not in this copy, and why.
    pub left_out: Vec<String>,
    /// The version of the privacy notice in force.
    pub notice_version: i32,
}

/// A kind of data that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Kind {
    /// What it is.
    pub category: String,
    /// What for.
    pub purpose: String,
    /// How long.
    pub kept: String,
}

/// Somebody who got data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Receiver {
    /// In which role.
    pub role: String,
    /// Name.
    pub name: String,
    /// Address.
    pub address: String,
    /// What they got.
    pub what: String,
}

/// The published schema, made from the types above.
pub fn schema() -> serde_json::Value {
    let generator = SchemaGenerator::new(SchemaSettings::draft2020_12());
    let mut schema = generator.into_root_schema_for::<MyData>().to_value();
    if let Some(root) = schema.as_object_mut() {
        root.insert("$id".to_owned(), SCHEMA_PATH.into());
        root.insert("title".to_owned(), Cow::from("Copy of one's own data").into_owned().into());
    }
    schema
}

/// The schema as the file that is published.
pub fn schema_file() -> String {
    format!("{:#}\n", schema())
}
