//! Reading what another system has exported: CSV and iCalendar, as entries that say what they want. Pure.
//!
//! Nothing here knows what this municipality offers; names stay words until [`crate::import`] looks for them.

pub(crate) mod absences;
pub(crate) mod columns;
mod events;
mod moments;
mod series;
mod table;
mod text;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

pub(crate) use table::split_name;

use crate::ContactInput;

/// Bytes of a file, at most.
pub const LARGEST_FILE: usize = 1024 * 1024;
/// Entries of a file, at most; a series counts with each of its dates.
pub const MOST_ENTRIES: usize = 2_000;
/// So far ahead an entry may lie.
pub(crate) const FARTHEST_DAYS: u64 = 400;

/// An entry of the file.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// The line at which it begins.
    pub(crate) line: u32,
    /// What the other system calls it. One date of a series has one of its own.
    pub(crate) key: Option<String>,
    pub(crate) span: Span,
    pub(crate) service: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) counter: Option<String>,
    pub(crate) persons: u32,
    pub(crate) contact: ContactInput,
    pub(crate) language: Option<String>,
    /// What it is called there. Dropped unless somebody asks for it: it may name people.
    pub(crate) title: Option<String>,
}

impl Entry {
    fn new(line: u32, span: Span) -> Self {
        Self {
            line,
            key: None,
            span,
            service: None,
            location: None,
            counter: None,
            persons: 1,
            contact: ContactInput::default(),
            language: None,
            title: None,
        }
    }
}

/// When.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    /// From an instant to another, if it says so.
    Timed(DateTime<Utc>, Option<DateTime<Utc>>),
    /// Whole days, the last one included.
    Days(NaiveDate, NaiveDate),
}

/// Why an entry, or the whole file, cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// Key of the sentence in `kernel/locales/errors.*.ftl`.
    pub(crate) reason: &'static str,
    /// A number that the sentence mentions.
    pub(crate) limit: Option<u32>,
}

impl Wrong {
    pub(crate) const fn new(reason: &'static str) -> Self {
        Self { reason, limit: None }
    }

    fn limit(reason: &'static str, limit: usize) -> Self {
        Self { reason, limit: u32::try_from(limit).ok() }
    }
}

/// What a file says.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// Its entries, and for those that cannot be used their line and why.
    pub(crate) entries: Vec<Result<Entry, (u32, Wrong)>>,
    /// Columns that nobody understands.
    pub(crate) ignored: Vec<String>,
}

/// Where and when it is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Here {
    pub(crate) zone: Tz,
    pub(crate) today: NaiveDate,
}

/// Reads a file of either kind.
pub(crate) fn read(file: &[u8], here: Here) -> Result<Read, Wrong> {
    let text = text::decode(file)?;
    if events::is_calendar(&text) { events::read(&text, here) } else { table::read(&text, here) }
}

/// The file in which somebody can begin: every column, and an example. Semicolons, as German spreadsheets save it.
pub fn template() -> String {
    let example = |column: &columns::Column| column.example.to_owned();
    kernel::csv::sheet(&[
        columns::ALL.iter().map(|column| column.names[0].to_owned()).collect(),
        columns::ALL.iter().map(example).collect(),
    ])
}

/// The names that the columns of a table may have, as Markdown for `docs/import.md`.
pub fn documented_columns() -> String {
    columns::documented()
}

#[cfg(test)]
mod tests;
