//! Seeing, moving and cancelling an appointment with the code from the mail. Opening a page changes nothing: mail
//! scanners and prefetching open pages.

use axum::response::Response;
use chrono::{DateTime, Utc};
use http::StatusCode;
use identity::{Limit, SessionError};
use kernel::{PublicError, spoken};
use scheduling::{Appointment, Error, Reschedule, Status};

use crate::{
    account,
    caller::Caller,
    confirmation::code,
    contact_form::Typed,
    details::status_of,
    draft::{self, Draft, Found, Kept},
    error::Failure,
    fields::{Asked, Fields, Sent},
    page::{Page, Shown, go, show},
    reserve::place_key,
    selection::Selection,
    times::{self, Purpose, Wanted},
    visit_facts::{Meeting, VisitFacts},
};

/// Appointments that one session keeps open.
const MOST: usize = 10;

#[derive(askama::Template)]
#[template(path = "code.html")]
pub(crate) struct CodePage {
    pub page: Page,
    pub code: String,
    pub error: String,
    /// Why one must type it again.
    pub hint: String,
}

#[derive(askama::Template)]
#[template(path = "manage.html")]
#[expect(clippy::struct_excessive_bools, reason = "what the template asks, not a state machine")]
pub(crate) struct ManagePage {
    pub page: Page,
    /// The appointment's name in the session; empty without one.
    pub managed: String,
    /// The code itself, while there is no session to keep it.
    pub code: String,
    pub reference: String,
    pub facts: VisitFacts,
    pub meeting: Meeting,
    pub is_cancelled: bool,
    pub is_over: bool,
    pub can_change: bool,
    /// What was just done: "moved" or nothing.
    pub done: String,
    /// Whether what was booked is still offered: then it can be booked again.
    pub can_rebook: bool,
    /// Whether it can be added to the account of who is signed in here.
    pub can_claim: bool,
}

#[derive(askama::Template)]
#[template(path = "cancel.html")]
pub(crate) struct CancelPage {
    pub page: Page,
    pub managed: String,
    pub code: String,
    pub facts: VisitFacts,
    pub meeting: Meeting,
}

/// An appointment that was opened, and by what.
struct Opened {
    appointment: Appointment,
    token: String,
    managed: String,
    /// The code, when it came with the form instead of from the session.
    carried: String,
}

/// The token that the session keeps under the name `t`.
pub(crate) fn known(caller: &Caller, fields: &Fields) -> Option<String> {
    caller.data()?.managed.get(fields.one("t")).cloned()
}

