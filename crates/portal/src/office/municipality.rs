//! The operator's page about one municipality: facts, health, domains with what is to be published, and the deeds.

use axum::response::Response;
use http::StatusCode;
use kernel::{Ctx, PublicError, TenantId, policy::Action};
use tenant::{State, domains::Domain, manage::Change, quotas::Quota};

use super::municipalities::{colour, light_text, state_text};
use crate::{
    caller::Caller,
    error::{Failure, Refusal},
    fields::{Asked, Fields, Sent},
    page::{Page, Shown, go, show},
    platform::{Concern, Condition, Overview, PlatformError, QuotaLine},
};

/// Where one municipality is.
const ONE: &str = "/amt/kommunen/kommune";
/// What can be said after a redirect.
const DEEDS: [&str; 8] = [
    "angelegt",
    "ausgesetzt",
    "eingetragen",
    "entfernt",
    "fehlt",
    "geaendert",
    "geoeffnet",
    "nachgewiesen",
];

#[derive(askama::Template)]
#[template(path = "office_municipality.html")]
pub(crate) struct MunicipalityPage {
    pub page: Page,
    pub id: String,
    pub town: TownFacts,
    pub health: Option<TownHealth>,
    pub domains: Vec<DomainLine>,
    /// Key, text, limit, how much there is.
    pub quotas: Vec<(&'static str, String, String, String)>,
    pub form: TownForm,
    /// What was just done; empty when nothing was.
    pub done: String,
    /// Why something was refused, and the id of the field.
    pub error: String,
    pub field: &'static str,
}

/// What is known about a municipality.
#[derive(Debug, Clone, Default)]
pub(crate) struct TownFacts {
    pub name: String,
    pub slug: String,
    pub state: String,
    pub address: String,
    pub created: String,
    pub version: i32,
    /// "seit 8. Dezember 2026, 9:15 Uhr: Der Vertrag ruht."; empty when it is not suspended.
    pub suspended: String,
    /// From when on it may be deleted; empty when that is not announced.
    pub ending: String,
    pub can_suspend: bool,
    pub can_resume: bool,
}

/// How it is.
#[derive(Debug, Clone)]
pub(crate) struct TownHealth {
    pub light: &'static str,
    pub text: String,
    /// Colour and sentence of what somebody should look at, and what the colour says.
    pub concerns: Vec<(&'static str, String, String)>,
    /// Name and value.
    pub facts: Vec<(String, String)>,
}

/// An own domain.
#[derive(Debug, Clone)]
pub(crate) struct DomainLine {
    pub name: String,
    pub state: String,
    pub light: &'static str,
    pub record_name: String,
    pub record_value: String,
}

/// What stands in the forms.
#[derive(Debug, Clone, Default)]
pub(crate) struct TownForm {
    pub name: String,
    pub phone: String,
    pub website: String,
    pub domain: String,
}

#[derive(askama::Template)]
#[template(path = "office_municipality_suspend.html")]
pub(crate) struct SuspendPage {
    pub page: Page,
    pub id: String,
    pub name: String,
    /// What was typed.
    pub reason: String,
    /// Why it was refused.
    pub error: String,
}

/// The operator's page about a municipality.
pub(super) fn address(tenant: TenantId) -> String {
    format!("{ONE}?id={tenant}")
}

impl DomainLine {
    fn new(page: &Page, domain: &Domain) -> Self {
        let (key, light) = match (domain.is_proven, domain.failing_since) {
            (true, None) => ("town-domain-served", "green"),
            (true, Some(_)) => ("town-domain-failing", "yellow"),
            (false, _) => ("town-domain-waiting", "yellow"),
        };
        let record = domain.record.as_ref();
        Self {
            name: domain.name.clone(),
            state: page.t(key),
            light,
            record_name: record.map(|record| record.name.clone()).unwrap_or_default(),
            record_value: record.map(|record| record.value.clone()).unwrap_or_default(),
        }
    }
}

impl TownHealth {
    fn new(page: &Page, found: &Condition, zone: chrono_tz::Tz) -> Self {
        let moment = |at| super::moment(page, at, zone);
        let never = || page.t("town-never");
        let sending = |of: notify::Sending| {
            if of.is_on { of.last_sent_at.map_or_else(never, moment) } else { page.t("town-off") }
        };
        let overdue = found.duties.overdue_since;
        let facts = [
            ("town-mail-sent", sending(found.messages.mail)),
            ("town-sms-sent", sending(found.messages.sms)),
            ("town-jobs-waiting", found.jobs.waiting.to_string()),
            ("town-free-days", found.free_days.to_string()),
            ("town-overdue", overdue.map_or_else(|| page.t("town-nothing"), moment)),
            ("town-proven", found.duties.proven_at.map_or_else(never, moment)),
        ];
        let sentence = |concern: Concern| {
            let key = format!("town-concern-{}", concern.key());
            let count = concern.count().unwrap_or_default();
            let light = concern.light();
            (colour(light), page.t1(key, "count", count), light_text(page, light))
        };
        Self {
            light: colour(found.light()),
            text: light_text(page, found.light()),
            concerns: found.concerns().into_iter().map(sentence).collect(),
            facts: facts.into_iter().map(|(key, value)| (page.t(key), value)).collect(),
        }
    }
}

impl TownFacts {
    fn new(caller: &Caller, page: &Page, one: &Overview) -> Self {
        let zone = caller.town().zone();
        let moment = |at| super::moment(page, at, zone);
        let suspended = one.suspension.as_ref().map(|suspension| {
            let since = moment(suspension.since);
            page.t2("town-suspended-since", ("when", &since), ("reason", &suspension.reason))
        });
        let town = one.town.as_ref();
        Self {
            name: one.listed.name.clone(),
            slug: one.listed.slug.clone(),
            state: state_text(page, one),
            address: town.map(|town| (caller.portal.base_url)(town)).unwrap_or_default(),
            created: moment(one.created_at),
            version: town.map_or(0, |town| town.notice_version),
            suspended: suspended.unwrap_or_default(),
            ending: one.ending.map(|ending| moment(ending.delete_after)).unwrap_or_default(),
            can_suspend: one.listed.state == State::Active,
            can_resume: one.listed.state == State::Suspended,
        }
    }
}

impl TownForm {
    /// What is in force, with what was typed in its place.
    fn new(one: &Overview, fields: &Fields) -> Self {
        let known = one.town.as_ref().map(|town| &town.settings);
        let typed = |name: &str, known: Option<&String>| {
            if fields.has(name) {
                fields.one(name).to_owned()
            } else {
                known.cloned().unwrap_or_default()
            }
        };
        Self {
            name: typed("name", Some(&one.listed.name)),
            phone: typed("telefon", known.map(|known| &known.phone)),
            website: typed("website", known.map(|known| &known.website)),
            domain: typed("domain", None),
        }
    }
}

fn quota(page: &Page, line: QuotaLine) -> (&'static str, String, String, String) {
    let key = line.quota.key();
    let most = line.most.map(|most| most.to_string()).unwrap_or_default();
    let used = line.used.map(|used| page.t1("town-quota-used", "count", used));
    (key, page.t(format!("town-quota-{key}")), most, used.unwrap_or_default())
}

/// `GET /amt/kommunen/kommune`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ReadPlatform).await?;
    answer(&caller, &ctx, &fields, None).await
}

async fn answer(
    caller: &Caller,
    ctx: &Ctx,
    fields: &Fields,
    refused: Option<&PlatformError>,
) -> Result<Response, Failure> {
    let id = id_of(fields)?;
    let one = caller.portal.platform.one(ctx, id).await?;
    let page = caller.page().failed(refused.is_some());
    let page = if refused.is_some() { page.at(address(id)) } else { page };
    let zone = caller.town().zone();
    // what is said after a redirect
    let deed = fields.one("getan");
    let done = match refused {
        None if DEEDS.contains(&deed) => page.t(format!("town-done-{deed}")),
        _ => String::new(),
    };
    let view = MunicipalityPage {
        id: id.to_string(),
        town: TownFacts::new(caller, &page, &one),
        health: one.condition.as_ref().map(|found| TownHealth::new(&page, found, zone)),
        domains: one.domains.iter().map(|domain| DomainLine::new(&page, domain)).collect(),
        quotas: one.quotas.iter().map(|line| quota(&page, *line)).collect(),
        form: TownForm::new(&one, fields),
        done,
        error: refused.map(|error| error.message(page.locale)).unwrap_or_default(),
        field: match refused.and_then(PublicError::field) {
            Some("name") => "name",
            Some("phone") => "telefon",
            Some("website") => "website",
            Some("most") => "grenzen",
            _ => "domain",
        },
        page: page.clone().titled(one.listed.name.clone()),
    };
    let status = refused.map_or(StatusCode::OK, super::status_of);
    Ok(show(&view, page.locale, status, Shown::Personal))
}

/// `POST /amt/kommunen/kommune`: changes what is said about it.
pub(crate) async fn change(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ConfigureTenant).await?;
    let id = id_of(&fields)?;
    let text = |name: &str| Some(fields.one(name).to_owned());
    let wanted = Change {
        name: text("name"),
        phone: text("telefon"),
        website: text("website"),
        controller: None,
    };
    let changed = caller.portal.platform.change(&ctx, id, &wanted).await;
    finish(&caller, &ctx, &fields, changed.map(|()| "geaendert")).await
}

