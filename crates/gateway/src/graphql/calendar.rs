//! The calendar as the office sees it: hours, closures, drafts and what they would do.

use async_graphql::{
    ComplexObject, Context, Enum, ID, Object, SimpleObject,
    connection::{Connection, Edge, EmptyFields},
};
use kernel::{CalendarChangeId, LocationId, ServiceId};
use scheduling::{OpeningHours, Week};

use super::{
    booking::Appointment,
    errors::ApiError,
    reading::Reading,
    scalars::{Date, DateTime},
    services::{Location, Service},
};

/// Changes that one page of the list may have.
const MOST_CHANGES: u32 = 50;

/// Who may use hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "scheduling::Channel")]
pub(crate) enum OpeningChannel {
    /// The citizen books.
    Online,
    /// The office books for somebody who calls.
    Phone,
    /// People come without an appointment.
    WalkIn,
}

/// A text in the languages of the service.
#[derive(Debug, SimpleObject)]
pub(crate) struct Texts {
    /// German.
    de: String,
    /// English.
    en: String,
}

impl Texts {
    fn new(text: &kernel::LocalizedText) -> Self {
        let get = |locale| text.get(locale).to_owned();
        Self { de: get(kernel::Locale::De), en: get(kernel::Locale::En) }
    }
}

/// A stretch of a day on the wall clock.
#[derive(Debug, SimpleObject)]
pub(crate) struct TimeSpan {
    /// `08:00`
    from: String,
    /// `12:30`; `24:00` is the end of the day.
    to: String,
}

impl TimeSpan {
    fn new((from, to): (u32, u32)) -> Self {
        Self { from: OpeningHours::clock(from), to: OpeningHours::clock(to) }
    }
}

/// What is open on a day.
#[derive(Debug, SimpleObject)]
pub(crate) struct OpeningHoursOfDay {
    /// `08:00`
    from: String,
    /// `16:00`; `24:00` is the end of the day.
    to: String,
    /// When nobody is served in between.
    breaks: Vec<TimeSpan>,
    /// For whom.
    channels: Vec<OpeningChannel>,
}

impl OpeningHoursOfDay {
    fn new(hours: &OpeningHours) -> Self {
        let span = TimeSpan::new((hours.from, hours.to));
        Self {
            from: span.from,
            to: span.to,
            breaks: hours.breaks.iter().copied().map(TimeSpan::new).collect(),
            channels: hours.channels.iter().copied().map(Into::into).collect(),
        }
    }
}

/// A weekly opening of a counter.
#[derive(Debug, SimpleObject)]
pub(crate) struct OpeningRule {
    /// 1 is Monday.
    weekday: u32,
    /// What is open.
    hours: OpeningHoursOfDay,
    /// First day on which it holds.
    valid_from: Option<Date>,
    /// Last day on which it holds.
    valid_to: Option<Date>,
    /// 2 is every second week.
    every_weeks: u32,
    /// A day of a week in which it holds, to count from.
    anchor: Option<Date>,
    /// 1 is the first such weekday of the month, -1 the last; empty is each of them.
    month_weeks: Vec<i32>,
    /// Whether it holds on public holidays, too.
    on_holidays: bool,
}

impl OpeningRule {
    fn new(rule: &scheduling::OpeningRule) -> Self {
        Self {
            weekday: rule.weekday,
            hours: OpeningHoursOfDay::new(&rule.hours),
            valid_from: rule.valid_from.map(Date),
            valid_to: rule.valid_to.map(Date),
            every_weeks: rule.rhythm.every_weeks,
            anchor: rule.rhythm.anchor.map(Date),
            month_weeks: rule.rhythm.month_weeks.clone(),
            on_holidays: rule.on_holidays,
        }
    }
}

/// The hours of a counter on one date, instead of its weekly ones.
#[derive(Debug, SimpleObject)]
pub(crate) struct OpeningDay {
    /// The counter.
    counter_id: ID,
    /// The date.
    day: Date,
    /// What is open; empty in a change lets the weekly hours hold again.
    hours: Vec<OpeningHoursOfDay>,
}

