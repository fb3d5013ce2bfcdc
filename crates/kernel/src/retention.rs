//! The words of the retention schedule: kinds of data with a period of their own. How long each is kept stands in one
//! table (crate `privacy`); who owns the tables says what belongs to a kind (`db::retention`).

/// Declares the categories once: enum, list, and their words in database, metrics and files.
macro_rules! categories {
    ($($(#[doc = $doc:literal])+ $variant:ident = $key:literal;)+) => {
        /// A kind of data with a period of its own.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Category { $($(#[doc = $doc])+ $variant),+ }

        impl Category {
            /// All of them, in the order in which people read them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its word in the database, in metrics and in receipts. Never changes.
            pub fn key(self) -> &'static str {
                match self { $(Self::$variant => $key),+ }
            }

            /// Reads the word.
            pub fn from_key(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|category| category.key() == key)
            }
        }
    };
}

categories! {
    /// Appointments that took place or were missed, with their person.
    Appointment = "appointment";
    /// Appointments that were cancelled, with their person.
    CancelledAppointment = "cancelled-appointment";
    /// What a person gave without being asked to: address and date of birth.
    VoluntaryFields = "voluntary-fields";
    /// Reservations that nobody booked.
    Hold = "hold";
    /// How many open appointments an address or number has.
    PersonPlace = "person-place";
    /// Hashes against a second appointment by a second click.
    IdempotencyKey = "idempotency-key";
    /// Which message was sent when.
    Message = "message";
    /// What the office wrote about moved and cancelled appointments.
    OfficeNote = "office-note";
    /// Work that was given up.
    GivenUpJob = "given-up-job";
    /// SMS of a day, counted.
    SmsCount = "sms-count";
    /// Citizens' accounts that nobody uses.
    UnusedAccount = "unused-account";
    /// Codes that were sent to confirm an address or to sign in.
    Code = "code";
    /// Attempts to sign in.
    SignIn = "sign-in";
    /// The IP addresses of attempts to sign in.
    SignInAddress = "sign-in-address";
    /// The access log.
    AccessLog = "access-log";
    /// Sessions of browsers.
    Session = "session";
    /// Counters that limit misuse.
    LimitCounter = "limit-counter";
    /// Access keys of programs that have ended.
    AccessKey = "access-key";
    /// The audit trail.
    AuditTrail = "audit-trail";
    /// Counts of how the service is used.
    Statistics = "statistics";
    /// Grants of support to the operator that have ended.
    SupportGrant = "support-grant";
    /// The register of incidents.
    Incident = "incident";
    /// Records of requests about data that are answered.
    PrivacyRequest = "privacy-request";
    /// The ledger of erasures, and what was looked for after them.
    ErasureLedger = "erasure-ledger";
    /// Receipts of deletion.
    DeletionReceipt = "deletion-receipt";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_one_category() {
        for category in Category::ALL {
            assert_eq!(Category::from_key(category.key()), Some(*category));
            assert!(category.key().chars().all(|c| c.is_ascii_lowercase() || c == '-'));
        }
        assert_eq!(Category::from_key("for-ever"), None);
    }
}
