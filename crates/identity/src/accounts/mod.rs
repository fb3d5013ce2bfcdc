//! Accounts: a citizen's, which is optional and belongs to one municipality, and those of the office's people.
//!
//! Who somebody is (name, address, number) is sealed under their own key; they are found by a keyed hash of their address.
//! One person may have an account of either kind with the same address; the two have nothing in common.

pub mod codes;
mod error;
pub mod letters;
pub(crate) mod store;

use chrono::{DateTime, TimeDelta, Utc};
use db::{
    Db, Fault, TenantTx,
    sealed::{self, Place, SubjectKey},
};
use kernel::{AccountId, Actor, Ctx, Grant, Grants, Locale, Role, SubjectId};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
    ColumnTrait, EntityTrait, QueryFilter,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use error::AccountError;

use self::store::{account, account_role};
use crate::{SignedIn, passkeys};

/// How exact the note of the last use is.
const NOTED_EVERY: TimeDelta = TimeDelta::hours(1);

/// Whose account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountKind {
    /// A citizen's.
    Citizen,
    /// Somebody's of the office.
    Staff,
}

impl AccountKind {
    /// The word in the database.
    pub fn key(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::Staff => "staff",
        }
    }

    pub(crate) fn from_key(key: &str) -> Self {
        if key == "staff" { Self::Staff } else { Self::Citizen }
    }
}

/// Who somebody is. Has no `Debug`: it is personal data.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The address that was verified, as it was typed.
    pub email: String,
    /// Mobile number, E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// An account, opened.
#[derive(Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what there is and what is not, independent of each other"
)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Whose it is.
    pub kind: AccountKind,
    /// Whose key seals it.
    pub subject: SubjectId,
    /// Who they are.
    pub profile: Profile,
    /// What they are at the office, and where. Empty for citizens.
    pub grants: Grants,
    /// The language of their mails.
    pub locale: Locale,
    /// Whether it was locked: it opens nothing until it is unlocked.
    pub is_locked: bool,
    /// Whether there is a password.
    pub has_password: bool,
    /// Whether there is an authenticator app.
    pub has_totp: bool,
    /// Whether there is a passkey. Asked for people of the office only, whose sign-in depends on it.
    pub has_passkey: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was used, to an hour.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Sessions that began before are over.
    pub signed_out_at: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl Account {
    /// Who acts when they do.
    pub fn actor(&self) -> Actor {
        match self.kind {
            AccountKind::Citizen => Actor::Account(self.id),
            AccountKind::Staff => Actor::Staff { account: self.id, grants: self.grants.clone() },
        }
    }
}

/// What a new account is to be.
#[derive(Clone)]
pub struct NewAccount {
    /// Whose.
    pub kind: AccountKind,
    /// Who they are. The address was verified.
    pub profile: Profile,
    /// The language of their mails.
    pub locale: Locale,
    /// Roles, for people of the office.
    pub grants: Grants,
}

/// The form in which addresses are compared: without blanks around it, in lower case.
pub fn login_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// The keyed hash under which an address is found, in this municipality only.
pub(crate) async fn login_index(tx: &TenantTx, email: &str) -> Result<Vec<u8>, Fault> {
    Ok(tx.keys().await?.blind_index("account.login_index", &login_key(email)))
}

/// Makes an account under a person's key, which the caller has made or holds. Refused when the address has one of this
/// kind already.
pub(crate) async fn insert(
    ctx: &Ctx,
    tx: &TenantTx,
    key: &SubjectKey,
    wanted: &NewAccount,
) -> Result<Account, AccountError> {
    let id = AccountId::new(ctx.clock(), ctx.chance());
    let row = account::ActiveModel {
        tenant_id: Set(tx.tenant().uuid()),
        id: Set(id.uuid()),
        kind: Set(wanted.kind.key().to_owned()),
        state: Set("active".to_owned()),
        subject_id: Set(key.subject().uuid()),
        sealed: Set(seal(ctx, key, id, &wanted.profile)?),
        login_index: Set(login_index(tx, &wanted.profile.email).await?),
        password: Set(None),
        totp: Set(None),
        totp_step: Set(0),
        locale: Set(wanted.locale.key().to_owned()),
        created_at: Set(ctx.now()),
        last_used_at: Set(None),
        signed_out_at: Set(None),
        warned_at: Set(None),
    };
    let row = row.insert(tx).await.map_err(Fault::from).map_err(|fault| match fault {
        Fault::Unique(name) if name == "account_login" => AccountError::Taken,
        fault => AccountError::Fault(fault),
    })?;
    set_grants(ctx, tx, id, &wanted.grants).await?;
    open(tx, row).await?.ok_or(AccountError::NotFound)
}

