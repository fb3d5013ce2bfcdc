//! Handing mails to the relay.

use std::{net::IpAddr, time::Duration};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    transport::smtp::{Error, PoolConfig},
};
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

/// How long a mail may take from connecting to the relay's answer. Shorter than the lease of a job.
const LIMIT: Duration = Duration::from_secs(10);
/// Answers that blame the sign-in, which the operator can mend, and not the mail (RFC 4954 §6).
const SIGN_IN: [u16; 5] = [530, 534, 535, 538, 454];

/// Why a mail was not taken. The text names no address: relays repeat them in their answers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailFailure {
    /// It may be taken later.
    #[error("mail not taken yet: {0}")]
    Later(String),
    /// It will never be taken as it is.
    #[error("mail refused: {0}")]
    Never(String),
}

/// Carries mails. A municipality whose relay belongs to somebody else lists it among its recipients.
#[async_trait::async_trait]
pub trait MailTransport: Send + Sync {
    /// Hands a mail over.
    async fn send(&self, mail: Message) -> Result<(), MailFailure>;
}

/// Why the address of a relay cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SmtpAddressError {
    /// It is no `smtp://` or `smtps://` address with a host.
    #[error(
        "the relay's address must look like smtps://user:password@host or smtp://user:password@host?tls=required"
    )]
    Shape,
    /// Mails would cross a network unencrypted.
    #[error("without ?tls=required, smtp:// is for a relay on this machine only")]
    PlainText,
    /// The mail library refuses it.
    #[error("the relay cannot be set up")]
    Setup(#[source] Error),
}

/// A relay that speaks SMTP.
#[derive(Debug, Clone)]
pub struct SmtpTransport(AsyncSmtpTransport<Tokio1Executor>);

impl SmtpTransport {
    /// The relay at `smtps://user:password@host:465` (TLS from the start), `smtp://user:password@host:587?tls=required`
    /// (STARTTLS, insisted on) or, on this machine only, `smtp://localhost:25`. Connects when there is a mail.
    pub fn new(address: &SecretString) -> Result<Self, SmtpAddressError> {
        let address = address.expose_secret();
        let url = Url::parse(address).map_err(|_| SmtpAddressError::Shape)?;
        let host = url.host().filter(|host| !host.to_string().is_empty());
        let host = host.ok_or(SmtpAddressError::Shape)?;
        let tls = url.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value);
        match (url.scheme(), tls.as_deref()) {
            ("smtps", None) | ("smtp", Some("required")) => {}
            ("smtp", None | Some("opportunistic")) if is_loopback(&host) => {}
            ("smtp", None | Some("opportunistic")) => return Err(SmtpAddressError::PlainText),
            _ => return Err(SmtpAddressError::Shape),
        }
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(address)
            .map_err(SmtpAddressError::Setup)?;
        let pool = PoolConfig::new().max_size(4).idle_timeout(Duration::from_secs(20));
        Ok(Self(builder.timeout(Some(LIMIT)).pool_config(pool).build()))
    }
}

/// Whether the host is this machine. `smtp` is no "special" scheme, so addresses arrive as domains.
fn is_loopback<S: AsRef<str>>(host: &Host<S>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(name) => {
            let name = name.as_ref();
            name.eq_ignore_ascii_case("localhost")
                || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
    }
}

#[async_trait::async_trait]
impl MailTransport for SmtpTransport {
    async fn send(&self, mail: Message) -> Result<(), MailFailure> {
        // What no relay without SMTPUTF8 can take is told apart here: the library's error does not.
        let plain = mail.envelope().to().iter().all(|to| AsRef::<str>::as_ref(to).is_ascii());
        match tokio::time::timeout(LIMIT, self.0.send(mail)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(sort(&error, plain)),
            Err(_) => Err(MailFailure::Later("the relay did not answer in time".to_owned())),
        }
    }
}

