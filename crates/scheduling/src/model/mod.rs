//! Types and rules; pure, synchronous, no SQL.

pub(crate) mod appointment;
pub(crate) mod availability;
pub(crate) mod catalogue;
pub(crate) mod channel;
pub(crate) mod contact;
#[cfg(test)]
mod naive;
pub(crate) mod opening;
pub(crate) mod release;
pub(crate) mod rules;
#[cfg(test)]
pub(crate) mod samples;
pub(crate) mod ticks;
pub(crate) mod visit;
