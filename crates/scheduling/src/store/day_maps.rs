//! Day maps and live times. `bit(300)` and the claim are beyond an ORM, so this is SQL; every statement names the
//! tenant, and the write path calls one function per use case (Citus, docs/adr/0002).

use chrono::{DateTime, NaiveDate, Utc};
use db::{Fault, TenantTx};
use kernel::{AppointmentId, CounterId, LocationId};
use sea_orm::{
    ConnectionTrait, DbBackend, QueryResult, Statement, Value,
    sqlx::{self, Postgres, Row, error::BoxDynError, postgres::PgTypeInfo},
};
use uuid::Uuid;

use crate::model::ticks::Ticks;

/// A counter's day as the database has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DayMap {
    pub(crate) counter: CounterId,
    pub(crate) location: LocationId,
    pub(crate) day: NaiveDate,
    pub(crate) open: Ticks,
    pub(crate) busy: Ticks,
}

/// A time to take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Claim<'a> {
    pub(crate) id: AppointmentId,
    pub(crate) location: LocationId,
    pub(crate) counters: &'a [CounterId],
    pub(crate) day: NaiveDate,
    pub(crate) first_tick: u32,
    pub(crate) ticks: u32,
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
}

impl sqlx::Type<Postgres> for Ticks {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("bit")
    }

    fn compatible(_: &PgTypeInfo) -> bool {
        true
    }
}

impl sqlx::Decode<'_, Postgres> for Ticks {
    /// Binary `bit`: the length as four bytes, then the bits, first bit first.
    fn decode(value: sqlx::postgres::PgValueRef<'_>) -> Result<Self, BoxDynError> {
        Ok(Self::from_bytes(value.as_bytes()?.get(4..).unwrap_or_default()))
    }
}

fn sql(text: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Postgres, text, values)
}

fn uuids(ids: impl IntoIterator<Item = Uuid>) -> Value {
    Value::from(ids.into_iter().collect::<Vec<Uuid>>())
}

fn read_map(row: &QueryResult) -> Result<DayMap, Fault> {
    let bits = |column: &str| -> Result<Ticks, Fault> {
        match row.try_as_pg_row() {
            Some(row) => Ok(row.try_get::<Ticks, _>(column)?),
            None => Ok(Ticks::default()),
        }
    };
    Ok(DayMap {
        counter: row.try_get::<Uuid>("", "counter_id")?.into(),
        location: row.try_get::<Uuid>("", "location_id")?.into(),
        day: row.try_get("", "day")?,
        open: bits("open")?,
        busy: bits("busy")?,
    })
}

/// The day maps of some counters, with the time of expired reservations given back.
pub(crate) async fn load(
    tx: &TenantTx,
    counters: &[CounterId],
    from: NaiveDate,
    to: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Vec<DayMap>, Fault> {
    let rows = tx
        .query_all_raw(sql(
            "SELECT counter_id, location_id, day, open, busy FROM day_map
              WHERE tenant_id = $1 AND counter_id = ANY ($2) AND day BETWEEN $3 AND $4
              ORDER BY day, counter_id",
            [
                tx.tenant().uuid().into(),
                uuids(counters.iter().map(|id| id.uuid())),
                from.into(),
                to.into(),
            ],
        ))
        .await?;
    let mut maps = rows.iter().map(read_map).collect::<Result<Vec<_>, _>>()?;
    let expired = tx
        .query_all_raw(sql(
            "SELECT counter_id, day, first_tick, ticks FROM live_time
              WHERE tenant_id = $1 AND counter_id = ANY ($2) AND day BETWEEN $3 AND $4 AND expires_at <= $5",
            [
                tx.tenant().uuid().into(),
                uuids(counters.iter().map(|id| id.uuid())),
                from.into(),
                to.into(),
                now.into(),
            ],
        ))
        .await?;
    for row in expired {
        let counter: Uuid = row.try_get("", "counter_id")?;
        let day: NaiveDate = row.try_get("", "day")?;
        let first: i32 = row.try_get("", "first_tick")?;
        let ticks: i32 = row.try_get("", "ticks")?;
        let time = Ticks::range(first.unsigned_abs(), ticks.unsigned_abs());
        for map in maps.iter_mut().filter(|map| map.counter.uuid() == counter && map.day == day) {
            map.busy = map.busy.minus(time);
        }
    }
    Ok(maps)
}

/// Takes a time for a reservation, in exchange for the one that another reservation holds, if there is one. Returns
/// the counter, or `None` when the time is taken; the old one is kept then.
pub(crate) async fn claim(
    tx: &TenantTx,
    claim: &Claim<'_>,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    instead_of: Option<AppointmentId>,
) -> Result<Option<CounterId>, Fault> {
    let values = claim_values(tx, claim, now, Some(expires_at));
    if let Some(old) = instead_of {
        return exchange(tx, values, old).await;
    }
    take(
        tx,
        "SELECT claim_time($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS counter_id",
        values,
    )
    .await
}

/// Moves an appointment's time. Returns the counter, or `None` when the new time is taken; the old one is kept then.
pub(crate) async fn relocate(
    tx: &TenantTx,
    claim: &Claim<'_>,
    now: DateTime<Utc>,
) -> Result<Option<CounterId>, Fault> {
    exchange(tx, claim_values(tx, claim, now, None), claim.id).await
}

async fn exchange(
    tx: &TenantTx,
    mut values: Vec<Value>,
    old: AppointmentId,
) -> Result<Option<CounterId>, Fault> {
    const EXCHANGE: &str =
        "SELECT exchange_time($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS counter_id";
    values.push(old.uuid().into());
    take(tx, EXCHANGE, values).await
}

fn claim_values(
    tx: &TenantTx,
    claim: &Claim<'_>,
    now: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
) -> Vec<Value> {
    let number = |n: u32| Value::from(i32::try_from(n).unwrap_or(i32::MAX));
    vec![
        tx.tenant().uuid().into(),
        claim.location.uuid().into(),
        claim.day.into(),
        number(claim.first_tick),
        number(claim.ticks),
        uuids(claim.counters.iter().map(|id| id.uuid())),
        now.into(),
        claim.id.uuid().into(),
        claim.starts_at.into(),
        claim.ends_at.into(),
        expires_at.into(),
    ]
}

async fn take(tx: &TenantTx, text: &str, values: Vec<Value>) -> Result<Option<CounterId>, Fault> {
    let row = tx.query_one_raw(sql(text, values)).await.map_err(Fault::from);
    match row {
        Ok(Some(row)) => Ok(row.try_get::<Option<Uuid>>("", "counter_id")?.map(CounterId::from)),
        Ok(None) => Ok(None),
        // The last guard spoke: the maps disagreed with the live times. Nobody is booked twice.
        Err(Fault::Exclusion(constraint)) => {
            tracing::error!(constraint, "day map and live times disagree");
            Ok(None)
        }
        Err(fault) => Err(fault),
    }
}

/// What a time is believed to be when it is given back. The database looks again under the row's lock.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// A reservation, expired or not.
    Held,
    /// An appointment.
    Booked,
}

