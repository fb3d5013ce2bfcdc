//! Requests about data at the office: the list with its lights, one request, and taking one down.

use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use http::{StatusCode, header};
use kernel::{Ctx, Locale, PrivacyRequestId, PublicError, policy::Action, spoken};
use privacy::{
    RightsError,
    requests::{
        self, Applicant, Decision, Light, NewRequest, PrivacyRequest, RequestKind, RequestState,
        Way,
    },
};

use super::{set_up::field, status_of};
use crate::{
    caller::Caller,
    contact_form::Field,
    error::{Failure, Refusal},
    fields::{Asked, Fields, Sent},
    page::{Page, Shown, go, show},
};

/// Where the list is.
pub(super) const ADDRESS: &str = "/amt/datenschutz/anfragen";
/// Where a request is taken down.
pub(super) const NEW: &str = "/amt/datenschutz/anfragen/neu";
/// Requests that one page lists.
const SHOWN: u64 = 50;

#[derive(askama::Template)]
#[template(path = "office_requests.html")]
pub(crate) struct RequestsPage {
    pub page: Page,
    /// Whether it lists what waits, or what is answered.
    pub is_open: bool,
    pub requests: Vec<RequestLine>,
    /// The next page of the list; empty when there is none.
    pub more: String,
}

/// A request in the list.
#[derive(Debug, Clone)]
pub(crate) struct RequestLine {
    pub address: String,
    pub reference: String,
    pub kind: String,
    pub received: String,
    pub due: String,
    pub state: String,
    /// Key of its light; empty when it is answered.
    pub light: &'static str,
    /// What the light says.
    pub urgency: String,
}

#[derive(askama::Template)]
#[template(path = "office_request.html")]
#[expect(clippy::struct_excessive_bools, reason = "what the template asks, not a state machine")]
pub(crate) struct RequestPage {
    pub page: Page,
    pub done: String,
    pub error: String,
    pub id: String,
    pub kind: &'static str,
    /// What carrying it out does.
    pub does: String,
    pub line: RequestLine,
    /// What is known of it.
    pub facts: Vec<(String, String)>,
    pub is_open: bool,
    pub is_restricted: bool,
    pub is_gone: bool,
    pub can_extend: bool,
    pub has_data: bool,
    pub ways: Vec<Choice>,
    /// Name and address of the supervisory authority, for letters.
    pub authority: String,
    /// What was typed as a reason.
    pub reason: String,
}

#[derive(askama::Template)]
#[template(path = "office_request_new.html")]
pub(crate) struct NewRequestPage {
    pub page: Page,
    pub done: String,
    pub error: String,
    pub at: String,
    pub kinds: Vec<Choice>,
    pub ways: Vec<Choice>,
    pub fields: Vec<Field>,
}

/// Something to choose.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub value: &'static str,
    pub text: String,
    pub chosen: bool,
}

fn light_key(light: Option<Light>) -> &'static str {
    match light {
        Some(Light::Green) => "green",
        Some(Light::Yellow) => "yellow",
        Some(Light::Red) => "red",
        None => "",
    }
}

impl RequestLine {
    /// A request in words.
    pub fn new(page: &Page, request: &PrivacyRequest, today: NaiveDate) -> Self {
        Self {
            address: format!("{ADDRESS}/anfrage?id={}", request.id),
            reference: request.reference.clone(),
            kind: page.t(format!("requests-kind-{}", request.kind.key())),
            received: spoken::date(request.received_on, page.locale),
            due: spoken::date(request.last_day(), page.locale),
            state: page.t(format!("requests-state-{}", request.state.key())),
            light: light_key(request.light(today)),
            urgency: match light_key(request.light(today)) {
                "" => String::new(),
                _ if request.needs_review(today) => page.t("requests-light-review"),
                key => page.t(format!("requests-light-{key}")),
            },
        }
    }
}

fn today(caller: &Caller) -> NaiveDate {
    spoken::local_day(caller.ctx().now(), caller.town().zone())
}

