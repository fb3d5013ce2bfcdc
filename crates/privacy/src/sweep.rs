//! Deletes what is due.

use chrono::TimeDelta;
use db::{Fault, TenantTx};
use kernel::{Ctx, policy::Action};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use tenant::Municipality;

use crate::{access_log::rows, notice::permit};

/// Deletes the access log's rows that are older than the municipality's period. Returns how many went.
pub async fn sweep(ctx: &Ctx, tx: &TenantTx, town: &Municipality) -> Result<u64, Fault> {
    permit(ctx, Action::RunJobs)?;
    let oldest = ctx.now() - TimeDelta::days(town.settings.retention.access_log_days.into());
    let gone = rows::Entity::delete_many()
        .filter(rows::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(rows::Column::RequestedAt.lt(oldest))
        .exec(tx)
        .await?;
    Ok(gone.rows_affected)
}
