//! How many SMS leave on a day: of a municipality, and to one number. Somebody who lets others pay for SMS, or floods a
//! phone with them, comes no further than that.
//!
//! Counted in the database, in the transaction that decides to send: without it nothing is sent. Numbers are counted
//! under a keyed hash that is another one every day.

use chrono::NaiveDate;
use db::{Fault, TenantTx};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tenant::Municipality;

/// What is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UsedUp {
    /// The municipality's budget of the day.
    Day,
    /// What one number gets on a day.
    Number,
}

impl UsedUp {
    /// For the log, which names no number.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Number => "number",
        }
    }
}

/// Counts an SMS to a number on a day (the municipality's), or says what is used up.
pub(crate) async fn take(
    tx: &TenantTx,
    town: &Municipality,
    day: NaiveDate,
    phone: &str,
) -> Result<Result<(), UsedUp>, Fault> {
    let sms = &town.settings.sms;
    let number = tx.keys().await?.blind_index("sms_count.number", &format!("{day} {phone}"));
    if !count(tx, day, &number, sms.daily_per_number).await? {
        return Ok(Err(UsedUp::Number));
    }
    // The municipality's own row has no number. It is locked last, for as short as can be: all SMS of the day want it.
    let is_within = count(tx, day, &[], sms.daily_budget).await?;
    Ok(if is_within { Ok(()) } else { Err(UsedUp::Day) })
}

/// Counts one more in one step, unless it is one too many.
async fn count(tx: &TenantTx, day: NaiveDate, number: &[u8], most: u32) -> Result<bool, Fault> {
    if most == 0 {
        return Ok(false);
    }
    let counted = tx
        .query_one_raw(Statement::from_sql_and_values(
            DbBackend::Postgres,
            "INSERT INTO sms_count (tenant_id, day, number, count) VALUES ($1, $2, $3, 1)
             ON CONFLICT (tenant_id, day, number)
             DO UPDATE SET count = sms_count.count + 1 WHERE sms_count.count < $4
             RETURNING count",
            [tx.tenant().uuid().into(), day.into(), number.to_vec().into(), i64::from(most).into()],
        ))
        .await?;
    Ok(counted.is_some())
}
