//! Whoever decides is reminded of requests that must be answered soon, and of restrictions that must be looked at again.

use chrono::NaiveDate;
use db::{Fault, TenantTx};
use kernel::{Ctx, Telling, policy::Action, spoken};
use sea_orm::ActiveValue::Set;
use tenant::{Municipality, personal_data::Addressee};

use super::{
    RightsError,
    clock::{self, Light},
    store,
};
use crate::rights::Rights;

/// Reminds whoever decides of requests that must be answered soon: once when a request turns yellow, and daily when it
/// is overdue. Returns of how many.
pub async fn remind(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    rights: &Rights,
) -> Result<u64, RightsError> {
    ctx.authorize(Action::RunJobs)?;
    let today = spoken::local_day(ctx.now(), town.zone());
    let waiting = store::waiting(tx).await?;
    let due: Vec<_> = waiting
        .iter()
        .filter(|row| match clock::light(row.received_on, row.extended_until, today) {
            Light::Green => false,
            Light::Yellow => row.reminded_on.is_none_or(|day| is_green(row, day)),
            Light::Red => row.reminded_on != Some(today),
        })
        .collect();
    let Some(first) = due.first() else { return Ok(0) };
    let facts = [
        ("count", due.len().to_string()),
        ("reference", first.reference.clone()),
        ("due", first.extended_until.unwrap_or(first.due_on).to_string()),
    ];
    tell_deciders(ctx, tx, town, rights, Telling::Waiting, &facts).await?;
    note_reminded(tx, due.iter().map(|row| row.id), today).await?;
    Ok(due.len() as u64)
}

/// Tells whoever decides which restrictions must be looked at again, once for each time. Returns how many those are.
pub async fn remind_of_reviews(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    rights: &Rights,
) -> Result<u64, RightsError> {
    ctx.authorize(Action::RunJobs)?;
    let today = spoken::local_day(ctx.now(), town.zone());
    let due = store::to_review(tx, today).await?;
    let Some(first) = due.first() else { return Ok(0) };
    let facts = [("count", due.len().to_string()), ("reference", first.reference.clone())];
    tell_deciders(ctx, tx, town, rights, Telling::Review, &facts).await?;
    for row in due.iter().filter(|row| row.review_on.is_none()) {
        let due_now = store::table::ActiveModel {
            review_on: Set(Some(today)),
            ..store::one(tx, row.id.into())
        };
        store::update(tx, due_now).await?;
    }
    note_reminded(tx, due.iter().map(|row| row.id), today).await?;
    Ok(due.len() as u64)
}

async fn tell_deciders(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    rights: &Rights,
    telling: Telling,
    facts: &[(&str, String)],
) -> Result<(), Fault> {
    let mut readers = rights.post.deciders(ctx, tx).await?;
    if readers.is_empty() {
        // nobody has the role: whoever reads the controller's mails must know
        readers.push(Addressee {
            first_name: String::new(),
            last_name: String::new(),
            email: town.controller.email.clone(),
            locale: kernel::Locale::De,
        });
    }
    for reader in &readers {
        rights.post.write(ctx, tx, reader, telling, facts).await?;
    }
    Ok(())
}

async fn note_reminded(
    tx: &TenantTx,
    requests: impl Iterator<Item = uuid::Uuid>,
    today: NaiveDate,
) -> Result<(), Fault> {
    for id in requests {
        let noted = store::table::ActiveModel {
            reminded_on: Set(Some(today)),
            ..store::one(tx, id.into())
        };
        store::update(tx, noted).await?;
    }
    Ok(())
}

fn is_green(row: &store::table::Model, day: NaiveDate) -> bool {
    clock::light(row.received_on, row.extended_until, day) == Light::Green
}
