//! The operator founds a municipality.

use axum::response::Response;
use chrono::NaiveDate;
use http::StatusCode;
use kernel::{PublicError, policy::Action, spoken};
use tenant::{Controller, Land, ManageError, manage::NewMunicipality};

use super::municipality;
use crate::{
    caller::Caller,
    error::Failure,
    fields::{Asked, Fields, Sent},
    page::{Page, Shown, go, show},
    platform::PlatformError,
};

/// The fields of the form: name there, name in the API, kind, what browsers may fill in.
const FIELDS: [(&str, &str, &str); 10] = [
    ("kurzname", "slug", "text"),
    ("name", "name", "text"),
    ("telefon", "phone", "tel"),
    ("website", "website", "url"),
    ("behoerde", "controller.name", "text"),
    ("strasse", "controller.street", "text"),
    ("plz", "controller.postalCode", "text"),
    ("ort", "controller.city", "text"),
    ("email", "controller.email", "email"),
    ("vertrag", "contractOn", "date"),
];

#[derive(askama::Template)]
#[template(path = "office_municipality_new.html")]
pub(crate) struct NewMunicipalityPage {
    pub page: Page,
    pub fields: Vec<NewField>,
    /// Code, name, whether it is chosen.
    pub lands: Vec<(String, String, bool)>,
    /// Why it was refused, and the id of the field.
    pub error: String,
    pub field: &'static str,
}

/// A field of the form.
#[derive(Debug, Clone)]
pub(crate) struct NewField {
    pub id: &'static str,
    pub kind: &'static str,
    pub value: String,
}

/// `GET /amt/kommunen/neu`
pub(crate) async fn page(caller: Caller, Asked(_): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ConfigureTenant).await?;
    let today = spoken::local_day(ctx.now(), caller.town().zone());
    let usual = vec![("vertrag".to_owned(), today.to_string())];
    Ok(answer(&caller, &Fields::known(usual), None))
}

/// `POST /amt/kommunen/neu`
pub(crate) async fn create(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ConfigureTenant).await?;
    let made = match wanted(&fields) {
        Ok(wanted) => caller.portal.platform.create(&ctx, &wanted).await,
        Err(error) => Err(error.into()),
    };
    match made {
        Ok(id) => Ok(go(&format!("{}&getan=angelegt", municipality::address(id)))),
        Err(
            error @ PlatformError::Manage(ManageError::BadInput { .. } | ManageError::Conflict(_)),
        ) => Ok(answer(&caller, &fields, Some(&error))),
        Err(error) => Err(error.into()),
    }
}

fn answer(caller: &Caller, fields: &Fields, refused: Option<&PlatformError>) -> Response {
    let page = caller.page().failed(refused.is_some());
    let page = if refused.is_some() { page.at("/amt/kommunen/neu") } else { page };
    let chosen = fields.one("land");
    let named = refused.and_then(PublicError::field).unwrap_or_default();
    let view = NewMunicipalityPage {
        fields: FIELDS
            .iter()
            .map(|(id, _, kind)| NewField { id, kind, value: fields.one(id).to_owned() })
            .collect(),
        lands: Land::ALL
            .iter()
            .map(|land| {
                let code = format!("{land:?}");
                let (name, is_chosen) = (page.t(format!("town-land-{code}")), code == chosen);
                (code, name, is_chosen)
            })
            .collect(),
        error: refused.map(|error| error.message(page.locale)).unwrap_or_default(),
        field: match named {
            "land" => "land",
            named => {
                FIELDS.iter().find(|(_, api, _)| *api == named).map_or("kurzname", |field| field.0)
            }
        },
        page: page.clone().titled(page.t("town-new-title")),
    };
    let status = refused.map_or(StatusCode::OK, super::status_of);
    show(&view, page.locale, status, Shown::Personal)
}

fn wanted(fields: &Fields) -> Result<NewMunicipality, ManageError> {
    let text = |name: &str| fields.one(name).to_owned();
    let missing = |field| ManageError::BadInput { field, reason: "tenant-missing" };
    Ok(NewMunicipality {
        slug: text("kurzname"),
        name: text("name"),
        land: Land::parse(fields.one("land")).ok_or(missing("land"))?,
        phone: text("telefon"),
        website: text("website"),
        controller: Controller {
            name: text("behoerde"),
            street: text("strasse"),
            postal_code: text("plz"),
            city: text("ort"),
            email: text("email"),
        },
        contract_on: NaiveDate::parse_from_str(fields.one("vertrag"), "%Y-%m-%d")
            .map_err(|_| missing("contractOn"))?,
    })
}
