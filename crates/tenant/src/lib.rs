//! The municipality: who it is, whom it tells what, how it is reached, and how its service is set up.
//!
//! [`Directory`] answers "whose host is this?" from memory. [`TenantFile`] is how the operator describes a
//! municipality; [`apply`] makes the database agree with it, as often as one likes.
//!
//! ```
//! let land = tenant::Land::parse("NW").unwrap();
//! assert!(tenant::authority(land).name.contains("Nordrhein-Westfalen"));
//! ```

mod apply;
mod authority;
mod directory;
pub mod domains;
mod file;
pub mod holidays;
mod inventory;
mod legal_basis;
pub mod manage;
mod model;
mod openid;
mod operator_file;
pub mod personal_data;
pub mod quotas;
mod release;
mod sections;
mod store;
mod theme;

pub use apply::{Applied, ApplyError, apply, go_live, identify, slugs, state, tell_directories};
pub use authority::{Authority, authority};
pub use directory::{Directory, DirectoryError, Listed, municipality, settings};
pub use file::{Problem, RecipientEntry, TenantFile};
pub use holidays::{Holiday, HolidaySwitches};
pub use inventory::INVENTORY;
pub use legal_basis::{Basis, DataProtectionOfficer, LegalBases, Point, general_clause};
pub use manage::ManageError;
pub use model::{
    Booking, ContactFields, Controller, Land, MailSettings, Municipality, Recipient, RecipientRole,
    Requirement, Retention, Settings, SmsSettings, State,
};
pub use openid::{MappedRole, OpenIdSettings, is_loopback};
pub use operator_file::{OperatorFile, PLATFORM_SLUG};
pub use release::{ClockTime, Cooldown, Release, Weekday, monthly_release_day};
pub use sections::{Sections, sections, write_down};
pub use theme::{Theme, contrast};

/// The NOTIFY channel that says "a municipality changed".
pub const CHANNEL: &str = "tenant_changed";
