//! Importing what another system has: appointments of people, and times at which nobody serves.
//!
//! A look says what would be made of a file and writes nothing. Importing makes it, entry by entry, each in a transaction of
//! its own: what is taken stays taken, what was imported before is not imported again, and what cannot be used is reported
//! with its line. Absences become a draft of the calendar, which is published and undone like any other. The file itself is
//! kept nowhere. `docs/import.md` says what a file may look like.

mod absences;
mod appointments;
mod list;
mod resolve;
mod undo;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use db::{Db, audit};
use kernel::{
    AppointmentId, CalendarChangeId, CalendarImportId, CounterId, Ctx, Locale, LocalizedText,
    LocationId, ServiceId, policy::Action,
};
use tenant::Municipality;

pub use list::{PastImport, imports};
pub use undo::{ImportUndone, undo_import};

use crate::{
    Catalogue, Error,
    model::import::{self as model, Here, Wrong},
    today,
};

/// Appointments that one import makes, at most: a request is over before it takes too long. A longer file is imported again
/// for the rest.
pub const MOST_AT_ONCE: usize = 500;

/// What the entries of a file become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportKind {
    /// Appointments of people.
    Appointments,
    /// Times at which nobody serves.
    Absences,
}

impl ImportKind {
    /// The word in the database.
    pub fn key(self) -> &'static str {
        match self {
            Self::Appointments => "appointments",
            Self::Absences => "absences",
        }
    }

    /// Reads the word.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Appointments, Self::Absences].into_iter().find(|kind| kind.key() == key)
    }
}

/// Import a file.
#[derive(Debug, Clone)]
pub struct Import {
    /// CSV or iCalendar; which of them is seen.
    pub file: Vec<u8>,
    /// What its entries become.
    pub kind: ImportKind,
    /// The service of entries that name none.
    pub service: Option<ServiceId>,
    /// The location of entries that name none.
    pub location: Option<LocationId>,
    /// The counter of entries that name none.
    pub counter: Option<CounterId>,
    /// The language of people of whom the file says none.
    pub locale: Locale,
    /// Whether people get the messages of a booking, with the link to their appointment. Nobody does otherwise.
    pub tells: bool,
    /// Whether titles are used: as names of people without one, as reasons of absences. They are dropped otherwise.
    pub uses_titles: bool,
    /// Why nobody serves, for citizens who look for a time.
    pub reason: Option<LocalizedText>,
}

/// What comes of one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportOutcome {
    /// It would be made.
    New,
    /// It was made.
    Made,
    /// It is there already.
    Known,
    /// It is not made.
    Refused {
        /// Key of the sentence in `kernel/locales/errors.*.ftl`.
        reason: &'static str,
        /// A number that the sentence mentions.
        limit: Option<u32>,
    },
}

impl ImportOutcome {
    /// Why it is refused, for the person.
    pub fn message(self, locale: Locale) -> Option<String> {
        let Self::Refused { reason, limit } = self else { return None };
        let limit = limit.unwrap_or_default().to_string();
        Some(kernel::text::errors().say_with(locale, reason, &[("limit", &limit)]))
    }
}

impl From<Wrong> for ImportOutcome {
    fn from(Wrong { reason, limit }: Wrong) -> Self {
        Self::Refused { reason, limit }
    }
}

/// An entry of the file, without the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportLine {
    /// The line of the file.
    pub line: u32,
    /// When it begins.
    pub starts_at: Option<DateTime<Utc>>,
    /// Whole days, the last one included.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// Where.
    pub location: Option<LocationId>,
    /// What comes of it.
    pub outcome: ImportOutcome,
    /// The appointment that it became.
    pub appointment: Option<AppointmentId>,
}

/// What comes of a file.
#[derive(Debug, Clone, Default)]
pub struct ImportReport {
    /// The import; none was made when there was nothing to make.
    pub id: Option<CalendarImportId>,
    /// The draft that absences became.
    pub change: Option<CalendarChangeId>,
    /// Appointments that the absences hit: whoever publishes the draft decides about them.
    pub hits: usize,
    /// Each entry, in the order of the file.
    pub lines: Vec<ImportLine>,
    /// Columns that nobody understands.
    pub ignored: Vec<String>,
}

