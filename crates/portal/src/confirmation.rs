//! The appointment is booked: what to know, what to bring, how to change it.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use identity::Limit;
use notify::AppointmentSource;
use scheduling::Status;

use crate::{
    AppointmentBook,
    caller::Caller,
    contact_form::in_groups,
    details,
    draft::{self, Found},
    error::{Failure, Refusal},
    fields::{Asked, Fields, Sent},
    manage,
    page::{Page, Shown, go, show},
    visit_facts::{Meeting, VisitFacts},
};

#[derive(askama::Template)]
#[template(path = "confirmation.html")]
pub(crate) struct ConfirmationPage {
    pub page: Page,
    pub reference: String,
    pub facts: VisitFacts,
    pub meeting: Meeting,
    /// Where the confirmation went; empty when no mail is sent.
    pub email: String,
    /// As people type it.
    pub code: String,
    /// As forms send it.
    pub token: String,
    /// The draft's name in the session, for the calendar file; empty without one.
    pub draft: String,
    pub is_cancelled: bool,
    /// Where the code is typed in.
    pub manage_address: String,
}

/// `GET /bestaetigung`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let Some(found) = draft::find(&caller, &fields) else { return Ok(details::lost(&caller)) };
    if found.draft.booked.is_none() {
        return Ok(go(&format!("/pruefen?entwurf={}", found.id)));
    }
    answer(&caller, &found, false).await
}

/// The page for a booked draft; `carried` when the session could not keep it.
pub(crate) async fn answer(
    caller: &Caller,
    found: &Found,
    carried: bool,
) -> Result<Response, Failure> {
    let (ctx, town) = (caller.ctx(), caller.town());
    let done = found.draft.booked.as_ref().ok_or(Refusal::NotFound)?;
    let tx = caller.portal.db.begin(ctx).await?;
    let appointment = scheduling::appointment(ctx, &tx, &done.manage_token).await?;
    tx.commit().await?;
    let catalogue = caller.catalogue().await?;
    let page = caller.page().at(format!("/bestaetigung?entwurf={}", found.id));
    let page = page.clone().titled(page.t("confirmation-title"));
    let base = (caller.portal.base_url)(town);
    let view = ConfirmationPage {
        reference: appointment.reference.clone(),
        facts: VisitFacts::new(&page, &catalogue, &appointment.items),
        meeting: Meeting::new(&page, town, &catalogue, appointment.location, appointment.starts_at),
        email: done.email.clone().filter(|_| town.settings.mail.enabled).unwrap_or_default(),
        code: in_groups(&done.manage_token),
        token: done.manage_token.clone(),
        draft: if carried { String::new() } else { found.id.clone() },
        is_cancelled: appointment.status == Status::Cancelled,
        manage_address: format!("{}/termin", base.trim_end_matches('/')),
        page,
    };
    Ok(show(&view, ctx.locale(), StatusCode::OK, Shown::Personal))
}

/// `GET /kalender/termin.ics`
pub(crate) async fn calendar_file(
    caller: Caller,
    Asked(fields): Asked,
) -> Result<Response, Failure> {
    let draft = draft::find(&caller, &fields).and_then(|found| found.draft.booked);
    let token = draft.map(|done| done.manage_token).or_else(|| manage::known(&caller, &fields));
    file(&caller, &token.ok_or(Refusal::NotFound)?).await
}

/// `POST /kalender/termin.ics`: the same with the code, without a session.
pub(crate) async fn calendar_file_by_code(
    caller: Caller,
    Sent(fields): Sent,
) -> Result<Response, Failure> {
    file(&caller, code(&fields)).await
}

/// The code as a form sends it.
pub(crate) fn code(fields: &Fields) -> &str {
    fields.one("code")
}

async fn file(caller: &Caller, token: &str) -> Result<Response, Failure> {
    caller.limit(Limit::Manage).await?;
    let ctx = caller.ctx();
    let tx = caller.portal.db.begin(ctx).await?;
    let appointment = scheduling::appointment(ctx, &tx, token).await?;
    let facts = AppointmentBook.load(ctx, &tx, appointment.id, appointment.location).await?;
    tx.commit().await?;
    let facts = facts.ok_or(Refusal::NotFound)?;
    let base = (caller.portal.base_url)(caller.town());
    let calendar = notify::calendar_file(caller.town(), &facts, &base, ctx.now());
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"termin.ics\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, calendar).into_response())
}
