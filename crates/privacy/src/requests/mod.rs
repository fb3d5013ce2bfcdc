//! Requests about data that somebody of the office decides: by letter, by phone, at the counter. What people do
//! themselves on the pages is written down here as done.

pub mod clock;
mod error;
mod model;
mod remind;
mod store;

use chrono::Days;
use db::{Db, Fault, TenantTx, audit, jobs};
use kernel::{Ctx, PrivacyRequestId, Telling, my_data::MyData, policy::Action, spoken};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tenant::{
    Municipality,
    personal_data::{Addressee, Clue, Objection},
};

pub use self::{
    clock::Light,
    error::RightsError,
    model::{About, Applicant, NewRequest, PrivacyRequest, RequestKind, RequestState, Way},
    remind::{remind, remind_of_reviews},
};
use crate::rights::Rights;

/// Letters of a reason.
const REASON: std::ops::RangeInclusive<usize> = 10..=500;
/// Days from the word that a restriction ends to its end.
const LIFTED_AFTER: i64 = 3;
/// The kind of the job that lifts a restriction.
pub const LIFT_JOB: &str = "restriction.lift";

/// What the job knows.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Lift {
    /// The request that the restriction came from.
    pub request: PrivacyRequestId,
}

/// A decision.
#[derive(Debug, Clone)]
pub enum Decision {
    /// It takes longer, for this reason.
    Extend(String),
    /// No, for this reason.
    Refuse(String),
    /// It is carried out, and answered in this way.
    CarryOut(Way),
    /// The restriction will end; the person is told first.
    Lift,
    /// The restriction was looked at again and stays, for this reason.
    Keep(String),
}

/// Writes down that somebody has asked, finds what it is about, and tells them until when they have an answer.
pub async fn record(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    rights: &Rights,
    new: &NewRequest,
) -> Result<PrivacyRequest, RightsError> {
    ctx.authorize(Action::RecordPrivacyRequests)?;
    let new = check(ctx, town, new)?;
    let mut clues = Vec::new();
    clues.extend(new.applicant.email.clone().map(Clue::Address));
    clues.extend(new.appointment.clone().map(Clue::Reference));
    let who = rights.find(ctx, tx, &clues).await?;
    if new.appointment.is_some() && who.appointments.is_empty() {
        let (field, reason) = ("appointment", "request-appointment-unknown");
        return Err(RightsError::BadInput { field, reason, limit: None });
    }
    let id = store::insert(ctx, tx, &new, &About::of(&who)).await?;
    let request = store::find(tx, id, false).await?.ok_or(RightsError::NotFound)?;
    tell(ctx, tx, rights, &request, Telling::Received, None).await?;
    let details = json!({ "kind": new.kind.key(), "channel": new.channel.key() });
    note(ctx, tx, "privacy-request.record", id, details).await?;
    Ok(request)
}