/// `POST /amt/kommunen/domain`: adds a domain, looks for its proof, removes it.
pub(crate) async fn domain(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ConfigureTenant).await?;
    let id = id_of(&fields)?;
    let (platform, name) = (&caller.portal.platform, fields.one("domain"));
    let done = match fields.one("tun") {
        "pruefen" => platform.prove_domain(&ctx, id, name).await.map(|domain| {
            let is_there = domain.is_proven && domain.failing_since.is_none();
            if is_there { "nachgewiesen" } else { "fehlt" }
        }),
        "entfernen" => platform.remove_domain(&ctx, id, name).await.map(|()| "entfernt"),
        _ => platform.add_domain(&ctx, id, name).await.map(|_| "eingetragen"),
    };
    finish(&caller, &ctx, &fields, done).await
}

/// `POST /amt/kommunen/grenze`: sets a limit; an empty field takes it away.
pub(crate) async fn limit(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ConfigureTenant).await?;
    let id = id_of(&fields)?;
    let quota = Quota::from_key(fields.one("was")).ok_or(Refusal::NotFound)?;
    let most = match fields.one("grenze") {
        "" => None,
        // what is no number is out of range, too
        most => Some(most.parse().unwrap_or_default()),
    };
    let set = caller.portal.platform.set_quota(&ctx, id, quota, most).await;
    finish(&caller, &ctx, &fields, set.map(|()| "geaendert")).await
}

