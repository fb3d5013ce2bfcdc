//! The operator's access to people's data: given for some hours, taken back, and what it was used for.

use axum::response::Response;
use chrono::{DateTime, Utc};
use http::StatusCode;
use identity::oversight::{self, Names};
use kernel::{
    Ctx, PublicError, SupportGrantId,
    policy::{self, Action},
};
use privacy::{
    DutyError,
    support::{self, Kind, MOST_HOURS, SupportGrant},
};

use crate::{
    caller::Caller,
    error::{Failure, Refusal},
    fields::{Asked, Fields, Sent},
    page::{Page, Shown, go, show},
};

/// Where the page is.
pub(super) const ADDRESS: &str = "/amt/datenschutz/betreiberzugriff";
/// Grants that one page lists.
const SHOWN: u64 = 50;
/// How long access lasts unless somebody says otherwise.
const USUAL_HOURS: &str = "4";

#[derive(askama::Template)]
#[template(path = "office_support.html")]
pub(crate) struct SupportPage {
    pub page: Page,
    pub lines: Vec<GrantLine>,
    /// Whether the form is shown.
    pub may_grant: bool,
    pub hours: String,
    pub most_hours: u32,
    pub reason: String,
    /// Why it was refused, and the id of the field.
    pub error: String,
    pub field: &'static str,
    /// What was just done.
    pub done: String,
    /// The next page of the list; empty when there is none.
    pub more: String,
}

/// Access in the list.
#[derive(Debug, Clone)]
pub(crate) struct GrantLine {
    pub id: String,
    pub when: String,
    pub who: String,
    pub reason: String,
    pub until: String,
    pub used: String,
    pub state: String,
    /// Whether it can be taken back.
    pub is_open: bool,
}

impl GrantLine {
    fn new(
        page: &Page,
        grant: &SupportGrant,
        names: &Names,
        now: DateTime<Utc>,
        when: &impl Fn(DateTime<Utc>) -> String,
    ) -> Self {
        let giver = grant.granted_by.map(|id| match names.person(id) {
            Some(name) => name.to_owned(),
            None => id.to_string(),
        });
        let state = match (grant.kind, grant.revoked_at) {
            (Kind::BreakGlass, _) => page.t("support-emergency"),
            (_, Some(at)) => page.t1("support-revoked-at", "when", when(at)),
            _ if grant.is_open(now) => page.t("support-open"),
            _ => page.t("support-over"),
        };
        Self {
            id: grant.id.to_string(),
            when: when(grant.granted_at),
            who: giver.unwrap_or_else(|| page.t("audit-actor-operator")),
            reason: grant.reason.clone(),
            until: when(grant.expires_at),
            used: grant.last_used_at.map_or_else(|| page.t("support-unused"), when),
            state,
            is_open: grant.is_open(now),
        }
    }
}

/// `GET /amt/datenschutz/betreiberzugriff`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ReadSupport).await?;
    overview(&caller, &ctx, &fields, None).await
}

async fn overview(
    caller: &Caller,
    ctx: &Ctx,
    fields: &Fields,
    refused: Option<&DutyError>,
) -> Result<Response, Failure> {
    let after = SupportGrantId::parse(fields.one("nach"));
    let tx = caller.db().begin(ctx).await?;
    let found = support::list(ctx, &tx, after, SHOWN + 1).await?;
    let givers = found.iter().filter_map(|grant| grant.granted_by);
    let names = oversight::names(ctx, &tx, givers, []).await?;
    tx.commit().await?;
    let page = caller.page().failed(refused.is_some());
    let page = if refused.is_some() { page.at(ADDRESS) } else { page };
    let zone = caller.town().zone();
    let when = |at| super::moment(&page, at, zone);
    let shown = usize::try_from(SHOWN).unwrap_or_default();
    let more = found.get(shown).and_then(|_| found.get(shown - 1));
    let now = ctx.now();
    let view = SupportPage {
        lines: found
            .iter()
            .take(shown)
            .map(|grant| GrantLine::new(&page, grant, &names, now, &when))
            .collect(),
        may_grant: policy::allows(ctx.actor(), Action::GrantSupport),
        hours: if fields.has("stunden") { fields.one("stunden") } else { USUAL_HOURS }.to_owned(),
        most_hours: MOST_HOURS,
        reason: fields.one("grund").to_owned(),
        error: refused.map(|error| error.message(page.locale)).unwrap_or_default(),
        field: match refused.and_then(PublicError::field) {
            Some("hours") => "stunden",
            _ => "grund",
        },
        done: match fields.one("getan") {
            "ja" => page.t("support-done"),
            "zurueck" => page.t("support-revoked"),
            _ => String::new(),
        },
        more: more.map(|last| format!("{ADDRESS}?nach={}", last.id)).unwrap_or_default(),
        page: page.clone().titled(page.t("support-title")),
    };
    let status = refused.map_or(StatusCode::OK, super::status_of);
    Ok(show(&view, page.locale, status, Shown::Personal))
}

/// `POST /amt/datenschutz/betreiberzugriff`
pub(crate) async fn grant(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::GrantSupport).await?;
    let tx = caller.db().begin(&ctx).await?;
    let hours = fields.one("stunden").parse().unwrap_or_default();
    match support::grant(&ctx, &tx, hours, fields.one("grund")).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(go(&format!("{ADDRESS}?getan=ja")))
        }
        Err(error @ DutyError::BadInput { .. }) => {
            tx.rollback().await?;
            overview(&caller, &ctx, &fields, Some(&error)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /amt/datenschutz/betreiberzugriff/zurueckziehen`
pub(crate) async fn revoke(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::GrantSupport).await?;
    let id = SupportGrantId::parse(fields.one("id")).ok_or(Refusal::NotFound)?;
    let tx = caller.db().begin(&ctx).await?;
    support::revoke(&ctx, &tx, id).await?;
    tx.commit().await?;
    Ok(go(&format!("{ADDRESS}?getan=zurueck")))
}
