//! Whose host is this? Answered from memory; other processes' changes arrive by NOTIFY.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use db::{Db, Fault, TenantTx};
use kernel::{Ctx, RecipientId, TenantId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    CHANNEL, Controller, Municipality, Recipient, RecipientRole, Settings, State, domains,
    quotas::{self, Quota},
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
    all: Vec<Listed>,
    /// Active and suspended municipalities by subdomain label and by own domain.
    by_name: HashMap<String, TenantId>,
    /// Those that are closed for citizens.
    suspended: HashSet<TenantId>,
    /// Those that were asked for since the last change.
    details: HashMap<TenantId, Arc<Municipality>>,
    /// Counts reloads, so that a slow read cannot put old details back.
    generation: u64,
}

/// A municipality in the list of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: TenantId,
    /// Its subdomain.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Whether it is served.
    pub state: State,
}

impl Directory {
    /// Reads which municipalities there are.
    pub async fn load(db: Db, base_domain: &str) -> Result<Self, Fault> {
        let directory =
            Self { db, base_domain: base_domain.to_lowercase(), known: RwLock::default() };
        directory.reload().await?;
        Ok(directory)
    }

    /// The municipality that a `Host` header names, without its port. Unknown ones and drafts are the same: none.
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
        self.listed().into_iter().map(|listed| listed.id).collect()
    }

    /// All municipalities with their names, in the order of their subdomains.
    pub fn listed(&self) -> Vec<Listed> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).all.clone()
    }

    /// Whether a municipality is served: it is no draft and not suspended.
    pub fn is_served(&self, tenant: TenantId) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.all.iter().any(|listed| listed.id == tenant && listed.state == State::Active)
    }

    /// Whether a municipality is closed for citizens.
    pub fn is_suspended(&self, tenant: TenantId) -> bool {
        self.known.read().unwrap_or_else(PoisonError::into_inner).suspended.contains(&tenant)
    }

    /// Reads the directory anew and forgets details.
    pub async fn reload(&self) -> Result<(), Fault> {
        let tx = self.db.begin_system().await?;
        let all = tenant::Entity::find().order_by_asc(tenant::Column::Slug).all(&tx).await?;
        let hosts = host::Entity::find().all(&tx).await?;
        tx.commit().await?;
        let all: Vec<Listed> = all.into_iter().filter_map(Listed::read).collect();
        let shown: HashMap<TenantId, &Listed> = all
            .iter()
            .filter(|listed| listed.state != State::Draft)
            .map(|listed| (listed.id, listed))
            .collect();
        let mut by_name: HashMap<String, TenantId> = shown
            .values()
            .map(|listed| (format!("{}.{}", listed.slug, self.base_domain), listed.id))
            .collect();
        let own = hosts.into_iter().filter(domains::is_proven);
        let own = own.map(|row| (row.name, TenantId::from(row.tenant)));
        by_name.extend(own.filter(|(_, tenant)| shown.contains_key(tenant)));
        let is_suspended = |listed: &&Listed| listed.state == State::Suspended;
        let suspended = all.iter().filter(is_suspended).map(|listed| listed.id).collect();
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let is_gone = |before: &&Listed| all.iter().all(|listed| listed.id != before.id);
        for gone in known.all.iter().filter(is_gone) {
            self.db.forget_keys(gone.id);
        }
        let generation = known.generation + 1;
        *known = Known { all, by_name, suspended, details: HashMap::new(), generation };
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

impl Listed {
    fn read(row: tenant::Model) -> Option<Self> {
        let state = State::from_key(&row.state)?;
        Some(Self { id: row.id.into(), slug: row.slug, name: row.name, state })
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
    let quotas = quotas::read(tx).await?;
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
        hosts: hosts.into_iter().filter(domains::is_proven).map(|row| row.name).collect(),
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
        requests_per_minute: quotas
            .into_iter()
            .find(|(quota, _)| *quota == Quota::RequestsPerMinute)
            .map(|(_, most)| most),
        slug: row.slug,
        name: row.name,
    }))
}

/// How the municipality's service is set up, as the transaction sees it.
pub async fn settings(tx: &TenantTx) -> Result<Option<Settings>, Fault> {
    let found = store::settings::Entity::find_by_id(tx.tenant().uuid()).one(tx).await?;
    Ok(found.and_then(|row| serde_json::from_value(row.document).ok()))
}
