//! One appointment: who comes, what happened to it, and what the office can do with it.

use axum::response::Response;
use http::StatusCode;
use kernel::{AppointmentId, Ctx, PublicError, policy::Action, spoken};
use notify::SentMessage;
use scheduling::{Catalogue, ContactProblem, Deed, Doer, Error, HistoryEntry};

use crate::{
    caller::Caller,
    contact_form::{ContactForm, Typed, summary},
    error::{Failure, Refusal},
    fields::{Asked, Fields, Sent},
    office::calendar::{status_of, texts},
    page::{Page, Shown, go, show},
    visit_facts::{Meeting, VisitFacts},
};

#[derive(askama::Template)]
#[template(path = "desk_appointment.html")]
pub(crate) struct AppointmentPage {
    pub page: Page,
    pub id: String,
    pub reference: String,
    pub status: String,
    pub counter: String,
    pub channel: String,
    pub facts: VisitFacts,
    pub meeting: Meeting,
    /// Label and value; empty when the person was erased.
    pub contact: Vec<(String, String)>,
    pub form: ContactForm,
    pub can_change: bool,
    /// The list of its day.
    pub day: String,
    /// Why something was refused.
    pub error: String,
    /// What was just done.
    pub done: String,
    pub history: Vec<HistoryLine>,
    pub note_de: String,
    pub note_en: String,
}

/// A line of the history.
#[derive(Debug, Clone)]
pub(crate) struct HistoryLine {
    pub when: String,
    pub what: String,
    pub by: String,
}

/// What of a form was refused.
#[derive(Default)]
struct Refused<'a> {
    problems: &'a [ContactProblem],
    typed: Option<Typed>,
    error: Option<&'a Error>,
}

/// The page of an appointment.
pub(crate) fn address(id: AppointmentId) -> String {
    format!("/amt/termin?id={id}")
}

pub(super) fn id_of(fields: &Fields) -> Result<AppointmentId, Refusal> {
    AppointmentId::parse(fields.one("id")).ok_or(Refusal::NotFound)
}

/// `GET /amt/termin`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ServeAppointments).await?;
    answer(&caller, &ctx, &fields, &Refused::default()).await
}

