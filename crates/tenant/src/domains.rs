//! A municipality's own domains, and the proof that it controls them: a token that only whoever keeps the domain's zone can
//! publish. A domain that is not proven is not served. It is looked at again every day; whoever takes the token away keeps
//! the domain for [`GRACE`], then it is not served any more.

use chrono::{DateTime, TimeDelta, Utc};
use db::{Fault, TenantTx};
use kernel::{Ctx, policy::Action};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};
use serde_json::json;

use crate::{
    ApplyError, ManageError, TenantFile,
    apply::tell_directories,
    manage::note,
    store::host::{ActiveModel, Column, Entity, Model},
};

/// How long a domain stays served whose token is not found any more.
pub const GRACE: TimeDelta = TimeDelta::days(14);
/// How often a proven domain is looked at again.
pub const EVERY: TimeDelta = TimeDelta::days(1);
/// Domains that one municipality may have.
pub const MOST: usize = 20;
/// The label under which the token is published.
const LABEL: &str = "_stadttermin";

/// Looks up what somebody has published in the domain name system.
#[async_trait::async_trait]
pub trait TextRecords: Send + Sync + std::fmt::Debug {
    /// The TXT records of a name; none when there are none or no such name.
    async fn texts(&self, name: &str) -> Result<Vec<String>, Unanswered>;
}

/// The domain name system did not answer: nothing is proven, and nothing is disproven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the domain name system did not answer")]
pub struct Unanswered;

/// An own domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// Its name, in lower case.
    pub name: String,
    /// Whether it is served.
    pub is_proven: bool,
    /// What is to be published, and where; `None` for a domain that is older than the proof.
    pub record: Option<Record>,
    /// When the token was found first.
    pub proven_at: Option<DateTime<Utc>>,
    /// When it was looked for last.
    pub checked_at: Option<DateTime<Utc>>,
    /// Since when it is missing.
    pub failing_since: Option<DateTime<Utc>>,
}

/// A TXT record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// `_stadttermin.termine.example.de`
    pub name: String,
    /// `stadttermin=…`
    pub value: String,
}

/// What looking for a token has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// It is there.
    Found,
    /// It is not there.
    Missing,
}

impl Record {
    fn of(name: &str, token: &str) -> Self {
        Self { name: format!("{LABEL}.{name}"), value: format!("stadttermin={token}") }
    }
}

impl From<Model> for Domain {
    fn from(row: Model) -> Self {
        Self {
            is_proven: is_proven(&row),
            record: row.token.as_deref().map(|token| Record::of(&row.name, token)),
            name: row.name,
            proven_at: row.proven_at,
            checked_at: row.checked_at,
            failing_since: row.failing_since,
        }
    }
}

/// Whether a domain is served. Without a token it is older than the proof.
pub(crate) fn is_proven(row: &Model) -> bool {
    row.token.is_none() || row.proven_at.is_some()
}

/// The domains of the transaction's municipality, in the order of their names.
pub async fn list(ctx: &Ctx, tx: &TenantTx) -> Result<Vec<Domain>, ManageError> {
    ctx.authorize(Action::ReadPlatform)?;
    Ok(rows(tx).await?.into_iter().map(Domain::from).collect())
}

/// Adds a domain. It is served once [`settle`] has been told that its token was found.
pub async fn add(
    ctx: &Ctx,
    tx: &TenantTx,
    name: &str,
    base_domain: &str,
) -> Result<Domain, ManageError> {
    ctx.authorize(Action::ConfigureTenant)?;
    let name = checked(name, base_domain)?;
    if ctx.tenant().is_platform() {
        return Err(ManageError::Conflict("domain-platform"));
    }
    if rows(tx).await?.len() >= MOST {
        return Err(ManageError::Limit("domain-many"));
    }
    let row = insert(ctx, tx, &name, false).await.map_err(|fault| match fault {
        Fault::Unique(_) => ManageError::Conflict("domain-taken"),
        fault => fault.into(),
    })?;
    tell_directories(tx).await?;
    note(ctx, tx, "domain.add", json!({ "domain": name })).await?;
    Ok(row.into())
}

/// Removes a domain: it is not served any more.
pub async fn remove(ctx: &Ctx, tx: &TenantTx, name: &str) -> Result<(), ManageError> {
    ctx.authorize(Action::ConfigureTenant)?;
    let row = one(tx, name).await?;
    Entity::delete_by_id(row.name.clone()).exec(tx).await?;
    tell_directories(tx).await?;
    note(ctx, tx, "domain.remove", json!({ "domain": row.name })).await
}

/// The record that must be published for a domain of the municipality.
pub async fn record(ctx: &Ctx, tx: &TenantTx, name: &str) -> Result<Record, ManageError> {
    ctx.authorize(Action::ReadPlatform)?;
    let domain = Domain::from(one(tx, name).await?);
    domain.record.ok_or(ManageError::Conflict("domain-old"))
}

/// Domains that are to be looked at again: the worker's question.
pub async fn due(ctx: &Ctx, tx: &TenantTx) -> Result<Vec<(String, Record)>, ManageError> {
    ctx.authorize(Action::RunJobs)?;
    let before = ctx.now() - EVERY;
    let is_due =
        |row: &Model| row.proven_at.is_some() && row.checked_at.is_none_or(|at| at <= before);
    let due = rows(tx).await?.into_iter().filter(is_due).map(Domain::from);
    Ok(due.filter_map(|domain| Some((domain.name, domain.record?))).collect())
}

