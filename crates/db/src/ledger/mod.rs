//! Erasures at somebody's own wish, so that a backup that is older does not bring the person back.
//!
//! An entry is a keyed hash of the id of a person's key, and when the key was destroyed. It names nobody. After a
//! restore, whoever finds the hash of a key that is there again erases it once more (docs/adr/0015).

mod check;

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Ctx, SubjectId, TenantId};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use check::{Checks, checks, note_check, remains};

use crate::{Fault, TenantTx, jobs, sealed, signature::hex};

/// How long an entry is kept: longer than any backup.
pub const KEPT: TimeDelta = TimeDelta::days(365);
/// The kind of the job that writes an entry down outside of the database.
pub const JOB: &str = "erasure.ledger";
/// The kind of the job that looks whether an erasure has left anything.
pub const VERIFY_JOB: &str = "erasure.verify";
/// When it looks: sessions are over after half a day, and work that was under way when somebody was erased has come to its
/// end or was given up after about a day.
pub const VERIFY_AFTER: TimeDelta = TimeDelta::hours(26);

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
    const ALL: [Self; 3] = [Self::Request, Self::Account, Self::Office];

    fn key(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Account => "account",
            Self::Office => "office",
        }
    }
}

/// What the look after an erasure searches for: ids that open nothing and name nobody any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verify {
    /// The key that was destroyed.
    pub person: SubjectId,
    /// Appointments and accounts that went with it.
    pub rows: Vec<Uuid>,
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

/// Destroys a person's key and writes it into the ledger; some time later it is looked whether the person, or one of the
/// rows that go with them, is left anywhere. Again, it changes nothing.
pub async fn destroy(
    ctx: &Ctx,
    tx: &TenantTx,
    subject: SubjectId,
    class: Class,
    rows: &[Uuid],
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
        let look = Verify { person: subject, rows: rows.to_vec() };
        jobs::enqueue(ctx, tx, VERIFY_JOB, &look, ctx.now() + VERIFY_AFTER).await?;
    }
    Ok(())
}

/// Which of some entries the database does not know: erasures that are younger than the backup that it was restored from.
/// Those that no backup is older than are left out.
pub async fn unknown(ctx: &Ctx, tx: &TenantTx, entries: &[Entry]) -> Result<Vec<Entry>, Fault> {
    let (tenant, oldest) = (tx.tenant().uuid(), ctx.now() - KEPT);
    let known = self::entries(tx).await?;
    let known: BTreeSet<&str> = known.iter().map(|entry| entry.person.as_str()).collect();
    let is_new = |entry: &&Entry| {
        entry.tenant == tenant
            && entry.erased_at >= oldest
            && !known.contains(entry.person.as_str())
    };
    Ok(entries.iter().filter(is_new).cloned().collect())
}

/// Takes entries of the file over into the database, once it agrees with them.
pub async fn adopt(tx: &TenantTx, entries: &[Entry]) -> Result<(), Fault> {
    for entry in entries.iter().filter(|entry| entry.tenant == tx.tenant().uuid()) {
        // words of a later version are an erasure all the same
        let class = Class::ALL.into_iter().find(|class| class.key() == entry.class);
        tx.run(
            "INSERT INTO erasure_ledger (tenant_id, subject_index, class, erased_at)
             SELECT $1, decode($2, 'hex'), $3, $4 WHERE length($2) = 32 ON CONFLICT DO NOTHING",
            [
                entry.person.clone().into(),
                class.unwrap_or(Class::Request).key().into(),
                entry.erased_at.into(),
            ],
        )
        .await?;
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

async fn index(tx: &TenantTx, subject: SubjectId) -> Result<Vec<u8>, Fault> {
    Ok(tx.keys().await?.blind_index("erasure_ledger.subject_index", &subject.to_string()))
}