async fn answer(
    caller: &Caller,
    ctx: &Ctx,
    fields: &Fields,
    refused: &Refused<'_>,
) -> Result<Response, Failure> {
    let id = id_of(fields)?;
    let (town, catalogue) = (caller.town(), caller.catalogue().await?);
    let tx = caller.db().begin(ctx).await?;
    let entry = scheduling::office_appointment(ctx, &tx, id).await?;
    let appointment = &entry.appointment;
    let history = scheduling::history(ctx, &tx, appointment).await?;
    let messages = notify::messages_about(ctx, &tx, id).await?;
    tx.commit().await?;

    let failed = refused.error.is_some() || !refused.problems.is_empty();
    let page = caller.page().at(address(id)).failed(failed);
    let asked = scheduling::contact_fields(ctx, town);
    let known = entry.contact.clone().map(Typed::of).unwrap_or_default();
    let contact = match &entry.contact {
        Some(_) => summary(&page, &known, &asked),
        None => Vec::new(),
    };
    let typed = refused.typed.as_ref().unwrap_or(&known);
    let day = spoken::local_day(appointment.starts_at, town.zone());
    let place = catalogue.location_ever(appointment.location);
    let place = place.map_or("", |place| place.key.as_str());
    let done = match fields.one("getan") {
        "kontakt" => page.t("desk-done-contact"),
        "abgesagt" => page.t("desk-done-cancelled"),
        "verschoben" => page.t("desk-done-moved"),
        _ => String::new(),
    };
    let view = AppointmentPage {
        id: id.to_string(),
        reference: appointment.reference.clone(),
        status: super::status(&page, appointment.status),
        counter: entry.counter.clone(),
        channel: super::channel(&page, entry.channel),
        facts: VisitFacts::new(&page, &catalogue, &appointment.items),
        meeting: Meeting::new(&page, town, &catalogue, appointment.location, appointment.starts_at),
        contact,
        form: ContactForm::new(&page, &asked, typed, refused.problems).for_office(),
        can_change: appointment.status.can_change() && appointment.starts_at > ctx.now(),
        day: format!("/amt/tag?ort={place}&datum={day}"),
        error: refused.error.map(|error| error.message(page.locale)).unwrap_or_default(),
        done: if failed { String::new() } else { done },
        history: lines(caller, &page, &catalogue, &history, &messages),
        note_de: fields.one("nachricht_de").to_owned(),
        note_en: fields.one("nachricht_en").to_owned(),
        page: page.clone().titled(page.t1("desk-file-title", "reference", &appointment.reference)),
    };
    let status = match refused.error {
        Some(error) => status_of(error),
        None if failed => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    Ok(show(&view, page.locale, status, Shown::Personal))
}

/// What was done and what was sent, in one list by time.
fn lines(
    caller: &Caller,
    page: &Page,
    catalogue: &Catalogue,
    history: &[HistoryEntry],
    messages: &[SentMessage],
) -> Vec<HistoryLine> {
    let town = caller.town();
    let when = |when: &scheduling::When| {
        let place = super::place_name(catalogue, when.location, page.locale);
        format!("{}, {place}", super::moment(town, page, when.starts_at))
    };
    let done = history.iter().map(|entry| {
        let what = match (entry.deed, &entry.from, &entry.to) {
            (Deed::Booked, _, Some(to)) => page.t1("desk-history-booked", "when", when(to)),
            (Deed::Moved, Some(from), Some(to)) => {
                page.t2("desk-history-moved", ("from", &when(from)), ("to", &when(to)))
            }
            (Deed::Corrected, ..) => page.t("desk-history-corrected"),
            (Deed::Cancelled, ..) => page.t("desk-history-cancelled"),
            (Deed::Booked | Deed::Moved, ..) => String::new(),
        };
        let by = match entry.doer {
            Doer::Citizen => "desk-by-citizen",
            Doer::Account => "desk-by-account",
            Doer::Staff => "desk-by-staff",
            Doer::Program => "desk-by-program",
            Doer::Service => "desk-by-service",
        };
        (entry.at, what, page.t(by))
    });
    let sent = messages.iter().map(|message| {
        let what = page.t(format!("desk-message-{}-{}", message.channel, message.audience));
        let state = page.t(format!("desk-message-{}", message.state));
        let about = page.t(format!("desk-about-{}", message.kind));
        (message.at, format!("{what} ({about}): {state}"), page.t("desk-by-service"))
    });
    let mut all: Vec<_> = done.chain(sent).collect();
    all.sort_by_key(|(at, ..)| *at);
    all.into_iter()
        .map(|(at, what, by)| HistoryLine { when: super::moment(town, page, at), what, by })
        .collect()
}

/// `POST /amt/termin/kontakt`
pub(crate) async fn correct(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ServeAppointments).await?;
    let (id, town) = (id_of(&fields)?, caller.town());
    let typed = Typed::read(&fields);
    let asked = scheduling::contact_fields(&ctx, town);
    // the date of birth is three fields: only the form knows whether it is one
    let checked = typed.check(&asked, scheduling::today(&ctx, town));
    let tx = caller.db().begin(&ctx).await?;
    let problems = match checked {
        Err(problems) => problems,
        Ok(_) => match scheduling::correct_contact(&ctx, &tx, town, id, &typed.input()).await {
            Ok(_) => {
                tx.commit().await?;
                return Ok(go(&format!("{}&getan=kontakt", address(id))));
            }
            Err(Error::Contact(problems)) => problems,
            Err(error) => return Err(error.into()),
        },
    };
    tx.rollback().await?;
    let refused = Refused { problems: &problems, typed: Some(typed), error: None };
    answer(&caller, &ctx, &fields, &refused).await
}

/// `POST /amt/termin/absagen`
pub(crate) async fn cancel(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ServeAppointments).await?;
    let id = id_of(&fields)?;
    let note = texts(&fields, "nachricht");
    let tx = caller.db().begin(&ctx).await?;
    match scheduling::cancel_by_office(&ctx, &tx, caller.town(), id, note.as_ref()).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(go(&format!("{}&getan=abgesagt", address(id))))
        }
        Err(error @ (Error::BadInput { .. } | Error::Conflict(_))) => {
            tx.rollback().await?;
            let refused = Refused { error: Some(&error), ..Refused::default() };
            answer(&caller, &ctx, &fields, &refused).await
        }
        Err(error) => Err(error.into()),
    }
}
