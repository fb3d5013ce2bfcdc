//! The closed list of error codes, and what every error that reaches a person must say.

use crate::{Locale, text};

/// Declares the codes once: enum, wire names, list.
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $wire:literal),+ $(,)?) => {
        /// What went wrong, for programs. Closed list; `docs/errors.md` is generated from it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode { $($(#[doc = $doc])+ $variant),+ }

        impl ErrorCode {
            /// All codes, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name in `extensions.code`.
            pub fn wire(self) -> &'static str {
                match self { $(Self::$variant => $wire),+ }
            }

            /// What the code means, for the documentation.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+).trim_ascii()),+ }
            }
        }
    };
}

codes! {
    /// A value cannot be used as it was given. `extensions.field` names it where there is one.
    BadInput = "BAD_INPUT",
    /// There is no such thing here: it never existed, is gone, or belongs to another municipality.
    NotFound = "NOT_FOUND",
    /// The request carries credentials that are not valid (any more).
    Unauthenticated = "UNAUTHENTICATED",
    /// The actor may not do this, or a cookie's mutation came without this site's own `Origin`.
    Forbidden = "FORBIDDEN",
    /// The time was free when it was shown and is taken now. Choose another one.
    SlotTaken = "SLOT_TAKEN",
    /// The reservation ran out before it was booked. Reserve again.
    ReservationExpired = "RESERVATION_EXPIRED",
    /// A limit of the municipality is reached, such as appointments per person or one extension per reservation.
    LimitReached = "LIMIT_REACHED",
    /// Too many requests from one place in a short time. `extensions.retryAfterSeconds` says when to come back.
    RateLimited = "RATE_LIMITED",
    /// The request contradicts what is there: an idempotency key with other content, a cancelled appointment.
    Conflict = "CONFLICT",
    /// Many people want the same thing at this moment. The same request may succeed in a second.
    Busy = "BUSY",
    /// The service cannot answer now, for example because its database is restarting.
    Unavailable = "UNAVAILABLE",
    /// A fault on our side. The request id leads to the log entry.
    Internal = "INTERNAL",
}

impl ErrorCode {
    /// Whether the same request may succeed when it is simply sent again.
    pub fn retryable(self) -> bool {
        matches!(self, Self::RateLimited | Self::Busy | Self::Unavailable)
    }

    /// The HTTP status that pages answer with. GraphQL answers 200 with an `errors` entry.
    pub fn status(self) -> u16 {
        match self {
            Self::BadInput => 422,
            Self::NotFound => 404,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::SlotTaken | Self::ReservationExpired | Self::LimitReached | Self::Conflict => 409,
            Self::RateLimited => 429,
            Self::Busy | Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }

    /// The key of the sentence that is said when an error has none of its own.
    pub fn text_key(self) -> &'static str {
        match self {
            Self::BadInput => "bad-input",
            Self::NotFound => "not-found",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::SlotTaken => "slot-taken",
            Self::ReservationExpired => "reservation-expired",
            Self::LimitReached => "limit-reached",
            Self::RateLimited => "rate-limited",
            Self::Conflict => "conflict",
            Self::Busy => "busy",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }
}

/// An error that a person or a program outside may see.
///
/// `Display` of the error is for the log; people get [`PublicError::message`], which knows no internals.
pub trait PublicError: std::error::Error {
    /// The code for programs.
    fn code(&self) -> ErrorCode;

    /// The key of the sentence in `crates/kernel/locales/*.ftl`.
    fn text_key(&self) -> &'static str {
        self.code().text_key()
    }

    /// Numbers and names that the sentence mentions. Never personal data.
    fn text_args(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// The input field that the person can correct, in the API's spelling (`contact.email`).
    fn field(&self) -> Option<&str> {
        None
    }

    /// The sentence for the person, in their language.
    fn message(&self, locale: Locale) -> String {
        let args = self.text_args();
        let args: Vec<(&str, &str)> = args.iter().map(|(k, v)| (*k, v.as_str())).collect();
        text::errors().say_with(locale, self.text_key(), &args)
    }
}
