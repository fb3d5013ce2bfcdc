//! Services, locations and hours from the municipality's file.

mod file;
mod write;

pub use file::CalendarFile;
pub use write::{Hours, set_up};
