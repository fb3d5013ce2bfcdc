//! Attempts to hand a message over, each in a span of its own: through what, for which municipality, and how it went. Never to
//! whom, and never what.

use chrono::{DateTime, Utc};
use lettre::Message;
use tracing::{Instrument, Span, field::Empty};

use crate::{Channels, MailFailure, Sms, SmsOutcome};

/// Hands a mail to the relay.
pub(crate) async fn mail(
    channels: &Channels,
    town: &str,
    mail: Message,
) -> Result<(), MailFailure> {
    let span = span("mail", town);
    let sent = channels.mail.send(mail).instrument(span.clone()).await;
    let outcome = match &sent {
        Ok(()) => "accepted",
        Err(MailFailure::Later(_)) => "later",
        Err(MailFailure::Never(_)) => "refused",
    };
    note(&span, outcome);
    sent
}

/// Hands an SMS to the provider.
pub(crate) async fn sms(
    channels: &Channels,
    town: &str,
    now: DateTime<Utc>,
    sms: &Sms,
) -> SmsOutcome {
    let span = span("sms", town);
    let sent = channels.sms.send(now, sms).instrument(span.clone()).await;
    let outcome = match &sent {
        SmsOutcome::Accepted(_) => "accepted",
        SmsOutcome::Permanent(_) => "refused",
        SmsOutcome::Retry(_) => "later",
        SmsOutcome::Unknown(_) => "unknown",
    };
    note(&span, outcome);
    sent
}

fn span(channel: &'static str, town: &str) -> Span {
    tracing::info_span!(
        target: kernel::TRACE,
        "send",
        otel.kind = "client",
        otel.name = %format_args!("send {channel}"),
        otel.status_code = Empty,
        stadttermin.channel = channel,
        stadttermin.outcome = Empty,
        stadttermin.tenant = town,
    )
}

fn note(span: &Span, outcome: &'static str) {
    span.record("stadttermin.outcome", outcome);
    if outcome != "accepted" {
        span.record("otel.status_code", "error");
    }
}
