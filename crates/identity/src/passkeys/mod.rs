//! Passkeys (Web Authentication): a key on a device of its owner, which recognises them by finger, face or PIN.
//!
//! A passkey signs in by itself, without address and password; since the device recognises its owner each time, it counts as
//! two factors, for people of the office too. It is bound to the municipality's host ([`RelyingParty`]). What is asked of it
//! waits in the session as [`Asked`]: five minutes, for one answer.
//!
//! Passkeys are optional for citizens. Their owner adds, names and removes them; adding and removing needs a sign-in that is
//! not old, and is told by mail.

mod asked;
mod ceremony;
mod registration;
mod relying_party;
mod sign_in;
mod store;
mod wire;

use chrono::{DateTime, TimeDelta, Utc};
use db::{
    Fault, TenantTx, audit,
    sealed::{self, SubjectKey},
};
use kernel::{Ctx, PasskeyId, policy::Action};
use serde_json::json;

pub(crate) use self::store::{forget, has_one};
pub use self::{
    asked::{Asked, LIVES, Step},
    registration::{begin_registration, finish_registration},
    relying_party::RelyingParty,
};
use crate::{
    Account, AccountError, AccountKind, SignedIn,
    accounts::letters::{self, NoticeKind},
};

/// Passkeys of one account.
pub const MOST: u64 = 10;
/// Letters of a passkey's name.
pub const LONGEST_NAME: u32 = 40;
/// How old a sign-in may be for adding and removing passkeys.
pub const FRESH: TimeDelta = TimeDelta::minutes(10);

/// A passkey, as its owner sees it.
#[derive(Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Names it. Opens nothing.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: String,
    /// Whether it is on several devices, as with the keyrings of phones.
    pub is_backed_up: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it signed in.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for Passkey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // without the name: people put their own into it
        f.debug_struct("Passkey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Whether a sign-in is young enough for adding and removing passkeys: whoever finds a browser open shall not make
/// themselves at home in it.
pub fn is_fresh(ctx: &Ctx, signed_in: &SignedIn) -> bool {
    ctx.now() - signed_in.at < FRESH
}

/// One's own passkeys, the oldest first.
pub async fn list(
    ctx: &Ctx,
    tx: &TenantTx,
    account: &Account,
) -> Result<Vec<Passkey>, AccountError> {
    ctx.authorize(Action::OwnAccount)?;
    let key = key(tx, account).await?;
    let rows = store::of_account(tx, account.id).await?;
    Ok(rows.iter().map(|row| store::open(&key, row)).collect::<Result<_, _>>()?)
}

/// The passkeys of an account, for who has looked at the right.
pub(crate) async fn of_account(tx: &TenantTx, account: &Account) -> Result<Vec<Passkey>, Fault> {
    let key = sealed::subject_key(tx, account.subject).await?.ok_or(Fault::Sealed)?;
    store::of_account(tx, account.id).await?.iter().map(|row| store::open(&key, row)).collect()
}

/// Gives one's own passkey another name.
pub async fn rename(
    ctx: &Ctx,
    tx: &TenantTx,
    account: &Account,
    id: PasskeyId,
    name: &str,
) -> Result<Passkey, AccountError> {
    ctx.authorize(Action::OwnAccount)?;
    let name = checked(name)?;
    store::one_of_account(tx, account.id, id).await?.ok_or(AccountError::NotFound)?;
    let renamed = store::rename(ctx, tx, &key(tx, account).await?, id, &name).await?;
    note(ctx, tx, account, "passkey.rename", id).await?;
    Ok(renamed)
}

/// Removes one's own passkey, and tells its owner by mail. Somebody of the office keeps a second factor.
pub async fn remove(
    ctx: &Ctx,
    tx: &TenantTx,
    account: &Account,
    signed_in: &SignedIn,
    id: PasskeyId,
) -> Result<(), AccountError> {
    ctx.authorize(Action::OwnAccount)?;
    check_fresh(ctx, signed_in)?;
    let count = store::count_locked(tx, account.id).await?;
    store::one_of_account(tx, account.id, id).await?.ok_or(AccountError::NotFound)?;
    let has_other_way = account.has_password && account.has_totp;
    if account.kind == AccountKind::Staff && count < 2 && !has_other_way {
        return Err(AccountError::Conflict("passkey-last"));
    }
    store::remove(tx, id).await?;
    let key = key(tx, account).await?;
    letters::tell(ctx, tx, &key, account, NoticeKind::FactorChanged).await?;
    note(ctx, tx, account, "passkey.remove", id).await
}

fn check_fresh(ctx: &Ctx, signed_in: &SignedIn) -> Result<(), AccountError> {
    if is_fresh(ctx, signed_in) { Ok(()) } else { Err(AccountError::Conflict("sign-in-old")) }
}

fn checked(name: &str) -> Result<String, AccountError> {
    let bad = |reason, limit| AccountError::BadInput { field: "name", reason, limit };
    let name = name.trim();
    if name.is_empty() {
        return Err(bad("passkey-name-missing", None));
    }
    if name.chars().count() > LONGEST_NAME as usize {
        return Err(bad("text-long", Some(LONGEST_NAME)));
    }
    if name.chars().any(char::is_control) {
        return Err(bad("text-signs", None));
    }
    Ok(name.to_owned())
}

async fn key(tx: &TenantTx, account: &Account) -> Result<SubjectKey, AccountError> {
    sealed::subject_key(tx, account.subject).await?.ok_or(AccountError::NotFound)
}

/// Writes down what somebody of the office did. Nobody watches citizens.
async fn note(
    ctx: &Ctx,
    tx: &TenantTx,
    account: &Account,
    action: &str,
    id: PasskeyId,
) -> Result<(), AccountError> {
    if account.kind == AccountKind::Staff {
        let act = audit::Act { action, object: "passkey", object_id: Some(id.uuid()) };
        audit::append(ctx, tx, act, json!({})).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use kernel::PublicError;

    use super::*;

    #[test]
    fn a_name_can_be_shown() {
        assert_eq!(checked(" Diensthandy ").unwrap(), "Diensthandy");
        for wrong in ["", " ", "a\u{1b}[31m", &"x".repeat(41)] {
            let error = checked(wrong).unwrap_err();
            assert_eq!(error.field(), Some("name"));
            assert_ne!(
                error.message(kernel::Locale::De),
                error.text_key(),
                "a sentence for people"
            );
        }
    }

    #[test]
    fn an_old_sign_in_is_not_enough() {
        let ctx = |now| Ctx::for_tests(uuid::Uuid::from_u128(1).into(), now);
        let signed_in = SignedIn {
            account: uuid::Uuid::from_u128(2).into(),
            kind: AccountKind::Citizen,
            at: "2026-12-07T08:00:00Z".parse().unwrap(),
        };
        assert!(check_fresh(&ctx("2026-12-07T08:09:59Z"), &signed_in).is_ok());
        let error = check_fresh(&ctx("2026-12-07T08:10:00Z"), &signed_in).unwrap_err();
        assert_ne!(error.message(kernel::Locale::De), error.text_key(), "a sentence for people");
    }
}