/// Gives a time back. Returns whether it was there, and of that kind.
pub(crate) async fn free(
    tx: &TenantTx,
    id: AppointmentId,
    kind: Kind,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let kind = match kind {
        Kind::Held => "held",
        Kind::Booked => "booked",
    };
    let row = tx
        .query_one_raw(sql(
            "SELECT free_time($1, $2, $3, $4) AS freed",
            [tx.tenant().uuid().into(), id.uuid().into(), kind.into(), now.into()],
        ))
        .await?;
    Ok(row.map(|row| row.try_get::<bool>("", "freed")).transpose()?.unwrap_or(false))
}

/// Makes a reservation's time permanent. `false` when the reservation has expired or is booked already.
pub(crate) async fn make_permanent(
    tx: &TenantTx,
    id: AppointmentId,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let done = tx
        .execute_raw(sql(
            "UPDATE live_time SET expires_at = NULL WHERE tenant_id = $1 AND id = $2 AND expires_at > $3",
            [tx.tenant().uuid().into(), id.uuid().into(), now.into()],
        ))
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Holds a reservation's time longer. `false` when it has expired.
pub(crate) async fn extend(
    tx: &TenantTx,
    id: AppointmentId,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<bool, Fault> {
    let done = tx
        .execute_raw(sql(
            "UPDATE live_time SET expires_at = $4 WHERE tenant_id = $1 AND id = $2 AND expires_at > $3",
            [tx.tenant().uuid().into(), id.uuid().into(), now.into(), until.into()],
        ))
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes the opening of days; what is booked stays booked.
pub(crate) async fn write_openings(
    tx: &TenantTx,
    openings: &[(CounterId, LocationId, NaiveDate, Ticks)],
) -> Result<(), Fault> {
    for chunk in openings.chunks(500) {
        let mut text =
            "INSERT INTO day_map (tenant_id, counter_id, location_id, day, open) VALUES "
                .to_owned();
        let mut values: Vec<Value> = vec![tx.tenant().uuid().into()];
        for (index, (counter, location, day, open)) in chunk.iter().enumerate() {
            let at = index * 4 + 2;
            let comma = if index == 0 { "" } else { ", " };
            text += &format!(
                "{comma}($1, ${at}, ${}, ${}, ${}::text::bit(300))",
                at + 1,
                at + 2,
                at + 3
            );
            values.extend([
                counter.uuid().into(),
                location.uuid().into(),
                (*day).into(),
                open.to_bit_text().into(),
            ]);
        }
        text += " ON CONFLICT (tenant_id, counter_id, day)
                  DO UPDATE SET open = EXCLUDED.open, location_id = EXCLUDED.location_id";
        tx.execute_raw(sql(&text, values)).await?;
    }
    Ok(())
}

/// Gives back the times of expired reservations, at most `limit`, in the order in which claims lock.
pub(crate) async fn free_expired(
    tx: &TenantTx,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<u64, Fault> {
    let rows = tx
        .query_all_raw(sql(
            "SELECT free_time(tenant_id, id, 'expired', $2) AS freed FROM (
                SELECT tenant_id, id FROM live_time WHERE tenant_id = $1 AND expires_at <= $2
                 ORDER BY counter_id, day LIMIT $3) AS expired",
            [tx.tenant().uuid().into(), now.into(), limit.into()],
        ))
        .await?;
    Ok(rows.len() as u64)
}

/// Moves the past out: live times and day maps stay small, whatever a municipality has booked in its life.
pub(crate) async fn drop_past(
    tx: &TenantTx,
    now: DateTime<Utc>,
    before: NaiveDate,
) -> Result<u64, Fault> {
    let tenant = tx.tenant().uuid();
    tx.execute_raw(sql(
        "DELETE FROM day_map WHERE tenant_id = $1 AND day < $2",
        [tenant.into(), before.into()],
    ))
    .await?;
    let done = tx
        .execute_raw(sql(
            "DELETE FROM live_time WHERE tenant_id = $1 AND ends_at < $2 AND expires_at IS NULL",
            [tenant.into(), now.into()],
        ))
        .await?;
    Ok(done.rows_affected())
}
