//! How much of something a municipality may have: limits that the operator sets. Without one there is none, or the
//! installation's.

use db::{Fault, TenantTx};
use kernel::{Ctx, ErrorCode, PublicError, policy::Action};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::{ManageError, apply::tell_directories, manage::note};

/// The largest limit that can be set.
pub const LARGEST: u32 = 1_000_000;

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quota {
    /// People of the office with an account.
    People,
    /// Valid access keys.
    AccessKeys,
    /// Requests to pages and API within a minute, whoever sends them.
    RequestsPerMinute,
}

impl Quota {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::People, Self::AccessKeys, Self::RequestsPerMinute];

    /// The name at the command line and in the database.
    pub fn key(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::AccessKeys => "access-keys",
            Self::RequestsPerMinute => "requests-per-minute",
        }
    }

    /// Reads the name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|quota| quota.key() == key)
    }
}

/// A limit of the municipality is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{quota:?}: no more than {most}")]
pub struct QuotaReached {
    /// Which.
    pub quota: Quota,
    /// The limit.
    pub most: u32,
}

impl PublicError for QuotaReached {
    fn code(&self) -> ErrorCode {
        ErrorCode::LimitReached
    }

    fn text_key(&self) -> &'static str {
        match self.quota {
            Quota::People => "quota-people",
            Quota::AccessKeys => "quota-access-keys",
            Quota::RequestsPerMinute => "quota-requests",
        }
    }

    fn text_args(&self) -> Vec<(&'static str, String)> {
        vec![("limit", self.most.to_string())]
    }
}

/// The limits of the transaction's municipality.
pub async fn list(ctx: &Ctx, tx: &TenantTx) -> Result<Vec<(Quota, u32)>, ManageError> {
    ctx.authorize(Action::ReadPlatform)?;
    Ok(read(tx).await?)
}

/// Sets a limit, or takes it away. What is there already stays, even if it is more.
pub async fn set(
    ctx: &Ctx,
    tx: &TenantTx,
    quota: Quota,
    most: Option<u32>,
) -> Result<(), ManageError> {
    ctx.authorize(Action::ConfigureTenant)?;
    match most {
        Some(most) if !(1..=LARGEST).contains(&most) => {
            return Err(ManageError::BadInput { field: "most", reason: "quota-range" });
        }
        Some(most) => {
            let text = "INSERT INTO tenant_quota (tenant_id, name, most) VALUES ($1, $2, $3)
                 ON CONFLICT (tenant_id, name) DO UPDATE SET most = excluded.most";
            let most = i32::try_from(most).unwrap_or(i32::MAX);
            tx.run(text, [quota.key().into(), most.into()]).await?;
        }
        None => {
            let text = "DELETE FROM tenant_quota WHERE tenant_id = $1 AND name = $2";
            tx.run(text, [quota.key().into()]).await?;
        }
    }
    tell_directories(tx).await?;
    note(ctx, tx, "quota.set", json!({ "quota": quota.key(), "most": most })).await
}

/// Refuses one more when `used` is what the municipality may have. For the use cases that make more, in their transactions.
pub async fn make_room(
    tx: &TenantTx,
    quota: Quota,
    used: i64,
) -> Result<Result<(), QuotaReached>, Fault> {
    let limit = read(tx).await?.into_iter().find(|(found, _)| *found == quota);
    Ok(match limit {
        Some((_, most)) if used >= i64::from(most) => Err(QuotaReached { quota, most }),
        _ => Ok(()),
    })
}

pub(crate) async fn read(tx: &TenantTx) -> Result<Vec<(Quota, u32)>, Fault> {
    let text = "SELECT name, most FROM tenant_quota WHERE tenant_id = $1 ORDER BY name";
    let rows = tx.query_all_raw(tx.statement(text, [])).await?;
    let mut found = Vec::new();
    for row in rows {
        let (name, most): (String, i32) = (row.try_get("", "name")?, row.try_get("", "most")?);
        found.extend(Quota::from_key(&name).map(|quota| (quota, most.unsigned_abs())));
    }
    Ok(found)
}
