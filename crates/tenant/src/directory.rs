//! Whose host is this? Answered from memory; other processes' changes arrive by NOTIFY.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use db::{Db, Fault, TenantTx};
use kernel::{Ctx, RecipientId, TenantId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    CHANNEL, Controller, Municipality, Recipient, RecipientRole, Settings,
    store::{self, coat_of_arms, controller, host, recipient, tenant},
};

/// Why a municipality could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// The municipality has no controller or settings: it was never applied completely.
    #[error("municipality {0} is not completely set up")]
    Incomplete(String),
    /// The database did not do its part.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sea_orm::DbErr> for DirectoryError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Fault(error.into())
    }
}

/// The municipalities of the installation, by host.
#[derive(Debug)]
pub struct Directory {
    db: Db,
    base_domain: String,
    known: RwLock<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// All municipalities, served or not.
    all: Vec<TenantId>,
    /// Active municipalities by subdomain label and by own domain.
    by_name: HashMap<String, TenantId>,
    /// Those that were asked for since the last change.
    details: HashMap<TenantId, Arc<Municipality>>,
    /// Counts reloads, so that a slow read cannot put old details back.
    generation: u64,
}

impl Directory {
    /// Reads which municipalities there are.
    pub async fn load(db: Db, base_domain: &str) -> Result<Self, Fault> {
        let directory =
            Self { db, base_domain: base_domain.to_lowercase(), known: RwLock::default() };
        directory.reload().await?;
        Ok(directory)
    }

    /// The municipality that a `Host` header names, without its port. Unknown and suspended ones are the same: none.
    pub fn identify(&self, host: &str) -> Option<TenantId> {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
            _ => host,
        };
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        self.known.read().unwrap_or_else(PoisonError::into_inner).by_name.get(&name).copied()
    }

    /// The municipality with the id, from memory or from the database.
    pub async fn municipality(
        &self,
        ctx: &Ctx,
    ) -> Result<Option<Arc<Municipality>>, DirectoryError> {
        let generation = {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(found) = known.details.get(&ctx.tenant()) {
                return Ok(Some(found.clone()));
            }
            known.generation
        };
        let Some(loaded) = load(&self.db, ctx).await? else { return Ok(None) };
        let loaded = Arc::new(loaded);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.generation == generation {
            known.details.insert(ctx.tenant(), loaded.clone());
        }
        Ok(Some(loaded))
    }

    /// The coat of arms.
    pub async fn coat_of_arms(&self, ctx: &Ctx) -> Result<Option<String>, Fault> {
        let tx = self.db.begin(ctx).await?;
        let row = coat_of_arms::Entity::find_by_id(ctx.tenant().uuid()).one(&tx).await?;
        tx.commit().await?;
        Ok(row.map(|row| row.svg))
    }

    /// All municipalities, suspended ones too: what is due is deleted for them as well.
    pub fn tenants(&self) -> Vec<TenantId> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).all.clone()
    }

    /// Whether a municipality is served: it is there and not suspended.
    pub fn is_served(&self, tenant: TenantId) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.by_name.values().any(|served| *served == tenant)
    }

    /// Reads the directory anew and forgets details.
    pub async fn reload(&self) -> Result<(), Fault> {
        let tx = self.db.begin_system().await?;
        let all = tenant::Entity::find().all(&tx).await?;
        let hosts = host::Entity::find().all(&tx).await?;
        tx.commit().await?;
        let ids: Vec<TenantId> = all.iter().map(|row| row.id.into()).collect();
        let active: Vec<_> = all.into_iter().filter(|row| row.state == "active").collect();
        let mut by_name = HashMap::new();
        for row in &active {
            by_name.insert(format!("{}.{}", row.slug, self.base_domain), TenantId::from(row.id));
        }
        for row in hosts {
            if active.iter().any(|tenant| tenant.id == row.tenant) {
                by_name.insert(row.name, row.tenant.into());
            }
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for gone in known.all.iter().filter(|tenant| !ids.contains(tenant)) {
            self.db.forget_keys(*gone);
        }
        *known =
            Known { all: ids, by_name, details: HashMap::new(), generation: known.generation + 1 };
        Ok(())
    }

    /// Follows changes until the task is dropped. Whenever the connection was lost, everything is read anew.
    pub async fn follow(self: Arc<Self>) {
        loop {
            match self.db.listen(&[CHANNEL]).await {
                Ok(mut listener) => {
                    // what changed before we listened
                    let mut reloaded = self.reload().await;
                    while reloaded.is_ok() && listener.recv().await.is_ok() {
                        reloaded = self.reload().await;
                    }
                }
                Err(error) => tracing::warn!(%error, "directory cannot listen for changes"),
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

async fn load(db: &Db, ctx: &Ctx) -> Result<Option<Municipality>, DirectoryError> {
    let tx = db.begin(ctx).await?;
    let found = municipality(ctx, &tx).await?;
    tx.commit().await?;
    Ok(found)
}

/// The municipality as the transaction sees it. Requests ask the [`Directory`], which remembers.
pub async fn municipality(
    ctx: &Ctx,
    tx: &TenantTx,
) -> Result<Option<Municipality>, DirectoryError> {
    let id = ctx.tenant().uuid();
    let Some(row) = tenant::Entity::find_by_id(id).one(tx).await? else { return Ok(None) };
    let own = controller::Entity::find_by_id(id).one(tx).await?;
    let recipients = recipient::Entity::find()
        .filter(recipient::Column::TenantId.eq(id))
        .order_by_asc(recipient::Column::Position)
        .all(tx)
        .await?;
    let hosts = host::Entity::find().filter(host::Column::Tenant.eq(id)).all(tx).await?;
    let incomplete = || DirectoryError::Incomplete(row.slug.clone());
    let own = own.ok_or_else(incomplete)?;
    let settings = settings(tx).await?.ok_or_else(incomplete)?;
    let recipients = recipients.into_iter().filter_map(|row| {
        Some(Recipient {
            id: RecipientId::from(row.id),
            role: RecipientRole::from_key(&row.role)?,
            name: row.name,
            street: row.street,
            postal_code: row.postal_code,
            city: row.city,
            contract_on: row.contract_on,
        })
    });
    Ok(Some(Municipality {
        id: ctx.tenant(),
        recipients: recipients.collect(),
        hosts: hosts.into_iter().map(|row| row.name).collect(),
        controller: Controller {
            name: own.name,
            street: own.street,
            postal_code: own.postal_code,
            city: own.city,
            email: own.email,
        },
        settings,
        notice_version: row.notice_version,
        revision: row.revision,
        slug: row.slug,
        name: row.name,
    }))
}

/// How the municipality's service is set up, as the transaction sees it.
pub async fn settings(tx: &TenantTx) -> Result<Option<Settings>, Fault> {
    let found = store::settings::Entity::find_by_id(tx.tenant().uuid()).one(tx).await?;
    Ok(found.and_then(|row| serde_json::from_value(row.document).ok()))
}
