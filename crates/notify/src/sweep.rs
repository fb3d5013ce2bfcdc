//! Deleting what was kept long enough.

use chrono::TimeDelta;
use db::{Fault, TenantTx};
use kernel::{Ctx, policy::Action, spoken::local_day};
use tenant::Municipality;

use crate::{budget, store};

/// Deletes the records of messages whose retention is over. Returns how many.
pub async fn sweep(ctx: &Ctx, tx: &TenantTx, town: &Municipality) -> Result<u64, Fault> {
    ctx.authorize(Action::RunJobs).map_err(|error| Fault::Refused(error.to_string()))?;
    let kept = TimeDelta::days(town.settings.retention.message_days.into());
    let due = ctx.now() - kept;
    // what was counted yesterday limits nothing today
    let today = local_day(ctx.now(), town.zone());
    let counted = budget::delete_before(tx, today).await?;
    // jobs that were given up name appointments and are kept no longer than what they would have sent
    let messages = store::delete_until(tx, due).await?;
    Ok(counted + messages + db::jobs::sweep(tx, due).await?)
}
