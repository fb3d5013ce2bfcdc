//! The same key gives the same outcome for 24 hours (draft-ietf-httpapi-idempotency-key-header).
//!
//! The row is written first in the business transaction: a second request with the same key waits there until the
//! first has committed, and then finds its outcome. If the first fails, its row goes with it.

use db::{TenantTx, sealed::TenantKeys};
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

/// What is stored of a key and of the request that it stands for.
#[derive(Debug, Clone)]
pub(crate) struct KeyHashes {
    pub(crate) key: Vec<u8>,
    pub(crate) request: Vec<u8>,
}

impl IdempotencyKey {
    /// The keyed hashes of the key and its request.
    pub(crate) fn hashes(&self, keys: &TenantKeys, request: &str) -> Result<KeyHashes, Error> {
        let Self { key, client } = self;
        if key.is_empty() || key.chars().count() > MAX_LENGTH {
            return Err(Error::BadInput {
                field: "idempotencyKey",
                reason: "key-length",
                limit: u32::try_from(MAX_LENGTH).ok(),
            });
        }
        Ok(KeyHashes {
            key: keys.blind_index("idempotency_key.key_hash", &format!("{client:02x?}|{key}")),
            request: keys.blind_index("idempotency_key.request_hash", request),
        })
    }
}

impl KeyHashes {
    /// What the key has led to before. A key that was used for another request is a conflict.
    pub(crate) async fn outcome(
        &self,
        tx: &TenantTx,
        operation: &'static str,
    ) -> Result<Option<Uuid>, Error> {
        let id = (tx.tenant().uuid(), operation.to_owned(), self.key.clone());
        match idempotency_key::Entity::find_by_id(id).one(tx).await? {
            Some(known) if known.request_hash == self.request => Ok(Some(known.outcome)),
            Some(_) => Err(Error::Conflict("key-reused")),
            None => Ok(None),
        }
    }

    /// Notes that the key leads to `outcome`. Returns where it has led before, if it has.
    pub(crate) async fn remember(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        operation: &'static str,
        outcome: Uuid,
    ) -> Result<Option<Uuid>, Error> {
        let row = idempotency_key::ActiveModel {
            tenant_id: Set(tx.tenant().uuid()),
            operation: Set(operation.to_owned()),
            key_hash: Set(self.key.clone()),
            request_hash: Set(self.request.clone()),
            outcome: Set(outcome),
            created_at: Set(ctx.now()),
        };
        let written = idempotency_key::Entity::insert(row)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(tx)
            .await?;
        if written == 1 { Ok(None) } else { self.outcome(tx, operation).await }
    }
}
