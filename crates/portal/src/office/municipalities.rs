//! The operator's page: which municipalities there are. On the operator's own host alone.

use axum::response::Response;
use http::StatusCode;
use kernel::{policy::Action, spoken};

use super::HOME;
use crate::{
    caller::Caller,
    error::Failure,
    page::{Page, Shown, show},
};

#[derive(askama::Template)]
#[template(path = "office_municipalities.html")]
pub(crate) struct MunicipalitiesPage {
    pub page: Page,
    pub lines: Vec<MunicipalityLine>,
}

/// A municipality in the list.
#[derive(Debug, Clone)]
pub(crate) struct MunicipalityLine {
    pub name: String,
    pub address: String,
    /// Whether it is served.
    pub state: String,
    /// Of its notice.
    pub version: i32,
}

/// Addresses of the operator's own host. Everything else there is not found: it serves no citizens.
pub(crate) fn is_served_by_platform(path: &str) -> bool {
    super::is_office(path)
        || ["/theme-", "/wappen-", "/passkey/"].iter().any(|prefix| path.starts_with(prefix))
        || ["/", "/sprache"].contains(&path)
}

/// `GET /amt/kommunen`
pub(crate) async fn page(caller: Caller) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ConfigureTenant).await?;
    let (page, directory) = (caller.page().at(HOME), &caller.portal.directory);
    let mut lines = Vec::new();
    for tenant in directory.tenants().into_iter().filter(|tenant| !tenant.is_platform()) {
        let ctx = ctx.at_municipality(tenant)?;
        let Ok(Some(town)) = directory.municipality(&ctx).await else {
            // one that is half set up must not hide the others
            lines.push(MunicipalityLine {
                name: tenant.to_string(),
                address: String::new(),
                state: page.t("office-town-incomplete"),
                version: 0,
            });
            continue;
        };
        let today = spoken::local_day(ctx.now(), town.zone());
        let state = if directory.is_served(tenant) {
            "office-town-active"
        } else if privacy::gaps(&town, &caller.portal.notice, today).is_empty() {
            "office-town-suspended"
        } else {
            "office-town-draft"
        };
        lines.push(MunicipalityLine {
            name: town.name.clone(),
            address: (caller.portal.base_url)(&town),
            state: page.t(state),
            version: town.notice_version,
        });
    }
    lines.sort_by(|a, b| a.name.cmp(&b.name));
    let view =
        MunicipalitiesPage { lines, page: page.clone().titled(page.t("office-towns-title")) };
    Ok(show(&view, page.locale, StatusCode::OK, Shown::Personal))
}