/// `GET /amt/datenschutz/anfragen`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::DecidePrivacyRequests).await?;
    let is_open = fields.one("stand") != "erledigt";
    let skipped: u64 = fields.one("ab").parse().unwrap_or_default();
    let tx = caller.db().begin(&ctx).await?;
    let found = requests::list(&ctx, &tx, is_open, skipped, SHOWN + 1).await?;
    tx.commit().await?;
    let page = caller.page();
    let shown = usize::try_from(SHOWN).unwrap_or_default();
    let state = if is_open { "offen" } else { "erledigt" };
    let more =
        (found.len() > shown).then(|| format!("{ADDRESS}?stand={state}&ab={}", skipped + SHOWN));
    let today = today(&caller);
    let lines = found.iter().take(shown).map(|one| RequestLine::new(&page, one, today));
    let view = RequestsPage {
        is_open,
        requests: lines.collect(),
        more: more.unwrap_or_default(),
        page: page.clone().titled(page.t("requests-title")),
    };
    Ok(show(&view, page.locale, StatusCode::OK, Shown::Personal))
}

/// `GET /amt/datenschutz/anfragen/anfrage`
pub(crate) async fn one(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::DecidePrivacyRequests).await?;
    let done = match fields.one("getan") {
        what @ ("extended" | "refused" | "answered" | "lifting" | "kept") => {
            caller.page().t(format!("requests-done-{what}"))
        }
        _ => String::new(),
    };
    answer(&caller, &ctx, id(&fields)?, done, None, "").await
}

fn id(fields: &Fields) -> Result<PrivacyRequestId, Failure> {
    Ok(PrivacyRequestId::parse(fields.one("id")).ok_or(Refusal::NotFound)?)
}

async fn answer(
    caller: &Caller,
    ctx: &Ctx,
    id: PrivacyRequestId,
    done: String,
    refused: Option<&RightsError>,
    reason: &str,
) -> Result<Response, Failure> {
    let tx = caller.db().begin(ctx).await?;
    let request = requests::one(ctx, &tx, id).await?;
    tx.commit().await?;
    let page = caller.page().at(format!("{ADDRESS}/anfrage?id={id}")).failed(refused.is_some());
    let today = today(caller);
    let view = RequestPage {
        done,
        error: refused.map(|error| error.message(page.locale)).unwrap_or_default(),
        id: id.to_string(),
        kind: request.kind.key(),
        does: page.t(format!("requests-do-{}", request.kind.key())),
        line: RequestLine::new(&page, &request, today),
        facts: facts(&page, caller, &request),
        is_open: request.is_open(),
        is_restricted: request.state == RequestState::Restricted,
        is_gone: request.about.is_none(),
        can_extend: request.can_extend(today),
        has_data: request.about.as_ref().is_some_and(|about| !about.is_empty()),
        ways: ways(&page, &[Way::Mail, Way::Letter, Way::Counter], "mail"),
        authority: authority(caller),
        reason: reason.to_owned(),
        page: page.clone().titled(request.reference),
    };
    let status = refused.map_or(StatusCode::OK, status_of);
    Ok(show(&view, page.locale, status, Shown::Personal))
}

fn authority(caller: &Caller) -> String {
    let authority = caller.town().authority();
    let place = format!("{}, {} {}", authority.street, authority.postal_code, authority.city);
    format!("{}, {place}, {}", authority.name, authority.email)
}

