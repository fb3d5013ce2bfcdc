//! What of appointments ends, and since when. For how long each is kept says the retention schedule (crate `privacy`).

use chrono::{DateTime, Utc};
use db::{
    Fault, TenantTx,
    retention::{self, Expiring, Purged, Rows},
    sealed,
};
use kernel::{Ctx, retention::Category};
use sea_orm::{EntityTrait, FromQueryResult};
use tenant::{ContactFields, Municipality};
use uuid::Uuid;

use crate::{
    customer, places,
    store::appointments::{appointment, customer as customers},
};

/// Everything of this crate that ends.
pub fn expiring(town: &Municipality) -> Vec<Box<dyn Expiring>> {
    vec![
        Box::new(Rows {
            category: Category::Hold,
            table: "reservation",
            since: "expires_at",
            only: "true",
        }),
        Box::new(Rows {
            category: Category::IdempotencyKey,
            table: "idempotency_key",
            since: "created_at",
            only: "true",
        }),
        Box::new(Rows {
            category: Category::OfficeNote,
            table: "office_note",
            since: "created_at",
            only: "true",
        }),
        Box::new(OpenPlaces),
        Box::new(VoluntaryFields { asked: town.settings.contact.clone() }),
        Box::new(Appointments { cancelled: false }),
        Box::new(Appointments { cancelled: true }),
    ]
}

/// Restricted data wait for the person's decision (Art. 18 GDPR): they are not due.
macro_rules! unrestricted {
    () => {
        "NOT EXISTS (SELECT FROM customer r WHERE r.tenant_id = appointment.tenant_id
            AND r.subject_id = appointment.subject_id AND r.restricted_at IS NOT NULL)"
    };
}

/// Appointments go with their person: key first, then the sealed record.
#[derive(Debug, Clone, Copy)]
struct Appointments {
    cancelled: bool,
}

impl Appointments {
    /// Which appointments, and since when they wait. Who cancels has no need for the appointment any more; one that was
    /// cancelled long ago is also over.
    fn which(self) -> (&'static str, &'static str) {
        if self.cancelled {
            ("cancelled_at", concat!("cancelled_at IS NOT NULL AND ", unrestricted!()))
        } else {
            ("ends_at", unrestricted!())
        }
    }
}

#[derive(FromQueryResult)]
struct Due {
    id: Uuid,
    subject_id: Option<Uuid>,
}

#[async_trait::async_trait]
impl Expiring for Appointments {
    fn category(&self) -> Category {
        if self.cancelled { Category::CancelledAppointment } else { Category::Appointment }
    }

    async fn oldest(
        &self,
        tx: &TenantTx,
        _now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, Fault> {
        let (since, only) = self.which();
        let text =
            format!("SELECT min({since}) AS at FROM appointment WHERE tenant_id = $1 AND {only}");
        retention::first_instant(tx, text, []).await
    }

    async fn count(&self, tx: &TenantTx, before: DateTime<Utc>) -> Result<u64, Fault> {
        let (since, only) = self.which();
        let text = format!(
            "SELECT count(*) AS rows FROM appointment WHERE tenant_id = $1 AND {only} AND {since} < $2"
        );
        retention::count(tx, text, before).await
    }

    async fn purge(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        before: DateTime<Utc>,
        most: u64,
    ) -> Result<Purged, Fault> {
        retention::permit(ctx)?;
        let tenant = tx.tenant().uuid();
        let (since, only) = self.which();
        let text = format!(
            "SELECT id, subject_id FROM appointment WHERE tenant_id = $1 AND {only} AND {since} < $2
              ORDER BY {since} LIMIT $3"
        );
        let values = [before.into(), retention::limit(most)];
        let due = Due::find_by_statement(tx.statement(text, values)).all(tx).await?;
        for row in &due {
            if let Some(subject) = row.subject_id {
                sealed::destroy_subject(tx, subject.into()).await?;
            }
            appointment::Entity::delete_by_id((tenant, row.id)).exec(tx).await?;
            if let Some(subject) = row.subject_id {
                customers::Entity::delete_by_id((tenant, subject)).exec(tx).await?;
            }
        }
        Ok(Purged::of(due.len() as u64, most))
    }
}

/// Places of people whose appointments are over.
#[derive(Debug, Clone, Copy)]
struct OpenPlaces;

#[async_trait::async_trait]
impl Expiring for OpenPlaces {
    fn category(&self) -> Category {
        Category::PersonPlace
    }

