//! The office changes the hours of a counter on its pages: form, draft, publication, and what citizens are offered then.

use http::StatusCode;
use kernel::{Role, Scope, Scopes};
use serde_json::{Value, json};
use tests::{Browser, Setup, TestApp, html, towns};

#[tokio::test]
async fn hours_are_typed_looked_at_and_published() {
    let app = Setup::new().haltern(towns::tiny(towns::haltern(), 15)).start().await;
    an_office_changes_its_hours(&app).await;
}

/// Haltern is tiny; nobody has booked.
pub(crate) async fn an_office_changes_its_hours(app: &TestApp) {
    let town = &app.haltern;
    let mut browser = app.office_browser(town, Role::OfficeManager).await;
    let list = browser.open("/amt/kalender").await.text();
    let link = list.split("href=\"/amt/kalender/schalter?id=").nth(1).expect("a link to the form");
    let counter = link.split('"').next().expect("an id").to_owned();
    let address = format!("/amt/kalender/schalter?id={counter}");

    let form = Browser::form(&browser.open(&address).await, "/amt/kalender/schalter");
    assert_eq!(form.value("von.1"), Some("09:00"));
    // Tuesday's hours end before they begin: nothing is saved, and nothing typed is lost
    let wrong =
        form.clone().with("bis.1", "08:00").with("pausen.0", "9:15-9:30").with("was", "woche");
    let answer = browser.submit(&wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("href=\"#zeile-1\""), "{}", html::text(&answer.text()));
    let typed = Browser::form(&answer, "/amt/kalender/schalter");
    assert_eq!((typed.value("bis.1"), typed.value("pausen.0")), (Some("08:00"), Some("9:15-9:30")));

    let later = typed.with("von.1", "13:00").with("bis.1", "14:00").with("was", "woche");
    let draft = browser.submit(&later).await;
    assert!(browser.path.starts_with("/amt/kalender/aenderung?id="), "{}", browser.path);
    let before: Vec<String> = app.free(town).await.into_iter().map(|slot| slot.start).collect();
    assert!(
        before.iter().all(|start| start.contains("T09:")),
        "a draft changes nothing: {before:?}"
    );
    let publish = Browser::form(&draft, "/amt/kalender/veroeffentlichen");
    browser.submit(&publish).await;
    let after: Vec<String> = app.free(town).await.into_iter().map(|slot| slot.start).collect();
    assert!(after.iter().all(|start| start.contains("T13:")), "{after:?}");

    // one day has hours of its own
    let form = Browser::form(&browser.open(&address).await, "/amt/kalender/schalter")
        .with("tag.x", "2026-12-08")
        .with("von.x", "10:00")
        .with("bis.x", "10:30")
        .with("was", "tag");
    let draft = browser.submit(&form).await;
    browser.submit(&Browser::form(&draft, "/amt/kalender/veroeffentlichen")).await;
    let day: Vec<String> = app.free(town).await.into_iter().map(|slot| slot.start).collect();
    assert!(day.len() == 2 && day.iter().all(|start| start.contains("T10:")), "{day:?}");
}

#[tokio::test]
async fn who_leads_one_location_neither_opens_nor_is_offered_anothers_hours() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let key = app.office_key(town, Scope::CalendarRead).await;
    let query = "{ counters { id location { id } } }";
    let counters = app.graphql_as(town, &key, query, json!({})).await.data("counters");
    let own = counters[0].clone();
    let all = counters.as_array().into_iter().flatten();
    let foreign = all.into_iter().find(|one| one["location"] != own["location"]).expect("another");
    let id = |counter: &Value| counter["id"].as_str().expect("an id").to_owned();
    let place = |counter: &Value| counter["location"]["id"].as_str().expect("an id").to_owned();
    let mut browser = app.at_location(town, Role::OfficeManager, &place(&own)).await;

    let list = browser.open("/amt/kalender").await;
    let page = list.text();
    let offers = |counter: &Value| {
        let (id, place) = (id(counter), place(counter));
        [
            page.contains(&format!("href=\"/amt/kalender/schalter?id={id}\"")),
            page.contains(&format!("<option value=\"{place}\"")),
            page.contains(&format!("<option value=\"{place}/{id}\"")),
        ]
    };
    assert_eq!(offers(&own), [true; 3], "their own location is offered");
    assert_eq!(offers(foreign), [false; 3], "another is not");
    assert!(!page.contains("<option value=\"\""), "nor is the whole municipality");

    let address = |counter: &Value| format!("/amt/kalender/schalter?id={}", id(counter));
    assert_eq!(browser.open(&address(&own)).await.status, StatusCode::OK);
    assert_eq!(browser.open(&address(foreign)).await.status, StatusCode::NOT_FOUND);
    for was in ["", "woche", "tag"] {
        let id = id(foreign);
        let fields = [("id", id.as_str()), ("was", was), ("tag.x", "2026-12-08")];
        let answer = browser.post("/amt/kalender/schalter", &fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{was}");
    }
    for ort in [place(foreign), format!("{}/{}", place(foreign), id(foreign)), String::new()] {
        let fields = [("ort", ort.as_str()), ("von", "2026-12-08"), ("grund_de", "Umbau")];
        let answer = browser.post("/amt/kalender/schliessen", &fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{ort}");
    }

    // a closure of the other location can be read, and ended by nobody but its own office
    let office = app.office_key(town, Scopes::CALENDAR).await;
    let closing =
        "mutation($input: CloseDaysInput!) { closeDays(input: $input) { change { id } } }";
    let input = json!({ "input": { "locationId": place(foreign), "from": "2027-01-12", "to": "2027-01-12",
        "decision": "KEEP", "reason": { "de": "Betriebsausflug" } } });
    let closed = app.graphql_as(town, &office, closing, input).await;
    let change = closed.string("closeDays/change/id");
    let list = browser.open("/amt/kalender").await.text();
    assert!(list.contains("Betriebsausflug") && !list.contains("/amt/kalender/oeffnen"), "{list}");
    let published = browser.open(&format!("/amt/kalender/aenderung?id={change}")).await;
    assert_eq!(published.status, StatusCode::OK);
    assert!(!published.text().contains("/amt/kalender/rueckgaengig"));
}
