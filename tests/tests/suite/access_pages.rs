//! Signing in at the office's pages with an access key, and what ends it.

use axum::body::Body;
use chrono::TimeDelta;
use http::{Request, StatusCode};
use identity::LimitSettings;
use kernel::{Scope, Scopes};
use sea_orm::sqlx;
use tests::{Browser, Setup, TestApp, html};

const SIGN_IN: &str = "/amt/anmelden";

#[tokio::test]
async fn somebody_signs_in_sees_what_they_may_and_signs_out() {
    let app = TestApp::start().await;
    let token = app.office_key(&app.haltern, Scope::CalendarRead).await;
    let mut browser = app.browser(&app.haltern);

    let asked = browser.open("/amt").await;
    assert_eq!(browser.path, SIGN_IN);
    assert_eq!(asked.status, StatusCode::OK);
    assert!(browser.cookies.is_empty(), "reading sets no cookie");
    let form = Browser::form(&asked, SIGN_IN).with("schluessel", &token);
    let page = browser.submit(&form).await;
    assert_eq!(browser.path, "/amt");
    let text = html::text(&page.text());
    assert!(text.contains("„Kalenderpflege“") && text.contains("7. März 2027"), "{text}");
    assert!(text.contains("ansehen") && !text.contains("veröffentlichen"), "{text}");
    assert!(!page.text().contains(&token) && !browser.path.contains("st_"));

    browser.language = "en".to_owned();
    assert!(browser.open("/amt").await.text().contains("Signed in with the access key"));
    assert_eq!(browser.get(SIGN_IN).await.header("location"), "/amt", "signed in already");
    let outside = app.get(&app.haltern.host, SIGN_IN).await;
    for answer in [browser.get("/amt").await, outside] {
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-robots-tag"), "noindex, nofollow");
    }
    assert!(browser.get("/").await.header("x-robots-tag").is_empty());

    let stolen = browser.clone();
    let form = Browser::form(&browser.open("/amt").await, "/amt/abmelden");
    let page = browser.submit(&form).await;
    assert!(html::text(&page.text()).contains("You are signed out"), "{}", page.text());
    assert!(browser.cookies.is_empty(), "the browser forgets the id");
    for mut browser in [browser, stolen] {
        browser.open("/amt").await;
        assert_eq!(browser.path, SIGN_IN, "the session is over, also for a copy of its id");
    }
}

#[tokio::test]
async fn citizens_are_not_led_here() {
    let app = TestApp::start().await;
    for path in ["/", "/termin", "/impressum", "/datenschutz", "/barrierefreiheit"] {
        let page = app.get(&app.haltern.host, path).await.text();
        assert!(!page.contains("/amt"), "{path}");
    }
}

#[tokio::test]
async fn the_session_gets_a_new_id_and_leaves_the_old_content_behind() {
    let app = TestApp::start().await;
    let token = app.office_key(&app.haltern, Scopes::ALL).await;
    let mut attacker = app.browser(&app.haltern);
    // a session that somebody began: with a language, and an appointment opened in it
    attacker.post("/sprache", &[("sprache", "en"), ("zurueck", "/")]).await;
    let planted = attacker.cookies.clone();
    assert_eq!(planted.len(), 1);

    let mut victim = app.browser(&app.haltern);
    victim.cookies.clone_from(&planted);
    let page = victim.post(SIGN_IN, &[("schluessel", &token)]).await;
    assert_eq!(victim.path, "/amt");
    assert_eq!(victim.cookies.len(), 1, "there is one cookie");
    assert_ne!(victim.cookies, planted, "the id has changed");
    assert!(page.text().contains("Office area"), "the language came along");

    attacker.open("/amt").await;
    assert_eq!(attacker.path, SIGN_IN, "the planted id opens nothing");
    assert!(attacker.open("/").await.text().contains("lang=\"de\""), "and holds nothing");
}

#[tokio::test]
async fn a_key_that_is_taken_back_or_ends_ends_its_sessions() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let (token, id) = app.office_key_with_id(town, Scopes::ALL).await;
    let mut browser = app.browser(town);
    browser.post(SIGN_IN, &[("schluessel", &token)]).await;
    assert_eq!(browser.path, "/amt");
    app.revoke_key(town, id).await;
    browser.open("/amt").await;
    assert_eq!(browser.path, SIGN_IN, "at the next request");

    let token = app.office_key(town, Scopes::ALL).await;
    app.advance(TimeDelta::days(90) - TimeDelta::minutes(1));
    browser.post(SIGN_IN, &[("schluessel", &token)]).await;
    assert_eq!(browser.path, "/amt");
    app.advance(TimeDelta::minutes(1));
    browser.open("/amt").await;
    assert_eq!(browser.path, SIGN_IN, "the key has expired");
}

