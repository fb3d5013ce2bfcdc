//! Mails: what they say, how they are put together, and who relays them.

mod account;
pub(crate) mod compose;
mod data;
mod letter;
mod office;
pub(crate) mod transport;

#[cfg(test)]
pub(crate) mod fixtures;
