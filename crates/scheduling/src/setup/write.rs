//! Makes services, locations, counters, rules and closures agree with the file.
//!
//! Things are recognised by their keys and keep their ids; what the file no longer names is no longer offered, but
//! stays for the appointments that were booked for it.

use std::collections::HashMap;

use db::TenantTx;
use kernel::{ClosureId, CounterId, Ctx, LocationId, OpeningRuleId, ServiceId, policy};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::file::{CalendarFile, CounterEntry, HoursEntry, LocationEntry, ServiceEntry, minutes};
use crate::{
    Error,
    store::offer::{closure, counter, counter_service, location, opening_rule, service},
};

/// Makes the database agree with the file, in the caller's transaction (the owner's role). The caller has looked at
/// [`CalendarFile::problems`].
pub async fn set_up(ctx: &Ctx, tx: &TenantTx, file: &CalendarFile) -> Result<(), Error> {
    ctx.authorize(policy::Action::ConfigureTenant)?;
    let tenant = tx.tenant().uuid();
    let services = write_services(ctx, tx, &file.services).await?;
    let (locations, counters) = write_locations(ctx, tx, &file.locations).await?;

    counter_service::Entity::delete_many()
        .filter(counter_service::Column::TenantId.eq(tenant))
        .exec(tx)
        .await?;
    opening_rule::Entity::delete_many()
        .filter(opening_rule::Column::TenantId.eq(tenant))
        .exec(tx)
        .await?;
    for place in &file.locations {
        for entry in &place.counters {
            let Some(counter) = counters.get(&(place.key.clone(), entry.key.clone())) else {
                continue;
            };
            write_skills(tx, *counter, entry, &services).await?;
            for hours in &entry.hours {
                write_hours(ctx, tx, *counter, hours).await?;
            }
        }
    }
    write_closures(ctx, tx, file, &locations, &counters).await
}

async fn write_services(
    ctx: &Ctx,
    tx: &TenantTx,
    entries: &[ServiceEntry],
) -> Result<HashMap<String, Uuid>, Error> {
    use service::Column;
    let tenant = tx.tenant().uuid();
    let known = service::Entity::find().filter(Column::TenantId.eq(tenant)).all(tx).await?;
    let mut ids: HashMap<String, Uuid> = known.into_iter().map(|row| (row.key, row.id)).collect();
    service::Entity::update_many()
        .filter(Column::TenantId.eq(tenant))
        .col_expr(Column::Active, Expr::value(false))
        .exec(tx)
        .await?;
    for (position, entry) in (0i32..).zip(entries) {
        let id = *ids
            .entry(entry.key.clone())
            .or_insert_with(|| ServiceId::new(ctx.clock(), ctx.chance()).uuid());
        let row = service::ActiveModel {
            tenant_id: Set(tenant),
            id: Set(id),
            key: Set(entry.key.clone()),
            name: Set(document(&entry.name)),
            description: Set(document(&entry.description)),
            duration_minutes: Set(number(entry.duration_minutes)),
            extra_person_minutes: Set(number(entry.extra_person_minutes)),
            max_quantity: Set(number(entry.max_quantity)),
            fee: Set(entry.fee.as_ref().map(document)),
            leika_key: Set(entry.leika_key.clone()),
            words: Set(document(&entry.words)),
            documents: Set(document(&entry.documents)),
            wanted: Set(entry.wanted),
            position: Set(position),
            active: Set(true),
        };
        service::Entity::insert(row)
            .on_conflict(
                OnConflict::columns([Column::TenantId, Column::Id])
                    .update_columns([
                        Column::Name,
                        Column::Description,
                        Column::DurationMinutes,
                        Column::ExtraPersonMinutes,
                        Column::MaxQuantity,
                        Column::Fee,
                        Column::LeikaKey,
                        Column::Words,
                        Column::Documents,
                        Column::Wanted,
                        Column::Position,
                        Column::Active,
                    ])
                    .to_owned(),
            )
            .exec_without_returning(tx)
            .await?;
    }
    Ok(ids)
}

type CounterKeys = HashMap<(String, String), Uuid>;

