//! Which times are free.

use async_graphql::{ComplexObject, Context, Enum, ID, InputObject, Object, SimpleObject};
use kernel::LocationId;
use portal::Words;
use scheduling::Why;

use super::{
    errors::ApiError,
    reading::Reading,
    reasons::{Alternative, DayReason, Release, TimeRange},
    scalars::{Date, DateTime, LocalTimes},
    services::{Location, ServiceItemInput, location_id},
};

/// For what, where and when times are looked for.
#[derive(Debug, InputObject)]
pub(crate) struct AvailabilityInput {
    /// The visit: each service once.
    items: Vec<ServiceItemInput>,
    /// Where; everywhere when null or empty.
    location_ids: Option<Vec<ID>>,
    /// First day.
    from: Date,
    /// Last day, at most 62 days in all.
    to: Date,
    /// Who books. `PHONE` is for who serves citizens.
    #[graphql(default_with = "Channel::Online")]
    channel: Channel,
}

/// A way to an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum Channel {
    /// The citizen books.
    Online,
    /// The office books for somebody who calls.
    Phone,
}

impl From<Channel> for scheduling::Channel {
    fn from(channel: Channel) -> Self {
        match channel {
            Channel::Online => Self::Online,
            Channel::Phone => Self::Phone,
        }
    }
}

/// Free times of a visit.
#[derive(Debug)]
pub(crate) struct Availability {
    duration_minutes: u32,
    /// Read only when days were asked for.
    days: Vec<scheduling::Day>,
    /// What is to say about each of them; read only when that was asked for.
    whys: Vec<Why>,
    query: scheduling::AvailabilityQuery,
}

/// Free times of a visit.
#[Object]
impl Availability {
    /// Minutes that the visit takes.
    async fn duration_minutes(&self) -> u32 {
        self.duration_minutes
    }

    /// Each day that was asked for, in order.
    #[graphql(complexity = "10 * (1 + child_complexity)")]
    async fn days(&self) -> Vec<AvailabilityDay<'_>> {
        let whys = self.whys.iter().map(Some).chain(std::iter::repeat(None));
        let minutes = self.duration_minutes;
        self.days.iter().zip(whys).map(|(day, why)| AvailabilityDay { day, why, minutes }).collect()
    }

    /// When new days can be booked; null when none ever will.
    async fn next_release(&self, ctx: &Context<'_>) -> Option<Release> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        let next = scheduling::next_release(&visit.ctx, &visit.town)?;
        Some(Release::new(&next, reading))
    }

    /// The last day that can be booked now. Lies in the past when nothing is released.
    async fn released_until(&self, ctx: &Context<'_>) -> Result<Date, ApiError> {
        let reading = Reading::of(ctx);
        let (visit, catalogue) = (reading.visit(), reading.catalogue().await?);
        Ok(Date(self.query.released_until(&visit.ctx, &visit.town, &catalogue)?))
    }

    /// The first free time from the first day on, also after the last day.
    async fn next(&self, ctx: &Context<'_>) -> Result<Option<Slot>, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        let catalogue = reading.catalogue().await?;
        let next =
            scheduling::next_free(&visit.ctx, reading.db(), &visit.town, &catalogue, &self.query)
                .await?;
        Ok(next.map(|start| Slot::new(&start, reading)))
    }
}

/// A day with its free times, or why it has none.
pub(crate) struct AvailabilityDay<'a> {
    day: &'a scheduling::Day,
    why: Option<&'a Why>,
    /// How long the visit takes.
    minutes: u32,
}

