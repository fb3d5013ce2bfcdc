//! Calendars (iCalendar, RFC 5545). Of an event only what is asked for is looked at: attachments, alarms and notes are not.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use icalendar::parser::{Component, Property, read_components, unfold};

use super::{
    Entry, Here, MOST_ENTRIES, Read, Span, Wrong, moments,
    series::{self, MOST_SERIES, basic, basic_date},
    table::split_name,
};

/// Components within components: an alarm in an event in a calendar, and some to spare. The parser calls itself for each.
const DEEPEST: usize = 6;

/// Whether a text is a calendar.
pub(super) fn is_calendar(text: &str) -> bool {
    let mark = "BEGIN:VCALENDAR";
    text.trim_start().get(..mark.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(mark))
}

/// Reads the events of a calendar.
pub(super) fn read(text: &str, here: Here) -> Result<Read, Wrong> {
    let broken = Wrong::new("import-calendar");
    let lines = event_lines(text)?;
    let unfolded = unfold(text);
    let all = read_components(&unfolded).map_err(|_| broken)?;
    let calendars = all.iter().filter(|one| is_called(one, "VCALENDAR"));
    let events: Vec<_> = calendars
        .flat_map(|calendar| &calendar.components)
        .filter(|one| is_called(one, "VEVENT"))
        .collect();
    // an event that the parser has left out would shift all numbers after it
    if events.len() != lines.len() {
        return Err(broken);
    }
    if events.len() > MOST_ENTRIES {
        return Err(Wrong::limit("import-many", MOST_ENTRIES));
    }
    let mut file = File { here, replaced: HashMap::new(), rules: 0 };
    let events: Vec<Event<'_, '_>> =
        events.into_iter().zip(lines).map(|(component, line)| Event { component, line }).collect();
    for event in &events {
        file.note_replaced(event);
    }
    let mut read = Read::default();
    for event in &events {
        match file.entries(event) {
            Ok(entries) => read.entries.extend(entries.into_iter().map(Ok)),
            Err(wrong) => read.entries.push(Err((event.line, wrong))),
        }
        if read.entries.len() > MOST_ENTRIES {
            return Err(Wrong::limit("import-many", MOST_ENTRIES));
        }
    }
    Ok(read)
}

/// The lines at which events begin. Refuses what is nested like no calendar is.
fn event_lines(text: &str) -> Result<Vec<u32>, Wrong> {
    let (mut depth, mut found) = (0_usize, Vec::new());
    for (at, line) in text.lines().enumerate() {
        let line = line.trim_end().to_ascii_uppercase();
        if let Some(name) = line.strip_prefix("BEGIN:") {
            if depth == 1 && name == "VEVENT" {
                found.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
            }
            depth += 1;
        } else if line.starts_with("END:") {
            depth = depth.saturating_sub(1);
        }
        if depth > DEEPEST {
            return Err(Wrong::new("import-calendar"));
        }
    }
    Ok(found)
}

fn is_called(component: &Component<'_>, name: &str) -> bool {
    component.name.as_str().eq_ignore_ascii_case(name)
}

struct Event<'e, 'a> {
    component: &'e Component<'a>,
    line: u32,
}

/// A wall-clock time and whose clock it is, or a whole day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Clock(NaiveDateTime, Tz),
    Day(NaiveDate),
}

impl At {
    fn local(self) -> NaiveDateTime {
        match self {
            Self::Clock(local, _) => local,
            Self::Day(day) => day.and_time(chrono::NaiveTime::MIN),
        }
    }

    fn instant(self) -> Result<DateTime<Utc>, Wrong> {
        let zone = match self {
            Self::Clock(_, zone) => zone,
            Self::Day(_) => Tz::UTC,
        };
        series::instant(self.local(), zone)
    }
}

impl Event<'_, '_> {
    fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Property<'s>> {
        self.component.properties.iter().filter(move |p| p.name.as_str().eq_ignore_ascii_case(name))
    }

    fn one(&self, name: &str) -> Option<&Property<'_>> {
        self.component.properties.iter().find(|p| p.name.as_str().eq_ignore_ascii_case(name))
    }

    fn word(&self, name: &str) -> String {
        self.one(name).map(|p| p.val.as_str().trim().to_ascii_uppercase()).unwrap_or_default()
    }

    fn text(&self, name: &str) -> Option<String> {
        let text = self.one(name)?.val.clone().unescape_text().as_str().trim().to_owned();
        Some(text).filter(|text| !text.is_empty())
    }

    /// Whether nobody's time is taken by it.
    fn is_void(&self) -> bool {
        self.word("STATUS") == "CANCELLED" || self.word("TRANSP") == "TRANSPARENT"
    }
}

