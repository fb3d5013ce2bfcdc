//! The calendar as the office sees it: counters with their hours, and closures.

use db::TenantTx;
use kernel::{CounterId, Ctx, LocationId, ServiceId, policy};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    Catalogue, Error, OpeningClosure, OpeningException, OpeningRule,
    store::{calendar_state, offer::counter, rule_book},
};

/// A counter with its hours.
#[derive(Debug, Clone)]
pub struct CounterPlan {
    /// Its id.
    pub id: CounterId,
    /// What the office calls it.
    pub name: String,
    /// Where it is.
    pub location: LocationId,
    /// What it can do.
    pub services: Vec<ServiceId>,
    /// Its weekly hours.
    pub rules: Vec<OpeningRule>,
    /// Its hours on single dates.
    pub exceptions: Vec<OpeningException>,
}

/// The rules as they hold.
#[derive(Debug, Clone)]
pub struct Plans {
    /// Counts changes.
    pub revision: i64,
    /// Counters in service, by location and in their order.
    pub counters: Vec<CounterPlan>,
    /// Closures that are not over yet, by their first day.
    pub closures: Vec<OpeningClosure>,
}

/// Reads the rules as they hold.
pub async fn plans(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &tenant::Municipality,
    catalogue: &Catalogue,
) -> Result<Plans, Error> {
    ctx.authorize(policy::Action::ReadCalendar)?;
    let revision = calendar_state::current(tx).await?.revision;
    let mut book = rule_book::read(tx).await?;
    let today = crate::today(ctx, town);
    book.closures.retain(|closure| closure.to >= today);
    book.closures.sort_by_key(|closure| (closure.from, closure.to));
    book.exceptions.sort_by_key(|exception| (exception.day, exception.hours.from));
    book.rules.sort_by_key(|rule| (rule.weekday, rule.hours.from));
    let rows = counter::Entity::find()
        .filter(counter::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(counter::Column::Active.eq(true))
        .order_by_asc(counter::Column::Position)
        .all(tx)
        .await?;
    let mut counters = Vec::new();
    for place in &catalogue.locations {
        for row in rows.iter().filter(|row| row.location_id == place.id.uuid()) {
            let id = CounterId::from(row.id);
            let can = catalogue.counters.iter().find(|known| known.id == id);
            let own = book.rules.iter().filter(|rule| rule.counter == id);
            let dates = book.exceptions.iter();
            let dates = dates.filter(|date| date.counter == id && date.day >= today);
            counters.push(CounterPlan {
                id,
                name: row.name.clone(),
                location: place.id,
                services: can
                    .map(|known| known.services.iter().copied().collect())
                    .unwrap_or_default(),
                rules: own.cloned().collect(),
                exceptions: dates.cloned().collect(),
            });
        }
    }
    Ok(Plans { revision, counters, closures: book.closures })
}
