//! The operator's pages: the list with its lights, one municipality with its domains and limits, and the deeds.

use http::StatusCode;
use kernel::Role;
use tests::{Browser, NameServer, Setup, html};

#[tokio::test]
async fn a_municipality_is_founded_looked_at_and_changed_on_pages() {
    let server = NameServer::start().await;
    let app = Setup::new().name_server(&server).start().await;
    let ops = app.platform().await;
    let mut operator = app.office_browser(&ops, Role::Operator).await;

    let list = operator.open("/amt/kommunen").await;
    let text = html::text(&list.text());
    for shown in ["Stadt Haltern am See", "in Betrieb", "bitte ansehen", "Neue Kommune"] {
        assert!(text.contains(shown), "{shown}: {text}");
    }

    let form = Browser::form(&operator.open("/amt/kommunen/neu").await, "/amt/kommunen/neu");
    let refused = operator.submit(&form.clone().with("kurzname", "Neu Stadt")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html::text(&refused.text()).contains("Bitte füllen Sie dieses Feld aus"));
    let filled = form
        .with("kurzname", "neustadt")
        .with("name", "Stadt Neustadt")
        .with("land", "NI")
        .with("telefon", "05032 84-0")
        .with("website", "https://www.neustadt.example")
        .with("behoerde", "Stadt Neustadt")
        .with("strasse", "Markt 1")
        .with("plz", "31535")
        .with("ort", "Neustadt")
        .with("email", "info@neustadt.example");
    let made = operator.submit(&filled).await;
    let text = html::text(&made.text());
    for shown in ["als Entwurf angelegt", "Entwurf:", "bitte handeln", "Angaben. Ergänzen"] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    let change = Browser::form(&made, "/amt/kommunen/kommune").with("telefon", "05032 84-1");
    let changed = operator.submit(&change).await;
    assert!(changed.text().contains("05032 84-1"), "{}", html::text(&changed.text()));
    let wrong = Browser::form(&changed, "/amt/kommunen/kommune").with("website", "neustadt");
    let refused = operator.submit(&wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("href=\"#website\""), "{}", refused.text());
}

#[tokio::test]
async fn a_domain_is_added_proven_and_removed_on_pages() {
    let server = NameServer::start().await;
    let app = Setup::new().name_server(&server).start().await;
    let ops = app.platform().await;
    let mut operator = app.office_browser(&ops, Role::Operator).await;
    let page = format!("/amt/kommunen/kommune?id={}", app.haltern.id);
    let shown = operator.open(&page).await;
    let form = Browser::form(&shown, "/amt/kommunen/domain");
    let added = operator.submit(&form.with("domain", "termine.haltern.example")).await;
    let text = html::text(&added.text());
    assert!(
        text.contains("_stadttermin.termine.haltern.example") && text.contains("TXT"),
        "{text}"
    );
    let value = text.split("stadttermin=").nth(1).expect("the token");
    let value = format!("stadttermin={}", &value[..32]);

    let prove = Browser::form(&added, "/amt/kommunen/domain").with("tun", "pruefen");
    let missing = operator.submit(&prove).await;
    assert!(html::text(&missing.text()).contains("noch nicht zu sehen"));
    server.publish("_stadttermin.termine.haltern.example", &value);
    let proven = operator.submit(&prove).await;
    assert!(html::text(&proven.text()).contains("ab sofort erreichbar"), "{}", proven.text());
    assert_eq!(app.get("termine.haltern.example", "/").await.status, StatusCode::OK);
    let remove = Browser::form(&proven, "/amt/kommunen/domain").with("tun", "entfernen");
    operator.submit(&remove).await;
    assert_eq!(app.get("termine.haltern.example", "/").await.status, StatusCode::NOT_FOUND);

    let shown = operator.open(&page).await;
    let limit = Browser::form(&shown, "/amt/kommunen/grenze").with("grenze", "viele");
    let refused = operator.submit(&limit).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let set = operator.submit(&limit.with("grenze", "40")).await;
    assert!(set.text().contains("value=\"40\""), "{}", html::text(&set.text()));
}

#[tokio::test]
async fn suspending_asks_first_and_wants_a_reason() {
    let server = NameServer::start().await;
    let app = Setup::new().name_server(&server).start().await;
    let ops = app.platform().await;
    let mut operator = app.office_browser(&ops, Role::Operator).await;
    let ask = operator.open(&format!("/amt/kommunen/aussetzen?id={}", app.haltern.id)).await;
    assert!(html::text(&ask.text()).contains("Gebuchte Termine gelten weiter"));
    assert_eq!(app.get(&app.haltern.host, "/").await.status, StatusCode::OK, "nothing on GET");
    let form = Browser::form(&ask, "/amt/kommunen/aussetzen");
    let refused = operator.submit(&form.clone().with("grund", "so")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = operator.submit(&form.with("grund", "Der Vertrag ruht.")).await;
    let text = html::text(&done.text());
    assert!(text.contains("ausgesetzt") && text.contains("Der Vertrag ruht."), "{text}");
    assert_eq!(app.get(&app.haltern.host, "/").await.status, StatusCode::SERVICE_UNAVAILABLE);
    let open = Browser::form(&done, "/amt/kommunen/oeffnen");
    let opened = operator.submit(&open).await;
    assert!(html::text(&opened.text()).contains("wieder geöffnet"));
    assert_eq!(app.get(&app.haltern.host, "/").await.status, StatusCode::OK);
}
