//! The audit trail: what the office, the operator and their programs did, in a chain of hashes per municipality.
//!
//! An entry names ids and settings, never a person's data, so that it may stay when a person is erased. Each entry holds
//! the hash of the one before it; whoever changes or removes one breaks the chain, and [`verify`] says where. The
//! application's role can append and read, nothing else. What citizens do with their own appointments is not in it: nobody
//! watches them.
//!
//! Appending locks the municipality's head of the chain until the transaction ends: append last.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use kernel::{Actor, Ctx, policy::Action};
use ring::digest;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement};
use serde_json::Value;
use uuid::Uuid;

use crate::{Fault, TenantTx};

/// How long an entry is kept.
pub const KEPT: TimeDelta = TimeDelta::days(365);
/// The hash before the first entry.
const BEGINNING: [u8; 32] = [0; 32];

/// What was done, to be written down.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// What, as `object.verb`: `person.invite`, `calendar.publish`.
    pub action: &'a str,
    /// With what kind of thing.
    pub object: &'a str,
    /// Which one.
    pub object_id: Option<Uuid>,
}

/// An entry of the trail.
#[derive(Debug, Clone, PartialEq, FromQueryResult)]
pub struct Entry {
    /// Counts from 1 without gaps.
    pub number: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// What kind of actor: `staff`, `program`, `operator`, `worker`.
    pub actor: String,
    /// Whose account or which key.
    pub actor_id: Option<Uuid>,
    /// See [`Act::action`].
    pub action: String,
    /// See [`Act::object`].
    pub object: String,
    /// See [`Act::object_id`].
    pub object_id: Option<Uuid>,
    /// Settings before and after, counts. Never a person's data.
    pub details: Value,
    previous: Vec<u8>,
    hash: Vec<u8>,
}

/// What a look at the whole chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing is missing and nothing was changed.
    Sound {
        /// Entries that are still there.
        entries: u64,
    },
    /// The chain does not hold.
    Broken {
        /// The first number that is wrong or missing.
        number: i64,
    },
}

#[derive(FromQueryResult)]
struct Head {
    number: i64,
    hash: Vec<u8>,
}

/// Writes down what was done, in the transaction that does it. `details` names settings and counts, never a person's data.
pub async fn append(ctx: &Ctx, tx: &TenantTx, act: Act<'_>, details: Value) -> Result<(), Fault> {
    let tenant = tx.tenant().uuid();
    let head = head(tx, true).await?;
    let (actor, actor_id) = who(ctx.actor());
    let mut entry = Entry {
        number: head.number + 1,
        // Postgres keeps microseconds; the hash is over what it keeps
        at: ctx.now().trunc_subsecs(6),
        actor: actor.to_owned(),
        actor_id,
        action: act.action.to_owned(),
        object: act.object.to_owned(),
        object_id: act.object_id,
        details,
        previous: head.hash,
        hash: Vec::new(),
    };
    entry.hash = entry.digest(tenant);
    tx.execute_raw(Statement::from_sql_and_values(
        DbBackend::Postgres,
        "INSERT INTO audit_entry (tenant_id, number, at, actor, actor_id, action, object, object_id, details, previous, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        [
            tenant.into(),
            entry.number.into(),
            entry.at.into(),
            entry.actor.into(),
            entry.actor_id.into(),
            entry.action.into(),
            entry.object.into(),
            entry.object_id.into(),
            entry.details.into(),
            entry.previous.into(),
            entry.hash.clone().into(),
        ],
    ))
    .await?;
    tx.execute_raw(Statement::from_sql_and_values(
        DbBackend::Postgres,
        "UPDATE audit_head SET number = $2, hash = $3 WHERE tenant_id = $1",
        [tenant.into(), entry.number.into(), entry.hash.into()],
    ))
    .await?;
    Ok(())
}

