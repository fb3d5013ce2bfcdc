//! How much of what is limited a municipality has: counts.

use db::{Fault, TenantTx};
use kernel::{Ctx, policy::Action};
use sea_orm::ConnectionTrait;

use crate::AccountError;

/// People of the office and valid access keys, for the operator.
pub async fn usage(ctx: &Ctx, tx: &TenantTx) -> Result<(i64, i64), AccountError> {
    ctx.authorize(Action::ReadPlatform)?;
    Ok((people(tx).await?, valid_keys(ctx, tx).await?))
}

/// People of the office, locked and invited ones too.
pub(crate) async fn people(tx: &TenantTx) -> Result<i64, Fault> {
    let text = "SELECT count(*) AS count FROM account WHERE tenant_id = $1 AND kind = 'staff'";
    count(tx, tx.statement(text, [])).await
}

/// Access keys that open something.
pub(crate) async fn valid_keys(ctx: &Ctx, tx: &TenantTx) -> Result<i64, Fault> {
    let text = "SELECT count(*) AS count FROM access_key
      WHERE tenant_id = $1 AND revoked_at IS NULL AND expires_at > $2";
    count(tx, tx.statement(text, [ctx.now().into()])).await
}

async fn count(tx: &TenantTx, statement: sea_orm::Statement) -> Result<i64, Fault> {
    let row = tx.query_one_raw(statement).await?;
    Ok(row.map(|row| row.try_get("", "count")).transpose()?.unwrap_or_default())
}