/// Days on which a counter, a location or everything is closed.
#[derive(Debug, SimpleObject)]
pub(crate) struct Closure {
    /// Where; everywhere when null.
    location_id: Option<ID>,
    /// Which counter; all of them when null.
    counter_id: Option<ID>,
    /// First day.
    from: Date,
    /// Last day.
    to: Date,
    /// Why, for everybody who looks for a time.
    reason: Option<Texts>,
}

impl Closure {
    fn new(closure: &scheduling::OpeningClosure) -> Self {
        let closing = scheduling::Closing::of(closure);
        Self { reason: Some(Texts::new(&closure.reason)), ..Self::of(&closing) }
    }

    fn of(closing: &scheduling::Closing) -> Self {
        Self {
            location_id: closing.location.map(|id| ID(id.to_string())),
            counter_id: closing.counter.map(|id| ID(id.to_string())),
            from: Date(closing.from),
            to: Date(closing.to),
            reason: None,
        }
    }
}

/// A counter in service.
#[derive(Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Counter {
    /// Opaque.
    id: ID,
    /// What the office calls it.
    name: String,
    /// Its weekly hours.
    rules: Vec<OpeningRule>,
    /// Its hours on single dates from today on.
    exceptions: Vec<OpeningDay>,
    #[graphql(skip)]
    location_id: LocationId,
    #[graphql(skip)]
    can: Vec<ServiceId>,
}

#[ComplexObject]
impl Counter {
    /// Where it is.
    async fn location(&self, ctx: &Context<'_>) -> Result<Location, ApiError> {
        Location::find(&Reading::of(ctx).catalogue().await?, self.location_id)
    }

    /// What it can do.
    #[graphql(complexity = "10 * (1 + child_complexity)")]
    async fn services(&self, ctx: &Context<'_>) -> Result<Vec<Service>, ApiError> {
        let catalogue = Reading::of(ctx).catalogue().await?;
        self.can.iter().map(|id| Service::find(&catalogue, *id)).collect()
    }
}

/// The weekly hours of a counter, in the place of all that it has.
#[derive(Debug, SimpleObject)]
pub(crate) struct CounterWeek {
    /// The counter.
    counter_id: ID,
    /// Its hours.
    rules: Vec<OpeningRule>,
}

/// What has become of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "scheduling::ChangeState")]
pub(crate) enum CalendarChangeState {
    /// Nothing yet.
    Draft,
    /// It holds.
    Published,
    /// It held and was taken back.
    Undone,
}

/// A change of hours and closures: a draft, or what has become of it.
#[derive(Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct CalendarChange {
    /// Opaque.
    id: ID,
    /// What the office calls it.
    title: String,
    /// What has become of it.
    state: CalendarChangeState,
    /// Whether the calendar is still as it was when it was saved. A draft that is not current is saved again before it can
    /// be published.
    is_current: bool,
    /// Counters that get other weekly hours.
    weeks: Vec<CounterWeek>,
    /// Dates on which a counter gets hours of its own, or loses them.
    exceptions: Vec<OpeningDay>,
    /// New closures.
    closures: Vec<Closure>,
    /// Closures that end.
    reopened: Vec<Closure>,
    /// When it was begun.
    created_at: DateTime,
    /// When it was saved, published or undone last.
    changed_at: DateTime,
    /// When it was published.
    published_at: Option<DateTime>,
    #[graphql(skip)]
    key: CalendarChangeId,
}

