//! A visit: which services for how many persons, and how long that takes.

use kernel::{LocationId, ServiceId};

use tenant::Booking;

use super::{
    catalogue::{Catalogue, Item, Service},
    ticks::{Shape, TICK_MINUTES},
};
use crate::Error;

/// Services in one visit, at most.
const MAX_ITEMS: usize = 10;

/// A checked visit.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) items: Vec<Item>,
    minutes: u32,
    /// Minutes to prepare and to finish: the longest of any of its services.
    buffers: (u32, u32),
    /// The widest raster that one of its services asks for.
    raster_minutes: Option<u32>,
    /// What is prepared before the visit, on the grid: it cannot begin in the past.
    pub(crate) prepared_minutes: u32,
    /// The longest notice, the preparation included.
    pub(crate) notice_minutes: Option<u32>,
    /// The shortest horizon.
    pub(crate) horizon_days: Option<u32>,
}

impl Visit {
    /// Checks the items against what the municipality offers.
    pub(crate) fn check(catalogue: &Catalogue, items: &[Item]) -> Result<Self, Error> {
        let wrong = |reason, limit| Error::BadInput { field: "items", reason, limit };
        let prepared =
            |service: &Service| service.buffer_before_minutes.next_multiple_of(TICK_MINUTES);
        if items.is_empty() {
            return Err(wrong("items-empty", None));
        }
        if items.len() > MAX_ITEMS {
            return Err(wrong("items-many", u32::try_from(MAX_ITEMS).ok()));
        }
        for (index, item) in items.iter().enumerate() {
            let service = catalogue.service(item.service).ok_or(Error::NotFound)?;
            if items.iter().take(index).any(|other| other.service == item.service) {
                return Err(wrong("item-twice", None));
            }
            if item.quantity == 0 || item.quantity > service.max_quantity {
                return Err(wrong("quantity-range", Some(service.max_quantity)));
            }
        }
        let services = || items.iter().filter_map(|item| catalogue.service(item.service));
        let longest = |of: fn(&Service) -> u32| services().map(of).max().unwrap_or_default();
        Ok(Self {
            items: items.to_vec(),
            minutes: catalogue.minutes(items),
            buffers: (
                longest(|service| service.buffer_before_minutes),
                longest(|service| service.buffer_after_minutes),
            ),
            raster_minutes: services().filter_map(|service| service.raster_minutes).max(),
            prepared_minutes: services().map(prepared).max().unwrap_or_default(),
            notice_minutes: services()
                .map(|service| service.notice_minutes.unwrap_or_default().max(prepared(service)))
                .max(),
            horizon_days: services().filter_map(|service| service.horizon_days).min(),
        })
    }

    /// Minutes of the visit, on the grid.
    pub(crate) fn minutes(&self) -> u32 {
        self.minutes
    }

    /// What of a counter's time the visit takes.
    pub(crate) fn shape(&self, booking: &Booking) -> Shape {
        Shape {
            before: self.buffers.0.div_ceil(TICK_MINUTES),
            visit: self.minutes / TICK_MINUTES,
            after: self.buffers.1.div_ceil(TICK_MINUTES),
            raster: self
                .raster_minutes
                .unwrap_or(booking.raster_minutes)
                .div_ceil(TICK_MINUTES)
                .max(1),
        }
    }

    pub(crate) fn services(&self) -> Vec<ServiceId> {
        self.items.iter().map(|item| item.service).collect()
    }

    /// The asked locations that can serve the visit; all of those when none is asked.
    pub(crate) fn places(
        &self,
        catalogue: &Catalogue,
        asked: Option<&[LocationId]>,
    ) -> Result<Vec<LocationId>, Error> {
        let able = catalogue.locations_for(&self.services());
        if let Some(asked) = asked {
            if asked.iter().any(|id| catalogue.location(*id).is_none()) {
                return Err(Error::NotFound);
            }
            let here: Vec<_> =
                able.iter().map(|place| place.id).filter(|id| asked.contains(id)).collect();
            if here.is_empty() {
                return Err(Error::BadInput {
                    field: "locationIds",
                    reason: "service-not-here",
                    limit: None,
                });
            }
            return Ok(here);
        }
        if able.is_empty() {
            return Err(Error::BadInput {
                field: "items",
                reason: "services-not-together",
                limit: None,
            });
        }
        Ok(able.iter().map(|place| place.id).collect())
    }
}
