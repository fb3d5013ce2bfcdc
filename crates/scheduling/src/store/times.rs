//! The calls of the hot paths: holding a time, and booking it. One function of the database each, one flush.

use chrono::{DateTime, Utc};
use db::{Call, Db, Fault, TenantTx, wire::ToSql};
use kernel::{AccountId, Ctx, event::AppointmentChanged};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use uuid::Uuid;

use super::day_maps::{Claim, guarded, wanted};
use crate::{Reservation, idempotency::KeyHashes};

/// What became of a wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    /// It is held.
    Yes,
    /// Nothing was written.
    Taken,
    /// The key was used before; nothing was written.
    Seen,
}

/// Takes the time and writes the reservation. `old`: hash of the token of a reservation that is given up for it.
pub(crate) async fn hold(
    ctx: &Ctx,
    db: &Db,
    claim: &Claim<'_>,
    held: &Reservation,
    key: Option<&KeyHashes>,
    old: Option<Vec<u8>>,
) -> Result<Held, Fault> {
    const HOLD: &str = concat!(
        "SELECT reserve_slot($1, ",
        wanted!(),
        ", $16, $17, $18, $19, $20, $21, $22, $23) AS outcome"
    );
    let numbers = claim.numbers();
    let items = serde_json::to_value(&held.items).unwrap_or_default();
    let params: [&(dyn ToSql + Sync); 22] = [
        &claim.id.uuid(),
        &claim.location.uuid(),
        &claim.day,
        &numbers.first_tick,
        &numbers.ticks,
        &numbers.lead,
        &numbers.raster,
        &claim.counters,
        &claim.teams,
        &claim.channel.key(),
        &numbers.percent,
        &claim.starts_at,
        &claim.ends_at,
        &claim.expires_at,
        &ctx.now(),
        &held.token.hash(),
        &held.starts_at,
        &held.ends_at,
        &items,
        &key.map(|key| key.key.as_slice()),
        &key.map(|key| key.request.as_slice()),
        &old,
    ];
    let rows = match db.call(ctx, HOLD, &params).await {
        Ok(rows) => rows,
        Err(fault) => return guarded::<Held>(fault).map(|_| Held::Taken),
    };
    let outcome = rows.first().map(|row| row.try_get::<_, String>(0)).transpose()?;
    Ok(match outcome.as_deref() {
        Some("held") => Held::Yes,
        Some("seen") => Held::Seen,
        _ => Held::Taken,
    })
}

/// What a new appointment is written with.
pub(crate) struct NewAppointment {
    pub(crate) token_hash: Vec<u8>,
    pub(crate) subject: Uuid,
    pub(crate) wrapped_key: Vec<u8>,
    pub(crate) sealed: Vec<u8>,
    pub(crate) email_index: Option<Vec<u8>>,
    pub(crate) phone_index: Option<Vec<u8>>,
    pub(crate) name_index: Vec<u8>,
    pub(crate) reference: String,
    pub(crate) manage_hash: Vec<u8>,
    pub(crate) locale: &'static str,
    pub(crate) notice_version: i32,
    pub(crate) job: Uuid,
    pub(crate) limits: serde_json::Value,
}

/// What a reservation held.
#[derive(Debug)]
pub(crate) struct HeldTime {
    pub(crate) id: Uuid,
    pub(crate) location: Uuid,
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
    pub(crate) items: serde_json::Value,
}

/// What became of a booking.
#[derive(Debug)]
pub(crate) enum Written {
    /// It is booked; what the reservation held.
    Booked(HeldTime),
    /// No such reservation (any more).
    Gone,
    /// It ran out.
    Expired,
    /// The key was used before.
    Seen,
    /// The person has so many appointments already.
    Limit(u32),
}

const BOOK: &str = "
    SELECT b.outcome, b.most, (b.held).id, (b.held).location_id, (b.held).starts_at, (b.held).ends_at, (b.held).items
      FROM book_appointment($1, $2, $3,
             ROW($4::uuid, $5::bytea, $6::bytea, $7::bytea, $8::bytea, $9::bytea, $10::text, $11::bytea, $12::text,
                 $13::int, $14::uuid, $15::text, $16::text)::new_appointment,
             $17, $18, $19) AS b";

