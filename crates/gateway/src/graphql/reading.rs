//! What resolvers work with: the services of the process, and one lazily opened read transaction per request.

use std::sync::Arc;

use async_graphql::Context;
use db::{Db, TenantTx};
use identity::{
    Account, AccountKind, Attempt, Errand, Identity, Limit, Session, Whereabouts,
    access_keys::AccessKey,
};
use kernel::Locale;
use portal::{Visit, platform::Platform};
use privacy::Rights;
use scheduling::{Catalogue, Catalogues};
use tenant::Municipality;
use tokio::sync::OnceCell;

use super::errors::ApiError;
use crate::config::Server;

/// The services of the process.
#[derive(Debug, Clone)]
pub(crate) struct Services {
    pub db: Db,
    pub identity: Identity,
    pub catalogues: Catalogues,
    pub secure_cookies: bool,
    pub server: Server,
    pub rights: Rights,
    pub platform: Platform,
}

/// One request.
pub(crate) struct Reading {
    services: Services,
    visit: Visit,
    caller: ApiCaller,
    tx: OnceCell<TenantTx>,
}

/// Who asks, as far as they have shown it.
#[derive(Debug, Default)]
pub(crate) struct ApiCaller {
    /// The access key that the request showed.
    pub key: Option<AccessKey>,
    /// The browser's session.
    pub session: Option<Session>,
    /// Whose account the session belongs to.
    pub account: Option<Account>,
    /// The answer to a challenge that the request showed.
    pub proof: Option<String>,
}

impl Reading {
    /// A request; it acts as the access key that it showed, or as whoever is signed in.
    pub(crate) fn new(services: Services, mut visit: Visit, caller: ApiCaller) -> Self {
        if let Some(key) = &caller.key {
            visit.ctx = visit.ctx.with_actor(key.actor());
        } else if let Some(account) = &caller.account {
            visit.ctx = visit.ctx.with_actor(account.actor());
        }
        Self { services, visit, caller, tx: OnceCell::new() }
    }

    /// The request that a resolver works for.
    pub(crate) fn of<'a>(ctx: &Context<'a>) -> &'a Self {
        let reading: &Arc<Self> = ctx.data_unchecked();
        reading
    }

    pub(crate) fn visit(&self) -> &Visit {
        &self.visit
    }

    /// Who asks.
    pub(crate) fn caller(&self) -> &ApiCaller {
        &self.caller
    }

    /// How people sign in.
    pub(crate) fn identity(&self) -> &Identity {
        &self.services.identity
    }

    /// Whether the service is reached over HTTPS.
    pub(crate) fn secure_cookies(&self) -> bool {
        self.services.secure_cookies
    }

    /// The public address of the municipality's pages, from the configuration and never from the request.
    pub(crate) fn base_url(&self) -> String {
        self.base_url_of(&self.visit.town)
    }

    /// The public address of another municipality's pages, for the operator.
    pub(crate) fn base_url_of(&self, town: &Municipality) -> String {
        self.services.server.base_url(town)
    }

    /// What the operator does with municipalities.
    pub(crate) fn platform(&self) -> &Platform {
        &self.services.platform
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

    /// What people may ask for about their data.
    pub(crate) fn rights(&self) -> &Rights {
        &self.services.rights
    }

    /// The database, for use cases that make one call of it.
    pub(crate) fn db(&self) -> &Db {
        &self.services.db
    }

    /// What the municipality offers.
    pub(crate) async fn catalogue(&self) -> Result<Arc<Catalogue>, ApiError> {
        let (ctx, town) = (&self.visit.ctx, &self.visit.town);
        Ok(self.services.catalogues.of(ctx, &self.services.db, town).await?)
    }

    /// Where whoever asks is, for limits and notes.
    pub(crate) fn whereabouts(&self) -> Whereabouts<'_> {
        Whereabouts { client: &self.visit.client, address: self.visit.address }
    }

    /// A citizen's attempt to sign in, from where they are.
    pub(crate) fn attempt<'a>(&'a self, login: &'a str) -> Attempt<'a> {
        self.whereabouts().attempt(AccountKind::Citizen, login)
    }

    /// Asks for a proof of work when half of a limit is used. Not of the office's programs: who they are is known.
    pub(crate) async fn prove(&self, errand: Errand<'_>) -> Result<(), ApiError> {
        if self.caller.key.is_some() {
            return Ok(());
        }
        let proof = self.caller.proof.as_deref();
        Ok(self.services.identity.ask_for_proof(&self.visit.ctx, errand, proof).await?)
    }

    /// Counts the request against a limit.
    pub(crate) async fn take(&self, what: Limit) -> Result<(), ApiError> {
        Ok(self.services.identity.limits.take(&self.visit.ctx, what, &self.visit.client).await?)
    }
}
