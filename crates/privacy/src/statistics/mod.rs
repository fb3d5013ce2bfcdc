//! How the service is used, as counts and nothing else: how often a step of booking was reached, by service, day and part of
//! the day. No person, no session, no address: nothing is kept from which two counts could be told to be one person's.
//!
//! * [`Counter`] counts in memory and adds to the database now and then; no request waits for it.
//! * [`usage`] publishes counts so that small numbers and differences between numbers tell nothing ([`Published`]).

mod counter;
mod published;
mod report;

pub use counter::{Counter, Step};
pub use published::{FEWEST, Published};
pub use report::{DayCount, PartCount, ServiceCount, Usage, WEEKS, usage};
