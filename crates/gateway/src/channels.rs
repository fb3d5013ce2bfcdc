//! Through what messages leave, from the configuration.

use std::sync::{Arc, atomic::AtomicU64};

use chrono::{DateTime, Utc};
use kernel::MessageId;
use notify::{Channels, Lox24, Sms, SmsOutcome, SmsProvider, SmtpTransport};
use url::Url;

use crate::{app::StartError, config::Config};

/// The channels of the installation.
pub(crate) fn channels(
    config: &Config,
    over_budget: Arc<AtomicU64>,
) -> Result<Channels, StartError> {
    let wrong =
        |key: &str, error: &dyn std::fmt::Display| StartError::Channel(format!("{key}: {error}"));
    let mail = SmtpTransport::new(config.mail.smtp_url.value())
        .map_err(|error| wrong("mail.smtp_url", &error))?;
    let sms: Arc<dyn SmsProvider> = if config.sms.lox24_key.is_set() {
        let address =
            Url::parse(&config.sms.lox24_url).map_err(|error| wrong("sms.lox24_url", &error))?;
        Arc::new(
            Lox24::new(&address, config.sms.lox24_key.value())
                .map_err(|error| wrong("sms.lox24_url", &error))?,
        )
    } else {
        Arc::new(NoProvider)
    };
    let server = config.server.clone();
    Ok(Channels {
        mail: Arc::new(mail),
        sms,
        base_url: Arc::new(move |town| server.base_url(town)),
        over_budget,
    })
}

/// SMS wait until the operator has configured a provider, or until there is no point in sending them any more.
struct NoProvider;

#[async_trait::async_trait]
impl SmsProvider for NoProvider {
    async fn send(&self, _now: DateTime<Utc>, _sms: &Sms) -> SmsOutcome {
        SmsOutcome::Retry("sms.lox24_key is not set".to_owned())
    }

    async fn erase(&self, _now: DateTime<Utc>, _id: &str) -> bool {
        false
    }

    async fn find(&self, _now: DateTime<Utc>, _key: MessageId) -> Option<String> {
        None
    }
}
