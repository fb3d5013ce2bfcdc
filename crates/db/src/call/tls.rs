//! TLS as `SQLx` does it: the same modes, roots and files.

use std::{
    fs, io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures::future::BoxFuture;
use sea_orm::sqlx::postgres::PgSslMode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::{
    Socket,
    tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream},
};
use tokio_rustls::{
    TlsConnector, client,
    rustls::{
        CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore,
        SignatureScheme,
        client::{
            WebPkiServerVerifier,
            danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        },
        crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
        pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
    },
};
use url::Url;

use crate::{Fault, fault};

/// Makes encrypted connections.
#[derive(Clone)]
pub(super) struct Tls(Arc<ClientConfig>);

impl Tls {
    /// Reads the files that the address names.
    pub(super) fn new(mode: PgSslMode, address: &Url) -> Result<Self, Fault> {
        let files = Files::of(address);
        Self::with(mode, &files)
            .map_err(|error| fault::bug(&format!("TLS to the database: {error}")))
    }

    fn with(mode: PgSslMode, files: &Files) -> Result<Self, Box<dyn std::error::Error>> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()?;
        let inner = if matches!(mode, PgSslMode::VerifyCa | PgSslMode::VerifyFull) {
            let mut roots =
                webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect::<RootCertStore>();
            for certificate in certificates(files.root.as_deref())? {
                roots.add(certificate)?;
            }
            Some(
                WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone())
                    .build()?,
            )
        } else {
            None
        };
        let any_name = !matches!(mode, PgSslMode::VerifyFull);
        let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(Verifier {
            inner,
            any_name,
            provider,
        }));
        let config = match &files.key {
            Some(key) => builder.with_client_auth_cert(
                certificates(files.certificate.as_deref())?,
                PrivateKeyDer::from_pem_slice(&pem(key)?)?,
            )?,
            None => builder.with_no_client_auth(),
        };
        Ok(Self(Arc::new(config)))
    }
}

/// What the address says about certificates: paths, or the text itself.
struct Files {
    root: Option<String>,
    certificate: Option<String>,
    key: Option<String>,
}

impl Files {
    fn of(address: &Url) -> Self {
        let named = |name: &str| {
            let value = address.query_pairs().find(|(key, _)| key == name)?.1;
            // as SQLx writes a path
            Some(value.strip_prefix("file: ").unwrap_or(&value).to_owned())
        };
        Self { root: named("sslrootcert"), certificate: named("sslcert"), key: named("sslkey") }
    }
}

fn pem(file: &str) -> io::Result<Vec<u8>> {
    if file.starts_with("-----BEGIN") { Ok(file.as_bytes().to_vec()) } else { fs::read(file) }
}

fn certificates(
    file: Option<&str>,
) -> Result<Vec<CertificateDer<'static>>, Box<dyn std::error::Error>> {
    let Some(file) = file else { return Ok(Vec::new()) };
    Ok(CertificateDer::pem_slice_iter(&pem(file)?).collect::<Result<_, _>>()?)
}

/// `prefer` and `require` encrypt and ask nobody who the server is; `verify-ca` wants a certificate that the roots vouch
/// for; `verify-full` wants one for the server's name.
#[derive(Debug)]
struct Verifier {
    inner: Option<Arc<WebPkiServerVerifier>>,
    any_name: bool,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(inner) = &self.inner else { return Ok(ServerCertVerified::assertion()) };
        match inner.verify_server_cert(certificate, intermediates, name, ocsp, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if self.any_name => Ok(ServerCertVerified::assertion()),
            answer => answer,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

impl MakeTlsConnect<Socket> for Tls {
    type Stream = Encrypted;
    type TlsConnect = Handshake;
    type Error = io::Error;

    fn make_tls_connect(&mut self, host: &str) -> Result<Handshake, io::Error> {
        let name = ServerName::try_from(host.to_owned()).ok();
        Ok(Handshake { name, config: self.0.clone() })
    }
}

/// A handshake with one host. A folder of sockets has no name, and no encryption either.
pub(super) struct Handshake {
    name: Option<ServerName<'static>>,
    config: Arc<ClientConfig>,
}

impl TlsConnect<Socket> for Handshake {
    type Stream = Encrypted;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Encrypted>>;

    fn connect(self, socket: Socket) -> Self::Future {
        Box::pin(async move {
            let name = self.name.ok_or_else(|| io::Error::other("not a name of a server"))?;
            let stream = TlsConnector::from(self.config).connect(name, socket).await?;
            Ok(Encrypted(stream))
        })
    }
}

/// An encrypted connection.
pub(super) struct Encrypted(client::TlsStream<Socket>);

impl TlsStream for Encrypted {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