async fn write_locations(
    ctx: &Ctx,
    tx: &TenantTx,
    entries: &[LocationEntry],
) -> Result<(HashMap<String, Uuid>, CounterKeys), Error> {
    use location::Column;
    let tenant = tx.tenant().uuid();
    let known = location::Entity::find().filter(Column::TenantId.eq(tenant)).all(tx).await?;
    let mut ids: HashMap<String, Uuid> = known.into_iter().map(|row| (row.key, row.id)).collect();
    location::Entity::update_many()
        .filter(Column::TenantId.eq(tenant))
        .col_expr(Column::Active, Expr::value(false))
        .exec(tx)
        .await?;
    counter::Entity::update_many()
        .filter(counter::Column::TenantId.eq(tenant))
        .col_expr(counter::Column::Active, Expr::value(false))
        .exec(tx)
        .await?;
    let mut counters = HashMap::new();
    for (position, entry) in (0i32..).zip(entries) {
        let id = *ids
            .entry(entry.key.clone())
            .or_insert_with(|| LocationId::new(ctx.clock(), ctx.chance()).uuid());
        let row = location::ActiveModel {
            tenant_id: Set(tenant),
            id: Set(id),
            key: Set(entry.key.clone()),
            name: Set(document(&entry.name)),
            directions: Set(document(&entry.directions)),
            street: Set(entry.street.clone()),
            postal_code: Set(entry.postal_code.clone()),
            city: Set(entry.city.clone()),
            office_email: Set(entry.office_email.clone()),
            position: Set(position),
            active: Set(true),
        };
        location::Entity::insert(row)
            .on_conflict(
                OnConflict::columns([Column::TenantId, Column::Id])
                    .update_columns([
                        Column::Name,
                        Column::Directions,
                        Column::Street,
                        Column::PostalCode,
                        Column::City,
                        Column::OfficeEmail,
                        Column::Position,
                        Column::Active,
                    ])
                    .to_owned(),
            )
            .exec_without_returning(tx)
            .await?;
        write_counters(ctx, tx, id, entry, &mut counters).await?;
    }
    Ok((ids, counters))
}

async fn write_counters(
    ctx: &Ctx,
    tx: &TenantTx,
    place: Uuid,
    entry: &LocationEntry,
    ids: &mut CounterKeys,
) -> Result<(), Error> {
    use counter::Column;
    let tenant = tx.tenant().uuid();
    let known = counter::Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::LocationId.eq(place))
        .all(tx)
        .await?;
    for (position, wanted) in (0i32..).zip(&entry.counters) {
        let same = known.iter().find(|row| row.key == wanted.key);
        let id =
            same.map_or_else(|| CounterId::new(ctx.clock(), ctx.chance()).uuid(), |row| row.id);
        ids.insert((entry.key.clone(), wanted.key.clone()), id);
        let row = counter::ActiveModel {
            tenant_id: Set(tenant),
            id: Set(id),
            location_id: Set(place),
            key: Set(wanted.key.clone()),
            name: Set(wanted.name.clone()),
            position: Set(position),
            active: Set(true),
        };
        counter::Entity::insert(row)
            .on_conflict(
                OnConflict::columns([Column::TenantId, Column::Id])
                    .update_columns([Column::Name, Column::Position, Column::Active])
                    .to_owned(),
            )
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

async fn write_skills(
    tx: &TenantTx,
    counter: Uuid,
    entry: &CounterEntry,
    services: &HashMap<String, Uuid>,
) -> Result<(), Error> {
    for service in entry.services.iter().filter_map(|key| services.get(key)) {
        let row = counter_service::ActiveModel {
            tenant_id: Set(tx.tenant().uuid()),
            counter_id: Set(counter),
            service_id: Set(*service),
        };
        counter_service::Entity::insert(row)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

async fn write_hours(
    ctx: &Ctx,
    tx: &TenantTx,
    counter: Uuid,
    hours: &HoursEntry,
) -> Result<(), Error> {
    let breaks: Vec<(u32, u32)> =
        hours.breaks.iter().filter_map(|(from, to)| Some((minutes(from)?, minutes(to)?))).collect();
    for weekday in &hours.days {
        let row = opening_rule::ActiveModel {
            tenant_id: Set(tx.tenant().uuid()),
            id: Set(OpeningRuleId::new(ctx.clock(), ctx.chance()).uuid()),
            counter_id: Set(counter),
            weekday: Set(number(weekday.number())),
            from_minute: Set(number(minutes(&hours.from).unwrap_or_default())),
            to_minute: Set(number(minutes(&hours.to).unwrap_or_default())),
            breaks: Set(document(&breaks)),
            valid_from: Set(hours.valid_from),
            valid_to: Set(hours.valid_to),
        };
        opening_rule::Entity::insert(row).exec_without_returning(tx).await?;
    }
    Ok(())
}

async fn write_closures(
    ctx: &Ctx,
    tx: &TenantTx,
    file: &CalendarFile,
    locations: &HashMap<String, Uuid>,
    counters: &CounterKeys,
) -> Result<(), Error> {
    closure::Entity::delete_many()
        .filter(closure::Column::TenantId.eq(tx.tenant().uuid()))
        .exec(tx)
        .await?;
    for entry in &file.closures {
        let place = entry.location.as_ref();
        let counter = place.zip(entry.counter.as_ref());
        let row = closure::ActiveModel {
            tenant_id: Set(tx.tenant().uuid()),
            id: Set(ClosureId::new(ctx.clock(), ctx.chance()).uuid()),
            location_id: Set(place.and_then(|key| locations.get(key)).copied()),
            counter_id: Set(counter
                .and_then(|(place, key)| counters.get(&(place.clone(), key.clone())))
                .copied()),
            from_day: Set(entry.from),
            to_day: Set(entry.to),
            reason: Set(document(&entry.reason)),
        };
        closure::Entity::insert(row).exec_without_returning(tx).await?;
    }
    Ok(())
}

fn document<T: serde::Serialize>(value: &T) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// The file's numbers are checked to be small.
fn number(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
