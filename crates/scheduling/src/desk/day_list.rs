//! The appointments of a day at a location.

use chrono::{DateTime, Days, NaiveDate, Utc};
use db::TenantTx;
use kernel::{AppointmentId, Ctx, LocationId, policy};
use sea_orm::Value;
use tenant::Municipality;

use super::entry::{self, DeskEntry, entries};
use crate::{Catalogue, Error, Status, model::opening::wall_clock, reach};

/// Appointments that one question can have, at most.
pub const MOST_OF_A_DAY: u32 = 200;

/// Which appointments.
#[derive(Debug, Clone)]
pub struct DayQuery {
    /// Where.
    pub location: LocationId,
    /// On which day of the municipality's calendar.
    pub day: NaiveDate,
    /// In which states; all but cancelled ones when `None`.
    pub statuses: Option<Vec<Status>>,
    /// Those after this one.
    pub after: Option<Cursor>,
    /// So many, at most.
    pub first: u32,
}

/// A place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    starts_at: DateTime<Utc>,
    id: AppointmentId,
}

impl Cursor {
    /// Of an entry.
    pub fn of(entry: &DeskEntry) -> Self {
        Self { starts_at: entry.appointment.starts_at, id: entry.appointment.id }
    }

    /// Reads what [`std::fmt::Display`] has written.
    pub fn parse(text: &str) -> Option<Self> {
        let (seconds, id) = text.split_once('-')?;
        let starts_at = DateTime::from_timestamp(seconds.parse().ok()?, 0)?;
        Some(Self { starts_at, id: AppointmentId::parse(id)? })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.starts_at.timestamp(), self.id)
    }
}

/// A part of the list.
#[derive(Clone)]
pub struct DayList {
    /// By start.
    pub entries: Vec<DeskEntry>,
    /// Whether there are more.
    pub has_more: bool,
}

/// The appointments of a day at a location, by start.
pub async fn day_list(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    catalogue: &Catalogue,
    query: &DayQuery,
) -> Result<DayList, Error> {
    reach::at(ctx, policy::Action::ServeAppointments, query.location)?;
    reach::at(ctx, policy::Action::OpenPerson, query.location)?;
    catalogue.location_ever(query.location).ok_or(Error::NotFound)?;
    if !(1..=MOST_OF_A_DAY).contains(&query.first) {
        let limit = Some(MOST_OF_A_DAY);
        return Err(Error::BadInput { field: "first", reason: "first-range", limit });
    }
    let next = query.day.checked_add_days(Days::new(1)).unwrap_or(query.day);
    let states: Vec<String> = match &query.statuses {
        Some(states) => states.iter().map(|state| state.key().to_owned()).collect(),
        None => Status::ALL
            .iter()
            .filter(|state| **state != Status::Cancelled)
            .map(|state| state.key().to_owned())
            .collect(),
    };
    let mut values: Vec<Value> = vec![
        tx.tenant().uuid().into(),
        query.location.uuid().into(),
        wall_clock(query.day, 0, town.zone()).into(),
        wall_clock(next, 0, town.zone()).into(),
        states.into(),
        (i64::from(query.first) + 1).into(),
    ];
    let after = match query.after {
        Some(after) => {
            values.push(after.starts_at.into());
            values.push(after.id.uuid().into());
            " AND (a.starts_at, a.id) > ($7, $8)"
        }
        None => "",
    };
    let condition = format!(
        "a.location_id = $2 AND a.starts_at >= $3 AND a.starts_at < $4 AND a.status = ANY ($5){after}
          ORDER BY a.starts_at, a.id LIMIT $6"
    );
    let mut entries = entry::read(tx, entries!("", condition), values).await?;
    let has_more = entries.len() > query.first as usize;
    entries.truncate(query.first as usize);
    Ok(DayList { entries, has_more })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back() {
        let cursor = Cursor {
            starts_at: "2026-12-08T08:15:00Z".parse().unwrap(),
            id: uuid::Uuid::from_u128(7).into(),
        };
        assert_eq!(Cursor::parse(&cursor.to_string()), Some(cursor));
        for garbage in
            ["", "-", "x-y", "1-", "99999999999999999-00000000-0000-0000-0000-000000000007"]
        {
            assert_eq!(Cursor::parse(garbage), None, "{garbage}");
        }
    }
}
