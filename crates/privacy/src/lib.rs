//! What is kept, why, how long and for whom: the notice, the inventory, the access log.
//!
//! * [`publish`] writes the privacy notice from the municipality's data and from what the program does;
//!   [`notice`] reads it.
//! * [`access_log`] records requests with the ten fields that the notice names, and no others.
//! * [`proof`] lists what the notice says, to be held against a running installation.
//! * [`retention`] has the one table of periods, keeps account of deletion and leaves receipts.
//! * [`statistics`] counts how the service is used, without anybody in it; [`incidents`] is the register of Art. 33 GDPR.
//! * [`support`] gives the operator access to people's data for some hours; [`contract_end`] announces a deletion.
//! * [`recipients`] announces who else will get data, and lets it come into force on its day.
//! * [`record`] is the record of processing activities; [`gaps`] says what a notice cannot say yet.
//! * [`INVENTORY`] and the functions of [`inventory`] say what every column of the database is there for.
//!
//! ```
//! // One list drives the record, its table and the sentence in the notice.
//! assert_eq!(privacy::access_log::FIELDS.len(), 10);
//! ```

pub mod access_log;
mod completeness;
mod condition;
pub mod contract_end;
mod error;
mod expiring;
pub mod incidents;
pub mod inventory;
mod notice;
pub mod proof;
pub mod recipients;
pub mod record;
pub mod requests;
pub mod retention;
pub mod rights;
pub mod statistics;
pub mod support;

pub use completeness::gaps;
pub use condition::{DutyCondition, condition};
pub use error::DutyError;
pub use expiring::expiring;
pub use inventory::INVENTORY;
pub use notice::{
    Notice, NoticeFacts, Section, VersionLine, altered_versions, is_current, notice, publish,
    render, versions,
};
pub use requests::RightsError;
pub use rights::{Rights, replay::Replayed};
