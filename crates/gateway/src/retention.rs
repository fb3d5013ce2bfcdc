//! Deletes what was kept long enough: every category of the schedule, in batches, with an account of each and a receipt.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use db::{Db, Fault, retention::Expiring};
use kernel::{Ctx, retention::Category};
use privacy::{
    DutyError,
    retention::{self, Period, Place, Rule, SCHEDULE, receipts},
};
use tenant::Municipality;

/// Rows of a kind that one transaction deletes at most.
pub const BATCH: u64 = 500;
/// Batches of a kind in one round: what is left waits for the next, so that catching up after days starves nobody.
pub const BATCHES: u32 = 20;
/// Later than this is worth a warning: a round or two were missed.
const LATE: TimeDelta = TimeDelta::hours(1);

/// What a round deleted, by category.
pub type Report = BTreeMap<Category, u64>;

/// What would go now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preview {
    /// What it is.
    pub category: Category,
    /// For how long the municipality keeps it.
    pub period: Period,
    /// How many rows would go.
    pub rows: u64,
    /// When the oldest row is due. `None` when there is none.
    pub next_due: Option<DateTime<Utc>>,
}

/// Everything in the database that ends, whoever owns the table.
pub fn expiring(town: &Municipality) -> Vec<Box<dyn Expiring>> {
    let mut all = db::retention::expiring();
    all.extend(scheduling::expiring(town));
    all.extend(notify::expiring());
    all.extend(identity::expiring());
    all.extend(privacy::expiring());
    all
}

/// The rules that the database keeps, each with what it deletes.
fn kept(all: &[Box<dyn Expiring>]) -> impl Iterator<Item = (&'static Rule, Vec<&dyn Expiring>)> {
    SCHEDULE.iter().filter(|rule| rule.place == Place::Database).map(|rule| {
        let of = all.iter().map(AsRef::as_ref).filter(|one| one.category() == rule.category);
        (rule, of.collect())
    })
}

/// Deletes what is due at a municipality. A category that fails does not keep the others from being deleted.
pub async fn run(db: &Db, ctx: &Ctx, town: &Municipality) -> Result<Report, Fault> {
    let all = expiring(town);
    let mut report = Report::new();
    for (rule, rows) in kept(&all) {
        match purge(db, ctx, town, rule, &rows).await {
            Ok(0) => {}
            Ok(deleted) => {
                report.insert(rule.category, deleted);
            }
            Err(error) => {
                let category = rule.category.key();
                tracing::warn!(tenant = town.slug, category, %error, "deletion failed");
            }
        }
    }
    let tx = db.begin(ctx).await?;
    receipts::close(ctx, &tx).await?;
    let states = retention::states(ctx, &tx).await.map_err(fault)?;
    tx.commit().await?;
    for state in states.iter().filter(|state| state.overdue(ctx.now()) > LATE) {
        let (category, hours) = (state.category.key(), state.overdue(ctx.now()).num_hours());
        tracing::warn!(tenant = town.slug, category, hours, "deletion is overdue");
    }
    Ok(report)
}

/// Deletes one category, batch by batch, each with its account in the same transaction.
async fn purge(
    db: &Db,
    ctx: &Ctx,
    town: &Municipality,
    rule: &Rule,
    rows: &[&dyn Expiring],
) -> Result<u64, Fault> {
    let kept = &town.settings.retention;
    let before = rule.period(kept).before(ctx.now());
    let mut deleted = 0;
    for _ in 0..BATCHES {
        let tx = db.begin(ctx).await?;
        let (mut batch, mut more, mut oldest) = (0, false, None);
        for one in rows {
            let purged = one.purge(ctx, &tx, before, BATCH).await?;
            batch += purged.rows;
            more |= purged.more;
            oldest = earlier(oldest, one.oldest(&tx).await?);
        }
        retention::note(ctx, &tx, rule.category, kept, batch, oldest).await?;
        tx.commit().await?;
        deleted += batch;
        if !more {
            break;
        }
    }
    Ok(deleted)
}

/// What would be deleted at a municipality, without deleting it.
pub async fn preview(db: &Db, ctx: &Ctx, town: &Municipality) -> Result<Vec<Preview>, Fault> {
    let all = expiring(town);
    let tx = db.begin(ctx).await?;
    let mut found = Vec::new();
    for (rule, rows) in kept(&all) {
        let period = rule.period(&town.settings.retention);
        let (mut due, mut oldest) = (0, None);
        for one in rows {
            due += one.count(&tx, period.before(ctx.now())).await?;
            oldest = earlier(oldest, one.oldest(&tx).await?);
        }
        let next_due = oldest.map(|since| period.after(since));
        found.push(Preview { category: rule.category, period, rows: due, next_due });
    }
    tx.commit().await?;
    Ok(found)
}

fn earlier(one: Option<DateTime<Utc>>, other: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    [one, other].into_iter().flatten().min()
}

fn fault(error: DutyError) -> Fault {
    match error {
        DutyError::Fault(fault) => fault,
        other => Fault::Refused(other.to_string()),
    }
}
