//! The calendar on the office's pages: hours as they hold, closures, drafts, and a draft's way to its publication.

use axum::response::Response;
use chrono::{DateTime, Utc};
use http::StatusCode;
use kernel::{
    AppointmentId, CalendarChangeId, Ctx, Locale, LocalizedText, PublicError,
    policy::{self, Action},
    spoken,
};
use scheduling::{
    Catalogue, ChangeState, Choice, Choices, Decision, Error, OpeningClosure, OpeningHours,
    OpeningRule, Plans, Publish, SaveDraft,
};

use super::closing::ClosingForm;
use crate::{
    caller::Caller,
    error::{Failure, Refusal},
    fields::{Asked, Fields, Sent},
    page::{Page, Shown, go, show},
    visit_facts::VisitFacts,
};

/// Changes that the list shows.
const SHOWN: u64 = 20;

#[derive(askama::Template)]
#[template(path = "office_calendar.html")]
pub(crate) struct CalendarPage {
    pub page: Page,
    pub changes: Vec<ChangeLine>,
    pub closures: Vec<ClosureLine>,
    pub counters: Vec<CounterLines>,
    pub may_change: bool,
    pub form: ClosingForm,
}

/// A change in the list.
#[derive(Debug, Clone)]
pub(crate) struct ChangeLine {
    pub address: String,
    pub title: String,
    pub state: String,
    pub when: String,
}

/// A closure.
#[derive(Debug, Clone)]
pub(crate) struct ClosureLine {
    pub days: String,
    pub place: String,
    pub reason: String,
    /// What names it: place and counter, first and last day.
    pub key: (String, String, String),
    /// Whether whoever reads it can end it.
    pub may_change: bool,
}

/// A counter with its hours.
#[derive(Debug, Clone)]
pub(crate) struct CounterLines {
    pub address: String,
    pub name: String,
    pub hours: Vec<String>,
    pub exceptions: Vec<String>,
    /// Whether whoever reads it can change it.
    pub may_change: bool,
}

/// `GET /amt/kalender`
pub(crate) async fn page(caller: Caller) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ReadCalendar).await?;
    overview(&caller, &ctx, &Fields::default(), None).await
}

/// The calendar, with the form for closing days as it was sent, and why it was refused.
pub(super) async fn overview(
    caller: &Caller,
    ctx: &Ctx,
    fields: &Fields,
    refused: Option<&Error>,
) -> Result<Response, Failure> {
    let catalogue = caller.catalogue().await?;
    let tx = caller.db().begin(ctx).await?;
    let plans = scheduling::plans(ctx, &tx, caller.town(), &catalogue).await?;
    let (changes, _) = scheduling::changes(ctx, &tx, None, SHOWN).await?;
    tx.commit().await?;
    let page = caller.page().at("/amt/kalender").failed(refused.is_some());
    let view = CalendarPage {
        changes: changes
            .iter()
            .take(usize::try_from(SHOWN).unwrap_or_default())
            .map(|change| ChangeLine {
                address: address(change.id),
                title: change.title.clone(),
                state: page.t(state_key(change.state)),
                when: moment(caller, &page, change.changed_at),
            })
            .collect(),
        closures: plans
            .closures
            .iter()
            .map(|one| closure(&page, &catalogue, &plans, one))
            .collect(),
        counters: plans
            .counters
            .iter()
            .map(|one| counter(&page, &catalogue, &plans, one))
            .collect(),
        may_change: policy::allows(ctx.actor(), Action::ChangeCalendar),
        form: ClosingForm::new(&page, &catalogue, &plans, fields, refused),
        page: page.clone().titled(page.t("office-calendar-title")),
    };
    let status = refused.map_or(StatusCode::OK, status_of);
    Ok(show(&view, page.locale, status, Shown::Personal))
}

fn state_key(state: ChangeState) -> &'static str {
    match state {
        ChangeState::Draft => "office-state-draft",
        ChangeState::Published => "office-state-published",
        ChangeState::Undone => "office-state-undone",
    }
}

/// The page of a change.
pub(super) fn address(id: CalendarChangeId) -> String {
    format!("/amt/kalender/aenderung?id={id}")
}

