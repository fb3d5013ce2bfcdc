//! What resolvers work with: the services of the process, and one lazily opened read transaction per request.

use std::sync::Arc;

use async_graphql::Context;
use db::{Db, TenantTx};
use identity::{Limit, Limits, access_keys::AccessKey};
use kernel::Locale;
use portal::Visit;
use scheduling::Catalogue;
use tokio::sync::OnceCell;

use super::errors::ApiError;

/// The services of the process.
#[derive(Debug, Clone)]
pub(crate) struct Services {
    pub db: Db,
    pub limits: Limits,
}

/// One request.
pub(crate) struct Reading {
    services: Services,
    visit: Visit,
    key: Option<AccessKey>,
    tx: OnceCell<TenantTx>,
    catalogue: OnceCell<Arc<Catalogue>>,
}

impl Reading {
    /// A request; with the access key that it showed, it acts for the office.
    pub(crate) fn new(services: Services, mut visit: Visit, key: Option<AccessKey>) -> Self {
        if let Some(key) = &key {
            visit.ctx = visit.ctx.with_actor(key.actor());
        }
        Self { services, visit, key, tx: OnceCell::new(), catalogue: OnceCell::new() }
    }

    /// The request that a resolver works for.
    pub(crate) fn of<'a>(ctx: &Context<'a>) -> &'a Self {
        let reading: &Arc<Self> = ctx.data_unchecked();
        reading
    }

    pub(crate) fn visit(&self) -> &Visit {
        &self.visit
    }

    /// The access key that the request showed.
    pub(crate) fn key(&self) -> Option<&AccessKey> {
        self.key.as_ref()
    }

    pub(crate) fn locale(&self) -> Locale {
        self.visit.ctx.locale()
    }

    /// The transaction that all reading of this request shares; opened with the first use.
    pub(crate) async fn tx(&self) -> Result<&TenantTx, ApiError> {
        Ok(self.tx.get_or_try_init(|| self.services.db.begin(&self.visit.ctx)).await?)
    }

    /// A transaction of its own, for a mutation.
    pub(crate) async fn begin(&self) -> Result<TenantTx, ApiError> {
        Ok(self.services.db.begin(&self.visit.ctx).await?)
    }

    /// What the municipality offers, read once per request.
    pub(crate) async fn catalogue(&self) -> Result<Arc<Catalogue>, ApiError> {
        let load = || async {
            let tx = self.tx().await?;
            Ok::<_, ApiError>(scheduling::catalogue(&self.visit.ctx, tx).await?)
        };
        self.catalogue.get_or_try_init(load).await.cloned()
    }

    /// Reads the catalogue in a mutation's own transaction, when its answer will need it: then nothing can fail
    /// any more after the commit.
    pub(crate) async fn prepare_catalogue(
        &self,
        ctx: &Context<'_>,
        tx: &TenantTx,
    ) -> Result<(), ApiError> {
        let ahead = ctx.look_ahead();
        let needed = ["reservation", "appointment"].iter().any(|payload| {
            ["location", "items"].iter().any(|field| ahead.field(payload).field(field).exists())
        });
        if needed {
            let loaded = scheduling::catalogue(&self.visit.ctx, tx).await?;
            // Nothing else fills it during a mutation.
            let _ = self.catalogue.set(loaded);
        }
        Ok(())
    }

    /// Counts the request against a limit.
    pub(crate) async fn take(&self, what: Limit) -> Result<(), ApiError> {
        Ok(self.services.limits.take(&self.visit.ctx, what, &self.visit.client).await?)
    }
}
