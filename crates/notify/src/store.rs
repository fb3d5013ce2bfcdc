//! The table of messages. Its entity never leaves this crate.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use db::{Fault, TenantTx};
use kernel::{Ctx, MessageId, event::AppointmentChanged};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter,
    QuerySelect, Statement, TryInsertResult, sea_query::Expr,
};

/// How long a message waits for earlier ones that do not get through.
const PATIENCE: TimeDelta = TimeDelta::hours(24);

/// How a message leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel {
    Mail,
    Sms,
}

impl Channel {
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Sms => "sms",
        }
    }

    pub(crate) fn from_key(key: &str) -> Option<Self> {
        [Self::Mail, Self::Sms].into_iter().find(|channel| channel.key() == key)
    }
}

/// Whom a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    Citizen,
    Office,
}

impl Audience {
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::Office => "office",
        }
    }

    pub(crate) fn from_key(key: &str) -> Option<Self> {
        [Self::Citizen, Self::Office].into_iter().find(|audience| audience.key() == key)
    }
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// It is to be sent.
    Waiting,
    /// It left.
    Sent,
    /// It cannot be delivered.
    Failed,
    /// Nobody is there to get it any more.
    Skipped,
    /// The SMS of the day are used up.
    OverBudget,
    /// It was handed over, and nobody knows whether it left. Only lookups happen from here on.
    Unknown,
}

impl State {
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::OverBudget => "over-budget",
            Self::Unknown => "unknown",
        }
    }
}

pub(crate) mod message {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "message")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub appointment_id: Uuid,
        pub sequence: i32,
        pub channel: String,
        pub audience: String,
        pub kind: String,
        pub state: String,
        pub provider_id: Option<String>,
        pub created_at: DateTimeUtc,
        pub settled_at: Option<DateTimeUtc>,
        /// The day on whose budget it is.
        pub counted_on: Option<Date>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Plans a message. `None` when the same message was planned before.
pub(crate) async fn plan(
    ctx: &Ctx,
    tx: &TenantTx,
    event: &AppointmentChanged,
    channel: Channel,
    audience: Audience,
) -> Result<Option<MessageId>, Fault> {
    let id = MessageId::new(ctx.clock(), ctx.chance());
    let row = message::ActiveModel {
        tenant_id: Set(ctx.tenant().uuid()),
        id: Set(id.uuid()),
        appointment_id: Set(event.appointment.uuid()),
        sequence: Set(event.sequence),
        channel: Set(channel.key().to_owned()),
        audience: Set(audience.key().to_owned()),
        kind: Set(event.change.key().to_owned()),
        state: Set(State::Waiting.key().to_owned()),
        provider_id: Set(None),
        created_at: Set(ctx.now()),
        settled_at: Set(None),
        counted_on: Set(None),
    };
    let same = [
        message::Column::TenantId,
        message::Column::AppointmentId,
        message::Column::Sequence,
        message::Column::Channel,
        message::Column::Audience,
    ];
    let planned = message::Entity::insert(row)
        .on_conflict_do_nothing_on(same)
        .exec_without_returning(tx)
        .await?;
    Ok(matches!(planned, TryInsertResult::Inserted(1)).then_some(id))
}

/// The message with the id.
pub(crate) async fn find(tx: &TenantTx, id: MessageId) -> Result<Option<message::Model>, Fault> {
    Ok(message::Entity::find_by_id((tx.tenant().uuid(), id.uuid())).one(tx).await?)
}

/// Whether a message about an earlier change is still on its way to the same people.
pub(crate) async fn is_behind_another(
    tx: &TenantTx,
    row: &message::Model,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let earlier = message::Entity::find()
        .select_only()
        .column(message::Column::Id)
        .filter(message::Column::TenantId.eq(row.tenant_id))
        .filter(message::Column::AppointmentId.eq(row.appointment_id))
        .filter(message::Column::Sequence.lt(row.sequence))
        .filter(message::Column::Channel.eq(&row.channel))
        .filter(message::Column::Audience.eq(&row.audience))
        .filter(message::Column::SettledAt.is_null())
        .filter(message::Column::CreatedAt.gt(now - PATIENCE))
        .into_tuple::<uuid::Uuid>()
        .one(tx)
        .await?;
    Ok(earlier.is_some())
}

/// Whether a later change has made what the message would say untrue, and tells the same people itself.
pub(crate) async fn is_superseded(tx: &TenantTx, row: &message::Model) -> Result<bool, Fault> {
    let later = message::Entity::find()
        .select_only()
        .column(message::Column::Id)
        .filter(message::Column::TenantId.eq(row.tenant_id))
        .filter(message::Column::AppointmentId.eq(row.appointment_id))
        .filter(message::Column::Sequence.gt(row.sequence))
        .filter(message::Column::Channel.eq(&row.channel))
        .filter(message::Column::Audience.eq(&row.audience))
        .into_tuple::<uuid::Uuid>()
        .one(tx)
        .await?;
    Ok(later.is_some())
}

/// Whether an earlier change of the appointment still waits to be planned: jobs may overtake each other.
pub(crate) async fn has_unplanned_predecessor(
    tx: &TenantTx,
    event: &AppointmentChanged,
) -> Result<bool, Fault> {
    if event.sequence == 0 {
        return Ok(false);
    }
    let earlier = tx
        .query_one_raw(Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT 1 FROM job
              WHERE tenant_id = $1 AND kind = $2 AND state = 'ready'
                AND payload->>'appointment' = $3 AND (payload->>'sequence')::integer < $4
              LIMIT 1",
            [
                tx.tenant().uuid().into(),
                AppointmentChanged::JOB.into(),
                event.appointment.to_string().into(),
                event.sequence.into(),
            ],
        ))
        .await?;
    Ok(earlier.is_some())
}

/// Writes down what became of a message. `settled_at` is there once it is final.
pub(crate) async fn record(
    tx: &TenantTx,
    id: MessageId,
    state: State,
    provider_id: Option<&str>,
    settled_at: Option<DateTime<Utc>>,
) -> Result<(), Fault> {
    message::Entity::update_many()
        .col_expr(message::Column::State, Expr::value(state.key()))
        .col_expr(message::Column::ProviderId, Expr::value(provider_id.map(str::to_owned)))
        .col_expr(message::Column::SettledAt, Expr::value(settled_at))
        .filter(message::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(message::Column::Id.eq(id.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Writes down on which day's budget a message is: tried again on that day it is not counted twice.
pub(crate) async fn note_counted(
    tx: &TenantTx,
    id: MessageId,
    day: NaiveDate,
) -> Result<(), Fault> {
    message::Entity::update_many()
        .col_expr(message::Column::CountedOn, Expr::value(day))
        .filter(message::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(message::Column::Id.eq(id.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}