impl CalendarChange {
    pub(crate) fn new(change: &scheduling::Change, is_current: bool, reading: &Reading) -> Self {
        let zone = reading.visit().town.zone();
        let edits = &change.edits;
        let week = |week: &Week| CounterWeek {
            counter_id: ID(week.counter.to_string()),
            rules: week.rules.iter().map(OpeningRule::new).collect(),
        };
        let day = |edit: &scheduling::DayEdit| OpeningDay {
            counter_id: ID(edit.counter.to_string()),
            day: Date(edit.day),
            hours: edit.hours.iter().map(OpeningHoursOfDay::new).collect(),
        };
        Self {
            id: ID(change.id.to_string()),
            title: change.title.clone(),
            state: change.state.into(),
            is_current,
            weeks: edits.weeks.iter().map(week).collect(),
            exceptions: edits.exceptions.iter().map(day).collect(),
            closures: edits.closures.iter().map(Closure::new).collect(),
            reopened: edits.reopened.iter().map(Closure::of).collect(),
            created_at: DateTime::local(change.created_at, zone),
            changed_at: DateTime::local(change.changed_at, zone),
            published_at: change.published_at.map(|at| DateTime::local(at, zone)),
            key: change.id,
        }
    }
}

#[ComplexObject]
impl CalendarChange {
    /// What a draft would do to the calendar as it is now; null for what is published.
    #[graphql(complexity = "10 + child_complexity")]
    async fn preview(&self, ctx: &Context<'_>) -> Result<Option<CalendarPreview>, ApiError> {
        if self.state != CalendarChangeState::Draft {
            return Ok(None);
        }
        let reading = Reading::of(ctx);
        let (visit, catalogue) = (reading.visit(), reading.catalogue().await?);
        let tx = reading.tx().await?;
        let found = scheduling::preview(&visit.ctx, tx, &visit.town, &catalogue, self.key).await?;
        let hits = found.hits.into_iter().map(|hit| AffectedAppointment {
            suggestion: hit.suggestion.map(|suggestion| SuggestedTime {
                start: DateTime::local(suggestion.starts_at, visit.town.zone()),
                end: DateTime::local(suggestion.ends_at, visit.town.zone()),
                is_same: suggestion.is_same,
                location_id: suggestion.location,
            }),
            appointment: Appointment::new(hit.appointment, None, reading),
        });
        let capacity = found.capacity.iter().map(|change| CapacityChange {
            day: Date(change.day),
            channel: change.channel.into(),
            minutes_won: change.minutes_won,
            minutes_lost: change.minutes_lost,
            location_id: ID(change.location.to_string()),
        });
        Ok(Some(CalendarPreview {
            affected: hits.collect(),
            capacity: capacity.collect(),
            reservations: found.reservations,
        }))
    }
}

/// What a draft would do now.
#[derive(Debug)]
pub(crate) struct CalendarPreview {
    affected: Vec<AffectedAppointment>,
    capacity: Vec<CapacityChange>,
    reservations: u32,
}

/// What a draft would do now.
#[Object]
impl CalendarPreview {
    /// Appointments whose hours go, by start.
    #[graphql(complexity = "20 * (1 + child_complexity)")]
    async fn affected(&self) -> &[AffectedAppointment] {
        &self.affected
    }

    /// Minutes won and lost.
    #[graphql(complexity = "20 * (1 + child_complexity)")]
    async fn capacity(&self) -> &[CapacityChange] {
        &self.capacity
    }

    /// Times that people hold at this moment and that would be taken from them.
    async fn reservations(&self) -> u32 {
        self.reservations
    }
}

/// An appointment whose hours go. Nobody's name is needed to decide.
#[derive(Debug, SimpleObject)]
pub(crate) struct AffectedAppointment {
    /// The appointment.
    appointment: Appointment,
    /// The nearest free time that nobody else in the list gets; null when there is none within 14 days.
    suggestion: Option<SuggestedTime>,
}

/// A free time for an appointment.
#[derive(Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct SuggestedTime {
    /// From when.
    start: DateTime,
    /// Until when.
    end: DateTime,
    /// The same place and time, at another counter: the person need not be told.
    is_same: bool,
    #[graphql(skip)]
    location_id: LocationId,
}

#[ComplexObject]
impl SuggestedTime {
    /// Where.
    async fn location(&self, ctx: &Context<'_>) -> Result<Location, ApiError> {
        Location::find(&Reading::of(ctx).catalogue().await?, self.location_id)
    }
}

