//! The form for closing days. It makes a draft, so that one sees whom it hits before anything happens.

use axum::response::Response;
use kernel::{CounterId, LocalizedText, LocationId, PublicError, policy::Action};
use scheduling::{Catalogue, Closing, Edits, Error, OpeningClosure, Plans, SaveDraft};

use super::calendar::{address, overview, texts};
use crate::{
    caller::Caller,
    error::{Failure, Refusal},
    fields::{Fields, Sent},
    page::{Page, go},
};

/// The form as it was filled in.
#[derive(Debug, Clone)]
pub(crate) struct ClosingForm {
    /// What whoever reads it can close: value and name.
    pub places: Vec<(String, String)>,
    pub place: String,
    pub from: String,
    pub to: String,
    pub reason_de: String,
    pub reason_en: String,
    /// Why it was refused.
    pub error: String,
}

impl ClosingForm {
    /// The form with what was typed.
    pub fn new(
        page: &Page,
        catalogue: &Catalogue,
        plans: &Plans,
        fields: &Fields,
        refused: Option<&Error>,
    ) -> Self {
        let mut places = Vec::new();
        if plans.may_change(None, None) {
            places.push((String::new(), page.t("office-everywhere")));
        }
        for place in catalogue.locations.iter().filter(|one| plans.may_change(Some(one.id), None)) {
            let name = place.name.get(page.locale);
            places.push((place.id.to_string(), name.to_owned()));
            for counter in plans.counters.iter().filter(|counter| counter.location == place.id) {
                let value = format!("{}/{}", place.id, counter.id);
                places.push((value, format!("{name} – {}", counter.name)));
            }
        }
        let one = |name| fields.one(name).to_owned();
        Self {
            places,
            place: one("ort"),
            from: one("von"),
            to: one("bis"),
            reason_de: one("grund_de"),
            reason_en: one("grund_en"),
            error: refused.map(|error| error.message(page.locale)).unwrap_or_default(),
        }
    }
}

/// `POST /amt/kalender/schliessen`
pub(crate) async fn close(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ChangeCalendar).await?;
    let draft = match read(&fields) {
        Ok(draft) => draft,
        Err(error) => return overview(&caller, &ctx, &fields, Some(&error)).await,
    };
    let tx = caller.db().begin(&ctx).await?;
    match scheduling::save(&ctx, &tx, &draft).await {
        Ok(saved) => {
            tx.commit().await?;
            Ok(go(&address(saved.id)))
        }
        Err(error @ (Error::BadInput { .. } | Error::Edits(_))) => {
            tx.rollback().await?;
            overview(&caller, &ctx, &fields, Some(&error)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Place and counter as the forms send them; empty is everywhere.
pub(super) fn place_value(location: Option<LocationId>, counter: Option<CounterId>) -> String {
    let text = |id: Option<String>| id.unwrap_or_default();
    let (location, counter) = (location.map(|id| id.to_string()), counter.map(|id| id.to_string()));
    match counter {
        None => text(location),
        counter => format!("{}/{}", text(location), text(counter)),
    }
}

/// `POST /amt/kalender/oeffnen`: a draft that ends a closure. It is published like any other.
pub(crate) async fn reopen(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ChangeCalendar).await?;
    let day = |name| fields.one(name).parse().map_err(|_| Refusal::BadInput);
    let (location, counter) = place_of(&fields);
    let closing = Closing { location, counter, from: day("von")?, to: day("bis")? };
    let page = caller.page();
    let from = kernel::spoken::date(closing.from, page.locale);
    let draft = SaveDraft {
        id: None,
        title: page.t1("desk-reopen-draft", "from", from),
        edits: Edits { reopened: vec![closing], ..Edits::default() },
    };
    let tx = caller.db().begin(&ctx).await?;
    let saved = scheduling::save(&ctx, &tx, &draft).await?;
    tx.commit().await?;
    Ok(go(&address(saved.id)))
}

fn place_of(fields: &Fields) -> (Option<LocationId>, Option<CounterId>) {
    let (location, counter) = fields.one("ort").split_once('/').unwrap_or((fields.one("ort"), ""));
    (LocationId::parse(location), CounterId::parse(counter))
}

/// The draft that the form describes.
fn read(fields: &Fields) -> Result<SaveDraft, Error> {
    let wrong = |field| Error::BadInput { field, reason: "closure-days", limit: None };
    let from = fields.one("von").parse().map_err(|_| wrong("from"))?;
    // one day is the usual case
    let to = match fields.one("bis") {
        "" => from,
        typed => typed.parse().map_err(|_| wrong("to"))?,
    };
    let (location, counter) = place_of(fields);
    let reason = texts(fields, "grund").unwrap_or_else(|| LocalizedText::german(""));
    let title: String = reason.get(kernel::Locale::De).chars().take(100).collect();
    let closure = OpeningClosure { location, counter, from, to, reason };
    // without a reason the check of the closure says what is missing, not that of the title
    let title = if title.is_empty() { "–".to_owned() } else { title };
    Ok(SaveDraft { id: None, title, edits: Edits { closures: vec![closure], ..Edits::default() } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_day_needs_one_date() {
        let read = |form: &str| read(&Fields::parse(form.as_bytes()));
        let draft = read("von=2026-12-08&bis=&grund_de=Fortbildung").unwrap();
        let closure = &draft.edits.closures[0];
        assert_eq!((closure.from, closure.location), (closure.to, None));
        assert_eq!(draft.title, "Fortbildung");
        assert!(matches!(read("von=8.12."), Err(Error::BadInput { field: "from", .. })));
    }
}
