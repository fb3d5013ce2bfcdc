//! Tables (CSV, RFC 4180) as spreadsheets and other systems save them: semicolons, commas or tabs.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use csv::{ReaderBuilder, StringRecord, Trim};

use super::{
    Entry, Here, MOST_ENTRIES, Read, Span, Wrong,
    columns::{Says, meaning, plain},
    moments,
};
use crate::ContactInput;

/// Where each column is.
type Places = BTreeMap<Says, usize>;

/// Words by which other systems say that an appointment is none any more.
const CANCELLED: [&str; 9] = [
    "storniert",
    "abgesagt",
    "geloescht",
    "cancelled",
    "canceled",
    "deleted",
    "verworfen",
    "inaktiv",
    "noshow",
];

/// Reads a table. The first line names the columns.
pub(super) fn read(text: &str, here: Here) -> Result<Read, Wrong> {
    // one kind of line end: lines are counted
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    // some spreadsheets write a line for themselves, "sep=;"
    let own = text.lines().next().filter(|line| line.trim().to_lowercase().starts_with("sep="));
    let skipped = own.map_or(0, str::len);
    let table = text.get(skipped..).unwrap_or_default().trim_start_matches(['\r', '\n']);
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter(table))
        .flexible(true)
        .trim(Trim::All)
        .from_reader(table.as_bytes());
    let head = reader.headers().map_err(|_| Wrong::new("import-table"))?.clone();
    let (places, ignored) = places(&head)?;
    let mut entries = Vec::new();
    for record in reader.into_records() {
        let record = record.map_err(|_| Wrong::new("import-table"))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if entries.len() == MOST_ENTRIES {
            return Err(Wrong::limit("import-many", MOST_ENTRIES));
        }
        let line = record.position().map_or(0, csv::Position::line) + u64::from(skipped > 0);
        let row =
            Row { places: &places, record: &record, line: u32::try_from(line).unwrap_or(u32::MAX) };
        if !row.is_cancelled() {
            entries.push(row.entry(here).map_err(|wrong| (row.line, wrong)));
        }
    }
    Ok(Read { entries, ignored })
}

/// What separates the columns: whatever there is most of in the first line.
fn delimiter(table: &str) -> u8 {
    let head = table.lines().next().unwrap_or_default();
    let count = |sign: u8| head.bytes().filter(|byte| *byte == sign).count();
    // of several that occur equally often the last one wins
    [b'\t', b',', b';'].into_iter().max_by_key(|sign| count(*sign)).unwrap_or(b';')
}

/// Which column is where, and those that mean nothing.
fn places(head: &StringRecord) -> Result<(Places, Vec<String>), Wrong> {
    let (mut places, mut ignored) = (Places::new(), Vec::new());
    for (at, heading) in head.iter().enumerate() {
        match meaning(heading) {
            Some(says) if places.contains_key(&says) => {
                return Err(Wrong::new("import-column-twice"));
            }
            Some(says) => {
                places.insert(says, at);
            }
            None if heading.is_empty() => {}
            None => ignored.push(heading.chars().take(40).collect()),
        }
    }
    if !places.contains_key(&Says::Date) && !places.contains_key(&Says::Begin) {
        return Err(Wrong::new("import-columns"));
    }
    Ok((places, ignored))
}

struct Row<'a> {
    places: &'a Places,
    record: &'a StringRecord,
    line: u32,
}

impl Row<'_> {
    fn text(&self, says: Says) -> Option<&str> {
        let place = self.places.get(&says)?;
        self.record.get(*place).map(str::trim).filter(|text| !text.is_empty())
    }

    fn owned(&self, says: Says) -> Option<String> {
        self.text(says).map(str::to_owned)
    }

    fn is_cancelled(&self) -> bool {
        self.text(Says::Status).is_some_and(|status| CANCELLED.contains(&plain(status).as_str()))
    }

    fn entry(&self, here: Here) -> Result<Entry, Wrong> {
        let mut entry = Entry::new(self.line, self.span(here)?);
        entry.key = self.owned(Says::Key);
        entry.service = self.owned(Says::Service);
        entry.location = self.owned(Says::Location);
        entry.counter = self.owned(Says::Counter);
        entry.persons = match self.text(Says::Persons) {
            Some(text) => text.parse().map_err(|_| Wrong::new("import-persons"))?,
            None => 1,
        };
        entry.contact = self.contact()?;
        entry.language = self.owned(Says::Language);
        entry.title = self.owned(Says::Title);
        Ok(entry)
    }

    fn span(&self, here: Here) -> Result<Span, Wrong> {
        let day = self.day(Says::Date)?;
        let last = self.day(Says::EndDate)?;
        let Some(begin) = self.text(Says::Begin) else {
            let from = day.ok_or(Wrong::new("import-date"))?;
            let to = last.unwrap_or(from);
            return if from <= to {
                Ok(Span::Days(from, to))
            } else {
                Err(Wrong::new("import-order"))
            };
        };
        let at = |text: &str, day: Option<NaiveDate>| {
            let local = match day {
                Some(day) => moments::time(text).map(|time| day.and_time(time)),
                None => None,
            };
            let local = local.or_else(|| moments::both(text));
            let there = local.and_then(|local| moments::in_zone(local, here.zone));
            moments::instant(text).or(there).ok_or(Wrong::new("import-time"))
        };
        let from = at(begin, day)?;
        let its_day = kernel::spoken::local_day(from, here.zone);
        let to = match (self.text(Says::End), self.text(Says::Minutes)) {
            (Some(end), _) => Some(at(end, Some(last.unwrap_or(its_day)))?),
            (None, Some(minutes)) => {
                let minutes =
                    minutes.parse::<u16>().ok().filter(|minutes| (1..=1440).contains(minutes));
                let minutes = minutes.ok_or(Wrong::new("import-minutes"))?;
                Some(from + TimeDelta::minutes(minutes.into()))
            }
            (None, None) => None,
        };
        if to.is_some_and(|to| to <= from) {
            return Err(Wrong::new("import-order"));
        }
        Ok(Span::Timed(from, to))
    }

    fn day(&self, says: Says) -> Result<Option<NaiveDate>, Wrong> {
        let read = |text| moments::date(text).ok_or(Wrong::new("import-date"));
        self.text(says).map(read).transpose()
    }

    fn contact(&self) -> Result<ContactInput, Wrong> {
        let (first, last) = self.text(Says::FullName).map(split_name).unwrap_or_default();
        let read = |text| moments::date(text).ok_or(Wrong::new("import-birth-date"));
        Ok(ContactInput {
            first_name: self.owned(Says::FirstName).unwrap_or(first),
            last_name: self.owned(Says::LastName).unwrap_or(last),
            email: self.owned(Says::Email),
            phone: self.owned(Says::Phone),
            street: self.owned(Says::Street),
            postal_code: self.owned(Says::PostalCode),
            city: self.owned(Says::City),
            birth_date: self.text(Says::BirthDate).map(read).transpose()?,
        })
    }
}

/// First and last name of "Mustermann, Erika" and "Erika Mustermann".
pub(crate) fn split_name(name: &str) -> (String, String) {
    let (first, last) = match name.split_once(',') {
        Some((last, first)) => (first, last),
        None => name.trim().rsplit_once(' ').unwrap_or(("", name)),
    };
    (first.trim().to_owned(), last.trim().to_owned())
}
