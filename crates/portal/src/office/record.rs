//! The record of processing activities (Art. 30 GDPR), for the data-protection officer: as a page and as a sheet. At a
//! municipality it is the controller's; on the operator's own host it is the processor's, about all municipalities.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use kernel::{Ctx, csv, policy::Action, spoken};
use privacy::record::{self, Activity, Client, Party, Record, RecordedRecipient};

use crate::{
    caller::Caller,
    error::Failure,
    page::{Page, Shown, show},
};

/// Where the record is.
pub(super) const ADDRESS: &str = "/amt/datenschutz/verzeichnis";

#[derive(askama::Template)]
#[template(path = "office_record.html")]
pub(crate) struct RecordPage {
    pub page: Page,
    pub controller: Party,
    pub officer: Option<Party>,
    pub activities: Vec<Activity>,
    pub recipients: Vec<RecipientLine>,
    pub measures: &'static [&'static str],
    pub file: String,
}

#[derive(askama::Template)]
#[template(path = "office_clients.html")]
pub(crate) struct ClientsPage {
    pub page: Page,
    pub clients: Vec<ClientLine>,
    pub measures: &'static [&'static str],
    pub file: String,
}

/// A recipient with the date of its contract in words.
#[derive(Debug, Clone)]
pub(crate) struct RecipientLine {
    pub role: &'static str,
    pub name: String,
    pub contract: String,
}

/// A municipality in the processor's record.
#[derive(Debug, Clone)]
pub(crate) struct ClientLine {
    pub client: Client,
    pub processors: Vec<RecipientLine>,
}

/// `GET /amt/datenschutz/verzeichnis`
pub(crate) async fn page(caller: Caller) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ReadRecord).await?;
    let page = caller.page();
    let page = page.clone().titled(page.t("record-title"));
    let file = format!("{ADDRESS}/verzeichnis.csv");
    let measures = record::MEASURES;
    if caller.town().is_platform() {
        let clients = clients(&caller, &ctx).await?;
        let line = |client: Client| ClientLine {
            processors: recipient_lines(&page, &client.processors),
            client,
        };
        let clients = clients.into_iter().map(line).collect();
        let view = ClientsPage { clients, measures, file, page: page.clone() };
        return Ok(show(&view, page.locale, StatusCode::OK, Shown::Personal));
    }
    let Record { controller, officer, activities, recipients, measures } =
        record::record(&ctx, caller.town(), &crate::data_map())?;
    let recipients = recipient_lines(&page, &recipients);
    let view = RecordPage {
        controller,
        officer,
        activities,
        recipients,
        measures,
        file,
        page: page.clone(),
    };
    Ok(show(&view, page.locale, StatusCode::OK, Shown::Personal))
}

fn recipient_lines(page: &Page, recipients: &[RecordedRecipient]) -> Vec<RecipientLine> {
    let line = |recipient: &RecordedRecipient| RecipientLine {
        role: recipient.role,
        name: recipient.name.clone(),
        contract: spoken::date(recipient.contract_on, page.locale),
    };
    recipients.iter().map(line).collect()
}

/// All municipalities that the operator works for.
async fn clients(caller: &Caller, ctx: &Ctx) -> Result<Vec<Client>, Failure> {
    let directory = &caller.portal.directory;
    let entries = crate::data_map();
    let mut clients = Vec::new();
    for tenant in directory.tenants().into_iter().filter(|tenant| !tenant.is_platform()) {
        let ctx = ctx.at_municipality(tenant)?;
        // one that is half set up has no data of anybody yet
        let Ok(Some(town)) = directory.municipality(&ctx).await else { continue };
        clients.push(record::client(&ctx, &town, &entries)?);
    }
    clients.sort_by(|a, b| a.controller.name.cmp(&b.controller.name));
    Ok(clients)
}

/// `GET /amt/datenschutz/verzeichnis/verzeichnis.csv`
pub(crate) async fn file(caller: Caller) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ReadRecord).await?;
    let rows = if caller.town().is_platform() {
        record::client_rows(&clients(&caller, &ctx).await?)
    } else {
        record::record(&ctx, caller.town(), &crate::data_map())?.rows()
    };
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"verzeichnis.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, csv::sheet(&rows)).into_response())
}
