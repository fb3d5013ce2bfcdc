//! The pages of the office, for its people. The session knows whose account it is; every page asks the database whether
//! that account still is open and what roles it has.
//!
//! A handler begins with `let ctx = caller.office(Action::ChangeCalendar).await?;` and works with that context. Citizens'
//! pages stay citizens' pages for whoever is signed in.

pub(crate) mod again;
pub(crate) mod calendar;
pub(crate) mod closing;
pub(crate) mod deletion;
pub(crate) mod desk;
pub(crate) mod evidence;
pub(crate) mod import;
pub(crate) mod incidents;
pub(crate) mod keys;
pub(crate) mod municipalities;
pub(crate) mod municipality;
pub(crate) mod municipality_new;
pub(crate) mod openid;
pub(crate) mod own;
pub(crate) mod own_app;
pub(crate) mod people;
pub(crate) mod person;
mod qr;
pub(crate) mod recipients;
pub(crate) mod record;
pub(crate) mod requests;
mod roles;
pub(crate) mod second_factor;
pub(crate) mod set_up;
mod sign_in;
pub(crate) mod sign_ins;
pub(crate) mod statistics;
pub(crate) mod support;
pub(crate) mod trail;
pub(crate) mod week;

use axum::response::Response;
use chrono::{DateTime, Utc};
use http::{HeaderName, HeaderValue, StatusCode};
use identity::{Account, AccountKind};
use kernel::{Actor, Ctx, ErrorCode, PublicError, policy, policy::Action, spoken};

use crate::{
    caller::Caller,
    error::{Failure, Refusal},
    page::{Page, Shown, go, show},
};

use self::again::Typed;
#[cfg(test)]
pub(crate) use self::{roles::choices as role_choices, sign_in::SignInPage};
pub(crate) use municipalities::is_served_by_platform;
pub(crate) use sign_in::{enter, form, sign_in, sign_out};

/// Where the office's pages begin.
pub(crate) const HOME: &str = "/amt";
/// Where one signs in.
const SIGN_IN: &str = "/amt/anmelden";

/// Something that the office can do, and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Area {
    /// What one must be allowed to do.
    pub action: Action,
    /// Key of what it says.
    pub text: &'static str,
    /// The page for it, where there is one.
    pub address: Option<&'static str>,
}

impl Area {
    const fn new(action: Action, text: &'static str, address: Option<&'static str>) -> Self {
        Self { action, text, address }
    }
}

/// Everything, in the order of the page.
pub(crate) const AREAS: &[Area] = &[
    Area::new(Action::ServeAppointments, "desk-may-day", Some("/amt/tag")),
    Area::new(Action::ServeAppointments, "desk-may-book", Some("/amt/buchen")),
    Area::new(Action::SearchCustomers, "desk-may-search", Some("/amt/kunden")),
    Area::new(Action::ReadCalendar, "office-may-read", Some("/amt/kalender")),
    Area::new(Action::ChangeCalendar, "office-may-change", Some("/amt/kalender")),
    Area::new(Action::ImportCalendar, "import-may", Some(import::ADDRESS)),
    Area::new(Action::ManagePeople, "staff-may-people", Some("/amt/personen")),
    Area::new(Action::ManageAccessKeys, "keys-may", Some(keys::ADDRESS)),
    Area::new(Action::RecordPrivacyRequests, "requests-may-record", Some(requests::NEW)),
    Area::new(Action::DecidePrivacyRequests, "requests-may-decide", Some(requests::ADDRESS)),
    Area::new(Action::ReadSignIns, "sign-ins-may", Some(sign_ins::ADDRESS)),
    Area::new(Action::ReadAudit, "trail-may", Some(trail::ADDRESS)),
    Area::new(Action::ReadRetention, "deletion-may", Some(deletion::ADDRESS)),
    Area::new(Action::ManageIncidents, "incidents-may", Some(incidents::ADDRESS)),
    Area::new(Action::ReadSupport, "support-may", Some(support::ADDRESS)),
    Area::new(Action::ReadRecord, "recipients-may", Some(recipients::ADDRESS)),
    Area::new(Action::ReadRecord, "record-may", Some(record::ADDRESS)),
    Area::new(Action::ReadRecord, "evidence-may", Some(evidence::ADDRESS)),
    Area::new(Action::ReadStatistics, "statistics-may", Some(statistics::ADDRESS)),
    Area::new(Action::ReadPlatform, "office-may-configure", Some(municipalities::ADDRESS)),
];

#[derive(askama::Template)]
#[template(path = "office.html")]
pub(crate) struct OfficePage {
    pub page: Page,
    /// Who it is.
    pub signed_in: String,
    pub idle_minutes: i64,
    pub areas: Vec<Area>,
}

/// Nobody is signed in. [`crate::caller::serve`] sends them to the sign-in page and back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nobody is signed in")]
struct NotSignedIn;

impl kernel::PublicError for NotSignedIn {
    fn code(&self) -> ErrorCode {
        ErrorCode::Unauthenticated
    }
}