struct File {
    here: Here,
    /// Dates of series that have an event of their own, by the series.
    replaced: HashMap<String, Vec<At>>,
    rules: usize,
}

impl File {
    fn note_replaced(&mut self, event: &Event<'_, '_>) {
        let Some(property) = event.one("RECURRENCE-ID") else { return };
        if let (Some(uid), Ok(at)) = (event.text("UID"), self.at(property)) {
            self.replaced.entry(uid).or_default().push(at);
        }
    }

    /// What an event is: one entry, one for each date of its series, or none.
    fn entries(&mut self, event: &Event<'_, '_>) -> Result<Vec<Entry>, Wrong> {
        if event.is_void() {
            return Ok(Vec::new());
        }
        let begins = self.at(event.one("DTSTART").ok_or(Wrong::new("import-date"))?)?;
        let length = self.length(event, begins)?;
        let uid = event.text("UID");
        let Some(rule) = event.one("RRULE") else {
            let mut all = vec![begins];
            self.add_dates(event, &mut all)?;
            let own = match event.one("RECURRENCE-ID") {
                Some(property) if has_range(property) => {
                    return Err(Wrong::new("import-series-range"));
                }
                Some(property) => Some(self.at(property)?),
                None => None,
            };
            let is_series = all.len() > 1;
            return all
                .into_iter()
                .map(|at| {
                    entry(event, at, length, key(uid.as_deref(), own.or(is_series.then_some(at))))
                })
                .collect();
        };
        self.rules += 1;
        if self.rules > MOST_SERIES {
            return Err(Wrong::limit("import-series-many", MOST_SERIES));
        }
        let zone = match begins {
            At::Clock(_, zone) => zone,
            At::Day(_) => Tz::UTC,
        };
        let found = series::dates(rule.val.as_str(), begins.local(), zone, self.here)?;
        let same_kind = |local: NaiveDateTime| match begins {
            At::Clock(..) => At::Clock(local, zone),
            At::Day(_) => At::Day(local.date()),
        };
        let mut all: Vec<At> = found.into_iter().map(same_kind).collect();
        self.add_dates(event, &mut all)?;
        let left_out = self.left_out(event, uid.as_deref())?;
        all.into_iter()
            .filter(|at| at.instant().is_ok_and(|instant| !left_out.contains(&instant)))
            .map(|at| entry(event, at, length, key(uid.as_deref(), Some(at))))
            .collect()
    }

    fn add_dates(&self, event: &Event<'_, '_>, all: &mut Vec<At>) -> Result<(), Wrong> {
        for property in event.all("RDATE") {
            for at in self.list(property)? {
                if !all.contains(&at) {
                    all.push(at);
                }
            }
        }
        Ok(())
    }

    /// Dates of a series that are no dates of it: taken out, or with an event of their own.
    fn left_out(
        &self,
        event: &Event<'_, '_>,
        uid: Option<&str>,
    ) -> Result<Vec<DateTime<Utc>>, Wrong> {
        let mut found = Vec::new();
        for property in event.all("EXDATE") {
            for at in self.list(property)? {
                found.push(at.instant()?);
            }
        }
        for at in uid.and_then(|uid| self.replaced.get(uid)).into_iter().flatten() {
            found.push(at.instant()?);
        }
        Ok(found)
    }

    /// How long an event takes, if it says so.
    fn length(&self, event: &Event<'_, '_>, begins: At) -> Result<Option<TimeDelta>, Wrong> {
        if let Some(property) = event.one("DTEND") {
            let ends = self.at(property)?;
            let length = match (begins, ends) {
                (At::Day(from), At::Day(to)) => to - from,
                (At::Clock(..), At::Clock(..)) => ends.instant()? - begins.instant()?,
                _ => return Err(Wrong::new("import-time")),
            };
            // an end that is its beginning ends nothing
            return match length {
                length if length < TimeDelta::zero() => Err(Wrong::new("import-order")),
                length if length.is_zero() => Ok(None),
                length => Ok(Some(length)),
            };
        }
        let Some(property) = event.one("DURATION") else { return Ok(None) };
        moments::duration(property.val.as_str()).map(Some).ok_or(Wrong::new("import-time"))
    }

