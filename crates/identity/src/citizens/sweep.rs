//! What goes by itself: codes that have ended, and accounts that nobody uses.

use chrono::{DateTime, Months, TimeDelta, Utc};
use db::{
    Fault, TenantTx,
    retention::{self, Expiring, Purged},
    sealed,
};
use kernel::{Ctx, policy::Action, retention::Category};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Select, sea_query::Expr,
};
use uuid::Uuid;

use super::erase::erase_unused;
use crate::{
    AccountError, AccountKind,
    accounts::{
        self,
        letters::{self, NoticeKind},
        store::{account, account_code},
    },
};

/// Months after which an account that was not used is deleted.
pub const UNUSED_MONTHS: u32 = 24;
/// Days that its owner has from the warning on.
pub const WARNED_DAYS: i64 = 30;
/// Rows of a kind that one round looks at.
const ROUND: u64 = 200;

/// Warns the owners of accounts that will be deleted because nobody uses them. Returns how many.
pub async fn warn_unused(ctx: &Ctx, tx: &TenantTx) -> Result<u64, AccountError> {
    ctx.authorize(Action::RunJobs)?;
    let now = ctx.now();
    let unused = now.checked_sub_months(Months::new(UNUSED_MONTHS)).unwrap_or(now);
    let mut warned = 0;
    for row in unused_since(tx, unused + TimeDelta::days(WARNED_DAYS), ROUND).all(tx).await? {
        warned += u64::from(warn(ctx, tx, row).await?);
    }
    Ok(warned)
}

/// Codes that have ended, with what they said.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EndedCodes;

#[async_trait::async_trait]
impl Expiring for EndedCodes {
    fn category(&self) -> Category {
        Category::Code
    }

    async fn oldest(
        &self,
        tx: &TenantTx,
        _now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, Fault> {
        let text = "SELECT min(expires_at) AS at FROM account_code WHERE tenant_id = $1";
        retention::first_instant(tx, text, []).await
    }

    async fn count(&self, tx: &TenantTx, before: DateTime<Utc>) -> Result<u64, Fault> {
        let text =
            "SELECT count(*) AS rows FROM account_code WHERE tenant_id = $1 AND expires_at < $2";
        retention::count(tx, text, before).await
    }

    async fn purge(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        before: DateTime<Utc>,
        most: u64,
    ) -> Result<Purged, Fault> {
        retention::permit(ctx)?;
        let tenant = tx.tenant().uuid();
        let ended = account_code::Entity::find()
            .filter(account_code::Column::TenantId.eq(tenant))
            .filter(account_code::Column::ExpiresAt.lt(before))
            .order_by_asc(account_code::Column::ExpiresAt)
            .limit(most)
            .all(tx)
            .await?;
        for code in &ended {
            if let Some(subject) = code.subject_id
                && !is_somebodys(tx, subject).await?
            {
                sealed::destroy_subject(tx, subject.into()).await?;
            }
            account_code::Entity::delete_by_id((tenant, code.id)).exec(tx).await?;
        }
        Ok(Purged::of(ended.len() as u64, most))
    }
}

/// Citizens' accounts that were not used for too long and whose owners were warned in time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UnusedAccounts;

/// Since when nobody uses an account: from its last use on, and never before its owner has had time to read the warning.
const UNUSED_SINCE: &str = "GREATEST(COALESCE(last_used_at, created_at),
    warned_at + interval '30 days' - interval '24 months')";

#[async_trait::async_trait]
impl Expiring for UnusedAccounts {
    fn category(&self) -> Category {
        Category::UnusedAccount
    }

    async fn oldest(
        &self,
        tx: &TenantTx,
        _now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, Fault> {
        let text = format!(
            "SELECT min({UNUSED_SINCE}) AS at FROM account
              WHERE tenant_id = $1 AND kind = 'citizen' AND restricted_at IS NULL"
        );
        retention::first_instant(tx, text, []).await
    }

    async fn count(&self, tx: &TenantTx, before: DateTime<Utc>) -> Result<u64, Fault> {
        let text = format!(
            "SELECT count(*) AS rows FROM account
              WHERE tenant_id = $1 AND kind = 'citizen' AND restricted_at IS NULL AND {UNUSED_SINCE} < $2"
        );
        retention::count(tx, text, before).await
    }

    async fn purge(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        before: DateTime<Utc>,
        most: u64,
    ) -> Result<Purged, Fault> {
        retention::permit(ctx)?;
        let warned = ctx.now() - TimeDelta::days(WARNED_DAYS);
        let due =
            unused_since(tx, before, most).filter(account::Column::WarnedAt.lte(warned)).all(tx);
        let due = due.await?;
        let looked_at = due.len() as u64;
        let mut gone = 0;
        for row in due {
            if row.warned_at.is_some_and(|warned| warned > last_use(&row))
                && let Some(account) = accounts::open(tx, row).await?
            {
                erase_unused(ctx, tx, &account).await.map_err(fault)?;
                gone += 1;
            }
        }
        Ok(Purged { rows: gone, more: gone > 0 && looked_at >= most })
    }
}

fn fault(error: AccountError) -> Fault {
    match error {
        AccountError::Fault(fault) => fault,
        other => Fault::Refused(other.to_string()),
    }
}

/// Whether a key is that of an account: then it stays.
async fn is_somebodys(tx: &TenantTx, subject: Uuid) -> Result<bool, Fault> {
    let found = account::Entity::find()
        .filter(account::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(account::Column::SubjectId.eq(subject))
        .one(tx)
        .await?;
    Ok(found.is_some())
}

/// Citizens' accounts that were last used before an instant.
fn unused_since(tx: &TenantTx, before: DateTime<Utc>, most: u64) -> Select<account::Entity> {
    let never_used = Condition::all()
        .add(account::Column::LastUsedAt.is_null())
        .add(account::Column::CreatedAt.lt(before));
    account::Entity::find()
        .filter(account::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(account::Column::Kind.eq(AccountKind::Citizen.key()))
        .filter(Condition::any().add(account::Column::LastUsedAt.lt(before)).add(never_used))
        // restricted data wait for the person's decision (Art. 18 GDPR)
        .filter(Expr::cust("restricted_at IS NULL"))
        .order_by_asc(Expr::col(account::Column::WarnedAt))
        .limit(most)
}

/// Whether it was warned now.
async fn warn(ctx: &Ctx, tx: &TenantTx, row: account::Model) -> Result<bool, AccountError> {
    if row.warned_at.is_some_and(|warned| warned > last_use(&row)) {
        return Ok(false);
    }
    let Some(account) = accounts::open(tx, row).await? else { return Ok(false) };
    let Some(key) = sealed::subject_key(tx, account.subject).await? else { return Ok(false) };
    letters::tell(ctx, tx, &key, &account, NoticeKind::Unused).await?;
    let row =
        account::ActiveModel { warned_at: Set(Some(ctx.now())), ..accounts::one(tx, account.id) };
    account::Entity::update(row).exec(tx).await?;
    Ok(true)
}

fn last_use(row: &account::Model) -> DateTime<Utc> {
    row.last_used_at.unwrap_or(row.created_at)
}
