//! Day maps and live times. `bit(300)` and the claim are beyond an ORM, so this is SQL; every statement names the
//! tenant, and the write path calls one function per use case (Citus, docs/adr/0002).

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use db::{
    Db, Fault, TenantTx,
    wire::{self, FromSql},
};
use kernel::{AppointmentId, CounterId, Ctx, LocationId};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use uuid::Uuid;

use crate::model::{
    channel::Channel,
    rules::Openings,
    ticks::{Shape, Ticks},
};

/// A counter's day as the database has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DayMap {
    pub(crate) counter: CounterId,
    pub(crate) day: NaiveDate,
    /// Bookable online.
    pub(crate) open: Ticks,
    /// Bookable by the office for somebody who calls.
    pub(crate) open_phone: Ticks,
    /// Held or booked.
    pub(crate) busy: Ticks,
}

impl DayMap {
    /// What a channel can book when nothing is taken. Walk-ins book nothing.
    pub(crate) fn bookable(&self, channel: Channel) -> Ticks {
        match channel {
            Channel::Online => self.open,
            Channel::Phone => self.open_phone,
            Channel::WalkIn => Ticks::default(),
        }
    }
}

/// A time to take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Claim<'a> {
    pub(crate) id: AppointmentId,
    pub(crate) location: LocationId,
    /// The counters that can serve the visit, the preferred first, and their teams.
    pub(crate) counters: &'a [Uuid],
    pub(crate) teams: &'a [i32],
    pub(crate) channel: Channel,
    pub(crate) percent: Option<u32>,
    pub(crate) day: NaiveDate,
    /// The first occupied tick: the buffer before the visit is part of the time.
    pub(crate) first_tick: u32,
    pub(crate) shape: Shape,
    /// What is occupied, buffers included.
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
    /// Set for reservations.
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

/// The composite value of the database's type `wanted_time`; the tenant is $1.
macro_rules! wanted {
    () => {
        "ROW($2::uuid, $3::uuid, $4::date, $5::int, $6::int, $7::int, $8::int, $9::uuid[], $10::int[], $11::text, \
         $12::int, $13::timestamptz, $14::timestamptz, $15::timestamptz)::wanted_time"
    };
}
pub(crate) use wanted;

/// The numbers of a claim as the database wants them.
pub(crate) struct ClaimNumbers {
    pub(crate) first_tick: i32,
    pub(crate) ticks: i32,
    pub(crate) lead: i32,
    pub(crate) raster: i32,
    pub(crate) percent: Option<i32>,
}

impl Claim<'_> {
    pub(crate) fn numbers(&self) -> ClaimNumbers {
        ClaimNumbers {
            first_tick: self.first_tick.cast_signed(),
            ticks: self.shape.span().cast_signed(),
            lead: self.shape.before.cast_signed(),
            raster: self.shape.raster.cast_signed(),
            percent: self.percent.map(u32::cast_signed),
        }
    }

    fn values(&self, tenant: Uuid) -> Vec<Value> {
        let numbers = self.numbers();
        vec![
            tenant.into(),
            self.id.uuid().into(),
            self.location.uuid().into(),
            self.day.into(),
            numbers.first_tick.into(),
            numbers.ticks.into(),
            numbers.lead.into(),
            numbers.raster.into(),
            self.counters.to_vec().into(),
            self.teams.to_vec().into(),
            self.channel.key().into(),
            numbers.percent.into(),
            self.starts_at.into(),
            self.ends_at.into(),
            self.expires_at.into(),
        ]
    }
}

impl<'a> FromSql<'a> for Ticks {
    /// Binary `bit`: the length as four bytes, then the bits, first bit first.
    fn from_sql(
        _: &wire::Type,
        raw: &'a [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self::from_bytes(raw.get(4..).unwrap_or_default()))
    }

    fn accepts(ty: &wire::Type) -> bool {
        *ty == wire::Type::BIT
    }
}

fn sql(text: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Postgres, text, values)
}

/// Day maps of counters ($2) from one day to another ($3, $4), and the times in them that have expired by now ($5).
/// The second part is nearly always empty: an index has only the times that can expire.
pub(crate) const MAPS: &str = "
    SELECT counter_id, day, open, NULLIF(open_phone, open) AS open_phone, busy FROM day_map
     WHERE tenant_id = $1 AND counter_id = ANY ($2) AND day BETWEEN $3 AND $4
    UNION ALL
    SELECT counter_id, day, NULL, NULL, tick_mask(first_tick, ticks) FROM live_time
     WHERE tenant_id = $1 AND counter_id = ANY ($2) AND day BETWEEN $3 AND $4 AND expires_at <= $5";

