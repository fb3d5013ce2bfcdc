//! The page that shows everything.

use axum::response::Response;
use http::StatusCode;
use kernel::my_data::{Content, MyData, Processing, Responsible};

use super::{GUEST, Mine, Place, words};
use crate::{
    caller::Caller,
    error::Failure,
    fields::{Asked, Fields},
    page::{Page, Shown, go, show},
};

#[derive(askama::Template)]
#[template(path = "my_data.html")]
#[expect(clippy::struct_excessive_bools, reason = "what the template asks, not a state machine")]
pub(crate) struct MyDataPage {
    pub page: Page,
    pub place: Place,
    /// What was just done.
    pub done: String,
    pub is_empty: bool,
    pub sections: Vec<Section>,
    pub processing: Processing,
    pub controller: Responsible,
    /// Whether all of it is restricted.
    pub is_restricted: bool,
    pub has_phone: bool,
    pub no_sms: bool,
    /// Whether there are appointments whose calendar entries could remind.
    pub has_appointments: bool,
    pub no_reminders: bool,
    pub is_uncounted: bool,
    pub is_account: bool,
}

/// A part of what is kept.
#[derive(Clone, Default)]
pub(crate) struct Section {
    pub title: String,
    pub groups: Vec<Group>,
}

/// One thing with what is known of it.
#[derive(Clone, Default)]
pub(crate) struct Group {
    pub title: String,
    pub facts: Vec<(String, String)>,
    /// What happened, a line each.
    pub lines: Vec<String>,
}

/// `GET /datenschutz/meine-daten/ansicht`
pub(crate) async fn guest(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    match caller.my_guest_data(&fields).await? {
        Some(mine) => page(&caller, &mine, &fields).await,
        None => Ok(go(GUEST)),
    }
}

/// `GET /konto/daten`
pub(crate) async fn account(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let mine = caller.my_account_data().await?;
    page(&caller, &mine, &fields).await
}

async fn page(caller: &Caller, mine: &Mine, fields: &Fields) -> Result<Response, Failure> {
    let (town, portal) = (caller.town(), &caller.portal);
    let base = (portal.base_url)(town);
    let copy = portal.rights.copy(&mine.ctx, caller.db(), town, &mine.who, &base).await?;
    let page = caller.page().at(mine.place.view());
    let done = match fields.one("getan") {
        "eingeschraenkt" => page.t("my-data-done-restricted"),
        "aufgehoben" => page.t("my-data-done-lifted"),
        "ohne-sms" => page.t("my-data-done-no-sms"),
        "mit-sms" => page.t("my-data-done-sms"),
        "ohne-erinnerungen" => page.t("my-data-done-no-reminders"),
        "mit-erinnerungen" => page.t("my-data-done-reminders"),
        "ungezaehlt" => page.t("my-data-done-uncounted"),
        "gezaehlt" => page.t("my-data-done-counted"),
        _ => String::new(),
    };
    let view = MyDataPage::new(page, mine.place.clone(), copy, caller.town().zone(), done);
    Ok(show(&view, mine.ctx.locale(), StatusCode::OK, Shown::Personal))
}

impl MyDataPage {
    /// The page of a copy.
    pub fn new(page: Page, place: Place, copy: MyData, zone: chrono_tz::Tz, done: String) -> Self {
        let MyData { data, processing, controller, .. } = copy;
        let title = page.t("my-data-title");
        Self {
            done,
            is_empty: is_empty(&data),
            is_restricted: is_restricted(&data),
            has_phone: data
                .appointments
                .iter()
                .any(|one| one.contact.as_ref().is_some_and(|contact| contact.phone.is_some())),
            has_appointments: !data.appointments.is_empty(),
            no_reminders: data.appointments.iter().any(|one| one.no_reminders_since.is_some()),
            is_uncounted: is_uncounted(&data),
            no_sms: data.appointments.iter().any(|one| one.no_sms_since.is_some()),
            is_account: place.base != GUEST,
            sections: words::sections(&page, zone, &data),
            processing,
            controller,
            place,
            page: page.titled(title),
        }
    }
}

/// Whether nothing is kept. A code that was just used is no reason to say otherwise.
fn is_empty(data: &Content) -> bool {
    data.appointments.is_empty() && data.account.is_none()
}

fn is_uncounted(data: &Content) -> bool {
    let account = data.account.iter().any(|account| account.uncounted_since.is_some());
    account || data.appointments.iter().any(|one| one.uncounted_since.is_some())
}

fn is_restricted(data: &Content) -> bool {
    let account = data.account.as_ref().map(|account| account.restricted_since.is_some());
    let mut all = data.appointments.iter().map(|one| one.restricted_since.is_some()).chain(account);
    !is_empty(data) && all.all(|restricted| restricted)
}
