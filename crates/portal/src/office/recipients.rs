//! Who gets people's data, what the operator has announced, and the municipality's objection to it.

use axum::response::Response;
use http::StatusCode;
use kernel::{
    Ctx, PublicError, RecipientChangeId,
    policy::{self, Action},
    spoken,
};
use privacy::{
    DutyError,
    recipients::{self, Change, Kind, Stage},
};
use tenant::Recipient;

use crate::{
    caller::Caller,
    error::{Failure, Refusal},
    fields::{Asked, Fields, Sent},
    page::{Page, Shown, go, show},
};

/// Where the page is.
pub(super) const ADDRESS: &str = "/amt/datenschutz/empfaenger";

#[derive(askama::Template)]
#[template(path = "office_recipients.html")]
pub(crate) struct RecipientsPage {
    pub page: Page,
    /// What is announced and not decided by its day yet.
    pub coming: Vec<ChangeLine>,
    /// What came into force or was taken back.
    pub past: Vec<ChangeLine>,
    pub in_force: Vec<RecipientLine>,
    /// Whether one may object.
    pub may_object: bool,
    /// The change whose form was refused, what was typed, and why.
    pub refused: String,
    pub reason: String,
    pub error: String,
    /// The id of the field that the error is about.
    pub field: String,
    /// What was just done.
    pub done: String,
}

/// A recipient in force.
#[derive(Debug, Clone)]
pub(crate) struct RecipientLine {
    pub name: String,
    pub role: String,
    pub address: String,
    pub contract: String,
}

/// An announced change.
#[derive(Debug, Clone)]
pub(crate) struct ChangeLine {
    pub id: String,
    pub title: String,
    pub state: String,
    pub role: String,
    pub address: String,
    pub purpose: String,
    pub place: String,
    pub contract: String,
    pub announced: String,
    pub objection: String,
    /// Whether an objection stands.
    pub is_objected: bool,
}

impl RecipientLine {
    fn new(page: &Page, one: &Recipient) -> Self {
        Self {
            name: one.name.clone(),
            role: role(page, one.role),
            address: format!("{}, {} {}", one.street, one.postal_code, one.city),
            contract: spoken::date(one.contract_on, page.locale),
        }
    }
}

impl ChangeLine {
    fn new(page: &Page, change: &Change, zone: chrono_tz::Tz) -> Self {
        let what = &change.what;
        let day = spoken::date(what.effective_on, page.locale);
        let about = [("name", what.name.as_str()), ("day", day.as_str())];
        let title = match what.kind {
            Kind::Add => page.t2("recipients-add", about[0], about[1]),
            Kind::Remove => page.t2("recipients-remove", about[0], about[1]),
        };
        let at = |at| super::moment(page, at, zone);
        let state = match (change.stage(), change.withdrawn_at, change.took_effect_at) {
            (Stage::Withdrawn, Some(when), _) => page.t1("recipients-withdrawn", "when", at(when)),
            (Stage::InForce, _, Some(when)) => {
                page.t1("recipients-in-force-since", "when", at(when))
            }
            (Stage::Objected, ..) => page.t("recipients-objected"),
            _ => page.t("recipients-coming"),
        };
        Self {
            id: change.id.to_string(),
            title,
            state,
            role: role(page, what.role),
            address: format!("{}, {} {}", what.street, what.postal_code, what.city),
            purpose: what.purpose.clone(),
            place: what.place.clone(),
            contract: spoken::date(what.contract_on, page.locale),
            announced: at(change.announced_at),
            objection: change
                .objection
                .as_ref()
                .map(|objection| format!("{} ({})", objection.reason, at(objection.at)))
                .unwrap_or_default(),
            is_objected: change.stage() == Stage::Objected,
        }
    }
}

fn role(page: &Page, role: tenant::RecipientRole) -> String {
    page.t(format!("recipients-role-{}", role.key()))
}

/// `GET /amt/datenschutz/empfaenger`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ReadRecord).await?;
    overview(&caller, &ctx, &fields, None).await
}

async fn overview(
    caller: &Caller,
    ctx: &Ctx,
    fields: &Fields,
    refused: Option<&DutyError>,
) -> Result<Response, Failure> {
    let tx = caller.db().begin(ctx).await?;
    let changes = recipients::list(ctx, &tx).await?;
    tx.commit().await?;
    let page = caller.page().failed(refused.is_some());
    let page = if refused.is_some() { page.at(ADDRESS) } else { page };
    let zone = caller.town().zone();
    let (mut coming, past): (Vec<&Change>, Vec<&Change>) = changes
        .iter()
        .partition(|change| matches!(change.stage(), Stage::Coming | Stage::Objected));
    coming.sort_by_key(|change| change.what.effective_on);
    let lines = |some: Vec<&Change>| {
        some.into_iter().map(|change| ChangeLine::new(&page, change, zone)).collect()
    };
    let view = RecipientsPage {
        coming: lines(coming),
        past: lines(past),
        in_force: caller
            .town()
            .recipients
            .iter()
            .map(|one| RecipientLine::new(&page, one))
            .collect(),
        may_object: policy::allows(ctx.actor(), Action::ObjectToRecipients),
        refused: refused.map(|_| fields.one("id").to_owned()).unwrap_or_default(),
        reason: refused.map(|_| fields.one("grund").to_owned()).unwrap_or_default(),
        error: refused.map(|error| error.message(page.locale)).unwrap_or_default(),
        field: match refused.and_then(PublicError::field) {
            Some("reason") => format!("grund-{}", fields.one("id")),
            _ => "inhalt".to_owned(),
        },
        done: match fields.one("getan") {
            "widersprochen" => page.t("recipients-done-objected"),
            "zurueck" => page.t("recipients-done-accepted"),
            _ => String::new(),
        },
        page: page.clone().titled(page.t("recipients-title")),
    };
    let status = refused.map_or(StatusCode::OK, super::status_of);
    Ok(show(&view, page.locale, status, Shown::Personal))
}

/// `POST /amt/datenschutz/empfaenger`
pub(crate) async fn decide(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ObjectToRecipients).await?;
    let id = RecipientChangeId::parse(fields.one("id")).ok_or(Refusal::NotFound)?;
    let tx = caller.db().begin(&ctx).await?;
    let (done, word) = match fields.one("tun") {
        "zuruecknehmen" => (recipients::accept(&ctx, &tx, id).await, "zurueck"),
        _ => (recipients::object(&ctx, &tx, id, fields.one("grund")).await, "widersprochen"),
    };
    match done {
        Ok(_) => {
            tx.commit().await?;
            Ok(go(&format!("{ADDRESS}?getan={word}")))
        }
        Err(error @ DutyError::BadInput { .. }) => {
            tx.rollback().await?;
            overview(&caller, &ctx, &fields, Some(&error)).await
        }
        Err(error) => Err(error.into()),
    }
}
