//! The rules that decide when counters are open, as rows.

use db::{Fault, TenantTx, wire};
use kernel::{ClosureId, Ctx, OpeningRuleId};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

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

/// Rules that hold on some day from $2 to $3.
pub(crate) const RULES: &str = "
    SELECT counter_id, weekday, from_minute, to_minute, breaks, valid_from, valid_to, every_weeks, anchor,
           month_weeks, channels, on_holidays
      FROM opening_rule
     WHERE tenant_id = $1 AND (valid_to IS NULL OR valid_to >= $2) AND (valid_from IS NULL OR valid_from <= $3)";
/// Exceptions from $2 to $3.
pub(crate) const EXCEPTIONS: &str = "
    SELECT counter_id, day, from_minute, to_minute, breaks, channels FROM opening_exception
     WHERE tenant_id = $1 AND day BETWEEN $2 AND $3";
/// Closures of some day from $2 to $3.
pub(crate) const CLOSURES: &str = "
    SELECT location_id, counter_id, from_day, to_day, reason FROM closure
     WHERE tenant_id = $1 AND from_day <= $3 AND to_day >= $2";

/// What [`RULES`], [`EXCEPTIONS`] and [`CLOSURES`] found.
pub(crate) fn from_rows(
    rules: &[wire::Row],
    exceptions: &[wire::Row],
    closures: &[wire::Row],
) -> Result<RuleBook, Fault> {
    let nil = Uuid::nil();
    let rules = rules.iter().map(|row| {
        rule(opening_rule::Model {
            tenant_id: nil,
            id: nil,
            counter_id: row.try_get(0)?,
            weekday: row.try_get(1)?,
            from_minute: row.try_get(2)?,
            to_minute: row.try_get(3)?,
            breaks: row.try_get(4)?,
            valid_from: row.try_get(5)?,
            valid_to: row.try_get(6)?,
            every_weeks: row.try_get(7)?,
            anchor: row.try_get(8)?,
            month_weeks: row.try_get(9)?,
            channels: row.try_get(10)?,
            on_holidays: row.try_get(11)?,
        })
    });
    let exceptions = exceptions.iter().map(|row| {
        exception(opening_exception::Model {
            tenant_id: nil,
            id: nil,
            counter_id: row.try_get(0)?,
            day: row.try_get(1)?,
            from_minute: row.try_get(2)?,
            to_minute: row.try_get(3)?,
            breaks: row.try_get(4)?,
            channels: row.try_get(5)?,
        })
    });
    let closures = closures.iter().map(|row| {
        read_closure(closure::Model {
            tenant_id: nil,
            id: nil,
            location_id: row.try_get(0)?,
            counter_id: row.try_get(1)?,
            from_day: row.try_get(2)?,
            to_day: row.try_get(3)?,
            reason: row.try_get(4)?,
        })
    });
    Ok(RuleBook {
        rules: rules.collect::<Result<_, Fault>>()?,
        exceptions: exceptions.collect::<Result<_, Fault>>()?,
        closures: closures.collect::<Result<_, Fault>>()?,
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
