//! The history of an appointment: what was done with it, when, and by whom. Written in the transaction that does it.
//!
//! That a citizen has booked is not written down again: the appointment itself says when. Of citizens only the kind is
//! kept, of the office also whose account or which key it was.

use chrono::{DateTime, Utc};
use db::{Fault, TenantTx, audit};
use kernel::{AppointmentEventId, AppointmentId, Ctx, LocationId, policy};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement};
use serde_json::Value;
use uuid::Uuid;

use crate::{Appointment, Error, reach};

/// What was done with an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// It was booked.
    Booked,
    /// It got another time or place.
    Moved,
    /// The office corrected the contact.
    Corrected,
    /// It was cancelled.
    Cancelled,
}

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doer {
    /// A citizen without an account, or nobody knows.
    Citizen,
    /// A citizen who was signed in.
    Account,
    /// Somebody of the office.
    Staff,
    /// A program of the office.
    Program,
    /// The background worker, or the operator.
    Service,
}

/// A place and a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// Where.
    pub location: LocationId,
    /// From when.
    pub starts_at: DateTime<Utc>,
}

impl When {
    /// Of an appointment as it is.
    pub(crate) fn of(appointment: &Appointment) -> Self {
        Self { location: appointment.location, starts_at: appointment.starts_at }
    }
}

/// An entry of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// When it was done.
    pub at: DateTime<Utc>,
    /// What.
    pub deed: Deed,
    /// By whom.
    pub doer: Doer,
    /// Whose account or which key; only of the office.
    pub doer_id: Option<Uuid>,
    /// Where and when the appointment was before.
    pub from: Option<When>,
    /// Where and when it is since.
    pub to: Option<When>,
}

impl Deed {
    const ALL: [Self; 4] = [Self::Booked, Self::Moved, Self::Corrected, Self::Cancelled];

    fn key(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Moved => "moved",
            Self::Corrected => "corrected",
            Self::Cancelled => "cancelled",
        }
    }
}

#[derive(FromQueryResult)]
struct Row {
    at: DateTime<Utc>,
    actor: String,
    actor_id: Option<Uuid>,
    what: String,
    from_location: Option<Uuid>,
    from_starts_at: Option<DateTime<Utc>>,
    to_location: Option<Uuid>,
    to_starts_at: Option<DateTime<Utc>>,
}

/// Writes down what was done.
pub(crate) async fn note(
    ctx: &Ctx,
    tx: &TenantTx,
    appointment: AppointmentId,
    deed: Deed,
    from: Option<When>,
    to: Option<When>,
) -> Result<(), Fault> {
    let (actor, id) = audit::who(ctx.actor());
    let id = id.filter(|_| matches!(actor, "staff" | "program"));
    tx.execute_raw(Statement::from_sql_and_values(
        DbBackend::Postgres,
        "INSERT INTO appointment_event (tenant_id, id, appointment_id, at, actor, actor_id, what, from_location,
                                        from_starts_at, to_location, to_starts_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        [
            tx.tenant().uuid().into(),
            AppointmentEventId::new(ctx.clock(), ctx.chance()).uuid().into(),
            appointment.uuid().into(),
            ctx.now().into(),
            actor.into(),
            id.into(),
            deed.key().into(),
            from.map(|from| from.location.uuid()).into(),
            from.map(|from| from.starts_at).into(),
            to.map(|to| to.location.uuid()).into(),
            to.map(|to| to.starts_at).into(),
        ],
    ))
    .await?;
    Ok(())
}

/// Writes the office's act into the audit trail: the last thing of its transaction. Citizens are not watched.
pub(crate) async fn witness(
    ctx: &Ctx,
    tx: &TenantTx,
    action: &'static str,
    appointment: AppointmentId,
    details: Value,
) -> Result<(), Fault> {
    if !reach::is_office(ctx) {
        return Ok(());
    }
    let object_id = Some(appointment.uuid());
    audit::append(ctx, tx, audit::Act { action, object: "appointment", object_id }, details).await
}

/// The history of an appointment, the oldest first.
pub async fn history(
    ctx: &Ctx,
    tx: &TenantTx,
    appointment: &Appointment,
) -> Result<Vec<HistoryEntry>, Error> {
    reach::at(ctx, policy::Action::ServeAppointments, appointment.location)?;
    let rows = Row::find_by_statement(Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT at, actor, actor_id, what, from_location, from_starts_at, to_location, to_starts_at
           FROM appointment_event WHERE tenant_id = $1 AND appointment_id = $2 ORDER BY at, id",
        [tx.tenant().uuid().into(), appointment.id.uuid().into()],
    ))
    .all(tx)
    .await?;
    let mut entries: Vec<HistoryEntry> = rows.iter().filter_map(read).collect();
    if !entries.iter().any(|entry| entry.deed == Deed::Booked) {
        let first = entries.iter().find_map(|entry| entry.from);
        entries.insert(
            0,
            HistoryEntry {
                at: appointment.booked_at,
                deed: Deed::Booked,
                doer: Doer::Citizen,
                doer_id: None,
                from: None,
                to: Some(first.unwrap_or_else(|| When::of(appointment))),
            },
        );
    }
    Ok(entries)
}

fn read(row: &Row) -> Option<HistoryEntry> {
    let when = |location: Option<Uuid>, starts_at: Option<DateTime<Utc>>| {
        Some(When { location: location?.into(), starts_at: starts_at? })
    };
    Some(HistoryEntry {
        at: row.at,
        deed: Deed::ALL.into_iter().find(|deed| deed.key() == row.what)?,
        doer: match row.actor.as_str() {
            "account" => Doer::Account,
            "staff" => Doer::Staff,
            "program" => Doer::Program,
            "worker" | "operator" => Doer::Service,
            _ => Doer::Citizen,
        },
        doer_id: row.actor_id,
        from: when(row.from_location, row.from_starts_at),
        to: when(row.to_location, row.to_starts_at),
    })
}