    fn list(&self, property: &Property<'_>) -> Result<Vec<At>, Wrong> {
        let zone = zone_of(property)?;
        property.val.as_str().split(',').map(|value| self.read(value.trim(), zone)).collect()
    }

    fn at(&self, property: &Property<'_>) -> Result<At, Wrong> {
        self.read(property.val.as_str().trim(), zone_of(property)?)
    }

    fn read(&self, value: &str, zone: Option<Tz>) -> Result<At, Wrong> {
        let wrong = Wrong::new("import-time");
        if let Some(day) = basic_date(value) {
            return Ok(At::Day(day));
        }
        if let Some(utc) = value.strip_suffix('Z') {
            return Ok(At::Clock(basic(utc).ok_or(wrong)?, Tz::UTC));
        }
        // a time without a zone is one on the clocks here
        Ok(At::Clock(basic(value).ok_or(wrong)?, zone.unwrap_or(self.here.zone)))
    }
}

/// The entry of one date.
fn entry(
    event: &Event<'_, '_>,
    at: At,
    length: Option<TimeDelta>,
    key: Option<String>,
) -> Result<Entry, Wrong> {
    let span = match at {
        At::Day(day) => {
            // the end of whole days is the day after the last one
            let days = length.map_or(1, |length| length.num_days()).max(1);
            let last = day.checked_add_signed(TimeDelta::days(days - 1));
            Span::Days(day, last.ok_or(Wrong::new("import-date"))?)
        }
        At::Clock(..) => {
            let from = at.instant()?;
            Span::Timed(from, length.map(|length| from + length))
        }
    };
    let mut entry = Entry::new(event.line, span);
    entry.key = key;
    entry.service = event.text("CATEGORIES");
    entry.location = event.text("LOCATION");
    entry.title = event.text("SUMMARY");
    if let Some(attendee) = event.one("ATTENDEE") {
        let name = attendee.params.iter().find(|p| p.key.as_str().eq_ignore_ascii_case("CN"));
        let name = name.and_then(|p| p.val.as_ref()).map(|name| name.as_str().trim_matches('"'));
        let (first, last) = name.map(split_name).unwrap_or_default();
        (entry.contact.first_name, entry.contact.last_name) = (first, last);
        let address = attendee.val.as_str();
        let is_mail = address.get(..7).is_some_and(|begin| begin.eq_ignore_ascii_case("mailto:"));
        entry.contact.email = address.get(7..).filter(|_| is_mail).map(str::to_owned);
    }
    Ok(entry)
}

fn zone_of(property: &Property<'_>) -> Result<Option<Tz>, Wrong> {
    let named = property.params.iter().find(|p| p.key.as_str().eq_ignore_ascii_case("TZID"));
    let Some(name) = named.and_then(|p| p.val.as_ref()) else { return Ok(None) };
    zone(name.as_str()).map(Some).ok_or(Wrong::new("import-zone"))
}

/// What names an entry: the event's own name, and the date where it has several.
fn key(uid: Option<&str>, date: Option<At>) -> Option<String> {
    let date = date.map(|at| format!("\n{}", at.local().format("%Y%m%dT%H%M%S")));
    uid.map(|uid| format!("{uid}{}", date.unwrap_or_default()))
}

fn has_range(property: &Property<'_>) -> bool {
    property.params.iter().any(|p| p.key.as_str().eq_ignore_ascii_case("RANGE"))
}

/// A zone by its IANA name, also behind a vendor's prefix, or by the names of Outlook.
fn zone(name: &str) -> Option<Tz> {
    let name = name.trim().trim_matches('"');
    let known = match name {
        "W. Europe Standard Time" | "Central Europe Standard Time" | "Mitteleuropäische Zeit" => {
            Some(Tz::Europe__Berlin)
        }
        "Central European Standard Time" => Some(Tz::Europe__Warsaw),
        "Romance Standard Time" => Some(Tz::Europe__Paris),
        "GMT Standard Time" => Some(Tz::Europe__London),
        _ => None,
    };
    known.or_else(|| name.parse().ok()).or_else(|| {
        let place = name.match_indices('/').rev().nth(1)?.0 + 1;
        name.get(place..)?.parse().ok()
    })
}
