//! The office changes the hours of a counter on its pages: form, draft, publication, and what citizens are offered then.

use http::StatusCode;
use kernel::Role;
use tests::{Browser, Setup, html, towns};

#[tokio::test]
async fn hours_are_typed_looked_at_and_published() {
    let app = Setup::new().haltern(towns::tiny(towns::haltern(), 15)).start().await;
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
