//! Step 2: when and where. The same page serves for moving an appointment.

mod view;

use axum::response::Response;
use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use http::StatusCode;
use identity::Limit;
use kernel::{LocationId, spoken};
use privacy::statistics::Step;
use scheduling::{AvailabilityQuery, Catalogue, Channel, Day, DayState, Location, Start, Why};

use crate::{
    caller::Caller,
    error::{Failure, Refusal},
    fields::{Asked, Fields},
    month,
    page::{Shown, go, show},
    selection::Selection,
    start,
};

pub(crate) use view::Chosen;

/// What the page is for, and what its links and forms carry along.
#[derive(Debug, Clone)]
pub(crate) enum Purpose {
    /// A new booking; for a draft when one was begun.
    Book {
        /// The draft's name, or nothing.
        draft: String,
        /// The draft itself, while there is no session to keep it.
        carried: String,
    },
    /// Moving an appointment.
    Move {
        /// Its name in the session.
        managed: String,
        /// When it is now.
        from: DateTime<Utc>,
    },
}

/// What of the calendar is shown.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub selection: Selection,
    /// Key of a location; anything else means all.
    pub place: String,
    pub month: Option<NaiveDate>,
    pub day: Option<NaiveDate>,
    pub purpose: Purpose,
    /// The time that was just taken by somebody else, with the sentence about it.
    pub refused: Option<(Option<DateTime<Utc>>, String)>,
}

impl Wanted {
    /// Reads place, month and day from an address.
    pub fn read(fields: &Fields, selection: Selection, purpose: Purpose) -> Self {
        Self {
            selection,
            place: fields.one("ort").to_owned(),
            month: month::parse_month(fields.one("monat")),
            day: month::parse_day(fields.one("tag")),
            purpose,
            refused: None,
        }
    }
}

/// `GET /termine`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    caller.limit(Limit::Read).await?;
    let catalogue = caller.catalogue().await?;
    let selection = Selection::read(&fields, &catalogue);
    if let Some(reason) = unbookable(&selection, &catalogue) {
        return Ok(start::refuse(&caller, &catalogue, &fields, reason));
    }
    // the start page's form says it in more words than an address should have
    if fields.pairs().any(|(name, _)| name.starts_with("anzahl.") || name == "q") {
        return Ok(go(&selection.address("/termine", &[("entwurf", fields.one("entwurf"))])));
    }
    let draft =
        fields.one("entwurf").chars().filter(char::is_ascii_alphanumeric).take(32).collect();
    let purpose = Purpose::Book { draft, carried: String::new() };
    let wanted = Wanted::read(&fields, selection, purpose);
    let page = answer(&caller, &catalogue, &wanted, StatusCode::OK).await?;
    caller.count(Step::Times, &wanted.selection.services(&catalogue));
    Ok(page)
}

/// Why no calendar can be shown for the selection: key of the sentence.
pub(crate) fn unbookable(selection: &Selection, catalogue: &Catalogue) -> Option<&'static str> {
    if selection.is_empty() {
        Some("items-empty")
    } else if catalogue.locations_for(&selection.services(catalogue)).is_empty() {
        Some("services-not-together")
    } else {
        None
    }
}

