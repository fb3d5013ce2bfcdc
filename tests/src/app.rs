//! The service under test, put together as `stadttermin serve` does it.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{body::Body, extract::ConnectInfo};
use base64::prelude::{BASE64_STANDARD, Engine};
use chrono::{DateTime, TimeDelta};
use db::{Db, Options, sealed::Keyring};
use gateway::{
    App,
    config::{Config, Secret},
    onboarding::{self, MunicipalityFile},
};
use http::{Method, Request, header};
use identity::LimitSettings;
use kernel::{Clock, ManualClock, SeededChance, TenantId};
use scheduling::Hours;
use sea_orm::sqlx::{self, AssertSqlSafe};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::ServiceExt;

use crate::{Answer, Browser, Database, PgBouncer, database::redis_url, logs, post::Post, towns};

/// A municipality of the test.
#[derive(Debug, Clone)]
pub struct Town {
    /// Its id, another one in every test: keys in Redis never meet.
    pub id: TenantId,
    /// Its host.
    pub host: String,
}

/// How a test wants the service.
#[derive(Debug)]
pub struct Setup {
    haltern: toml::Table,
    pub(crate) musterstadt: toml::Table,
    pub(crate) config: Config,
    now: DateTime<chrono::Utc>,
    pooler: Option<u32>,
}

impl Default for Setup {
    fn default() -> Self {
        Self::new()
    }
}

impl Setup {
    /// The demo's municipalities on Monday, 7 December 2026, at 8 o'clock, without limits on requests.
    pub fn new() -> Self {
        let mut config = Config::defaults().expect("the embedded defaults");
        config.redis.url = Secret::new(redis_url().expose_secret());
        config.limits = LimitSettings::OFF;
        Self {
            haltern: towns::haltern(),
            musterstadt: towns::musterstadt(),
            config,
            now: "2026-12-07T08:00:00+01:00".parse().expect("RFC 3339"),
            // any suite behind a pooler: set to the number of connections that the pooler has
            pooler: std::env::var("TESTS_BEHIND_POOLER").ok().and_then(|n| n.parse().ok()),
        }
    }

    /// Haltern from another file.
    #[must_use]
    pub fn haltern(mut self, file: toml::Table) -> Self {
        self.haltern = file;
        self
    }

    /// Haltern with another setting, by its path: `booking.hold_minutes`.
    #[must_use]
    pub fn change_haltern(mut self, path: &str, value: impl Into<toml::Value>) -> Self {
        towns::set(&mut self.haltern, path, value);
        self
    }

    /// Limits on requests.
    #[must_use]
    pub fn limits(mut self, limits: LimitSettings) -> Self {
        self.config.limits = limits;
        self
    }

    /// Proofs of domains are looked up there.
    #[must_use]
    pub fn name_server(mut self, server: &crate::NameServer) -> Self {
        self.config.domains.nameserver = server.address().to_string();
        self
    }

    /// Erasures are written into this file, beside the database.
    #[must_use]
    pub fn ledger_file(mut self, file: &std::path::Path) -> Self {
        file.clone_into(&mut self.config.privacy.ledger_file);
        self
    }

    /// So many connections to the database for each municipality, in place of the usual.
    #[must_use]
    pub fn connections(mut self, most: u32) -> Self {
        // one has a quarter of all
        self.config.database.max_connections = 4 * most;
        self.config.database.fast_connections = 4 * most;
        self
    }

    /// `PgBouncer` in front of the database, with so many connections to it.
    #[must_use]
    pub fn behind_a_pooler(mut self, connections: u32) -> Self {
        self.pooler = Some(connections);
        self
    }

    /// Pages under a port, for a real browser; see [`TestApp::serve`].
    #[must_use]
    pub fn at_port(mut self, port: u16) -> Self {
        self.config.server.public_port = port;
        self
    }