/// Turns a held time into an appointment.
pub(crate) async fn book(
    ctx: &Ctx,
    db: &Db,
    new: &NewAppointment,
    key: Option<&KeyHashes>,
    account: Option<AccountId>,
) -> Result<Written, Fault> {
    const LINK: &str = "SELECT link_appointment($1, $2, $3, $4)";
    let request_id = ctx.request_id().to_string();
    let params: [&(dyn ToSql + Sync); 18] = [
        &ctx.now(),
        &new.token_hash,
        &new.subject,
        &new.wrapped_key,
        &new.sealed,
        &new.email_index,
        &new.phone_index,
        &new.name_index,
        &new.reference,
        &new.manage_hash,
        &new.locale,
        &new.notice_version,
        &new.job,
        &AppointmentChanged::JOB,
        &request_id,
        &key.map(|key| key.key.as_slice()),
        &key.map(|key| key.request.as_slice()),
        &new.limits,
    ];
    let owner = account.map(AccountId::uuid);
    let now = ctx.now();
    let link: [&(dyn ToSql + Sync); 3] = [&owner, &new.manage_hash, &now];
    let book: Call<'_> = (BOOK, &params);
    let calls = [book, (LINK, &link)];
    let calls = if owner.is_some() { &calls[..] } else { &calls[..1] };
    let booked = db.call_all(ctx, calls).await?.into_iter().next();
    let Some(row) = booked.unwrap_or_default().into_iter().next() else {
        return Ok(Written::Gone);
    };
    let outcome: String = row.try_get(0)?;
    Ok(match outcome.as_str() {
        "booked" => {
            db.jobs_written();
            Written::Booked(HeldTime {
                id: row.try_get("id")?,
                location: row.try_get("location_id")?,
                starts_at: row.try_get("starts_at")?,
                ends_at: row.try_get("ends_at")?,
                items: row.try_get("items")?,
            })
        }
        "limit" => Written::Limit(row.try_get::<_, i32>(1)?.unsigned_abs()),
        other => refused(other),
    })
}

fn refused(outcome: &str) -> Written {
    match outcome {
        "expired" => Written::Expired,
        "seen" => Written::Seen,
        _ => Written::Gone,
    }
}

/// The same in the caller's transaction, for who writes down more than the booking.
pub(crate) async fn book_in(
    ctx: &Ctx,
    tx: &TenantTx,
    new: &NewAppointment,
    key: Option<&KeyHashes>,
) -> Result<Written, Fault> {
    let values: [Value; 19] = [
        tx.tenant().uuid().into(),
        ctx.now().into(),
        new.token_hash.clone().into(),
        new.subject.into(),
        new.wrapped_key.clone().into(),
        new.sealed.clone().into(),
        new.email_index.clone().into(),
        new.phone_index.clone().into(),
        new.name_index.clone().into(),
        new.reference.clone().into(),
        new.manage_hash.clone().into(),
        new.locale.into(),
        new.notice_version.into(),
        new.job.into(),
        AppointmentChanged::JOB.into(),
        ctx.request_id().to_string().into(),
        key.map(|key| key.key.clone()).into(),
        key.map(|key| key.request.clone()).into(),
        new.limits.clone().into(),
    ];
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, BOOK, values);
    let Some(row) = tx.query_one_raw(statement).await? else { return Ok(Written::Gone) };
    let outcome: String = row.try_get("", "outcome")?;
    Ok(match outcome.as_str() {
        "booked" => Written::Booked(HeldTime {
            id: row.try_get("", "id")?,
            location: row.try_get("", "location_id")?,
            starts_at: row.try_get("", "starts_at")?,
            ends_at: row.try_get("", "ends_at")?,
            items: row.try_get("", "items")?,
        }),
        "limit" => Written::Limit(row.try_get::<i32>("", "most")?.unsigned_abs()),
        other => refused(other),
    })
}
