//! Counts in memory, adds to the database.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;
use db::{Db, Fault};
use kernel::{Actor, Chance, Clock, Ctx, Locale, RequestId, ServiceId, TenantId, spoken};
use sea_orm::prelude::Uuid;

/// How often memory is emptied.
const PAUSE: Duration = Duration::from_mins(1);
/// Different counts that memory holds at most. Real days have some hundred; more would be somebody's doing.
const MOST: usize = 20_000;

/// A step of booking that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The list of services was seen.
    Start,
    /// A service was chosen, and its times were seen.
    Times,
    /// The form for one's details was seen.
    Details,
    /// An appointment was booked.
    Booked,
}

impl Step {
    /// All of them, in the order in which people reach them.
    pub const ALL: [Self; 4] = [Self::Start, Self::Times, Self::Details, Self::Booked];

    /// The word in the database.
    pub fn key(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Times => "times",
            Self::Details => "details",
            Self::Booked => "booked",
        }
    }

    /// Reads the word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.key() == key)
    }
}

/// The part of the day: before noon, before five, after that.
pub(super) fn part_of(at: DateTime<Utc>, zone: Tz) -> &'static str {
    match at.with_timezone(&zone).hour() {
        0..12 => "morning",
        12..17 => "afternoon",
        _ => "evening",
    }
}

/// What is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Cell {
    tenant: TenantId,
    day: NaiveDate,
    part: &'static str,
    step: Step,
    /// `None` for what belongs to no service.
    service: Option<ServiceId>,
}

/// Counts without making anybody wait. What is in memory when the process is killed is lost: these are statistics.
#[derive(Debug, Clone)]
pub struct Counter {
    db: Db,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    counts: Arc<Mutex<HashMap<Cell, u32>>>,
}

impl Counter {
    /// A counter that empties itself every minute, until the runtime ends.
    pub fn spawn(db: Db, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Self {
        let counter = Self { db, clock, chance, counts: Arc::default() };
        let emptied = Arc::downgrade(&counter.counts);
        let mut own = counter.clone();
        own.counts = Arc::default();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(PAUSE).await;
                // whoever counted is gone, and with them the reason to go on
                let Some(counts) = emptied.upgrade() else { return };
                Self { counts, ..own.clone() }.flush().await;
            }
        });
        counter
    }

    /// Counts a step, once for each service, or once when it belongs to none.
    pub fn count(&self, tenant: TenantId, zone: Tz, step: Step, services: &[ServiceId]) {
        let now = self.clock.now();
        let (day, part) = (spoken::local_day(now, zone), part_of(now, zone));
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let each: &mut dyn Iterator<Item = Option<ServiceId>> = if services.is_empty() {
            &mut std::iter::once(None)
        } else {
            &mut services.iter().copied().map(Some)
        };
        for service in each {
            let cell = Cell { tenant, day, part, step, service };
            if counts.len() < MOST || counts.contains_key(&cell) {
                let count = counts.entry(cell).or_default();
                *count = count.saturating_add(1);
            }
        }
    }

    /// Adds what was counted to the database. What cannot be added is counted again with the next time.
    pub async fn flush(&self) {
        let taken = {
            let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *counts)
        };
        let mut by_tenant: HashMap<TenantId, Vec<(Cell, u32)>> = HashMap::new();
        for (cell, count) in taken {
            by_tenant.entry(cell.tenant).or_default().push((cell, count));
        }
        for (tenant, mut cells) in by_tenant {
            // one order for all processes, so that none waits for another in a circle
            cells.sort_unstable();
            if let Err(error) = self.add(tenant, &cells).await {
                tracing::warn!(%error, "usage was not counted");
                let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
                for (cell, count) in cells {
                    let kept = counts.entry(cell).or_default();
                    *kept = kept.saturating_add(count);
                }
            }
        }
    }

    async fn add(&self, tenant: TenantId, cells: &[(Cell, u32)]) -> Result<(), Fault> {
        let request = RequestId(0);
        let (clock, chance) = (self.clock.clone(), self.chance.clone());
        let ctx = Ctx::new(tenant, Actor::Worker, Locale::De, request, clock, chance);
        let tx = self.db.begin(&ctx).await?;
        for (cell, count) in cells {
            tx.run(
                "INSERT INTO usage_count (tenant_id, day, part, step, service_id, count)
                 VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (tenant_id, day, part, step, service_id)
                 DO UPDATE SET count = usage_count.count + excluded.count",
                [
                    cell.day.into(),
                    cell.part.into(),
                    cell.step.key().into(),
                    cell.service.map_or(Uuid::nil(), ServiceId::uuid).into(),
                    i64::from(*count).into(),
                ],
            )
            .await?;
        }
        tx.commit().await
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Berlin;

    use super::*;

    #[test]
    fn a_day_has_three_parts_by_the_clock_on_the_wall() {
        let part = |at: &str| part_of(at.parse().unwrap(), Berlin);
        assert_eq!(part("2026-12-07T11:59:59+01:00"), "morning");
        assert_eq!(part("2026-12-07T12:00:00+01:00"), "afternoon");
        assert_eq!(part("2026-07-07T16:59:59+02:00"), "afternoon");
        assert_eq!(part("2026-07-07T17:00:00+02:00"), "evening");
    }
}
