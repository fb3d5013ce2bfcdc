//! A request about somebody's data, as the office works on it.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AccountId, AppointmentId, Locale, PrivacyRequestId, SubjectId};
use serde::{Deserialize, Serialize};
use tenant::personal_data::DataSubject;
use uuid::Uuid;

use super::clock::{self, Light};

macro_rules! words {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $each:literal])+ $variant:ident = $key:literal),+ $(,)? }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[doc = $each])+ $variant),+ }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word in the database.
            pub fn key(self) -> &'static str {
                match self { $(Self::$variant => $key),+ }
            }

            /// Reads the word.
            pub fn from_key(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.key() == key)
            }
        }
    };
}

words! {
    /// What is asked for.
    RequestKind {
        /// Art. 15 GDPR: what is kept.
        Access = "access",
        /// Art. 20: the same, to take along.
        Portability = "portability",
        /// Art. 16: what is wrong is put right.
        Rectification = "rectification",
        /// Art. 17: it goes.
        Erasure = "erasure",
        /// Art. 18: it stays, and nobody works with it.
        Restriction = "restriction",
        /// Art. 21: it is not used for something any more.
        Objection = "objection",
    }
}

words! {
    /// How far it is.
    RequestState {
        /// It waits for the decision.
        Open = "open",
        /// The data are restricted.
        Restricted = "restricted",
        /// The person was told that the restriction ends.
        Lifting = "lifting",
        /// It was carried out.
        Done = "done",
        /// It was refused, with reasons.
        Refused = "refused",
    }
}

words! {
    /// How it came in, or how it was answered.
    Way {
        /// By the person on the pages.
        Own = "self",
        /// By mail.
        Mail = "mail",
        /// By letter.
        Letter = "letter",
        /// By phone.
        Phone = "phone",
        /// In person.
        Counter = "counter",
    }
}

/// Who asks; sealed until the answer. Has no `Debug`: it is personal data.
#[derive(Clone, Serialize, Deserialize)]
pub struct Applicant {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Where the answer goes, where it can go by mail.
    #[serde(default)]
    pub email: Option<String>,
    /// Their language.
    pub locale: Locale,
}

/// Ids of what a request is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Keys that seal the data.
    pub people: Vec<Uuid>,
    /// Appointments.
    pub appointments: Vec<Uuid>,
    /// The account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Uuid>,
}

impl About {
    /// What was found.
    pub fn of(who: &DataSubject) -> Self {
        Self {
            people: who.people.iter().map(|id| id.uuid()).collect(),
            appointments: who.appointments.iter().map(|id| id.uuid()).collect(),
            account: who.account.map(AccountId::uuid),
        }
    }

    /// Whom it is about.
    pub fn subject(&self) -> DataSubject {
        DataSubject {
            people: self.people.iter().copied().map(SubjectId::from).collect(),
            appointments: self.appointments.iter().copied().map(AppointmentId::from).collect(),
            account: self.account.map(AccountId::from),
            addresses: Vec::new(),
        }
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.subject().is_empty()
    }
}

/// A request. Has no `Debug`: it holds who asks.
#[derive(Clone)]
pub struct PrivacyRequest {
    /// Names it.
    pub id: PrivacyRequestId,
    /// What people say on the phone.
    pub reference: String,
    /// What is asked for.
    pub kind: RequestKind,
    /// How far it is.
    pub state: RequestState,
    /// How it came in.
    pub channel: Way,
    /// When it came in.
    pub received_on: NaiveDate,
    /// When it is answered at the latest.
    pub due_on: NaiveDate,
    /// Until when that was extended.
    pub extended_until: Option<NaiveDate>,
    /// Why.
    pub extension_reason: Option<String>,
    /// Why it was refused.
    pub refusal_reason: Option<String>,
    /// When the restriction is looked at again.
    pub review_on: Option<NaiveDate>,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// How.
    pub answered_by: Option<Way>,
    /// Who asks; gone after the answer.
    pub applicant: Option<Applicant>,
    /// What it is about; gone after the answer.
    pub about: Option<About>,
}

impl PrivacyRequest {
    /// Whether it still waits for an answer.
    pub fn is_open(&self) -> bool {
        self.state == RequestState::Open
    }

    /// The last day for the answer.
    pub fn last_day(&self) -> NaiveDate {
        self.extended_until.unwrap_or(self.due_on)
    }

    /// How urgent it is; nothing that is answered is, but a restriction that must be looked at again.
    pub fn light(&self, today: NaiveDate) -> Option<Light> {
        if self.needs_review(today) {
            return Some(Light::Yellow);
        }
        self.is_open().then(|| clock::light(self.received_on, self.extended_until, today))
    }

    /// Whether somebody must look whether the restriction still has its reason.
    pub fn needs_review(&self, today: NaiveDate) -> bool {
        self.state == RequestState::Restricted && self.review_on.is_some_and(|day| day <= today)
    }

    /// Whether it can be extended today.
    pub fn can_extend(&self, today: NaiveDate) -> bool {
        self.is_open()
            && self.extended_until.is_none()
            && clock::can_extend(self.received_on, today)
    }
}

/// A request to be written down. Has no `Debug`: it is personal data.
#[derive(Clone)]
pub struct NewRequest {
    /// What is asked for.
    pub kind: RequestKind,
    /// How it came in.
    pub channel: Way,
    /// When it came in.
    pub received_on: NaiveDate,
    /// Who asks.
    pub applicant: Applicant,
    /// The reference of an appointment that it is about.
    pub appointment: Option<String>,
}
