//! What the office sends to change the calendar.

use std::collections::HashMap;

use async_graphql::{Enum, ID, InputObject};
use chrono::Utc;
use kernel::{AppointmentId, CounterId, LocalizedText};
use scheduling::{
    Choice, Choices, Closing, DayEdit, Edits, OpeningClosure, OpeningHours, OpeningRule, Rhythm,
    Week,
};

use super::{
    calendar::OpeningChannel,
    errors::ApiError,
    scalars::{Date, DateTime},
    services::location_id,
};

/// A text in the languages of the service.
#[derive(Debug, InputObject)]
pub(crate) struct TextsInput {
    /// German.
    de: String,
    /// English; people who read English get the German text without it.
    en: Option<String>,
}

impl From<TextsInput> for LocalizedText {
    fn from(input: TextsInput) -> Self {
        let text = Self::german(input.de);
        match input.en.filter(|english| !english.trim().is_empty()) {
            Some(english) => text.with(kernel::Locale::En, english),
            None => text,
        }
    }
}

/// A stretch of a day on the wall clock, in steps of 5 minutes.
#[derive(Debug, InputObject)]
pub(crate) struct TimeSpanInput {
    /// `08:00`
    from: String,
    /// `12:30`; `24:00` is the end of the day.
    to: String,
}

impl TimeSpanInput {
    /// What is no time of a day is found by the check of the hours, which names the field.
    fn minutes(&self) -> (u32, u32) {
        let read = |text: &str| OpeningHours::minute(text).unwrap_or(1441);
        (read(&self.from), read(&self.to))
    }
}

/// What is open on a day.
#[derive(Debug, InputObject)]
pub(crate) struct OpeningHoursInput {
    /// From when and until when.
    span: TimeSpanInput,
    /// When nobody is served in between.
    #[graphql(default)]
    breaks: Vec<TimeSpanInput>,
    /// For whom; online and phone when null.
    channels: Option<Vec<OpeningChannel>>,
}

impl From<OpeningHoursInput> for OpeningHours {
    fn from(input: OpeningHoursInput) -> Self {
        let (from, to) = input.span.minutes();
        let by_appointment = || vec![OpeningChannel::Online, OpeningChannel::Phone];
        let channels = input.channels.unwrap_or_else(by_appointment);
        Self {
            from,
            to,
            breaks: input.breaks.iter().map(TimeSpanInput::minutes).collect(),
            channels: channels.into_iter().map(Into::into).collect(),
        }
    }
}

/// A weekly opening.
#[derive(Debug, InputObject)]
pub(crate) struct OpeningRuleInput {
    /// 1 is Monday.
    weekday: u32,
    /// What is open.
    hours: OpeningHoursInput,
    /// First day on which it holds.
    valid_from: Option<Date>,
    /// Last day on which it holds.
    valid_to: Option<Date>,
    /// 2 is every second week, counted from the week of `anchor`.
    #[graphql(default = 1)]
    every_weeks: u32,
    /// A day of a week in which it holds.
    anchor: Option<Date>,
    /// 1 is the first such weekday of the month, -1 the last; empty is each of them.
    #[graphql(default)]
    month_weeks: Vec<i32>,
    /// Whether it holds on public holidays, too.
    #[graphql(default)]
    on_holidays: bool,
}

impl OpeningRuleInput {
    fn rule(self, counter: CounterId) -> OpeningRule {
        OpeningRule {
            counter,
            weekday: self.weekday,
            hours: self.hours.into(),
            valid_from: self.valid_from.map(|date| date.0),
            valid_to: self.valid_to.map(|date| date.0),
            rhythm: Rhythm {
                every_weeks: self.every_weeks,
                anchor: self.anchor.map(|date| date.0),
                month_weeks: self.month_weeks,
            },
            on_holidays: self.on_holidays,
        }
    }
}

