//! Changing people of the office: name and roles, locking, taking credentials away, removing.

use db::{TenantTx, ledger, sealed};
use kernel::{AccountId, Actor, Ctx, Grants, policy::Action};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;

use super::{
    administrators::another_stays,
    invite::{Invited, check_grants, name, send, unknown_place},
    names, note, one, passwords_are_used,
};
use crate::{
    Account, AccountError, Profile,
    accounts::{self, codes, store::account},
    second_factor,
};

/// What is to be different. What is `None` stays.
#[derive(Clone, Default)]
pub struct PersonChange {
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// All roles, in the place of the ones from before.
    pub grants: Option<Grants>,
}

/// Changes name or roles. Roles hold from the next request on.
pub async fn update(
    ctx: &Ctx,
    tx: &TenantTx,
    id: AccountId,
    change: &PersonChange,
) -> Result<Account, AccountError> {
    ctx.authorize(Action::ManagePeople)?;
    let before = one(ctx, tx, id).await?;
    let profile = changed(&before.profile, change)?;
    let renamed = profile != before.profile;
    if renamed {
        let key = sealed::subject_key(tx, before.subject).await?.ok_or(AccountError::NotFound)?;
        let sealed = accounts::seal(ctx, &key, id, &profile)?;
        let row = account::ActiveModel { sealed: Set(sealed), ..accounts::one(tx, id) };
        account::Entity::update(row).exec(tx).await?;
    }
    let grants = change.grants.as_ref().unwrap_or(&before.grants);
    if *grants != before.grants {
        check_grants(grants)?;
        if is_administrator(&before.grants) && !is_administrator(grants) {
            another_stays(tx, id).await?;
        }
        accounts::set_grants(ctx, tx, id, grants).await.map_err(|e| unknown_place(e.into()))?;
    }
    let details =
        json!({ "renamed": renamed, "before": names(&before.grants), "roles": names(grants) });
    note(ctx, tx, "person.change", id, details).await?;
    one(ctx, tx, id).await
}

/// Locks an account: it opens nothing, from the next request on, and its sessions do not come back when it is unlocked.
pub async fn lock(ctx: &Ctx, tx: &TenantTx, id: AccountId) -> Result<Account, AccountError> {
    ctx.authorize(Action::ManagePeople)?;
    let account = one(ctx, tx, id).await?;
    if is_administrator(&account.grants) {
        another_stays(tx, id).await?;
    }
    set_state(ctx, tx, id, "locked").await?;
    note(ctx, tx, "person.lock", id, json!({})).await?;
    one(ctx, tx, id).await
}

/// Unlocks an account. Its owner signs in as before.
pub async fn unlock(ctx: &Ctx, tx: &TenantTx, id: AccountId) -> Result<Account, AccountError> {
    ctx.authorize(Action::ManagePeople)?;
    one(ctx, tx, id).await?;
    set_state(ctx, tx, id, "active").await?;
    note(ctx, tx, "person.unlock", id, json!({})).await?;
    one(ctx, tx, id).await
}

/// Takes password, second factor and sessions away and invites anew: for a lost phone, and for a password that others may
/// know. The operator may do it to the last administrator, who could not get in otherwise.
pub async fn reset(ctx: &Ctx, tx: &TenantTx, id: AccountId) -> Result<Invited, AccountError> {
    ctx.authorize(Action::ManagePeople)?;
    passwords_are_used(tx).await?;
    let before = one(ctx, tx, id).await?;
    if before.is_locked {
        return Err(AccountError::Conflict("person-locked"));
    }
    if is_administrator(&before.grants) && *ctx.actor() != Actor::Operator {
        another_stays(tx, id).await?;
    }
    second_factor::forget(tx, id).await?;
    let row = account::ActiveModel {
        password: Set(None),
        last_used_at: Set(None),
        signed_out_at: Set(Some(ctx.now())),
        ..accounts::one(tx, id)
    };
    account::Entity::update(row).exec(tx).await?;
    let account = one(ctx, tx, id).await?;
    let code = send(ctx, tx, &account).await?;
    note(ctx, tx, "person.reset", id, json!({})).await?;
    Ok(Invited { account, code })
}

/// Removes somebody with all that is kept about them. The audit trail keeps what they did under an id that names nobody
/// any more.
pub async fn remove(ctx: &Ctx, tx: &TenantTx, id: AccountId) -> Result<(), AccountError> {
    ctx.authorize(Action::ManagePeople)?;
    let account = one(ctx, tx, id).await?;
    if is_administrator(&account.grants) {
        another_stays(tx, id).await?;
    }
    account::Entity::delete_by_id((tx.tenant().uuid(), id.uuid())).exec(tx).await?;
    let gone = [account.id.uuid()];
    ledger::destroy(ctx, tx, account.subject, ledger::Class::Office, &gone).await?;
    note(ctx, tx, "person.remove", id, json!({ "roles": names(&account.grants) })).await
}

async fn set_state(
    ctx: &Ctx,
    tx: &TenantTx,
    id: AccountId,
    state: &str,
) -> Result<(), AccountError> {
    let mut row = account::ActiveModel { state: Set(state.to_owned()), ..accounts::one(tx, id) };
    if state == "locked" {
        row.signed_out_at = Set(Some(ctx.now()));
        codes::withdraw(ctx, tx, id, codes::Purpose::Invite).await?;
    }
    account::Entity::update(row).exec(tx).await?;
    Ok(())
}

fn changed(before: &Profile, change: &PersonChange) -> Result<Profile, AccountError> {
    let mut profile = before.clone();
    if let Some(typed) = &change.first_name {
        profile.first_name = name("firstName", typed, "first-name-missing")?;
    }
    if let Some(typed) = &change.last_name {
        profile.last_name = name("lastName", typed, "last-name-missing")?;
    }
    Ok(profile)
}

fn is_administrator(grants: &Grants) -> bool {
    grants.iter().any(|grant| grant.role.is_administrator())
}
