//! Which times are free.

use async_graphql::{ComplexObject, Context, Enum, ID, InputObject, Object, SimpleObject};
use kernel::LocationId;
use scheduling::{Channel, Item};

use super::{
    errors::ApiError,
    reading::Reading,
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
}

/// Free times of a visit.
#[derive(Debug)]
pub(crate) struct Availability {
    duration_minutes: u32,
    /// Read only when days were asked for.
    days: Vec<scheduling::Day>,
    items: Vec<Item>,
    locations: Option<Vec<LocationId>>,
    from: chrono::NaiveDate,
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
        self.days.iter().map(|day| AvailabilityDay { day }).collect()
    }

    /// The first free time from the first day on, also after the last day.
    async fn next(&self, ctx: &Context<'_>) -> Result<Option<Slot>, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        let catalogue = reading.catalogue().await?;
        let next = scheduling::next_free(
            &visit.ctx,
            reading.db(),
            &visit.town,
            &catalogue,
            &self.items,
            self.locations.as_deref(),
            self.from,
        )
        .await?;
        Ok(next.map(|start| Slot::new(&start, reading)))
    }
}

/// A day with its free times, or why it has none.
pub(crate) struct AvailabilityDay<'a> {
    day: &'a scheduling::Day,
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
    fn new(start: &scheduling::Start, reading: &Reading) -> Self {
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
            items: items.clone(),
            locations: locations.clone(),
            from: input.from.0,
            to: input.to.0,
            channel: Channel::Online,
        };
        let catalogue = reading.catalogue().await?;
        // wrong questions are wrong whatever is asked of them
        let duration_minutes = query.duration_minutes(&catalogue)?;
        let days = if ctx.look_ahead().field("days").exists() {
            let (ctx, town) = (&visit.ctx, &visit.town);
            scheduling::availability(ctx, reading.db(), town, &catalogue, &query).await?.days
        } else {
            Vec::new()
        };
        Ok(Availability { duration_minutes, days, items, locations, from: input.from.0 })
    }
}
