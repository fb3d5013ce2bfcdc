//! The vocabulary of the privacy inventory: every column of every table says whose data it holds, why,
//! on what basis, for how long and what erasure does to it. Each crate that owns tables exports its
//! entries as `INVENTORY`; a test compares them with the database, column by column.

/// One or more columns of one table that are treated alike.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The table.
    pub table: &'static str,
    /// Its columns.
    pub columns: &'static [&'static str],
    /// Whose data it is.
    pub whose: Whose,
    /// What the columns hold, in one German phrase for the record of processing.
    pub holds: &'static str,
    /// Why it is kept.
    pub purpose: Purpose,
    /// How long it is kept.
    pub kept: Kept,
    /// What happens when the person is erased.
    pub on_erasure: OnErasure,
    /// Whether it is encrypted under the person's own key.
    pub sealed: bool,
}

/// Whose data a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// A citizen.
    Citizen,
    /// Somebody of the office.
    Staff,
    /// Whoever has an account: citizens and people of the office.
    AccountHolder,
    /// A visitor of the pages, known by IP address only.
    Visitor,
    /// The municipality itself: published data about an office, not about a person.
    Municipality,
    /// Nobody: technical values.
    Nobody,
}

/// Why data is kept. The municipality chooses the legal basis of each purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Making, changing and keeping an appointment. Art. 6(1)(b) GDPR in the seed notice.
    Appointment,
    /// Having an account and signing in.
    Account,
    /// Telling people about their appointment.
    Notification,
    /// Finding and preventing faults and misuse.
    Security,
    /// Running the service: configuration and technical values without personal data.
    Operation,
    /// Proving what the notice said and what was deleted.
    Accountability,
}

/// How long data is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// As long as the municipality uses the service or changes it.
    WithTenant,
    /// Until the reservation ends.
    Reservation,
    /// Days after the end of the appointment (tenant setting, capped).
    AfterAppointment,
    /// Days after the final state of the message.
    AfterMessage,
    /// Days of the access log (tenant setting, at most 7).
    AccessLog,
    /// 90 days after the access key's end.
    AfterAccessKey,
    /// Until the account is deleted; a citizen's at the latest 24 months after it was last used.
    Account,
    /// Until a day after the code's end.
    Code,
    /// 90 days after the sign-in.
    SignIn,
    /// Days after the sign-in (tenant setting, at most 7).
    SignInAddress,
    /// 12 months.
    AuditTrail,
    /// Three years after the answer, to the end of the year.
    Request,
    /// 24 hours.
    Day,
    /// Until it is done.
    UntilDone,
}

/// What erasure does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnErasure {
    /// Nothing: there is no personal data.
    Keep,
    /// The row goes.
    Delete,
    /// The key goes, and with it the content, in backups too.
    Shred,
    /// The reference to the person goes; the rest says nothing about anybody.
    Anonymise,
}

impl Entry {
    /// Configuration and published data of the municipality.
    pub const fn municipality(
        table: &'static str,
        columns: &'static [&'static str],
        holds: &'static str,
    ) -> Self {
        Self {
            table,
            columns,
            whose: Whose::Municipality,
            holds,
            purpose: Purpose::Operation,
            kept: Kept::WithTenant,
            on_erasure: OnErasure::Keep,
            sealed: false,
        }
    }

    /// Technical values that say nothing about a person.
    pub const fn technical(
        table: &'static str,
        columns: &'static [&'static str],
        holds: &'static str,
        kept: Kept,
    ) -> Self {
        Self {
            table,
            columns,
            whose: Whose::Nobody,
            holds,
            purpose: Purpose::Operation,
            kept,
            on_erasure: OnErasure::Keep,
            sealed: false,
        }
    }
}
