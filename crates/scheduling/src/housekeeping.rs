//! What is deleted when its time has come. Nothing depends on it running on time.

use chrono::{Days, TimeDelta};
use db::{TenantTx, sealed};
use kernel::{Ctx, policy};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use tenant::Municipality;

use crate::{
    Error, places,
    store::{
        appointments::{appointment, customer, idempotency_key, reservation},
        day_maps,
    },
    today,
};

/// Rows of a kind that one round deletes at most, so that a round stays short.
const ROUND: u64 = 500;

/// How many rows went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Expired reservations.
    pub reservations: u64,
    /// Times that are over, and the places of people that they took.
    pub past_times: u64,
    /// Appointments past their period, with their people.
    pub appointments: u64,
    /// Idempotency keys older than a day, and what the office said when its messages are gone.
    pub keys: u64,
}

/// Gives back the times of expired reservations, in a transaction of its own: it locks day maps that people want.
pub async fn release_expired(ctx: &Ctx, tx: &TenantTx) -> Result<u64, Error> {
    ctx.authorize(policy::Action::RunJobs)?;
    Ok(day_maps::free_expired(tx, ctx.now(), ROUND.cast_signed()).await?)
}

/// Deletes what is due.
pub async fn sweep(ctx: &Ctx, tx: &TenantTx, town: &Municipality) -> Result<Swept, Error> {
    ctx.authorize(policy::Action::RunJobs)?;
    let tenant = tx.tenant().uuid();
    let now = ctx.now();
    // The row outlives its time by a day, so that a late booking hears "expired" and not "never heard of it".
    let reservations = reservation::Entity::delete_many()
        .filter(reservation::Column::TenantId.eq(tenant))
        .filter(reservation::Column::ExpiresAt.lt(now - TimeDelta::days(1)))
        .exec(tx)
        .await?
        .rows_affected;
    let yesterday = today(ctx, town).checked_sub_days(Days::new(1)).unwrap_or_default();
    let past_times = day_maps::drop_past(tx, now, yesterday).await?;
    let keys = idempotency_key::Entity::delete_many()
        .filter(idempotency_key::Column::TenantId.eq(tenant))
        .filter(idempotency_key::Column::CreatedAt.lt(now - TimeDelta::days(1)))
        .exec(tx)
        .await?
        .rows_affected;
    let places = places::forget_before(tx, now).await?;
    // a message may try for some days before it gives up
    let messages = TimeDelta::days(i64::from(town.settings.retention.message_days) + 7);
    let notes = crate::change::forget_notes_before(tx, now - messages).await?;
    let appointments = erase_past_appointments(ctx, tx, town).await?;
    Ok(Swept { reservations, past_times: past_times + places, appointments, keys: keys + notes })
}

/// Appointments go with their person: key first, then the sealed record.
async fn erase_past_appointments(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
) -> Result<u64, Error> {
    let tenant = tx.tenant().uuid();
    let period = TimeDelta::days(town.settings.retention.appointment_days.into());
    let due = appointment::Entity::find()
        .filter(appointment::Column::TenantId.eq(tenant))
        .filter(appointment::Column::EndsAt.lt(ctx.now() - period))
        // restricted data wait for the person's decision (Art. 18 GDPR)
        .filter(Expr::cust(
            "NOT EXISTS (SELECT FROM customer r WHERE r.tenant_id = appointment.tenant_id
                AND r.subject_id = appointment.subject_id AND r.restricted_at IS NOT NULL)",
        ))
        .order_by_asc(appointment::Column::EndsAt)
        .limit(ROUND)
        .all(tx)
        .await?;
    for row in &due {
        if let Some(subject) = row.subject_id {
            sealed::destroy_subject(tx, subject.into()).await?;
        }
        appointment::Entity::delete_by_id((tenant, row.id)).exec(tx).await?;
        if let Some(subject) = row.subject_id {
            customer::Entity::delete_by_id((tenant, subject)).exec(tx).await?;
        }
    }
    Ok(due.len() as u64)
}