/// A day with its free times, or why it has none.
#[Object]
impl AvailabilityDay<'_> {
    /// The date.
    async fn date(&self) -> Date {
        Date(self.day.date)
    }

    /// Whether there are free times, and if not, why.
    async fn state(&self) -> DayState {
        self.day.state.into()
    }

    /// What can be booked, by time and then by the order of locations.
    #[graphql(complexity = "10 * (1 + child_complexity)")]
    async fn slots(&self, ctx: &Context<'_>) -> Vec<Slot> {
        let reading = Reading::of(ctx);
        self.day.starts().iter().map(|start| Slot::new(start, reading)).collect()
    }

    /// The start times of all locations, each once.
    async fn times(&self) -> LocalTimes {
        LocalTimes(self.day.clock_times())
    }

    /// Why it has no free time; null when it has.
    #[graphql(complexity = "2 + child_complexity")]
    async fn reason(&self, ctx: &Context<'_>) -> Result<Option<DayReason>, ApiError> {
        let Some((why, reason)) = self.why.and_then(|why| Some((why, why.reason.as_ref()?))) else {
            return Ok(None);
        };
        let reading = Reading::of(ctx);
        let catalogue = reading.catalogue().await?;
        let words = words(reading, &catalogue, self.minutes);
        Ok(Some(DayReason::new(why.date, reason, &words)))
    }

    /// What else there is when it has no free time, the most useful first.
    #[graphql(complexity = "4 * (1 + child_complexity)")]
    async fn alternatives(&self, ctx: &Context<'_>) -> Result<Vec<Alternative>, ApiError> {
        let reading = Reading::of(ctx);
        let catalogue = reading.catalogue().await?;
        let words = words(reading, &catalogue, self.minutes);
        let found = self.why.map(|why| why.alternatives.as_slice()).unwrap_or_default();
        Ok(found.iter().map(|one| Alternative::new(one, &words, reading)).collect())
    }

    /// When people may come without an appointment.
    #[graphql(complexity = "2 * (1 + child_complexity)")]
    async fn walk_in(&self, ctx: &Context<'_>) -> Vec<TimeRange> {
        let hours = self.why.map(|why| why.walk_in.as_slice()).unwrap_or_default();
        hours.iter().map(|hours| TimeRange::new(hours, Reading::of(ctx))).collect()
    }
}

fn words<'a>(
    reading: &'a Reading,
    catalogue: &'a scheduling::Catalogue,
    visit_minutes: u32,
) -> Words<'a> {
    let visit = reading.visit();
    let (town, locale, now) = (&*visit.town, reading.locale(), visit.ctx.now());
    Words { town, catalogue, locale, now, visit_minutes }
}

/// Whether a day has free times, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "scheduling::DayState")]
pub(crate) enum DayState {
    /// There are free times.
    Free,
    /// All times are taken.
    Full,
    /// No counter that can do this is open.
    Closed,
    /// The day is not released for booking yet.
    NotYetReleased,
    /// There are gaps, but none is long enough for this visit.
    TooShort,
    /// The day is over, or it is too soon to book online.
    Past,
}

/// A time that can be booked.
#[derive(Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Slot {
    /// From when.
    start: DateTime,
    /// Until when.
    end: DateTime,
    /// How many visits can begin then.
    remaining: u32,
    #[graphql(skip)]
    location_id: LocationId,
}

#[ComplexObject]
impl Slot {
    /// Where.
    async fn location(&self, ctx: &Context<'_>) -> Result<Location, ApiError> {
        Location::find(&Reading::of(ctx).catalogue().await?, self.location_id)
    }
}

impl Slot {
    pub(crate) fn new(start: &scheduling::Start, reading: &Reading) -> Self {
        let zone = reading.visit().town.zone();
        Self {
            start: DateTime::local(start.at, zone),
            end: DateTime::local(start.ends_at, zone),
            remaining: start.remaining,
            location_id: start.location,
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct AvailabilityQuery;

#[Object]
impl AvailabilityQuery {
    /// The free times of a visit, and for each day without any, why.
    #[graphql(complexity = "50 + child_complexity")]
    async fn availability(
        &self,
        ctx: &Context<'_>,
        input: AvailabilityInput,
    ) -> Result<Availability, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        let items = ServiceItemInput::visit(&input.items)?;
        let locations = match &input.location_ids {
            // none in particular
            Some(ids) if !ids.is_empty() => {
                Some(ids.iter().map(location_id).collect::<Result<Vec<_>, _>>()?)
            }
            _ => None,
        };
        let query = scheduling::AvailabilityQuery {
            items,
            locations,
            from: input.from.0,
            to: input.to.0,
            channel: input.channel.into(),
        };
        let catalogue = reading.catalogue().await?;
        // wrong questions are wrong whatever is asked of them
        let duration_minutes = query.duration_minutes(&catalogue)?;
        query.may_be_asked(&visit.ctx)?;
        let (context, town, db) = (&visit.ctx, &visit.town, reading.db());
        let asked = ctx.look_ahead().field("days");
        let wants_why =
            ["reason", "alternatives", "walkIn"].iter().any(|field| asked.field(field).exists());
        let (days, whys) = if wants_why {
            let outlook = scheduling::outlook(context, db, town, &catalogue, &query).await?;
            let dates = || query.from.iter_days().take_while(|date| *date <= query.to);
            let whys = dates().map(|date| outlook.why(date)).collect();
            (dates().map(|date| outlook.day(date)).collect(), whys)
        } else if asked.exists() {
            let found = scheduling::availability(context, db, town, &catalogue, &query).await?;
            (found.days, Vec::new())
        } else {
            (Vec::new(), Vec::new())
        };
        Ok(Availability { duration_minutes, days, whys, query })
    }
}
