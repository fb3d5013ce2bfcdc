//! What can be booked where.

#![expect(clippy::unused_async, reason = "resolvers are async by contract")]

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object};
use kernel::{LocationId, ServiceId};
use scheduling::{Catalogue, Item};

use super::{errors::ApiError, reading::Reading};

/// Letters that a search may have.
const LONGEST_SEARCH: u32 = 100;

/// A service, from the catalogue that was read for the request.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    catalogue: Arc<Catalogue>,
    id: ServiceId,
}

impl Service {
    pub(crate) fn find(catalogue: &Arc<Catalogue>, id: ServiceId) -> Result<Self, ApiError> {
        catalogue.service_ever(id).ok_or_else(ApiError::not_found)?;
        Ok(Self { catalogue: catalogue.clone(), id })
    }

    fn get(&self) -> Result<&scheduling::Service, ApiError> {
        self.catalogue.service_ever(self.id).ok_or_else(ApiError::not_found)
    }
}

/// Something that citizens come for (Anliegen, Leistung).
#[Object]
impl Service {
    /// Opaque.
    async fn id(&self) -> ID {
        ID(self.id.to_string())
    }

    /// Its name.
    async fn name(&self, ctx: &Context<'_>) -> Result<&str, ApiError> {
        Ok(self.get()?.name.get(Reading::of(ctx).locale()))
    }

    /// What it is, in one or two sentences.
    async fn description(&self, ctx: &Context<'_>) -> Result<Option<&str>, ApiError> {
        Ok(Some(self.get()?.description.get(Reading::of(ctx).locale()))
            .filter(|text| !text.is_empty()))
    }

    /// Minutes for one person.
    async fn duration_minutes(&self) -> Result<u32, ApiError> {
        Ok(self.get()?.duration_minutes)
    }

    /// Persons in one visit, at most.
    async fn max_quantity(&self) -> Result<u32, ApiError> {
        Ok(self.get()?.max_quantity)
    }

    /// What it costs; null is free of charge.
    async fn fee(&self, ctx: &Context<'_>) -> Result<Option<&str>, ApiError> {
        Ok(self.get()?.fee.as_ref().map(|fee| fee.get(Reading::of(ctx).locale())))
    }

    /// What to bring.
    #[graphql(complexity = "5")]
    async fn required_documents(&self, ctx: &Context<'_>) -> Result<Vec<&str>, ApiError> {
        let locale = Reading::of(ctx).locale();
        Ok(self.get()?.documents.iter().map(|document| document.get(locale)).collect())
    }

    /// Where it is offered.
    #[graphql(complexity = "5 * (1 + child_complexity)")]
    async fn locations(&self) -> Result<Vec<Location>, ApiError> {
        self.get()?.locations.iter().map(|id| Location::find(&self.catalogue, *id)).collect()
    }
}

/// A location, from the catalogue that was read for the request.
#[derive(Debug, Clone)]
pub(crate) struct Location {
    catalogue: Arc<Catalogue>,
    id: LocationId,
}

impl Location {
    pub(crate) fn find(catalogue: &Arc<Catalogue>, id: LocationId) -> Result<Self, ApiError> {
        catalogue.location_ever(id).ok_or_else(ApiError::not_found)?;
        Ok(Self { catalogue: catalogue.clone(), id })
    }

    fn get(&self) -> Result<&scheduling::Location, ApiError> {
        self.catalogue.location_ever(self.id).ok_or_else(ApiError::not_found)
    }
}

/// A place that citizens visit.
#[Object]
impl Location {
    /// Opaque.
    async fn id(&self) -> ID {
        ID(self.id.to_string())
    }

    /// Its name.
    async fn name(&self, ctx: &Context<'_>) -> Result<&str, ApiError> {
        Ok(self.get()?.name.get(Reading::of(ctx).locale()))
    }

    /// Street and number.
    async fn street(&self) -> Result<&str, ApiError> {
        Ok(&self.get()?.street)
    }

    /// Postcode.
    async fn postal_code(&self) -> Result<&str, ApiError> {
        Ok(&self.get()?.postal_code)
    }

    /// Town.
    async fn city(&self) -> Result<&str, ApiError> {
        Ok(&self.get()?.city)
    }

    /// How to get in.
    async fn directions(&self, ctx: &Context<'_>) -> Result<Option<&str>, ApiError> {
        Ok(Some(self.get()?.directions.get(Reading::of(ctx).locale()))
            .filter(|text| !text.is_empty()))
    }

    /// What is offered here.
    #[graphql(complexity = "10 * (1 + child_complexity)")]
    async fn services(&self) -> Result<Vec<Service>, ApiError> {
        self.get()?.services.iter().map(|id| Service::find(&self.catalogue, *id)).collect()
    }
}

/// A service and for how many persons.
#[derive(Debug, Clone, InputObject)]
pub(crate) struct ServiceItemInput {
    /// The service.
    pub(crate) service_id: ID,
    /// For how many persons.
    #[graphql(default = 1)]
    pub(crate) quantity: i32,
}

impl ServiceItemInput {
    /// The visit that the inputs describe. An id that is none names nothing, like an id of somewhere else.
    pub(crate) fn visit(inputs: &[Self]) -> Result<Vec<Item>, ApiError> {
        let item = |input: &Self| {
            let service = ServiceId::parse(&input.service_id).ok_or_else(ApiError::not_found)?;
            // Zero is out of every service's range, and refused with it.
            Ok(Item { service, quantity: u32::try_from(input.quantity).unwrap_or(0) })
        };
        inputs.iter().map(item).collect()
    }
}

/// Reads location ids as clients send them.
pub(crate) fn location_id(id: &ID) -> Result<LocationId, ApiError> {
    LocationId::parse(id).ok_or_else(ApiError::not_found)
}

#[derive(Debug, Default)]
pub(crate) struct ServicesQuery;

#[Object]
impl ServicesQuery {
    /// Services, the most wanted first; with a search only those that match all its words.
    #[graphql(complexity = "10 * (1 + child_complexity)")]
    async fn services(
        &self,
        ctx: &Context<'_>,
        search: Option<String>,
    ) -> Result<Vec<Service>, ApiError> {
        let reading = Reading::of(ctx);
        let search = search.unwrap_or_default();
        if search.chars().count() > LONGEST_SEARCH as usize {
            let (field, limit) = (Some("search"), Some(LONGEST_SEARCH));
            return Err(ApiError::BadInput { field, key: "search-length", limit });
        }
        let catalogue = reading.catalogue().await?;
        let found = catalogue.search(&search, reading.locale());
        found.iter().map(|service| Service::find(&catalogue, service.id)).collect()
    }

    /// Places; with services only those where one visit can deal with all of them.
    #[graphql(complexity = "5 * (1 + child_complexity)")]
    async fn locations(
        &self,
        ctx: &Context<'_>,
        service_ids: Option<Vec<ID>>,
    ) -> Result<Vec<Location>, ApiError> {
        let catalogue = Reading::of(ctx).catalogue().await?;
        let mut wanted = Vec::new();
        for id in service_ids.unwrap_or_default() {
            let id = ServiceId::parse(&id).ok_or_else(ApiError::not_found)?;
            wanted.push(Service::find(&catalogue, id)?.id);
        }
        let found = if wanted.is_empty() {
            catalogue.locations.iter().collect()
        } else {
            catalogue.locations_for(&wanted)
        };
        found.iter().map(|location| Location::find(&catalogue, location.id)).collect()
    }
}
