//! The scripts of the limit, filled with the ids of this run. Ids stand in arrays from which a client takes one by its
//! number: pgbench knows numbers only, and one script means statements that are prepared once.

use anyhow::Result;

use crate::{
    errands::Offer,
    limit::{WARM_ERRANDS, fill},
    town::{Day, Place},
};

/// New in each transaction, in rising order, as the product's ids are.
const ID: &str = "(lpad(to_hex(:run::int), 8, '0') || lpad(to_hex(:n::int), 8, '0') || lpad(to_hex(:client_id::int), 16, '0'))::uuid";
/// In a statement of its own, the tenant is set by the statement itself.
const SCOPE: &str = "set_config('app.tenant_id', {{tenant}}, true) AS scope,";

const TAKE: &str = include_str!("../sql/take.sql");
const FIRM: &str = include_str!("../sql/firm.sql");
const FIND: &str = include_str!("../sql/find.sql");

/// Holds and books at random.
pub(crate) fn book(offer: &Offer) -> Result<String> {
    whole(include_str!("../sql/book.sql"), "", offer, 0, &[])
}

/// 32 clients and one day.
pub(crate) fn sellout(offer: &Offer, target: usize, warm_day: usize) -> Result<String> {
    whole(include_str!("../sql/sellout.sql"), SCOPE, offer, 0, &hot(target, warm_day))
}

/// 32 clients and one start.
pub(crate) fn hotrow(offer: &Offer, target: usize, warm_day: usize) -> Result<String> {
    whole(include_str!("../sql/hotrow.sql"), "", offer, 0, &hot(target, warm_day))
}

/// The free times of a random location: of a random day, or of so many days more from the first on.
pub(crate) fn read(offer: &Offer, days_more: usize) -> Result<String> {
    whole(include_str!("../sql/read.sql"), "", offer, days_more, &[])
}

/// Functions for `PostGraphile` that do the same with arguments instead of random choices.
pub(crate) fn of_postgraphile() -> Result<String> {
    let values = [
        ("take", TAKE.trim()),
        ("firm", FIRM.trim()),
        ("scope", ""),
        ("id", "p_id"),
        ("tenant", "p_tenant"),
        ("location", "p_location"),
        ("service", "p_service"),
        ("counters", "p_counters"),
        ("day", "p_day"),
        ("morning", "p_morning"),
        ("first_tick", "p_first"),
        ("app", crate::postgres::APP),
    ];
    let text = fill(include_str!("../peers/postgraphile.sql"), &values)?;
    Ok(text.replace(":s::int", "p_slot"))
}

fn hot(target: usize, warm_day: usize) -> [(&'static str, String); 3] {
    // arrays of Postgres begin with one
    [
        ("target", (target + 1).to_string()),
        ("warm_day", (warm_day + 1).to_string()),
        ("warm", WARM_ERRANDS.to_string()),
    ]
}

fn whole(
    template: &str,
    scope: &str,
    offer: &Offer,
    days_more: usize,
    more: &[(&str, String)],
) -> Result<String> {
    let place = |pick: fn(&Place) -> &str| array("text", offer.places.iter().map(pick), "l");
    let day = |kind, pick: fn(&Day) -> String| {
        let values: Vec<String> = offer.days.iter().map(pick).collect();
        array(kind, values.iter().map(String::as_str), "d")
    };
    let dates = |kind, days_more: usize| {
        let last = offer.days.len().saturating_sub(1);
        let date = |n: usize| offer.days.get(n.min(last)).map_or("", |day| day.date.as_str());
        match days_more {
            0 => day(kind, |day| day.date.clone()),
            more => format!("'{}'::date", date(more)),
        }
    };
    let from = match days_more {
        0 => dates("date", 0),
        _ => format!("'{}'::date", offer.days.first().map_or("", |day| day.date.as_str())),
    };
    let places = offer.places.len().to_string();
    let days = offer.days.len().to_string();
    let mut values = vec![
        // statements first: what they hold is filled afterwards
        ("take", TAKE.trim()),
        ("firm", FIRM.trim()),
        ("find", FIND.trim()),
        ("scope", scope),
        ("id", ID),
        ("places", &places),
        ("days", &days),
    ];
    let arrays = [
        ("tenant", place(|place| &place.tenant)),
        ("location", place(|place| &place.location)),
        ("service", place(|place| &place.service)),
        ("counters", place(|place| &place.counters)),
        ("day", day("date", |day| day.date.clone())),
        ("morning", day("bigint", |day| day.morning.to_string())),
        ("first_tick", day("int", |day| day.first_tick.to_string())),
        ("from", from),
        ("to", dates("date", days_more)),
    ];
    values.extend(arrays.iter().map(|(name, value)| (*name, value.as_str())));
    values.extend(more.iter().map(|(name, value)| (*name, value.as_str())));
    fill(template, &values)
}

/// The element whose number a variable of pgbench holds.
fn array<'a>(kind: &str, elements: impl Iterator<Item = &'a str>, variable: &str) -> String {
    let quoted: Vec<String> = elements.map(|element| format!("\"{element}\"")).collect();
    format!("('{{{}}}'::{kind}[])[:{variable}::int]", quoted.join(","))
}
