//! The pool, and the transactions that it hands out.

use std::{sync::Arc, time::Duration};

use kernel::{Ctx, TenantId};
use sea_orm::sqlx::{
    Executor,
    postgres::{PgListener, PgPool, PgPoolOptions},
};
use secrecy::SecretString;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::{
    Fault, Pooler, SystemTx, TenantTx,
    call::Lanes,
    jobs, pooler,
    sealed::{Keyring, TenantKeys},
    self_check::{self, Refusal},
    turns::{Turn, Turns},
};

/// How to connect.
#[derive(Debug, Clone)]
pub struct Options {
    /// `postgres://` URL of the application's role.
    pub url: SecretString,
    /// Connections of the pool. Four per core is a good start (docs/operations.md).
    pub max_connections: u32,
    /// Connections of the fast lane ([`Db::call`]), opened when they are needed.
    pub fast_connections: u32,
    /// How long a request waits for a connection before it is told that the service is unavailable.
    pub acquire_timeout: Duration,
    /// How long a statement waits for a lock before the person is asked to try again.
    pub lock_timeout: Duration,
    /// How long a statement may run.
    pub statement_timeout: Duration,
    /// For the owner's commands: the role that gets the application's rights on new tables.
    pub application_role: Option<String>,
    /// What lies between.
    pub pooler: Pooler,
    /// Behind a pooler: `postgres://` URL past it, for `LISTEN`.
    pub direct_url: Option<SecretString>,
}

impl Options {
    /// Defaults for everything but the URL.
    pub fn new(url: SecretString) -> Self {
        Self {
            url,
            max_connections: 8,
            fast_connections: 8,
            acquire_timeout: Duration::from_secs(5),
            lock_timeout: Duration::from_secs(3),
            statement_timeout: Duration::from_secs(10),
            application_role: None,
            pooler: Pooler::None,
            direct_url: None,
        }
    }
}

/// The database of the installation.
#[derive(Clone)]
pub struct Db {
    pool: PgPool,
    /// Connections that stay with us, for `LISTEN`.
    listeners: PgPool,
    begin_with: Arc<str>,
    pooler: Pooler,
    turns: Arc<Turns>,
    acquire_timeout: Duration,
    lanes: Arc<Lanes>,
    keyring: Arc<Keyring>,
    wake: Arc<Notify>,
    announce: Arc<Notify>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("connections", &self.pool.size()).finish_non_exhaustive()
    }
}

impl Db {
    /// Connects as the application and refuses to go on when the role could see other tenants' rows.
    pub async fn connect(options: &Options, keyring: Keyring) -> Result<Self, Refusal> {
        let db = Self::connect_unchecked(options, keyring).await?;
        self_check::check(&db.pool).await?;
        Ok(db)
    }

    /// Connects without the self-check: for the owner's commands (`migrate`, `tenant apply`), which serve nobody.
    pub async fn connect_unchecked(options: &Options, keyring: Keyring) -> Result<Self, Refusal> {
        let pool = PgPoolOptions::new()
            .max_connections(options.max_connections)
            .acquire_timeout(options.acquire_timeout)
            .test_before_acquire(false)
            .connect_with(options.connect_options()?)
            .await
            .map_err(pooler::blame)?;
        pooler::check(&pool, options).await?;
        let db = Self {
            listeners: options.listeners(&pool)?,
            begin_with: options.begin_with().into(),
            pooler: options.pooler,
            turns: Turns::at(options.transactions()),
            acquire_timeout: options.acquire_timeout,
            pool,
            lanes: Arc::new(Lanes::new(options)?),
            keyring: Arc::new(keyring),
            wake: Arc::new(Notify::new()),
            announce: Arc::new(Notify::new()),
        };
        tokio::spawn(jobs::announce_new_jobs(db.pool.clone(), db.announce.clone()));
        Ok(db)
    }

    /// Opens a transaction for the context's municipality, and for no other.
    pub async fn begin(&self, ctx: &Ctx) -> Result<TenantTx, Fault> {
        TenantTx::begin(self, ctx.tenant()).await
    }

    /// Opens a transaction for what belongs to no municipality.
    pub async fn begin_system(&self) -> Result<SystemTx, Fault> {
        SystemTx::begin(self).await
    }

    /// Asks the catalogue again whether municipalities are kept apart.
    pub async fn self_check(&self) -> Result<(), Refusal> {
        self_check::check(&self.pool).await
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), Fault> {
        self.pool.execute("SELECT 1").await?;
        Ok(())
    }

    /// Listens for notifications of other processes.
    pub async fn listen(&self, channels: &[&str]) -> Result<PgListener, Fault> {
        let mut listener = PgListener::connect_with(&self.listeners).await?;
        listener.listen_all(channels.iter().copied()).await?;
        Ok(listener)
    }

    /// Whether a notification that leaves by the pool arrives where this process listens.
    pub async fn hears_itself(&self) -> Result<bool, Fault> {
        let mut listener = self.listen(&["echo"]).await?;
        self.pool.execute("NOTIFY echo").await?;
        let heard = tokio::time::timeout(Duration::from_secs(2), listener.recv()).await;
        Ok(matches!(heard, Ok(Ok(_))))
    }

    /// Closes the pool after the running transactions, and the fast lane.
    pub async fn close(&self) {
        self.lanes.close();
        self.turns.close();
        self.listeners.close().await;
        self.pool.close().await;
    }

    /// The pool, for commands of the owner (migrations) only.
    pub fn owner_pool(&self) -> &PgPool {
        &self.pool
    }

    /// Waits until it is somebody's turn at a connection of the pool: a municipality's, or that of what belongs to none.
    pub(crate) async fn turn(&self, whose: Uuid) -> Result<Turn, Fault> {
        self.turns.wait(whose, self.acquire_timeout).await
    }

    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// What follows `BEGIN`.
    pub(crate) fn begin_with(&self) -> &str {
        &self.begin_with
    }

    /// Whether a connection of the server stays with its client, so that statements are worth a name.
    pub(crate) fn keeps_connections(&self) -> bool {
        self.pooler == Pooler::None
    }

    pub(crate) fn lanes(&self) -> &Lanes {
        &self.lanes
    }

    /// The keys of the context's municipality: from memory, or loaded once.
    pub async fn keys(&self, ctx: &Ctx) -> Result<Arc<TenantKeys>, Fault> {
        match self.keyring.known(ctx.tenant()) {
            Some(keys) => Ok(keys),
            None => self.begin(ctx).await?.keys().await,
        }
    }

    /// Forgets the keys of a municipality that is gone.
    pub fn forget_keys(&self, tenant: TenantId) {
        self.keyring.forget(tenant);
    }

    pub(crate) fn keyring(&self) -> &Arc<Keyring> {
        &self.keyring
    }

    /// Tells the workers, here and elsewhere, that there is work. [`TenantTx::commit`] does it by itself; a use case
    /// whose function in the database writes jobs does it after [`Self::call`].
    pub fn jobs_written(&self) {
        self.wake.notify_one();
        self.announce.notify_one();
    }

    /// Resolves when work was written by this process.
    pub async fn work_written(&self) {
        self.wake.notified().await;
    }
}
