//! Erasures at somebody's own wish, so that a backup that is older does not bring the person back.
//!
//! An entry is a keyed hash of the id of a person's key, and when the key was destroyed. It names nobody. After a
//! restore, whoever finds the hash of a key that is there again erases it once more (docs/adr/0015).

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Ctx, SubjectId, TenantId};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Fault, TenantTx, jobs, sealed, signature::hex};

/// How long an entry is kept: longer than any backup.
pub const KEPT: TimeDelta = TimeDelta::days(365);
/// The kind of the job that writes an entry down outside of the database.
pub const JOB: &str = "erasure.ledger";

/// Why somebody was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// They asked for it (Art. 17 GDPR).
    Request,
    /// Their account was deleted.
    Account,
    /// They left the office.
    Office,
}

impl Class {
    fn key(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Account => "account",
            Self::Office => "office",
        }
    }
}

/// An entry, as it is kept outside of the database: one a line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entry {
    /// Whose ledger it is in.
    pub tenant: Uuid,
    /// Keyed hash of the id of the person's key, in hexadecimal digits.
    pub person: String,
    /// Why: `request`, `account` or `office`.
    pub class: String,
    /// When.
    pub erased_at: DateTime<Utc>,
}

impl Entry {
    /// Whose it is.
    pub fn tenant(&self) -> TenantId {
        self.tenant.into()
    }
}

#[derive(FromQueryResult)]
struct Row {
    subject_index: Vec<u8>,
    class: String,
    erased_at: DateTime<Utc>,
}

/// Destroys a person's key and writes it into the ledger. Again, it changes nothing.
pub async fn destroy(
    ctx: &Ctx,
    tx: &TenantTx,
    subject: SubjectId,
    class: Class,
) -> Result<(), Fault> {
    sealed::destroy_subject(tx, subject).await?;
    let written = tx
        .run(
            "INSERT INTO erasure_ledger (tenant_id, subject_index, class, erased_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING",
            [
                index(tx, subject).await?.into(),
                class.key().into(),
                ctx.now().into(),
            ],
        )
        .await?;
    if written == 1 {
        let person = hex(&index(tx, subject).await?);
        let entry = Entry {
            tenant: tx.tenant().uuid(),
            person,
            class: class.key().to_owned(),
            erased_at: ctx.now(),
        };
        jobs::enqueue(ctx, tx, JOB, &entry, ctx.now()).await?;
    }
    Ok(())
}

/// All entries of a municipality, the oldest first.
pub async fn entries(tx: &TenantTx) -> Result<Vec<Entry>, Fault> {
    let rows = Row::find_by_statement(tx.statement(
        "SELECT subject_index, class, erased_at FROM erasure_ledger WHERE tenant_id = $1 ORDER BY erased_at, subject_index",
        [],
    ))
    .all(tx)
    .await?;
    let read = |row: Row| Entry {
        tenant: tx.tenant().uuid(),
        person: hex(&row.subject_index),
        class: row.class,
        erased_at: row.erased_at,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Which of some people the entries erase.
pub async fn erased(
    tx: &TenantTx,
    entries: &[Entry],
    people: impl IntoIterator<Item = SubjectId>,
) -> Result<BTreeSet<SubjectId>, Fault> {
    let tenant = tx.tenant().uuid();
    let known: BTreeSet<&str> = entries
        .iter()
        .filter(|entry| entry.tenant == tenant)
        .map(|entry| entry.person.as_str())
        .collect();
    let mut found = BTreeSet::new();
    for person in people {
        if known.contains(hex(&index(tx, person).await?).as_str()) {
            found.insert(person);
        }
    }
    Ok(found)
}

/// Removes entries that no backup is older than. Returns how many.
pub async fn forget(tx: &TenantTx, before: DateTime<Utc>) -> Result<u64, Fault> {
    let text = "DELETE FROM erasure_ledger WHERE tenant_id = $1 AND erased_at < $2";
    tx.run(text, [before.into()]).await
}

async fn index(tx: &TenantTx, subject: SubjectId) -> Result<Vec<u8>, Fault> {
    Ok(tx.keys().await?.blind_index("erasure_ledger.subject_index", &subject.to_string()))
}
