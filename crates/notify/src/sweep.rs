//! Deleting what was kept long enough.

use chrono::TimeDelta;
use db::{Fault, TenantTx};
use kernel::{Ctx, policy::Action};
use tenant::Municipality;

use crate::store;

/// Deletes the records of messages whose retention is over. Returns how many.
pub async fn sweep(ctx: &Ctx, tx: &TenantTx, town: &Municipality) -> Result<u64, Fault> {
    ctx.authorize(Action::RunJobs).map_err(|error| Fault::Refused(error.to_string()))?;
    let kept = TimeDelta::days(town.settings.retention.message_days.into());
    let due = ctx.now() - kept;
    // jobs that were given up name appointments and are kept no longer than what they would have sent
    Ok(store::delete_until(tx, due).await? + db::jobs::sweep(tx, due).await?)
}
