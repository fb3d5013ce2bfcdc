//! The whole service, put together once: the same for `serve`, the demo and the tests.

use std::sync::{Arc, atomic::AtomicBool};

use axum::{Router, middleware, routing::any};
use db::{Db, Fault, jobs::Worker, self_check};
use identity::{Identity, Limits, OpenId, Passwords, ProofOfWork, RedisConnection, Sessions};
use kernel::{Chance, Clock};
use portal::{AccountBook, AppointmentBook, Portal, platform::Platform};
use privacy::{NoticeFacts, Replayed, Rights, access_log::Recorder, statistics::Counter};
use ring::hmac;
use scheduling::Catalogues;
use tenant::Directory;
use tokio_util::task::AbortOnDropHandle;
use tower_http::compression::CompressionLayer;

use crate::{
    channels::channels,
    config::{Config, ConfigError, Need, Pooler},
    dns::Dns,
    edge::{self, Edge, Metrics},
    graphql::{self, Services},
    health::{self, Figures, Health},
    housekeeping::Housekeeping,
    ledger::{self, Extent, LedgerError},
    rights,
    telemetry::Instruments,
};

/// What a serving process cannot do without.
pub const NEEDS: &[Need] = &[Need::Database, Need::Redis, Need::MasterKey, Need::Relay];