fn check(ctx: &Ctx, town: &Municipality, new: &NewRequest) -> Result<NewRequest, RightsError> {
    let wrong = |field, reason| RightsError::BadInput { field, reason, limit: None };
    let mut new = new.clone();
    let today = spoken::local_day(ctx.now(), town.zone());
    // who writes down what came in long ago has missed the time, and must not seem to have kept it
    if new.received_on > today || new.received_on < today - Days::new(366) {
        return Err(wrong("receivedOn", "request-received"));
    }
    if new.channel == Way::Own {
        return Err(wrong("channel", "bad-input"));
    }
    for (field, reason, name) in [
        ("firstName", "first-name-missing", &mut new.applicant.first_name),
        ("lastName", "last-name-missing", &mut new.applicant.last_name),
    ] {
        *name = name.trim().chars().filter(|c| !c.is_control()).take(100).collect();
        if name.is_empty() {
            return Err(wrong(field, reason));
        }
    }
    let trimmed = |text: Option<String>| {
        text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    new.applicant.email = trimmed(new.applicant.email);
    new.appointment = trimmed(new.appointment);
    let is_address = |email: &String| {
        email.len() <= 254
            && email
                .split_once('@')
                .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
            && !email.chars().any(|c| c.is_whitespace() || c.is_control())
    };
    if !new.applicant.email.as_ref().is_none_or(is_address) {
        return Err(wrong("email", "email-wrong"));
    }
    Ok(new)
}

/// The copy of the data that a request is about, for an answer by letter or at the counter. That it was taken stands in the
/// audit trail.
pub async fn copy(
    ctx: &Ctx,
    db: &Db,
    town: &Municipality,
    rights: &Rights,
    id: PrivacyRequestId,
    base_url: &str,
) -> Result<MyData, RightsError> {
    let tx = db.begin(ctx).await?;
    let request = one(ctx, &tx, id).await?;
    let about = request.about.clone().filter(|_| request.is_open());
    let about = about.ok_or(RightsError::Conflict("request-answered"))?;
    let details = json!({ "kind": request.kind.key() });
    note(ctx, &tx, "privacy-request.copy", id, details).await?;
    tx.commit().await?;
    Ok(rights.copy(ctx, db, town, &about.subject(), base_url).await?)
}

/// The requests that wait, by their last day, or those that are answered, the latest first.
pub async fn list(
    ctx: &Ctx,
    tx: &TenantTx,
    open: bool,
    skipped: u64,
    limit: u64,
) -> Result<Vec<PrivacyRequest>, RightsError> {
    ctx.authorize(Action::DecidePrivacyRequests)?;
    store::list(tx, open, skipped, limit).await
}

/// One of them.
pub async fn one(
    ctx: &Ctx,
    tx: &TenantTx,
    id: PrivacyRequestId,
) -> Result<PrivacyRequest, RightsError> {
    ctx.authorize(Action::DecidePrivacyRequests)?;
    store::find(tx, id, false).await?.ok_or(RightsError::NotFound)
}

/// Decides. What is carried out on the data themselves happens in the same transaction.
pub async fn decide(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    rights: &Rights,
    id: PrivacyRequestId,
    decision: &Decision,
) -> Result<(), RightsError> {
    ctx.authorize(Action::DecidePrivacyRequests)?;
    let request = store::find(tx, id, true).await?.ok_or(RightsError::NotFound)?;
    match decision {
        Decision::Extend(reason) => extend(ctx, tx, town, rights, &request, reason).await,
        Decision::Refuse(reason) => refuse(ctx, tx, rights, &request, reason).await,
        Decision::CarryOut(by) => carry_out(ctx, tx, town, rights, &request, *by).await,
        Decision::Lift => announce_lift(ctx, tx, town, rights, &request).await,
        Decision::Keep(reason) => keep(ctx, tx, town, &request, reason).await,
    }
}

async fn extend(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    rights: &Rights,
    request: &PrivacyRequest,
    reason: &str,
) -> Result<(), RightsError> {
    let reason = checked(reason)?;
    if !request.can_extend(spoken::local_day(ctx.now(), town.zone())) {
        return Err(RightsError::Conflict("request-too-late"));
    }
    let until = clock::extended(request.received_on);
    let row = store::table::ActiveModel {
        extended_until: Set(Some(until)),
        extension_reason: Set(Some(reason.clone())),
        ..store::one(tx, request.id)
    };
    store::update(tx, row).await?;
    let told = PrivacyRequest { extended_until: Some(until), ..request.clone() };
    tell(ctx, tx, rights, &told, Telling::Extended, Some(&reason)).await?;
    let details = json!({ "kind": request.kind.key(), "until": until });
    Ok(note(ctx, tx, "privacy-request.extend", request.id, details).await?)
}

async fn refuse(
    ctx: &Ctx,
    tx: &TenantTx,
    rights: &Rights,
    request: &PrivacyRequest,
    reason: &str,
) -> Result<(), RightsError> {
    let reason = checked(reason)?;
    must_be(request, RequestState::Open)?;
    tell(ctx, tx, rights, request, Telling::Refused, Some(&reason)).await?;
    let by = way_back(request);
    store::close(ctx, tx, request.id, RequestState::Refused, by, Some(&reason)).await?;
    let details = json!({ "kind": request.kind.key() });
    Ok(note(ctx, tx, "privacy-request.refuse", request.id, details).await?)
}

async fn carry_out(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    rights: &Rights,
    request: &PrivacyRequest,
    by: Way,
) -> Result<(), RightsError> {
    must_be(request, RequestState::Open)?;
    let who = request.about.clone().unwrap_or_default().subject();
    let is_restriction = request.kind == RequestKind::Restriction;
    match request.kind {
        RequestKind::Erasure => rights.erase_in(ctx, tx, town, &who).await?,
        RequestKind::Restriction => rights.restrict_in(ctx, tx, &who, true).await?,
        RequestKind::Objection => {
            for to in Objection::ALL {
                rights.object_in(ctx, tx, &who, to, true).await?;
            }
        }
        // the office hands the copy over, or corrects what is wrong at the appointment
        RequestKind::Access | RequestKind::Portability | RequestKind::Rectification => {}
    }
    tell(ctx, tx, rights, request, Telling::Answered, None).await?;
    if is_restriction {
        // it goes on: what it is about stays, to be lifted
        let row = store::table::ActiveModel {
            state: Set(RequestState::Restricted.key().to_owned()),
            review_on: Set(Some(clock::review(spoken::local_day(ctx.now(), town.zone())))),
            ..store::one(tx, request.id)
        };
        store::update(tx, row).await?;
    } else {
        store::close(ctx, tx, request.id, RequestState::Done, by, None).await?;
    }
    let details = json!({ "kind": request.kind.key(), "way": by.key() });
    Ok(note(ctx, tx, "privacy-request.answer", request.id, details).await?)
}

/// A restriction lasts as long as its reason (Art. 18(1) GDPR). Who has looked and keeps it says why, in the trail; it is looked
/// at again after the same time.
async fn keep(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    request: &PrivacyRequest,
    reason: &str,
) -> Result<(), RightsError> {
    let reason = checked(reason)?;
    must_be(request, RequestState::Restricted)?;
    let again = clock::review(spoken::local_day(ctx.now(), town.zone()));
    let row =
        store::table::ActiveModel { review_on: Set(Some(again)), ..store::one(tx, request.id) };
    store::update(tx, row).await?;
    let details = json!({ "kind": request.kind.key(), "reason": reason, "until": again });
    Ok(note(ctx, tx, "privacy-request.keep-restricted", request.id, details).await?)
}

/// Art. 18(3) GDPR: the person hears of it before the restriction ends.
async fn announce_lift(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    rights: &Rights,
    request: &PrivacyRequest,
) -> Result<(), RightsError> {
    must_be(request, RequestState::Restricted)?;
    let at = ctx.now() + chrono::TimeDelta::days(LIFTED_AFTER);
    let told = PrivacyRequest {
        due_on: spoken::local_day(at, town.zone()),
        extended_until: None,
        ..request.clone()
    };
    tell(ctx, tx, rights, &told, Telling::RestrictionEnds, None).await?;
    let row = store::table::ActiveModel {
        state: Set(RequestState::Lifting.key().to_owned()),
        ..store::one(tx, request.id)
    };
    store::update(tx, row).await?;
    jobs::enqueue(ctx, tx, LIFT_JOB, &Lift { request: request.id }, at).await?;
    let details = json!({ "kind": request.kind.key(), "until": told.due_on });
    Ok(note(ctx, tx, "privacy-request.lift", request.id, details).await?)
}

/// Ends a restriction whose end the person was told of. Called by the job.
pub async fn lift(
    ctx: &Ctx,
    tx: &TenantTx,
    rights: &Rights,
    id: PrivacyRequestId,
) -> Result<(), RightsError> {
    ctx.authorize(Action::RunJobs)?;
    let Some(request) = store::find(tx, id, true).await? else { return Ok(()) };
    if request.state != RequestState::Lifting {
        return Ok(());
    }
    let who = request.about.unwrap_or_default().subject();
    rights.restrict_in(ctx, tx, &who, false).await?;
    Ok(store::close(ctx, tx, id, RequestState::Done, Way::Mail, None).await?)
}

/// Writes down what somebody has done themself.
pub(crate) async fn done_by_themself(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    kind: RequestKind,
) -> Result<(), Fault> {
    let today = spoken::local_day(ctx.now(), town.zone());
    store::insert_done(ctx, tx, kind, today).await
}

/// Tells who asked, if they can be told by mail. Whom one cannot write to the office writes a letter.
async fn tell(
    ctx: &Ctx,
    tx: &TenantTx,
    rights: &Rights,
    request: &PrivacyRequest,
    telling: Telling,
    reason: Option<&str>,
) -> Result<(), Fault> {
    let Some(applicant) = &request.applicant else { return Ok(()) };
    let Some(email) = applicant.email.clone() else { return Ok(()) };
    let to = Addressee {
        first_name: applicant.first_name.clone(),
        last_name: applicant.last_name.clone(),
        email,
        locale: applicant.locale,
    };
    let mut facts = vec![
        ("reference", request.reference.clone()),
        ("kind", request.kind.key().to_owned()),
        ("due", request.last_day().to_string()),
    ];
    facts.extend(reason.map(|reason| ("reason", reason.to_owned())));
    rights.post.write(ctx, tx, &to, telling, &facts).await
}

fn way_back(request: &PrivacyRequest) -> Way {
    let can_mail = request.applicant.as_ref().is_some_and(|who| who.email.is_some());
    if can_mail { Way::Mail } else { Way::Letter }
}

fn must_be(request: &PrivacyRequest, state: RequestState) -> Result<(), RightsError> {
    if request.state == state { Ok(()) } else { Err(RightsError::Conflict("request-answered")) }
}

fn checked(reason: &str) -> Result<String, RightsError> {
    let reason: String = reason.trim().chars().filter(|c| !c.is_control()).collect();
    if REASON.contains(&reason.chars().count()) {
        return Ok(reason);
    }
    Err(RightsError::BadInput { field: "reason", reason: "request-reason", limit: Some(500) })
}

async fn note(
    ctx: &Ctx,
    tx: &TenantTx,
    action: &str,
    id: PrivacyRequestId,
    details: Value,
) -> Result<(), Fault> {
    let object_id = Some(id.uuid());
    audit::append(ctx, tx, audit::Act { action, object: "privacy-request", object_id }, details)
        .await
}
