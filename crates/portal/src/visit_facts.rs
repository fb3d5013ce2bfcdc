//! What a visit is about, where it is and when: the facts that several pages show.

use chrono::{DateTime, Utc};
use kernel::{LocationId, spoken};
use scheduling::{Catalogue, Item};
use tenant::Municipality;

use crate::page::Page;

/// The services of a visit.
#[derive(Debug, Clone)]
pub(crate) struct VisitFacts {
    /// "Personalausweis beantragen, Reisepass beantragen"
    pub heading: String,
    pub lines: Vec<VisitLine>,
    pub minutes: u32,
}

/// A service of a visit.
#[derive(Debug, Clone)]
pub(crate) struct VisitLine {
    pub name: String,
    pub quantity: u32,
    /// "für 2 Personen"
    pub persons: String,
    pub fee: String,
    pub documents: Vec<String>,
}

impl VisitFacts {
    /// The facts of a visit.
    pub fn new(page: &Page, catalogue: &Catalogue, items: &[Item]) -> Self {
        let mut lines = Vec::new();
        for item in items {
            let Some(service) = catalogue.service_ever(item.service) else { continue };
            let text = |text: &kernel::LocalizedText| text.get(page.locale).to_owned();
            lines.push(VisitLine {
                name: text(&service.name),
                quantity: item.quantity,
                persons: page.t1("for-persons", "number", item.quantity),
                fee: service.fee.as_ref().map_or_else(|| page.t("fee-none"), text),
                documents: service.documents.iter().map(text).collect(),
            });
        }
        let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
        Self { heading: names.join(", "), lines, minutes: catalogue.minutes(items) }
    }

    /// Whether there is more than one service.
    pub fn is_several(&self) -> bool {
        self.lines.len() > 1
    }
}

/// Where and when.
#[derive(Debug, Clone)]
pub(crate) struct Meeting {
    /// "Dienstag, 8. Dezember 2026, 9:15 Uhr"
    pub when: String,
    pub place: String,
    pub street: String,
    pub town: String,
    pub directions: String,
}

impl Meeting {
    /// The meeting; the place stays empty when it is no longer published.
    pub fn new(
        page: &Page,
        town: &Municipality,
        catalogue: &Catalogue,
        location: LocationId,
        starts_at: DateTime<Utc>,
    ) -> Self {
        let place = catalogue.location_ever(location);
        let text = |text: &kernel::LocalizedText| text.get(page.locale).to_owned();
        Self {
            when: spoken::date_and_time(starts_at, town.zone(), page.locale),
            place: place.map(|place| text(&place.name)).unwrap_or_default(),
            street: place.map(|place| place.street.clone()).unwrap_or_default(),
            town: place
                .map(|place| format!("{} {}", place.postal_code, place.city))
                .unwrap_or_default(),
            directions: place.map(|place| text(&place.directions)).unwrap_or_default(),
        }
    }
}
