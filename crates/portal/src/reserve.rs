//! Holding a time: the button of the calendar.

use axum::response::Response;
use chrono::{DateTime, Utc};
use http::StatusCode;
use identity::{Errand, Limit};
use kernel::{LocationId, PublicError, spoken};
use scheduling::{Catalogue, Channel, Error, IdempotencyKey, Reservation, Reserve};

use crate::{
    caller::Caller,
    details,
    draft::{self, CARRIED, Draft, Found, Kept},
    error::Failure,
    fields::{Fields, Sent},
    page::go,
    proof,
    selection::Selection,
    start,
    times::{self, Purpose, Wanted},
};

/// `POST /reservieren`
pub(crate) async fn reserve(mut caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let client = caller.visit.client.clone();
    let errand = Errand::Client(Limit::Reserve, &client);
    if let Some(page) = proof::ask(&caller, errand, &fields, "/reservieren").await {
        return Ok(page);
    }
    caller.limit(Limit::Reserve).await?;
    let catalogue = caller.catalogue().await?;
    let selection = Selection::read(&fields, &catalogue);
    if let Some(reason) = times::unbookable(&selection, &catalogue) {
        return Ok(start::refuse(&caller, &catalogue, &fields, reason));
    }
    let (location, start) = times::parse_time(fields.one("zeit"), &catalogue)?;
    let before = draft::find(&caller, &fields).filter(|found| found.draft.booked.is_none());
    if draft::holds_enough(&caller, before.as_ref()) {
        let limit = u32::try_from(draft::MOST_HELD).unwrap_or_default();
        let error = Error::LimitReached { reason: "holds-many", limit };
        return taken(&caller, &catalogue, &fields, selection, start, &error).await;
    }
    let old = before.as_ref().map(|found| found.draft.reservation.clone());
    let wish = Reserve {
        items: selection.items(&catalogue),
        location,
        start,
        idempotency: None,
        instead_of: None,
        channel: Channel::Online,
    };
    let held = match hold(&caller, &catalogue, &fields, wish, old.as_deref()).await {
        Ok(held) => held,
        Err(error @ (Error::SlotTaken | Error::BadInput { .. })) => {
            return taken(&caller, &catalogue, &fields, selection, start, &error).await;
        }
        Err(error) => return Err(error.into()),
    };
    let before = before.or_else(|| draft::holding(&caller, &held.token.to_string()));
    let known = caller.citizen().await;
    let mut found = match before {
        Some(found) => Found { draft: renewed(found.draft, selection, &held), ..found },
        None => Found {
            id: caller.random_id(),
            draft: Draft {
                begun_at: caller.ctx().now(),
                typed: draft::typed_before(&caller),
                ..fresh(selection, &held)
            },
        },
    };
    // who is signed in need not type what is known of them; what was typed stays
    if let Some(account) = known {
        found.draft.typed.fill_from(&account.profile);
    }
    match draft::keep(&mut caller, &found).await {
        Kept::Session(remembered) => {
            Ok(remembered.on(go(&format!("/angaben?entwurf={}", found.id))))
        }
        Kept::Form(carried) => Ok(details::answer(&caller, &found, &[], &carried, StatusCode::OK)),
    }
}

/// Holds the time and lets go of the one held before, together or not at all.
async fn hold(
    caller: &Caller,
    catalogue: &Catalogue,
    fields: &Fields,
    wish: Reserve,
    old: Option<&str>,
) -> Result<Reservation, Error> {
    let ctx = caller.ctx();
    let key = times::tap_key(fields)
        .map(|key| IdempotencyKey { key, client: caller.visit.client.clone() });
    let wish = Reserve { instead_of: old.map(str::to_owned), ..wish };
    if key.is_some() {
        let command = Reserve { idempotency: key, ..wish.clone() };
        match scheduling::reserve(ctx, caller.db(), caller.town(), catalogue, &command).await {
            Ok(held) if held.expires_at > ctx.now() => {
                // On the second tap of two the answer is the first one's: what was held before may still be.
                if let Some(old) = old.filter(|old| *old != held.token.to_string()) {
                    let tx = caller.db().begin(ctx).await?;
                    scheduling::release_reservation(ctx, &tx, old).await?;
                    tx.commit().await?;
                }
                return Ok(held);
            }
            // The button was used before, and what it held is gone. Below it is tried afresh.
            Ok(_) | Err(Error::ReservationExpired | Error::NotFound | Error::Conflict(_)) => {}
            Err(error) => return Err(error),
        }
    }
    scheduling::reserve(ctx, caller.db(), caller.town(), catalogue, &wish).await
}

fn fresh(selection: Selection, held: &Reservation) -> Draft {
    Draft {
        begun_at: held.expires_at,
        selection,
        location: held.location,
        starts_at: held.starts_at,
        ends_at: held.ends_at,
        reservation: held.token.to_string(),
        held_until: held.expires_at,
        extended: held.extended,
        typed: crate::contact_form::Typed::default(),
        booked: None,
    }
}

/// The draft with another time: what was typed stays.
fn renewed(draft: Draft, selection: Selection, held: &Reservation) -> Draft {
    Draft { begun_at: draft.begun_at, typed: draft.typed, ..fresh(selection, held) }
}

/// The calendar again, on the same day, with the neighbours of the time that is gone.
async fn taken(
    caller: &Caller,
    catalogue: &Catalogue,
    fields: &Fields,
    selection: Selection,
    start: DateTime<Utc>,
    error: &Error,
) -> Result<Response, Failure> {
    let draft = fields.one("entwurf").to_owned();
    let purpose = Purpose::Book { draft, carried: fields.one(CARRIED).to_owned() };
    let wanted = Wanted {
        selection,
        place: fields.one("ort").to_owned(),
        month: None,
        day: Some(spoken::local_day(start, caller.town().zone())),
        purpose,
        refused: Some((Some(start), error.message(caller.ctx().locale()))),
    };
    let status = StatusCode::from_u16(error.code().status()).unwrap_or(StatusCode::CONFLICT);
    times::answer(caller, catalogue, &wanted, status).await
}

/// The key of a place, for links; empty when it is no longer published.
pub(crate) fn place_key(catalogue: &Catalogue, location: LocationId) -> &str {
    catalogue.location(location).map_or("", |place| place.key.as_str())
}
