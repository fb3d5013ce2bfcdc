//! The customer database (notice, section 5): who has or had an appointment here, found by what one hears on the phone.

use db::{
    TenantTx,
    audit::{self, Act},
};
use kernel::{
    Ctx,
    policy::{self, Reach},
};
use sea_orm::Value;
use serde_json::json;

use super::entry::{self, DeskEntry, entries};
use crate::{
    Contact, Error,
    model::contact::{email_key, last_name_key, phone_key},
};

/// Appointments that a search finds, at most.
pub const MOST_FOUND: usize = 50;

/// By what somebody is searched. Has no `Debug`: it must not reach a log.
#[derive(Clone)]
pub enum CustomerSearch {
    /// The whole address.
    Email(String),
    /// The whole number; German ones may begin with 0.
    Phone(String),
    /// The whole last name, however it is spelled.
    LastName(String),
    /// The reference of an appointment.
    Reference(String),
}

/// Somebody who has or had an appointment. Has no `Debug`: it must not reach a log.
#[derive(Clone)]
pub struct Customer {
    /// Who.
    pub contact: Contact,
    /// Their appointments, the latest first.
    pub appointments: Vec<DeskEntry>,
}

/// What a search has found.
#[derive(Clone)]
pub struct Found {
    /// The people, by their latest appointment.
    pub customers: Vec<Customer>,
    /// Whether there is more than is shown.
    pub has_more: bool,
}

impl CustomerSearch {
    /// What kind of search it is, for the audit trail.
    fn kind(&self) -> &'static str {
        match self {
            Self::Email(_) => "email",
            Self::Phone(_) => "phone",
            Self::LastName(_) => "lastName",
            Self::Reference(_) => "reference",
        }
    }
}

/// "7k3q 9m2x" is "7K3Q-9M2X".
pub(crate) fn reference(text: &str) -> String {
    let letters: Vec<char> = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let half = |part: &[char]| part.iter().collect::<String>().to_uppercase();
    let (first, second) = letters.split_at(letters.len().min(4));
    format!("{}-{}", half(first), half(second))
}

/// Finds people. Only those who have or had an appointment where the actor serves citizens, and only these appointments.
/// Commit the transaction: that somebody has searched stands in the audit trail, what for does not.
pub async fn customers(ctx: &Ctx, tx: &TenantTx, search: &CustomerSearch) -> Result<Found, Error> {
    ctx.authorize(policy::Action::SearchCustomers)?;
    let keys = tx.keys().await?;
    let wrong = |field, reason| Error::BadInput { field, reason, limit: None };
    let (column, key): (_, Value) = match search {
        CustomerSearch::Email(email) => {
            let key = email_key(email);
            if key.is_empty() {
                return Err(wrong("email", "search-empty"));
            }
            ("p.email_index", keys.blind_index("customer.email_index", &key).into())
        }
        CustomerSearch::Phone(phone) => {
            let key = phone_key(phone).ok_or_else(|| wrong("phone", "phone-wrong"))?;
            ("p.phone_index", keys.blind_index("customer.phone_index", &key).into())
        }
        CustomerSearch::LastName(name) => {
            let key = last_name_key(name);
            if key.is_empty() {
                return Err(wrong("lastName", "search-empty"));
            }
            ("p.name_index", keys.blind_index("customer.name_index", &key).into())
        }
        CustomerSearch::Reference(text) => ("a.reference", reference(text).into()),
    };
    let most = i64::try_from(MOST_FOUND).unwrap_or(i64::MAX) + 1;
    let mut values = vec![tx.tenant().uuid().into(), key, most.into()];
    let places = match policy::reach(ctx.actor(), policy::Action::SearchCustomers) {
        Reach::Nowhere => return Err(Error::NotFound),
        Reach::Everywhere => "",
        Reach::At(places) => {
            let places: Vec<uuid::Uuid> =
                places.into_iter().map(kernel::LocationId::uuid).collect();
            values.push(places.into());
            " AND a.location_id = ANY ($4)"
        }
    };
    let condition = format!("{column} = $2{places} ORDER BY a.starts_at DESC, a.id DESC LIMIT $3");
    let people = entries!(
        "JOIN customer p ON p.tenant_id = a.tenant_id AND p.subject_id = a.subject_id",
        condition
    );
    let mut found = entry::read(tx, people, values).await?;
    let has_more = found.len() > MOST_FOUND;
    found.truncate(MOST_FOUND);
    let hits = found.len();
    let act = Act { action: "customers.search", object: "customer", object_id: None };
    audit::append(ctx, tx, act, json!({ "by": search.kind(), "hits": hits })).await?;
    Ok(Found { customers: by_person(found), has_more })
}

/// Each booking has a record of its own; equal ones are one person.
fn by_person(found: Vec<DeskEntry>) -> Vec<Customer> {
    let mut customers: Vec<Customer> = Vec::new();
    for entry in found {
        let Some(contact) = entry.contact.clone() else { continue };
        match customers.iter_mut().find(|known| known.contact == contact) {
            Some(known) => known.appointments.push(entry),
            None => customers.push(Customer { contact, appointments: vec![entry] }),
        }
    }
    customers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_understood_as_it_is_said() {
        for said in ["7K3Q-9M2X", "7k3q9m2x", " 7K3Q 9M2X ", "7k3q–9m2x"] {
            assert_eq!(reference(said), "7K3Q-9M2X", "{said}");
        }
        assert_eq!(reference("ä"), "-");
    }
}
