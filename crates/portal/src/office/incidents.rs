//! The register of incidents (Art. 33 GDPR), with the 72-hour clock.

use axum::response::Response;
use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use http::StatusCode;
use kernel::{IncidentId, PublicError, policy::Action};
use privacy::{
    DutyError,
    incidents::{self, Clock, Facts, Incident},
};

use crate::{
    caller::Caller,
    error::{Failure, Refusal},
    fields::{Asked, Fields, Sent},
    page::{Page, Shown, go, show},
};

/// Where the register is.
pub(super) const ADDRESS: &str = "/amt/datenschutz/vorfaelle";
/// Where one incident is, or a new one.
const ONE: &str = "/amt/datenschutz/vorfaelle/vorfall";
/// Incidents that one page lists.
const SHOWN: u64 = 50;
/// What a field for date and time sends.
const TYPED: &str = "%Y-%m-%dT%H:%M";

#[derive(askama::Template)]
#[template(path = "office_incidents.html")]
pub(crate) struct IncidentsPage {
    pub page: Page,
    pub lines: Vec<IncidentLine>,
    /// The next page of the list; empty when there is none.
    pub more: String,
    pub done: String,
}

/// An incident in the list.
#[derive(Debug, Clone)]
pub(crate) struct IncidentLine {
    pub id: String,
    pub title: String,
    pub noticed: String,
    pub people: String,
    pub clock: String,
    /// Whether somebody must act.
    pub is_urgent: bool,
    pub is_closed: bool,
}

#[derive(askama::Template)]
#[template(path = "office_incident.html")]
pub(crate) struct IncidentPage {
    pub page: Page,
    /// Empty for a new one.
    pub id: String,
    pub form: IncidentForm,
    pub clock: String,
    pub is_urgent: bool,
    /// Why it was refused, and the id of the field.
    pub error: String,
    pub field: &'static str,
}

/// What stands in the form.
#[derive(Debug, Clone, Default)]
pub(crate) struct IncidentForm {
    pub title: String,
    pub noticed: String,
    pub description: String,
    pub categories: String,
    pub people: String,
    pub measures: String,
    pub authority: String,
    pub no_report: String,
    pub people_told: String,
    pub is_closed: bool,
}

impl IncidentLine {
    fn new(page: &Page, incident: &Incident, now: DateTime<Utc>, zone: chrono_tz::Tz) -> Self {
        let clock = incident.clock(now);
        Self {
            id: incident.id.to_string(),
            title: incident.facts.title.clone(),
            noticed: super::moment(page, incident.facts.noticed_at, zone),
            people: incident
                .facts
                .people
                .map_or_else(|| page.t("incident-people-unknown"), |number| number.to_string()),
            clock: clock_text(page, incident, clock, zone),
            is_urgent: is_urgent(clock),
            is_closed: incident.facts.is_closed,
        }
    }
}

fn is_urgent(clock: Clock) -> bool {
    matches!(clock, Clock::Running(_) | Clock::Over)
}

fn clock_text(page: &Page, incident: &Incident, clock: Clock, zone: chrono_tz::Tz) -> String {
    let due = super::moment(page, incident.due(), zone);
    match clock {
        Clock::Told => page.t("incident-told"),
        Clock::ToldLate => page.t("incident-told-late"),
        Clock::NotNeeded => page.t("incident-not-needed"),
        Clock::Running(left) => {
            let hours = left.num_hours().to_string();
            page.t2("incident-running", ("hours", &hours), ("due", &due))
        }
        Clock::Over => page.t1("incident-over", "due", due),
    }
}

impl IncidentForm {
    fn of(facts: &Facts, zone: chrono_tz::Tz) -> Self {
        let typed = |at: DateTime<Utc>| at.with_timezone(&zone).format(TYPED).to_string();
        Self {
            title: facts.title.clone(),
            noticed: typed(facts.noticed_at),
            description: facts.description.clone(),
            categories: facts.categories.clone(),
            people: facts.people.map(|number| number.to_string()).unwrap_or_default(),
            measures: facts.measures.clone(),
            authority: facts.authority_told_at.map(typed).unwrap_or_default(),
            no_report: facts.no_report_reason.clone(),
            people_told: facts.people_told_at.map(typed).unwrap_or_default(),
            is_closed: facts.is_closed,
        }
    }

    fn read(fields: &Fields) -> Self {
        let text = |name: &str| fields.one(name).to_owned();
        Self {
            title: text("titel"),
            noticed: text("bemerkt"),
            description: text("beschreibung"),
            categories: text("arten"),
            people: text("personen"),
            measures: text("massnahmen"),
            authority: text("behoerde"),
            no_report: text("keine_meldung"),
            people_told: text("betroffene"),
            is_closed: fields.has("erledigt"),
        }
    }

    fn facts(&self, zone: chrono_tz::Tz) -> Result<Facts, DutyError> {
        let bad = |field| DutyError::BadInput { field, reason: "incident-time" };
        let wrong_number = DutyError::BadInput { field: "people", reason: "incident-people" };
        let optional = |text: &str, field| match text {
            "" => Ok(None),
            text => instant(text, zone).map(Some).ok_or(bad(field)),
        };
        Ok(Facts {
            title: self.title.clone(),
            noticed_at: instant(&self.noticed, zone).ok_or(bad("noticedAt"))?,
            description: self.description.clone(),
            categories: self.categories.clone(),
            people: match self.people.as_str() {
                "" => None,
                number => Some(number.parse().map_err(|_| wrong_number)?),
            },
            measures: self.measures.clone(),
            authority_told_at: optional(&self.authority, "authorityToldAt")?,
            no_report_reason: self.no_report.clone(),
            people_told_at: optional(&self.people_told, "peopleToldAt")?,
            is_closed: self.is_closed,
        })
    }
}

