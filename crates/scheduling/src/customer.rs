//! The customer database (notice §5): one sealed record per person and booking, found by keyed hashes.

use db::{
    Fault, TenantTx,
    sealed::{self, Place, SubjectKey, TenantKeys},
};
use kernel::Ctx;
use sea_orm::EntityTrait;
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
