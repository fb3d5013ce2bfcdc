//! Access keys of the office's programs: listed, made with the token shown once, taken back.

use axum::response::Response;
use chrono::{DateTime, Utc};
use http::StatusCode;
use identity::access_keys::{self, AccessError, AccessKey, MOST_DAYS, NewAccessKey};
use kernel::{AccessKeyId, Ctx, PublicError, Scope, policy::Action};

use crate::{
    caller::Caller,
    error::{Failure, Refusal},
    fields::{Asked, Fields, Sent},
    page::{Page, Shown, go, show},
};

/// Where the keys are.
pub(super) const ADDRESS: &str = "/amt/schluessel";
/// Keys that one page lists.
const SHOWN: u64 = 50;
/// How long a key lives unless somebody says otherwise.
const USUAL_DAYS: &str = "90";

#[derive(askama::Template)]
#[template(path = "office_keys.html")]
pub(crate) struct KeysPage {
    pub page: Page,
    pub keys: Vec<KeyLine>,
    pub form: KeyForm,
    /// The next page of the list; empty when there is none.
    pub more: String,
    /// What was just done.
    pub done: String,
}

#[derive(askama::Template)]
#[template(path = "office_key_made.html")]
pub(crate) struct KeyMadePage {
    pub page: Page,
    pub key: KeyLine,
    /// Shown this once.
    pub token: String,
}

#[derive(askama::Template)]
#[template(path = "office_key_revoke.html")]
pub(crate) struct KeyRevokePage {
    pub page: Page,
    pub key: KeyLine,
}

/// A key in the list.
#[derive(Debug, Clone)]
pub(crate) struct KeyLine {
    pub id: String,
    pub name: String,
    pub rights: String,
    pub created: String,
    pub expires: String,
    pub used: String,
    /// Whether it opens something.
    pub is_valid: bool,
    pub state: String,
}

/// The form for a new key.
#[derive(Debug, Clone)]
pub(crate) struct KeyForm {
    pub name: String,
    /// Value, text, whether it is chosen.
    pub rights: Vec<(&'static str, String, bool)>,
    pub days: String,
    pub most_days: u16,
    /// Why it was refused, and the id of the field.
    pub error: String,
    pub field: &'static str,
}

impl KeyForm {
    /// The form with what was typed.
    pub fn new(page: &Page, fields: &Fields, refused: Option<&AccessError>) -> Self {
        let chosen: Vec<&str> = fields.all("recht").collect();
        let rights = Scope::of(page.town.as_ref().is_some_and(|town| town.is_platform))
            .iter()
            .map(|scope| (scope.name(), page.t(scope_key(*scope)), chosen.contains(&scope.name())));
        let days = if fields.has("tage") { fields.one("tage") } else { USUAL_DAYS };
        Self {
            name: fields.one("name").to_owned(),
            rights: rights.collect(),
            days: days.to_owned(),
            most_days: MOST_DAYS,
            error: refused.map(|error| error.message(page.locale)).unwrap_or_default(),
            field: match refused.and_then(PublicError::field) {
                Some("scopes") => "rechte",
                Some("days") => "tage",
                _ => "name",
            },
        }
    }
}

fn scope_key(scope: Scope) -> String {
    format!("audit-value-{}", scope.name())
}

impl KeyLine {
    /// A key as people read it.
    pub fn new(page: &Page, key: &AccessKey, now: DateTime<Utc>, zone: chrono_tz::Tz) -> Self {
        let moment = |at| super::moment(page, at, zone);
        let rights: Vec<_> = key.scopes.iter().map(|scope| page.t(scope_key(scope))).collect();
        let state = match key.revoked_at {
            Some(at) => page.t1("keys-revoked-at", "when", moment(at)),
            None if key.is_valid(now) => page.t("keys-valid"),
            None => page.t("keys-expired"),
        };
        Self {
            id: key.id.to_string(),
            name: key.name.clone(),
            rights: rights.join("; "),
            created: moment(key.created_at),
            expires: moment(key.expires_at),
            used: key.last_used_at.map_or_else(|| page.t("keys-never-used"), moment),
            is_valid: key.is_valid(now),
            state,
        }
    }
}

/// `GET /amt/schluessel`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ManageAccessKeys).await?;
    overview(&caller, &ctx, &fields, None).await
}