fn facts(page: &Page, caller: &Caller, request: &PrivacyRequest) -> Vec<(String, String)> {
    let mut facts = vec![
        (page.t("requests-column-kind"), page.t(format!("requests-kind-{}", request.kind.key()))),
        (
            page.t("requests-column-received"),
            format!(
                "{}, {}",
                spoken::date(request.received_on, page.locale),
                page.t(format!("requests-way-{}", request.channel.key()))
            ),
        ),
        (page.t("requests-column-due"), spoken::date(request.due_on, page.locale)),
        (
            page.t("requests-column-state"),
            page.t(format!("requests-state-{}", request.state.key())),
        ),
    ];
    let mut add = |key: &str, value: Option<String>| {
        facts.extend(value.map(|value| (page.t(key), value)));
    };
    add("requests-review", request.review_on.map(|day| spoken::date(day, page.locale)));
    add("requests-extended", request.extended_until.map(|day| spoken::date(day, page.locale)));
    add("requests-reason", request.extension_reason.clone());
    add("requests-reason", request.refusal_reason.clone());
    add(
        "requests-applicant",
        request.applicant.as_ref().map(|who| {
            let email = who.email.as_ref().map(|email| format!(", {email}")).unwrap_or_default();
            format!("{} {}{email}", who.first_name, who.last_name)
        }),
    );
    add(
        "requests-found",
        request.about.as_ref().map(|about| {
            if about.is_empty() {
                return page.t("requests-found-nothing");
            }
            let (appointments, accounts) = (about.appointments.len(), about.account.iter().count());
            page.t2(
                "requests-found-count",
                ("appointments", &appointments.to_string()),
                ("accounts", &accounts.to_string()),
            )
        }),
    );
    add(
        "requests-answered",
        request.answered_at.map(|at| {
            let by = request.answered_by.map(Way::key).unwrap_or_default();
            let when = super::moment(page, at, caller.town().zone());
            format!("{when}, {}", page.t(format!("requests-way-{by}")))
        }),
    );
    facts
}

