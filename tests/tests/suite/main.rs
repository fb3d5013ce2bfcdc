//! The end-to-end suites, one module per subject. One binary, so that they are linked once.

#![expect(clippy::expect_used, clippy::panic, reason = "what goes wrong ends the test that saw it")]

mod access;
mod access_pages;
mod attacks;
mod audit;
mod booking;
mod calendar_changes;
mod calendar_rush;
mod calls;
mod contract;
mod history;
mod house;
mod isolation;
mod jobs;
mod key_pages;
mod kill;
mod messages;
mod offered;
mod office_isolation;
mod office_week;
mod oversight;
mod plans;
mod portal;
mod privacy;
mod race;
mod reasons;
mod release;
mod rules;
mod sessions;
mod swapping;
mod sweep;
mod transport;