/// Makes the page.
pub(crate) async fn answer(
    caller: &Caller,
    catalogue: &Catalogue,
    wanted: &Wanted,
    status: StatusCode,
) -> Result<Response, Failure> {
    let (ctx, db, town) = (caller.ctx(), caller.db(), caller.town());
    let items = wanted.selection.items(catalogue);
    let places = catalogue.locations_for(&wanted.selection.services(catalogue));
    let place = places.iter().copied().find(|place| place.key == wanted.place);
    let today = scheduling::today(ctx, town);
    let day = wanted.day.filter(|day| *day >= today);
    let month = day.or(wanted.month).map(month::first_of);
    let furthest = today + Days::new(town.settings.booking.horizon_days.into());
    let furthest = month::first_of(furthest) + Months::new(1);
    // without a wish it will be the month of the next free time, and that is soon as a rule
    let expected = month.map_or(today + Days::new(13), |first| first.min(furthest));
    let query = AvailabilityQuery {
        items,
        locations: place.map(|place| vec![place.id]),
        from: today,
        to: month::last_of(expected),
        channel: Channel::Online,
    };
    let mut outlook = scheduling::outlook(ctx, db, town, catalogue, &query).await?;
    let next_by_place: Vec<(&Location, Option<Start>)> =
        places.into_iter().map(|place| (place, outlook.first_at(place.id))).collect();
    let next = outlook.next_from(today);
    let next_day = next.map(|next| spoken::local_day(next.at, town.zone()));
    let last = outlook.released_until();
    let first = month
        .or(next_day)
        .map_or(today, month::first_of)
        .clamp(month::first_of(today), month::first_of(last.max(today)) + Months::new(1));
    let first = month::first_of(first);
    outlook.cover(month::last_of(first)).await?;

    let shown = || first.max(today).iter_days().take_while(|day| *day <= month::last_of(first));
    let days: Vec<Day> = shown().map(|day| outlook.day(day)).collect();
    let whys: Vec<Why> = shown().map(|day| outlook.why(day)).collect();
    let is_free = |day: &&Day| day.state == DayState::Free;
    let first_free = || days.iter().find(is_free).map(|day| day.date);
    let in_month = |day: &NaiveDate| month::first_of(*day) == first;
    let day = day.filter(in_month).or_else(|| next_day.filter(in_month)).or_else(first_free);
    let chosen = Chosen {
        catalogue,
        wanted,
        items: &query.items,
        places: &next_by_place,
        place,
        next,
        // what else there is, when the month has nothing
        later: if day.is_none() { outlook.next_from(first.max(today)) } else { None },
        first,
        day: day.and_then(|day| days.iter().find(|known| known.date == day)),
        days: &days,
        whys: &whys,
        today,
        last,
        now: ctx.now(),
        release: scheduling::next_release(ctx, town),
    };
    let view = chosen.view(&caller.page().at(chosen.here()), town, &caller.random_id());
    let language = caller.ctx().locale();
    let shown = match wanted.purpose {
        Purpose::Book { .. } => Shown::Public,
        Purpose::Move { .. } => Shown::Personal,
    };
    Ok(show(&view, language, status, shown))
}

/// A time as the buttons of the page send it: `buergerbuero@2026-12-08T08:15:00Z`.
pub(crate) fn parse_time(
    value: &str,
    catalogue: &Catalogue,
) -> Result<(LocationId, DateTime<Utc>), Refusal> {
    let (place, at) = value.split_once('@').ok_or(Refusal::BadInput)?;
    let place = catalogue.location_by_key(place).ok_or(Refusal::NotFound)?;
    let at = DateTime::parse_from_rfc3339(at).map_err(|_| Refusal::BadInput)?;
    Ok((place.id, at.to_utc()))
}

/// The value of such a button.
pub(crate) fn time_value(place: &str, at: DateTime<Utc>) -> String {
    format!("{place}@{}", at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}

/// The idempotency key of a button: two taps on the same button of the same page are one.
pub(crate) fn tap_key(fields: &Fields) -> Option<String> {
    let page_key = fields.one("schluessel");
    let key = format!("page:{page_key}:{}", fields.one("zeit"));
    (page_key.len() == 16 && key.len() <= 128).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn a_button_s_time_reads_back_and_garbage_does_not() {
        let catalogue = samples::catalogue();
        let at = "2026-12-08T08:15:00Z".parse().unwrap();
        let value = time_value("buergerbuero", at);
        assert_eq!(value, "buergerbuero@2026-12-08T08:15:00Z");
        let (place, back) = parse_time(&value, &catalogue).unwrap();
        assert_eq!((place, back), (catalogue.locations[0].id, at));
        for bad in [
            "",
            "@",
            "buergerbuero",
            "buergerbuero@",
            "buergerbuero@morgen",
            "x@2026-12-08T08:15:00Z",
        ] {
            assert!(parse_time(bad, &catalogue).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_same_button_has_the_same_key() {
        let fields = Fields::parse(b"schluessel=0123456789abcdef&zeit=a@b");
        assert_eq!(tap_key(&fields).unwrap(), "page:0123456789abcdef:a@b");
        assert_eq!(tap_key(&Fields::parse(b"zeit=a@b")), None);
    }
}
