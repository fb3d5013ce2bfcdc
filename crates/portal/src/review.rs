//! Step 4: everything on one page, then book.

use axum::response::Response;
use http::StatusCode;
use identity::Limit;
use kernel::{PublicError, spoken::local_day};
use privacy::statistics::Step;
use scheduling::{Book, Error};

use crate::{
    caller::Caller,
    confirmation,
    contact_form::{Typed, summary},
    details,
    draft::{self, Done, Found, Kept},
    error::Failure,
    fields::{Asked, Sent},
    hold::Hold,
    page::{Page, Shown, go, show},
    times::time_value,
    visit_facts::{Meeting, VisitFacts},
};

#[derive(askama::Template)]
#[template(path = "review.html")]
pub(crate) struct ReviewPage {
    pub page: Page,
    pub draft: String,
    pub carried: String,
    /// The draft itself, so that nothing is lost when the session ends while the person reads or types.
    pub copy: String,
    pub facts: VisitFacts,
    pub meeting: Meeting,
    pub contact: Vec<(String, String)>,
    pub hold: Hold,
    /// What stood in the way of booking.
    pub error: String,
    /// Back to the services, the calendar.
    pub change_services: String,
    pub change_time: String,
    /// For trying the same time again after the hold has run out.
    pub same_time: String,
    pub selection: Vec<String>,
}

/// `GET /pruefen`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let Some(found) = draft::find(&caller, &fields) else { return Ok(details::lost(&caller)) };
    if found.draft.booked.is_some() {
        return Ok(go(&format!("/bestaetigung?entwurf={}", found.id)));
    }
    if !details::problems(&caller, &found.draft).is_empty() {
        return Ok(go(&format!("/angaben?entwurf={}", found.id)));
    }
    answer(&caller, &found, "", "", StatusCode::OK).await
}

/// The page for a draft.
pub(crate) async fn answer(
    caller: &Caller,
    found: &Found,
    carried: &str,
    error: &str,
    status: StatusCode,
) -> Result<Response, Failure> {
    let catalogue = caller.catalogue().await?;
    let (draft, town) = (&found.draft, caller.town());
    let page = caller.page().at(format!("/pruefen?entwurf={}", found.id));
    let page = page.clone().titled(page.t("review-title")).failed(!error.is_empty());
    let change_services = draft.selection.address("/", &[("entwurf", &found.id)]);
    let asked = &town.settings.contact;
    let mut contact = summary(&page, &draft.typed, asked);
    // a number that is accepted, but gets no SMS: whoever waits for one is told so
    let today = local_day(caller.ctx().now(), town.zone());
    let phone = draft.typed.check(asked, today).ok().and_then(|checked| checked.phone);
    if phone.is_some_and(|phone| notify::would_text(town, &phone) == Some(false)) {
        contact.push(("SMS".to_owned(), page.t("review-no-sms")));
    }
    let view = ReviewPage {
        draft: found.id.clone(),
        carried: carried.to_owned(),
        copy: draft::pack(&found.draft),
        facts: VisitFacts::new(&page, &catalogue, &draft.selection.items(&catalogue)),
        meeting: Meeting::new(&page, town, &catalogue, draft.location, draft.starts_at),
        contact,
        hold: Hold::new(caller, &page, draft),
        error: error.to_owned(),
        change_services,
        change_time: details::calendar_address(caller, found).await?,
        same_time: time_value(
            crate::reserve::place_key(&catalogue, draft.location),
            draft.starts_at,
        ),
        selection: draft.selection.values(),
        page,
    };
    Ok(show(&view, caller.ctx().locale(), status, Shown::Personal))
}

/// `POST /buchen`; sent twice it is the same appointment.
pub(crate) async fn book(mut caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let Some(mut found) = draft::find(&caller, &fields) else { return Ok(details::lost(&caller)) };
    if found.draft.booked.is_some() {
        return confirmed(&mut caller, found).await;
    }
    caller.limit(Limit::Book).await?;
    let problems = details::problems(&caller, &found.draft);
    if !problems.is_empty() {
        return Ok(correct(&mut caller, &found, &problems).await);
    }
    let command = Book {
        reservation_token: found.draft.reservation.clone(),
        contact: found.draft.typed.input(),
        locale: caller.ctx().locale(),
        idempotency: None,
    };
    let catalogue = caller.catalogue().await?;
    let ctx = match caller.citizen().await {
        Some(account) => caller.ctx().clone().with_actor(account.actor()),
        None => caller.ctx().clone(),
    };
    match scheduling::book(&ctx, caller.db(), caller.town(), &catalogue, &command).await {
        Ok(booked) => {
            caller.count(Step::Booked, &found.draft.selection.services(&catalogue));
            let email = command.contact.email;
            found.draft.booked =
                Some(Done { manage_token: booked.manage_token.to_string(), email });
            // the municipality has it now; the session need not keep it
            found.draft.typed = Typed::default();
            confirmed(&mut caller, found).await
        }
        Err(Error::Contact(problems)) => Ok(correct(&mut caller, &found, &problems).await),
        Err(error @ (Error::ReservationExpired | Error::NotFound)) => {
            found.draft.held_until = caller.ctx().now();
            refused(&mut caller, &found, &error, "").await
        }
        Err(error @ (Error::LimitReached { .. } | Error::Conflict(_) | Error::SlotTaken)) => {
            let message = error.message(caller.ctx().locale());
            refused(&mut caller, &found, &error, &message).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn confirmed(caller: &mut Caller, found: Found) -> Result<Response, Failure> {
    match draft::keep(caller, &found).await {
        Kept::Session(remembered) => {
            Ok(remembered.on(go(&format!("/bestaetigung?entwurf={}", found.id))))
        }
        Kept::Form(_) => confirmation::answer(caller, &found, true).await,
    }
}

async fn correct(
    caller: &mut Caller,
    found: &Found,
    problems: &[scheduling::ContactProblem],
) -> Response {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    match draft::keep(caller, found).await {
        Kept::Session(remembered) => {
            remembered.on(details::answer(caller, found, problems, "", status))
        }
        Kept::Form(carried) => details::answer(caller, found, problems, &carried, status),
    }
}

/// The review again, with what stands in the way. What was typed stays in the draft.
async fn refused(
    caller: &mut Caller,
    found: &Found,
    error: &Error,
    message: &str,
) -> Result<Response, Failure> {
    let status = details::status_of(error);
    match draft::keep(caller, found).await {
        Kept::Session(remembered) => {
            Ok(remembered.on(answer(caller, found, "", message, status).await?))
        }
        Kept::Form(carried) => answer(caller, found, &carried, message, status).await,
    }
}
