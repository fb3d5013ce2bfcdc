//! Reading what a municipality offers.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

use db::{Db, Fault, TenantTx};
use kernel::{Ctx, LocationId, ServiceId, TenantId, policy};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use tenant::Municipality;
use uuid::Uuid;

use crate::{
    Catalogue, Error, Location, Service,
    model::{
        catalogue::{Contingent, Counter},
        channel::Channel,
    },
    store::offer::{contingent, counter, counter_service, location, service},
};

/// What municipalities offer, read once per revision of the municipality. Whoever changes an offer raises the
/// revision in the same transaction, and the directory hears of it.
#[derive(Debug, Clone, Default)]
pub struct Catalogues(Arc<RwLock<HashMap<TenantId, Known>>>);

/// A catalogue and the revision of the municipality that it was read at.
type Known = (i64, Arc<Catalogue>);

impl Catalogues {
    /// The catalogue of the municipality as it is known to the request.
    pub async fn of(
        &self,
        ctx: &Ctx,
        db: &Db,
        town: &Municipality,
    ) -> Result<Arc<Catalogue>, Error> {
        ctx.authorize(policy::Action::ReadPublic)?;
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&town.id).cloned();
        if let Some((revision, catalogue)) = known
            && revision == town.revision
        {
            return Ok(catalogue);
        }
        let tx = db.begin(ctx).await?;
        let read = catalogue(ctx, &tx).await?;
        tx.commit().await?;
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(town.id, (town.revision, read.clone()));
        Ok(read)
    }
}

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
    let counter_rows = counter::Entity::find()
        .filter(counter::Column::TenantId.eq(tenant))
        .filter(counter::Column::Active.eq(true))
        .order_by_asc(counter::Column::Position)
        .all(tx)
        .await?;
    let skills = counter_service::Entity::find()
        .filter(counter_service::Column::TenantId.eq(tenant))
        .all(tx)
        .await?;

    let contingents =
        contingent::Entity::find().filter(contingent::Column::TenantId.eq(tenant)).all(tx).await?;

    let (services, retired_services): (Vec<_>, Vec<_>) =
        services.into_iter().partition(|row| row.active);
    let (locations, retired_locations): (Vec<_>, Vec<_>) =
        locations.into_iter().partition(|row| row.active);
    let published: BTreeSet<Uuid> = services.iter().map(|row| row.id).collect();
    let mut by_counter: HashMap<Uuid, BTreeSet<ServiceId>> = HashMap::new();
    for skill in skills.iter().filter(|skill| published.contains(&skill.service_id)) {
        by_counter.entry(skill.counter_id).or_default().insert(skill.service_id.into());
    }
    let mut counters: Vec<Counter> = Vec::new();
    for row in counter_rows {
        if !locations.iter().any(|location| location.id == row.location_id) {
            continue;
        }
        let location = row.location_id.into();
        let services = by_counter.remove(&row.id).unwrap_or_default();
        let equal = counters.iter().find(|c| c.location == location && c.services == services);
        let team = equal.map_or(i32::try_from(counters.len()).unwrap_or_default(), |c| c.team);
        counters.push(Counter { id: row.id.into(), location, services, team });
    }

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
    let contingents = contingents.iter().filter_map(read_contingent).collect();
    Ok(Arc::new(Catalogue {
        services,
        locations,
        counters,
        contingents,
        retired_services,
        retired_locations,
    }))
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
        buffer_before_minutes: row.buffer_before_minutes.unsigned_abs(),
        buffer_after_minutes: row.buffer_after_minutes.unsigned_abs(),
        notice_minutes: row.notice_minutes.map(i32::unsigned_abs),
        horizon_days: row.horizon_days.map(i32::unsigned_abs),
        raster_minutes: row.raster_minutes.map(i32::unsigned_abs),
        max_per_person: row.max_per_person.map(i32::unsigned_abs),
        fee: row.fee.map(json).transpose()?,
        leika_key: row.leika_key,
        words: json(row.words)?,
        documents: json(row.documents)?,
        wanted: row.wanted,
        locations,
    })
}

fn read_contingent(row: &contingent::Model) -> Option<Contingent> {
    Some(Contingent {
        location: row.location_id.into(),
        channel: Channel::from_key(&row.channel)?,
        percent: row.percent.unsigned_abs(),
        release: row
            .release_days
            .zip(row.release_minute)
            .map(|(days, minute)| (days.unsigned_abs(), minute.unsigned_abs())),
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