impl ImportReport {
    /// How many entries came to this.
    pub fn count(&self, outcome: ImportOutcome) -> usize {
        self.lines.iter().filter(|line| line.outcome == outcome).count()
    }

    /// How many entries are not made.
    pub fn refused(&self) -> usize {
        let is_refused = |line: &&ImportLine| matches!(line.outcome, ImportOutcome::Refused { .. });
        self.lines.iter().filter(is_refused).count()
    }

    /// Why entries are not made, and how often.
    pub fn reasons(&self) -> BTreeMap<&'static str, usize> {
        let mut reasons = BTreeMap::new();
        for line in &self.lines {
            if let ImportOutcome::Refused { reason, .. } = line.outcome {
                *reasons.entry(reason).or_default() += 1;
            }
        }
        reasons
    }
}

/// What a use case of this module works with.
#[derive(Clone, Copy)]
pub(crate) struct Work<'a> {
    pub(crate) ctx: &'a Ctx,
    pub(crate) db: &'a Db,
    pub(crate) town: &'a Municipality,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) command: &'a Import,
}

/// Looks at a file: what would be made of it. Writes nothing.
pub async fn preview_import(
    ctx: &Ctx,
    db: &Db,
    town: &Municipality,
    catalogue: &Catalogue,
    command: &Import,
) -> Result<ImportReport, Error> {
    ctx.authorize(Action::ImportCalendar)?;
    let work = Work { ctx, db, town, catalogue, command };
    let read = work.read()?;
    match command.kind {
        ImportKind::Appointments => Ok(appointments::look(work, read).await?.report),
        ImportKind::Absences => Ok(absences::look(work, read).await?.report),
    }
}

/// Imports a file: at most [`MOST_AT_ONCE`] appointments, or all absences as one draft. The same file again makes what is
/// left, and then nothing.
pub async fn import(
    ctx: &Ctx,
    db: &Db,
    town: &Municipality,
    catalogue: &Catalogue,
    command: &Import,
) -> Result<ImportReport, Error> {
    ctx.authorize(Action::ImportCalendar)?;
    let work = Work { ctx, db, town, catalogue, command };
    let read = work.read()?;
    match command.kind {
        ImportKind::Appointments => appointments::make(work, read).await,
        ImportKind::Absences => absences::make(work, read).await,
    }
}

impl Work<'_> {
    fn read(&self) -> Result<model::Read, Error> {
        let here = Here { zone: self.town.zone(), today: today(self.ctx, self.town) };
        model::read(&self.command.file, here).map_err(|Wrong { reason, limit }| Error::BadInput {
            field: "file",
            reason,
            limit,
        })
    }

    fn act(id: CalendarImportId, action: &'static str) -> audit::Act<'static> {
        audit::Act { action, object: "calendar-import", object_id: Some(id.uuid()) }
    }
}

/// Why an error means that an entry is not made. `Err`: nothing can be made at all.
pub(crate) fn refusal(error: Error) -> Result<ImportOutcome, Error> {
    let wrong = match error {
        Error::SlotTaken => Wrong::new("import-taken"),
        Error::NotFound => Wrong::new("import-service"),
        Error::BadInput { reason: "start-past", .. } => Wrong::new("import-past"),
        Error::BadInput { reason: "start-far", .. } => Wrong::new("import-far"),
        Error::BadInput { reason: "start-raster", .. } => Wrong::new("import-grid"),
        Error::BadInput { reason, limit, .. } => Wrong { reason, limit },
        Error::Contact(problems) => match problems.first() {
            Some(problem) => Wrong { reason: problem.reason, limit: problem.limit },
            None => Wrong::new("bad-input"),
        },
        error => return Err(error),
    };
    Ok(wrong.into())
}
