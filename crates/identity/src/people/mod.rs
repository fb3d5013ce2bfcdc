//! The people of the office: who has an account there, what they may, and how they get in.
//!
//! Somebody is invited: there is an account without credentials, and a mail with a code. With the code they choose a
//! password, and on the way in they set up a second factor ([`crate::second_factor`]). Who has lost either is invited
//! anew. One administrator who can act always stays.

mod accept;
mod administrators;
mod change;
mod invite;
mod own;

use db::{TenantTx, audit, sealed};
use kernel::{AccountId, Ctx, Grants, Role, policy::Action};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

pub use self::{
    accept::{Invitation, look},
    change::{PersonChange, lock, remove, reset, unlock, update},
    invite::{Invited, NewPerson, invite, invite_again},
    own::keep_credentials,
};
use crate::{
    Account, AccountError, AccountKind,
    accounts::{
        self, NewAccount,
        letters::{self, NoticeKind},
        store::account,
    },
    sign_in::has_own_sign_in_only,
};

/// Makes an account for somebody of the office, without credentials. How they get some is up to the caller: usually an
/// invitation.
pub async fn add(ctx: &Ctx, tx: &TenantTx, wanted: &NewAccount) -> Result<Account, AccountError> {
    ctx.authorize(Action::ManagePeople)?;
    let key = sealed::create_subject(ctx, tx).await?;
    let wanted = NewAccount { kind: AccountKind::Staff, ..wanted.clone() };
    let account = accounts::insert(ctx, tx, &key, &wanted).await?;
    note(ctx, tx, "person.add", account.id, json!({ "roles": names(&account.grants) })).await?;
    Ok(account)
}

/// The people of the office, in the order in which they came, after somebody.
pub async fn list(
    ctx: &Ctx,
    tx: &TenantTx,
    after: Option<AccountId>,
    limit: u64,
) -> Result<Vec<Account>, AccountError> {
    ctx.authorize(Action::ManagePeople)?;
    let mut query = account::Entity::find()
        .filter(account::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(account::Column::Kind.eq(AccountKind::Staff.key()));
    if let Some(after) = after {
        query = query.filter(account::Column::Id.gt(after.uuid()));
    }
    let rows = query.order_by_asc(account::Column::Id).limit(limit).all(tx).await?;
    let mut people = Vec::with_capacity(rows.len());
    for row in rows {
        people.extend(accounts::open(tx, row).await?);
    }
    Ok(people)
}

/// One of them.
pub async fn one(ctx: &Ctx, tx: &TenantTx, id: AccountId) -> Result<Account, AccountError> {
    ctx.authorize(Action::ManagePeople)?;
    let found = accounts::by_id(tx, id).await?;
    found.filter(|account| account.kind == AccountKind::Staff).ok_or(AccountError::NotFound)
}

/// One of them by their address, for the command line.
pub async fn by_email(ctx: &Ctx, tx: &TenantTx, email: &str) -> Result<Account, AccountError> {
    ctx.authorize(Action::ManagePeople)?;
    let row = accounts::row_by_login(tx, AccountKind::Staff, email).await?;
    let row = row.ok_or(AccountError::NotFound)?;
    accounts::open(tx, row).await?.ok_or(AccountError::NotFound)
}

/// Refuses what leads to a password where the office's people sign in with the municipality's own sign-in alone: there
/// one is invited and helped, and what was sent before the change opens nothing any more.
async fn passwords_are_used(tx: &TenantTx) -> Result<(), AccountError> {
    if has_own_sign_in_only(tx).await? {
        return Err(AccountError::Conflict("person-by-provider"));
    }
    Ok(())
}

impl Account {
    /// Whether they were invited and have never been in.
    pub fn is_waiting(&self) -> bool {
        !self.has_password && self.last_used_at.is_none()
    }
}

/// Tells those who answer for data protection, administrators and officers, what the operator does or plans. Returns how
/// many.
pub async fn tell_officers(
    ctx: &Ctx,
    tx: &TenantTx,
    notice: NoticeKind,
) -> Result<u64, AccountError> {
    const AT_ONCE: u64 = 200;
    let (mut told, mut after) = (0, None);
    loop {
        let some = list(ctx, tx, after, AT_ONCE).await?;
        let Some(last) = some.last() else { return Ok(told) };
        after = Some(last.id);
        for account in some.iter().filter(|account| answers(account)) {
            let Some(key) = sealed::subject_key(tx, account.subject).await? else { continue };
            letters::tell(ctx, tx, &key, account, notice).await?;
            told += 1;
        }
    }
}

fn answers(account: &Account) -> bool {
    let answering = |role| matches!(role, Role::TenantAdministrator | Role::DataProtectionOfficer);
    !account.is_locked && account.grants.iter().any(|grant| answering(grant.role))
}

/// Roles as the audit trail names them.
pub(crate) fn names(grants: &Grants) -> Vec<String> {
    let name = |grant: kernel::Grant| match grant.location {
        Some(location) => format!("{} {location}", grant.role.name()),
        None => grant.role.name().to_owned(),
    };
    grants.iter().map(name).collect()
}

/// Writes down what was done to an account.
async fn note(
    ctx: &Ctx,
    tx: &TenantTx,
    action: &str,
    id: AccountId,
    details: serde_json::Value,
) -> Result<(), AccountError> {
    let act = audit::Act { action, object: "account", object_id: Some(id.uuid()) };
    Ok(audit::append(ctx, tx, act, details).await?)
}
