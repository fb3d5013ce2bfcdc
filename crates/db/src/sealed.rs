//! Personal data at rest: sealed under a key per person, so that deleting the key erases.
//!
//! master key (file, environment or KMS) → wraps the tenant's secret (`keys.tenant_key`) → wraps the person's
//! key (`keys.subject_key`) → seals the record. Each envelope is ChaCha20-Poly1305 (RFC 8439) with a random
//! 96-bit nonce and the place of the value as associated data, so that a ciphertext cannot be moved to another
//! tenant, table or row. A person's key seals a handful of values, far below the nonce limit.

mod rotation;

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use kernel::{Chance, Ctx, SubjectId, TenantId};
use ring::{
    aead::{self, Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf, hmac,
};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use uuid::Uuid;

use crate::{Fault, TenantTx, signature::Signer, token::Token};

pub use rotation::{Rotated, is_behind, rotate_tenant_key};

/// The master key and the tenants' keys that it has unwrapped.
pub struct Keyring {
    master: LessSafeKey,
    /// The master key before this one, while there are envelopes of its.
    previous: Option<LessSafeKey>,
    /// Whose signatures still count beside the own ones.
    former_public_keys: Vec<Vec<u8>>,
    signer: Signer,
    tenants: RwLock<HashMap<TenantId, Arc<TenantKeys>>>,
}

/// The keys of one municipality.
pub struct TenantKeys {
    tenant: TenantId,
    wrap: LessSafeKey,
    index: hmac::Key,
    token: hmac::Key,
}

/// The key of one person.
pub struct SubjectKey {
    tenant: TenantId,
    subject: SubjectId,
    seal: LessSafeKey,
    token: hmac::Key,
}

/// Where a sealed value lives.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Table and column, `customer.sealed`.
    pub column: &'static str,
    /// The row.
    pub row: Uuid,
}

macro_rules! no_debug_output {
    ($($key:ty),+) => {$(
        impl std::fmt::Debug for $key {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($key), "(…)"))
            }
        }
    )+};
}
no_debug_output!(Keyring, TenantKeys, SubjectKey);

impl Keyring {
    /// A keyring under a master key of 32 bytes.
    pub fn new(master: &[u8; 32]) -> Self {
        Self {
            master: aead_key(master),
            previous: None,
            former_public_keys: Vec::new(),
            signer: Signer::new(master),
            tenants: RwLock::default(),
        }
    }

    pub(crate) fn signer(&self) -> &Signer {
        &self.signer
    }

    pub(crate) fn former_public_keys(&self) -> &[Vec<u8>] {
        &self.former_public_keys
    }

    /// Forgets the keys of a municipality that is gone.
    pub(crate) fn forget(&self, tenant: TenantId) {
        self.tenants.write().unwrap_or_else(PoisonError::into_inner).remove(&tenant);
    }

    /// The keys that were unwrapped before.
    pub(crate) fn known(&self, tenant: TenantId) -> Option<Arc<TenantKeys>> {
        self.tenants.read().unwrap_or_else(PoisonError::into_inner).get(&tenant).cloned()
    }

    pub(crate) async fn tenant_keys(&self, tx: &TenantTx) -> Result<Arc<TenantKeys>, Fault> {
        if let Some(keys) = self.known(tx.tenant()) {
            return Ok(keys);
        }
        let wrapped = load_wrapped_tenant_key(tx).await?.ok_or(Fault::Sealed)?;
        let (secret, _) = self.unwrap(tx.tenant(), &wrapped)?;
        let keys = Arc::new(TenantKeys::from_secret(tx.tenant(), &secret)?);
        self.tenants
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(tx.tenant(), keys.clone());
        Ok(keys)
    }
}

impl TenantKeys {
    fn from_secret(tenant: TenantId, secret: &[u8]) -> Result<Self, Fault> {
        Ok(Self {
            tenant,
            wrap: aead_key(&derive(secret, b"wrap person keys")?),
            index: hmac::Key::new(hmac::HMAC_SHA256, &derive(secret, b"blind index")?),
            token: hmac::Key::new(hmac::HMAC_SHA256, &derive(secret, b"tokens")?),
        })
    }

    /// A keyed hash by which an equal value can be found, within this tenant and column only.
    pub fn blind_index(&self, column: &str, normalised: &str) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.index);
        context.update(column.as_bytes());
        context.update(&[0]);
        context.update(normalised.as_bytes());
        context.sign().as_ref().get(..16).unwrap_or_default().to_vec()
    }

    /// A token that belongs to no person yet, such as a reservation's.
    pub fn token(&self, purpose: &str, id: Uuid) -> Token {
        Token::derive(&self.token, purpose, id)
    }
}

