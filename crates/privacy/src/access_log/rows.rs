//! The entity of the access log, for deleting; it is written by `write_access_log`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_log")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(select_as = "text", save_as = "inet")]
    pub ip: String,
    pub requested_at: DateTimeUtc,
    pub utc_offset: String,
    pub path: String,
    pub status: i32,
    pub bytes: i64,
    pub referrer: String,
    pub browser: String,
    pub system: String,
    pub language: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