/// Minutes that a channel wins and loses at a place on a day, all counters together.
#[derive(Debug, SimpleObject)]
pub(crate) struct CapacityChange {
    /// The day.
    day: Date,
    /// Where.
    location_id: ID,
    /// For whom.
    channel: OpeningChannel,
    /// Minutes that open.
    minutes_won: u32,
    /// Minutes that close.
    minutes_lost: u32,
}

#[derive(Debug, Default)]
pub(crate) struct CalendarQuery;

/// Reads a change's id as clients send it.
pub(crate) fn change_id(id: &ID) -> Result<CalendarChangeId, ApiError> {
    CalendarChangeId::parse(id).ok_or_else(ApiError::not_found)
}

#[Object]
impl CalendarQuery {
    /// Counters in service with their hours. For the office.
    #[graphql(complexity = "10 * (1 + child_complexity)")]
    async fn counters(&self, ctx: &Context<'_>) -> Result<Vec<Counter>, ApiError> {
        let plans = plans(Reading::of(ctx)).await?;
        let counter = |plan: scheduling::CounterPlan| Counter {
            rules: plan.rules.iter().map(OpeningRule::new).collect(),
            exceptions: plan
                .exceptions
                .iter()
                .map(|exception| OpeningDay {
                    counter_id: ID(exception.counter.to_string()),
                    day: Date(exception.day),
                    hours: vec![OpeningHoursOfDay::new(&exception.hours)],
                })
                .collect(),
            id: ID(plan.id.to_string()),
            name: plan.name,
            location_id: plan.location,
            can: plan.services,
        };
        Ok(plans.counters.into_iter().map(counter).collect())
    }

    /// Closures that are not over, by their first day. For the office.
    #[graphql(complexity = "5 * (1 + child_complexity)")]
    async fn closures(&self, ctx: &Context<'_>) -> Result<Vec<Closure>, ApiError> {
        Ok(plans(Reading::of(ctx)).await?.closures.iter().map(Closure::new).collect())
    }

    /// Drafts and changes of the calendar, the newest first; at most 50 at a time. For the office.
    #[graphql(complexity = "10 * (1 + child_complexity)")]
    async fn calendar_changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20)] first: u32,
        after: Option<ID>,
    ) -> Result<Connection<String, CalendarChange, EmptyFields, EmptyFields>, ApiError> {
        if !(1..=MOST_CHANGES).contains(&first) {
            let (field, limit) = (Some("first"), Some(MOST_CHANGES));
            return Err(ApiError::BadInput { field, key: "first-range", limit });
        }
        let reading = Reading::of(ctx);
        let after = after.as_ref().map(change_id).transpose()?;
        let (found, revision) =
            scheduling::changes(&reading.visit().ctx, reading.tx().await?, after, u64::from(first))
                .await?;
        let has_more = found.len() > first as usize;
        let mut connection = Connection::new(after.is_some(), has_more);
        connection.edges.extend(found.iter().take(first as usize).map(|change| {
            let is_current = change.base_revision == revision;
            Edge::new(change.id.to_string(), CalendarChange::new(change, is_current, reading))
        }));
        Ok(connection)
    }

    /// A draft or change of the calendar. For the office.
    async fn calendar_change(&self, ctx: &Context<'_>, id: ID) -> Result<CalendarChange, ApiError> {
        let reading = Reading::of(ctx);
        let (change, is_current) =
            scheduling::change(&reading.visit().ctx, reading.tx().await?, change_id(&id)?).await?;
        Ok(CalendarChange::new(&change, is_current, reading))
    }
}

async fn plans(reading: &Reading) -> Result<scheduling::Plans, ApiError> {
    let (visit, catalogue) = (reading.visit(), reading.catalogue().await?);
    Ok(scheduling::plans(&visit.ctx, reading.tx().await?, &visit.town, &catalogue).await?)
}
