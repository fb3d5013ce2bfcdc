//! Whether a municipality's messages leave, for the operator: counts and instants, nobody's address.

use chrono::{DateTime, TimeDelta, Utc};
use db::{Fault, TenantTx};
use kernel::{Ctx, policy::Action};
use sea_orm::FromQueryResult;
use tenant::Municipality;

use crate::{SentError, plan, store::Channel};

/// How far back failures count.
const LATELY: TimeDelta = TimeDelta::days(7);

/// How messages of one kind fare.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sending {
    /// Whether the municipality sends them.
    pub is_on: bool,
    /// When the last one left.
    pub last_sent_at: Option<DateTime<Utc>>,
    /// How many failed for good in the last seven days.
    pub failed: i64,
    /// How many wait.
    pub waiting: i64,
}

/// How mails and SMS fare.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MessageCondition {
    /// Mails.
    pub mail: Sending,
    /// SMS.
    pub sms: Sending,
}

#[derive(FromQueryResult)]
struct Row {
    channel: String,
    last_sent_at: Option<DateTime<Utc>>,
    failed: i64,
    waiting: i64,
}

/// How the messages about appointments fare.
pub async fn condition(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
) -> Result<MessageCondition, SentError> {
    ctx.authorize(Action::ReadPlatform)?;
    let text = "SELECT channel, max(settled_at) FILTER (WHERE state = 'sent') AS last_sent_at,
            count(*) FILTER (WHERE state = 'failed' AND settled_at > $2) AS failed,
            count(*) FILTER (WHERE state = 'waiting') AS waiting
       FROM message WHERE tenant_id = $1 GROUP BY channel";
    let statement = tx.statement(text, [(ctx.now() - LATELY).into()]);
    let rows = Row::find_by_statement(statement).all(tx).await.map_err(Fault::from)?;
    let of = |key: &str, channel| {
        let found = rows.iter().find(|row| row.channel == key);
        Sending {
            is_on: plan::is_open(town, channel),
            last_sent_at: found.and_then(|row| row.last_sent_at),
            failed: found.map_or(0, |row| row.failed),
            waiting: found.map_or(0, |row| row.waiting),
        }
    };
    Ok(MessageCondition { mail: of("mail", Channel::Mail), sms: of("sms", Channel::Sms) })
}
