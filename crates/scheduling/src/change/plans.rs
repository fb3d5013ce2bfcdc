//! The calendar as the office sees it: counters with their hours, and closures.

use db::TenantTx;
use kernel::{
    CounterId, Ctx, LocationId, ServiceId,
    policy::{self, Action, Reach},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    Catalogue, Error, OpeningClosure, OpeningException, OpeningRule, reach,
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
    /// Where the reader may change them.
    changeable: Reach,
}

impl Plans {
    /// Whether the reader may change what holds for a location or a counter; with neither, for the whole municipality.
    pub fn may_change(&self, location: Option<LocationId>, counter: Option<CounterId>) -> bool {
        let place_of =
            |id| self.counters.iter().find(|plan| plan.id == id).map(|plan| plan.location);
        let of_counter = counter.map(place_of);
        if (location, of_counter) == (None, None) {
            return self.changeable == Reach::Everywhere;
        }
        location.is_none_or(|place| self.changeable.includes(place))
            && of_counter.is_none_or(|place| place.is_some_and(|p| self.changeable.includes(p)))
    }
}

/// Reads the rules as they hold.
pub async fn plans(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &tenant::Municipality,
    catalogue: &Catalogue,
) -> Result<Plans, Error> {
    ctx.authorize(Action::ReadCalendar)?;
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
    let changeable = policy::reach(ctx.actor(), Action::ChangeCalendar);
    Ok(Plans { revision, counters, closures: book.closures, changeable })
}

/// Reads the hours of one counter, for who may change them: one elsewhere is not found.
pub async fn plan_to_change(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &tenant::Municipality,
    catalogue: &Catalogue,
    counter: CounterId,
) -> Result<CounterPlan, Error> {
    ctx.authorize(Action::ChangeCalendar)?;
    let plans = plans(ctx, tx, town, catalogue).await?;
    let plan = plans.counters.into_iter().find(|plan| plan.id == counter);
    let plan = plan.ok_or(Error::NotFound)?;
    reach::at(ctx, Action::ChangeCalendar, plan.location)?;
    Ok(plan)
}
