//! One of the office's people: name and roles, locking, resetting, removing.

use axum::response::Response;
use http::StatusCode;
use identity::{
    Account, AccountError,
    people::{self, PersonChange},
};
use kernel::{AccountId, Ctx, PublicError, policy::Action, spoken};

use super::{
    people::{PAGE, names, state, status_of},
    roles,
};
use crate::{
    caller::Caller,
    contact_form::Field,
    error::{Failure, Refusal},
    fields::{Asked, Fields, Sent},
    page::{Page, Shown, go, show},
};

#[derive(askama::Template)]
#[template(path = "staff_person.html")]
#[expect(clippy::struct_excessive_bools, reason = "what the template asks, not a state machine")]
pub(crate) struct PersonPage {
    pub page: Page,
    pub id: String,
    pub name: String,
    pub email: String,
    pub state: String,
    /// When they last used it; empty: never.
    pub last_used: String,
    pub is_locked: bool,
    pub is_waiting: bool,
    /// Whether it is one's own account.
    pub is_own: bool,
    pub has_second_factor: bool,
    /// What was just done.
    pub done: String,
    pub error: String,
    /// The field that the error belongs to; empty: none.
    pub at: String,
    pub fields: Vec<Field>,
    pub roles: Vec<roles::RoleChoice>,
}

impl PersonPage {
    /// The page of somebody.
    pub fn new(page: &Page, account: &Account, roles: Vec<roles::RoleChoice>) -> Self {
        let profile = &account.profile;
        let name = format!("{} {}", profile.first_name, profile.last_name);
        Self {
            id: account.id.to_string(),
            email: profile.email.clone(),
            state: state(page, account),
            last_used: String::new(),
            is_locked: account.is_locked,
            is_waiting: account.is_waiting(),
            is_own: false,
            has_second_factor: identity::second_factor::has_one(account),
            done: String::new(),
            error: String::new(),
            at: String::new(),
            fields: Vec::new(),
            roles,
            page: page.clone().titled(name.clone()),
            name,
        }
    }
}

/// `GET /amt/personen/person`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ManagePeople).await?;
    show_person(&caller, &ctx, &fields, None).await
}

async fn show_person(
    caller: &Caller,
    ctx: &Ctx,
    fields: &Fields,
    refused: Option<&AccountError>,
) -> Result<Response, Failure> {
    let id = id_of(fields)?;
    let own = caller.staff().await?.id;
    let catalogue = caller.catalogue().await?;
    let tx = caller.db().begin(ctx).await?;
    let account = people::one(ctx, &tx, id).await?;
    tx.commit().await?;
    let page = caller.page().at(address(id)).failed(refused.is_some());
    // after a refused change the form shows what was typed, else what is there
    let was_changed = fields.one("tun") == "aendern";
    let typed = if was_changed { fields.clone() } else { stored(&account) };
    let chosen = if was_changed { roles::read(fields) } else { account.grants.clone() };
    let (inputs, at) = names(&page, &typed, refused);
    let done = match fields.one("getan") {
        what @ ("geaendert" | "gesperrt" | "entsperrt" | "zurueckgesetzt" | "eingeladen")
            if refused.is_none() =>
        {
            page.t(format!("staff-done-{what}"))
        }
        _ => String::new(),
    };
    let zone = caller.town().zone();
    let last_used = account.last_used_at.map(|at| spoken::date_and_time(at, zone, page.locale));
    let roles = roles::choices(&page, &catalogue, &chosen);
    let view = PersonPage {
        last_used: last_used.unwrap_or_default(),
        is_own: id == own,
        done,
        error: refused.map(|error| error.message(page.locale)).unwrap_or_default(),
        at,
        fields: inputs,
        ..PersonPage::new(&page, &account, roles)
    };
    let status = refused.map_or(StatusCode::OK, status_of);
    Ok(show(&view, page.locale, status, Shown::Personal))
}

fn stored(account: &Account) -> Fields {
    let profile = &account.profile;
    let pairs = [("vorname", &profile.first_name), ("nachname", &profile.last_name)];
    Fields::known(pairs.map(|(name, value)| (name.to_owned(), value.clone())).to_vec())
}

fn id_of(fields: &Fields) -> Result<AccountId, Refusal> {
    AccountId::parse(fields.one("id")).ok_or(Refusal::NotFound)
}

fn address(id: AccountId) -> String {
    format!("{PAGE}/person?id={id}")
}

/// `POST /amt/personen/person`: does what the pressed button says.
pub(crate) async fn submit(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ManagePeople).await?;
    let id = id_of(&fields)?;
    match act(&caller, &ctx, id, &fields).await {
        Ok(Some(done)) => Ok(go(&format!("{}&getan={done}", address(id)))),
        Ok(None) => Ok(go(&format!("{PAGE}?getan=entfernt"))),
        Err(error @ (AccountError::BadInput { .. } | AccountError::Conflict(_))) => {
            show_person(&caller, &ctx, &fields, Some(&error)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What was done, in the word of the address; `None` where nobody is left to show.
async fn act(
    caller: &Caller,
    ctx: &Ctx,
    id: AccountId,
    fields: &Fields,
) -> Result<Option<&'static str>, AccountError> {
    let tx = caller.db().begin(ctx).await?;
    let (done, ends_sessions) = match fields.one("tun") {
        "aendern" => {
            let change = PersonChange {
                first_name: Some(fields.one("vorname").to_owned()),
                last_name: Some(fields.one("nachname").to_owned()),
                grants: Some(roles::read(fields)),
            };
            people::update(ctx, &tx, id, &change).await?;
            (Some("geaendert"), false)
        }
        "sperren" => {
            people::lock(ctx, &tx, id).await?;
            (Some("gesperrt"), true)
        }
        "entsperren" => {
            people::unlock(ctx, &tx, id).await?;
            (Some("entsperrt"), false)
        }
        "zuruecksetzen" => {
            people::reset(ctx, &tx, id).await?;
            (Some("zurueckgesetzt"), true)
        }
        "einladen" => {
            people::invite_again(ctx, &tx, id).await?;
            (Some("eingeladen"), false)
        }
        "entfernen" => {
            people::remove(ctx, &tx, id).await?;
            (None, true)
        }
        _ => return Err(AccountError::NotFound),
    };
    tx.commit().await?;
    if ends_sessions {
        caller.portal.identity.forget_sessions(ctx, id, None).await;
    }
    Ok(done)
}