impl Caller {
    /// The context of the office's person who is here, if they may do this somewhere. Who is not signed in (any more) is
    /// asked to; for who may not, there is no such page.
    pub async fn office(&self, action: Action) -> Result<Ctx, Failure> {
        let ctx = self.ctx().clone().with_actor(self.staff().await?.actor());
        ctx.authorize(action).map_err(|_| Refusal::NotFound)?;
        Ok(ctx)
    }

    /// The account of the office's person who is here.
    pub async fn staff(&self) -> Result<Account, Failure> {
        self.signed_in(AccountKind::Staff).await?.ok_or_else(|| NotSignedIn.into())
    }
}

/// `GET /amt`
pub(crate) async fn page(caller: Caller) -> Result<Response, Failure> {
    let account = caller.staff().await?;
    let page = caller.page();
    let (first, last) = (&account.profile.first_name, &account.profile.last_name);
    let view = OfficePage {
        signed_in: page.t1("office-as", "name", format!("{first} {last}")),
        idle_minutes: identity::IDLE.num_minutes(),
        areas: areas(&account.actor()),
        page: page.clone().titled(page.t("office-title")),
    };
    Ok(show(&view, page.locale, StatusCode::OK, Shown::Personal))
}

fn areas(actor: &Actor) -> Vec<Area> {
    AREAS.iter().copied().filter(|area| policy::allows(actor, area.action)).collect()
}

/// Whether an address is one of the office's pages.
pub(crate) fn is_office(path: &str) -> bool {
    path == HOME || path.strip_prefix(HOME).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether an address is a step of signing in or out: nobody comes back to one of those.
fn is_way_in(path: &str) -> bool {
    [SIGN_IN, "/amt/abmelden", "/amt/code", "/amt/einrichten"].into_iter().any(|step| {
        let rest = path.strip_prefix(step);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// The way to the sign-in page, and back to where one was. What was typed into a form is taken along.
pub(crate) fn ask_to_sign_in(caller: &Caller, typed: Option<Typed>) -> Response {
    match typed {
        Some(typed) => sign_in::ask_and_keep(caller, &typed),
        None => go(&way_to_sign_in(&caller.here)),
    }
}

fn way_to_sign_in(here: &str) -> String {
    let path = path_of(here);
    if !is_office(path) || here == HOME || is_way_in(path) {
        return SIGN_IN.to_owned();
    }
    let back: String = url::form_urlencoded::byte_serialize(here.as_bytes()).collect();
    format!("{SIGN_IN}?weiter={back}")
}

/// No search engine lists the office's pages.
pub(crate) fn hide(response: &mut Response) {
    const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");
    response.headers_mut().insert(ROBOTS, HeaderValue::from_static("noindex, nofollow"));
}

/// "8. Dezember 2026, 9:15 Uhr"
fn moment(page: &Page, at: DateTime<Utc>, zone: chrono_tz::Tz) -> String {
    let day = spoken::local_day(at, zone);
    format!("{}, {}", spoken::date(day, page.locale), spoken::time(at, zone, page.locale))
}

/// The status that says what was refused.
fn status_of(error: &impl PublicError) -> StatusCode {
    StatusCode::from_u16(error.code().status()).unwrap_or(StatusCode::CONFLICT)
}

fn path_of(address: &str) -> &str {
    address.split('?').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use kernel::{AccountId, Role};

    use super::*;

    #[test]
    fn the_page_lists_what_the_role_allows() {
        let listed = |role: Role| {
            let account = AccountId::from(uuid::Uuid::nil());
            let actor = Actor::Staff { account, grants: role.into() };
            areas(&actor).into_iter().map(|area| area.text).collect::<Vec<_>>()
        };
        assert_eq!(
            listed(Role::TenantAdministrator),
            [
                "office-may-read",
                "staff-may-people",
                "keys-may",
                "requests-may-record",
                "requests-may-decide",
                "sign-ins-may",
                "trail-may",
                "deletion-may",
                "incidents-may",
                "support-may",
                "recipients-may",
                "record-may",
                "evidence-may",
                "statistics-may",
            ]
        );
        assert!(listed(Role::OfficeManager).contains(&"office-may-change"));
        assert!(!listed(Role::OfficeManager).contains(&"trail-may"));
        assert_eq!(
            listed(Role::DataProtectionOfficer),
            [
                "requests-may-record",
                "requests-may-decide",
                "sign-ins-may",
                "trail-may",
                "deletion-may",
                "incidents-may",
                "support-may",
                "recipients-may",
                "record-may",
                "evidence-may",
                "statistics-may"
            ]
        );
        assert!(listed(Role::Operator).contains(&"office-may-configure"));
    }

    #[test]
    fn one_comes_back_to_where_one_was() {
        assert_eq!(way_to_sign_in("/amt"), "/amt/anmelden");
        assert_eq!(
            way_to_sign_in("/amt/kalender?tag=2026-12-08"),
            "/amt/anmelden?weiter=%2Famt%2Fkalender%3Ftag%3D2026-12-08"
        );
        for other in ["/", "/amt/einrichten", "/amt/anmelden/code", "/amt/code"] {
            assert_eq!(way_to_sign_in(other), "/amt/anmelden");
        }
        assert!(is_office("/amt/x") && !is_office("/amtlich") && !is_office("/"));
    }
}
