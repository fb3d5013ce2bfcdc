//! The list of the office's people, and inviting somebody.

use axum::response::Response;
use http::StatusCode;
use identity::{
    Account, AccountError,
    people::{self, NewPerson},
};
use kernel::{Ctx, Grants, PublicError, policy::Action};

use super::{roles, set_up::field};
use crate::{
    caller::Caller,
    contact_form::Field,
    error::Failure,
    fields::{Asked, Fields, Sent},
    page::{Page, Shown, go, show},
};

/// Its address.
pub(super) const PAGE: &str = "/amt/personen";
/// People on one page; a municipality has fewer.
const MOST: u64 = 500;

#[derive(askama::Template)]
#[template(path = "staff_people.html")]
pub(crate) struct PeoplePage {
    pub page: Page,
    /// What was just done.
    pub done: String,
    pub people: Vec<PersonLine>,
    pub form: InviteForm,
}

/// Somebody in the list.
#[derive(Debug, Clone)]
pub(crate) struct PersonLine {
    pub address: String,
    pub name: String,
    pub email: String,
    pub roles: Vec<String>,
    pub state: String,
}

/// The form of an invitation.
#[derive(Debug, Clone)]
pub(crate) struct InviteForm {
    /// What is wrong, and at which field.
    pub error: String,
    pub at: String,
    pub fields: Vec<Field>,
    pub roles: Vec<roles::RoleChoice>,
}

impl InviteForm {
    /// The form with what was typed.
    pub fn new(
        page: &Page,
        catalogue: &scheduling::Catalogue,
        fields: &Fields,
        refused: Option<&AccountError>,
    ) -> Self {
        let error = refused.map(|error| error.message(page.locale)).unwrap_or_default();
        let (mut inputs, at) = names(page, fields, refused);
        let mut email = field(page, "email", "email", "off", "staff-email", "staff-email-hint");
        fields.one("email").clone_into(&mut email.value);
        if at == "email" || matches!(refused, Some(AccountError::Taken)) {
            email.error.clone_from(&error);
        }
        inputs.push(email);
        let chosen = roles::read(fields);
        Self {
            error,
            at: if at.is_empty() { "email".to_owned() } else { at },
            fields: inputs,
            roles: roles::choices(page, catalogue, &chosen),
        }
    }
}

/// The fields of a name, and the id of the field that was refused.
pub(super) fn names(
    page: &Page,
    fields: &Fields,
    refused: Option<&AccountError>,
) -> (Vec<Field>, String) {
    let at = match refused.and_then(PublicError::field) {
        Some("firstName") => "vorname",
        Some("lastName") => "nachname",
        Some("email") => "email",
        Some("roles") => "rollen",
        _ => "",
    };
    let inputs = [("vorname", "staff-first-name"), ("nachname", "staff-last-name")];
    let inputs = inputs.into_iter().map(|(name, label)| {
        let mut input = field(page, name, "text", "off", label, "");
        fields.one(name).clone_into(&mut input.value);
        if at == name {
            input.error = refused.map(|error| error.message(page.locale)).unwrap_or_default();
        }
        input
    });
    (inputs.collect(), at.to_owned())
}

/// `GET /amt/personen`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ManagePeople).await?;
    let done = match fields.one("getan") {
        what @ ("eingeladen" | "entfernt") => caller.page().t(format!("staff-done-{what}")),
        _ => String::new(),
    };
    overview(&caller, &ctx, &Fields::default(), None, done).await
}

async fn overview(
    caller: &Caller,
    ctx: &Ctx,
    fields: &Fields,
    refused: Option<&AccountError>,
    done: String,
) -> Result<Response, Failure> {
    let catalogue = caller.catalogue().await?;
    let tx = caller.db().begin(ctx).await?;
    let mut people = people::list(ctx, &tx, None, MOST).await?;
    tx.commit().await?;
    people
        .sort_by_key(|one| (one.profile.last_name.to_lowercase(), one.profile.first_name.clone()));
    let page = caller.page().at(PAGE).failed(refused.is_some());
    let line = |one: &Account| PersonLine {
        address: format!("{PAGE}/person?id={}", one.id),
        name: format!("{} {}", one.profile.first_name, one.profile.last_name),
        email: one.profile.email.clone(),
        roles: roles::in_words(&page, &catalogue, &one.grants),
        state: state(&page, one),
    };
    let view = PeoplePage {
        done,
        people: people.iter().map(line).collect(),
        form: InviteForm::new(&page, &catalogue, fields, refused),
        page: page.clone().titled(page.t("staff-people-title")),
    };
    let status = refused.map_or(StatusCode::OK, status_of);
    Ok(show(&view, page.locale, status, Shown::Personal))
}

/// "Aktiv", "Eingeladen", "Gesperrt".
pub(super) fn state(page: &Page, account: &Account) -> String {
    page.t(if account.is_locked {
        "staff-state-locked"
    } else if account.is_waiting() {
        "staff-state-invited"
    } else {
        "staff-state-active"
    })
}

pub(super) fn status_of(error: &AccountError) -> StatusCode {
    match error {
        AccountError::BadInput { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        error => StatusCode::from_u16(error.code().status()).unwrap_or(StatusCode::CONFLICT),
    }
}

/// `POST /amt/personen`: invites somebody.
pub(crate) async fn invite(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ManagePeople).await?;
    let one = |name| fields.one(name).to_owned();
    let grants: Grants = roles::read(&fields);
    let wanted = NewPerson {
        first_name: one("vorname"),
        last_name: one("nachname"),
        email: one("email"),
        locale: ctx.locale(),
        grants,
    };
    let tx = caller.db().begin(&ctx).await?;
    match people::invite(&ctx, &tx, &wanted).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(go(&format!("{PAGE}?getan=eingeladen")))
        }
        Err(error @ (AccountError::BadInput { .. } | AccountError::Taken)) => {
            tx.rollback().await?;
            overview(&caller, &ctx, &fields, Some(&error), String::new()).await
        }
        Err(error) => Err(error.into()),
    }
}
