//! How the service is used, as counts in which nobody can be found.

use async_graphql::{Context, ID, Object, SimpleObject};
use privacy::statistics::{self, Published, Usage};

use super::{errors::ApiError, reading::Reading, scalars::Date};

/// The use of the service up to yesterday. Counts below five are null; all others are rounded down to a multiple of five.
#[derive(Debug, SimpleObject)]
pub(crate) struct UsageStatistics {
    /// The first day.
    from: Date,
    /// The last day.
    to: Date,
    /// How often the list of services was seen.
    starts: Option<u64>,
    /// By service.
    services: Vec<ServiceUsage>,
    /// By day.
    days: Vec<DayUsage>,
    /// By part of the day.
    parts: Vec<PartUsage>,
}

/// How far people came with a service.
#[derive(Debug, SimpleObject)]
pub(crate) struct ServiceUsage {
    /// Which one; it may be gone by now.
    service_id: ID,
    /// Its times were seen.
    times: Option<u64>,
    /// The form for one's details was seen.
    details: Option<u64>,
    /// It was booked on the pages.
    booked: Option<u64>,
}

/// A day.
#[derive(Debug, SimpleObject)]
pub(crate) struct DayUsage {
    /// Which one.
    date: Date,
    /// How often times were seen.
    times: Option<u64>,
    /// How often something was booked on the pages.
    booked: Option<u64>,
}

/// A part of the day.
#[derive(Debug, SimpleObject)]
pub(crate) struct PartUsage {
    /// `morning` until noon, `afternoon` until five, `evening`.
    part: String,
    /// How often times were seen.
    times: Option<u64>,
    /// How often something was booked on the pages.
    booked: Option<u64>,
}

impl From<Usage> for UsageStatistics {
    fn from(usage: Usage) -> Self {
        let number = Published::number;
        let services = usage.services.into_iter().map(|one| ServiceUsage {
            service_id: ID(one.service.to_string()),
            times: number(one.times),
            details: number(one.details),
            booked: number(one.booked),
        });
        let days = usage.days.into_iter().map(|one| DayUsage {
            date: Date(one.day),
            times: number(one.times),
            booked: number(one.booked),
        });
        let parts = usage.parts.into_iter().map(|one| PartUsage {
            part: one.part.to_owned(),
            times: number(one.times),
            booked: number(one.booked),
        });
        Self {
            from: Date(usage.from),
            to: Date(usage.to),
            starts: number(usage.starts),
            services: services.collect(),
            days: days.collect(),
            parts: parts.collect(),
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct StatisticsQuery;

#[Object]
impl StatisticsQuery {
    /// How the service was used in the last 4, 12 or 52 weeks, up to yesterday. For the office manager, the tenant administrator
    /// and the data-protection officer.
    #[graphql(complexity = "100 + child_complexity")]
    async fn usage_statistics(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 4)] weeks: u32,
    ) -> Result<UsageStatistics, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        let tx = reading.tx().await?;
        Ok(statistics::usage(&visit.ctx, tx, &visit.town, weeks).await?.into())
    }
}
