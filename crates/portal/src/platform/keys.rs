//! A new master key: the municipalities' keys are put into new envelopes, some at a time.

use db::{
    audit,
    sealed::{self, Rotated},
};
use kernel::{Ctx, policy::Action};
use serde_json::json;

use super::{Platform, PlatformError};

/// Keys that one round puts into new envelopes unless somebody says otherwise.
pub const BATCH: usize = 100;

/// How far it has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rotation {
    /// Keys that this round has put into new envelopes.
    pub rotated: usize,
    /// Keys that are still in the previous master key's envelope.
    pub remaining: usize,
}

impl Platform {
    /// Puts up to `most` keys into the envelope of the installation's master key, each in a transaction of its own. Again, it
    /// goes on where it was; when nothing remains, the previous master key is needed for old backups only.
    pub async fn rotate_keys(&self, ctx: &Ctx, most: usize) -> Result<Rotation, PlatformError> {
        ctx.authorize(Action::RotateKeys)?;
        let mut done = Rotation::default();
        for tenant in self.directory.tenants() {
            let there = ctx.at_municipality(tenant)?;
            let tx = self.db.begin(&there).await?;
            if !sealed::is_behind(&there, &tx).await? {
                tx.commit().await?;
                continue;
            }
            if done.rotated == most {
                done.remaining += 1;
                tx.commit().await?;
                continue;
            }
            if sealed::rotate_tenant_key(&there, &tx).await? == Rotated::Now {
                let act = audit::Act {
                    action: "key.rotate",
                    object: "tenant",
                    object_id: Some(tenant.uuid()),
                };
                audit::append(&there, &tx, act, json!({})).await?;
                done.rotated += 1;
            }
            tx.commit().await?;
        }
        if done.rotated > 0 {
            let home = kernel::TenantId::PLATFORM;
            self.heard(ctx, "key.rotate", home, json!({ "count": done.rotated })).await?;
        }
        Ok(done)
    }
}
