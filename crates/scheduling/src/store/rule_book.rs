//! The rules that decide when counters are open, as rows.

use db::{Fault, TenantTx};
use kernel::{ClosureId, Ctx, OpeningRuleId};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::offer::{closure, opening_exception, opening_rule};
use crate::{
    catalogue::json,
    model::rules::{Closure, Hours, OpeningException, OpeningRule, Rhythm, RuleBook},
};

/// All rules, exceptions and closures of the municipality.
pub(crate) async fn read(tx: &TenantTx) -> Result<RuleBook, Fault> {
    let tenant = tx.tenant().uuid();
    let rules = opening_rule::Entity::find()
        .filter(opening_rule::Column::TenantId.eq(tenant))
        .all(tx)
        .await?;
    let exceptions = opening_exception::Entity::find()
        .filter(opening_exception::Column::TenantId.eq(tenant))
        .all(tx)
        .await?;
    let closures =
        closure::Entity::find().filter(closure::Column::TenantId.eq(tenant)).all(tx).await?;
    Ok(RuleBook {
        rules: rules.into_iter().map(rule).collect::<Result<_, _>>()?,
        exceptions: exceptions.into_iter().map(exception).collect::<Result<_, _>>()?,
        closures: closures.into_iter().map(read_closure).collect::<Result<_, _>>()?,
    })
}

fn rule(row: opening_rule::Model) -> Result<OpeningRule, Fault> {
    Ok(OpeningRule {
        counter: row.counter_id.into(),
        weekday: row.weekday.unsigned_abs(),
        hours: Hours {
            from: row.from_minute.unsigned_abs(),
            to: row.to_minute.unsigned_abs(),
            breaks: json(row.breaks)?,
            channels: json(row.channels)?,
        },
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        rhythm: Rhythm {
            every_weeks: row.every_weeks.unsigned_abs(),
            anchor: row.anchor,
            month_weeks: row.month_weeks.map(json).transpose()?.unwrap_or_default(),
        },
        on_holidays: row.on_holidays,
    })
}

fn exception(row: opening_exception::Model) -> Result<OpeningException, Fault> {
    Ok(OpeningException {
        counter: row.counter_id.into(),
        day: row.day,
        hours: Hours {
            from: row.from_minute.unsigned_abs(),
            to: row.to_minute.unsigned_abs(),
            breaks: json(row.breaks)?,
            channels: json(row.channels)?,
        },
    })
}

/// A closure as the model has it.
pub(crate) fn read_closure(row: closure::Model) -> Result<Closure, Fault> {
    Ok(Closure {
        location: row.location_id.map(Into::into),
        counter: row.counter_id.map(Into::into),
        from: row.from_day,
        to: row.to_day,
        reason: json(row.reason)?,
    })
}

/// Puts other rules, exceptions and closures in the place of those that are there. The calendar is locked.
pub(crate) async fn replace(ctx: &Ctx, tx: &TenantTx, book: &RuleBook) -> Result<(), Fault> {
    let tenant = tx.tenant().uuid();
    opening_rule::Entity::delete_many()
        .filter(opening_rule::Column::TenantId.eq(tenant))
        .exec(tx)
        .await?;
    opening_exception::Entity::delete_many()
        .filter(opening_exception::Column::TenantId.eq(tenant))
        .exec(tx)
        .await?;
    closure::Entity::delete_many().filter(closure::Column::TenantId.eq(tenant)).exec(tx).await?;
    let new_id = || OpeningRuleId::new(ctx.clock(), ctx.chance()).uuid();
    let rules = book.rules.iter().map(|rule| opening_rule::ActiveModel {
        tenant_id: Set(tenant),
        id: Set(new_id()),
        counter_id: Set(rule.counter.uuid()),
        weekday: Set(rule.weekday.cast_signed()),
        from_minute: Set(rule.hours.from.cast_signed()),
        to_minute: Set(rule.hours.to.cast_signed()),
        breaks: Set(document(&rule.hours.breaks)),
        valid_from: Set(rule.valid_from),
        valid_to: Set(rule.valid_to),
        every_weeks: Set(rule.rhythm.every_weeks.cast_signed()),
        anchor: Set(rule.rhythm.anchor),
        month_weeks: Set(
            (!rule.rhythm.month_weeks.is_empty()).then(|| document(&rule.rhythm.month_weeks))
        ),
        channels: Set(document(&rule.hours.channels)),
        on_holidays: Set(rule.on_holidays),
    });
    let exceptions = book.exceptions.iter().map(|exception| opening_exception::ActiveModel {
        tenant_id: Set(tenant),
        id: Set(new_id()),
        counter_id: Set(exception.counter.uuid()),
        day: Set(exception.day),
        from_minute: Set(exception.hours.from.cast_signed()),
        to_minute: Set(exception.hours.to.cast_signed()),
        breaks: Set(document(&exception.hours.breaks)),
        channels: Set(document(&exception.hours.channels)),
    });
    let closures = book.closures.iter().map(|entry| closure::ActiveModel {
        tenant_id: Set(tenant),
        id: Set(ClosureId::new(ctx.clock(), ctx.chance()).uuid()),
        location_id: Set(entry.location.map(kernel::LocationId::uuid)),
        counter_id: Set(entry.counter.map(kernel::CounterId::uuid)),
        from_day: Set(entry.from),
        to_day: Set(entry.to),
        reason: Set(document(&entry.reason)),
    });
    // a statement has at most 65 535 parameters
    for some in rules.collect::<Vec<_>>().chunks(500) {
        opening_rule::Entity::insert_many(some.to_vec()).exec_without_returning(tx).await?;
    }
    for some in exceptions.collect::<Vec<_>>().chunks(500) {
        opening_exception::Entity::insert_many(some.to_vec()).exec_without_returning(tx).await?;
    }
    for some in closures.collect::<Vec<_>>().chunks(500) {
        closure::Entity::insert_many(some.to_vec()).exec_without_returning(tx).await?;
    }
    Ok(())
}

fn document<T: serde::Serialize>(value: &T) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}
