//! Drafts and changes of the calendar, the office's notes, and the locks that publishing takes.

use chrono::{DateTime, NaiveDate, Utc};
use db::{Fault, TenantTx};
use kernel::AppointmentId;
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use uuid::Uuid;

use super::day_maps::DayMap;
use crate::model::{channel::Channel, impact::Taken, ticks::Ticks};

/// Table `calendar_change`.
pub(crate) mod calendar_change {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "calendar_change")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub title: String,
        pub state: String,
        pub document: Json,
        pub base_revision: i64,
        pub undo: Option<Json>,
        pub made_by: Option<Uuid>,
        pub created_at: DateTimeUtc,
        pub changed_at: DateTimeUtc,
        pub published_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Table `office_note`.
pub(crate) mod office_note {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "office_note")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub text: Json,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

fn sql(text: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Postgres, text, values)
}

/// Locks appointments, in the order of their ids.
pub(crate) async fn lock_appointments(tx: &TenantTx, ids: &[Uuid]) -> Result<(), Fault> {
    tx.execute_raw(sql(
        "SELECT id FROM appointment WHERE tenant_id = $1 AND id = ANY ($2) ORDER BY id FOR UPDATE",
        [tx.tenant().uuid().into(), ids.to_vec().into()],
    ))
    .await?;
    Ok(())
}

/// Locks some days of all locations, as claims and moves do.
pub(crate) async fn lock_days(tx: &TenantTx, days: &[NaiveDate]) -> Result<(), Fault> {
    tx.execute_raw(sql(
        "SELECT lock_days($1, array_agg(location_id), array_agg(day)) FROM (
            SELECT DISTINCT location_id, day FROM day_map WHERE tenant_id = $1 AND day = ANY ($2)) AS wanted",
        [tx.tenant().uuid().into(), days.to_vec().into()],
    ))
    .await?;
    Ok(())
}

/// The times of some days that are held or booked. With `lock` nobody can book what is held until the transaction ends.
pub(crate) async fn taken(
    tx: &TenantTx,
    days: &[NaiveDate],
    now: DateTime<Utc>,
    lock: bool,
) -> Result<Vec<Taken>, Fault> {
    let mut text = "SELECT id, location_id, counter_id, day, first_tick, ticks, channel, expires_at FROM live_time
          WHERE tenant_id = $1 AND day = ANY ($2) AND ends_at > $3 ORDER BY id"
        .to_owned();
    if lock {
        text += " FOR UPDATE";
    }
    let values = [tx.tenant().uuid().into(), days.to_vec().into(), now.into()];
    let rows = tx.query_all_raw(sql(&text, values)).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let expires_at: Option<DateTime<Utc>> = row.try_get("", "expires_at")?;
        if expires_at.is_some_and(|at| at <= now) {
            continue;
        }
        let number = |column| row.try_get::<i32>("", column).map(i32::unsigned_abs);
        let channel: String = row.try_get("", "channel")?;
        found.push(Taken {
            id: AppointmentId::from(row.try_get::<Uuid>("", "id")?),
            location: row.try_get::<Uuid>("", "location_id")?.into(),
            counter: row.try_get::<Uuid>("", "counter_id")?.into(),
            day: row.try_get("", "day")?,
            first_tick: number("first_tick")?,
            ticks: number("ticks")?,
            channel: Channel::from_key(&channel).unwrap_or(Channel::Online),
            is_booked: expires_at.is_none(),
        });
    }
    Ok(found)
}

/// The channel of an appointment's time.
pub(crate) async fn channel_of(tx: &TenantTx, id: AppointmentId) -> Result<Option<Channel>, Fault> {
    let row = tx
        .query_one_raw(sql(
            "SELECT channel FROM live_time WHERE tenant_id = $1 AND id = $2 AND expires_at IS NULL",
            [tx.tenant().uuid().into(), id.uuid().into()],
        ))
        .await?;
    let channel = row.map(|row| row.try_get::<String>("", "channel")).transpose()?;
    Ok(channel.and_then(|key| Channel::from_key(&key)))
}

/// All day maps of some days; the time of expired reservations counts as taken.
pub(crate) async fn maps(tx: &TenantTx, days: &[NaiveDate]) -> Result<Vec<DayMap>, Fault> {
    let rows = tx
        .query_all_raw(sql(
            "SELECT counter_id, day, open::text AS open, open_phone::text AS phone, busy::text AS busy
               FROM day_map WHERE tenant_id = $1 AND day = ANY ($2)",
            [tx.tenant().uuid().into(), days.to_vec().into()],
        ))
        .await?;
    rows.iter()
        .map(|row| {
            let bits =
                |column| row.try_get::<String>("", column).map(|text| Ticks::from_bit_text(&text));
            Ok(DayMap {
                counter: row.try_get::<Uuid>("", "counter_id")?.into(),
                day: row.try_get("", "day")?,
                open: bits("open")?,
                open_phone: bits("phone")?,
                busy: bits("busy")?,
            })
        })
        .collect()
}
