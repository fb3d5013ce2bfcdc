//! What the operator does with the platform's municipalities, across the subjects: for the pages, the API and the commands.
//! Nothing here opens anybody's data.
//!
//! A deed is written into the municipality's own trail in the transaction that does it, there as the operator's; who of the
//! operator's people did it stands in the trail of the operator's realm.

mod condition;
mod domains;
mod error;
mod keys;
mod quotas;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use db::{Db, TenantTx, audit};
use identity::{accounts::letters::NoticeKind, people};
use kernel::{Ctx, TenantId, policy::Action, spoken};
use privacy::{
    NoticeFacts,
    contract_end::{self, Ending},
};
use serde_json::{Value, json};
use tenant::{
    Directory, Listed, ManageError, Municipality, State,
    domains::{Domain, TextRecords},
    manage::{self, Change, NewMunicipality, Suspension},
};

pub use condition::{Concern, Condition, Light};
pub use error::PlatformError;
pub use keys::{BATCH, Rotation};
pub use quotas::QuotaLine;

/// What the operator's work needs.
#[derive(Clone, Debug)]
pub struct Platform {
    /// The database.
    pub db: Db,
    /// The municipalities.
    pub directory: Arc<Directory>,
    /// What the notice says about the code.
    pub notice: NoticeFacts,
    /// Below which municipalities have their subdomains.
    pub base_domain: String,
    /// Where proofs of domains are looked up.
    pub records: Arc<dyn TextRecords>,
}

/// A municipality as the operator sees it.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Id, subdomain, name and state.
    pub listed: Listed,
    /// When it was founded.
    pub created_at: DateTime<Utc>,
    /// Since when it is suspended, and why.
    pub suspension: Option<Suspension>,
    /// Whether its deletion is announced.
    pub ending: Option<Ending>,
    /// Its own domains.
    pub domains: Vec<Domain>,
    /// What is limited, the limit if there is one, and how much there is where that can be counted.
    pub quotas: Vec<QuotaLine>,
    /// Everything else about it; `None` while it is not completely set up.
    pub town: Option<Arc<Municipality>>,
    /// How it is; `None` while it is not completely set up.
    pub condition: Option<Condition>,
}

impl Platform {
    /// Municipalities in the order of their subdomains, those after one of them; one more than `most` when there are more.
    pub async fn list(
        &self,
        ctx: &Ctx,
        after: Option<&str>,
        most: usize,
    ) -> Result<Vec<Overview>, PlatformError> {
        ctx.authorize(Action::ReadPlatform)?;
        let all = self.directory.listed().into_iter().filter(|listed| !listed.id.is_platform());
        let rest = all.filter(|listed| after.is_none_or(|after| listed.slug.as_str() > after));
        let mut found = Vec::new();
        for listed in rest.take(most + 1) {
            match self.look(ctx, listed).await {
                // one that was deleted meanwhile
                Err(PlatformError::Manage(ManageError::NotFound)) => {}
                other => found.push(other?),
            }
        }
        Ok(found)
    }

    /// One municipality. The operator's own realm is none.
    pub async fn one(&self, ctx: &Ctx, tenant: TenantId) -> Result<Overview, PlatformError> {
        ctx.authorize(Action::ReadPlatform)?;
        let listed = self.listed(tenant)?;
        self.look(ctx, listed).await
    }

    /// The id behind a subdomain.
    pub fn find(&self, slug: &str) -> Result<TenantId, PlatformError> {
        let all = self.directory.listed();
        let found = all.into_iter().find(|listed| listed.slug == slug && !listed.id.is_platform());
        found.map(|listed| listed.id).ok_or_else(|| ManageError::NotFound.into())
    }

    fn listed(&self, tenant: TenantId) -> Result<Listed, PlatformError> {
        let all = self.directory.listed();
        let found = all.into_iter().find(|listed| listed.id == tenant && !tenant.is_platform());
        found.ok_or_else(|| ManageError::NotFound.into())
    }

    async fn look(&self, ctx: &Ctx, listed: Listed) -> Result<Overview, PlatformError> {
        let there = ctx.looking_at(listed.id)?;
        let town = match self.directory.municipality(&there).await {
            Ok(town) => town,
            Err(tenant::DirectoryError::Incomplete(_)) => None,
            Err(tenant::DirectoryError::Fault(fault)) => return Err(fault.into()),
        };
        let tx = self.db.begin(&there).await?;
        let (created_at, suspension) = manage::history(&there, &tx).await?;
        let domains = tenant::domains::list(&there, &tx).await?;
        let quotas = quotas::lines(&there, &tx).await?;
        let ending = contract_end::outlook(&there, &tx).await?;
        let condition = match &town {
            Some(town) => {
                let (state, facts) = (listed.state, &self.notice);
                Some(Condition::read(&there, &tx, town, state, &domains, facts).await?)
            }
            None => None,
        };
        tx.commit().await?;
        Ok(Overview { listed, created_at, suspension, ending, domains, quotas, town, condition })
    }

