//! Reading what a municipality offers.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use db::{Fault, TenantTx};
use kernel::{Ctx, LocationId, ServiceId, policy};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::{
    Catalogue, Error, Location, Service,
    model::catalogue::Counter,
    store::offer::{counter, counter_service, location, service},
};

/// Services and locations that are published.
pub async fn catalogue(ctx: &Ctx, tx: &TenantTx) -> Result<Arc<Catalogue>, Error> {
    ctx.authorize(policy::Action::ReadPublic)?;
    let tenant = tx.tenant().uuid();
    let services = service::Entity::find()
        .filter(service::Column::TenantId.eq(tenant))
        .order_by_desc(service::Column::Wanted)
        .order_by_asc(service::Column::Position)
        .all(tx)
        .await?;
    let locations = location::Entity::find()
        .filter(location::Column::TenantId.eq(tenant))
        .order_by_asc(location::Column::Position)
        .all(tx)
        .await?;
    let counters = counter::Entity::find()
        .filter(counter::Column::TenantId.eq(tenant))
        .filter(counter::Column::Active.eq(true))
        .order_by_asc(counter::Column::Position)
        .all(tx)
        .await?;
    let skills = counter_service::Entity::find()
        .filter(counter_service::Column::TenantId.eq(tenant))
        .all(tx)
        .await?;

    let (services, retired_services): (Vec<_>, Vec<_>) =
        services.into_iter().partition(|row| row.active);
    let (locations, retired_locations): (Vec<_>, Vec<_>) =
        locations.into_iter().partition(|row| row.active);
    let published: BTreeSet<Uuid> = services.iter().map(|row| row.id).collect();
    let mut by_counter: HashMap<Uuid, BTreeSet<ServiceId>> = HashMap::new();
    for skill in skills.iter().filter(|skill| published.contains(&skill.service_id)) {
        by_counter.entry(skill.counter_id).or_default().insert(skill.service_id.into());
    }
    let counters: Vec<Counter> = counters
        .into_iter()
        .filter(|row| locations.iter().any(|location| location.id == row.location_id))
        .map(|row| Counter {
            id: row.id.into(),
            location: row.location_id.into(),
            services: by_counter.remove(&row.id).unwrap_or_default(),
        })
        .collect();

    let offered = |location: LocationId, service: ServiceId| {
        counters.iter().any(|c| c.location == location && c.services.contains(&service))
    };
    let service_ids: Vec<ServiceId> = services.iter().map(|row| row.id.into()).collect();
    let location_ids: Vec<LocationId> = locations.iter().map(|row| row.id.into()).collect();
    let services = services
        .into_iter()
        .map(|row| {
            let here =
                location_ids.iter().copied().filter(|l| offered(*l, row.id.into())).collect();
            read_service(row, here)
        })
        .collect::<Result<_, Fault>>()?;
    let locations = locations
        .into_iter()
        .map(|row| {
            let here = service_ids.iter().copied().filter(|s| offered(row.id.into(), *s)).collect();
            read_location(row, here)
        })
        .collect::<Result<_, Fault>>()?;
    let retired_services = retired_services
        .into_iter()
        .map(|row| read_service(row, Vec::new()))
        .collect::<Result<_, Fault>>()?;
    let retired_locations = retired_locations
        .into_iter()
        .map(|row| read_location(row, Vec::new()))
        .collect::<Result<_, Fault>>()?;
    Ok(Arc::new(Catalogue { services, locations, counters, retired_services, retired_locations }))
}

fn read_service(row: service::Model, locations: Vec<LocationId>) -> Result<Service, Fault> {
    Ok(Service {
        id: row.id.into(),
        key: row.key,
        name: json(row.name)?,
        description: json(row.description)?,
        duration_minutes: row.duration_minutes.unsigned_abs(),
        extra_person_minutes: row.extra_person_minutes.unsigned_abs(),
        max_quantity: row.max_quantity.unsigned_abs(),
        fee: row.fee.map(json).transpose()?,
        leika_key: row.leika_key,
        words: json(row.words)?,
        documents: json(row.documents)?,
        wanted: row.wanted,
        locations,
    })
}

fn read_location(row: location::Model, services: Vec<ServiceId>) -> Result<Location, Fault> {
    Ok(Location {
        id: row.id.into(),
        key: row.key,
        name: json(row.name)?,
        directions: json(row.directions)?,
        street: row.street,
        postal_code: row.postal_code,
        city: row.city,
        office_email: row.office_email,
        services,
    })
}

/// Reads a typed document of ours; one that does not fit its type is a bug.
pub(crate) fn json<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> Result<T, Fault> {
    serde_json::from_value(value)
        .map_err(|error| Fault::Bug(Box::new(sea_orm::DbErr::Json(error.to_string()))))
}
