//! The same key gives the same outcome for 24 hours (draft-ietf-httpapi-idempotency-key-header).
//!
//! The row is written first in the business transaction: a second request with the same key waits there until the
//! first has committed, and then finds its outcome. If the first fails, its row goes with it.

use db::TenantTx;
use kernel::Ctx;
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};
use uuid::Uuid;

use crate::{Error, store::appointments::idempotency_key};

/// Letters of a key, at most.
const MAX_LENGTH: usize = 128;

/// A client's key for one request.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    /// What the client chose, 1 to 128 characters.
    pub key: String,
    /// Whose key it is: keys of different clients never meet. A keyed hash, not an address.
    pub client: Vec<u8>,
}

/// What a key has led to.
pub(crate) enum Seen {
    /// It is new; go on with the outcome that was announced.
    New,
    /// The same request was done before, with this outcome.
    Before(Uuid),
}

/// Notes that `key` leads to `outcome`, unless it has led somewhere before.
pub(crate) async fn remember(
    ctx: &Ctx,
    tx: &TenantTx,
    operation: &'static str,
    key: Option<&IdempotencyKey>,
    request: &str,
    outcome: Uuid,
) -> Result<Seen, Error> {
    let Some(IdempotencyKey { key, client }) = key else { return Ok(Seen::New) };
    if key.is_empty() || key.chars().count() > MAX_LENGTH {
        return Err(Error::BadInput {
            field: "idempotencyKey",
            reason: "key-length",
            limit: u32::try_from(MAX_LENGTH).ok(),
        });
    }
    let keys = tx.keys().await?;
    let key_hash = keys.blind_index("idempotency_key.key_hash", &format!("{client:02x?}|{key}"));
    let request_hash = keys.blind_index("idempotency_key.request_hash", request);
    let row = idempotency_key::ActiveModel {
        tenant_id: Set(tx.tenant().uuid()),
        operation: Set(operation.to_owned()),
        key_hash: Set(key_hash.clone()),
        request_hash: Set(request_hash.clone()),
        outcome: Set(outcome),
        created_at: Set(ctx.now()),
    };
    let written = idempotency_key::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    if written == 1 {
        return Ok(Seen::New);
    }
    let known =
        idempotency_key::Entity::find_by_id((tx.tenant().uuid(), operation.to_owned(), key_hash))
            .one(tx)
            .await?;
    match known {
        Some(known) if known.request_hash == request_hash => Ok(Seen::Before(known.outcome)),
        Some(_) => Err(Error::Conflict("key-reused")),
        // swept between the two statements: as good as new
        None => Ok(Seen::New),
    }
}
