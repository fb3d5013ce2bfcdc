//! What is kept of messages about people, for who asks about their own data.

use chrono::{DateTime, Utc};
use db::{Fault, TenantTx, jobs};
use kernel::{
    Ctx,
    event::AppointmentChanged,
    my_data::{Content, OwnMessage},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use tenant::{
    Municipality,
    personal_data::{Clue, DataSubject, Erased, PersonalData, permit},
};
use uuid::Uuid;

use crate::{
    send::SEND_JOB,
    sms::erase::{ERASE_JOB, EraseSms},
    store::message,
};

/// The records of messages, and messages that wait.
#[derive(Debug, Clone, Copy, Default)]
pub struct PersonalMessages;

#[async_trait::async_trait]
impl PersonalData for PersonalMessages {
    async fn find(
        &self,
        _: &Ctx,
        _: &TenantTx,
        _: &Clue,
        _: &mut DataSubject,
    ) -> Result<(), Fault> {
        // nobody is found by a message: it holds neither name nor address
        Ok(())
    }

    async fn export(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        who: &DataSubject,
        into: &mut Content,
    ) -> Result<(), Fault> {
        permit(ctx)?;
        let read = |row: message::Model| OwnMessage {
            appointment: row.appointment_id,
            kind: row.kind,
            sequence: row.sequence,
            channel: row.channel,
            audience: row.audience,
            state: row.state,
            provider_id: row.provider_id,
            created_at: row.created_at,
            settled_at: row.settled_at,
            counted_on: row.counted_on,
        };
        into.messages.extend(rows(tx, who).await?.into_iter().map(read));
        Ok(())
    }

    /// Messages that wait are not sent any more, and the provider is asked to forget those that it has. The records go
    /// with the appointments.
    async fn erase(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        _: &Municipality,
        who: &DataSubject,
    ) -> Result<Erased, Fault> {
        permit(ctx)?;
        for provider_id in rows(tx, who).await?.into_iter().filter_map(|row| row.provider_id) {
            jobs::enqueue(ctx, tx, ERASE_JOB, &EraseSms { provider_id }, ctx.now()).await?;
        }
        let ids: Vec<String> = who.appointments.iter().map(ToString::to_string).collect();
        tx.run(
            "DELETE FROM job WHERE tenant_id = $1 AND kind IN ($3, $4)
                AND COALESCE(payload->>'appointment', payload->'event'->>'appointment') = ANY ($2)",
            [ids.into(), AppointmentChanged::JOB.into(), SEND_JOB.into()],
        )
        .await?;
        message::Entity::delete_many()
            .filter(message::Column::TenantId.eq(tx.tenant().uuid()))
            .filter(message::Column::AppointmentId.is_in(ids_of(who)))
            .exec(tx)
            .await?;
        Ok(Erased::default())
    }

    async fn restrict(
        &self,
        _: &Ctx,
        _: &TenantTx,
        _: &DataSubject,
        _: Option<DateTime<Utc>>,
    ) -> Result<(), Fault> {
        // a message asks for its appointment when it is sent, and does not find a restricted one
        Ok(())
    }
}

async fn rows(tx: &TenantTx, who: &DataSubject) -> Result<Vec<message::Model>, Fault> {
    Ok(message::Entity::find()
        .filter(message::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(message::Column::AppointmentId.is_in(ids_of(who)))
        .order_by_asc(message::Column::CreatedAt)
        .order_by_asc(message::Column::Id)
        .all(tx)
        .await?)
}

fn ids_of(who: &DataSubject) -> Vec<Uuid> {
    who.appointments.iter().map(|id| id.uuid()).collect()
}