/// The newest entries before a number, or the newest of all.
pub async fn entries(
    ctx: &Ctx,
    tx: &TenantTx,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<Entry>, AuditError> {
    ctx.authorize(Action::ReadAudit)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = [tx.tenant().uuid().into(), before.unwrap_or(i64::MAX).into(), limit.into()];
    Ok(select(tx, "number < $2 ORDER BY number DESC LIMIT $3", values.into()).await?)
}

/// The newest entries of one kind before a number, or the newest of them; one kind is one word of [`Act::action`].
pub async fn entries_of(
    ctx: &Ctx,
    tx: &TenantTx,
    action: &str,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<Entry>, AuditError> {
    ctx.authorize(Action::ReadAudit)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let before = before.unwrap_or(i64::MAX);
    let values = [tx.tenant().uuid().into(), before.into(), limit.into(), action.into()];
    let what = "number < $2 AND action = $4 ORDER BY number DESC LIMIT $3";
    Ok(select(tx, what, values.into()).await?)
}

/// What has been done at all, as words of [`Act::action`], in the order of the alphabet.
pub async fn actions(ctx: &Ctx, tx: &TenantTx) -> Result<Vec<String>, AuditError> {
    ctx.authorize(Action::ReadAudit)?;
    let rows = tx
        .query_all_raw(Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT DISTINCT action FROM audit_entry WHERE tenant_id = $1 ORDER BY action",
            [tx.tenant().uuid().into()],
        ))
        .await
        .map_err(Fault::from)?;
    let actions = rows.iter().map(|row| row.try_get("", "action").map_err(Fault::from));
    Ok(actions.collect::<Result<_, _>>()?)
}

/// What a municipality's rows of a table look like, so that one can tell whether they were changed and not how. Ids and
/// counts of revisions do not matter. For the operator's commands, which change much at once.
pub async fn fingerprint(tx: &TenantTx, table: &'static str) -> Result<String, Fault> {
    let rows = format!(
        "SELECT md5(coalesce(string_agg(row, ' ' ORDER BY row), '')) AS print
           FROM (SELECT (to_jsonb(t) - 'id' - 'revision')::text AS row FROM {table} t WHERE tenant_id = $1) rows"
    );
    let values = [tx.tenant().uuid().into()];
    let row =
        tx.query_one_raw(Statement::from_sql_and_values(DbBackend::Postgres, rows, values)).await?;
    Ok(row.map(|row| row.try_get("", "print")).transpose()?.unwrap_or_default())
}

/// Follows the chain from its oldest entry to its head.
pub async fn verify(ctx: &Ctx, tx: &TenantTx) -> Result<Verdict, AuditError> {
    const AT_ONCE: i64 = 1_000;
    ctx.authorize(Action::ReadAudit)?;
    let tenant = tx.tenant().uuid();
    let head = head(tx, false).await?;
    let (mut seen, mut last): (u64, Option<(i64, Vec<u8>)>) = (0, None);
    loop {
        let after = last.as_ref().map_or(0, |(number, _)| *number);
        let values = [tenant.into(), after.into(), AT_ONCE.into()];
        let some = select(tx, "number > $2 ORDER BY number LIMIT $3", values.into()).await?;
        if some.is_empty() {
            break;
        }
        for entry in some {
            let follows = match &last {
                Some((number, hash)) => entry.number == number + 1 && entry.previous == *hash,
                // what came before it was old enough to go; before the first there is nothing
                None => entry.number > 1 || entry.previous == BEGINNING,
            };
            if !follows || entry.hash != entry.digest(tenant) {
                let expected = last.map_or(entry.number, |(number, _)| number + 1);
                return Ok(Verdict::Broken { number: expected });
            }
            seen += 1;
            last = Some((entry.number, entry.hash));
        }
    }
    match last {
        Some((number, hash)) if number == head.number && hash == head.hash => {
            Ok(Verdict::Sound { entries: seen })
        }
        // all of it was old enough to go
        None => Ok(Verdict::Sound { entries: 0 }),
        Some((number, _)) => Ok(Verdict::Broken { number: number + 1 }),
    }
}

/// Why the trail was not read.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The actor may not.
    #[error(transparent)]
    Forbidden(#[from] kernel::policy::Forbidden),
    /// The database did not do its part.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl kernel::PublicError for AuditError {
    fn code(&self) -> kernel::ErrorCode {
        match self {
            Self::Forbidden(error) => error.code(),
            Self::Fault(fault) => fault.code(),
        }
    }
}

impl Entry {
    /// SHA-256 over the entry's own words and the hash of the one before it. JSON keeps them apart.
    fn digest(&self, tenant: Uuid) -> Vec<u8> {
        let words = serde_json::json!([
            tenant,
            self.number,
            self.at.timestamp_micros(),
            self.actor,
            self.actor_id,
            self.action,
            self.object,
            self.object_id,
            self.details,
        ]);
        let mut hash = digest::Context::new(&digest::SHA256);
        hash.update(&self.previous);
        hash.update(words.to_string().as_bytes());
        hash.finish().as_ref().to_vec()
    }
}

async fn head(tx: &TenantTx, lock: bool) -> Result<Head, Fault> {
    let tenant = tx.tenant().uuid();
    if lock {
        tx.execute_raw(Statement::from_sql_and_values(
            DbBackend::Postgres,
            "INSERT INTO audit_head (tenant_id, number, hash) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING",
            [tenant.into(), BEGINNING.to_vec().into()],
        ))
        .await?;
    }
    let lock = if lock { " FOR UPDATE" } else { "" };
    let found = Head::find_by_statement(Statement::from_sql_and_values(
        DbBackend::Postgres,
        format!("SELECT number, hash FROM audit_head WHERE tenant_id = $1{lock}"),
        [tenant.into()],
    ))
    .one(tx)
    .await?;
    Ok(found.unwrap_or(Head { number: 0, hash: BEGINNING.to_vec() }))
}

async fn select(
    tx: &TenantTx,
    what: &'static str,
    values: Vec<sea_orm::Value>,
) -> Result<Vec<Entry>, Fault> {
    let statement = format!(
        "SELECT number, at, actor, actor_id, action, object, object_id, details, previous, hash
           FROM audit_entry WHERE tenant_id = $1 AND {what}"
    );
    Ok(Entry::find_by_statement(Statement::from_sql_and_values(
        DbBackend::Postgres,
        statement,
        values,
    ))
    .all(tx)
    .await?)
}

/// What kind of actor, and whose account or which key.
pub fn who(actor: &Actor) -> (&'static str, Option<Uuid>) {
    match actor {
        Actor::Citizen => ("citizen", None),
        Actor::Account(id) => ("account", Some(id.uuid())),
        Actor::Staff { account, .. } => ("staff", Some(account.uuid())),
        Actor::Program { key, .. } => ("program", Some(key.uuid())),
        Actor::Worker => ("worker", None),
        Actor::Operator => ("operator", None),
    }
}
