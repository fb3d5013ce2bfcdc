//! Dates, instants, lists of times and languages on the wire.

use async_graphql::{Enum, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{FixedOffset, NaiveDate, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;

use super::errors::ApiError;

/// Entries that one page of a list may have.
const LONGEST_PAGE: u32 = 50;

/// How many entries a page of a list has.
pub(crate) fn page_size(first: u32) -> Result<usize, ApiError> {
    if (1..=LONGEST_PAGE).contains(&first) {
        return Ok(first as usize);
    }
    let (field, limit) = (Some("first"), Some(LONGEST_PAGE));
    Err(ApiError::BadInput { field, key: "first-range", limit })
}

/// A day of the municipality's calendar, `2026-11-22`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Date(pub NaiveDate);

/// A day of the municipality's calendar, `2026-11-22`.
#[Scalar(name = "Date")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => {
                Self::read(text).ok_or_else(|| InputValueError::expected_type(value))
            }
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(text) if Self::read(text).is_some())
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%Y-%m-%d").to_string())
    }
}

impl Date {
    fn read(text: &str) -> Option<Self> {
        // chrono alone would take "2026-1-2" and years of any length
        let shape = text.len() == 10 && text.is_ascii();
        shape.then(|| text.parse().ok().map(Self)).flatten()
    }
}

/// An instant, RFC 3339 with offset: `2026-12-08T09:15:00+01:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DateTime(pub chrono::DateTime<FixedOffset>);

/// An instant, RFC 3339 with offset: `2026-12-08T09:15:00+01:00`.
#[Scalar(name = "DateTime")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => {
                Self::read(text).ok_or_else(|| InputValueError::expected_type(value))
            }
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(text) if Self::read(text).is_some())
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::Secs, false))
    }
}

impl DateTime {
    fn read(text: &str) -> Option<Self> {
        chrono::DateTime::parse_from_rfc3339(text).ok().map(Self)
    }

    /// The instant with the offset of the municipality's wall clocks.
    pub(crate) fn local(at: chrono::DateTime<Utc>, zone: Tz) -> Self {
        Self(zone.from_utc_datetime(&at.naive_utc()).fixed_offset())
    }
}

/// The day's start times in one value, `["08:00", "08:15", …]`: the fast way to show a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LocalTimes(pub Vec<String>);

/// The day's start times in one value, `["08:00", "08:15", …]`: the fast way to show a calendar.
#[Scalar(name = "LocalTimes")]
impl ScalarType for LocalTimes {
    fn parse(value: Value) -> InputValueResult<Self> {
        // Only ever sent by the server.
        Err(InputValueError::expected_type(value))
    }

    fn to_value(&self) -> Value {
        Value::List(self.0.iter().cloned().map(Value::String).collect())
    }
}

/// A language of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "kernel::Locale")]
pub(crate) enum Locale {
    /// German.
    De,
    /// English.
    En,
    /// Easy-to-read German (Leichte Sprache).
    DeLeicht,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_carry_the_local_offset() {
        let zone = chrono_tz::Europe::Berlin;
        let winter = DateTime::local("2026-12-08T08:15:00Z".parse().unwrap(), zone);
        assert_eq!(winter.to_value(), Value::String("2026-12-08T09:15:00+01:00".to_owned()));
        let summer = DateTime::local("2026-07-08T08:15:00Z".parse().unwrap(), zone);
        assert_eq!(summer.to_value(), Value::String("2026-07-08T10:15:00+02:00".to_owned()));
    }

    #[test]
    fn only_whole_dates_are_dates() {
        for wrong in
            ["2026-02-30", "2026-1-2", "08.12.2026", "", "+12026-01-01", "2026-12-08T00:00:00Z"]
        {
            assert!(!Date::is_valid(&Value::String(wrong.to_owned())), "{wrong}");
        }
        assert!(Date::is_valid(&Value::String("2026-12-08".to_owned())));
        assert!(!DateTime::is_valid(&Value::String("2026-12-08T09:15:00".to_owned())));
    }
}
