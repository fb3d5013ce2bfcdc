//! The table of announced changes.

use chrono::{DateTime, NaiveDate, Utc};
use db::{Fault, TenantTx};
use kernel::RecipientChangeId;
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use tenant::{DirectoryError, RecipientRole};
use uuid::Uuid;

use super::{Announcement, Change, Kind, Objection};

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    kind: String,
    role: String,
    name: String,
    street: String,
    postal_code: String,
    city: String,
    contract_on: NaiveDate,
    purpose: String,
    place: String,
    host: String,
    announced_at: DateTime<Utc>,
    effective_on: NaiveDate,
    objected_at: Option<DateTime<Utc>>,
    objection: Option<String>,
    withdrawn_at: Option<DateTime<Utc>>,
    took_effect_at: Option<DateTime<Utc>>,
}

impl From<Row> for Change {
    fn from(row: Row) -> Self {
        let objection = row.objected_at.zip(row.objection);
        Self {
            id: row.id.into(),
            what: Announcement {
                kind: if row.kind == Kind::Add.key() { Kind::Add } else { Kind::Remove },
                role: RecipientRole::from_key(&row.role).unwrap_or(RecipientRole::Other),
                name: row.name,
                street: row.street,
                postal_code: row.postal_code,
                city: row.city,
                contract_on: row.contract_on,
                purpose: row.purpose,
                place: row.place,
                host: row.host,
                effective_on: row.effective_on,
            },
            announced_at: row.announced_at,
            objection: objection.map(|(at, reason)| Objection { at, reason }),
            withdrawn_at: row.withdrawn_at,
            took_effect_at: row.took_effect_at,
        }
    }
}

pub(super) async fn insert(tx: &TenantTx, change: &Change) -> Result<(), Fault> {
    let what = &change.what;
    tx.run(
        "INSERT INTO recipient_change (tenant_id, id, kind, role, name, street, postal_code, city, contract_on,
                purpose, place, host, announced_at, effective_on)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        [
            change.id.uuid().into(),
            what.kind.key().into(),
            what.role.key().into(),
            what.name.clone().into(),
            what.street.clone().into(),
            what.postal_code.clone().into(),
            what.city.clone().into(),
            what.contract_on.into(),
            what.purpose.clone().into(),
            what.place.clone().into(),
            what.host.clone().into(),
            change.announced_at.into(),
            what.effective_on.into(),
        ],
    )
    .await?;
    Ok(())
}

/// All of them, the newest first.
pub(super) async fn all(tx: &TenantTx) -> Result<Vec<Change>, Fault> {
    select(tx, "true ORDER BY announced_at DESC, id DESC LIMIT 200", []).await
}

/// Those that are neither in force nor withdrawn, the next first.
pub(super) async fn pending(tx: &TenantTx) -> Result<Vec<Change>, Fault> {
    let which = "withdrawn_at IS NULL AND took_effect_at IS NULL ORDER BY effective_on, id";
    select(tx, which, []).await
}

/// One of them, locked for a decision.
pub(super) async fn lock(tx: &TenantTx, id: RecipientChangeId) -> Result<Option<Change>, Fault> {
    Ok(select(tx, "id = $2 FOR UPDATE", [id.uuid().into()]).await?.pop())
}

/// Puts a change into force if the database agrees that its day has come.
pub(super) async fn put_into_force(
    tx: &TenantTx,
    id: RecipientChangeId,
    today: NaiveDate,
    at: DateTime<Utc>,
) -> Result<bool, Fault> {
    let text = "SELECT recipient_takes_effect($2, $3, $4) AS done WHERE $1::uuid IS NOT NULL";
    let values = [id.uuid().into(), today.into(), at.into()];
    let row = tx.query_one_raw(tx.statement(text, values)).await?;
    Ok(row.map(|row| row.try_get("", "done")).transpose()?.unwrap_or(false))
}

async fn select(
    tx: &TenantTx,
    which: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<Change>, Fault> {
    let text = format!(
        "SELECT id, kind, role, name, street, postal_code, city, contract_on, purpose, place, host, announced_at,
                effective_on, objected_at, objection, withdrawn_at, took_effect_at
           FROM recipient_change WHERE tenant_id = $1 AND {which}"
    );
    let rows = Row::find_by_statement(tx.statement(text, values)).all(tx).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// What only a municipality that is half set up brings about.
pub(super) fn fault(error: DirectoryError) -> Fault {
    match error {
        DirectoryError::Fault(fault) => fault,
        other @ DirectoryError::Incomplete(_) => Fault::Refused(other.to_string()),
    }
}
