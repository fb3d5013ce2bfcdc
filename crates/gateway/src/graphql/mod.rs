//! The API. One file per subject; types here are separate from the model and made from it.

mod access_keys;
mod accounts;
mod availability;
mod booking;
mod calendar;
mod calendar_changes;
mod calendar_inputs;
mod deletion;
mod desk;
mod endpoint;
mod errors;
mod incidents;
mod limits;
mod municipality;
mod my_data;
mod operator;
mod oversight;
mod passkeys;
mod people;
mod privacy;
mod privacy_requests;
mod reading;
mod reasons;
mod record;
mod scalars;
mod schema;
mod services;
mod statistics;
mod support;
mod viewer;

pub(crate) use endpoint::Apis;
pub(crate) use endpoint::endpoint;
pub(crate) use errors::error_entry;
pub use operator::sdl as operator_sdl;
pub(crate) use reading::Services;
pub use schema::sdl;
