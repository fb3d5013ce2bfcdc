//! What messages say about an appointment. Another crate fills it in; this one knows no calendar.

use chrono::{DateTime, NaiveDate, Utc};
use db::{Fault, TenantTx};
use kernel::{
    AppointmentId, Ctx, Locale, LocalizedText, LocationId, OfficeNoteId,
    event::{AppointmentChanged, Change},
};

/// Reads appointments for messages.
#[async_trait::async_trait]
pub trait AppointmentSource: Send + Sync {
    /// The appointment with its person and the place that the event names. `None` when appointment or person is gone.
    async fn load(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        id: AppointmentId,
        location: LocationId,
    ) -> Result<Option<AppointmentFacts>, Fault>;

    /// What the office says about a change. `None` when its time is over.
    async fn note(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        id: OfficeNoteId,
    ) -> Result<Option<LocalizedText>, Fault>;
}

/// An appointment as messages tell it. Has no `Debug`: it must not reach a log.
#[derive(Clone)]
pub struct AppointmentFacts {
    /// Its id.
    pub id: AppointmentId,
    /// What people say on the phone.
    pub reference: String,
    /// Counts its changes.
    pub sequence: i32,
    /// Whether it is cancelled.
    pub cancelled: bool,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// Where it is.
    pub place: Place,
    /// What for.
    pub items: Vec<VisitItem>,
    /// Who comes.
    pub person: Person,
    /// Opens the appointment for the person.
    pub manage_token: String,
    /// The language of its messages.
    pub locale: Locale,
    /// The office made the change that is told, not the citizen.
    pub by_office: bool,
    /// What the office says about it.
    pub note: Option<LocalizedText>,
}

/// A place that citizens visit.
#[derive(Debug, Clone)]
pub struct Place {
    /// Its name.
    pub name: LocalizedText,
    /// How to get in.
    pub directions: LocalizedText,
    /// Street and number.
    pub street: String,
    /// Postcode.
    pub postal_code: String,
    /// Town.
    pub city: String,
    /// Where the office is told about bookings (notice §5).
    pub office_email: String,
}

impl Place {
    /// Name and address in one line.
    pub(crate) fn line(&self, locale: Locale) -> String {
        format!("{}, {}, {} {}", self.name.get(locale), self.street, self.postal_code, self.city)
    }
}

/// A service of the visit.
#[derive(Debug, Clone)]
pub struct VisitItem {
    /// Its name.
    pub name: LocalizedText,
    /// For how many persons.
    pub quantity: u32,
    /// What it costs; `None` is free of charge.
    pub fee: Option<LocalizedText>,
    /// What to bring.
    pub documents: Vec<LocalizedText>,
}

/// Who comes. Has no `Debug`: it must not reach a log.
#[derive(Clone)]
pub struct Person {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number in E.164.
    pub phone: Option<String>,
    /// Street and number.
    pub street: Option<String>,
    /// Postcode.
    pub postal_code: Option<String>,
    /// Town.
    pub city: Option<String>,
    /// Date of birth.
    pub birth_date: Option<NaiveDate>,
    /// They want no SMS (Art. 21 GDPR).
    pub no_sms: bool,
    /// They want no reminders in calendar entries (Art. 21 GDPR).
    pub no_reminders: bool,
}

impl AppointmentFacts {
    /// The appointment as it was right after the event: each message tells its own change.
    pub(crate) fn after(mut self, event: &AppointmentChanged) -> Self {
        self.sequence = event.sequence;
        self.starts_at = event.starts_at;
        self.ends_at = event.ends_at;
        self.cancelled = event.change == Change::Cancelled;
        self.by_office = event.by_office;
        self
    }
}
