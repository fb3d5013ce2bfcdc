//! How long everything is kept: the schedule, how far deletion has come, and the receipts that it leaves.
//!
//! * [`SCHEDULE`] is the one table of periods; a municipality may shorten some of them ([`problems`] says which file goes
//!   too far).
//! * [`note`] and [`states`] keep account of each category: when it was last gone through and when its oldest row is due.
//!   [`overdue`] is what monitoring looks at.
//! * [`receipts`] are signed statements of what was deleted.

pub mod receipts;
mod rows;
mod schedule;
mod state;

pub use schedule::{Period, Place, Rule, SCHEDULE, Setting, Trigger, problems, rule};
pub use state::{State, begin, erasure_checks, note, overdue, states};

#[cfg(test)]
mod tests;