/// How many ticks a channel ($3) fills at locations ($2) from one day to another ($4, $5) now ($6).
pub(crate) const FILLED: &str = "
    SELECT location_id, day, sum(ticks)::int AS ticks FROM live_time
     WHERE tenant_id = $1 AND location_id = ANY ($2) AND channel = $3 AND day BETWEEN $4 AND $5
       AND (expires_at IS NULL OR expires_at > $6)
     GROUP BY location_id, day";

/// The day maps of some counters, with the time of expired reservations given back. One flush.
pub(crate) async fn load(
    ctx: &Ctx,
    db: &Db,
    counters: &[Uuid],
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<DayMap>, Fault> {
    read_maps(&db.read(ctx, MAPS, &[&counters, &from, &to, &ctx.now()]).await?)
}

/// What [`MAPS`] found.
pub(crate) fn read_maps(rows: &[wire::Row]) -> Result<Vec<DayMap>, Fault> {
    let mut maps = Vec::with_capacity(rows.len());
    let mut expired = Vec::new();
    for row in rows {
        let counter = CounterId::from(row.try_get::<_, Uuid>(0)?);
        let day = row.try_get(1)?;
        let busy = row.try_get(4)?;
        match row.try_get(2)? {
            Some(open) => {
                let open_phone = row.try_get::<_, Option<Ticks>>(3)?.unwrap_or(open);
                maps.push(DayMap { counter, day, open, open_phone, busy });
            }
            None => expired.push((counter, day, busy)),
        }
    }
    for (counter, day, time) in expired {
        for map in maps.iter_mut().filter(|map| map.counter == counter && map.day == day) {
            map.busy = map.busy.minus(time);
        }
    }
    Ok(maps)
}

/// What [`FILLED`] found.
pub(crate) fn read_filled(
    rows: &[wire::Row],
) -> Result<HashMap<(LocationId, NaiveDate), u32>, Fault> {
    rows.iter()
        .map(|row| {
            let place = row.try_get::<_, Uuid>(0)?.into();
            let ticks: i32 = row.try_get(2)?;
            Ok(((place, row.try_get(1)?), ticks.unsigned_abs()))
        })
        .collect()
}

/// The appointment's old time, when it is to cool instead of being free at once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cooling {
    pub(crate) id: AppointmentId,
    pub(crate) until: DateTime<Utc>,
}

/// Moves an appointment's time. Returns the counter, or `None` when the new time is taken; the old one is kept then.
pub(crate) async fn relocate(
    tx: &TenantTx,
    claim: &Claim<'_>,
    now: DateTime<Utc>,
    cooling: Option<Cooling>,
) -> Result<Option<CounterId>, Fault> {
    const EXCHANGE: &str =
        concat!("SELECT exchange_time($1, ", wanted!(), ", $16, $2, $17, $18) AS counter_id");
    let mut values = claim.values(tx.tenant().uuid());
    values.push(now.into());
    values.push(cooling.map(|cooling| cooling.id.uuid()).into());
    values.push(cooling.map(|cooling| cooling.until).into());
    let row = tx.query_one_raw(sql(EXCHANGE, values)).await.map_err(Fault::from);
    match row {
        Ok(Some(row)) => Ok(row.try_get::<Option<Uuid>>("", "counter_id")?.map(CounterId::from)),
        Ok(None) => Ok(None),
        Err(fault) => guarded(fault),
    }
}

