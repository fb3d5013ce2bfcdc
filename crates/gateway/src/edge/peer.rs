//! Who asks and which host they mean, as far as that can be believed.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::ConnectInfo;
use http::{HeaderMap, Request, header::HOST};
use ring::hmac;

use crate::config::Network;

/// The other end of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Peer {
    /// The client's address, behind all trusted proxies.
    pub address: IpAddr,
    /// The host that the person sees, with its port; lower case.
    pub host: String,
    /// Whether the connection comes from a trusted proxy.
    pub is_proxied: bool,
}

impl Peer {
    /// Reads the connection's address and the headers; those of proxies only when the connection comes from one.
    pub(crate) fn read<B>(request: &Request<B>, trusted: &[Network]) -> Self {
        // Without a connection (in-process tests) the client is this machine.
        let nearest = request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.ip().to_canonical());
        let headers = request.headers();
        let is_proxy = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
        let host = header(headers, HOST.as_str())
            .or_else(|| request.uri().authority().map(http::uri::Authority::as_str))
            .unwrap_or_default();
        if !is_proxy(nearest) {
            let host = host.to_ascii_lowercase();
            return Self { address: nearest, host, is_proxied: false };
        }
        let forwarded =
            header(headers, "x-forwarded-host").and_then(|hosts| hosts.rsplit(',').next());
        Self {
            address: rightmost_untrusted(headers, is_proxy).unwrap_or(nearest),
            host: forwarded.map_or(host, str::trim).to_ascii_lowercase(),
            is_proxied: true,
        }
    }

    /// A keyed hash of the client's address, for limits. The last 64 bits of IPv6 are the client's own choice.
    pub(crate) fn hash(&self, key: &hmac::Key) -> Vec<u8> {
        let tag = match self.address {
            IpAddr::V4(address) => hmac::sign(key, &address.octets()),
            IpAddr::V6(address) => hmac::sign(key, address.octets().get(..8).unwrap_or_default()),
        };
        tag.as_ref().get(..16).unwrap_or_default().to_vec()
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Each proxy appends the address that it saw. What stands left of the first address that is no proxy of ours
/// was written by the client and means nothing.
fn rightmost_untrusted(headers: &HeaderMap, is_proxy: impl Fn(IpAddr) -> bool) -> Option<IpAddr> {
    let chain: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    for entry in chain.iter().rev() {
        let address: IpAddr = entry.trim().parse().ok()?;
        if !is_proxy(address) {
            return Some(address.to_canonical());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(from: &str, headers: &[(&str, &str)]) -> (String, String) {
        let mut request = Request::builder().uri("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(from.parse().unwrap(), 1)));
        let peer = Peer::read(&request, &["10.0.0.0/8".parse().unwrap()]);
        (peer.address.to_string(), peer.host)
    }

    #[test]
    fn a_stranger_s_forwarding_headers_are_not_believed() {
        let headers = [
            ("host", "A.example"),
            ("x-forwarded-host", "b.example"),
            ("x-forwarded-for", "192.0.2.1"),
        ];
        assert_eq!(read("198.51.100.7", &headers), ("198.51.100.7".into(), "a.example".into()));
    }

    #[test]
    fn a_trusted_proxy_s_are_from_the_right() {
        let headers = [
            ("host", "inner"),
            ("x-forwarded-host", "b.example:444"),
            ("x-forwarded-for", "203.0.113.9, 192.0.2.1, 10.3.0.1"),
        ];
        assert_eq!(read("10.0.0.1", &headers), ("192.0.2.1".into(), "b.example:444".into()));
        assert_eq!(read("10.0.0.1", &[("host", "inner")]), ("10.0.0.1".into(), "inner".into()));
        let garbage = [("host", "inner"), ("x-forwarded-for", "192.0.2.1, <script>")];
        assert_eq!(read("10.0.0.1", &garbage).0, "10.0.0.1");
    }

    #[test]
    fn a_household_is_one_client() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[1; 32]);
        let hash = |address: &str| {
            Peer { address: address.parse().unwrap(), host: String::new(), is_proxied: false }
                .hash(&key)
        };
        assert_eq!(hash("2001:db8::1"), hash("2001:db8::ffff:2"));
        assert_ne!(hash("2001:db8::1"), hash("2001:db8:0:1::1"));
        assert_ne!(hash("192.0.2.1"), hash("192.0.2.2"));
    }
}
