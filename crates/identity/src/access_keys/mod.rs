//! Access keys of the office: what a program or a person of the municipality shows in order to act for it.
//!
//! The token is shown once and stored as a hash; it belongs to one municipality, carries a few rights, and ends. An
//! unknown token, one that has ended and another municipality's are the same to whoever asks.

mod admit;
mod error;
mod store;
mod token;

use chrono::{DateTime, TimeDelta, Utc};
use db::{Fault, TenantTx, audit};
use kernel::{AccessKeyId, Actor, Ctx, Scope, Scopes, policy::Action};

use tenant::quotas::{self, Quota};

pub use admit::{admit, note_use};
pub use error::AccessError;
pub use token::AccessToken;

/// The longest that a key lives.
pub const MOST_DAYS: u16 = 366;
/// Letters of a key's name.
pub const LONGEST_NAME: u32 = 80;
/// How long an ended key is listed before it is deleted.
pub const KEPT_AFTER_END: TimeDelta = TimeDelta::days(90);

/// A key, without its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// Names it, also in the record of who changed what.
    pub id: AccessKeyId,
    /// What the office calls it. Says what it is for, not who has it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when on it opens nothing.
    pub expires_at: DateTime<Utc>,
    /// When it was used, to a few minutes.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl AccessKey {
    /// Whether it opens anything now.
    pub fn is_valid(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }

    /// Who acts through it.
    pub fn actor(&self) -> Actor {
        Actor::Program { key: self.id, scopes: self.scopes }
    }
}

/// What a new key is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccessKey {
    /// See [`AccessKey::name`].
    pub name: String,
    /// See [`AccessKey::scopes`].
    pub scopes: Scopes,
    /// How many days it lives, at most [`MOST_DAYS`].
    pub days: u16,
}

impl NewAccessKey {
    fn checked(&self, is_platform: bool) -> Result<String, AccessError> {
        let bad = |field, reason, limit| AccessError::BadInput { field, reason, limit };
        let name = self.name.trim();
        if name.is_empty() {
            return Err(bad("name", "key-name-missing", None));
        }
        if name.chars().count() > LONGEST_NAME as usize {
            return Err(bad("name", "text-long", Some(LONGEST_NAME)));
        }
        if name.chars().any(char::is_control) {
            return Err(bad("name", "text-signs", None));
        }
        // what does not exist in the realm cannot be given there
        let realm = Scope::of(is_platform);
        if self.scopes.is_empty() || self.scopes.iter().any(|scope| !realm.contains(&scope)) {
            return Err(bad("scopes", "key-scopes-missing", None));
        }
        if !(1..=MOST_DAYS).contains(&self.days) {
            return Err(bad("days", "key-days-range", Some(MOST_DAYS.into())));
        }
        Ok(name.to_owned())
    }
}

/// Makes a key. The token is in the answer and nowhere else.
pub async fn create(
    ctx: &Ctx,
    tx: &TenantTx,
    wanted: &NewAccessKey,
) -> Result<(AccessKey, AccessToken), AccessError> {
    ctx.authorize(Action::ManageAccessKeys)?;
    let used = crate::usage::valid_keys(ctx, tx).await?;
    quotas::make_room(tx, Quota::AccessKeys, used).await??;
    let token = AccessToken::random(ctx);
    Ok((insert(ctx, tx, wanted, &token).await?, token))
}

/// The key with this token, made now if it is not there, and good for `wanted.days` from now on.
///
/// For the demo alone, which derives its tokens so that it can show them at every start.
pub async fn keep(
    ctx: &Ctx,
    tx: &TenantTx,
    wanted: &NewAccessKey,
    token: &AccessToken,
) -> Result<AccessKey, AccessError> {
    ctx.authorize(Action::ManageAccessKeys)?;
    match store::by_hash(tx, &token.hash()).await? {
        Some(known) => {
            let until = ctx.now() + TimeDelta::days(wanted.days.into());
            Ok(store::prolong(tx, known.id, until).await?)
        }
        None => insert(ctx, tx, wanted, token).await,
    }
}

async fn insert(
    ctx: &Ctx,
    tx: &TenantTx,
    wanted: &NewAccessKey,
    token: &AccessToken,
) -> Result<AccessKey, AccessError> {
    let key = AccessKey {
        id: AccessKeyId::new(ctx.clock(), ctx.chance()),
        name: wanted.checked(ctx.tenant().is_platform())?,
        scopes: wanted.scopes,
        created_at: ctx.now(),
        expires_at: ctx.now() + TimeDelta::days(wanted.days.into()),
        last_used_at: None,
        revoked_at: None,
    };
    store::insert(tx, &key, &token.hash()).await?;
    let scopes: Vec<_> = key.scopes.iter().map(kernel::Scope::name).collect();
    let settings = serde_json::json!({ "scopes": scopes, "days": wanted.days });
    audit::append(ctx, tx, act("key.create", key.id), settings).await?;
    Ok(key)
}