async fn overview(
    caller: &Caller,
    ctx: &Ctx,
    fields: &Fields,
    refused: Option<&AccessError>,
) -> Result<Response, Failure> {
    let after = AccessKeyId::parse(fields.one("nach"));
    let tx = caller.db().begin(ctx).await?;
    let found = access_keys::page(ctx, &tx, after, SHOWN).await?;
    tx.commit().await?;
    let page = caller.page().failed(refused.is_some());
    let page = if refused.is_some() { page.at(ADDRESS) } else { page };
    let shown = usize::try_from(SHOWN).unwrap_or_default();
    let more = found.get(shown).and_then(|_| found.get(shown - 1));
    let view = KeysPage {
        keys: found.iter().take(shown).map(|key| line(caller, &page, key)).collect(),
        form: KeyForm::new(&page, fields, refused),
        more: more.map(|last| format!("{ADDRESS}?nach={}", last.id)).unwrap_or_default(),
        done: match fields.one("zurueckgezogen") {
            "ja" => page.t("keys-revoked"),
            _ => String::new(),
        },
        page: page.clone().titled(page.t("keys-title")),
    };
    let status = refused.map_or(StatusCode::OK, super::status_of);
    Ok(show(&view, page.locale, status, Shown::Personal))
}

fn line(caller: &Caller, page: &Page, key: &AccessKey) -> KeyLine {
    KeyLine::new(page, key, caller.ctx().now(), caller.town().zone())
}

/// `POST /amt/schluessel`. The token is on the answer and nowhere else: neither in an address nor in the session.
pub(crate) async fn create(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ManageAccessKeys).await?;
    let wanted = NewAccessKey {
        name: fields.one("name").to_owned(),
        scopes: fields.all("recht").filter_map(Scope::from_name).collect(),
        days: fields.one("tage").parse().unwrap_or_default(),
    };
    let tx = caller.db().begin(&ctx).await?;
    match access_keys::create(&ctx, &tx, &wanted).await {
        Ok((key, token)) => {
            tx.commit().await?;
            let page = caller.page().at(ADDRESS);
            let view = KeyMadePage {
                key: line(&caller, &page, &key),
                token: token.to_string(),
                page: page.clone().titled(page.t("keys-made-title")),
            };
            Ok(show(&view, page.locale, StatusCode::OK, Shown::Personal))
        }
        Err(error @ AccessError::BadInput { .. }) => {
            tx.rollback().await?;
            overview(&caller, &ctx, &fields, Some(&error)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /amt/schluessel/zurueckziehen`: asks first.
pub(crate) async fn ask_revoke(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ManageAccessKeys).await?;
    let tx = caller.db().begin(&ctx).await?;
    let key = access_keys::find(&ctx, &tx, id_of(&fields)?).await?;
    tx.commit().await?;
    if key.revoked_at.is_some() {
        return Ok(go(ADDRESS));
    }
    let page = caller.page();
    let view = KeyRevokePage {
        key: line(&caller, &page, &key),
        page: page.clone().titled(page.t("keys-revoke-title")),
    };
    Ok(show(&view, page.locale, StatusCode::OK, Shown::Personal))
}

/// `POST /amt/schluessel/zurueckziehen`
pub(crate) async fn revoke(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ManageAccessKeys).await?;
    let tx = caller.db().begin(&ctx).await?;
    access_keys::revoke(&ctx, &tx, id_of(&fields)?).await?;
    tx.commit().await?;
    Ok(go(&format!("{ADDRESS}?zurueckgezogen=ja")))
}

fn id_of(fields: &Fields) -> Result<AccessKeyId, Refusal> {
    AccessKeyId::parse(fields.one("id")).ok_or(Refusal::NotFound)
}