    /// Reached over TLS, which somebody in front of the service ends.
    #[must_use]
    pub fn over_https(mut self) -> Self {
        self.config.server.public_scheme = gateway::config::Scheme::Https;
        self
    }

    /// Behind proxies whose forwarding headers are believed.
    #[must_use]
    pub fn behind(mut self, network: &str) -> Self {
        self.config.server.trusted_proxies = vec![network.parse().expect("a network")];
        self
    }

    /// A Redis that is not there.
    #[must_use]
    pub fn without_redis(mut self) -> Self {
        self.config.redis.url = Secret::new("redis+unix:///nowhere/redis.sock");
        self
    }

    /// A Redis that takes connections and never answers.
    #[must_use]
    pub fn with_hanging_redis(mut self) -> Self {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        std::thread::spawn(move || {
            let taken: Vec<_> = listener.incoming().collect();
            drop(taken);
        });
        self.config.redis.url = Secret::new(format!("redis://127.0.0.1:{port}"));
        self
    }

    /// The machine's time instead, for tests that start the real program.
    #[must_use]
    pub fn at_real_time(mut self, milliseconds: i64) -> Self {
        self.now = DateTime::from_timestamp_millis(milliseconds).expect("a time");
        self
    }

    /// Starts the service.
    pub async fn start(self) -> TestApp {
        // boxed: it holds all settings, and every test waits for it
        Box::pin(self.try_start()).await.unwrap_or_else(|problem| panic!("{problem}"))
    }

    /// Starts the service or says why a municipality was not set up.
    pub async fn try_start(self) -> Result<TestApp, String> {
        logs::collect();
        // Once per process; a second test in it finds it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let database = Database::create().await;
        let clock = Arc::new(ManualClock::new(self.now));
        let chance = Arc::new(SeededChance::new(rand::random()));
        let master: [u8; 32] = rand::random();
        let mut config = self.config;
        config.database.url = Secret::new(database.app_url.expose_secret());
        config.keys.master = Secret::new(BASE64_STANDARD.encode(master));
        let pooler = self.pooler.map(|most| PgBouncer::start(&database, most, ""));
        if let Some(pooler) = &pooler {
            config.database.pooler = gateway::config::Pooler::Transaction;
            config.database.direct_url = Secret::new(database.app_url.expose_secret());
            config.database.url = Secret::new(pooler.address(&database.app_url).expose_secret());
        }
        let post = Post::start(&mut config, clock.clone()).await;

        let owner =
            Db::connect_unchecked(&Options::new(database.owner_url.clone()), Keyring::new(&master))
                .await
                .expect("the owner's connection");
        let mut towns = Vec::new();
        for file in [&self.haltern, &self.musterstadt] {
            let slug = file["slug"].as_str().unwrap_or_default().to_owned();
            let parsed = MunicipalityFile::parse(&file.to_string())
                .map_err(|problem| problem.to_string())?;
            let arms = towns::coat_of_arms(&slug);
            let (id, _) = onboarding::apply(
                &owner,
                clock.clone(),
                chance.clone(),
                &parsed,
                Some(&arms),
                Hours::KeepEdited,
            )
            .await
            .map_err(|problem| problem.to_string())?;
            towns.push(Town { id, host: format!("{slug}.localhost") });
        }
        let app = App::build_with(&config, clock.clone(), chance.clone(), post.pages())
            .await
            .expect("the service starts");
        let [haltern, musterstadt] = towns.try_into().expect("two of them");
        Ok(TestApp {
            haltern,
            musterstadt,
            app,
            post,
            config,
            clock,
            chance,
            owner,
            master,
            _pooler: pooler,
            database,
        })
    }
}

/// The service under test with all that it talks to.
#[derive(Debug)]
pub struct TestApp {
    /// Stadt Haltern am See.
    pub haltern: Town,
    /// The other one.
    pub musterstadt: Town,
    pub(crate) app: App,
    pub(crate) post: Post,
    pub(crate) config: Config,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) chance: Arc<SeededChance>,
    owner: Db,
    master: [u8; 32],
    _pooler: Option<PgBouncer>,
    /// The test's database. The last field: it is dropped when nobody is connected any more.
    pub database: Database,
}

