//! Where Redis is: one server (Redis or Valkey), or a master that Sentinels know.

use redis::{
    Client, ConnectionAddr, IntoConnectionInfo, RedisError, RedisResult, TlsCertificates, TlsMode,
    sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType},
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

/// Where Redis is, as the configuration says.
#[derive(Clone, Default)]
pub struct RedisAddress {
    /// The server's URL. With Sentinels its host is the name of the group that they watch, and user, password, number of
    /// the database and TLS are those of the servers.
    pub url: SecretString,
    /// URLs of the Sentinels; none when the server is reached directly.
    pub sentinels: Vec<String>,
    /// The password of the Sentinels, if they have one.
    pub sentinel_password: Option<SecretString>,
    /// Certificates (PEM) of the authority that signed the servers' certificates, when it is not one of the system's.
    pub ca: Option<Vec<u8>>,
}

impl std::fmt::Debug for RedisAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // the URL may hold a password
        f.debug_struct("RedisAddress")
            .field("sentinels", &self.sentinels.len())
            .finish_non_exhaustive()
    }
}

impl From<&SecretString> for RedisAddress {
    /// One server, directly.
    fn from(url: &SecretString) -> Self {
        Self { url: url.clone(), ..Self::default() }
    }
}

/// Finds the server to connect to.
pub(crate) enum Finder {
    /// It always is this one.
    Direct(Box<Client>),
    /// The Sentinels know which one it is now.
    Sentinels(Box<Mutex<SentinelClient>>),
}

impl Finder {
    pub(crate) fn new(address: &RedisAddress) -> RedisResult<Self> {
        let url = address.url.expose_secret();
        let certificates = || {
            address.ca.clone().map(|ca| TlsCertificates { client_tls: None, root_cert: Some(ca) })
        };
        if address.sentinels.is_empty() {
            return Ok(Self::Direct(Box::new(match certificates() {
                Some(certificates) if is_tls(url) => Client::build_with_tls(url, certificates)?,
                _ => Client::open(url)?,
            })));
        }
        let servers = url.into_connection_info()?;
        let (ConnectionAddr::Tcp(group, _) | ConnectionAddr::TcpTls { host: group, .. }) =
            servers.addr()
        else {
            return Err(wrong("with sentinels the URL's host is the name of their group"));
        };
        let sentinels = address
            .sentinels
            .iter()
            .map(|sentinel| Ok(sentinel.as_str().into_connection_info()?.addr().clone()))
            .collect::<RedisResult<Vec<_>>>()?;
        let sentinels_use_tls = address.sentinels.iter().any(|sentinel| is_tls(sentinel));
        let mut builder = SentinelClientBuilder::new(sentinels, group, SentinelServerType::Master)?
            .set_client_to_redis_db(servers.redis_settings().db());
        if let Some(user) = servers.redis_settings().username() {
            builder = builder.set_client_to_redis_username(user);
        }
        if let Some(password) = servers.redis_settings().password() {
            builder = builder.set_client_to_redis_password(password);
        }
        if is_tls(url) {
            builder = builder.set_client_to_redis_tls_mode(TlsMode::Secure);
            if let Some(certificates) = certificates() {
                builder = builder.set_client_to_redis_certificates(certificates);
            }
        }
        if let Some(password) = &address.sentinel_password {
            builder = builder.set_client_to_sentinel_password(password.expose_secret());
        }
        if let Some(certificates) = certificates().filter(|_| sentinels_use_tls) {
            builder = builder.set_client_to_sentinel_certificates(certificates);
        }
        Ok(Self::Sentinels(Box::new(Mutex::new(builder.build()?))))
    }

    /// A client of the server that is to be used now. Sentinels are asked each time: the master may have changed.
    pub(crate) async fn client(&self) -> RedisResult<Client> {
        match self {
            Self::Direct(client) => Ok((**client).clone()),
            Self::Sentinels(sentinels) => sentinels.lock().await.async_get_client().await,
        }
    }
}

fn is_tls(url: &str) -> bool {
    url.starts_with("rediss://")
}

fn wrong(problem: &'static str) -> RedisError {
    RedisError::from((redis::ErrorKind::InvalidClientConfig, problem))
}