async fn open(caller: &Caller, fields: &Fields) -> Result<Option<Opened>, Error> {
    let (managed, token, carried) = match known(caller, fields) {
        Some(token) => (fields.one("t").to_owned(), token, String::new()),
        None if !code(fields).is_empty() => {
            (String::new(), code(fields).to_owned(), code(fields).to_owned())
        }
        None => return Ok(None),
    };
    let tx = caller.portal.db.begin(caller.ctx()).await?;
    let found = scheduling::appointment(caller.ctx(), &tx, &token).await;
    tx.commit().await?;
    match found {
        Ok(appointment) => Ok(Some(Opened { appointment, token, managed, carried })),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// `GET /termin`
pub(crate) async fn enter(caller: Caller) -> Response {
    ask(&caller, String::new(), String::new(), String::new(), StatusCode::OK)
}

/// Asks for the code again: the session has forgotten which appointment it was.
fn ask_again(caller: &Caller) -> Response {
    // a browser that was just given its cookie and comes without one takes none
    let key = if caller.visit.sid.is_none() { "code-cookie" } else { "code-again" };
    let hint = caller.page().t(key);
    ask(caller, String::new(), String::new(), hint, StatusCode::OK)
}

fn ask(caller: &Caller, code: String, error: String, hint: String, status: StatusCode) -> Response {
    let page = caller.page().at("/termin");
    let page = page.clone().titled(page.t("code-title")).failed(!error.is_empty());
    let view = CodePage { page, code, error, hint };
    show(&view, caller.ctx().locale(), status, Shown::Personal)
}

/// `POST /termin`
pub(crate) async fn submit_code(
    mut caller: Caller,
    Sent(fields): Sent,
) -> Result<Response, Failure> {
    caller.limit(Limit::Manage).await?;
    let typed = code(&fields).to_owned();
    if typed.is_empty() {
        let error = caller.page().t("code-missing");
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(ask(&caller, typed, error, String::new(), status));
    }
    let Some(opened) = open(&caller, &fields).await? else {
        let error = caller.page().t("code-unknown");
        return Ok(ask(&caller, typed, error, String::new(), StatusCode::NOT_FOUND));
    };
    let is_uncounted = objects_to_analysis(&caller, &opened).await?;
    match keep(&mut caller, &opened.token, is_uncounted).await {
        Ok(response) => Ok(response),
        Err(SessionError::Unavailable | SessionError::Changed) => view(&caller, opened, "").await,
    }
}

/// Opens the appointment of a code, for who is signed in.
pub(crate) async fn keep_open(caller: &mut Caller, token: &str) -> Result<Response, Failure> {
    Ok(keep(caller, token, false).await?)
}

/// Whether the appointment's person does not want to be counted: kept with the appointment, so that it holds in this browser, too.
async fn objects_to_analysis(caller: &Caller, opened: &Opened) -> Result<bool, Failure> {
    let tx = caller.db().begin(caller.ctx()).await?;
    let dossier = scheduling::dossier(caller.ctx(), &tx, opened.appointment.id).await?;
    tx.commit().await?;
    Ok(dossier.is_some_and(|dossier| dossier.objections.is_uncounted))
}

/// Keeps a code in the session and leads to its appointment.
async fn keep(
    caller: &mut Caller,
    token: &str,
    is_uncounted: bool,
) -> Result<Response, SessionError> {
    // names sort by time, so that the oldest is the first
    let name = format!("{:010x}{}", caller.ctx().now().timestamp(), caller.random_id());
    let remembered = caller
        .remember(|data| {
            data.is_uncounted |= is_uncounted;
            data.managed.retain(|_, known| known != token);
            data.managed.insert(name.clone(), token.to_owned());
            while data.managed.len() > MOST {
                data.managed.pop_first();
            }
        })
        .await?;
    Ok(remembered.on(go(&format!("/termin/ansicht?t={name}"))))
}

/// `GET /termin/ansicht`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    caller.limit(Limit::Manage).await?;
    let Some(opened) = open(&caller, &fields).await? else { return Ok(ask_again(&caller)) };
    let done = if fields.one("getan") == "verschoben" { "moved" } else { "" };
    view(&caller, opened, done).await
}

async fn view(caller: &Caller, opened: Opened, done: &str) -> Result<Response, Failure> {
    let (ctx, town) = (caller.ctx(), caller.town());
    let catalogue = caller.catalogue().await?;
    let Opened { appointment, managed, carried, .. } = opened;
    let can_claim = account::claim_wanted(caller, appointment.id).await?;
    let here = if managed.is_empty() {
        "/termin".to_owned()
    } else {
        format!("/termin/ansicht?t={managed}")
    };
    let page = caller.page().at(here);
    let is_over = appointment.ends_at <= ctx.now();
    let view = ManagePage {
        managed,
        code: carried,
        reference: appointment.reference,
        facts: VisitFacts::new(&page, &catalogue, &appointment.items),
        meeting: Meeting::new(&page, town, &catalogue, appointment.location, appointment.starts_at),
        is_cancelled: appointment.status == Status::Cancelled,
        is_over,
        can_change: appointment.status.can_change() && appointment.starts_at > ctx.now(),
        done: done.to_owned(),
        can_claim,
        can_rebook: !Selection::of(&appointment.items, &catalogue).is_empty(),
        page: page.clone().titled(page.t("manage-title")),
    };
    Ok(show(&view, ctx.locale(), StatusCode::OK, Shown::Personal))
}

/// `POST /termin/neu`: the calendar for the same visit, with the person's details kept for the form that follows. Whoever
/// has opened the appointment may see them.
pub(crate) async fn rebook(mut caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    caller.limit(Limit::Manage).await?;
    let Some(opened) = open(&caller, &fields).await? else { return Ok(ask_again(&caller)) };
    let catalogue = caller.catalogue().await?;
    let Opened { appointment, .. } = opened;
    let tx = caller.portal.db.begin(caller.ctx()).await?;
    let dossier = scheduling::dossier(caller.ctx(), &tx, appointment.id).await?;
    tx.commit().await?;
    let selection = Selection::of(&appointment.items, &catalogue);
    let place = place_key(&catalogue, appointment.location);
    let calendar = selection.address("/termine", &[("ort", place)]);
    let Some(dossier) = dossier else { return Ok(go(&calendar)) };
    // nothing is held for it: only what was typed is taken up when a time is chosen
    let now = caller.ctx().now();
    let draft = Draft {
        begun_at: now,
        selection,
        location: appointment.location,
        starts_at: appointment.starts_at,
        ends_at: appointment.ends_at,
        reservation: String::new(),
        held_until: now,
        extended: true,
        typed: Typed::of(dossier.contact),
        booked: None,
    };
    let found = Found { id: caller.random_id(), draft };
    match draft::keep(&mut caller, &found).await {
        Kept::Session(remembered) => Ok(remembered.on(go(&calendar))),
        // without a session the details are typed again
        Kept::Form(_) => Ok(go(&calendar)),
    }
}

/// `GET /termin/absagen`: the question.
pub(crate) async fn ask_cancel(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    cancel_question(&caller, &fields).await
}

async fn cancel_question(caller: &Caller, fields: &Fields) -> Result<Response, Failure> {
    caller.limit(Limit::Manage).await?;
    let Some(opened) = open(caller, fields).await? else { return Ok(ask_again(caller)) };
    if !opened.appointment.status.can_change() {
        return view(caller, opened, "").await;
    }
    let (ctx, town) = (caller.ctx(), caller.town());
    let catalogue = caller.catalogue().await?;
    let Opened { appointment, managed, carried, .. } = opened;
    let page = caller.page();
    let view = CancelPage {
        managed,
        code: carried,
        facts: VisitFacts::new(&page, &catalogue, &appointment.items),
        meeting: Meeting::new(&page, town, &catalogue, appointment.location, appointment.starts_at),
        page: page.clone().titled(page.t("cancel-title")),
    };
    Ok(show(&view, ctx.locale(), StatusCode::OK, Shown::Personal))
}

/// `POST /termin/absagen`: the act. Without `ja` it asks first, for forms that carry the code.
pub(crate) async fn cancel(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    if fields.one("ja").is_empty() {
        return cancel_question(&caller, &fields).await;
    }
    caller.limit(Limit::Manage).await?;
    let Some(opened) = open(&caller, &fields).await? else { return Ok(ask_again(&caller)) };
    let tx = caller.portal.db.begin(caller.ctx()).await?;
    let appointment = scheduling::cancel(caller.ctx(), &tx, caller.town(), &opened.token).await?;
    tx.commit().await?;
    if opened.managed.is_empty() {
        return view(&caller, Opened { appointment, ..opened }, "").await;
    }
    Ok(go(&format!("/termin/ansicht?t={}", opened.managed)))
}

/// `GET /termin/verschieben`: the calendar.
pub(crate) async fn choose_time(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    caller.limit(Limit::Manage).await?;
    let Some(opened) = open(&caller, &fields).await? else { return Ok(ask_again(&caller)) };
    calendar(&caller, &fields, opened, None).await
}

async fn calendar(
    caller: &Caller,
    fields: &Fields,
    opened: Opened,
    refused: Option<(DateTime<Utc>, Error)>,
) -> Result<Response, Failure> {
    if !opened.appointment.status.can_change() {
        return view(caller, opened, "").await;
    }
    let catalogue = caller.catalogue().await?;
    let selection = Selection::of(&opened.appointment.items, &catalogue);
    if times::unbookable(&selection, &catalogue).is_some() {
        // what was booked is no longer offered: the person can keep or cancel it
        return view(caller, opened, "").await;
    }
    let from = opened.appointment.starts_at;
    let purpose = Purpose::Move { managed: opened.managed, from };
    let mut wanted = Wanted::read(fields, selection, purpose);
    if wanted.place.is_empty() {
        place_key(&catalogue, opened.appointment.location).clone_into(&mut wanted.place);
    }
    let mut status = StatusCode::OK;
    if let Some((at, error)) = refused {
        status = status_of(&error);
        wanted.day = Some(spoken::local_day(at, caller.town().zone()));
        wanted.refused = Some((Some(at), error.message(caller.ctx().locale())));
    }
    times::answer(caller, &catalogue, &wanted, status).await
}

/// `POST /termin/verschieben`: the old time is kept until the new one is fixed.
pub(crate) async fn reschedule(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    caller.limit(Limit::Manage).await?;
    let Some(opened) = open(&caller, &fields).await? else { return Ok(ask_again(&caller)) };
    let ctx = caller.ctx();
    let catalogue = caller.catalogue().await?;
    let (location, start) = times::parse_time(fields.one("zeit"), &catalogue)?;
    let command =
        Reschedule { manage_token: opened.token.clone(), location, start, idempotency_key: None };
    match scheduling::reschedule(ctx, caller.db(), caller.town(), &catalogue, &command).await {
        Ok(_) => Ok(go(&format!("/termin/ansicht?t={}&getan=verschoben", opened.managed))),
        Err(error @ (Error::SlotTaken | Error::BadInput { .. })) => {
            calendar(&caller, &fields, opened, Some((start, error))).await
        }
        Err(error) => Err(error.into()),
    }
}
