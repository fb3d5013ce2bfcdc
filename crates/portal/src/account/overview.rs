//! The start of one's account: appointments, and the ways to everything else.

use axum::response::Response;
use http::StatusCode;
use identity::{Account, Limit};
use kernel::{AppointmentId, spoken};
use scheduling::{Appointment, Catalogue, Status};

use super::{HOME, titled};
use crate::{
    caller::Caller,
    confirmation::code,
    error::{Failure, Refusal},
    fields::{Asked, Sent},
    manage,
    page::{Page, Shown, go, show},
};

/// Appointments that the page shows.
const SHOWN: u64 = 50;

#[derive(askama::Template)]
#[template(path = "account.html")]
pub(crate) struct AccountPage {
    pub page: Page,
    /// What was just done.
    pub done: String,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub has_password: bool,
    pub coming: Vec<OwnLine>,
    pub past: Vec<OwnLine>,
}

/// An appointment of the list.
#[derive(Debug, Clone)]
pub(crate) struct OwnLine {
    pub id: String,
    pub when: String,
    pub what: String,
    pub place: String,
    pub reference: String,
    pub is_cancelled: bool,
}

/// `GET /konto`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let (ctx, account) = caller.mine().await?;
    let tx = caller.db().begin(&ctx).await?;
    let found = scheduling::own_appointments(&ctx, &tx, None, SHOWN).await?;
    tx.commit().await?;
    let catalogue = caller.catalogue().await?;
    let page = titled(&caller.page(), HOME, "account-title", false);
    let (mut coming, past): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|appointment| appointment.ends_at > ctx.now());
    // what comes next stands first, what was last stands first
    coming.reverse();
    let lines = |list: Vec<Appointment>| {
        list.iter().map(|appointment| line(&caller, &page, &catalogue, appointment)).collect()
    };
    let done = match fields.one("getan") {
        "registriert" => page.t("account-done-registered"),
        "adresse" => page.t("account-done-email"),
        "angaben" => page.t("account-done-profile"),
        "passwort" => page.t("account-done-password"),
        "termin" => page.t("account-done-claimed"),
        _ => String::new(),
    };
    let Account { profile, has_password, .. } = account;
    let view = AccountPage {
        done,
        name: format!("{} {}", profile.first_name, profile.last_name),
        email: profile.email,
        phone: profile.phone.unwrap_or_default(),
        has_password,
        coming: lines(coming),
        past: lines(past),
        page: page.clone(),
    };
    Ok(show(&view, page.locale, StatusCode::OK, Shown::Personal))
}

fn line(caller: &Caller, page: &Page, catalogue: &Catalogue, found: &Appointment) -> OwnLine {
    let (zone, locale) = (caller.town().zone(), page.locale);
    let services = found.items.iter().filter_map(|item| catalogue.service_ever(item.service));
    let what: Vec<&str> = services.map(|service| service.name.get(locale)).collect();
    let place = catalogue.location_ever(found.location);
    OwnLine {
        id: found.id.to_string(),
        when: spoken::date_and_time(found.starts_at, zone, locale),
        what: what.join(", "),
        place: place.map(|place| place.name.get(locale).to_owned()).unwrap_or_default(),
        reference: found.reference.clone(),
        is_cancelled: found.status == Status::Cancelled,
    }
}

/// `POST /konto/termin`: opens one's appointment as its code would. The code stays in the session.
pub(crate) async fn open(mut caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let (ctx, _) = caller.mine().await?;
    caller.limit(Limit::Manage).await?;
    let id = AppointmentId::parse(fields.one("termin")).ok_or(Refusal::NotFound)?;
    let tx = caller.db().begin(&ctx).await?;
    let token = scheduling::own_manage_token(&ctx, &tx, id).await?;
    tx.commit().await?;
    manage::keep_open(&mut caller, &token).await
}

/// `POST /konto/termin/uebernehmen`: adds the appointment that is open here to one's account.
pub(crate) async fn claim(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let (ctx, _) = caller.mine().await?;
    caller.limit(Limit::Manage).await?;
    let typed = code(&fields).to_owned();
    let token = manage::known(&caller, &fields).unwrap_or(typed);
    let tx = caller.db().begin(&ctx).await?;
    scheduling::claim(&ctx, &tx, &token).await?;
    tx.commit().await?;
    Ok(go("/konto?getan=termin"))
}

/// Whether the page of an appointment offers to add it to one's account.
pub(crate) async fn claim_wanted(caller: &Caller, id: AppointmentId) -> Result<bool, Failure> {
    let Some(account) = caller.citizen().await else { return Ok(false) };
    let ctx = caller.ctx().clone().with_actor(account.actor());
    let tx = caller.db().begin(&ctx).await?;
    let is_own = scheduling::is_own(&ctx, &tx, id).await?;
    tx.commit().await?;
    Ok(!is_own)
}
