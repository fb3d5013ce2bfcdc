//! The places of a person: how many appointments they may have at the same time. A booking takes one inside
//! `book_appointment`; here they follow what becomes of the appointment.

use chrono::{DateTime, Utc};
use db::{Fault, TenantTx};
use kernel::AppointmentId;

/// The chosen places, locked in the order in which bookings take them: by service, person and number.
macro_rules! locked {
    ($which:literal) => {
        concat!(
            "WITH mine AS MATERIALIZED (
                SELECT service_id, person, place FROM person_place WHERE tenant_id = $1 AND ",
            $which,
            " ORDER BY service_id, person, place FOR UPDATE) "
        )
    };
}

/// The appointment ends at another time now.
pub(crate) async fn keep_until(
    tx: &TenantTx,
    appointment: AppointmentId,
    until: DateTime<Utc>,
) -> Result<(), Fault> {
    const KEEP: &str = concat!(
        locked!("appointment_id = $2"),
        "UPDATE person_place p SET until = $3 FROM mine WHERE p.tenant_id = $1
            AND p.service_id = mine.service_id AND p.person = mine.person AND p.place = mine.place"
    );
    tx.run(KEEP, [appointment.uuid().into(), until.into()]).await?;
    Ok(())
}

/// The appointment was cancelled or erased.
pub(crate) async fn give_back(tx: &TenantTx, appointment: AppointmentId) -> Result<(), Fault> {
    const GIVE_BACK: &str = concat!(
        locked!("appointment_id = $2"),
        "DELETE FROM person_place p USING mine WHERE p.tenant_id = $1
            AND p.service_id = mine.service_id AND p.person = mine.person AND p.place = mine.place"
    );
    tx.run(GIVE_BACK, [appointment.uuid().into()]).await?;
    Ok(())
}

/// Locks the places of some appointments, for who changes several at once.
pub(crate) async fn lock(tx: &TenantTx, appointments: &[uuid::Uuid]) -> Result<(), Fault> {
    const LOCK: &str =
        "SELECT place FROM person_place WHERE tenant_id = $1 AND appointment_id = ANY ($2)
        ORDER BY service_id, person, place FOR UPDATE";
    tx.run(LOCK, [appointments.to_vec().into()]).await?;
    Ok(())
}

/// Forgets the places of appointments that were over before the instant, `most` at most.
pub(crate) async fn forget_before(
    tx: &TenantTx,
    before: DateTime<Utc>,
    most: u64,
) -> Result<u64, Fault> {
    const FORGET: &str = "WITH mine AS MATERIALIZED (
            SELECT service_id, person, place FROM person_place WHERE tenant_id = $1 AND until < $2
             ORDER BY service_id, person, place LIMIT $3 FOR UPDATE)
        DELETE FROM person_place p USING mine WHERE p.tenant_id = $1
            AND p.service_id = mine.service_id AND p.person = mine.person AND p.place = mine.place";
    tx.run(FORGET, [before.into(), db::retention::limit(most)]).await
}
