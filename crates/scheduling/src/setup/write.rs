//! Makes services, locations, counters, rules and closures agree with the file.
//!
//! Things are recognised by their keys and keep their ids; what the file no longer names is no longer offered, but
//! stays for the appointments that were booked for it.

use std::collections::HashMap;

use db::TenantTx;
use kernel::{CounterId, Ctx, LocationId, ServiceId, policy};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::file::{
    CalendarFile, CounterEntry, HoursEntry, LocationEntry, ServiceEntry, hours, minutes,
};
use crate::{
    Error,
    model::rules::{Closure, OpeningException, OpeningRule, RuleBook},
    store::{
        calendar_state,
        offer::{contingent, counter, counter_service, location, service},
        rule_book,
    },
};

/// Makes the database agree with the file, in the caller's transaction (the owner's role). The caller has looked at
/// [`CalendarFile::problems`].
pub async fn set_up(
    ctx: &Ctx,
    tx: &TenantTx,
    file: &CalendarFile,
    hours: Hours,
) -> Result<(), Error> {
    ctx.authorize(policy::Action::ConfigureTenant)?;
    let tenant = tx.tenant().uuid();
    let services = write_services(ctx, tx, &file.services).await?;
    let (locations, counters) = write_locations(ctx, tx, &file.locations).await?;

    counter_service::Entity::delete_many()
        .filter(counter_service::Column::TenantId.eq(tenant))
        .exec(tx)
        .await?;
    for place in &file.locations {
        for entry in &place.counters {
            if let Some(counter) = counters.get(&(place.key.clone(), entry.key.clone())) {
                write_skills(tx, *counter, entry, &services).await?;
            }
        }
    }
    write_contingents(tx, file, &locations).await?;
    let rules = rule_book(file, &locations, &counters);
    if calendar_state::lock(tx).await?.edited && hours == Hours::KeepEdited {
        return Ok(());
    }
    rule_book::replace(ctx, tx, &rules).await?;
    calendar_state::advance(tx, false).await?;
    Ok(())
}

/// What to do with hours and closures that the office has changed itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hours {
    /// The office's word counts: the file's hours are for a calendar that nobody has touched yet.
    KeepEdited,
    /// The file's hours and closures take the place of the office's.
    Reset,
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
            buffer_before_minutes: Set(number(entry.buffer_before_minutes)),
            buffer_after_minutes: Set(number(entry.buffer_after_minutes)),
            notice_minutes: Set(entry.notice_minutes.map(number)),
            horizon_days: Set(entry.horizon_days.map(number)),
            raster_minutes: Set(entry.raster_minutes.map(number)),
            max_per_person: Set(entry.max_per_person.map(number)),
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
                        Column::BufferBeforeMinutes,
                        Column::BufferAfterMinutes,
                        Column::NoticeMinutes,
                        Column::HorizonDays,
                        Column::RasterMinutes,
                        Column::MaxPerPerson,
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

async fn write_contingents(
    tx: &TenantTx,
    file: &CalendarFile,
    locations: &HashMap<String, Uuid>,
) -> Result<(), Error> {
    contingent::Entity::delete_many()
        .filter(contingent::Column::TenantId.eq(tx.tenant().uuid()))
        .exec(tx)
        .await?;
    for place in &file.locations {
        let Some(location) = locations.get(&place.key) else { continue };
        for entry in &place.contingents {
            let release = entry.release.as_ref();
            let row = contingent::ActiveModel {
                tenant_id: Set(tx.tenant().uuid()),
                location_id: Set(*location),
                channel: Set(entry.channel.key().to_owned()),
                percent: Set(number(entry.percent)),
                release_days: Set(release.map(|release| number(release.days))),
                release_minute: Set(release.and_then(|r| minutes(&r.at)).map(number)),
            };
            contingent::Entity::insert(row).exec_without_returning(tx).await?;
        }
    }
    Ok(())
}

/// The rules that the file describes.
fn rule_book(
    file: &CalendarFile,
    locations: &HashMap<String, Uuid>,
    counters: &CounterKeys,
) -> RuleBook {
    let counter_of = |place: &str, key: &str| {
        counters.get(&(place.to_owned(), key.to_owned())).copied().map(CounterId::from)
    };
    let mut book = RuleBook::default();
    for place in &file.locations {
        for entry in &place.counters {
            let Some(counter) = counter_of(&place.key, &entry.key) else { continue };
            book.rules.extend(entry.hours.iter().flat_map(|hours| rules(counter, hours)));
            book.exceptions.extend(entry.exceptions.iter().map(|exception| OpeningException {
                counter,
                day: exception.day,
                hours: hours(
                    (&exception.from, &exception.to),
                    &exception.breaks,
                    &exception.channels,
                ),
            }));
        }
    }
    book.closures = file
        .closures
        .iter()
        .map(|entry| Closure {
            location: entry
                .location
                .as_ref()
                .and_then(|key| locations.get(key))
                .map(|id| (*id).into()),
            counter: entry
                .location
                .as_deref()
                .zip(entry.counter.as_deref())
                .and_then(|(place, key)| counter_of(place, key)),
            from: entry.from,
            to: entry.to,
            reason: entry.reason.clone(),
        })
        .collect();
    book
}

fn rules(counter: CounterId, entry: &HoursEntry) -> impl Iterator<Item = OpeningRule> {
    entry.days.iter().map(move |weekday| OpeningRule {
        counter,
        weekday: weekday.number(),
        hours: hours((&entry.from, &entry.to), &entry.breaks, &entry.channels),
        valid_from: entry.valid_from,
        valid_to: entry.valid_to,
        rhythm: entry.rhythm(),
        on_holidays: entry.on_holidays,
    })
}

fn document<T: serde::Serialize>(value: &T) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// The file's numbers are checked to be small.
fn number(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
