//! Changing the calendar safely: drafts, what they would do, publishing with a decision for each appointment that is
//! hit, taking back, closing days, and single appointments in the office's hands.
//!
//! `docs/calendar.md` says what is promised, `docs/booking.md` in which order publishing locks.

mod assess;
mod close_days;
mod decisions;
mod drafts;
mod notes;
mod office;
mod plans;
mod preview;
mod publish;
mod undo;

pub use assess::MOST_HIT;
pub use close_days::{CloseDays, close_days};
pub use decisions::{Choice, Choices, Decision};
pub(crate) use drafts::same_draft;
pub use drafts::{Change, ChangeState, SaveDraft, change, changes, discard, may_change, save};
pub use notes::{LONGEST_NOTE, office_note};
pub(crate) use office::find as find_served;
pub use office::{MoveByOffice, cancel_by_office, move_by_office, serve};
pub use plans::{CounterPlan, Plans, plan_to_change, plans};
pub(crate) use preview::count_hits;
pub use preview::{Hit, Preview, Suggestion, preview};
pub use publish::{Publish, Published, publish};
pub use undo::{Undone, undo};
