//! What is published: whole weeks up to yesterday, by service, by day and by part of the day.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use db::TenantTx;
use kernel::{Ctx, ServiceId, policy::Action, spoken};
use sea_orm::{FromQueryResult, prelude::Uuid};
use tenant::Municipality;

use super::{
    counter::Step,
    published::{Published, protect},
};
use crate::DutyError;

/// For how many weeks numbers can be seen. Fixed spans: whoever could choose any two would see single days as differences.
pub const WEEKS: [u32; 3] = [4, 12, 52];

/// The parts of a day.
const PARTS: [&str; 3] = ["morning", "afternoon", "evening"];

/// The use of a municipality's service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// The first day.
    pub from: NaiveDate,
    /// The last day: yesterday.
    pub to: NaiveDate,
    /// How often the list of services was seen.
    pub starts: Published,
    /// By service; services without any count are not in it.
    pub services: Vec<ServiceCount>,
    /// By day, all steps of booking a service together.
    pub days: Vec<DayCount>,
    /// By part of the day.
    pub parts: Vec<PartCount>,
}

/// How far people came with a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceCount {
    /// Which one.
    pub service: ServiceId,
    /// Its times were seen.
    pub times: Published,
    /// The form for one's details was seen.
    pub details: Published,
    /// It was booked.
    pub booked: Published,
}

/// A day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCount {
    /// Which one.
    pub day: NaiveDate,
    /// How often times were seen.
    pub times: Published,
    /// How often something was booked.
    pub booked: Published,
}

/// A part of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartCount {
    /// `morning`, `afternoon`, `evening`.
    pub part: &'static str,
    /// How often times were seen.
    pub times: Published,
    /// How often something was booked.
    pub booked: Published,
}

#[derive(FromQueryResult)]
struct Row {
    day: NaiveDate,
    part: String,
    step: String,
    service_id: Uuid,
    count: i64,
}

/// How the service was used in the last weeks. An unknown number of weeks is the shortest.
pub async fn usage(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    weeks: u32,
) -> Result<Usage, DutyError> {
    ctx.authorize(Action::ReadStatistics)?;
    let weeks = WEEKS.into_iter().find(|known| *known == weeks).unwrap_or(WEEKS[0]);
    let today = spoken::local_day(ctx.now(), town.zone());
    let to = today - Days::new(1);
    let from = today - Days::new(u64::from(weeks) * 7);
    let rows = Row::find_by_statement(tx.statement(
        "SELECT day, part, step, service_id, count FROM usage_count
          WHERE tenant_id = $1 AND day >= $2 AND day <= $3",
        [from.into(), to.into()],
    ))
    .all(tx)
    .await?;
    Ok(Tally::of(&rows).publish(from, to))
}

/// Sums before anything is hidden: what is shown is decided once, at the end.
#[derive(Default)]
struct Tally {
    starts: u64,
    services: BTreeMap<Uuid, BTreeMap<Step, u64>>,
    days: BTreeMap<NaiveDate, BTreeMap<Step, u64>>,
    parts: BTreeMap<String, BTreeMap<Step, u64>>,
}

impl Tally {
    fn of(rows: &[Row]) -> Self {
        let mut tally = Self::default();
        for row in rows {
            let Some(step) = Step::from_key(&row.step) else { continue };
            let count = row.count.unsigned_abs();
            if step == Step::Start {
                tally.starts += count;
                continue;
            }
            *tally.services.entry(row.service_id).or_default().entry(step).or_default() += count;
            *tally.days.entry(row.day).or_default().entry(step).or_default() += count;
            *tally.parts.entry(row.part.clone()).or_default().entry(step).or_default() += count;
        }
        tally
    }

    fn publish(&self, from: NaiveDate, to: NaiveDate) -> Usage {
        let none = BTreeMap::new();
        let days: Vec<NaiveDate> = from.iter_days().take_while(|day| *day <= to).collect();
        let ways = |step: Step| {
            let shown = |steps: &BTreeMap<Step, u64>| {
                Published::of(steps.get(&step).copied().unwrap_or_default())
            };
            let mut ways = [
                self.services.values().map(shown).collect(),
                days.iter().map(|day| shown(self.days.get(day).unwrap_or(&none))).collect(),
                PARTS.iter().map(|part| shown(self.parts.get(*part).unwrap_or(&none))).collect(),
            ];
            protect(&mut ways);
            ways
        };
        let ([times_of, times_on, times_in], [booked_of, booked_on, booked_in]) =
            (ways(Step::Times), ways(Step::Booked));
        let [details_of, ..] = ways(Step::Details);
        let services = self.services.keys().zip(times_of).zip(details_of).zip(booked_of);
        let on_days = days.iter().zip(times_on).zip(booked_on);
        let in_parts = PARTS.into_iter().zip(times_in).zip(booked_in);
        Usage {
            from,
            to,
            starts: Published::of(self.starts),
            services: services
                .map(|(((service, times), details), booked)| ServiceCount {
                    service: (*service).into(),
                    times,
                    details,
                    booked,
                })
                .collect(),
            days: on_days
                .map(|((day, times), booked)| DayCount { day: *day, times, booked })
                .collect(),
            parts: in_parts
                .map(|((part, times), booked)| PartCount { part, times, booked })
                .collect(),
        }
    }
}
