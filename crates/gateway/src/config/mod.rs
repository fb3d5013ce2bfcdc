//! The settings of an installation: embedded defaults, a file, the environment; later ones win.

mod load;
mod network;
mod reference;
mod secret;
mod telemetry;
mod validate;

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf};

use identity::RedisAddress;
use serde::Deserialize;

pub use load::{ConfigError, Source};
pub use network::Network;
pub use reference::reference;
pub use secret::Secret;
pub use telemetry::Telemetry;
pub use validate::Need;

/// The documented defaults.
pub const DEFAULTS: &str = include_str!("default.toml");

/// All settings. What each means stands in `default.toml`, from which `docs/configuration.md` is made.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct Config {
    pub server: Server,
    pub database: Database,
    pub redis: Redis,
    pub keys: Keys,
    pub mail: Mail,
    pub sms: Sms,
    pub openid: OpenId,
    pub domains: Domains,
    pub worker: Worker,
    pub privacy: Privacy,
    pub limits: identity::LimitSettings,
    pub log: Log,
    pub telemetry: Telemetry,
}

/// `[server]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct Server {
    pub listen: SocketAddr,
    pub metrics_listen: String,
    pub public_scheme: Scheme,
    pub public_port: u16,
    pub base_domain: String,
    pub trusted_proxies: Vec<Network>,
    pub body_limit_kb: usize,
    pub request_timeout_seconds: u64,
    pub drain_seconds: u64,
    pub shutdown_seconds: u64,
    pub introspection: bool,
}

/// How people reach the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// Development.
    Http,
    /// Everything else.
    Https,
}

/// `[database]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct Database {
    pub url: Secret,
    pub url_file: PathBuf,
    pub owner_url: Secret,
    pub owner_url_file: PathBuf,
    pub admin_url: Secret,
    pub admin_url_file: PathBuf,
    pub pooler: Pooler,
    pub direct_url: Secret,
    pub direct_url_file: PathBuf,
    pub max_connections: u32,
    pub fast_connections: u32,
    pub acquire_timeout_seconds: u64,
}

/// What lies between this program and Postgres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pooler {
    /// Nothing that matters.
    None,
    /// A pooler that lends connections for one transaction.
    Transaction,
}

/// `[redis]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct Redis {
    pub url: Secret,
    pub url_file: PathBuf,
    pub sentinels: Vec<String>,
    pub sentinel_password: Secret,
    pub sentinel_password_file: PathBuf,
    pub ca_file: PathBuf,
    /// What `ca_file` holds.
    #[serde(skip)]
    pub ca: Option<Vec<u8>>,
}

impl Redis {
    /// Where Redis is.
    pub fn address(&self) -> RedisAddress {
        RedisAddress {
            url: self.url.value().clone(),
            sentinels: self.sentinels.clone(),
            sentinel_password: Some(self.sentinel_password.value().clone())
                .filter(|_| self.sentinel_password.is_set()),
            ca: self.ca.clone(),
        }
    }
}

/// `[keys]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct Keys {
    pub master: Secret,
    pub master_file: PathBuf,
    pub previous: Secret,
    pub previous_file: PathBuf,
    pub former_public_keys: Vec<String>,
}

/// `[privacy]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct Privacy {
    pub ledger_file: PathBuf,
    pub recipient_notice_days: u32,
}

/// `[mail]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct Mail {
    pub smtp_url: Secret,
    pub smtp_url_file: PathBuf,
}

/// `[sms]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct Sms {
    pub lox24_url: String,
    pub lox24_key: Secret,
    pub lox24_key_file: PathBuf,
}

/// `[openid]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct OpenId {
    pub secrets: BTreeMap<String, Secret>,
    pub secret_files: BTreeMap<String, PathBuf>,
}

/// `[domains]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct Domains {
    pub nameserver: String,
}

impl Domains {
    /// The server to ask, if it is not the machine's own.
    pub fn nameserver(&self) -> Option<SocketAddr> {
        self.nameserver.parse().ok()
    }
}

/// `[worker]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct Worker {
    pub in_process: bool,
    pub poll_milliseconds: u64,
    pub housekeeping_minutes: u64,
}

/// `[log]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct Log {
    pub format: LogFormat,
    pub filter: String,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl Server {
    /// Whether people reach the service over TLS.
    pub fn is_https(&self) -> bool {
        self.public_scheme == Scheme::Https
    }

    /// The address of a municipality's pages, from configuration alone: a request cannot change what mails link to.
    pub fn base_url(&self, town: &tenant::Municipality) -> String {
        let own = town.hosts.first().cloned();
        let host = own.unwrap_or_else(|| format!("{}.{}", town.slug, self.base_domain));
        self.url_of(&host)
    }

    /// The address of a host of this installation.
    pub fn url_of(&self, host: &str) -> String {
        let (scheme, usual) = match self.public_scheme {
            Scheme::Http => ("http", 80),
            Scheme::Https => ("https", 443),
        };
        match self.public_port {
            0 => format!("{scheme}://{host}"),
            port if port == usual => format!("{scheme}://{host}"),
            port => format!("{scheme}://{host}:{port}"),
        }
    }

    /// Where the figures listen, if anywhere.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_listen.parse().ok()
    }
}
