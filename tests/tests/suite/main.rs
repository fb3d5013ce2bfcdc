//! The end-to-end suites, one module per subject. One binary, so that they are linked once.

#![expect(clippy::expect_used, clippy::panic, reason = "what goes wrong ends the test that saw it")]

mod abuse;
mod access;
mod access_pages;
mod accounts;
mod accounts_api;
mod accounts_guards;
mod accounts_mail;
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
mod kill;
mod messages;
mod offered;
mod office_isolation;
mod office_week;
mod openid;
mod openid_hostile;
mod passkeys;
mod passkeys_api;
mod people;
mod people_api;
mod people_way_in;
mod plans;
mod platform;
mod portal;
mod privacy;
mod race;
mod reasons;
mod redis_ways;
mod release;
mod rules;
mod sessions;
mod swapping;
mod transport;