/// The last guard spoke: the maps disagreed with the live times. Nobody is booked twice.
pub(crate) fn guarded<T>(fault: Fault) -> Result<Option<T>, Fault> {
    match fault {
        Fault::Exclusion(constraint) => {
            tracing::error!(constraint, "day map and live times disagree");
            Ok(None)
        }
        fault => Err(fault),
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

/// Lets an appointment's time cool until then. Returns whether it was there.
pub(crate) async fn cool(
    tx: &TenantTx,
    id: AppointmentId,
    until: DateTime<Utc>,
) -> Result<bool, Fault> {
    let row = tx
        .query_one_raw(sql(
            "SELECT cool_time($1, $2, $3) AS cooled",
            [tx.tenant().uuid().into(), id.uuid().into(), until.into()],
        ))
        .await?;
    Ok(row.map(|row| row.try_get::<bool>("", "cooled")).transpose()?.unwrap_or(false))
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

/// The openings that are written, by counter and day.
pub(crate) async fn openings(
    tx: &TenantTx,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<(CounterId, NaiveDate, Openings)>, Fault> {
    let rows = tx
        .query_all_raw(sql(
            "SELECT counter_id, day, open::text AS online, open_phone::text AS phone, open_walk_in::text AS walk_in
               FROM day_map WHERE tenant_id = $1 AND day BETWEEN $2 AND $3",
            [tx.tenant().uuid().into(), from.into(), to.into()],
        ))
        .await?;
    rows.iter()
        .map(|row| {
            let bits =
                |column| row.try_get::<String>("", column).map(|text| Ticks::from_bit_text(&text));
            let openings = Openings {
                online: bits("online")?,
                phone: bits("phone")?,
                walk_in: bits("walk_in")?,
            };
            Ok((row.try_get::<Uuid>("", "counter_id")?.into(), row.try_get("", "day")?, openings))
        })
        .collect()
}

/// A counter's day, and what of it is open.
pub(crate) type Opened = (CounterId, LocationId, NaiveDate, Openings);

/// Writes the opening of days; what is booked stays booked.
pub(crate) async fn write_openings(tx: &TenantTx, openings: &[Opened]) -> Result<(), Fault> {
    for chunk in openings.chunks(500) {
        let mut text = "INSERT INTO day_map (tenant_id, counter_id, location_id, day, open, open_phone, open_walk_in) VALUES "
            .to_owned();
        let mut values: Vec<Value> = vec![tx.tenant().uuid().into()];
        for (index, (counter, location, day, open)) in chunk.iter().enumerate() {
            let at = index * 6 + 2;
            let comma = if index == 0 { "" } else { ", " };
            text += &format!("{comma}($1, ${at}, ${}, ${}", at + 1, at + 2);
            for bits in 3..6 {
                text += &format!(", ${}::text::bit(300)", at + bits);
            }
            text += ")";
            values.extend([
                counter.uuid().into(),
                location.uuid().into(),
                (*day).into(),
                open.online.to_bit_text().into(),
                open.phone.to_bit_text().into(),
                open.walk_in.to_bit_text().into(),
            ]);
        }
        text += " ON CONFLICT (tenant_id, counter_id, day)
                  DO UPDATE SET open = EXCLUDED.open, open_phone = EXCLUDED.open_phone,
                                open_walk_in = EXCLUDED.open_walk_in, location_id = EXCLUDED.location_id";
        tx.execute_raw(sql(&text, values)).await?;
    }
    Ok(())
}

/// Gives back the times of expired reservations, at most `limit`.
pub(crate) async fn free_expired(
    tx: &TenantTx,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<u64, Fault> {
    let row = tx
        .query_one_raw(sql(
            "SELECT free_expired($1, $2, $3) AS freed",
            [tx.tenant().uuid().into(), now.into(), limit.into()],
        ))
        .await?;
    let freed = row.map(|row| row.try_get::<i64>("", "freed")).transpose()?;
    Ok(freed.unwrap_or_default().unsigned_abs())
}

/// The oldest day of which there is a map or a time.
pub(crate) async fn oldest_day(tx: &TenantTx) -> Result<Option<NaiveDate>, Fault> {
    let row = tx
        .query_one_raw(sql(
            "SELECT LEAST((SELECT min(day) FROM day_map WHERE tenant_id = $1),
                          (SELECT min(day) FROM live_time WHERE tenant_id = $1 AND expires_at IS NULL)) AS day",
            [tx.tenant().uuid().into()],
        ))
        .await?;
    Ok(row.map(|row| row.try_get("", "day")).transpose()?.flatten())
}

/// Moves the past out: live times and day maps stay small, whatever a municipality has booked in its life. By whole days:
/// today's visits count for today's contingents until the day is over.
pub(crate) async fn drop_past(
    tx: &TenantTx,
    now: DateTime<Utc>,
    before: NaiveDate,
) -> Result<u64, Fault> {
    let tenant = tx.tenant().uuid();
    let maps = tx
        .execute_raw(sql(
            "DELETE FROM day_map WHERE tenant_id = $1 AND day < $2",
            [tenant.into(), before.into()],
        ))
        .await?;
    // While a time lives, its counter may change; what stays with the appointment is where it was in the end.
    tx.execute_raw(sql(
        "UPDATE appointment a SET counter_id = l.counter_id FROM live_time l
          WHERE l.tenant_id = $1 AND l.ends_at < $2 AND l.day < $3 AND l.expires_at IS NULL
            AND a.tenant_id = $1 AND a.id = l.id AND a.counter_id <> l.counter_id",
        [tenant.into(), now.into(), before.into()],
    ))
    .await?;
    let done = tx
        .execute_raw(sql(
            "DELETE FROM live_time WHERE tenant_id = $1 AND ends_at < $2 AND day < $3 AND expires_at IS NULL",
            [tenant.into(), now.into(), before.into()],
        ))
        .await?;
    Ok(maps.rows_affected() + done.rows_affected())
}
