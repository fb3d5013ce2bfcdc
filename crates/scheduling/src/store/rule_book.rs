//! Reading the rules that decide when counters are open.

use db::{Fault, TenantTx};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

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
