//! The entity of the access log.

use sea_orm::{ActiveValue::Set, entity::prelude::*};

use super::Entry;

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

/// The row of an entry.
pub(super) fn row(tenant: Uuid, id: Uuid, entry: Entry) -> ActiveModel {
    ActiveModel {
        tenant_id: Set(tenant),
        id: Set(id),
        ip: Set(entry.ip.to_string()),
        requested_at: Set(entry.requested_at),
        utc_offset: Set(entry.utc_offset),
        path: Set(entry.path),
        status: Set(entry.status.into()),
        bytes: Set(i64::try_from(entry.bytes).unwrap_or(i64::MAX)),
        referrer: Set(entry.referrer),
        browser: Set(entry.browser),
        system: Set(entry.system),
        language: Set(entry.language),
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbBackend, QueryTrait};

    use super::*;

    #[test]
    fn values_travel_as_parameters_in_one_statement() {
        let entry = Entry::from_request(super::super::Request {
            ip: "2001:db8::1".parse().unwrap(),
            at: "2026-12-08T08:15:00Z".parse().unwrap(),
            zone: chrono_tz::Europe::Berlin,
            path: "/'); DROP TABLE access_log; --",
            status: 404,
            bytes: 0,
            referer: "",
            user_agent: "",
            accept_language: "",
        });
        let rows = [1, 2].map(|id| row(Uuid::nil(), Uuid::from_u128(id), entry.clone()));
        let statement = Entity::insert_many(rows).build(DbBackend::Postgres);
        assert!(!statement.sql.contains("DROP TABLE"), "{}", statement.sql);
        assert_eq!(statement.sql.matches("AS inet").count(), 2, "{}", statement.sql);
        assert_eq!(statement.values.unwrap().0.len(), 2 * 12);
    }
}
