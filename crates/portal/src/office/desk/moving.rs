//! Another time for an appointment, chosen by the office: from now on until the end of the calendar.

use axum::response::Response;
use chrono::NaiveDate;
use http::StatusCode;
use kernel::{Ctx, PublicError, policy::Action};
use scheduling::{Error, MoveByOffice};

use super::{
    FreeDay,
    appointment::{address, id_of},
};
use crate::{
    caller::Caller,
    error::Failure,
    fields::{Asked, Fields, Sent},
    office::calendar::{status_of, texts},
    page::{Page, Shown, go, show},
    times::parse_time,
};

#[derive(askama::Template)]
#[template(path = "desk_move.html")]
pub(crate) struct MovePage {
    pub page: Page,
    pub id: String,
    pub reference: String,
    /// Where and when it is now.
    pub now: String,
    pub from: String,
    pub days: Vec<FreeDay>,
    pub error: String,
    pub note_de: String,
    pub note_en: String,
}

/// `GET /amt/termin/verschieben`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ServeAppointments).await?;
    answer(&caller, &ctx, &fields, None).await
}

async fn answer(
    caller: &Caller,
    ctx: &Ctx,
    fields: &Fields,
    refused: Option<&Error>,
) -> Result<Response, Failure> {
    let id = id_of(fields)?;
    let (town, db, catalogue) = (caller.town(), caller.db(), caller.catalogue().await?);
    let from: NaiveDate = fields.one("ab").parse().unwrap_or_else(|_| scheduling::today(ctx, town));
    let (appointment, days) =
        scheduling::times_to_move(ctx, db, town, &catalogue, id, from).await?;
    let page = caller
        .page()
        .at(format!("/amt/termin/verschieben?id={id}&ab={from}"))
        .failed(refused.is_some());
    let place = super::place_name(&catalogue, appointment.location, page.locale);
    let view = MovePage {
        id: id.to_string(),
        now: format!("{}, {place}", super::moment(town, &page, appointment.starts_at)),
        from: from.to_string(),
        days: super::free_days(&page, town, &catalogue, &days, true),
        error: refused.map(|error| error.message(page.locale)).unwrap_or_default(),
        note_de: fields.one("nachricht_de").to_owned(),
        note_en: fields.one("nachricht_en").to_owned(),
        page: page.clone().titled(page.t1("desk-move-title", "reference", &appointment.reference)),
        reference: appointment.reference,
    };
    let status = refused.map_or(StatusCode::OK, status_of);
    Ok(show(&view, page.locale, status, Shown::Personal))
}

/// `POST /amt/termin/verschieben`
pub(crate) async fn submit(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ServeAppointments).await?;
    let id = id_of(&fields)?;
    if fields.one("zeit").is_empty() {
        // another day was asked for; the message stays
        return answer(&caller, &ctx, &fields, None).await;
    }
    let catalogue = caller.catalogue().await?;
    let (location, start) = parse_time(fields.one("zeit"), &catalogue)?;
    let note = texts(&fields, "nachricht");
    let command = MoveByOffice { appointment: id, location, start, note };
    match scheduling::move_by_office(&ctx, caller.db(), caller.town(), &catalogue, &command).await {
        Ok(_) => Ok(go(&format!("{}&getan=verschoben", address(id)))),
        Err(error @ (Error::SlotTaken | Error::BadInput { .. } | Error::Conflict(_))) => {
            answer(&caller, &ctx, &fields, Some(&error)).await
        }
        Err(error) => Err(error.into()),
    }
}