/// The weekly hours of a counter, in the place of all that it has.
#[derive(Debug, InputObject)]
pub(crate) struct CounterWeekInput {
    /// The counter.
    counter_id: ID,
    /// Its hours; none closes it.
    rules: Vec<OpeningRuleInput>,
}

/// The hours of a counter on one date.
#[derive(Debug, InputObject)]
pub(crate) struct OpeningDayInput {
    /// The counter.
    counter_id: ID,
    /// The date.
    day: Date,
    /// What is open; none lets the weekly hours hold again.
    hours: Vec<OpeningHoursInput>,
}

/// Days on which a counter, a location or everything is closed.
#[derive(Debug, InputObject)]
pub(crate) struct ClosureInput {
    /// Where; everywhere when null.
    location_id: Option<ID>,
    /// Which counter; all of them when null.
    counter_id: Option<ID>,
    /// First day.
    from: Date,
    /// Last day.
    to: Date,
    /// Why, for everybody who looks for a time.
    reason: TextsInput,
}

/// A closure that ends, by what it closes.
#[derive(Debug, InputObject)]
pub(crate) struct ReopenedInput {
    /// Where; everywhere when null.
    location_id: Option<ID>,
    /// Which counter; all of them when null.
    counter_id: Option<ID>,
    /// First day.
    from: Date,
    /// Last day.
    to: Date,
}

/// A draft as a whole: what is not in it any more is not changed.
#[derive(Debug, InputObject)]
pub(crate) struct SaveCalendarChangeInput {
    /// The draft that is written anew; a new one when null.
    pub(crate) id: Option<ID>,
    /// What the office calls it.
    pub(crate) title: String,
    /// Counters that get other weekly hours.
    #[graphql(default)]
    weeks: Vec<CounterWeekInput>,
    /// Dates on which a counter gets hours of its own, or loses them.
    #[graphql(default)]
    exceptions: Vec<OpeningDayInput>,
    /// New closures.
    #[graphql(default)]
    closures: Vec<ClosureInput>,
    /// Closures that end.
    #[graphql(default)]
    reopened: Vec<ReopenedInput>,
}

/// Reads a counter's id as clients send it.
pub(crate) fn counter_id(id: &ID) -> Result<CounterId, ApiError> {
    CounterId::parse(id).ok_or_else(ApiError::not_found)
}

impl SaveCalendarChangeInput {
    pub(crate) fn edits(self) -> Result<Edits, ApiError> {
        let mut edits = Edits::default();
        for week in self.weeks {
            let counter = counter_id(&week.counter_id)?;
            let rules = week.rules.into_iter().map(|rule| rule.rule(counter)).collect();
            edits.weeks.push(Week { counter, rules });
        }
        for edit in self.exceptions {
            edits.exceptions.push(DayEdit {
                counter: counter_id(&edit.counter_id)?,
                day: edit.day.0,
                hours: edit.hours.into_iter().map(Into::into).collect(),
            });
        }
        for closure in self.closures {
            edits.closures.push(OpeningClosure {
                location: closure.location_id.as_ref().map(location_id).transpose()?,
                counter: closure.counter_id.as_ref().map(counter_id).transpose()?,
                from: closure.from.0,
                to: closure.to.0,
                reason: closure.reason.into(),
            });
        }
        for closing in self.reopened {
            edits.reopened.push(Closing {
                location: closing.location_id.as_ref().map(location_id).transpose()?,
                counter: closing.counter_id.as_ref().map(counter_id).transpose()?,
                from: closing.from.0,
                to: closing.to.0,
            });
        }
        Ok(edits)
    }
}

/// What happens to an appointment whose hours go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum AppointmentDecision {
    /// It stays as it is, outside of opening hours.
    Keep,
    /// It moves to `locationId` and `start`.
    Move,
    /// It moves to the nearest free time.
    MoveToSuggestion,
    /// It moves to the nearest free time; without one it is cancelled.
    MoveOrCancel,
    /// It is cancelled.
    Cancel,
}