/// Looks for a record. To be asked outside of transactions.
pub async fn look(records: &dyn TextRecords, record: &Record) -> Result<Finding, Unanswered> {
    let texts = records.texts(&record.name).await?;
    let is_there = texts.iter().any(|text| text.trim() == record.value);
    Ok(if is_there { Finding::Found } else { Finding::Missing })
}

/// Writes down what was found. A domain that was found is served from now on; one that is missing for longer than
/// [`GRACE`] is not served any more.
pub async fn settle(
    ctx: &Ctx,
    tx: &TenantTx,
    name: &str,
    found: Finding,
) -> Result<Domain, ManageError> {
    if ctx.authorize(Action::RunJobs).is_err() {
        ctx.authorize(Action::ConfigureTenant)?;
    }
    let row = one(tx, name).await?;
    let (was_proven, since) = (row.proven_at, row.failing_since.unwrap_or(ctx.now()));
    let mut next = row.into_active_model();
    next.checked_at = Set(Some(ctx.now()));
    let action = match found {
        Finding::Found => {
            next.failing_since = Set(None);
            next.proven_at = Set(Some(was_proven.unwrap_or(ctx.now())));
            was_proven.is_none().then_some("domain.prove")
        }
        Finding::Missing => {
            let has_lapsed = was_proven.is_some() && ctx.now() - since >= GRACE;
            next.failing_since = Set(was_proven.map(|_| since));
            if has_lapsed {
                next.proven_at = Set(None);
                next.failing_since = Set(None);
            }
            has_lapsed.then_some("domain.lapse")
        }
    };
    let row = Entity::update(next).exec(tx).await?;
    if let Some(action) = action {
        tell_directories(tx).await?;
        note(ctx, tx, action, json!({ "domain": row.name })).await?;
    }
    Ok(row.into())
}

/// Makes the domains agree with the municipality's file: what is new in it waits for its proof, what is gone from it goes.
/// Domains that were added otherwise stay.
pub(crate) async fn agree_with_file(
    ctx: &Ctx,
    tx: &TenantTx,
    file: &TenantFile,
) -> Result<(), ApplyError> {
    let known = rows(tx).await?;
    for row in known.iter().filter(|row| row.is_listed && !file.hosts.contains(&row.name)) {
        Entity::delete_by_id(row.name.clone()).exec(tx).await?;
    }
    for name in file.hosts.iter().filter(|name| known.iter().all(|row| row.name != **name)) {
        insert(ctx, tx, name, true).await.map_err(|fault| match fault {
            Fault::Unique(_) => ApplyError::HostTaken,
            fault => ApplyError::Fault(fault),
        })?;
    }
    Ok(())
}

async fn insert(ctx: &Ctx, tx: &TenantTx, name: &str, is_listed: bool) -> Result<Model, Fault> {
    let token = db::signature::hex(&ctx.random::<16>());
    let row = ActiveModel {
        name: Set(name.to_owned()),
        tenant: Set(tx.tenant().uuid()),
        token: Set(Some(token)),
        is_listed: Set(is_listed),
        added_at: Set(Some(ctx.now())),
        proven_at: NotSet,
        checked_at: NotSet,
        failing_since: NotSet,
    };
    Ok(Entity::insert(row).exec_with_returning(tx).await?)
}

async fn rows(tx: &TenantTx) -> Result<Vec<Model>, Fault> {
    let own = Entity::find().filter(Column::Tenant.eq(tx.tenant().uuid()));
    Ok(own.order_by_asc(Column::Name).all(tx).await?)
}

async fn one(tx: &TenantTx, name: &str) -> Result<Model, ManageError> {
    let own = Entity::find_by_id(name.to_lowercase()).filter(Column::Tenant.eq(tx.tenant().uuid()));
    own.one(tx).await?.ok_or(ManageError::NotFound)
}

/// A name that can be a municipality's own: of at least two labels, no address, not below the platform's domain. Umlauts are
/// written as the domain name system has them (`xn--`).
fn checked(name: &str, base_domain: &str) -> Result<String, ManageError> {
    let bad = || ManageError::BadInput { field: "domain", reason: "domain-wrong" };
    let name = name.trim().trim_end_matches('.').to_lowercase();
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let labels: Vec<&str> = name.split('.').collect();
    let has_letters =
        labels.last().is_some_and(|top| !top.bytes().all(|byte| byte.is_ascii_digit()));
    let is_name = labels.len() >= 2 && labels.iter().all(|label| is_label(label)) && has_letters;
    if !is_name || name.len() > 200 {
        return Err(bad());
    }
    let base = base_domain.to_lowercase();
    if name == base || name.ends_with(&format!(".{base}")) {
        return Err(ManageError::BadInput { field: "domain", reason: "domain-ours" });
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_a_name_of_somebody_else_s() {
        for good in
            ["termine.haltern.example", " Termine.Haltern.example. ", "xn--mnchen-3ya.example"]
        {
            assert!(checked(good, "termine.example").is_ok(), "{good}");
        }
        for bad in [
            "",
            "localhost",
            "192.0.2.1",
            "a..b",
            "-a.example",
            "a_b.example",
            "http://a.example",
            "a.example/x",
            "a.example:8080",
            "münchen.example",
            "termine.example",
            "haltern.termine.example",
        ] {
            assert!(checked(bad, "termine.example").is_err(), "{bad}");
        }
    }
}