/// What was typed as a time on the municipality's clocks. In the hour that there is twice it is the first.
fn instant(text: &str, zone: chrono_tz::Tz) -> Option<DateTime<Utc>> {
    let typed = NaiveDateTime::parse_from_str(text, TYPED).ok()?;
    zone.from_local_datetime(&typed).earliest().map(|at| at.to_utc())
}

/// `GET /amt/datenschutz/vorfaelle`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ManageIncidents).await?;
    let tx = caller.db().begin(&ctx).await?;
    let after = IncidentId::parse(fields.one("nach"));
    let found = incidents::list(&ctx, &tx, after, SHOWN + 1).await?;
    tx.commit().await?;
    let (page, zone, now) = (caller.page(), caller.town().zone(), ctx.now());
    let shown = usize::try_from(SHOWN).unwrap_or_default();
    let more = found.get(shown).and_then(|_| found.get(shown - 1));
    let view = IncidentsPage {
        lines: found
            .iter()
            .take(shown)
            .map(|incident| IncidentLine::new(&page, incident, now, zone))
            .collect(),
        more: more.map(|last| format!("{ADDRESS}?nach={}", last.id)).unwrap_or_default(),
        done: match fields.one("getan") {
            "ja" => page.t("incident-noted"),
            _ => String::new(),
        },
        page: page.clone().titled(page.t("incidents-title")),
    };
    Ok(show(&view, page.locale, StatusCode::OK, Shown::Personal))
}

/// `GET /amt/datenschutz/vorfaelle/vorfall`: one that is there, or the form for a new one.
pub(crate) async fn one(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ManageIncidents).await?;
    let zone = caller.town().zone();
    if fields.one("id").is_empty() {
        let noticed = ctx.now().with_timezone(&zone).format(TYPED).to_string();
        let form = IncidentForm { noticed, ..IncidentForm::default() };
        return Ok(answer(&caller, None, form, None));
    }
    let id = IncidentId::parse(fields.one("id")).ok_or(Refusal::NotFound)?;
    let tx = caller.db().begin(&ctx).await?;
    let found = incidents::one(&ctx, &tx, id).await?;
    tx.commit().await?;
    let form = IncidentForm::of(&found.facts, zone);
    Ok(answer(&caller, Some(&found), form, None))
}

fn answer(
    caller: &Caller,
    known: Option<&Incident>,
    form: IncidentForm,
    refused: Option<&DutyError>,
) -> Response {
    let id = known.map(|incident| incident.id.to_string()).unwrap_or_default();
    let page = caller.page().failed(refused.is_some());
    let here = if id.is_empty() { ONE.to_owned() } else { format!("{ONE}?id={id}") };
    let page = if refused.is_some() { page.at(here) } else { page };
    let clock = known.map(|incident| (incident, incident.clock(caller.ctx().now())));
    let zone = caller.town().zone();
    let title = if id.is_empty() { "incident-new" } else { "incident-title" };
    let view = IncidentPage {
        id,
        form,
        clock: clock
            .map(|(incident, clock)| clock_text(&page, incident, clock, zone))
            .unwrap_or_default(),
        is_urgent: clock.is_some_and(|(_, clock)| is_urgent(clock)),
        error: refused.map(|error| error.message(page.locale)).unwrap_or_default(),
        field: match refused.and_then(PublicError::field) {
            Some("noticedAt") => "bemerkt",
            Some("description") => "beschreibung",
            Some("categories") => "arten",
            Some("people") => "personen",
            Some("measures") => "massnahmen",
            Some("authorityToldAt") => "behoerde",
            Some("noReportReason") => "keine_meldung",
            Some("peopleToldAt") => "betroffene",
            _ => "titel",
        },
        page: page.clone().titled(page.t(title)),
    };
    let status = refused.map_or(StatusCode::OK, super::status_of);
    show(&view, page.locale, status, Shown::Personal)
}

/// `POST /amt/datenschutz/vorfaelle/vorfall`
pub(crate) async fn submit(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ManageIncidents).await?;
    let form = IncidentForm::read(&fields);
    let tx = caller.db().begin(&ctx).await?;
    let known = match fields.one("id") {
        "" => None,
        id => {
            let id = IncidentId::parse(id).ok_or(Refusal::NotFound)?;
            Some(incidents::one(&ctx, &tx, id).await?)
        }
    };
    let written = match form.facts(caller.town().zone()) {
        Err(error) => Err(error),
        Ok(facts) => match &known {
            Some(known) => incidents::change(&ctx, &tx, known.id, &facts).await,
            None => incidents::note(&ctx, &tx, &facts).await,
        },
    };
    match written {
        Ok(_) => {
            tx.commit().await?;
            Ok(go(&format!("{ADDRESS}?getan=ja")))
        }
        Err(error @ DutyError::BadInput { .. }) => {
            tx.rollback().await?;
            Ok(answer(&caller, known.as_ref(), form, Some(&error)))
        }
        Err(error) => Err(error.into()),
    }
}