#[tokio::test]
async fn a_session_opens_its_own_municipality_only() {
    let app = TestApp::start().await;
    let token = app.office_key(&app.haltern, Scopes::ALL).await;
    let signed_in = app.office_browser(&app.haltern, Scopes::ALL).await;
    let mut elsewhere = app.browser(&app.musterstadt);
    elsewhere.cookies.clone_from(&signed_in.cookies);
    elsewhere.open("/amt").await;
    assert_eq!(elsewhere.path, SIGN_IN);
    let refused = elsewhere.post(SIGN_IN, &[("schluessel", &token)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_wrong_key_is_not_repeated_on_the_page_and_guessing_is_stopped() {
    let limits = LimitSettings { authenticate: 3, ..LimitSettings::OFF };
    let app = Setup::new().limits(limits).start().await;
    let mut browser = app.browser(&app.haltern);
    let wrong = format!("st_{}", "7".repeat(32));
    let empty = browser.post(SIGN_IN, &[("schluessel", " ")]).await;
    assert!(html::text(&empty.text()).contains("Geben Sie Ihren Zugangsschlüssel ein"));
    for _ in 0..3 {
        let refused = browser.post(SIGN_IN, &[("schluessel", &wrong)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(html::text(&refused.text()).contains("gilt nicht"), "{}", refused.text());
        assert!(!refused.text().contains(&wrong), "the key is not written back");
    }
    let refused = browser.post(SIGN_IN, &[("schluessel", &wrong)]).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!refused.header("retry-after").is_empty());
    // the API counts together with the page
    let address = std::net::IpAddr::from([192, 0, 2, 7]);
    let request = Request::post("/graphql")
        .header("host", &app.haltern.host)
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {wrong}"))
        .body(Body::from(r#"{"query":"{ viewer { signedIn } }"}"#));
    let refused = app.send_from(address, request.expect("a request")).await;
    assert_eq!(refused.code(), "RATE_LIMITED", "{}", refused.text());
    assert!(browser.cookies.is_empty());
}

#[tokio::test]
async fn no_other_site_can_sign_anybody_in_or_out() {
    let app = TestApp::start().await;
    let token = app.office_key(&app.haltern, Scopes::ALL).await;
    let mut browser = app.office_browser(&app.haltern, Scopes::ALL).await;
    let cookie = format!("sid={}", browser.cookies["sid"]);
    let body = serde_urlencoded::to_string([("schluessel", &token)]).expect("pairs of text");
    for path in [SIGN_IN, "/amt/abmelden"] {
        for origin in ["https://evil.example", "http://musterstadt.localhost", "null"] {
            let request = Request::post(path)
                .header("host", &app.haltern.host)
                .header("content-type", "application/x-www-form-urlencoded")
                .header("cookie", &cookie)
                .header("origin", origin)
                .body(Body::from(body.clone()));
            let answer = app.send(request.expect("a request")).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {origin}");
            assert!(answer.header("set-cookie").is_empty());
        }
    }
    browser.open("/amt").await;
    assert_eq!(browser.path, "/amt", "still signed in");
    assert_eq!(browser.get("/amt/abmelden").await.status, StatusCode::SEE_OTHER);
    browser.open("/amt").await;
    assert_eq!(browser.path, "/amt", "opening an address signs nobody out");
}

#[tokio::test]
async fn one_comes_back_to_the_page_that_one_wanted() {
    let app = TestApp::start().await;
    let token = app.office_key(&app.haltern, Scopes::ALL).await;
    let mut browser = app.browser(&app.haltern);
    let page = browser.open("/amt/anmelden?weiter=%2Famt%2Fkalender%3Ftag%3D2026-12-08").await;
    let form = Browser::form(&page, SIGN_IN).with("schluessel", &token);
    let answer = browser.send_form(&form).await;
    assert_eq!(answer.header("location"), "/amt/kalender?tag=2026-12-08");
    let answer = browser
        .post(SIGN_IN, &[("schluessel", &token), ("weiter", "https://evil.example/amt/x")])
        .await;
    assert_eq!((browser.path.as_str(), answer.status), ("/amt", StatusCode::OK));
}

#[tokio::test]
async fn without_redis_signing_in_says_so() {
    let app = Setup::new().without_redis().start().await;
    let token = app.office_key(&app.haltern, Scopes::ALL).await;
    let mut browser = app.browser(&app.haltern);
    let refused = browser.post(SIGN_IN, &[("schluessel", &token)]).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(html::text(&refused.text()).contains("Die Anmeldung ist gerade nicht möglich"));
    assert!(browser.cookies.is_empty());
    browser.cookies.insert("sid".to_owned(), "A".repeat(43));
    assert_eq!(browser.get("/amt").await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn the_access_log_knows_the_page_and_not_the_key() {
    let app = TestApp::start().await;
    app.office_browser(&app.haltern, Scopes::ALL).await;
    app.flush_access_log().await;
    let sql = app.database.superuser_sql().await;
    let paths: Vec<String> =
        sqlx::query_scalar("SELECT path FROM access_log ORDER BY requested_at")
            .fetch_all(&sql)
            .await
            .expect("the log");
    assert!(paths.contains(&SIGN_IN.to_owned()) && paths.contains(&"/amt".to_owned()), "{paths:?}");
    assert!(!paths.iter().any(|path| path.contains("st_")), "{paths:?}");
}
