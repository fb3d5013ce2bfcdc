//! Receipts of deletion: what went, from when to when, signed, in a chain per municipality (docs/adr/0016).
//!
//! A receipt names numbers and categories, nothing that was deleted. Whoever changes, removes or invents one breaks the
//! chain or has no signature.

use std::collections::BTreeMap;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use db::{Fault, TenantTx, signature};
use kernel::{Ctx, TenantId, policy::Action};
use ring::digest;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::rows::{receipt, state};
use crate::{DutyError, notice::permit};

/// A receipt covers what was deleted on about one day: one for each round would be a hundred a day.
const COVERS: TimeDelta = TimeDelta::hours(24);
/// The hash before the first receipt.
const BEGINNING: [u8; 32] = [0; 32];

/// A receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Counts from 1 without gaps.
    pub number: i64,
    /// From when on; where the one before it ended.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
    /// How much went, by category. Words that this version does not know stay words.
    pub counts: BTreeMap<String, u64>,
    previous: Vec<u8>,
    signature: Vec<u8>,
}

/// What a look at the whole chain found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Every receipt is signed by this installation and follows the one before it.
    Sound {
        /// Receipts that are still there.
        receipts: u64,
    },
    /// The chain does not hold.
    Broken {
        /// The first number that is wrong or missing.
        number: i64,
    },
}

impl Receipt {
    /// What is signed: the receipt's words, and the hash of the one before it. JSON keeps them apart.
    pub fn words(&self, tenant: TenantId) -> String {
        serde_json::json!([
            "stadttermin deletion receipt 1",
            tenant.uuid(),
            self.number,
            self.from.timestamp_micros(),
            self.to.timestamp_micros(),
            self.counts,
            signature::hex(&self.previous),
        ])
        .to_string()
    }

    /// The signature, in hexadecimal digits.
    pub fn signature(&self) -> String {
        signature::hex(&self.signature)
    }

    /// How much went, in all.
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// SHA-256 over words and signature: what the next receipt holds on to.
    fn hash(&self, tenant: TenantId) -> Vec<u8> {
        let mut hash = digest::Context::new(&digest::SHA256);
        hash.update(self.words(tenant).as_bytes());
        hash.update(&self.signature);
        hash.finish().as_ref().to_vec()
    }

    fn read(row: receipt::Model) -> Self {
        Self {
            number: row.number,
            from: row.from_at,
            to: row.to_at,
            counts: serde_json::from_value(row.counts).unwrap_or_default(),
            previous: row.previous,
            signature: row.signature,
        }
    }
}

/// Makes a receipt of what was deleted and is in none yet, unless the last one is younger than a day. Returns it.
pub async fn close(ctx: &Ctx, tx: &TenantTx) -> Result<Option<Receipt>, Fault> {
    permit(ctx, Action::RunJobs)?;
    let tenant = tx.tenant();
    let open = state::Entity::find()
        .filter(state::Column::TenantId.eq(tenant.uuid()))
        .filter(state::Column::Deleted.gt(0))
        .lock_exclusive()
        .all(tx)
        .await?;
    if open.is_empty() {
        return Ok(None);
    }
    let now = ctx.now().trunc_subsecs(6);
    let last = newest(tx, None, 1).await?.pop();
    if last.as_ref().is_some_and(|last| now < last.to + COVERS) {
        return Ok(None);
    }
    let first_run = open.iter().map(|row| row.ran_at).min().unwrap_or(now);
    let mut made = Receipt {
        number: last.as_ref().map_or(1, |last| last.number + 1),
        from: last.as_ref().map_or(first_run, |last| last.to),
        to: now,
        counts: open.into_iter().map(|row| (row.category, row.deleted.unsigned_abs())).collect(),
        previous: last.map_or_else(|| BEGINNING.to_vec(), |last| last.hash(tenant)),
        signature: Vec::new(),
    };
    made.signature = tx.sign(made.words(tenant).as_bytes());
    let row = receipt::ActiveModel {
        tenant_id: Set(tenant.uuid()),
        number: Set(made.number),
        from_at: Set(made.from),
        to_at: Set(made.to),
        counts: Set(serde_json::to_value(&made.counts).unwrap_or_default()),
        previous: Set(made.previous.clone()),
        signature: Set(made.signature.clone()),
    };
    receipt::Entity::insert(row).exec_without_returning(tx).await?;
    tx.run(
        "UPDATE retention_state SET deleted = 0, receipt = $2 WHERE tenant_id = $1 AND deleted > 0",
        [made.number.into()],
    )
    .await?;
    Ok(Some(made))
}

/// The newest receipts before a number, or the newest of all.
pub async fn list(
    ctx: &Ctx,
    tx: &TenantTx,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<Receipt>, DutyError> {
    ctx.authorize(Action::ReadRetention)?;
    Ok(newest(tx, before, limit).await?)
}

async fn newest(tx: &TenantTx, before: Option<i64>, limit: u64) -> Result<Vec<Receipt>, Fault> {
    let rows = receipt::Entity::find()
        .filter(receipt::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(receipt::Column::Number.lt(before.unwrap_or(i64::MAX)))
        .order_by_desc(receipt::Column::Number)
        .limit(limit)
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(Receipt::read).collect())
}

/// Follows the chain from its oldest receipt to the last one that the account of deletion knows of.
pub async fn verify(ctx: &Ctx, tx: &TenantTx) -> Result<Verdict, DutyError> {
    ctx.authorize(Action::ReadRetention)?;
    let tenant = tx.tenant();
    let rows = receipt::Entity::find()
        .filter(receipt::Column::TenantId.eq(tenant.uuid()))
        .order_by_asc(receipt::Column::Number)
        .all(tx)
        .await
        .map_err(Fault::from)?;
    let receipts: Vec<Receipt> = rows.into_iter().map(Receipt::read).collect();
    if let Some(number) = first_wrong(tenant, &tx.public_keys(), &receipts) {
        return Ok(Verdict::Broken { number });
    }
    let known = state::Entity::find()
        .filter(state::Column::TenantId.eq(tenant.uuid()))
        .order_by_desc(state::Column::Receipt)
        .one(tx)
        .await
        .map_err(Fault::from)?;
    let (known, last) =
        (known.map_or(0, |row| row.receipt), receipts.last().map_or(0, |last| last.number));
    // receipts that are old enough to go may all have gone; younger ones may not
    if last < known && !receipts.is_empty() {
        return Ok(Verdict::Broken { number: last + 1 });
    }
    Ok(Verdict::Sound { receipts: receipts.len() as u64 })
}

/// The first number that is not signed with one of the keys or does not follow the one before it. What came before the oldest may
/// have been old enough to go.
fn first_wrong(tenant: TenantId, keys: &[Vec<u8>], receipts: &[Receipt]) -> Option<i64> {
    let mut last: Option<&Receipt> = None;
    for receipt in receipts {
        let follows = match last {
            Some(last) => {
                receipt.number == last.number + 1
                    && receipt.previous == last.hash(tenant)
                    && receipt.from == last.to
            }
            None => receipt.number > 1 || receipt.previous == BEGINNING,
        };
        let words = receipt.words(tenant);
        let is_signed =
            keys.iter().any(|key| signature::holds(key, words.as_bytes(), &receipt.signature));
        if !follows || !is_signed {
            return Some(last.map_or(receipt.number, |last| last.number + 1));
        }
        last = Some(receipt);
    }
    None
}
