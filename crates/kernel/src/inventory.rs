//! The vocabulary of the privacy inventory: every column of every table says whose data it holds, of what kind, why,
//! who else gets it, for how long, what the person gets of it and what erasure does to it. Each crate that owns tables
//! exports its entries as `INVENTORY`; a test compares them with the database, column by column. Notice, record of
//! processing (Art. 30 GDPR), export and proof are made from the same entries.

/// One or more columns of one table that are treated alike.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Where it is kept.
    pub store: Store,
    /// The table, or what stands for it in a store without tables.
    pub table: &'static str,
    /// Its columns.
    pub columns: &'static [&'static str],
    /// Whose data it is.
    pub whose: Whose,
    /// What kind of data it is.
    pub category: Category,
    /// What the columns hold, in one German phrase for the record of processing.
    pub holds: &'static str,
    /// Why it is kept. The legal basis follows: the municipality chooses it for each purpose.
    pub purpose: Purpose,
    /// How long it is kept, and from when.
    pub kept: Kept,
    /// Who gets it beside those that run and host the service.
    pub receivers: &'static [Receiver],
    /// What the person gets of it.
    pub export: Export,
    /// What happens when the person is erased.
    pub on_erasure: OnErasure,
    /// Whether it is encrypted under the person's own key.
    pub sealed: bool,
}

/// Where data is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    /// In a table of Postgres.
    Database,
    /// In Redis.
    Redis,
    /// In the mailbox of an office, where the service cannot reach it.
    Mailbox,
}

/// Whose data a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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

impl Whose {
    /// Whether it is the data of a natural person (Art. 4(1) GDPR).
    pub const fn is_person(self) -> bool {
        !matches!(self, Self::Municipality | Self::Nobody)
    }
}

/// What kind of data it is, as the record of processing groups it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// Names, addresses, numbers.
    Contact,
    /// When, where and what for.
    Appointment,
    /// The account and its roles.
    Account,
    /// What proves who somebody is: hashes of passwords, keys, codes.
    Credential,
    /// Who signed in when and from where.
    SignIn,
    /// Requests for pages.
    AccessLog,
    /// What was sent when.
    Message,
    /// What people of the office did.
    Deed,
    /// What is typed before it is sent, and the language.
    Session,
    /// Counters against overload and misuse.
    Limit,
    /// What the municipality configures and publishes.
    Configuration,
    /// Technical values.
    Technical,
}

/// Why data is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Making, changing and keeping an appointment.
    Appointment,
    /// Having an account and signing in.
    Account,
    /// Telling people about their appointment.
    Notification,
    /// Learning how the service is used.
    Analysis,
    /// Finding and preventing faults and misuse.
    Security,
    /// Running the service: configuration and technical values without personal data.
    Operation,
    /// Proving what the notice said, who did what and what was deleted (Art. 5(2) GDPR).
    Accountability,
}

/// How long data is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kept {
    /// As long as the municipality uses the service or changes it.
    WithTenant,
    /// Until a day after the reservation's end.
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
    /// 3 years after it was made.
    Receipt,
    /// 12 months after its end.
    SupportGrant,
    /// 5 years after it was noted.
    Incident,
    /// 3 years after it was counted.
    Statistics,
    /// 24 hours.
    Day,
    /// Until it is done.
    UntilDone,
    /// Half an hour after its last use, half a day after its first.
    Session,
    /// Minutes.
    Minutes,
    /// Until the office deletes it by its own rule.
    ByTheOffice,
}

/// What a period counts from: the three starts of DIN 66398.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Start {
    /// When the data was collected.
    Collection,
    /// When what it was collected for is over.
    EndOfCase,
    /// When the person has nothing to do with the service any more.
    EndOfRelation,
}

impl Kept {
    /// What the period counts from.
    pub const fn start(self) -> Start {
        match self {
            Self::AccessLog
            | Self::SignIn
            | Self::SignInAddress
            | Self::AuditTrail
            | Self::Receipt
            | Self::Incident
            | Self::Statistics
            | Self::Day
            | Self::Session
            | Self::Minutes => Start::Collection,
            Self::Reservation
            | Self::AfterAppointment
            | Self::AfterMessage
            | Self::AfterAccessKey
            | Self::SupportGrant
            | Self::Code
            | Self::UntilDone
            | Self::Request
            | Self::ByTheOffice => Start::EndOfCase,
            Self::Account | Self::WithTenant => Start::EndOfRelation,
        }
    }
}

/// Who gets data beside those that run and host the service, who have all of it on their machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Receiver {
    /// The SMS provider.
    Sms,
    /// Who relays the mails.
    Email,
    /// The office's mailbox.
    Office,
}

/// What the person gets of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Export {
    /// There is nothing of a person in it.
    NotPersonal,
    /// Access (Art. 15 GDPR).
    Access,
    /// Access, and to take along (Art. 20 GDPR): what the person gave themself.
    Portable,
    /// Not this, for the reason given.
    Withheld(&'static str),
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
    /// It runs out by itself, for the reason given (Art. 17(3) GDPR).
    RunOut(&'static str),
}

impl Entry {
    /// Data of a person: exported, and deleted with them. What differs is said with the methods below.
    pub const fn personal(
        (whose, category): (Whose, Category),
        table: &'static str,
        columns: &'static [&'static str],
        holds: &'static str,
        purpose: Purpose,
        kept: Kept,
    ) -> Self {
        Self {
            store: Store::Database,
            table,
            columns,
            whose,
            category,
            holds,
            purpose,
            kept,
            receivers: &[],
            export: Export::Access,
            on_erasure: OnErasure::Delete,
            sealed: false,
        }
    }

    /// Configuration and published data of the municipality.
    pub const fn municipality(
        table: &'static str,
        columns: &'static [&'static str],
        holds: &'static str,
    ) -> Self {
        Self {
            whose: Whose::Municipality,
            category: Category::Configuration,
            ..Self::technical(table, columns, holds, Kept::WithTenant)
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
            store: Store::Database,
            table,
            columns,
            whose: Whose::Nobody,
            category: Category::Technical,
            holds,
            purpose: Purpose::Operation,
            kept,
            receivers: &[],
            export: Export::NotPersonal,
            on_erasure: OnErasure::Keep,
            sealed: false,
        }
    }

    /// Encrypted under the person's own key: erasure destroys the key.
    #[must_use]
    pub const fn sealed(self) -> Self {
        Self { sealed: true, on_erasure: OnErasure::Shred, ..self }
    }

    /// Given by the person, who may take it along (Art. 20 GDPR).
    #[must_use]
    pub const fn portable(self) -> Self {
        Self { export: Export::Portable, ..self }
    }

    /// Not part of the export, and why.
    #[must_use]
    pub const fn withheld(self, why: &'static str) -> Self {
        Self { export: Export::Withheld(why), ..self }
    }

    /// Goes to others, too.
    #[must_use]
    pub const fn received_by(self, receivers: &'static [Receiver]) -> Self {
        Self { receivers, ..self }
    }

    /// Something else than a deleted row when the person is erased.
    #[must_use]
    pub const fn on_erasure(self, on_erasure: OnErasure) -> Self {
        Self { on_erasure, ..self }
    }

    /// Kept somewhere else than in the database.
    #[must_use]
    pub const fn in_store(self, store: Store) -> Self {
        Self { store, ..self }
    }

    /// Whether it is data of a person. Nothing of it is ever written to a log.
    pub const fn is_personal(&self) -> bool {
        self.whose.is_person()
    }
}
