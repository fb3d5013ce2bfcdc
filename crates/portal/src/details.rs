//! Step 3: who comes.

use axum::response::Response;
use http::StatusCode;
use identity::Limit;
use kernel::{PublicError, spoken};
use privacy::statistics::Step;
use scheduling::ContactProblem;

use crate::{
    caller::Caller,
    contact_form::{ContactForm, Typed},
    draft::{self, Draft, Found, Kept},
    error::Failure,
    fields::{Asked, Sent},
    hold::Hold,
    page::{Page, Shown, go, show},
    reserve::place_key,
    review,
    times::{self, Purpose, Wanted},
};

#[derive(askama::Template)]
#[template(path = "details.html")]
pub(crate) struct DetailsPage {
    pub page: Page,
    pub draft: String,
    pub carried: String,
    /// The draft itself, so that nothing is lost when the session ends while the person reads or types.
    pub copy: String,
    pub when: String,
    pub hold: Hold,
    pub form: ContactForm,
}

#[derive(askama::Template)]
#[template(path = "lost.html")]
struct LostPage {
    page: Page,
}

/// `GET /angaben`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let Some(found) = draft::find(&caller, &fields) else { return Ok(lost(&caller)) };
    if found.draft.booked.is_some() {
        return Ok(go(&format!("/bestaetigung?entwurf={}", found.id)));
    }
    let catalogue = caller.catalogue().await?;
    caller.count(Step::Details, &found.draft.selection.services(&catalogue));
    Ok(answer(&caller, &found, &[], "", StatusCode::OK))
}

/// `POST /angaben`
pub(crate) async fn submit(mut caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    caller.limit(Limit::Reserve).await?;
    let Some(mut found) = draft::find(&caller, &fields) else { return Ok(lost(&caller)) };
    if found.draft.booked.is_some() {
        return Ok(go(&format!("/bestaetigung?entwurf={}", found.id)));
    }
    if fields.has("firstName") {
        found.draft.typed = Typed::read(&fields);
    }
    let kept = draft::keep(&mut caller, &found).await;
    let id = &found.id;
    match (fields.one("aktion"), kept) {
        ("zeit", Kept::Session(remembered)) => {
            Ok(remembered.on(go(&calendar_address(&caller, &found).await?)))
        }
        ("zeit", Kept::Form(carried)) => calendar(&caller, &found, carried).await,
        ("datenschutz", Kept::Session(remembered)) => {
            Ok(remembered.on(go(&format!("/datenschutz?entwurf={id}&zurueck=angaben"))))
        }
        ("aendern", Kept::Form(carried)) => {
            Ok(answer(&caller, &found, &[], &carried, StatusCode::OK))
        }
        ("aendern", Kept::Session(remembered)) => {
            Ok(remembered.on(go(&format!("/angaben?entwurf={id}"))))
        }
        (_, kept) => {
            let problems = problems(&caller, &found.draft);
            match kept {
                Kept::Session(remembered) if problems.is_empty() => {
                    Ok(remembered.on(go(&format!("/pruefen?entwurf={id}"))))
                }
                Kept::Session(remembered) => {
                    let status = StatusCode::UNPROCESSABLE_ENTITY;
                    Ok(remembered.on(answer(&caller, &found, &problems, "", status)))
                }
                Kept::Form(carried) if problems.is_empty() => {
                    review::answer(&caller, &found, &carried, "", StatusCode::OK).await
                }
                Kept::Form(carried) => {
                    let status = StatusCode::UNPROCESSABLE_ENTITY;
                    Ok(answer(&caller, &found, &problems, &carried, status))
                }
            }
        }
    }
}

/// What must be corrected before the draft can be booked.
pub(crate) fn problems(caller: &Caller, draft: &Draft) -> Vec<ContactProblem> {
    let (ctx, town) = (caller.ctx(), caller.town());
    let checked = draft.typed.check(&town.settings.contact, scheduling::today(ctx, town));
    checked.err().unwrap_or_default()
}

/// The form with what was typed.
pub(crate) fn answer(
    caller: &Caller,
    found: &Found,
    problems: &[ContactProblem],
    carried: &str,
    status: StatusCode,
) -> Response {
    let here = format!("/angaben?entwurf={}", found.id);
    let page = caller.page().at(here).with_form("angaben");
    let page = page.clone().titled(page.t("details-title")).failed(!problems.is_empty());
    let zone = caller.town().zone();
    let view = DetailsPage {
        draft: found.id.clone(),
        carried: carried.to_owned(),
        copy: draft::pack(&found.draft),
        when: spoken::date_and_time(found.draft.starts_at, zone, page.locale),
        hold: Hold::new(caller, &page, &found.draft),
        form: ContactForm::new(
            &page,
            &caller.town().settings.contact,
            &found.draft.typed,
            problems,
        ),
        page,
    };
    show(&view, caller.ctx().locale(), status, Shown::Personal)
}

/// The session does not know the draft: it has ended, or the browser takes no cookies.
pub(crate) fn lost(caller: &Caller) -> Response {
    let page = caller.page().at("/");
    let view = LostPage { page: page.clone().titled(page.t("lost-title")) };
    show(&view, caller.ctx().locale(), StatusCode::NOT_FOUND, Shown::Personal)
}

/// The calendar for choosing another time, opened where the draft is now.
pub(crate) async fn calendar_address(caller: &Caller, found: &Found) -> Result<String, Failure> {
    let day = spoken::local_day(found.draft.starts_at, caller.town().zone()).to_string();
    let catalogue = caller.catalogue().await?;
    let place = place_key(&catalogue, found.draft.location);
    let more = [("ort", place), ("tag", day.as_str()), ("entwurf", found.id.as_str())];
    Ok(found.draft.selection.address("/termine", &more))
}

/// The same as an answer, while the draft has to travel in the form.
async fn calendar(caller: &Caller, found: &Found, carried: String) -> Result<Response, Failure> {
    let catalogue = caller.catalogue().await?;
    let wanted = Wanted {
        selection: found.draft.selection.clone(),
        place: place_key(&catalogue, found.draft.location).to_owned(),
        month: None,
        day: Some(spoken::local_day(found.draft.starts_at, caller.town().zone())),
        purpose: Purpose::Book { draft: found.id.clone(), carried },
        refused: None,
    };
    match times::unbookable(&wanted.selection, &catalogue) {
        Some(_) => Err(scheduling::Error::NotFound.into()),
        None => times::answer(caller, &catalogue, &wanted, StatusCode::OK).await,
    }
}

/// The status that belongs to an error of a use case.
pub(crate) fn status_of(error: &scheduling::Error) -> StatusCode {
    StatusCode::from_u16(error.code().status()).unwrap_or(StatusCode::CONFLICT)
}
