//! Services, locations and hours from the municipality's file.

mod file;
mod sections;
mod write;

pub use file::CalendarFile;
pub use sections::sections;
pub use write::{Hours, set_up};