/// Why the service does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database would not keep municipalities apart.
    #[error(transparent)]
    Refused(#[from] self_check::Refusal),
    /// The database is older than this program.
    #[error("the database has not taken step {0}; run `stadttermin migrate` first")]
    Behind(String),
    /// Relay or SMS provider cannot be set up.
    #[error("{0}")]
    Channel(String),
    /// Erasures cannot be followed up after a restore.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The database did not answer.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The service.
#[derive(Debug)]
pub struct App {
    /// Everything that is served over HTTP. Put [`axum::extract::ConnectInfo`] into requests, or clients count as local.
    pub router: Router,
    /// The database, as the application's role.
    pub db: Db,
    /// The municipalities.
    pub directory: Arc<Directory>,
    /// Sends messages; `run_due` is what tests call.
    pub worker: Worker,
    /// Extends calendars and deletes what is due.
    pub housekeeping: Housekeeping,
    /// The access log; flush it before looking.
    pub recorder: Recorder,
    /// Counts how far people come; flush it before looking.
    pub statistics: Counter,
    /// Sessions, limits, and how people sign in.
    pub identity: Identity,
    /// What people may ask for about their data.
    pub rights: Rights,
    /// What the operator does with municipalities.
    pub platform: Platform,
    /// The figures.
    pub metrics: Arc<Metrics>,
    /// What following the ledger of erasures did at this start.
    pub replayed: Replayed,
    /// Whether readiness is already denied.
    pub stopping: Arc<AtomicBool>,
    /// Hears of changes by other processes.
    _follower: Arc<AbortOnDropHandle<()>>,
}

impl App {
    /// Builds the service, or says why it must not start.
    pub async fn build(
        config: &Config,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> Result<Self, StartError> {
        Self::build_with(config, clock, chance, Router::new()).await
    }

    /// The same with further pages on the hosts of municipalities: the demo's.
    pub async fn build_with(
        config: &Config,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        further_pages: Router,
    ) -> Result<Self, StartError> {
        config.validate(NEEDS)?;
        let master = config.master_key().unwrap_or_default();
        let db = Db::connect_unchecked(&database(config), config.keyring()).await?;
        // first, because a database that is behind may well look as if it kept nobody apart
        if let Some(step) = health::missing_migration(&db).await? {
            return Err(StartError::Behind(step));
        }
        db.self_check().await?;
        let directory = Arc::new(Directory::load(db.clone(), &config.server.base_domain).await?);
        let redis = RedisConnection::lazy(config.redis.address());
        let limits = Limits::new(redis.clone(), config.limits, &master);
        let identity = Identity {
            db: db.clone(),
            sessions: Sessions::over(redis.clone()),
            limits,
            passwords: Passwords::new(),
            proofs: ProofOfWork::new(redis, &master),
        };
        let rights = rights::rights(identity.sessions.clone());
        // before anybody is served: whoever was erased stays erased, also when a backup has brought them back
        let entries = ledger::read(&config.privacy.ledger_file)?;
        let unknown = (entries.as_slice(), Extent::Unknown);
        let replayed = ledger::replay(&db, &directory, &rights, &clock, &chance, unknown).await?;
        let recorder = Recorder::spawn(db.clone(), clock.clone(), chance.clone());
        let metrics = Arc::new(Metrics::default());
        let stopping = Arc::new(AtomicBool::new(false));

        let statistics = Counter::spawn(db.clone(), clock.clone(), chance.clone());

        let catalogues = Catalogues::default();
        let platform = platform(config, &db, &directory);
        let server = config.server.clone();
        let pages = portal::router(Arc::new(Portal {
            db: db.clone(),
            directory: directory.clone(),
            identity: identity.clone(),
            catalogues: catalogues.clone(),
            secure_cookies: server.is_https(),
            notice: notice_facts(),
            statistics: statistics.clone(),
            base_url: Arc::new(move |town| server.base_url(town)),
            openid: openid(config)?,
            rights: rights.clone(),
            platform: platform.clone(),
        }));
        let services = Services {
            db: db.clone(),
            identity: identity.clone(),
            catalogues,
            secure_cookies: config.server.is_https(),
            server: config.server.clone(),
            rights: rights.clone(),
            platform: platform.clone(),
        };
        let apis = graphql::Apis::build(&services, config.server.introspection);
        let api =
            Router::new().route("/graphql", any(graphql::endpoint)).with_state((apis, services));
        let edge = Arc::new(Edge {
            server: config.server.clone(),
            directory: directory.clone(),
            clock: clock.clone(),
            chance: chance.clone(),
            client_key: client_key(&master),
            limits: identity.limits.clone(),
            recorder: recorder.clone(),
            metrics: metrics.clone(),
            instruments: Instruments::of(config),
        });
        let router = Router::new()
            .merge(pages)
            .merge(further_pages)
            .merge(api)
            .merge(health::router(Health { db: db.clone(), stopping: stopping.clone() }))
            .fallback(edge::missing)
            .method_not_allowed_fallback(edge::wrong_method)
            .layer(CompressionLayer::new())
            .layer(middleware::from_fn_with_state(edge, edge::serve));

        let mut handlers = notify::handlers(
            Arc::new(AppointmentBook),
            Arc::new(AccountBook),
            directory.clone(),
            channels(config, metrics.texts_over_budget.clone())?,
        );
        handlers.extend(rights::handlers(&rights, config));
        let worker = Worker::new(db.clone(), handlers, clock.clone(), chance.clone());
        let operators = platform.clone();
        let housekeeping = Housekeeping {
            db: db.clone(),
            directory: directory.clone(),
            rights: rights.clone(),
            platform,
            clock,
            chance,
        };
        let follower = tokio::spawn(directory.clone().follow());
        Ok(Self {
            router,
            db,
            directory,
            worker,
            housekeeping,
            recorder,
            statistics,
            identity,
            rights,
            platform: operators,
            metrics,
            replayed,
            stopping,
            _follower: Arc::new(AbortOnDropHandle::new(follower)),
        })
    }
}

impl App {
    /// What monitoring reads.
    pub fn figures(&self) -> Figures {
        let clock = self.housekeeping.clock.clone();
        Figures { db: self.db.clone(), metrics: self.metrics.clone(), clock }
    }
}

/// What the operator does with municipalities.
pub(crate) fn platform(config: &Config, db: &Db, directory: &Arc<Directory>) -> Platform {
    Platform {
        db: db.clone(),
        directory: directory.clone(),
        notice: notice_facts(),
        base_domain: config.server.base_domain.clone(),
        records: Arc::new(Dns::new(config.domains.nameserver())),
    }
}

/// What the notice says about the code.
pub fn notice_facts() -> NoticeFacts {
    NoticeFacts { cookies: identity::COOKIES }
}

/// The providers through which the office's people sign in.
pub(crate) fn openid(config: &Config) -> Result<OpenId, StartError> {
    let secrets = config.openid.secrets.iter().filter(|(_, secret)| secret.is_set());
    let secrets = secrets.map(|(slug, secret)| (slug.clone(), secret.value().clone())).collect();
    // whoever serves people without TLS is a developer
    OpenId::new(secrets, !config.server.is_https())
        .map_err(|error| StartError::Channel(format!("openid: {error}")))
}

/// How to reach the database as the application.
pub(crate) fn database(config: &Config) -> db::Options {
    let mut options = db::Options::new(config.database.url.value().clone());
    options.max_connections = config.database.max_connections;
    options.fast_connections = config.database.fast_connections;
    options.acquire_timeout =
        std::time::Duration::from_secs(config.database.acquire_timeout_seconds);
    options.pooler = match config.database.pooler {
        Pooler::None => db::Pooler::None,
        Pooler::Transaction => db::Pooler::Transaction,
    };
    let direct = &config.database.direct_url;
    options.direct_url = direct.is_set().then(|| direct.value().clone());
    options
}

/// Addresses are counted by a hash that only this installation can make.
fn client_key(master: &[u8; 32]) -> hmac::Key {
    let master = hmac::Key::new(hmac::HMAC_SHA256, master);
    let derived = hmac::sign(&master, b"addresses of clients");
    hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref())
}