impl TestApp {
    /// The service as most tests want it.
    pub async fn start() -> Self {
        Setup::new().start().await
    }

    /// Asks GraphQL as a client does.
    pub async fn graphql(&self, town: &Town, query: &str, variables: Value) -> Answer {
        self.graphql_at(&town.host, query, variables, &[]).await
    }

    /// Asks GraphQL with further headers and without variables.
    pub async fn graphql_with(&self, town: &Town, query: &str, headers: &[(&str, &str)]) -> Answer {
        self.graphql_at(&town.host, query, json!({}), headers).await
    }

    /// Asks GraphQL at any host.
    pub async fn graphql_at(
        &self,
        host: &str,
        query: &str,
        variables: Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri("/graphql")
            .header(header::HOST, host)
            .header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = json!({ "query": query, "variables": variables }).to_string();
        self.send(request.body(Body::from(body)).expect("a request")).await
    }

    /// Opens a page without following redirects and without cookies.
    pub async fn get(&self, host: &str, path: &str) -> Answer {
        let request =
            Request::get(path).header(header::HOST, host).header(header::ACCEPT, "text/html");
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    /// Sends a request from somewhere.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        self.send_from(IpAddr::from([192, 0, 2, 1]), request).await
    }

    /// Sends a request from an address.
    pub async fn send_from(&self, client: IpAddr, mut request: Request<Body>) -> Answer {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(client, 40_000)));
        let answer = match self.app.router.clone().oneshot(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let (parts, body) = answer.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("the whole answer");
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Serves on a port until the process ends.
    pub async fn serve(&self, listener: TcpListener) {
        let service = self.app.router.clone().into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service).await.expect("served");
    }

    /// Sets up the operator's own realm. Its id is the same in every test.
    pub async fn platform(&self) -> Town {
        let text = include_str!("../../deploy/demo/operator/operator.toml");
        let table: toml::Table = text.parse().expect("TOML");
        let file = table.try_into().expect("the operator's file");
        let (clock, chance) = (self.clock.clone(), self.chance.clone());
        onboarding::apply_operator(&self.owner, clock, chance, file).await.expect("the realm");
        self.app.directory.reload().await.expect("the directory");
        Town { id: TenantId::PLATFORM, host: "ops.localhost".to_owned() }
    }

    /// Asks the operator's API with an access key of the operator's realm.
    pub async fn ask_operator(&self, token: &str, query: &str, variables: Value) -> Answer {
        let shown = format!("Bearer {token}");
        self.graphql_at("ops.localhost", query, variables, &[("authorization", &shown)]).await
    }

    /// What the operator does with municipalities, over another connection.
    pub async fn platform_over(&self, db: Db) -> portal::platform::Platform {
        let directory = tenant::Directory::load(db.clone(), "localhost").await;
        portal::platform::Platform {
            directory: Arc::new(directory.expect("the directory")),
            db,
            ..self.app.platform.clone()
        }
    }

    /// A new browser at the municipality.
    pub fn browser(&self, town: &Town) -> Browser<'_> {
        Browser::new(self, &town.host)
    }

    /// Does what the worker would do now.
    pub async fn run_jobs(&self) {
        self.app.worker.run_due().await.expect("the worker's round");
    }

    /// Jobs that wait or are dead.
    pub async fn jobs_left(&self) -> i64 {
        let sql = self.database.superuser_sql().await;
        sqlx::query_scalar("SELECT count(*) FROM job").fetch_one(&sql).await.expect("a number")
    }

    /// Extends calendars and deletes what is due.
    pub async fn housekeeping(&self) {
        self.app.housekeeping.run_once().await.expect("housekeeping");
    }

    /// The same, and says what was deleted, by category.
    pub async fn housekeeping_report(&self) -> gateway::retention::Report {
        self.app.housekeeping.run_once().await.expect("housekeeping")
    }

    /// Adds what was counted in memory to the statistics.
    pub async fn flush_statistics(&self) {
        self.app.statistics.flush().await;
    }

    /// What monitoring reads.
    pub fn figures(&self) -> gateway::Figures {
        self.app.figures()
    }

    /// The service's database, as the application's role.
    pub fn db(&self) -> &Db {
        &self.app.db
    }

    /// What people may ask for about their data.
    pub fn rights(&self) -> &privacy::Rights {
        &self.app.rights
    }

    /// Writes what the access log still holds in memory.
    pub async fn flush_access_log(&self) {
        self.app.recorder.flush().await;
    }

    /// What the clock shows.
    pub fn now(&self) -> DateTime<chrono::Utc> {
        self.clock.now()
    }

    /// Lets time pass.
    pub fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// Applies a municipality's file, as the operator's command does.
    pub async fn apply(&self, file: toml::Table) {
        self.apply_with(file, Hours::KeepEdited).await;
    }

    /// The same with `--reset-hours`: the file's hours take the place of the office's.
    pub async fn apply_resetting_hours(&self, file: toml::Table) {
        self.apply_with(file, Hours::Reset).await;
    }

    async fn apply_with(&self, file: toml::Table, hours: Hours) {
        self.try_apply_with(file, hours).await.expect("applied");
    }

    /// Applies a municipality's file, or says what is wrong with it.
    pub async fn try_apply(&self, file: toml::Table) -> Result<(), String> {
        self.try_apply_with(file, Hours::KeepEdited).await
    }

    async fn try_apply_with(&self, file: toml::Table, hours: Hours) -> Result<(), String> {
        let arms = towns::coat_of_arms(file["slug"].as_str().unwrap_or_default());
        let file = MunicipalityFile::parse(&file.to_string()).expect("a municipality's file");
        onboarding::apply(
            &self.owner,
            self.clock.clone(),
            self.chance.clone(),
            &file,
            Some(&arms),
            hours,
        )
        .await
        .map_err(|problem| problem.to_string())?;
        self.reload_directory().await;
        Ok(())
    }

    /// Reads the directory now instead of waiting for the notification.
    pub async fn reload_directory(&self) {
        self.app.directory.reload().await.expect("the directory");
    }

    /// Takes guards of the database away, for negative controls.
    pub async fn without_guard(&self, guards: &[&'static str]) {
        let sql = self.database.superuser_sql().await;
        for guard in guards {
            sqlx::raw_sql(AssertSqlSafe((*guard).to_owned()))
                .execute(&sql)
                .await
                .expect("the guard is gone");
        }
    }

    /// Starts the service once more on the same database, as after a restore. Says why it does not start.
    pub async fn another_start(&self, ledger: &std::path::Path) -> Result<App, String> {
        let mut config = self.config.clone();
        ledger.clone_into(&mut config.privacy.ledger_file);
        let (clock, chance) = (self.clock.clone(), self.chance.clone());
        App::build(&config, clock, chance).await.map_err(|error| error.to_string())
    }

    /// Takes the service's connections away.
    pub async fn stop_database(&self) {
        self.app.db.close().await;
    }

    /// The page of the demo that shows what was sent, as JSON.
    pub async fn demo_outbox(&self, town: &Town) -> Answer {
        let request = Request::get("/demo/outbox").header(header::HOST, &town.host);
        let request = request.header(header::ACCEPT, "application/json").body(Body::empty());
        self.send(request.expect("a request")).await
    }

    /// The master key, for the real program.
    pub fn master_key(&self) -> String {
        BASE64_STANDARD.encode(self.master)
    }

    /// The owner's address of the database, for the real program.
    pub fn owner_url(&self) -> SecretString {
        self.database.owner_url.clone()
    }
}
