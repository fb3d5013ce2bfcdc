//! Typed ids. A `LocationId` cannot be passed where a `ServiceId` is meant.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Chance, Clock};

/// Declares a newtype over [`Uuid`] with the conversions that every id needs.
macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes a new id (UUID version 7: ordered by time, which keeps indexes compact).
            pub fn new(clock: &dyn Clock, chance: &dyn Chance) -> Self {
                Self(uuid_v7(clock, chance))
            }

            /// The plain value, for the database.
            pub fn uuid(self) -> Uuid {
                self.0
            }

            /// Reads an id as clients send it. Anything that is not an id names nothing.
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(value: Uuid) -> Self {
                Self(value)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

id! {
    /// A municipality.
    TenantId,
    /// A place that citizens visit.
    LocationId,
    /// A service (Anliegen, Leistung).
    ServiceId,
    /// A counter (Schalter): serves one visit at a time.
    CounterId,
    /// A weekly opening rule of a counter.
    OpeningRuleId,
    /// A closure of a counter, a location or the whole municipality.
    ClosureId,
    /// An appointment, from the reservation on: a reservation that is booked keeps its id.
    AppointmentId,
    /// An entry in the history of an appointment.
    AppointmentEventId,
    /// A person whose data is kept, and whose data key encrypts it.
    SubjectId,
    /// A recipient of personal data.
    RecipientId,
    /// An announced change of a recipient.
    RecipientChangeId,
    /// A queued piece of work.
    JobId,
    /// A mail or SMS that is to be sent.
    MessageId,
    /// An account: a citizen's, or that of somebody of the office.
    AccountId,
    /// A code that was sent, to confirm an address or to sign in.
    AccountCodeId,
    /// An attempt to sign in.
    SignInId,
    /// A request about somebody's data.
    PrivacyRequestId,
    /// A passkey of an account.
    PasskeyId,
    /// An entry of the audit trail.
    AuditEntryId,
    /// An access key of the office.
    AccessKeyId,
    /// A change of the calendar: a draft, or what it has become.
    CalendarChangeId,
    /// An import of another system's calendar.
    CalendarImportId,
    /// What the office says about a change of an appointment.
    OfficeNoteId,
    /// Access to people's data that the operator was given for some hours.
    SupportGrantId,
    /// An incident of data protection.
    IncidentId,
}

impl TenantId {
    /// The operator's own realm, at `ops.<base domain>`: its people have their accounts there, and it serves no citizens.
    pub const PLATFORM: Self = Self(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_006f_7073));

    /// Whether it is the operator's own realm.
    pub fn is_platform(self) -> bool {
        self == Self::PLATFORM
    }
}

fn uuid_v7(clock: &dyn Clock, chance: &dyn Chance) -> Uuid {
    let millis = u64::try_from(clock.now().timestamp_millis()).unwrap_or_default();
    let mut random = [0u8; 10];
    chance.fill(&mut random);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}
