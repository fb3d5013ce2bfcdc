//! Limits of single municipalities.

use db::TenantTx;
use kernel::{Ctx, TenantId};
use serde_json::json;
use tenant::quotas::{self, Quota};

use super::{Platform, PlatformError};

/// A limit and what there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaLine {
    /// What is limited.
    pub quota: Quota,
    /// The municipality's limit, if it has one.
    pub most: Option<u32>,
    /// How much there is, where that can be counted.
    pub used: Option<i64>,
}

pub(super) async fn lines(ctx: &Ctx, tx: &TenantTx) -> Result<Vec<QuotaLine>, PlatformError> {
    let set = quotas::list(ctx, tx).await?;
    let (people, keys) = identity::usage(ctx, tx).await?;
    let line = |quota| QuotaLine {
        quota,
        most: set.iter().find(|(found, _)| *found == quota).map(|(_, most)| *most),
        used: match quota {
            Quota::People => Some(people),
            Quota::AccessKeys => Some(keys),
            Quota::RequestsPerMinute => None,
        },
    };
    Ok(Quota::ALL.into_iter().map(line).collect())
}

impl Platform {
    /// Sets a limit of a municipality, or takes it away.
    pub async fn set_quota(
        &self,
        ctx: &Ctx,
        tenant: TenantId,
        quota: Quota,
        most: Option<u32>,
    ) -> Result<(), PlatformError> {
        let (there, tx) = self.begin(ctx, tenant).await?;
        quotas::set(&there, &tx, quota, most).await?;
        tx.commit().await?;
        let details = json!({ "quota": quota.key(), "most": most });
        self.heard(ctx, "quota.set", tenant, details).await
    }
}
