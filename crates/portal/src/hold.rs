//! How long a time is held, and holding it once more.

use axum::response::Response;
use http::StatusCode;
use identity::Limit;
use kernel::spoken;
use scheduling::Error;

use crate::{
    caller::Caller,
    contact_form::Typed,
    details,
    draft::{self, Draft, Kept},
    error::Failure,
    fields::Sent,
    page::{Page, go},
};

/// What a page says about the held time.
#[derive(Debug, Clone)]
pub(crate) struct Hold {
    /// "9:15 Uhr"
    pub until: String,
    pub seconds_left: i64,
    pub can_extend: bool,
    pub is_over: bool,
    /// Minutes of one extension.
    pub minutes: u32,
}

impl Hold {
    /// The hold of a draft.
    pub fn new(caller: &Caller, page: &Page, draft: &Draft) -> Self {
        let (now, town) = (caller.ctx().now(), caller.town());
        Self {
            until: spoken::time(draft.held_until, town.zone(), page.locale),
            seconds_left: (draft.held_until - now).num_seconds().max(0),
            can_extend: !draft.extended && draft.is_held(now),
            is_over: !draft.is_held(now),
            minutes: town.settings.booking.hold_minutes,
        }
    }
}

/// `POST /verlaengern`; the form sends what was typed along, so that nothing is lost.
pub(crate) async fn extend(mut caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    caller.limit(Limit::Reserve).await?;
    let Some(mut found) = draft::find(&caller, &fields) else {
        return Ok(details::lost(&caller));
    };
    if fields.has("firstName") {
        found.draft.typed = Typed::read(&fields);
    }
    let tx = caller.portal.db.begin(caller.ctx()).await?;
    let token = &found.draft.reservation;
    match scheduling::extend_reservation(caller.ctx(), &tx, caller.town(), token).await {
        Ok(held) => {
            tx.commit().await?;
            found.draft.held_until = held.expires_at;
            found.draft.extended = held.extended;
        }
        // the page says what to do
        Err(Error::ReservationExpired | Error::NotFound) => {
            found.draft.held_until = caller.ctx().now();
        }
        Err(Error::LimitReached { .. }) => found.draft.extended = true,
        Err(error) => {
            // what was typed is kept first
            return match draft::keep(&mut caller, &found).await {
                Kept::Session(_) => Err(error.into()),
                Kept::Form(carried) => {
                    Ok(details::answer(&caller, &found, &[], &carried, StatusCode::OK))
                }
            };
        }
    }
    let back = if fields.one("seite") == "pruefen" { "pruefen" } else { "angaben" };
    match draft::keep(&mut caller, &found).await {
        Kept::Session(remembered) => {
            Ok(remembered.on(go(&format!("/{back}?entwurf={}", found.id))))
        }
        Kept::Form(carried) => Ok(details::answer(&caller, &found, &[], &carried, StatusCode::OK)),
    }
}
