//! The appointments of a day.

use axum::response::Response;
use chrono::{Days, NaiveDate};
use http::StatusCode;
use kernel::{policy::Action, spoken};
use scheduling::{Catalogue, Cursor, DayQuery, DeskEntry, MOST_OF_A_DAY, Status};

use super::PlaceChoice;
use crate::{
    caller::Caller,
    error::Failure,
    fields::Asked,
    page::{Page, Shown, show},
};

#[derive(askama::Template)]
#[template(path = "desk_day.html")]
pub(crate) struct DayPage {
    pub page: Page,
    pub places: Vec<PlaceChoice>,
    pub place: String,
    /// "Dienstag, 8. Dezember 2026"
    pub day: String,
    /// `2026-12-08`
    pub date: String,
    pub before: String,
    pub after: String,
    /// The way back to today; empty on today.
    pub today: String,
    pub states: Vec<PlaceChoice>,
    pub rows: Vec<DayRow>,
    pub count: String,
}

/// A line of the list. Has no `Debug`: it is personal.
#[derive(Clone)]
pub(crate) struct DayRow {
    pub address: String,
    pub time: String,
    pub until: String,
    pub name: String,
    pub what: String,
    pub reference: String,
    pub counter: String,
    pub channel: String,
    pub status: String,
    pub is_cancelled: bool,
}

/// `GET /amt/tag`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ServeAppointments).await?;
    let (town, catalogue) = (caller.town(), caller.catalogue().await?);
    let place = super::place(&ctx, &catalogue, &fields)?;
    let today = scheduling::today(&ctx, town);
    let day: NaiveDate = fields.one("datum").parse().unwrap_or(today);
    let wanted = fields.one("stand");
    let statuses = match wanted {
        "alle" => Some(Status::ALL.to_vec()),
        key => Status::from_key(key).map(|status| vec![status]),
    };
    let mut query =
        DayQuery { location: place.id, day, statuses, after: None, first: MOST_OF_A_DAY };
    let tx = caller.db().begin(&ctx).await?;
    let mut entries: Vec<DeskEntry> = Vec::new();
    loop {
        let part = scheduling::day_list(&ctx, &tx, town, &catalogue, &query).await?;
        query.after = part.entries.last().map(Cursor::of);
        entries.extend(part.entries);
        if !part.has_more {
            break;
        }
    }
    tx.commit().await?;

    let address = |day: Option<NaiveDate>| {
        let day = day.map(|day| format!("&datum={day}")).unwrap_or_default();
        let state =
            if wanted.is_empty() { String::new() } else { format!("&stand={}", key(wanted)) };
        format!("/amt/tag?ort={}{day}{state}", place.key)
    };
    let page = caller.page().at(address(Some(day)));
    let spoken_day = spoken::long_date(day, page.locale);
    let view = DayPage {
        places: super::place_choices(&page, &ctx, &catalogue, &place.key),
        place: place.name.get(page.locale).to_owned(),
        date: day.to_string(),
        before: address(day.checked_sub_days(Days::new(1))),
        after: address(day.checked_add_days(Days::new(1))),
        today: if day == today { String::new() } else { address(None) },
        states: states(&page, wanted),
        rows: entries.iter().map(|entry| row(&caller, &page, &catalogue, entry)).collect(),
        count: page.t1("desk-count", "count", entries.len()),
        page: page.clone().titled(spoken_day.clone()),
        day: spoken_day,
    };
    Ok(show(&view, page.locale, StatusCode::OK, Shown::Personal))
}

/// What is none of ours is not repeated in an address.
fn key(wanted: &str) -> &str {
    if wanted == "alle" { wanted } else { Status::from_key(wanted).map_or("", Status::key) }
}

fn states(page: &Page, wanted: &str) -> Vec<PlaceChoice> {
    let choice = |value: &str, name: String| PlaceChoice {
        value: value.to_owned(),
        name,
        chosen: value == wanted,
    };
    let mut states = vec![choice("", page.t("desk-all-open")), choice("alle", page.t("desk-all"))];
    let single = [Status::Confirmed, Status::Pending, Status::Cancelled];
    states.extend(single.iter().map(|state| choice(state.key(), super::status(page, *state))));
    states
}

fn row(caller: &Caller, page: &Page, catalogue: &Catalogue, entry: &DeskEntry) -> DayRow {
    let (zone, appointment) = (caller.town().zone(), &entry.appointment);
    DayRow {
        address: super::appointment::address(appointment.id),
        time: spoken::time(appointment.starts_at, zone, page.locale),
        until: spoken::time(appointment.ends_at, zone, page.locale),
        name: super::name(page, entry.contact.as_ref()),
        what: super::what(page, catalogue, &appointment.items),
        reference: appointment.reference.clone(),
        counter: entry.counter.clone(),
        channel: super::channel(page, entry.channel),
        status: super::status(page, appointment.status),
        is_cancelled: appointment.status == Status::Cancelled,
    }
}
