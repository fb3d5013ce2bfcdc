//! The table, and the few ways to ask it.

use chrono::{DateTime, Utc};
use db::{
    Fault, TenantTx,
    sealed::{Place, SubjectKey},
};
use kernel::{AccountId, Ctx, PasskeyId};
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::{
    Passkey,
    ceremony::{NewCredential, State},
};
use crate::accounts::store::account;

pub(super) mod passkey {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "passkey")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Uuid,
        pub credential_id: Vec<u8>,
        pub user_handle: Vec<u8>,
        pub public_key: Vec<u8>,
        pub sign_count: i64,
        pub is_backup_eligible: bool,
        pub is_backed_up: bool,
        pub name: Vec<u8>,
        pub created_at: DateTimeUtc,
        pub last_used_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use passkey::{ActiveModel, Column, Entity, Model};

/// A passkey that is to be written.
pub(super) struct New<'a> {
    pub account: AccountId,
    pub user_handle: &'a [u8],
    pub credential: NewCredential,
    pub name: &'a str,
}

/// The passkeys of an account, the oldest first.
pub(super) async fn of_account(tx: &TenantTx, account: AccountId) -> Result<Vec<Model>, Fault> {
    Ok(Entity::find()
        .filter(Column::TenantId.eq(tx.tenant().uuid()))
        .filter(Column::AccountId.eq(account.uuid()))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .all(tx)
        .await?)
}

/// Whether an account has a passkey.
pub(crate) async fn has_one(tx: &TenantTx, account: AccountId) -> Result<bool, Fault> {
    let found = Entity::find()
        .filter(Column::TenantId.eq(tx.tenant().uuid()))
        .filter(Column::AccountId.eq(account.uuid()))
        .limit(1)
        .count(tx)
        .await?;
    Ok(found > 0)
}

/// Takes all passkeys of an account away.
pub(crate) async fn forget(tx: &TenantTx, account: AccountId) -> Result<(), Fault> {
    Entity::delete_many()
        .filter(Column::TenantId.eq(tx.tenant().uuid()))
        .filter(Column::AccountId.eq(account.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// How many passkeys an account has. Until the transaction ends nobody else adds or removes one.
pub(super) async fn count_locked(tx: &TenantTx, account: AccountId) -> Result<u64, Fault> {
    account::Entity::find_by_id((tx.tenant().uuid(), account.uuid()))
        .lock_exclusive()
        .one(tx)
        .await?;
    Ok(Entity::find()
        .filter(Column::TenantId.eq(tx.tenant().uuid()))
        .filter(Column::AccountId.eq(account.uuid()))
        .count(tx)
        .await?)
}

/// One passkey of an account.
pub(super) async fn one_of_account(
    tx: &TenantTx,
    account: AccountId,
    id: PasskeyId,
) -> Result<Option<Model>, Fault> {
    let found = Entity::find_by_id((tx.tenant().uuid(), id.uuid())).one(tx).await?;
    Ok(found.filter(|row| row.account_id == account.uuid()))
}

/// The passkey with this credential. Two answers of it are looked at one after the other.
pub(super) async fn by_credential(tx: &TenantTx, id: &[u8]) -> Result<Option<Model>, Fault> {
    Ok(Entity::find()
        .filter(Column::TenantId.eq(tx.tenant().uuid()))
        .filter(Column::CredentialId.eq(id))
        .lock_exclusive()
        .one(tx)
        .await?)
}

/// Writes a new passkey.
pub(super) async fn insert(
    ctx: &Ctx,
    tx: &TenantTx,
    key: &SubjectKey,
    new: New<'_>,
) -> Result<Passkey, Fault> {
    let id = PasskeyId::new(ctx.clock(), ctx.chance());
    let row = ActiveModel {
        tenant_id: Set(tx.tenant().uuid()),
        id: Set(id.uuid()),
        account_id: Set(new.account.uuid()),
        credential_id: Set(new.credential.id),
        user_handle: Set(new.user_handle.to_vec()),
        public_key: Set(new.credential.public_key),
        sign_count: Set(new.credential.state.sign_count.into()),
        is_backup_eligible: Set(new.credential.is_backup_eligible),
        is_backed_up: Set(new.credential.state.is_backed_up),
        name: Set(seal(ctx, key, id, new.name)?),
        created_at: Set(ctx.now()),
        last_used_at: Set(None),
    };
    open(key, &Entity::insert(row).exec_with_returning(tx).await?)
}

/// Gives a passkey another name.
pub(super) async fn rename(
    ctx: &Ctx,
    tx: &TenantTx,
    key: &SubjectKey,
    id: PasskeyId,
    name: &str,
) -> Result<Passkey, Fault> {
    let row = ActiveModel { name: Set(seal(ctx, key, id, name)?), ..one(tx, id.uuid()) };
    open(key, &Entity::update(row).exec(tx).await?)
}

/// Notes what changed with a use.
pub(super) async fn note_use(
    tx: &TenantTx,
    id: Uuid,
    state: State,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let row = ActiveModel {
        sign_count: Set(state.sign_count.into()),
        is_backed_up: Set(state.is_backed_up),
        last_used_at: Set(Some(now)),
        ..one(tx, id)
    };
    Entity::update(row).exec(tx).await?;
    Ok(())
}

/// Removes a passkey.
pub(super) async fn remove(tx: &TenantTx, id: PasskeyId) -> Result<(), Fault> {
    Entity::delete_by_id((tx.tenant().uuid(), id.uuid())).exec(tx).await?;
    Ok(())
}

/// A row as its owner sees it.
pub(super) fn open(key: &SubjectKey, row: &Model) -> Result<Passkey, Fault> {
    let name = key.open(place(row.id), &row.name)?;
    Ok(Passkey {
        id: row.id.into(),
        name: String::from_utf8(name).map_err(|_| Fault::Sealed)?,
        is_backed_up: row.is_backed_up,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
    })
}

fn seal(ctx: &Ctx, key: &SubjectKey, id: PasskeyId, name: &str) -> Result<Vec<u8>, Fault> {
    key.seal(ctx.chance(), place(id.uuid()), name.as_bytes())
}

fn place(row: Uuid) -> Place {
    Place { column: "passkey.name", row }
}

fn one(tx: &TenantTx, id: Uuid) -> ActiveModel {
    ActiveModel {
        tenant_id: Unchanged(tx.tenant().uuid()),
        id: Unchanged(id),
        ..<ActiveModel as sea_orm::ActiveModelTrait>::default()
    }
}
