//! The operator's page: which municipalities there are and how they are. On the operator's own host alone.

use axum::response::Response;
use http::StatusCode;
use kernel::policy::Action;
use tenant::State;

use super::{HOME, municipality};
use crate::{
    caller::Caller,
    error::Failure,
    fields::Asked,
    page::{Page, Shown, show},
    platform::{Light, Overview},
};

/// Where the list is.
pub(super) const ADDRESS: &str = "/amt/kommunen";
/// Municipalities that one page lists.
const SHOWN: usize = 25;

#[derive(askama::Template)]
#[template(path = "office_municipalities.html")]
pub(crate) struct MunicipalitiesPage {
    pub page: Page,
    pub lines: Vec<MunicipalityLine>,
    /// Whether they may found one.
    pub may_found: bool,
    /// The next page of the list; empty when there is none.
    pub more: String,
}

/// A municipality in the list.
#[derive(Debug, Clone)]
pub(crate) struct MunicipalityLine {
    pub name: String,
    /// The operator's page about it.
    pub link: String,
    /// Where its own pages are.
    pub address: String,
    /// Whether it is served.
    pub state: String,
    /// The colour, and what it says.
    pub light: &'static str,
    pub health: String,
    /// Of its notice.
    pub version: i32,
}

/// Addresses of the operator's own host. Everything else there is not found: it serves no citizens.
pub(crate) fn is_served_by_platform(path: &str) -> bool {
    super::is_office(path)
        || ["/theme-", "/wappen-", "/passkey/"].iter().any(|prefix| path.starts_with(prefix))
        || ["/", "/sprache"].contains(&path)
}

impl MunicipalityLine {
    fn new(caller: &Caller, page: &Page, one: &Overview) -> Self {
        let light = one.condition.as_ref().map(crate::platform::Condition::light);
        let town = one.town.as_ref();
        Self {
            name: one.listed.name.clone(),
            link: municipality::address(one.listed.id),
            address: town.map(|town| (caller.portal.base_url)(town)).unwrap_or_default(),
            state: state_text(page, one),
            light: light.map(colour).unwrap_or_default(),
            health: light.map(|light| light_text(page, light)).unwrap_or_default(),
            version: town.map_or(0, |town| town.notice_version),
        }
    }
}

/// Whether a municipality is served, in words.
pub(super) fn state_text(page: &Page, one: &Overview) -> String {
    page.t(match (one.listed.state, &one.town) {
        (_, None) => "office-town-incomplete",
        (State::Active, _) => "office-town-active",
        (State::Suspended, _) => "office-town-suspended",
        (State::Draft, _) => "office-town-draft",
    })
}

/// The end of the style sheet's class.
pub(super) fn colour(light: Light) -> &'static str {
    match light {
        Light::Green => "green",
        Light::Yellow => "yellow",
        Light::Red => "red",
    }
}

/// What a colour says.
pub(super) fn light_text(page: &Page, light: Light) -> String {
    page.t(format!("town-light-{}", colour(light)))
}

/// `GET /amt/kommunen`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ReadPlatform).await?;
    let page = caller.page().at(HOME);
    let after = Some(fields.one("nach")).filter(|after| !after.is_empty());
    let found = caller.portal.platform.list(&ctx, after, SHOWN).await?;
    let more = found.get(SHOWN).and_then(|_| found.get(SHOWN - 1));
    let view = MunicipalitiesPage {
        lines: found
            .iter()
            .take(SHOWN)
            .map(|one| MunicipalityLine::new(&caller, &page, one))
            .collect(),
        may_found: ctx.authorize(Action::ConfigureTenant).is_ok(),
        more: more.map(|last| format!("{ADDRESS}?nach={}", last.listed.slug)).unwrap_or_default(),
        page: page.clone().titled(page.t("office-towns-title")),
    };
    Ok(show(&view, page.locale, StatusCode::OK, Shown::Personal))
}
