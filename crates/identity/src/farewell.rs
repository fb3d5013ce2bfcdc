//! What Redis holds of a municipality, at the end of its contract.

use kernel::TenantId;

use crate::{RedisConnection, redis_connection::Unreachable};

/// What keys of a municipality begin with. Counters that limit clients name no municipality and end within a day.
const PREFIXES: [&str; 3] = ["session", "sessions-of", "proof"];

/// Redis does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("redis does not answer")]
pub struct RedisSilent;

impl From<Unreachable> for RedisSilent {
    fn from(_: Unreachable) -> Self {
        Self
    }
}

/// Ends all sessions of a municipality and forgets what else belongs to it. Returns how many keys went.
pub async fn forget_municipality(
    redis: &RedisConnection,
    tenant: TenantId,
) -> Result<u64, RedisSilent> {
    let mut gone = 0;
    for prefix in PREFIXES {
        let pattern = format!("{prefix}:{tenant}:*");
        let mut cursor = 0_u64;
        loop {
            let (next, keys): (u64, Vec<String>) = redis
                .run(async |mut redis| {
                    redis::cmd("SCAN")
                        .arg(cursor)
                        .arg("MATCH")
                        .arg(&pattern)
                        .arg("COUNT")
                        .arg(1_000)
                        .query_async(&mut redis)
                        .await
                })
                .await?;
            if !keys.is_empty() {
                let unlinked: u64 = redis
                    .run(async |mut redis| {
                        redis::cmd("UNLINK").arg(&keys).query_async(&mut redis).await
                    })
                    .await?;
                gone += unlinked;
            }
            cursor = next;
            if cursor == 0 {
                break;
            }
        }
    }
    Ok(gone)
}
