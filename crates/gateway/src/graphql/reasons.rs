//! Why a day has no free time, and what else there is.

use async_graphql::{ComplexObject, Context, Enum, SimpleObject};
use kernel::LocationId;
use portal::Words;

use super::{
    availability::Slot,
    errors::ApiError,
    reading::Reading,
    scalars::{Date, DateTime},
    services::Location,
};

/// Why a day has no free time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum DayReasonCode {
    /// The day, or what was open of it, is over.
    Over,
    /// There was time to book it, until `bookableUntil`.
    TooSoon,
    /// Somebody has closed; `closure` says why.
    Closure,
    /// A public holiday, or a day that the municipality keeps like one.
    Holiday,
    /// No hours on such days.
    NoHours,
    /// Open, but not for this way to book.
    OtherChannels,
    /// Can be booked from `releasedAt` on.
    NotYetReleased,
    /// All times are taken.
    AllBooked,
    /// There are gaps, but none is longer than `fittingMinutes`.
    TooShort,
    /// What this way to book may fill is full; the rest can be booked from `releasedAt` on.
    ContingentUsed,
}

/// Why a day has no free time. Can say more than the day's state: a holiday is one, released or not.
#[derive(Debug, SimpleObject)]
pub(crate) struct DayReason {
    /// For programs.
    code: DayReasonCode,
    /// For people, in the request's language.
    text: String,
    /// From when on the day, or the rest of it, can be booked.
    released_at: Option<DateTime>,
    /// Until when it could be booked.
    bookable_until: Option<DateTime>,
    /// The name of the holiday.
    holiday: Option<String>,
    /// Why somebody has closed.
    closure: Option<String>,
    /// The longest visit that would still fit.
    fitting_minutes: Option<u32>,
}

/// Days that are released together.
#[derive(Debug, SimpleObject)]
pub(crate) struct Release {
    /// From then on they can be booked.
    at: DateTime,
    /// The first of them.
    from: Date,
    /// The last of them.
    to: Date,
}

/// What kind of alternative it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum AlternativeKind {
    /// A free time at a place that was not asked for: `slot`.
    OtherLocation,
    /// The next free time after the day: `slot`.
    LaterDay,
    /// New days come: `release`.
    NextRelease,
    /// Somebody answers the phone: `phone`.
    Phone,
    /// People may come without an appointment: `walkIn`.
    WalkIn,
}

/// What else there is, instead of a day without free times.
#[derive(Debug, SimpleObject)]
pub(crate) struct Alternative {
    /// What kind it is.
    kind: AlternativeKind,
    /// For people, in the request's language.
    text: String,
    /// A time that can be booked.
    slot: Option<Slot>,
    /// The next release.
    release: Option<Release>,
    /// The office's number.
    phone: Option<String>,
    /// Whether the day has free times for callers.
    phone_has_times: Option<bool>,
    /// Hours without an appointment.
    walk_in: Option<TimeRange>,
}

/// Hours of a location.
#[derive(Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct TimeRange {
    /// From when.
    start: DateTime,
    /// Until when.
    end: DateTime,
    #[graphql(skip)]
    location_id: LocationId,
}

#[ComplexObject]
impl TimeRange {
    /// Where.
    async fn location(&self, ctx: &Context<'_>) -> Result<Location, ApiError> {
        Location::find(&Reading::of(ctx).catalogue().await?, self.location_id)
    }
}

impl TimeRange {
    pub(crate) fn new(hours: &scheduling::PlaceHours, reading: &Reading) -> Self {
        let zone = reading.visit().town.zone();
        Self {
            start: DateTime::local(hours.from, zone),
            end: DateTime::local(hours.to, zone),
            location_id: hours.location,
        }
    }
}

impl Release {
    pub(crate) fn new(release: &scheduling::Released, reading: &Reading) -> Self {
        Self {
            at: DateTime::local(release.at, reading.visit().town.zone()),
            from: Date(release.from),
            to: Date(release.to),
        }
    }
}

impl DayReason {
    pub(crate) fn new(
        date: chrono::NaiveDate,
        reason: &scheduling::Reason,
        words: &Words<'_>,
    ) -> Self {
        use scheduling::Reason;
        let at = |at: chrono::DateTime<chrono::Utc>| DateTime::local(at, words.town.zone());
        let mut told = Self {
            code: DayReasonCode::Over,
            text: words.sentence(date, reason),
            released_at: None,
            bookable_until: None,
            holiday: None,
            closure: None,
            fitting_minutes: None,
        };
        told.code = match reason {
            Reason::Over => DayReasonCode::Over,
            Reason::TooSoon { until, remainder } => {
                told.bookable_until = Some(at(*until));
                told.released_at = remainder.map(at);
                DayReasonCode::TooSoon
            }
            Reason::Closure(reason) => {
                told.closure = Some(reason.get(words.locale).to_owned());
                DayReasonCode::Closure
            }
            Reason::Holiday(holiday) => {
                told.holiday = Some(holiday.name(words.locale).to_owned());
                DayReasonCode::Holiday
            }
            Reason::NoHours => DayReasonCode::NoHours,
            Reason::OtherChannels => DayReasonCode::OtherChannels,
            Reason::NotYetReleased { at: released } => {
                told.released_at = Some(at(*released));
                DayReasonCode::NotYetReleased
            }
            Reason::AllBooked => DayReasonCode::AllBooked,
            Reason::TooShort { minutes } => {
                told.fitting_minutes = Some(*minutes);
                DayReasonCode::TooShort
            }
            Reason::ContingentUsed { opens } => {
                told.released_at = opens.map(at);
                DayReasonCode::ContingentUsed
            }
        };
        told
    }
}

impl Alternative {
    pub(crate) fn new(
        alternative: &scheduling::Alternative,
        words: &Words<'_>,
        reading: &Reading,
    ) -> Self {
        use scheduling::Alternative as Found;
        let mut told = Self {
            kind: AlternativeKind::Phone,
            text: words.alternative(alternative),
            slot: None,
            release: None,
            phone: None,
            phone_has_times: None,
            walk_in: None,
        };
        told.kind = match alternative {
            Found::Elsewhere(start) => {
                told.slot = Some(Slot::new(start, reading));
                AlternativeKind::OtherLocation
            }
            Found::Later(start) => {
                told.slot = Some(Slot::new(start, reading));
                AlternativeKind::LaterDay
            }
            Found::Release(release) => {
                told.release = Some(Release::new(release, reading));
                AlternativeKind::NextRelease
            }
            Found::Phone { number, has_times } => {
                told.phone = Some(number.clone());
                told.phone_has_times = Some(*has_times);
                AlternativeKind::Phone
            }
            Found::WalkIn(hours) => {
                told.walk_in = Some(TimeRange::new(hours, reading));
                AlternativeKind::WalkIn
            }
        };
        told
    }
}
