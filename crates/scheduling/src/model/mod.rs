//! Types and rules; pure, synchronous, no SQL.

pub(crate) mod appointment;
pub(crate) mod availability;
pub(crate) mod catalogue;
pub(crate) mod channel;
pub(crate) mod contact;
pub(crate) mod edits;
pub(crate) mod impact;
pub(crate) mod import;
#[cfg(test)]
mod naive;
pub(crate) mod opening;
pub(crate) mod reason;
pub(crate) mod release;
pub(crate) mod relief;
pub(crate) mod rule_checks;
pub(crate) mod rules;
#[cfg(test)]
pub(crate) mod samples;
pub(crate) mod ticks;
pub(crate) mod visit;