    async fn oldest(
        &self,
        tx: &TenantTx,
        _now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, Fault> {
        let text = "SELECT min(until) AS at FROM person_place WHERE tenant_id = $1";
        retention::first_instant(tx, text, []).await
    }

    async fn count(&self, tx: &TenantTx, before: DateTime<Utc>) -> Result<u64, Fault> {
        let text = "SELECT count(*) AS rows FROM person_place WHERE tenant_id = $1 AND until < $2";
        retention::count(tx, text, before).await
    }

    async fn purge(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        before: DateTime<Utc>,
        most: u64,
    ) -> Result<Purged, Fault> {
        retention::permit(ctx)?;
        Ok(Purged::of(places::forget_before(tx, before, most).await?, most))
    }
}

/// What people gave without being asked to goes before the rest: it served the visit only.
#[derive(Debug, Clone)]
struct VoluntaryFields {
    /// What the municipality asks. What it requires is not voluntary.
    asked: ContactFields,
}

/// People whose appointment was over or cancelled before `$2` and whose record has not been looked at since. Both halves
/// have an index.
const NOT_REDUCED: &str = "FROM appointment a JOIN customer c
       ON c.tenant_id = a.tenant_id AND c.subject_id = a.subject_id AND c.reduced_at IS NULL
         AND c.restricted_at IS NULL
     WHERE a.tenant_id = $1 AND (a.ends_at < $2 OR a.cancelled_at < $2)";
/// Since when they wait.
const OVER: &str = "LEAST(a.ends_at, a.cancelled_at)";

#[derive(FromQueryResult)]
struct Person {
    subject_id: Uuid,
}

#[async_trait::async_trait]
impl Expiring for VoluntaryFields {
    fn category(&self) -> Category {
        Category::VoluntaryFields
    }

    async fn oldest(
        &self,
        tx: &TenantTx,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, Fault> {
        let text = format!("SELECT min({OVER}) AS at {NOT_REDUCED}");
        retention::first_instant(tx, text, [now.into()]).await
    }

    async fn count(&self, tx: &TenantTx, before: DateTime<Utc>) -> Result<u64, Fault> {
        let due = people(tx, before, u64::MAX).await?;
        let all = customer::read_all(tx, due).await.map_err(fault)?;
        let gives = all.values().filter(|contact| contact.without_voluntary(&self.asked).is_some());
        Ok(gives.count() as u64)
    }

    async fn purge(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        before: DateTime<Utc>,
        most: u64,
    ) -> Result<Purged, Fault> {
        retention::permit(ctx)?;
        let due = people(tx, before, most).await?;
        let looked_at = due.len() as u64;
        let mut rows = 0;
        for (subject, contact) in customer::read_all(tx, due.clone()).await.map_err(fault)? {
            let Some(reduced) = contact.without_voluntary(&self.asked) else { continue };
            let key = customer::key_of(tx, Some(subject)).await.map_err(fault)?;
            if let Some(person) = key {
                customer::replace(ctx, tx, &person, &reduced).await.map_err(fault)?;
                rows += 1;
            }
        }
        customer::mark_reduced(ctx, tx, due).await?;
        Ok(Purged { rows, more: looked_at >= most })
    }
}

async fn people(tx: &TenantTx, before: DateTime<Utc>, most: u64) -> Result<Vec<Uuid>, Fault> {
    let text = format!("SELECT c.subject_id {NOT_REDUCED} ORDER BY {OVER} LIMIT $3");
    let values = [before.into(), retention::limit(most)];
    let found = Person::find_by_statement(tx.statement(text, values)).all(tx).await?;
    Ok(found.into_iter().map(|person| person.subject_id).collect())
}

fn fault(error: crate::Error) -> Fault {
    match error {
        crate::Error::Fault(fault) => fault,
        other => Fault::Refused(other.to_string()),
    }
}