impl SubjectKey {
    fn from_secret(tenant: TenantId, subject: SubjectId, secret: &[u8]) -> Result<Self, Fault> {
        Ok(Self {
            tenant,
            subject,
            seal: aead_key(&derive(secret, b"seal")?),
            token: hmac::Key::new(hmac::HMAC_SHA256, &derive(secret, b"tokens")?),
        })
    }

    /// Whose key this is.
    pub fn subject(&self) -> SubjectId {
        self.subject
    }

    /// Encrypts a value for one place.
    pub fn seal(&self, chance: &dyn Chance, place: Place, plain: &[u8]) -> Result<Vec<u8>, Fault> {
        seal(&self.seal, chance, &self.aad(place), plain)
    }

    /// Decrypts a value from the place that it was sealed for.
    pub fn open(&self, place: Place, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        open(&self.seal, &self.aad(place), sealed)
    }

    /// The person's token for `purpose` and `id`; gone when the key is gone.
    pub fn token(&self, purpose: &str, id: Uuid) -> Token {
        self.token_for(purpose, id.as_bytes())
    }

    /// The person's token for `purpose` and whatever tells one thing from another, when that is no id.
    pub fn token_for(&self, purpose: &str, context: &[u8]) -> Token {
        Token::derive_for(&self.token, purpose, context)
    }

    fn aad(&self, place: Place) -> Vec<u8> {
        format!("{}|{}|{}|{}", self.tenant, self.subject, place.column, place.row).into_bytes()
    }
}

/// Makes a person, an id and a key, and the key as it is stored. Nothing is written: whoever calls this stores the
/// wrapped key in `keys.subject_key`, with what it seals.
pub fn new_subject(ctx: &Ctx, keys: &TenantKeys) -> Result<(SubjectKey, Vec<u8>), Fault> {
    let subject = SubjectId::new(ctx.clock(), ctx.chance());
    let secret = ctx.random::<32>();
    let wrapped = seal(&keys.wrap, ctx.chance(), &subject_aad(keys.tenant, subject), &secret)?;
    Ok((SubjectKey::from_secret(keys.tenant, subject, &secret)?, wrapped))
}

/// The key of a person from what `keys.subject_key` holds.
pub fn known_subject(
    keys: &TenantKeys,
    subject: SubjectId,
    wrapped: &[u8],
) -> Result<SubjectKey, Fault> {
    let secret = open(&keys.wrap, &subject_aad(keys.tenant, subject), wrapped)?;
    SubjectKey::from_secret(keys.tenant, subject, &secret)
}

/// Makes a person and stores the key. The caller stores what it seals.
pub async fn create_subject(ctx: &Ctx, tx: &TenantTx) -> Result<SubjectKey, Fault> {
    let (key, wrapped) = new_subject(ctx, &*tx.keys().await?)?;
    tx.execute_raw(Statement::from_sql_and_values(
        sea_orm::DbBackend::Postgres,
        "INSERT INTO keys.subject_key (tenant_id, subject_id, wrapped, created_at) VALUES ($1, $2, $3, $4)",
        [tx.tenant().uuid().into(), key.subject.uuid().into(), wrapped.into(), ctx.now().into()],
    ))
    .await?;
    Ok(key)
}

/// The key of a person, if they were not erased.
pub async fn subject_key(tx: &TenantTx, subject: SubjectId) -> Result<Option<SubjectKey>, Fault> {
    let keys = tx.keys().await?;
    let row = tx
        .query_one_raw(Statement::from_sql_and_values(
            sea_orm::DbBackend::Postgres,
            "SELECT wrapped FROM keys.subject_key WHERE tenant_id = $1 AND subject_id = $2",
            [tx.tenant().uuid().into(), subject.uuid().into()],
        ))
        .await?;
    let Some(row) = row else { return Ok(None) };
    let wrapped: Vec<u8> = row.try_get("", "wrapped")?;
    known_subject(&keys, subject, &wrapped).map(Some)
}

/// Destroys a person's key: what it sealed is noise from now on, in backups of the data too.
pub async fn destroy_subject(tx: &TenantTx, subject: SubjectId) -> Result<(), Fault> {
    tx.execute_raw(Statement::from_sql_and_values(
        sea_orm::DbBackend::Postgres,
        "DELETE FROM keys.subject_key WHERE tenant_id = $1 AND subject_id = $2",
        [tx.tenant().uuid().into(), subject.uuid().into()],
    ))
    .await?;
    Ok(())
}

