//! How providers are asked: not long, not much, over TLS, and nobody else than who was asked.

use std::time::Duration;

use openidconnect::{HttpRequest, HttpResponse};
use reqwest::{Client, redirect};
use tenant::is_loopback;
use url::Url;

/// How long a call may take in all.
const LIMIT: Duration = Duration::from_secs(5);
/// How long an answer may be. Key sets with certificates have some ten kilobytes.
const LARGEST: usize = 512 * 1024;

/// Why a provider was not asked or did not answer. Names no address: answers can hold anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The address is no https:// address.
    #[error("an address of the provider does not begin with https://")]
    PlainText,
    /// It cannot be reached or does not answer in time.
    #[error("the provider does not answer")]
    Silent,
    /// It sends us elsewhere.
    #[error("the provider answers with a redirect")]
    Redirected,
    /// It sends more than anybody needs.
    #[error("the provider's answer is too long")]
    TooLong,
}

/// The client for providers. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Http {
    client: Client,
    allow_loopback: bool,
}

impl Http {
    /// A client. Without TLS it speaks to this machine only, and only in development.
    pub fn new(allow_loopback: bool) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .timeout(LIMIT)
            .connect_timeout(LIMIT / 2)
            // whoever redirects is not the provider that the municipality named
            .redirect(redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self { client, allow_loopback })
    }

    /// Asks once.
    pub async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let request = reqwest::Request::try_from(request).map_err(|_| HttpError::PlainText)?;
        self.check(request.url())?;
        let mut answer = self.client.execute(request).await.map_err(|_| HttpError::Silent)?;
        if answer.status().is_redirection() {
            return Err(HttpError::Redirected);
        }
        if answer.status().is_server_error() {
            return Err(HttpError::Silent);
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|_| HttpError::Silent)? {
            if body.len() + chunk.len() > LARGEST {
                return Err(HttpError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        let mut read = HttpResponse::new(body);
        *read.status_mut() = answer.status();
        *read.headers_mut() = answer.headers().clone();
        Ok(read)
    }

    /// Whether an address may be asked, by us or by a browser that we send there.
    pub fn check(&self, address: &Url) -> Result<(), HttpError> {
        let is_private = address.scheme() == "https"
            || (self.allow_loopback && address.scheme() == "http" && is_loopback(address));
        if is_private { Ok(()) } else { Err(HttpError::PlainText) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_tls_there_is_this_machine_only_and_only_in_development() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let may = |allow, address: &str| {
            Http::new(allow).unwrap().check(&address.parse().unwrap()).is_ok()
        };
        for address in ["https://a.example/token", "https://127.0.0.1/token"] {
            assert!(may(false, address) && may(true, address), "{address}");
        }
        for address in ["http://127.0.0.1:9/token", "http://localhost/x", "http://[::1]/x"] {
            assert!(!may(false, address) && may(true, address), "{address}");
        }
        for address in ["http://a.example/token", "ftp://127.0.0.1/", "http://localhost.a.example/"]
        {
            assert!(!may(false, address) && !may(true, address), "{address}");
        }
    }
}