fn act(action: &'static str, key: AccessKeyId) -> audit::Act<'static> {
    audit::Act { action, object: "access-key", object_id: Some(key.uuid()) }
}

/// Keys, the newest first, with those that ended lately; those after one of them. One more than `most` when there are
/// more.
pub async fn page(
    ctx: &Ctx,
    tx: &TenantTx,
    after: Option<AccessKeyId>,
    most: u64,
) -> Result<Vec<AccessKey>, AccessError> {
    ctx.authorize(Action::ManageAccessKeys)?;
    Ok(store::page(tx, after, most + 1).await?)
}

/// One key.
pub async fn find(ctx: &Ctx, tx: &TenantTx, id: AccessKeyId) -> Result<AccessKey, AccessError> {
    ctx.authorize(Action::ManageAccessKeys)?;
    store::by_id(tx, id).await?.ok_or(AccessError::NotFound)
}

/// What the office calls a key.
pub(crate) async fn name(tx: &TenantTx, id: AccessKeyId) -> Result<Option<String>, Fault> {
    Ok(store::by_id(tx, id).await?.map(|key| key.name))
}

/// All keys, the newest first, with those that ended lately.
pub async fn list(ctx: &Ctx, tx: &TenantTx) -> Result<Vec<AccessKey>, AccessError> {
    ctx.authorize(Action::ManageAccessKeys)?;
    Ok(store::all(tx).await?)
}

/// Takes a key back: it opens nothing from now on, and sessions that began with it end. Doing it again changes nothing.
pub async fn revoke(ctx: &Ctx, tx: &TenantTx, id: AccessKeyId) -> Result<AccessKey, AccessError> {
    ctx.authorize(Action::ManageAccessKeys)?;
    let known = store::by_id(tx, id).await?.ok_or(AccessError::NotFound)?;
    if known.revoked_at.is_some() {
        return Ok(known);
    }
    let revoked = store::revoke(tx, id, ctx.now()).await?;
    audit::append(ctx, tx, act("key.revoke", id), serde_json::json!({})).await?;
    Ok(revoked)
}

/// The key that a token opens.
pub async fn authenticate(ctx: &Ctx, tx: &TenantTx, token: &str) -> Result<AccessKey, AccessError> {
    let token = AccessToken::parse(token).ok_or(AccessError::Unauthenticated)?;
    valid(ctx, store::by_hash(tx, &token.hash()).await?)
}

/// The key that a session began with, if it still is valid. The session knows its id only.
pub async fn resume(ctx: &Ctx, tx: &TenantTx, id: AccessKeyId) -> Result<AccessKey, AccessError> {
    valid(ctx, store::by_id(tx, id).await?)
}

fn valid(ctx: &Ctx, found: Option<AccessKey>) -> Result<AccessKey, AccessError> {
    found.filter(|key| key.is_valid(ctx.now())).ok_or(AccessError::Unauthenticated)
}

#[cfg(test)]
mod tests {
    use kernel::PublicError;

    use super::*;

    fn refused(wanted: &NewAccessKey) -> String {
        let error = wanted.checked(false).unwrap_err();
        assert_ne!(error.message(kernel::Locale::De), error.text_key(), "a sentence for people");
        error.field().unwrap_or_default().to_owned()
    }

    #[test]
    fn a_key_has_a_name_a_right_and_an_end() {
        let good = NewAccessKey {
            name: " Kalenderpflege ".to_owned(),
            scopes: Scope::CalendarRead.into(),
            days: 90,
        };
        assert_eq!(good.checked(false).unwrap(), "Kalenderpflege");
        for name in [" ", &"x".repeat(81), "a\u{1b}[31mb"] {
            assert_eq!(refused(&NewAccessKey { name: name.to_owned(), ..good.clone() }), "name");
        }
        for scopes in [Scopes::NONE, Scope::PlatformRead.into()] {
            assert_eq!(refused(&NewAccessKey { scopes, ..good.clone() }), "scopes");
        }
        assert!(good.checked(true).is_err(), "an office's right at the operator's");
        for days in [0, MOST_DAYS + 1] {
            assert_eq!(refused(&NewAccessKey { days, ..good.clone() }), "days");
        }
    }
}