fn moment(caller: &Caller, page: &Page, at: DateTime<Utc>) -> String {
    let zone = caller.town().zone();
    let day = spoken::local_day(at, zone);
    format!("{}, {}", spoken::date(day, page.locale), spoken::time(at, zone, page.locale))
}

/// What a closure closes, and why.
fn closure(
    page: &Page,
    catalogue: &Catalogue,
    plans: &Plans,
    closure: &OpeningClosure,
) -> ClosureLine {
    let (from, to) =
        (spoken::date(closure.from, page.locale), spoken::date(closure.to, page.locale));
    let place = closure.location.and_then(|id| catalogue.location_ever(id));
    let at = closure.counter.and_then(|id| plans.counters.iter().find(|one| one.id == id));
    let names = [place.map(|place| place.name.get(page.locale)), at.map(|one| one.name.as_str())];
    let names: Vec<&str> = names.into_iter().flatten().collect();
    ClosureLine {
        days: if from == to { from } else { format!("{from} – {to}") },
        place: if names.is_empty() { page.t("office-everywhere") } else { names.join(", ") },
        reason: closure.reason.get(page.locale).to_owned(),
        may_change: plans.may_change(closure.location, closure.counter),
        key: (
            super::closing::place_value(closure.location, closure.counter),
            closure.from.to_string(),
            closure.to.to_string(),
        ),
    }
}

fn counter(
    page: &Page,
    catalogue: &Catalogue,
    plans: &Plans,
    plan: &scheduling::CounterPlan,
) -> CounterLines {
    let place = catalogue.location_ever(plan.location).map(|place| place.name.get(page.locale));
    let day = |exception: &scheduling::OpeningException| {
        format!("{}: {}", spoken::date(exception.day, page.locale), hours(page, &exception.hours))
    };
    CounterLines {
        address: format!("/amt/kalender/schalter?id={}", plan.id),
        name: format!("{} – {}", place.unwrap_or_default(), plan.name),
        hours: plan.rules.iter().map(|one| rule(page, one)).collect(),
        exceptions: plan.exceptions.iter().map(day).collect(),
        may_change: plans.may_change(Some(plan.location), Some(plan.id)),
    }
}

/// "Dienstag 08:00–12:00 (Pause 10:00–10:15), jede 2. Woche"
fn rule(page: &Page, rule: &OpeningRule) -> String {
    let mut parts = vec![format!(
        "{} {}",
        page.t(format!("office-weekday-{}", rule.weekday)),
        hours(page, &rule.hours)
    )];
    if rule.rhythm.every_weeks > 1 {
        parts.push(page.t1("office-every-weeks", "weeks", rule.rhythm.every_weeks));
    }
    for week in &rule.rhythm.month_weeks {
        parts.push(match week {
            -1 => page.t("office-last-of-month"),
            week => page.t1("office-nth-of-month", "week", week),
        });
    }
    if let Some(from) = rule.valid_from {
        parts.push(page.t1("office-valid-from", "day", spoken::date(from, page.locale)));
    }
    if let Some(to) = rule.valid_to {
        parts.push(page.t1("office-valid-to", "day", spoken::date(to, page.locale)));
    }
    parts.join(", ")
}

fn hours(page: &Page, hours: &OpeningHours) -> String {
    let span = |(from, to): (u32, u32)| {
        format!("{}–{}", OpeningHours::clock(from), OpeningHours::clock(to))
    };
    let channels: Vec<String> = hours
        .channels
        .iter()
        .map(|channel| {
            page.t(match channel {
                scheduling::Channel::Online => "office-online",
                scheduling::Channel::Phone => "office-phone",
                scheduling::Channel::WalkIn => "office-walk-in",
            })
        })
        .collect();
    let breaks: Vec<String> = hours.breaks.iter().copied().map(span).collect();
    let mut text = span((hours.from, hours.to));
    if !breaks.is_empty() {
        text += &format!(" ({})", page.t1("office-break", "times", breaks.join(", ")));
    }
    format!("{text}, {}", channels.join(", "))
}

