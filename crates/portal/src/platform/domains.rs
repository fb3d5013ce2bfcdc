//! The municipalities' own domains: added, proven and removed by the operator, looked at again by the background service.

use kernel::{Ctx, TenantId};
use serde_json::json;
use tenant::{
    ManageError,
    domains::{self, Domain, Finding},
};

use super::{Platform, PlatformError};

impl Platform {
    /// Adds a domain, which then waits for its proof.
    pub async fn add_domain(
        &self,
        ctx: &Ctx,
        tenant: TenantId,
        name: &str,
    ) -> Result<Domain, PlatformError> {
        let (there, tx) = self.begin(ctx, tenant).await?;
        let domain = domains::add(&there, &tx, name, &self.base_domain).await?;
        tx.commit().await?;
        self.heard(ctx, "domain.add", tenant, json!({ "domain": domain.name })).await?;
        Ok(domain)
    }

    /// Looks whether a domain's token is published, and serves the domain if it is.
    pub async fn prove_domain(
        &self,
        ctx: &Ctx,
        tenant: TenantId,
        name: &str,
    ) -> Result<Domain, PlatformError> {
        let (there, tx) = self.begin(ctx, tenant).await?;
        let record = domains::record(&there, &tx, name).await?;
        // no question to somebody else's server inside of a transaction
        tx.commit().await?;
        let found = domains::look(self.records.as_ref(), &record).await;
        let found = found.map_err(|_| ManageError::Unavailable("domain-silent"))?;
        let (there, tx) = self.begin(ctx, tenant).await?;
        let domain = domains::settle(&there, &tx, name, found).await?;
        tx.commit().await?;
        if found == Finding::Found {
            self.heard(ctx, "domain.prove", tenant, json!({ "domain": domain.name })).await?;
        }
        Ok(domain)
    }

    /// Removes a domain.
    pub async fn remove_domain(
        &self,
        ctx: &Ctx,
        tenant: TenantId,
        name: &str,
    ) -> Result<(), PlatformError> {
        let (there, tx) = self.begin(ctx, tenant).await?;
        domains::remove(&there, &tx, name).await?;
        tx.commit().await?;
        let domain = name.to_lowercase();
        self.heard(ctx, "domain.remove", tenant, json!({ "domain": domain })).await
    }

    /// Looks at the proven domains of the context's municipality again that were not looked at for a day. Returns how many.
    /// The domain name system's silence changes nothing.
    pub async fn recheck_domains(&self, ctx: &Ctx) -> Result<u64, PlatformError> {
        let tx = self.db.begin(ctx).await?;
        let due = domains::due(ctx, &tx).await?;
        tx.commit().await?;
        let mut seen = 0;
        for (name, record) in due {
            let Ok(found) = domains::look(self.records.as_ref(), &record).await else { continue };
            let tx = self.db.begin(ctx).await?;
            domains::settle(ctx, &tx, &name, found).await?;
            tx.commit().await?;
            seen += 1;
        }
        Ok(seen)
    }
}