impl AppointmentDecision {
    /// The decision, when it needs no place and time.
    pub(crate) fn plain(self) -> Result<scheduling::Decision, ApiError> {
        Ok(match self {
            Self::Keep => scheduling::Decision::Keep,
            Self::MoveToSuggestion => scheduling::Decision::MoveToSuggestion,
            Self::MoveOrCancel => scheduling::Decision::MoveOrCancel,
            Self::Cancel => scheduling::Decision::Cancel,
            Self::Move => {
                let (field, key) = (Some("decision"), "decision-place");
                return Err(ApiError::BadInput { field, key, limit: None });
            }
        })
    }
}

/// What happens to one appointment.
#[derive(Debug, InputObject)]
pub(crate) struct DecisionInput {
    /// Which one.
    appointment_id: ID,
    /// What happens.
    decision: AppointmentDecision,
    /// Where it moves.
    location_id: Option<ID>,
    /// To when it moves.
    start: Option<DateTime>,
    /// What this person reads instead of the note for all. No personal data.
    note: Option<TextsInput>,
}

/// What happens to the appointments that a change hits.
#[derive(Debug, InputObject)]
pub(crate) struct PublishCalendarChangeInput {
    /// The draft.
    pub(crate) id: ID,
    /// What happens to single appointments.
    #[graphql(default)]
    decisions: Vec<DecisionInput>,
    /// What happens to all others, those included that are booked until the change is published. When null, nothing is
    /// published as long as there are others.
    others: Option<AppointmentDecision>,
    /// What moved and cancelled people read. At most 500 characters, no personal data.
    note: Option<TextsInput>,
}

impl PublishCalendarChangeInput {
    pub(crate) fn choices(self) -> Result<Choices, ApiError> {
        let mut each = HashMap::new();
        for input in self.decisions {
            let id = AppointmentId::parse(&input.appointment_id).ok_or_else(ApiError::not_found)?;
            let decision = match (input.decision, &input.location_id, input.start) {
                (AppointmentDecision::Move, Some(place), Some(start)) => {
                    scheduling::Decision::Move {
                        location: location_id(place)?,
                        start: start.0.with_timezone(&Utc),
                    }
                }
                (decision, ..) => decision.plain()?,
            };
            each.insert(id, Choice { decision, note: input.note.map(Into::into) });
        }
        Ok(Choices {
            each,
            others: self.others.map(AppointmentDecision::plain).transpose()?,
            note: self.note.map(Into::into),
        })
    }
}

/// Days to close at once.
#[derive(Debug, InputObject)]
pub(crate) struct CloseDaysInput {
    /// Where; everywhere when null.
    pub(crate) location_id: Option<ID>,
    /// Which counter; all of them when null.
    pub(crate) counter_id: Option<ID>,
    /// First day.
    pub(crate) from: Date,
    /// Last day.
    pub(crate) to: Date,
    /// Why, for everybody who looks for a time.
    pub(crate) reason: TextsInput,
    /// What moved and cancelled people read. At most 500 characters, no personal data.
    pub(crate) note: Option<TextsInput>,
    /// What happens to their appointments.
    pub(crate) decision: AppointmentDecision,
}

/// Where and when the office moves an appointment.
#[derive(Debug, InputObject)]
pub(crate) struct MoveAppointmentInput {
    /// Which one.
    pub(crate) appointment_id: ID,
    /// Where.
    pub(crate) location_id: ID,
    /// One of the offered times.
    pub(crate) start: DateTime,
    /// What the person reads. At most 500 characters, no personal data.
    pub(crate) note: Option<TextsInput>,
}

/// Which appointment the office cancels.
#[derive(Debug, InputObject)]
pub(crate) struct CancelAppointmentByOfficeInput {
    /// Which one.
    pub(crate) appointment_id: ID,
    /// What the person reads. At most 500 characters, no personal data.
    pub(crate) note: Option<TextsInput>,
}