/// `GET /amt/kommunen/aussetzen`: asks for the reason.
pub(crate) async fn ask_suspend(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ConfigureTenant).await?;
    ask(&caller, &ctx, &fields, None).await
}

async fn ask(
    caller: &Caller,
    ctx: &Ctx,
    fields: &Fields,
    refused: Option<&PlatformError>,
) -> Result<Response, Failure> {
    let id = id_of(fields)?;
    let one = caller.portal.platform.one(ctx, id).await?;
    if one.listed.state != State::Active {
        return Ok(go(&address(id)));
    }
    let page = caller.page().failed(refused.is_some());
    let page = if refused.is_some() { page.at(address(id)) } else { page };
    let view = SuspendPage {
        id: id.to_string(),
        name: one.listed.name,
        reason: fields.one("grund").to_owned(),
        error: refused.map(|error| error.message(page.locale)).unwrap_or_default(),
        page: page.clone().titled(page.t("town-suspend-title")),
    };
    let status = refused.map_or(StatusCode::OK, super::status_of);
    Ok(show(&view, page.locale, status, Shown::Personal))
}

/// `POST /amt/kommunen/aussetzen`
pub(crate) async fn suspend(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ConfigureTenant).await?;
    let id = id_of(&fields)?;
    match caller.portal.platform.suspend(&ctx, id, fields.one("grund")).await {
        Ok(()) => Ok(go(&format!("{}&getan=ausgesetzt", address(id)))),
        Err(error) if error.field().is_some() => ask(&caller, &ctx, &fields, Some(&error)).await,
        Err(error) => Err(error.into()),
    }
}

/// `POST /amt/kommunen/oeffnen`
pub(crate) async fn resume(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ConfigureTenant).await?;
    let id = id_of(&fields)?;
    let opened = caller.portal.platform.resume(&ctx, id).await;
    finish(&caller, &ctx, &fields, opened.map(|()| "geoeffnet")).await
}

/// Back to the page, with what was done or why not.
async fn finish(
    caller: &Caller,
    ctx: &Ctx,
    fields: &Fields,
    done: Result<&'static str, PlatformError>,
) -> Result<Response, Failure> {
    match done {
        Ok(deed) => Ok(go(&format!("{}&getan={deed}", address(id_of(fields)?)))),
        Err(PlatformError::Manage(
            error @ (tenant::ManageError::Fault(_)
            | tenant::ManageError::NotFound
            | tenant::ManageError::Forbidden(_)),
        )) => Err(error.into()),
        Err(error) => answer(caller, ctx, fields, Some(&error)).await,
    }
}

fn id_of(fields: &Fields) -> Result<TenantId, Refusal> {
    TenantId::parse(fields.one("id")).ok_or(Refusal::NotFound)
}
