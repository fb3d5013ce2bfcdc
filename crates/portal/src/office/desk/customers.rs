//! The customer database. What is searched is sent by POST: no name stands in an address, and none in a log.

use axum::response::Response;
use http::StatusCode;
use kernel::{PublicError, policy::Action};
use scheduling::{Catalogue, CustomerSearch, DeskEntry, Error, Found};

use crate::{
    caller::Caller,
    error::Failure,
    fields::{Fields, Sent},
    office::calendar::status_of,
    page::{Page, Shown, show},
};

/// By what one can search: value of the choice and key of its name.
const KINDS: [(&str, &str); 4] = [
    ("name", "desk-search-name"),
    ("telefon", "desk-search-phone"),
    ("mail", "desk-search-mail"),
    ("nummer", "desk-search-reference"),
];

#[derive(askama::Template)]
#[template(path = "desk_customers.html")]
pub(crate) struct CustomersPage {
    pub page: Page,
    /// Value, name, and whether it is chosen.
    pub kinds: Vec<(&'static str, String, bool)>,
    pub words: String,
    pub error: String,
    /// What was found; `None` before the first search.
    pub found: Option<Vec<CustomerLine>>,
    pub has_more: bool,
}

/// Somebody who was found. Has no `Debug`: it is personal.
#[derive(Clone)]
pub(crate) struct CustomerLine {
    pub name: String,
    pub contact: String,
    pub appointments: Vec<VisitRow>,
}

/// An appointment of theirs.
#[derive(Debug, Clone)]
pub(crate) struct VisitRow {
    pub address: String,
    pub reference: String,
    pub when: String,
    pub place: String,
    pub what: String,
    pub status: String,
}

/// `GET /amt/kunden`
pub(crate) async fn page(caller: Caller) -> Result<Response, Failure> {
    caller.office(Action::SearchCustomers).await?;
    answer(&caller, &Fields::default(), None).await
}

/// `POST /amt/kunden`
pub(crate) async fn search(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::SearchCustomers).await?;
    let words = fields.one("suche").to_owned();
    let search = match fields.one("nach") {
        "telefon" => CustomerSearch::Phone(words),
        "mail" => CustomerSearch::Email(words),
        "nummer" => CustomerSearch::Reference(words),
        _ => CustomerSearch::LastName(words),
    };
    let tx = caller.db().begin(&ctx).await?;
    match scheduling::customers(&ctx, &tx, &search).await {
        Ok(found) => {
            tx.commit().await?;
            answer(&caller, &fields, Some(Ok(found))).await
        }
        Err(error @ Error::BadInput { .. }) => {
            tx.rollback().await?;
            answer(&caller, &fields, Some(Err(error))).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn answer(
    caller: &Caller,
    fields: &Fields,
    outcome: Option<Result<Found, Error>>,
) -> Result<Response, Failure> {
    let catalogue = caller.catalogue().await?;
    let (found, error) = match outcome {
        Some(Ok(found)) => (Some(found), None),
        Some(Err(error)) => (None, Some(error)),
        None => (None, None),
    };
    let page = caller.page().at("/amt/kunden").failed(error.is_some());
    let chosen = KINDS.iter().find(|(kind, _)| *kind == fields.one("nach")).unwrap_or(&KINDS[0]);
    let view = CustomersPage {
        kinds: KINDS.iter().map(|kind| (kind.0, page.t(kind.1), kind.0 == chosen.0)).collect(),
        words: fields.one("suche").to_owned(),
        error: error.as_ref().map(|error| error.message(page.locale)).unwrap_or_default(),
        has_more: found.as_ref().is_some_and(|found| found.has_more),
        found: found.map(|found| lines(caller, &page, &catalogue, found)),
        page: page.clone().titled(page.t("desk-customers-title")),
    };
    let status = error.as_ref().map_or(StatusCode::OK, status_of);
    Ok(show(&view, page.locale, status, Shown::Personal))
}

fn lines(caller: &Caller, page: &Page, catalogue: &Catalogue, found: Found) -> Vec<CustomerLine> {
    let visit = |entry: &DeskEntry| {
        let appointment = &entry.appointment;
        VisitRow {
            address: super::appointment::address(appointment.id),
            reference: appointment.reference.clone(),
            when: super::moment(caller.town(), page, appointment.starts_at),
            place: super::place_name(catalogue, appointment.location, page.locale).to_owned(),
            what: super::what(page, catalogue, &appointment.items),
            status: super::status(page, appointment.status),
        }
    };
    found
        .customers
        .into_iter()
        .map(|customer| CustomerLine {
            name: super::name(page, Some(&customer.contact)),
            contact: [customer.contact.phone, customer.contact.email]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(", "),
            appointments: customer.appointments.iter().map(visit).collect(),
        })
        .collect()
}
