//! How the service is used: counts in which nobody can be found, as bars and as tables.

use std::collections::HashMap;

use axum::response::Response;
use chrono::NaiveDate;
use http::StatusCode;
use kernel::{ServiceId, policy::Action, spoken};
use privacy::statistics::{self, Published, Usage, WEEKS};

use crate::{
    caller::Caller,
    error::Failure,
    fields::Asked,
    page::{Page, Shown, show},
};

/// Where the page is.
pub(super) const ADDRESS: &str = "/amt/statistik";
/// Height of the picture, in its own units.
const HIGH: u64 = 120;
/// Width of a bar and of the gap after it.
const WIDE: usize = 8;

#[derive(askama::Template)]
#[template(path = "office_statistics.html")]
pub(crate) struct StatisticsPage {
    pub page: Page,
    /// "30. November bis 6. Dezember 2026"
    pub span: String,
    /// Weeks, text, whether they are chosen.
    pub weeks: Vec<(u32, String, bool)>,
    pub starts: String,
    pub services: Vec<CountLine>,
    pub parts: Vec<CountLine>,
    pub days: Vec<CountLine>,
    pub bars: Vec<Bar>,
    /// The picture's width, and the number at its top.
    pub width: usize,
    pub top: u64,
    pub is_empty: bool,
}

/// A line of a table.
#[derive(Debug, Clone)]
pub(crate) struct CountLine {
    pub name: String,
    pub times: String,
    pub details: String,
    pub booked: String,
}

/// A bar of the picture: a day, how often times were seen and, before it, how often something was booked.
#[derive(Debug, Clone)]
pub(crate) struct Bar {
    pub x: usize,
    pub times_y: u64,
    pub times_height: u64,
    pub booked_y: u64,
    pub booked_height: u64,
}

/// `GET /amt/statistik`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ReadStatistics).await?;
    let catalogue = caller.catalogue().await?;
    let tx = caller.db().begin(&ctx).await?;
    let weeks = fields.one("wochen").parse().unwrap_or(WEEKS[0]);
    let usage = statistics::usage(&ctx, &tx, caller.town(), weeks).await?;
    tx.commit().await?;
    let page = caller.page();
    let names = catalogue
        .services
        .iter()
        .map(|service| (service.id, service.name.get(page.locale).to_owned()))
        .collect();
    let view = StatisticsPage::new(&page, &usage, weeks, &names);
    Ok(show(&view, page.locale, StatusCode::OK, Shown::Personal))
}

impl StatisticsPage {
    /// The page for counts.
    pub fn new(page: &Page, usage: &Usage, weeks: u32, names: &HashMap<ServiceId, String>) -> Self {
        let date = |day: NaiveDate| spoken::date(day, page.locale);
        let name =
            |id: ServiceId| names.get(&id).cloned().unwrap_or_else(|| page.t("statistics-gone"));
        let services = usage.services.iter().map(|one| CountLine {
            name: name(one.service),
            times: said(page, one.times),
            details: said(page, one.details),
            booked: said(page, one.booked),
        });
        let line = |name: String, times, booked| CountLine {
            name,
            times: said(page, times),
            details: String::new(),
            booked: said(page, booked),
        };
        let parts = usage.parts.iter().map(|one| {
            line(page.t(format!("statistics-part-{}", one.part)), one.times, one.booked)
        });
        let days = usage.days.iter().rev().map(|one| line(date(one.day), one.times, one.booked));
        let (bars, top) = bars(usage);
        Self {
            span: page.t2("statistics-span", ("from", &date(usage.from)), ("to", &date(usage.to))),
            weeks: WEEKS
                .map(|known| {
                    let text = page.t1("statistics-weeks", "weeks", known);
                    (known, text, known == weeks)
                })
                .into(),
            starts: said(page, usage.starts),
            services: services.collect(),
            parts: parts.collect(),
            days: days.collect(),
            width: bars.len() * WIDE,
            is_empty: top == 0,
            bars,
            top,
            page: page.clone().titled(page.t("statistics-title")),
        }
    }
}

/// "15", or that there are too few to say.
fn said(page: &Page, count: Published) -> String {
    match count.number() {
        Some(number) => number.to_string(),
        None => page.t("statistics-few"),
    }
}

fn bars(usage: &Usage) -> (Vec<Bar>, u64) {
    let number = |count: Published| count.number().unwrap_or_default();
    let top =
        usage.days.iter().map(|one| number(one.times).max(number(one.booked))).max().unwrap_or(0);
    let height = |count| number(count) * HIGH / top.max(1);
    let bar = |(index, one): (usize, &statistics::DayCount)| Bar {
        x: index * WIDE,
        times_y: HIGH - height(one.times),
        times_height: height(one.times),
        booked_y: HIGH - height(one.booked),
        booked_height: height(one.booked),
    };
    (usage.days.iter().enumerate().map(bar).collect(), top)
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use privacy::statistics::{DayCount, PartCount, ServiceCount};

    use super::*;
    use crate::samples;

    #[test]
    fn small_numbers_are_said_to_be_small() {
        let service = samples::catalogue().services[0].clone();
        let from: NaiveDate = "2026-11-09".parse().unwrap();
        let shown = |index: u64| Published::of(index * 3 % 31);
        let days = (0..28).map(|index| DayCount {
            day: from + Days::new(index),
            times: shown(index),
            booked: shown(index / 2),
        });
        let usage = Usage {
            from,
            to: from + Days::new(27),
            starts: Published::About(120),
            services: vec![ServiceCount {
                service: service.id,
                times: Published::About(60),
                details: Published::About(15),
                booked: Published::Few,
            }],
            days: days.collect(),
            parts: vec![PartCount {
                part: "morning",
                times: Published::About(45),
                booked: Published::Few,
            }],
        };
        let page = Page::new(&samples::visit(), ADDRESS);
        let names = HashMap::from([(service.id, "Personalausweis <b>".to_owned())]);
        let view = StatisticsPage::new(&page, &usage, 4, &names);
        let html = samples::picture("office_statistics", &view, "");
        assert!(html.contains("weniger als 5") && html.contains("Personalausweis &#60;b&#62;"));
        assert_eq!(html.matches("<rect").count(), 2 * 28);
        assert!(!html.contains("style="));
    }
}
