//! Words that every other crate uses: typed ids, time and chance as arguments, the acting person's
//! context, locales and their texts, error codes, and the vocabulary of the privacy inventory.
//!
//! No IO, no async, no SQL, no HTTP.
//!
//! ```
//! use kernel::{Ctx, Locale, TenantId};
//!
//! let tenant = TenantId::from(uuid::Uuid::nil());
//! let ctx = Ctx::for_tests(tenant, "2026-12-08T09:15:00+01:00").with_locale(Locale::De);
//! assert_eq!(ctx.now().timestamp(), 1_796_717_700);
//! ```

mod chance;
mod clock;
pub mod cookie;
pub mod csv;
mod ctx;
mod error;
pub mod event;
mod id;
pub mod inventory;
mod locale;
pub mod my_data;
pub mod policy;
pub mod retention;
mod role;
mod scope;
pub mod spoken;
mod telling;
pub mod text;

/// The target of the spans that make up a trace; nothing else has it. Their fields are exported (OTLP), so they hold words of the
/// program and counts, and nothing that anybody typed. Log lines leave them out.
pub const TRACE: &str = "trace";

pub use chance::{Chance, OsChance, SeededChance};
pub use clock::{Clock, ManualClock, SystemClock};
pub use ctx::{Actor, Ctx, RequestId};
pub use error::{ErrorCode, PublicError};
pub use id::{
    AccessKeyId, AccountCodeId, AccountId, AppointmentEventId, AppointmentId, AuditEntryId,
    CalendarChangeId, CalendarImportId, ClosureId, CounterId, IncidentId, JobId, LocationId,
    MessageId, OfficeNoteId, OpeningRuleId, PasskeyId, PrivacyRequestId, RecipientChangeId,
    RecipientId, ServiceId, SignInId, SubjectId, SupportGrantId, TenantId,
};
pub use locale::{Locale, LocalizedText};
pub use role::{Grant, Grants, Role};
pub use scope::{Scope, Scopes};
pub use telling::Telling;
