//! Entities and statements of the calendar. They never leave this crate.

pub(crate) mod appointments;
pub(crate) mod calendar_state;
pub(crate) mod changes;
pub(crate) mod day_maps;
pub(crate) mod imports;
pub(crate) mod offer;
pub(crate) mod rule_book;
pub(crate) mod times;