/// Everybody who has a key.
pub async fn subjects(tx: &TenantTx) -> Result<Vec<SubjectId>, Fault> {
    let rows = tx
        .query_all_raw(Statement::from_sql_and_values(
            sea_orm::DbBackend::Postgres,
            "SELECT subject_id FROM keys.subject_key WHERE tenant_id = $1",
            [tx.tenant().uuid().into()],
        ))
        .await?;
    rows.iter().map(|row| Ok(row.try_get::<Uuid>("", "subject_id")?.into())).collect()
}

#[derive(FromQueryResult)]
struct Wrapped {
    wrapped: Vec<u8>,
}

async fn load_wrapped_tenant_key(tx: &TenantTx) -> Result<Option<Vec<u8>>, Fault> {
    let row = Wrapped::find_by_statement(Statement::from_sql_and_values(
        sea_orm::DbBackend::Postgres,
        "SELECT wrapped FROM keys.tenant_key WHERE tenant_id = $1",
        [tx.tenant().uuid().into()],
    ))
    .one(tx)
    .await?;
    Ok(row.map(|row| row.wrapped))
}

/// Makes sure that a tenant has its key. Called when the tenant is created.
pub async fn ensure_tenant_key(ctx: &Ctx, tx: &TenantTx) -> Result<(), Fault> {
    let secret = ctx.random::<32>();
    let wrapped = seal(&tx.keyring().master, ctx.chance(), &tenant_aad(tx.tenant()), &secret)?;
    tx.execute_raw(Statement::from_sql_and_values(
        sea_orm::DbBackend::Postgres,
        "INSERT INTO keys.tenant_key (tenant_id, wrapped, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (tenant_id) DO NOTHING",
        [tx.tenant().uuid().into(), wrapped.into(), ctx.now().into()],
    ))
    .await?;
    Ok(())
}

fn tenant_aad(tenant: TenantId) -> Vec<u8> {
    format!("tenant key|{tenant}").into_bytes()
}

fn subject_aad(tenant: TenantId, subject: SubjectId) -> Vec<u8> {
    format!("subject key|{tenant}|{subject}").into_bytes()
}

#[expect(clippy::expect_used, reason = "32 bytes are the key length by type")]
fn aead_key(bytes: &[u8; 32]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, bytes).expect("32 bytes"))
}

pub(crate) fn derive(secret: &[u8], purpose: &[u8]) -> Result<[u8; 32], Fault> {
    let mut key = [0; 32];
    hkdf::Salt::new(hkdf::HKDF_SHA256, b"stadttermin v1")
        .extract(secret)
        .expand(&[purpose], hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(&mut key))
        .map_err(|_| Fault::Sealed)?;
    Ok(key)
}

fn seal(
    key: &LessSafeKey,
    chance: &dyn Chance,
    aad: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, Fault> {
    let mut nonce = [0; NONCE_LEN];
    chance.fill(&mut nonce);
    let mut sealed = plain.to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut sealed)
        .map_err(|_| Fault::Sealed)?;
    Ok([&nonce[..], &sealed].concat())
}

fn open(key: &LessSafeKey, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Fault> {
    let (nonce, sealed) = sealed.split_at_checked(aead::NONCE_LEN).ok_or(Fault::Sealed)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Fault::Sealed)?;
    let mut buffer = sealed.to_vec();
    let plain = key.open_in_place(nonce, Aad::from(aad), &mut buffer).map_err(|_| Fault::Sealed)?;
    Ok(plain.to_vec())
}

#[cfg(test)]
mod tests {
    use kernel::SeededChance;

    use super::*;

    fn key(tenant: u128, subject: u128) -> SubjectKey {
        let (tenant, subject) = (Uuid::from_u128(tenant).into(), Uuid::from_u128(subject).into());
        SubjectKey::from_secret(tenant, subject, &[9; 32]).unwrap()
    }

    #[test]
    fn a_sealed_value_opens_only_where_it_belongs() {
        let place = Place { column: "customer.sealed", row: Uuid::from_u128(5) };
        let sealed = key(1, 2).seal(&SeededChance::new(1), place, b"Erika").unwrap();
        assert!(!sealed.windows(5).any(|w| w == b"Erika"));
        assert_eq!(key(1, 2).open(place, &sealed).unwrap(), b"Erika");

        let moved = Place { row: Uuid::from_u128(6), ..place };
        assert!(key(1, 2).open(moved, &sealed).is_err(), "another row");
        assert!(key(3, 2).open(place, &sealed).is_err(), "another tenant");
        assert!(key(1, 4).open(place, &sealed).is_err(), "another person");
        let mut damaged = sealed.clone();
        damaged[14] ^= 1;
        assert!(key(1, 2).open(place, &damaged).is_err(), "damaged");
    }
}