    /// Founds a municipality as a draft. Nobody is served until its file says all that the notice must say.
    pub async fn create(
        &self,
        ctx: &Ctx,
        wanted: &NewMunicipality,
    ) -> Result<TenantId, PlatformError> {
        ctx.authorize(Action::ConfigureTenant)?;
        let home = ctx.looking_at(TenantId::PLATFORM)?;
        let operator = self.directory.municipality(&home).await.ok().flatten();
        let operator = operator.ok_or(ManageError::Conflict("tenant-no-operator"))?;
        let id = TenantId::new(ctx.clock(), ctx.chance());
        let there = ctx.at_municipality(id)?;
        let tx = self.db.begin(&there).await?;
        manage::found(&there, &tx, wanted, &operator.controller).await?;
        privacy::retention::begin(&there, &tx, &tenant::Retention::default()).await?;
        // proves that the key opens
        tx.keys().await?;
        tx.commit().await?;
        self.heard(ctx, "tenant.create", id, json!({ "slug": wanted.slug })).await?;
        Ok(id)
    }

    /// Changes what is said about a municipality. Its notice follows, as a new version.
    pub async fn change(
        &self,
        ctx: &Ctx,
        tenant: TenantId,
        wanted: &Change,
    ) -> Result<(), PlatformError> {
        let (there, tx) = self.begin(ctx, tenant).await?;
        if !manage::change(&there, &tx, wanted).await? {
            return Ok(tx.commit().await?);
        }
        let town = tenant::municipality(&there, &tx).await.map_err(PlatformError::from)?;
        let town = town.ok_or(ManageError::NotFound)?;
        let state = tenant::state(&tx).await?;
        if state != Some(State::Draft) && !self.gaps(&there, &town).is_empty() {
            return Err(ManageError::Conflict("tenant-gaps").into());
        }
        privacy::publish(&there, &tx, &town, &self.notice).await?;
        tx.commit().await?;
        self.heard(ctx, "tenant.apply", tenant, json!({ "slug": town.slug })).await
    }

    /// Closes a municipality for citizens. What was booked stands; what is due is sent and deleted.
    pub async fn suspend(
        &self,
        ctx: &Ctx,
        tenant: TenantId,
        reason: &str,
    ) -> Result<(), PlatformError> {
        let (there, tx) = self.begin(ctx, tenant).await?;
        manage::suspend(&there, &tx, reason).await?;
        tx.commit().await?;
        self.heard(ctx, "tenant.suspend", tenant, json!({ "reason": reason.trim() })).await
    }

    /// Opens a municipality again, if its notice still says everything.
    pub async fn resume(&self, ctx: &Ctx, tenant: TenantId) -> Result<(), PlatformError> {
        let (there, tx) = self.begin(ctx, tenant).await?;
        let town = tenant::municipality(&there, &tx).await.map_err(PlatformError::from)?;
        let town = town.ok_or(ManageError::NotFound)?;
        manage::resume(&there, &tx).await?;
        if !self.gaps(&there, &town).is_empty() {
            return Err(ManageError::Conflict("tenant-gaps").into());
        }
        tx.commit().await?;
        self.heard(ctx, "tenant.resume", tenant, json!({})).await
    }

    /// Announces that a municipality will be deleted, and tells its administrators.
    pub async fn announce_deletion(
        &self,
        ctx: &Ctx,
        tenant: TenantId,
    ) -> Result<Ending, PlatformError> {
        let (there, tx) = self.begin(ctx, tenant).await?;
        let known = contract_end::announced(&there, &tx).await?;
        let ending = contract_end::announce(&there, &tx).await?;
        if known.is_none() {
            people::tell_officers(&there, &tx, NoticeKind::ContractEnd).await?;
        }
        tx.commit().await?;
        if known.is_none() {
            self.heard(ctx, "tenant.announce-deletion", tenant, json!({})).await?;
        }
        Ok(ending)
    }

    /// Takes the announcement back. Without one nothing happens.
    pub async fn withdraw_deletion(
        &self,
        ctx: &Ctx,
        tenant: TenantId,
    ) -> Result<(), PlatformError> {
        let (there, tx) = self.begin(ctx, tenant).await?;
        let was_announced = contract_end::withdraw(&there, &tx).await?;
        tx.commit().await?;
        if was_announced {
            self.heard(ctx, "tenant.keep", tenant, json!({})).await?;
        }
        Ok(())
    }

    /// The operator's transaction at a municipality that is there.
    async fn begin(&self, ctx: &Ctx, tenant: TenantId) -> Result<(Ctx, TenantTx), PlatformError> {
        let there = ctx.at_municipality(tenant)?;
        self.listed(tenant)?;
        let tx = self.db.begin(&there).await?;
        Ok((there, tx))
    }

    fn gaps(&self, ctx: &Ctx, town: &Municipality) -> Vec<tenant::Problem> {
        privacy::gaps(town, &self.notice, spoken::local_day(ctx.now(), town.zone()))
    }

    /// After a deed: this process answers by it at once, and the operator's trail keeps who did it.
    async fn heard(
        &self,
        ctx: &Ctx,
        action: &str,
        tenant: TenantId,
        details: Value,
    ) -> Result<(), PlatformError> {
        self.directory.reload().await?;
        // at the command line the operator may have no realm yet
        if !self.directory.listed().iter().any(|listed| listed.id.is_platform()) {
            return Ok(());
        }
        let home = ctx.looking_at(TenantId::PLATFORM)?;
        let tx = self.db.begin(&home).await?;
        let act = audit::Act { action, object: "tenant", object_id: Some(tenant.uuid()) };
        audit::append(&home, &tx, act, details).await?;
        Ok(tx.commit().await?)
    }
}
