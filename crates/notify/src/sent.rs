//! What was sent about an appointment, for the office that looks at its history.

use chrono::{DateTime, Utc};
use db::{Fault, TenantTx};
use kernel::{
    AppointmentId, Ctx,
    policy::{Action, Forbidden},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::store::message;

/// A mail or an SMS: when, to whom, and what became of it. Neither address nor text: they are nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentMessage {
    /// When it was planned.
    pub at: DateTime<Utc>,
    /// `mail` or `sms`.
    pub channel: String,
    /// `citizen` or `office`.
    pub audience: String,
    /// About which change: `booked`, `moved` or `cancelled`.
    pub kind: String,
    /// `waiting`, `sent`, `failed`, `skipped` or `unknown`.
    pub state: String,
}

/// Why the messages were not read.
#[derive(Debug, thiserror::Error)]
pub enum SentError {
    /// The actor may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database did not do its part.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl kernel::PublicError for SentError {
    fn code(&self) -> kernel::ErrorCode {
        match self {
            Self::Forbidden(error) => error.code(),
            Self::Fault(fault) => fault.code(),
        }
    }
}

/// The messages about an appointment, the oldest first. The caller has opened the appointment, where that is allowed.
pub async fn messages_about(
    ctx: &Ctx,
    tx: &TenantTx,
    appointment: AppointmentId,
) -> Result<Vec<SentMessage>, SentError> {
    ctx.authorize(Action::ServeAppointments)?;
    let rows = message::Entity::find()
        .filter(message::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(message::Column::AppointmentId.eq(appointment.uuid()))
        .order_by_asc(message::Column::CreatedAt)
        .order_by_asc(message::Column::Id)
        .all(tx)
        .await
        .map_err(Fault::from)?;
    let read = |row: message::Model| SentMessage {
        at: row.created_at,
        channel: row.channel,
        audience: row.audience,
        kind: row.kind,
        state: row.state,
    };
    Ok(rows.into_iter().map(read).collect())
}
