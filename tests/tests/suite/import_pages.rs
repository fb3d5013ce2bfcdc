//! Taking over another system's calendar on the pages and at the command line.

use kernel::{Grant, LocationId, Role};
use serde_json::json;
use tests::{Browser, Setup, TestApp, Town, html, towns};

use crate::imports::{PREVIEW, count, file, input, town};

const PAGE: &str = "/amt/kalender/uebernahme";

async fn manager<'a>(app: &'a TestApp, town: &Town) -> Browser<'a> {
    app.office_browser(town, Role::OfficeManager).await
}

#[tokio::test]
async fn the_pages_show_first_and_import_the_file_that_was_looked_at() {
    let (app, _, service) = town().await;
    let town = &app.haltern;
    let mut browser = manager(&app, town).await;
    let page = browser.open("/amt").await;
    assert!(page.text().contains(PAGE));
    let page = browser.open(PAGE).await;
    assert!(page.text().contains("multipart/form-data"));
    let sheet = browser.open("/amt/kalender/uebernahme/vorlage.csv").await;
    assert!(sheet.text().starts_with("\u{feff}\"Kennung\";\"Datum\""), "{}", sheet.text());

    let look = browser.upload(PAGE, &[("art", "appointments")], &file(&service)).await;
    let text = html::text(&look.text());
    assert!(
        text.contains("2 Einträge können übernommen werden")
            && text.contains("6 Einträge werden nicht übernommen"),
        "{text}"
    );
    assert!(
        text.contains("Niemand bekommt eine Nachricht") && text.contains("Sternzeichen"),
        "{text}"
    );
    assert!(!text.contains("Mustermann"), "the page shows lines, not people");
    assert_eq!(look.header("cache-control"), "no-store");
    assert_eq!(count(&app, "appointment").await, 0);

    // a file that was changed or cut on its way is not the one that was looked at
    let form = Browser::form(&look, "/amt/kalender/uebernahme/ausfuehren");
    let packed = form.value("inhalt").expect("the file").to_owned();
    let broken = browser.submit(&form.clone().with("inhalt", &packed[..packed.len() - 40])).await;
    assert_eq!(broken.status.as_u16(), 422);
    assert!(html::text(&broken.text()).contains("nicht vollständig"));
    assert_eq!(count(&app, "appointment").await, 0);

    let done = browser.submit(&form).await;
    let text = html::text(&done.text());
    assert!(text.contains("2 Einträge sind übernommen"), "{text}");
    assert!(done.text().contains("/amt/termin?id="));
    let page = browser.open(PAGE).await;
    let undo = Browser::form(&page, "/amt/kalender/uebernahme/zuruecknehmen");
    let page = browser.submit(&undo).await;
    assert!(html::text(&page.text()).contains("Zurückgenommen: 2. Geblieben: 0."));
    assert!(html::text(&page.text()).contains("zurückgenommen"));
}

#[tokio::test]
async fn a_manager_of_one_location_imports_there_only() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let places = app.graphql(town, "{ locations { id name } }", json!({})).await;
    let id = LocationId::parse(&places.string("locations/0/id")).expect("an id");
    let grant = Grant { role: Role::OfficeManager, location: Some(id) };
    let mut browser =
        app.office_browser(town, std::iter::once(grant).collect::<kernel::Grants>()).await;
    let file = "Datum;Beginn;Leistung;Standort;Vorname;Nachname\n\
        08.12.2026;09:00;personalausweis;buergerbuero;Erika;Hier\n08.12.2026;09:00;personalausweis;sythen;Erika;Dort\n";
    let look = html::text(&browser.upload(PAGE, &[("art", "appointments")], file).await.text());
    assert!(look.contains("1 Eintrag kann übernommen werden"), "{look}");
    assert!(look.contains("oder Sie dürfen dort nichts eintragen"), "{look}");
    let mut clerk = app.office_browser(town, Role::Clerk).await;
    assert_eq!(clerk.open(PAGE).await.status.as_u16(), 404);
}

