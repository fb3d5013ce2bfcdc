//! What goes by itself: codes that have ended, and accounts that nobody uses.

use chrono::{DateTime, Months, TimeDelta, Utc};
use db::{TenantTx, sealed};
use kernel::{Ctx, policy::Action};
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

/// Deletes codes a day after their end, with what they said, and accounts that were not used for two years and whose
/// owners were warned. Returns how many rows went.
pub async fn sweep(ctx: &Ctx, tx: &TenantTx) -> Result<u64, AccountError> {
    ctx.authorize(Action::RunJobs)?;
    let codes = forget_codes(ctx, tx).await?;
    let now = ctx.now();
    let unused = now.checked_sub_months(Months::new(UNUSED_MONTHS)).unwrap_or(now);
    for row in unused_since(tx, unused + TimeDelta::days(WARNED_DAYS)).all(tx).await? {
        warn(ctx, tx, row).await?;
    }
    let warned = now - TimeDelta::days(WARNED_DAYS);
    let due = unused_since(tx, unused).filter(account::Column::WarnedAt.lte(warned));
    let mut gone = 0;
    for row in due.all(tx).await? {
        if row.warned_at.is_some_and(|warned| warned > last_use(&row))
            && let Some(account) = accounts::open(tx, row).await?
        {
            erase_unused(ctx, tx, &account).await?;
            gone += 1;
        }
    }
    Ok(codes + gone)
}

async fn forget_codes(ctx: &Ctx, tx: &TenantTx) -> Result<u64, AccountError> {
    let tenant = tx.tenant().uuid();
    let ended = account_code::Entity::find()
        .filter(account_code::Column::TenantId.eq(tenant))
        .filter(account_code::Column::ExpiresAt.lt(ctx.now() - TimeDelta::days(1)))
        .order_by_asc(account_code::Column::ExpiresAt)
        .limit(ROUND)
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
    Ok(ended.len() as u64)
}

/// Whether a key is that of an account: then it stays.
async fn is_somebodys(tx: &TenantTx, subject: Uuid) -> Result<bool, AccountError> {
    let found = account::Entity::find()
        .filter(account::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(account::Column::SubjectId.eq(subject))
        .one(tx)
        .await?;
    Ok(found.is_some())
}

/// Citizens' accounts that were last used before an instant.
fn unused_since(tx: &TenantTx, before: DateTime<Utc>) -> Select<account::Entity> {
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
        .limit(ROUND)
}

async fn warn(ctx: &Ctx, tx: &TenantTx, row: account::Model) -> Result<(), AccountError> {
    if row.warned_at.is_some_and(|warned| warned > last_use(&row)) {
        return Ok(());
    }
    let Some(account) = accounts::open(tx, row).await? else { return Ok(()) };
    let Some(key) = sealed::subject_key(tx, account.subject).await? else { return Ok(()) };
    letters::tell(ctx, tx, &key, &account, NoticeKind::Unused).await?;
    let row =
        account::ActiveModel { warned_at: Set(Some(ctx.now())), ..accounts::one(tx, account.id) };
    account::Entity::update(row).exec(tx).await?;
    Ok(())
}

fn last_use(row: &account::Model) -> DateTime<Utc> {
    row.last_used_at.unwrap_or(row.created_at)
}
