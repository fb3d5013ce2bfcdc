//! Deleting what was kept long enough.

use chrono::TimeDelta;
use db::{Fault, TenantTx};
use kernel::Ctx;
use tenant::Municipality;

use crate::store;

/// Deletes the records of messages whose retention is over. Returns how many.
pub async fn sweep(ctx: &Ctx, tx: &TenantTx, town: &Municipality) -> Result<u64, Fault> {
    let kept = TimeDelta::days(town.settings.retention.message_days.into());
    store::delete_until(tx, ctx.now() - kept).await
}