#[tokio::test]
async fn files_are_bounded_and_only_the_office_sends_them() {
    let (app, key, _) = town().await;
    let large = "Datum;Beginn\n".repeat(100_000);
    let mut browser = manager(&app, &app.haltern).await;
    let refused = browser.upload(PAGE, &[("art", "appointments")], &large[..1_200_000]).await;
    assert_eq!(refused.status.as_u16(), 422, "{}", html::text(&refused.text()));
    assert!(html::text(&refused.text()).contains("1024 Kilobyte"));
    let refused = browser.upload(PAGE, &[("art", "appointments")], &large.repeat(2)).await;
    assert_eq!(refused.status.as_u16(), 413);
    let mut nobody = app.browser(&app.haltern);
    let refused = nobody.upload(PAGE, &[("art", "appointments")], &large[..200_000]).await;
    assert_eq!(refused.status.as_u16(), 413, "nobody without a session sends more than a form");
    let missing = browser.upload(PAGE, &[("art", "appointments")], "").await;
    assert!(html::text(&missing.text()).contains("Wählen Sie eine Datei aus"));
    let zip = app
        .graphql_as(
            &app.haltern,
            &key,
            PREVIEW,
            json!({ "input": input("PK\u{3}\u{4}\0\0", "APPOINTMENTS") }),
        )
        .await;
    assert_eq!(zip.code(), "BAD_INPUT");
    let odd = json!({ "input": { "file": "%%%", "kind": "APPOINTMENTS" } });
    assert_eq!(app.graphql_as(&app.haltern, &key, PREVIEW, odd).await.code(), "BAD_INPUT");
}

#[tokio::test]
async fn a_session_that_ended_keeps_nothing_of_a_file() {
    let (app, _, service) = town().await;
    let mut browser = manager(&app, &app.haltern).await;
    let look = browser.upload(PAGE, &[("art", "appointments")], &file(&service)).await;
    let form = Browser::form(&look, "/amt/kalender/uebernahme/ausfuehren");
    browser.cookies.clear();
    let asked = browser.submit(&form).await;
    let packed = form.value("inhalt").expect("the file");
    assert!(!asked.text().contains(&packed[..60]), "the sign-in page carries no file");
    assert_eq!(count(&app, "appointment").await, 0);
}

#[tokio::test]
async fn the_operator_looks_first_and_prints_nobody_s_data() {
    let app = Setup::new().haltern(towns::haltern()).start().await;
    let path = std::env::temp_dir().join(format!("stadttermin-{:016x}.csv", rand::random::<u64>()));
    // the program has the machine's clock: what is long over, and what is far ahead
    let rows = "Datum;Enddatum;Standort;Name\n01.02.2001;;buergerbuero;Geheim\n24.12.2099;26.12.2099;buergerbuero;Geheim\n";
    std::fs::write(&path, rows).expect("written");
    let file = path.to_str().expect("a path");
    let run = |more: &[&str]| {
        let arguments =
            [&["tenant", "import-calendar", "haltern", file, "--as", "absences"], more].concat();
        app.command(&arguments)
    };
    let look = run(&[]);
    assert_eq!(look.code, Some(0), "{}", look.text);
    assert!(
        look.text.contains("line 2") && look.text.contains("0 made, 1 new, 0 known, 1 refused"),
        "{}",
        look.text
    );
    assert!(!look.text.contains("Geheim"));
    assert_eq!(count(&app, "calendar_change").await, 0);
    let done = run(&["--apply"]);
    assert!(done.text.contains("1 made") && done.text.contains("draft "), "{}", done.text);
    let again = run(&["--apply"]);
    assert!(again.text.contains("0 made, 0 new, 1 known"), "{}", again.text);
    assert_eq!(count(&app, "calendar_change").await, 1);
    std::fs::remove_file(&path).expect("removed");
}