#[derive(askama::Template)]
#[template(path = "office_change.html")]
#[expect(clippy::struct_excessive_bools, reason = "what the template asks, not a state machine")]
pub(crate) struct ChangePage {
    pub page: Page,
    pub id: String,
    pub title: String,
    pub state: String,
    pub is_draft: bool,
    pub is_published: bool,
    pub is_current: bool,
    pub may_change: bool,
    pub error: String,
    pub capacity: Vec<CapacityLine>,
    pub hits: Vec<HitLine>,
    pub reservations: u32,
    /// What was just done.
    pub done: Vec<String>,
    pub others: String,
    pub note_de: String,
    pub note_en: String,
}

/// Minutes won and lost on a day.
#[derive(Debug, Clone)]
pub(crate) struct CapacityLine {
    pub day: String,
    pub place: String,
    pub channel: String,
    pub won: u32,
    pub lost: u32,
}

/// An appointment whose hours go.
#[derive(Debug, Clone)]
pub(crate) struct HitLine {
    pub id: String,
    pub reference: String,
    pub when: String,
    pub what: String,
    /// Another time; empty when there is none.
    pub suggestion: String,
    /// What is chosen.
    pub chosen: String,
}

/// `GET /amt/kalender/aenderung`
pub(crate) async fn change(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ReadCalendar).await?;
    show_change(&caller, &ctx, &fields, None).await
}

async fn show_change(
    caller: &Caller,
    ctx: &Ctx,
    fields: &Fields,
    refused: Option<&Error>,
) -> Result<Response, Failure> {
    let id = id_of(fields)?;
    let catalogue = caller.catalogue().await?;
    let tx = caller.db().begin(ctx).await?;
    let (change, is_current) = scheduling::change(ctx, &tx, id).await?;
    let is_draft = change.state == ChangeState::Draft;
    let preview = if is_draft {
        Some(scheduling::preview(ctx, &tx, caller.town(), &catalogue, id).await?)
    } else {
        None
    };
    let may_change = scheduling::may_change(ctx, &tx, &change.edits).await?;
    tx.commit().await?;
    let page = caller.page().at(address(id)).failed(refused.is_some());
    let locale = page.locale;
    let place = |id| catalogue.location_ever(id).map_or("", |place| place.name.get(locale));
    let (capacity, hits, reservations) = preview.map_or_else(Default::default, |preview| {
        let line = |sum: &scheduling::CapacityChange| CapacityLine {
            day: spoken::date(sum.day, locale),
            place: place(sum.location).to_owned(),
            channel: page.t(match sum.channel {
                scheduling::Channel::Online => "office-online",
                scheduling::Channel::Phone => "office-phone",
                scheduling::Channel::WalkIn => "office-walk-in",
            }),
            won: sum.minutes_won,
            lost: sum.minutes_lost,
        };
        let hit = |hit: &scheduling::Hit| {
            let suggestion = hit.suggestion.map(|found| {
                if found.is_same {
                    return page.t("office-same-time");
                }
                format!("{}, {}", moment(caller, &page, found.starts_at), place(found.location))
            });
            HitLine {
                id: hit.appointment.id.to_string(),
                reference: hit.appointment.reference.clone(),
                when: moment(caller, &page, hit.appointment.starts_at),
                what: VisitFacts::new(&page, &catalogue, &hit.appointment.items).heading,
                chosen: fields.one(&format!("e.{}", hit.appointment.id)).to_owned(),
                suggestion: suggestion.unwrap_or_default(),
            }
        };
        let capacity: Vec<CapacityLine> = preview.capacity.iter().map(line).collect();
        let hits: Vec<HitLine> = preview.hits.iter().map(hit).collect();
        (capacity, hits, preview.reservations)
    });
    let told = ["kept", "moved", "same", "cancelled", "reservations", "stay"].into_iter();
    let told = told.filter_map(|what| {
        let count: u32 = fields.one(what).parse().ok()?;
        (count > 0).then(|| page.t1(format!("office-done-{what}"), "count", count))
    });
    let view = ChangePage {
        id: id.to_string(),
        title: change.title.clone(),
        state: page.t(state_key(change.state)),
        is_draft,
        is_published: change.state == ChangeState::Published,
        is_current,
        may_change,
        error: refused.map(|error| error.message(locale)).unwrap_or_default(),
        capacity,
        hits,
        reservations,
        done: told.collect(),
        others: fields.one("andere").to_owned(),
        note_de: fields.one("nachricht_de").to_owned(),
        note_en: fields.one("nachricht_en").to_owned(),
        page: page.clone().titled(change.title),
    };
    let status = refused.map_or(StatusCode::OK, status_of);
    Ok(show(&view, locale, status, Shown::Personal))
}

