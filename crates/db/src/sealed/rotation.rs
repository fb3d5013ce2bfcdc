//! A new master key, without downtime: the municipalities' keys are taken out of the envelope of the previous one and put into
//! the new one's. What they seal stays as it is, and processes go on with the keys that they have unwrapped.

use kernel::{Ctx, policy::Action};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::{Keyring, TenantKeys, Wrapped, aead_key, open, seal, tenant_aad};
use crate::{Fault, TenantTx, audit::AuditError, signature};

/// What was done with a municipality's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotated {
    /// It was in the previous key's envelope and is in the new one's.
    Now,
    /// It was there before.
    Before,
}

impl Keyring {
    /// With the master key before this one, whose envelopes are still opened.
    #[must_use]
    pub fn with_previous(mut self, previous: Option<&[u8; 32]>) -> Self {
        self.previous = previous.map(aead_key);
        let key = previous.map(signature::public_key_of);
        self.former_public_keys.extend(key);
        self
    }

    /// With public keys of earlier master keys, whose signatures still count.
    #[must_use]
    pub fn with_former_public_keys(mut self, keys: impl IntoIterator<Item = Vec<u8>>) -> Self {
        self.former_public_keys.extend(keys);
        self
    }

    /// Opens a municipality's envelope: with this master key, or the one before. Says with which.
    pub(super) fn unwrap(
        &self,
        tenant: kernel::TenantId,
        wrapped: &[u8],
    ) -> Result<(Vec<u8>, Rotated), Fault> {
        let aad = tenant_aad(tenant);
        if let Ok(secret) = open(&self.master, &aad, wrapped) {
            return Ok((secret, Rotated::Before));
        }
        let previous = self.previous.as_ref().ok_or(Fault::Sealed)?;
        Ok((open(previous, &aad, wrapped)?, Rotated::Now))
    }
}

/// Puts the key of the transaction's municipality into the envelope of this installation's master key. Again, it changes
/// nothing.
pub async fn rotate_tenant_key(ctx: &Ctx, tx: &TenantTx) -> Result<Rotated, AuditError> {
    ctx.authorize(Action::RotateKeys)?;
    Ok(rotate(ctx, tx).await?)
}

/// Whether the key of the transaction's municipality is in the envelope of the previous master key.
pub async fn is_behind(ctx: &Ctx, tx: &TenantTx) -> Result<bool, AuditError> {
    ctx.authorize(Action::RotateKeys)?;
    let wrapped = super::load_wrapped_tenant_key(tx).await?.ok_or(Fault::Sealed)?;
    let (_, found) = tx.keyring().unwrap(tx.tenant(), &wrapped)?;
    Ok(found == Rotated::Now)
}

async fn rotate(ctx: &Ctx, tx: &TenantTx) -> Result<Rotated, Fault> {
    let text = "SELECT wrapped FROM keys.tenant_key WHERE tenant_id = $1 FOR UPDATE";
    let row = Wrapped::find_by_statement(tx.statement(text, [])).one(tx).await?;
    let wrapped = row.ok_or(Fault::Sealed)?.wrapped;
    let keyring = tx.keyring();
    let (secret, found) = keyring.unwrap(tx.tenant(), &wrapped)?;
    if found == Rotated::Now {
        // what cannot be used must not be stored
        TenantKeys::from_secret(tx.tenant(), &secret)?;
        let wrapped = seal(&keyring.master, ctx.chance(), &tenant_aad(tx.tenant()), &secret)?;
        let text = "UPDATE keys.tenant_key SET wrapped = $2 WHERE tenant_id = $1";
        tx.execute_raw(tx.statement(text, [wrapped.into()])).await?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use kernel::{SeededChance, TenantId};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_envelope_opens_with_this_key_or_the_one_before() {
        let (old, new) = ([1; 32], [2; 32]);
        let tenant = TenantId::from(Uuid::from_u128(7));
        let wrapped =
            seal(&aead_key(&old), &SeededChance::new(1), &tenant_aad(tenant), b"secret").unwrap();
        let opened = |keyring: Keyring| keyring.unwrap(tenant, &wrapped).ok();
        assert_eq!(opened(Keyring::new(&old)), Some((b"secret".to_vec(), Rotated::Before)));
        assert_eq!(opened(Keyring::new(&new)), None);
        let both = Keyring::new(&new).with_previous(Some(&old));
        assert_eq!(opened(both), Some((b"secret".to_vec(), Rotated::Now)));
        let another = TenantId::from(Uuid::from_u128(8));
        let both = Keyring::new(&new).with_previous(Some(&old));
        assert!(both.unwrap(another, &wrapped).is_err(), "another municipality's");
    }
}
