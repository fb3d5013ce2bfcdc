//! What is kept, why, how long and for whom: the notice, the inventory, the access log.
//!
//! * [`publish`] writes the privacy notice from the municipality's data and from what the program does;
//!   [`notice`] reads it.
//! * [`access_log`] records requests with the ten fields that the notice names, and no others.
//! * [`INVENTORY`] and the functions of [`inventory`] say what every column of the database is there for.
//!
//! ```
//! // One list drives the record, its table and the sentence in the notice.
//! assert_eq!(privacy::access_log::FIELDS.len(), 10);
//! ```

pub mod access_log;
pub mod inventory;
mod notice;
pub mod requests;
pub mod rights;
mod sweep;

pub use inventory::INVENTORY;
pub use notice::{Notice, NoticeFacts, Section, notice, publish, render};
pub use requests::RightsError;
pub use rights::Rights;
pub use sweep::sweep;
