//! Asks the domain name system for what somebody has published: the proof that a domain is theirs.

use std::{net::SocketAddr, time::Duration};

use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolverConfig},
    net::{DnsError, NetError, runtime::TokioRuntimeProvider},
    proto::{op::ResponseCode, rr::RData},
};
use tenant::domains::{TextRecords, Unanswered};

/// How long one server may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// The domain name system, through the configured server or the machine's own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dns {
    server: Option<SocketAddr>,
}

impl Dns {
    /// Asks the server with the address; without one, those that the machine uses.
    pub(crate) fn new(server: Option<SocketAddr>) -> Self {
        Self { server }
    }

    /// A resolver without a memory: whoever has just published a record need not wait.
    fn resolver(self) -> Result<TokioResolver, NetError> {
        let mut builder = match self.server {
            None => TokioResolver::builder_tokio()?,
            Some(server) => {
                let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
                let connections = connections.map(|mut connection| {
                    connection.port = server.port();
                    connection
                });
                let server = NameServerConfig::new(server.ip(), true, connections.into());
                let config = ResolverConfig::from_name_servers(vec![server]);
                TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            }
        };
        let options = builder.options_mut();
        (options.cache_size, options.timeout, options.attempts) = (0, PATIENCE, 2);
        builder.build()
    }
}

#[async_trait::async_trait]
impl TextRecords for Dns {
    async fn texts(&self, name: &str) -> Result<Vec<String>, Unanswered> {
        // a name with a dot at its end is not looked for below the machine's own domain
        let resolver = self.resolver().map_err(|_| Unanswered)?;
        match resolver.txt_lookup(format!("{name}.")).await {
            Ok(found) => {
                Ok(found.answers().iter().filter_map(|record| text(&record.data)).collect())
            }
            Err(NetError::Dns(DnsError::NoRecordsFound(none)))
                if matches!(none.response_code, ResponseCode::NXDomain | ResponseCode::NoError) =>
            {
                Ok(Vec::new())
            }
            Err(error) => {
                tracing::warn!(%error, "the domain name system did not answer");
                Err(Unanswered)
            }
        }
    }
}

fn text(data: &RData) -> Option<String> {
    let RData::TXT(text) = data else { return None };
    Some(String::from_utf8_lossy(&text.txt_data.concat()).into_owned())
}
