//! Step 1: what would you like to do?

use axum::response::Response;
use http::StatusCode;
use identity::Limit;
use kernel::{Locale, text};
use privacy::statistics::Step;
use scheduling::{Catalogue, Service};

use crate::{
    caller::Caller,
    error::Failure,
    fields::{Asked, Fields},
    page::{Page, Shown, show},
    selection::Selection,
};

/// Longer searches find nothing that shorter ones do not.
const LONGEST_SEARCH: usize = 100;

#[derive(askama::Template)]
#[template(path = "start.html")]
struct StartPage {
    page: Page,
    query: String,
    /// What must be done first, when the selection cannot be used.
    error: String,
    /// "3 Anliegen gefunden"; empty without a search.
    found: String,
    nothing_found: bool,
    services: Vec<ServiceCard>,
    draft: String,
}

/// A service as it can be chosen.
#[derive(Debug, Clone)]
struct ServiceCard {
    key: String,
    name: String,
    description: String,
    documents: Vec<String>,
    fee: String,
    minutes: u32,
    /// "Bitte mindestens 2 Tage vorher buchen"; empty where nothing special holds.
    notice: String,
    is_chosen: bool,
    /// How many persons can be chosen, with the chosen one. Empty where one visit is for one person.
    persons: Vec<(u32, String, bool)>,
}

/// `GET /`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    caller.limit(Limit::Read).await?;
    let catalogue = caller.catalogue().await?;
    let view = view(&caller.page(), &catalogue, &fields, "");
    caller.count(Step::Start, &[]);
    Ok(show(&view, caller.ctx().locale(), StatusCode::OK, Shown::Public))
}

/// The same page, when the selection cannot be used: `reason` is the key of the sentence.
pub(crate) fn refuse(
    caller: &Caller,
    catalogue: &Catalogue,
    fields: &Fields,
    reason: &str,
) -> Response {
    let selection = Selection::read(fields, catalogue);
    let page = caller.page().at(selection.address("/", &[]));
    let view = view(&page, catalogue, fields, reason);
    show(&view, caller.ctx().locale(), StatusCode::UNPROCESSABLE_ENTITY, Shown::Public)
}

fn view(page: &Page, catalogue: &Catalogue, fields: &Fields, reason: &str) -> StartPage {
    let selection = Selection::read(fields, catalogue);
    let query: String = fields.one("q").chars().take(LONGEST_SEARCH).collect();
    let found = catalogue.search(&query, page.locale);
    let number = found.len();
    // what is chosen stays in sight, whatever is searched for
    let kept = catalogue.services.iter().filter(|service| {
        selection.quantity(&service.key).is_some()
            && !found.iter().any(|other| other.id == service.id)
    });
    let services = found.iter().copied().chain(kept);
    let services = services.map(|service| card(page, service, &selection)).collect();
    let error =
        if reason.is_empty() { String::new() } else { text::errors().say(page.locale, reason) };
    StartPage {
        error,
        found: if query.is_empty() {
            String::new()
        } else {
            page.t1("search-found", "number", number)
        },
        nothing_found: number == 0,
        services,
        draft: fields.one("entwurf").to_owned(),
        query,
        page: page.clone().titled(page.t("start-title")).failed(!reason.is_empty()),
    }
}

fn card(page: &Page, service: &Service, selection: &Selection) -> ServiceCard {
    let locale: Locale = page.locale;
    let chosen = selection.quantity(&service.key);
    let persons = (1..=service.max_quantity).map(|number| {
        (number, page.t1("persons", "number", number), number == chosen.unwrap_or(1))
    });
    ServiceCard {
        key: service.key.clone(),
        name: service.name.get(locale).to_owned(),
        description: service.description.get(locale).to_owned(),
        documents: service.documents.iter().map(|text| text.get(locale).to_owned()).collect(),
        fee: match &service.fee {
            Some(fee) => fee.get(locale).to_owned(),
            None => page.t("fee-none"),
        },
        minutes: service.duration_minutes,
        notice: notice(page, service),
        is_chosen: chosen.is_some(),
        persons: if service.max_quantity > 1 { persons.collect() } else { Vec::new() },
    }
}

/// How long before the visit one must book, when the service says so.
fn notice(page: &Page, service: &Service) -> String {
    match service.notice_minutes.unwrap_or_default() {
        0 => String::new(),
        minutes if minutes % 1440 == 0 => page.t1("notice-days", "number", minutes / 1440),
        minutes => page.t1("notice-hours", "number", minutes.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn render(query: &str, reason: &str) -> String {
        let page = Page::new(&samples::visit(), "/");
        let fields = Fields::parse(query.as_bytes());
        samples::picture("start", &view(&page, &samples::catalogue(), &fields, reason), query)
    }

    #[test]
    fn services_say_what_they_need_before_a_time_is_chosen() {
        let html = render("", "");
        assert!(html.contains("Biometrisches Foto (digital)"));
        assert!(html.contains("37,00 €"));
        assert!(html.contains("name=\"anzahl.personalausweis\""));
        assert!(!html.contains("style="));
    }

    #[test]
    fn a_service_that_needs_longer_says_so() {
        let page = Page::new(&samples::visit(), "/");
        let mut service = samples::catalogue().services[0].clone();
        for (minutes, text) in [
            (None, ""),
            (Some(1440), "Bitte mindestens einen Tag vorher buchen"),
            (Some(90), "Bitte mindestens 2 Stunden vorher buchen"),
        ] {
            service.notice_minutes = minutes;
            assert_eq!(notice(&page, &service), text);
        }
    }

    #[test]
    fn a_search_keeps_what_is_chosen_and_escapes_what_is_typed() {
        let html = render("q=%3Cb%3Everloren&anliegen=reisepass:2", "");
        assert!(html.contains("&#60;b&#62;verloren") || html.contains("&lt;b&gt;verloren"));
        assert!(html.contains("value=\"reisepass\" checked"));
        assert!(!html.contains("value=\"personalausweis\""));
    }

    #[test]
    fn an_empty_selection_is_said_on_top() {
        let html = render("", "items-empty");
        assert!(html.contains("<title>Fehler:"));
        assert!(html.contains("Bitte wählen Sie mindestens ein Anliegen."));
    }
}
