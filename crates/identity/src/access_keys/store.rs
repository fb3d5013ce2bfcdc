//! The table, and the few ways to ask it.

use chrono::{DateTime, Utc};
use db::{Fault, TenantTx};
use kernel::{AccessKeyId, Scopes};
use sea_orm::{
    ActiveValue::{NotSet, Set, Unchanged},
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::AccessKey;

mod access_key {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "access_key")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub token_hash: Vec<u8>,
        pub scopes: String,
        pub created_at: DateTimeUtc,
        pub expires_at: DateTimeUtc,
        pub last_used_at: Option<DateTimeUtc>,
        pub revoked_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use access_key::{ActiveModel, Column, Entity, Model};

impl From<Model> for AccessKey {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.into(),
            name: row.name,
            scopes: Scopes::from_names(&row.scopes),
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
        }
    }
}

pub(super) async fn insert(tx: &TenantTx, key: &AccessKey, hash: &[u8]) -> Result<(), Fault> {
    let row = ActiveModel {
        tenant_id: Set(tx.tenant().uuid()),
        id: Set(key.id.uuid()),
        name: Set(key.name.clone()),
        token_hash: Set(hash.to_vec()),
        scopes: Set(key.scopes.names()),
        created_at: Set(key.created_at),
        expires_at: Set(key.expires_at),
        last_used_at: Set(key.last_used_at),
        revoked_at: Set(key.revoked_at),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn by_hash(tx: &TenantTx, hash: &[u8]) -> Result<Option<AccessKey>, Fault> {
    let found = Entity::find()
        .filter(Column::TenantId.eq(tx.tenant().uuid()))
        .filter(Column::TokenHash.eq(hash))
        .one(tx)
        .await?;
    Ok(found.map(Into::into))
}

pub(super) async fn by_id(tx: &TenantTx, id: AccessKeyId) -> Result<Option<AccessKey>, Fault> {
    let found = Entity::find_by_id((tx.tenant().uuid(), id.uuid())).one(tx).await?;
    Ok(found.map(Into::into))
}

/// Ids are ordered by the time at which they were made.
pub(super) async fn page(
    tx: &TenantTx,
    after: Option<AccessKeyId>,
    most: u64,
) -> Result<Vec<AccessKey>, Fault> {
    let mut query = Entity::find().filter(Column::TenantId.eq(tx.tenant().uuid()));
    if let Some(after) = after {
        query = query.filter(Column::Id.lt(after.uuid()));
    }
    let found = query.order_by_desc(Column::Id).limit(most).all(tx).await?;
    Ok(found.into_iter().map(Into::into).collect())
}

pub(super) async fn all(tx: &TenantTx) -> Result<Vec<AccessKey>, Fault> {
    let found = Entity::find()
        .filter(Column::TenantId.eq(tx.tenant().uuid()))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .all(tx)
        .await?;
    Ok(found.into_iter().map(Into::into).collect())
}

pub(super) async fn revoke(
    tx: &TenantTx,
    id: AccessKeyId,
    now: DateTime<Utc>,
) -> Result<AccessKey, Fault> {
    let row = ActiveModel { revoked_at: Set(Some(now)), ..one(tx, id) };
    Ok(Entity::update(row).exec(tx).await?.into())
}

/// With a new end, and valid again.
pub(super) async fn prolong(
    tx: &TenantTx,
    id: AccessKeyId,
    until: DateTime<Utc>,
) -> Result<AccessKey, Fault> {
    let row = ActiveModel { expires_at: Set(until), revoked_at: Set(None), ..one(tx, id) };
    Ok(Entity::update(row).exec(tx).await?.into())
}

/// Notes the use, unless a later one is noted.
pub(super) async fn note_use(
    tx: &TenantTx,
    id: AccessKeyId,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let earlier =
        Condition::any().add(Column::LastUsedAt.is_null()).add(Column::LastUsedAt.lt(now));
    Entity::update_many()
        .col_expr(Column::LastUsedAt, sea_orm::sea_query::Expr::value(now))
        .filter(Column::TenantId.eq(tx.tenant().uuid()))
        .filter(Column::Id.eq(id.uuid()))
        .filter(earlier)
        .exec(tx)
        .await?;
    Ok(())
}
fn one(tx: &TenantTx, id: AccessKeyId) -> ActiveModel {
    ActiveModel {
        tenant_id: Unchanged(tx.tenant().uuid()),
        id: Unchanged(id.uuid()),
        name: NotSet,
        token_hash: NotSet,
        scopes: NotSet,
        created_at: NotSet,
        expires_at: NotSet,
        last_used_at: NotSet,
        revoked_at: NotSet,
    }
}
