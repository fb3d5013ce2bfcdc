//! An appointment as the office sees it.

use db::TenantTx;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, Value};

use crate::{
    Appointment, Channel, Contact, Error, appointments, customer,
    store::appointments::appointment as table,
};

/// An appointment with its counter and its person. Has no `Debug`: it must not reach a log.
#[derive(Clone)]
pub struct DeskEntry {
    /// The appointment.
    pub appointment: Appointment,
    /// What the office calls the counter.
    pub counter: String,
    /// How it was booked; not known any more when its day is over or it was cancelled.
    pub channel: Option<Channel>,
    /// The person; `None` when they were erased.
    pub contact: Option<Contact>,
}

/// Appointments and where their times are now, before a condition. `$1` is the municipality. Whose data are restricted
/// (Art. 18 GDPR) the office does not see.
macro_rules! entries {
    ($joins:literal, $condition:expr) => {
        format!(
            "SELECT a.*, c.name AS counter_name, l.channel FROM appointment a {}
               LEFT JOIN live_time l ON l.tenant_id = a.tenant_id AND l.id = a.id
               JOIN counter c ON c.tenant_id = a.tenant_id AND c.id = COALESCE(l.counter_id, a.counter_id)
              WHERE a.tenant_id = $1 AND NOT EXISTS (
                    SELECT FROM customer r WHERE r.tenant_id = a.tenant_id AND r.subject_id = a.subject_id
                       AND r.restricted_at IS NOT NULL)
                AND {}",
            $joins, $condition
        )
    };
}
pub(super) use entries;

/// Reads what [`entries`] asks for, with items and people: three questions, whatever their number.
pub(super) async fn read(
    tx: &TenantTx,
    statement: String,
    values: Vec<Value>,
) -> Result<Vec<DeskEntry>, Error> {
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, statement, values);
    let mut found = Vec::new();
    for row in tx.query_all_raw(statement).await? {
        let appointment = table::Model::from_query_result(&row, "")?;
        let counter: String = row.try_get("", "counter_name")?;
        let channel: Option<String> = row.try_get("", "channel")?;
        found.push((appointment, counter, channel));
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let mut items = appointments::items_of(tx, found.iter().map(|(row, ..)| row.id)).await?;
    let people = found.iter().filter_map(|(row, ..)| row.subject_id).collect();
    let mut contacts = customer::read_all(tx, people).await?;
    found
        .into_iter()
        .map(|(row, counter, channel)| {
            let contact = row.subject_id.and_then(|subject| contacts.remove(&subject));
            let items = items.remove(&row.id).unwrap_or_default();
            Ok(DeskEntry {
                appointment: appointments::read_appointment(row, items)?,
                counter,
                channel: channel.and_then(|key| Channel::from_key(&key)),
                contact,
            })
        })
        .collect()
}