/// `POST /amt/datenschutz/anfragen/anfrage`
pub(crate) async fn decide(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::DecidePrivacyRequests).await?;
    let id = id(&fields)?;
    let reason = fields.one("grund").to_owned();
    let (decision, done) = match fields.one("tun") {
        "verlaengern" => (Decision::Extend(reason.clone()), "extended"),
        "ablehnen" => (Decision::Refuse(reason.clone()), "refused"),
        "ausfuehren" => {
            let way = Way::from_key(fields.one("weg")).filter(|way| *way != Way::Own);
            (Decision::CarryOut(way.ok_or(Refusal::BadInput)?), "answered")
        }
        "beenden" => (Decision::Lift, "lifting"),
        "behalten" => (Decision::Keep(reason.clone()), "kept"),
        _ => return Err(Refusal::BadInput.into()),
    };
    let rights = &caller.portal.rights;
    let tx = caller.db().begin(&ctx).await?;
    let before = requests::one(&ctx, &tx, id).await?;
    match requests::decide(&ctx, &tx, caller.town(), rights, id, &decision).await {
        Ok(()) => {
            tx.commit().await?;
            if before.kind == RequestKind::Erasure && done == "answered" {
                let who = before.about.unwrap_or_default().subject();
                rights.erase_outside(&ctx, &who).await;
            }
            Ok(go(&format!("{ADDRESS}/anfrage?id={id}&getan={done}")))
        }
        Err(error @ (RightsError::BadInput { .. } | RightsError::Conflict(_))) => {
            tx.rollback().await?;
            answer(&caller, &ctx, id, String::new(), Some(&error), &reason).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /amt/datenschutz/anfragen/kopie`: the copy for an answer by letter or at the counter. Written into the trail.
pub(crate) async fn copy(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::DecidePrivacyRequests).await?;
    let (town, rights) = (caller.town(), &caller.portal.rights);
    let base = (caller.portal.base_url)(town);
    let copy = requests::copy(&ctx, caller.db(), town, rights, id(&fields)?, &base).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"daten.json\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, serde_json::to_string_pretty(&copy).unwrap_or_default()).into_response())
}

/// `GET /amt/datenschutz/anfragen/neu`
pub(crate) async fn ask(caller: Caller) -> Result<Response, Failure> {
    caller.office(Action::RecordPrivacyRequests).await?;
    Ok(form(&caller, &Fields::default(), None, String::new()))
}

fn form(caller: &Caller, typed: &Fields, refused: Option<&RightsError>, done: String) -> Response {
    let page = caller.page().at(NEW).failed(refused.is_some());
    let view = NewRequestPage::new(&page, typed, refused, today(caller), done);
    let (locale, status) = (view.page.locale, refused.map_or(StatusCode::OK, status_of));
    show(&view, locale, status, Shown::Personal)
}

impl NewRequestPage {
    /// The form with what was typed.
    pub fn new(
        page: &Page,
        typed: &Fields,
        refused: Option<&RightsError>,
        today: NaiveDate,
        done: String,
    ) -> Self {
        let error = refused.map(|error| error.message(page.locale)).unwrap_or_default();
        let at = match refused.and_then(PublicError::field) {
            Some("firstName") => "vorname",
            Some("lastName") => "nachname",
            Some("email") => "email",
            Some("appointment") => "termin",
            Some("receivedOn") => "eingang",
            _ => "",
        };
        let inputs = [
            ("vorname", "text", "staff-first-name", "", true),
            ("nachname", "text", "staff-last-name", "", true),
            ("email", "email", "account-email", "", false),
            ("termin", "text", "requests-field-appointment", "", false),
            ("eingang", "text", "requests-field-received", "requests-field-received-hint", true),
        ];
        let fields = inputs.into_iter().map(|(name, kind, label, hint, required)| {
            let mut input = field(page, name, kind, "off", label, hint);
            input.required = required;
            typed.one(name).clone_into(&mut input.value);
            if name == "eingang" && input.value.is_empty() {
                input.value = today.to_string();
            }
            if name == at {
                input.error.clone_from(&error);
            }
            input
        });
        let kinds = RequestKind::ALL.iter().map(|kind| Choice {
            value: kind.key(),
            text: page.t(format!("requests-kind-{}", kind.key())),
            chosen: typed.one("recht") == kind.key(),
        });
        let all = [Way::Letter, Way::Mail, Way::Phone, Way::Counter];
        Self {
            done,
            at: at.to_owned(),
            kinds: kinds.collect(),
            ways: ways(page, &all, typed.one("weg")),
            fields: fields.collect(),
            error,
            page: page.clone().titled(page.t("requests-new")),
        }
    }
}

fn ways(page: &Page, all: &[Way], chosen: &str) -> Vec<Choice> {
    let choice = |way: &Way| Choice {
        value: way.key(),
        text: page.t(format!("requests-way-{}", way.key())),
        chosen: way.key() == chosen,
    };
    all.iter().map(choice).collect()
}

/// `POST /amt/datenschutz/anfragen/neu`
pub(crate) async fn record(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::RecordPrivacyRequests).await?;
    let one = |name| fields.one(name).to_owned();
    let some = |name| Some(one(name)).filter(|text| !text.is_empty());
    let kind = RequestKind::from_key(fields.one("recht")).ok_or(Refusal::BadInput)?;
    let channel = Way::from_key(fields.one("weg")).ok_or(Refusal::BadInput)?;
    // what is no day lies outside of every period, and is refused as such
    let received_on = fields.one("eingang").parse().unwrap_or(NaiveDate::MIN);
    let new = NewRequest {
        kind,
        channel,
        received_on,
        applicant: Applicant {
            first_name: one("vorname"),
            last_name: one("nachname"),
            email: some("email"),
            locale: Locale::De,
        },
        appointment: some("termin"),
    };
    let tx = caller.db().begin(&ctx).await?;
    let recorded = requests::record(&ctx, &tx, caller.town(), &caller.portal.rights, &new).await;
    match recorded {
        Ok(request) => {
            tx.commit().await?;
            let page = caller.page();
            let due = spoken::date(request.last_day(), page.locale);
            let told = [("reference", request.reference.as_str()), ("due", due.as_str())];
            let done = page.t2("requests-recorded", told[0], told[1]);
            Ok(form(&caller, &Fields::default(), None, done))
        }
        Err(error @ RightsError::BadInput { .. }) => {
            tx.rollback().await?;
            Ok(form(&caller, &fields, Some(&error), String::new()))
        }
        Err(error) => Err(error.into()),
    }
}