fn id_of(fields: &Fields) -> Result<CalendarChangeId, Refusal> {
    CalendarChangeId::parse(fields.one("id")).ok_or(Refusal::NotFound)
}

pub(super) fn status_of(error: &Error) -> StatusCode {
    StatusCode::from_u16(error.code().status()).unwrap_or(StatusCode::CONFLICT)
}

/// A text in two languages from two fields; `None` when nothing was typed.
pub(super) fn texts(fields: &Fields, name: &str) -> Option<LocalizedText> {
    let (german, english) = (fields.one(&format!("{name}_de")), fields.one(&format!("{name}_en")));
    if german.is_empty() && english.is_empty() {
        return None;
    }
    let text = LocalizedText::german(german);
    Some(if english.is_empty() { text } else { text.with(Locale::En, english) })
}

fn decision(word: &str) -> Option<Decision> {
    Some(match word {
        "behalten" => Decision::Keep,
        "verschieben" => Decision::MoveToSuggestion,
        "verschieben-oder-absagen" => Decision::MoveOrCancel,
        "absagen" => Decision::Cancel,
        _ => return None,
    })
}

/// `POST /amt/kalender/veroeffentlichen`
pub(crate) async fn publish(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ChangeCalendar).await?;
    let id = id_of(&fields)?;
    let each = fields.pairs().filter_map(|(name, word)| {
        let appointment = AppointmentId::parse(name.strip_prefix("e.")?)?;
        Some((appointment, Choice { decision: decision(word)?, note: None }))
    });
    let choices = Choices {
        each: each.collect(),
        others: decision(fields.one("andere")),
        note: texts(&fields, "nachricht"),
    };
    let catalogue = caller.catalogue().await?;
    let command = Publish { id, choices };
    match scheduling::publish(&ctx, caller.db(), caller.town(), &catalogue, &command).await {
        Ok(done) => Ok(go(&format!(
            "{}&kept={}&moved={}&same={}&cancelled={}&reservations={}",
            address(id),
            done.kept,
            done.moved,
            done.same_time,
            done.cancelled,
            done.reservations
        ))),
        Err(error) => again(&caller, &ctx, &fields, error).await,
    }
}

/// The page again with what was chosen, where the person can do something about it.
async fn again(
    caller: &Caller,
    ctx: &Ctx,
    fields: &Fields,
    error: Error,
) -> Result<Response, Failure> {
    match error {
        Error::Fault(_) | Error::Forbidden(_) | Error::NotFound => Err(error.into()),
        error => show_change(caller, ctx, fields, Some(&error)).await,
    }
}

/// `POST /amt/kalender/rueckgaengig`
pub(crate) async fn undo(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ChangeCalendar).await?;
    let id = id_of(&fields)?;
    match scheduling::undo(&ctx, caller.db(), caller.town(), id).await {
        Ok(done) => Ok(go(&format!("{}&stay={}", address(id), done.kept))),
        Err(error) => again(&caller, &ctx, &fields, error).await,
    }
}

/// `POST /amt/kalender/verwerfen`
pub(crate) async fn discard(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ChangeCalendar).await?;
    let tx = caller.db().begin(&ctx).await?;
    scheduling::discard(&ctx, &tx, id_of(&fields)?).await?;
    tx.commit().await?;
    Ok(go("/amt/kalender"))
}

/// `POST /amt/kalender/aktualisieren`: the same draft on the calendar's present state.
pub(crate) async fn refresh(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ChangeCalendar).await?;
    let id = id_of(&fields)?;
    let tx = caller.db().begin(&ctx).await?;
    let (change, _) = scheduling::change(&ctx, &tx, id).await?;
    let command = SaveDraft { id: Some(id), title: change.title, edits: change.edits };
    scheduling::save(&ctx, &tx, &command).await?;
    tx.commit().await?;
    Ok(go(&address(id)))
}