/// Replaces the roles of an account.
pub(crate) async fn set_grants(
    ctx: &Ctx,
    tx: &TenantTx,
    account: AccountId,
    grants: &Grants,
) -> Result<(), Fault> {
    account_role::Entity::delete_many()
        .filter(account_role::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(account_role::Column::AccountId.eq(account.uuid()))
        .exec(tx)
        .await?;
    for grant in grants.iter() {
        let row = account_role::ActiveModel {
            tenant_id: Set(tx.tenant().uuid()),
            id: Set(AccountId::new(ctx.clock(), ctx.chance()).uuid()),
            account_id: Set(account.uuid()),
            role: Set(grant.role.name().to_owned()),
            location_id: Set(grant.location.map(kernel::LocationId::uuid)),
        };
        account_role::Entity::insert(row).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// The account with this id.
pub(crate) async fn by_id(tx: &TenantTx, id: AccountId) -> Result<Option<Account>, Fault> {
    match account::Entity::find_by_id((tx.tenant().uuid(), id.uuid())).one(tx).await? {
        Some(row) => open(tx, row).await,
        None => Ok(None),
    }
}

/// Whose kind of account it is.
pub(crate) async fn kind_of(tx: &TenantTx, id: AccountId) -> Result<Option<AccountKind>, Fault> {
    let row = account::Entity::find_by_id((tx.tenant().uuid(), id.uuid())).one(tx).await?;
    Ok(row.map(|row| AccountKind::from_key(&row.kind)))
}

/// The row of the account with this address. For signing in: nobody is told whether there is one.
pub(crate) async fn row_by_login(
    tx: &TenantTx,
    kind: AccountKind,
    email: &str,
) -> Result<Option<account::Model>, Fault> {
    let index = login_index(tx, email).await?;
    Ok(account::Entity::find()
        .filter(account::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(account::Column::Kind.eq(kind.key()))
        .filter(account::Column::LoginIndex.eq(index))
        .one(tx)
        .await?)
}

/// The account that a session belongs to, unless it was locked or has signed out everywhere since.
pub async fn resume(tx: &TenantTx, signed_in: &SignedIn) -> Result<Option<Account>, Fault> {
    let account = by_id(tx, signed_in.account).await?;
    Ok(account.filter(|account| {
        let is_over = account.signed_out_at.is_some_and(|ended| signed_in.at <= ended);
        account.kind == signed_in.kind && !account.is_locked && !is_over
    }))
}

/// Notes that an account was used, if the last note is old enough; beside the request, which does not wait for it.
pub fn note_use(ctx: &Ctx, db: &Db, account: &Account) {
    let (now, id) = (ctx.now(), account.id);
    if account.last_used_at.is_some_and(|noted| now - noted < NOTED_EVERY) {
        return;
    }
    let (ctx, db) = (ctx.clone(), db.clone());
    tokio::spawn(async move {
        let noted = async {
            let tx = db.begin(&ctx).await?;
            let row = account::ActiveModel { last_used_at: Set(Some(now)), ..one(&tx, id) };
            account::Entity::update(row).exec(&tx).await?;
            tx.commit().await
        };
        if let Err(fault) = noted.await {
            tracing::warn!(%fault, request_id = %ctx.request_id(), "use of an account was not noted");
        }
    });
}

/// Ends all sessions of an account that began until now, at their next request. Their records in Redis are ended by
/// [`crate::Sessions::end_all_of_account`].
pub async fn sign_out_everywhere(ctx: &Ctx, tx: &TenantTx, id: AccountId) -> Result<(), Fault> {
    let row = account::ActiveModel { signed_out_at: Set(Some(ctx.now())), ..one(tx, id) };
    account::Entity::update(row).exec(tx).await?;
    Ok(())
}

/// Gives an account another password, or none.
pub(crate) async fn set_password(
    tx: &TenantTx,
    id: AccountId,
    hash: Option<String>,
) -> Result<(), Fault> {
    let row = account::ActiveModel { password: Set(hash), ..one(tx, id) };
    account::Entity::update(row).exec(tx).await?;
    Ok(())
}

/// A row of which single columns are written.
pub(crate) fn one(tx: &TenantTx, id: AccountId) -> account::ActiveModel {
    account::ActiveModel {
        tenant_id: Unchanged(tx.tenant().uuid()),
        id: Unchanged(id.uuid()),
        ..<account::ActiveModel as sea_orm::ActiveModelTrait>::default()
    }
}

/// A profile as it is stored.
pub(crate) fn seal(
    ctx: &Ctx,
    key: &SubjectKey,
    id: AccountId,
    profile: &Profile,
) -> Result<Vec<u8>, Fault> {
    let plain = serde_json::to_vec(profile).map_err(|_| Fault::Sealed)?;
    key.seal(ctx.chance(), place(id.uuid()), &plain)
}

/// Whose account a row is.
pub(crate) fn kind_in(row: &account::Model) -> AccountKind {
    AccountKind::from_key(&row.kind)
}

/// Opens a row. `None` when the person was erased.
pub(crate) async fn open(tx: &TenantTx, row: account::Model) -> Result<Option<Account>, Fault> {
    let subject = SubjectId::from(row.subject_id);
    let Some(key) = sealed::subject_key(tx, subject).await? else { return Ok(None) };
    let plain = key.open(place(row.id), &row.sealed)?;
    let kind = AccountKind::from_key(&row.kind);
    let (grants, has_passkey) = match kind {
        AccountKind::Citizen => (Grants::default(), false),
        AccountKind::Staff => {
            (grants(tx, row.id).await?, passkeys::has_one(tx, row.id.into()).await?)
        }
    };
    Ok(Some(Account {
        id: row.id.into(),
        kind,
        subject,
        profile: serde_json::from_slice(&plain).map_err(|_| Fault::Sealed)?,
        grants,
        locale: Locale::from_key(&row.locale).unwrap_or(Locale::De),
        is_locked: row.state != "active",
        has_password: row.password.is_some(),
        has_totp: row.totp.is_some(),
        has_passkey,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        signed_out_at: row.signed_out_at,
    }))
}

async fn grants(tx: &TenantTx, account: Uuid) -> Result<Grants, Fault> {
    let rows = account_role::Entity::find()
        .filter(account_role::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(account_role::Column::AccountId.eq(account))
        .all(tx)
        .await?;
    // a role that this program does not know is not given by it
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let role = Role::from_name(&row.role)?;
            Some(Grant { role, location: row.location_id.map(Into::into) })
        })
        .collect())
}

fn place(row: Uuid) -> Place {
    Place { column: "account.sealed", row }
}