/// Sorts a failure by what to do about it.
fn sort(error: &Error, plain: bool) -> MailFailure {
    match error.status().map(u16::from) {
        Some(code) if error.is_permanent() && !SIGN_IN.contains(&code) => {
            MailFailure::Never(format!("the relay answered {code}"))
        }
        Some(code) => MailFailure::Later(format!("the relay answered {code}")),
        None if error.is_timeout() => {
            MailFailure::Later("the relay did not answer in time".to_owned())
        }
        None if error.is_client() && !plain => {
            MailFailure::Never("the relay takes no addresses with umlauts".to_owned())
        }
        None if error.is_tls() => {
            MailFailure::Later("no secure connection to the relay".to_owned())
        }
        None if error.is_response() => {
            MailFailure::Later("the relay's answer makes no sense".to_owned())
        }
        None => MailFailure::Later("no connection to the relay".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use lettre::message::Mailbox;
    use tokio::{
        io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
        net::TcpListener,
    };

    use super::*;

    /// A relay that says the given line to every mail and every sign-in; nothing stands for breaking off.
    async fn relay(verdict: &'static str) -> SmtpTransport {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("smtp://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mut stream = BufReader::new(stream);
                stream.get_mut().write_all(b"220 relay\r\n").await.unwrap();
                let (mut line, mut in_mail) = (String::new(), false);
                while stream.read_line(&mut line).await.is_ok_and(|read| read > 0) {
                    let answer = match line.trim_end() {
                        "DATA" => "354 go",
                        "." => verdict,
                        _ if in_mail => "",
                        _ => "250 OK",
                    };
                    in_mail = (in_mail || line.starts_with("DATA")) && line.trim_end() != ".";
                    if line.trim_end() == "." && verdict.is_empty() {
                        break;
                    }
                    if !answer.is_empty() {
                        let answer = format!("{answer}\r\n");
                        stream.get_mut().write_all(answer.as_bytes()).await.unwrap();
                    }
                    line.clear();
                }
            }
        });
        SmtpTransport::new(&SecretString::from(address)).unwrap()
    }

    fn mail() -> Message {
        let address = || Mailbox::new(None, "erika@example.org".parse().unwrap());
        Message::builder().from(address()).to(address()).body("Hallo".to_owned()).unwrap()
    }

    #[tokio::test]
    async fn what_the_relay_says_decides_and_its_words_go_nowhere() {
        let cases = [
            ("250 taken", "taken"),
            ("451 <erika@example.org> later", "later"),
            ("550 <erika@example.org> unknown", "never"),
            ("535 sign in first", "later"),
            ("", "later"),
        ];
        for (verdict, expected) in cases {
            let sent = relay(verdict).await.send(mail()).await;
            let found = match &sent {
                Ok(()) => "taken",
                Err(MailFailure::Later(_)) => "later",
                Err(MailFailure::Never(_)) => "never",
            };
            assert_eq!(found, expected, "{verdict}");
            assert!(!format!("{sent:?}").contains("erika"), "{sent:?}");
        }
    }

    #[tokio::test]
    async fn without_a_relay_the_mail_waits() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("smtp://{}", listener.local_addr().unwrap());
        drop(listener);
        let transport = SmtpTransport::new(&SecretString::from(address)).unwrap();
        assert!(matches!(transport.send(mail()).await, Err(MailFailure::Later(_))));
    }

    #[tokio::test]
    async fn mails_leave_the_machine_encrypted_or_not_at_all() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let transport = |address: &str| SmtpTransport::new(&SecretString::from(address));
        for address in [
            "smtps://user:secret@mail.example.org",
            "smtp://user:secret@mail.example.org:587?tls=required",
            "smtp://localhost:2525",
            "smtp://127.0.0.1:2525",
            "smtp://[::1]:2525",
        ] {
            assert!(transport(address).is_ok(), "{address}");
        }
        for address in [
            "smtp://mail.example.org:25",
            "smtp://mail.example.org:587?tls=opportunistic",
            "smtp://10.0.0.1",
            "smtp://127.0.0.1.example.org",
        ] {
            assert!(matches!(transport(address), Err(SmtpAddressError::PlainText)), "{address}");
        }
        for address in
            ["", "mail.example.org", "https://mail.example.org", "smtp:///x", "smtps://h?tls=none"]
        {
            assert!(matches!(transport(address), Err(SmtpAddressError::Shape)), "{address}");
        }
    }
}
