//! The customer database (notice §5): one sealed record per person and booking, found by keyed hashes.

use std::collections::{HashMap, HashSet};

use db::{
    Fault, TenantTx,
    sealed::{self, Place, SubjectKey, TenantKeys},
};
use kernel::Ctx;
use sea_orm::{
    ColumnTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Statement,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::{Contact, Error, store::appointments::customer as table};

/// Keyed hashes of a contact.
pub(crate) struct Indexes {
    pub(crate) email: Option<Vec<u8>>,
    pub(crate) phone: Option<Vec<u8>>,
    pub(crate) name: Vec<u8>,
}

/// The hashes under which a contact is found, in this municipality only.
pub(crate) fn indexes(keys: &TenantKeys, contact: &Contact) -> Indexes {
    Indexes {
        email: contact.email_key().map(|key| keys.blind_index("customer.email_index", &key)),
        phone: contact.phone.as_ref().map(|key| keys.blind_index("customer.phone_index", key)),
        name: keys.blind_index("customer.name_index", &contact.name_key()),
    }
}

/// A contact as it is stored: sealed under the person's key.
pub(crate) fn seal(ctx: &Ctx, person: &SubjectKey, contact: &Contact) -> Result<Vec<u8>, Fault> {
    let plain = serde_json::to_vec(contact).map_err(|_| Fault::Sealed)?;
    person.seal(ctx.chance(), place(person), &plain)
}

/// Opens a contact. `None` when it was erased.
pub(crate) async fn read(tx: &TenantTx, person: &SubjectKey) -> Result<Option<Contact>, Error> {
    let id = (tx.tenant().uuid(), person.subject().uuid());
    let Some(row) = table::Entity::find_by_id(id).one(tx).await? else { return Ok(None) };
    let plain = person.open(place(person), &row.sealed)?;
    Ok(Some(serde_json::from_slice(&plain).map_err(|_| Fault::Sealed)?))
}

#[derive(FromQueryResult)]
struct Sealed {
    subject_id: Uuid,
    sealed: Vec<u8>,
    wrapped: Vec<u8>,
}

/// Opens the contacts of some people, in one question. Who was erased is not among them.
pub(crate) async fn read_all(
    tx: &TenantTx,
    subjects: Vec<Uuid>,
) -> Result<HashMap<Uuid, Contact>, Error> {
    let keys = tx.keys().await?;
    let rows = Sealed::find_by_statement(Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT c.subject_id, c.sealed, k.wrapped FROM customer c
           JOIN keys.subject_key k ON k.tenant_id = c.tenant_id AND k.subject_id = c.subject_id
          WHERE c.tenant_id = $1 AND c.subject_id = ANY ($2)",
        [tx.tenant().uuid().into(), subjects.into()],
    ))
    .all(tx)
    .await?;
    let mut contacts = HashMap::with_capacity(rows.len());
    for row in rows {
        let person = sealed::known_subject(&keys, row.subject_id.into(), &row.wrapped)?;
        let plain = person.open(place(&person), &row.sealed)?;
        contacts.insert(row.subject_id, serde_json::from_slice(&plain).map_err(|_| Fault::Sealed)?);
    }
    Ok(contacts)
}

/// Writes a corrected contact in the place of the one that was.
pub(crate) async fn replace(
    ctx: &Ctx,
    tx: &TenantTx,
    person: &SubjectKey,
    contact: &Contact,
) -> Result<(), Error> {
    let indexes = indexes(&*tx.keys().await?, contact);
    table::Entity::update_many()
        .col_expr(table::Column::Sealed, Expr::value(seal(ctx, person, contact)?))
        .col_expr(table::Column::EmailIndex, Expr::value(indexes.email))
        .col_expr(table::Column::PhoneIndex, Expr::value(indexes.phone))
        .col_expr(table::Column::NameIndex, Expr::value(indexes.name))
        // what was typed anew may have voluntary parts again
        .col_expr(table::Column::ReducedAt, Expr::value(None::<chrono::DateTime<chrono::Utc>>))
        .filter(table::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(table::Column::SubjectId.eq(person.subject().uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Whether somebody's data are restricted (Art. 18 GDPR): they are kept, and nobody works with them.
pub(crate) async fn is_restricted(tx: &TenantTx, subject: Option<Uuid>) -> Result<bool, Fault> {
    Ok(!restricted(tx, subject.into_iter().collect()).await?.is_empty())
}

/// What somebody objects to (Art. 21 GDPR).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromQueryResult)]
pub struct Objections {
    /// They want no SMS.
    pub no_sms: bool,
    /// They want no reminders in calendar entries.
    pub no_reminders: bool,
    /// They do not want to be counted in the statistics of use.
    pub is_uncounted: bool,
}

/// What somebody objects to.
pub(crate) async fn objections(tx: &TenantTx, subject: Uuid) -> Result<Objections, Fault> {
    let text =
        "SELECT no_sms_at IS NOT NULL AS no_sms, no_reminders_at IS NOT NULL AS no_reminders,
                       uncounted_at IS NOT NULL AS is_uncounted
                  FROM customer WHERE tenant_id = $1 AND subject_id = $2";
    let found = Objections::find_by_statement(tx.statement(text, [subject.into()])).one(tx).await?;
    Ok(found.unwrap_or_default())
}

/// Those of some people whose data are restricted.
pub(crate) async fn restricted(tx: &TenantTx, subjects: Vec<Uuid>) -> Result<HashSet<Uuid>, Fault> {
    let found = table::Entity::find()
        .select_only()
        .column(table::Column::SubjectId)
        .filter(table::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(table::Column::SubjectId.is_in(subjects))
        .filter(Expr::cust("restricted_at IS NOT NULL"))
        .into_tuple::<Uuid>()
        .all(tx)
        .await?;
    Ok(found.into_iter().collect())
}

/// Notes that the records of these people hold nothing voluntary any more.
pub(crate) async fn mark_reduced(
    ctx: &Ctx,
    tx: &TenantTx,
    subjects: Vec<Uuid>,
) -> Result<(), Fault> {
    table::Entity::update_many()
        .col_expr(table::Column::ReducedAt, Expr::value(ctx.now()))
        .filter(table::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(table::Column::SubjectId.is_in(subjects))
        .exec(tx)
        .await?;
    Ok(())
}

/// The person's key, unless they were erased.
pub(crate) async fn key_of(
    tx: &TenantTx,
    subject: Option<Uuid>,
) -> Result<Option<SubjectKey>, Error> {
    match subject {
        Some(subject) => Ok(sealed::subject_key(tx, subject.into()).await?),
        None => Ok(None),
    }
}

fn place(person: &SubjectKey) -> Place {
    Place { column: "customer.sealed", row: person.subject().uuid() }
}
