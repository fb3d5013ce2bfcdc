//! The office's pages are for its people: signing in and out, and what was typed when the session had ended.

use axum::body::Body;
use chrono::TimeDelta;
use http::{Request, StatusCode};
use identity::LimitSettings;
use kernel::Role;
use sea_orm::sqlx;
use tests::{Browser, PASSWORD, Setup, TestApp, html};

const SIGN_IN: &str = "/amt/anmelden";
const CODE: &str = "/amt/anmelden/code";

async fn drafts(app: &TestApp) -> i64 {
    let sql = app.database.superuser_sql().await;
    let counted = sqlx::query_scalar("SELECT count(*) FROM calendar_change").fetch_one(&sql);
    counted.await.expect("a number")
}

#[tokio::test]
async fn somebody_signs_in_sees_what_they_may_and_signs_out() {
    let app = TestApp::start().await;
    let person = app.person(&app.haltern, Role::Clerk).await;
    let mut browser = app.browser(&app.haltern);

    let asked = browser.open("/amt").await;
    assert_eq!(browser.path, SIGN_IN);
    assert_eq!(asked.status, StatusCode::OK);
    assert!(browser.cookies.is_empty(), "reading sets no cookie");
    let form = Browser::form(&asked, SIGN_IN).with("email", &person.email.to_uppercase());
    let page = browser.submit(&form.with("passwort", PASSWORD)).await;
    assert_eq!(browser.path, CODE);
    let form = Browser::form(&page, CODE).with("code", &app.app_code(&person));
    let page = browser.submit(&form).await;
    assert_eq!(browser.path, "/amt");
    let text = html::text(&page.text());
    assert!(text.contains("Kim Amtlich"), "{text}");
    assert!(text.contains("ansehen") && !text.contains("veröffentlichen"), "{text}");

    browser.language = "en".to_owned();
    assert!(browser.open("/amt").await.text().contains("Signed in: Kim"));
    assert_eq!(browser.get(SIGN_IN).await.header("location"), "/amt", "signed in already");
    for path in ["/amt", "/amt/konto", SIGN_IN, CODE, "/amt/code"] {
        let outside = app.get(&app.haltern.host, path).await;
        for answer in [browser.get(path).await, outside] {
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
            assert_eq!(answer.header("x-robots-tag"), "noindex, nofollow", "{path}");
        }
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
    let codes = app.get(&app.haltern.host, "/demo/codes").await;
    assert_eq!(codes.status, StatusCode::NOT_FOUND, "the demo's phones are the demo's alone");
}

#[tokio::test]
async fn the_session_gets_a_new_id_with_each_factor_and_leaves_the_old_content_behind() {
    let app = TestApp::start().await;
    let person = app.person(&app.haltern, Role::Clerk).await;
    let mut attacker = app.browser(&app.haltern);
    attacker.post("/sprache", &[("sprache", "en"), ("zurueck", "/")]).await;
    let planted = attacker.cookies.clone();
    assert_eq!(planted.len(), 1);

    let mut victim = app.browser(&app.haltern);
    victim.cookies.clone_from(&planted);
    victim.post(SIGN_IN, &[("email", &person.email), ("passwort", PASSWORD)]).await;
    assert_eq!(victim.path, CODE);
    assert_ne!(victim.cookies, planted, "a new id with the first factor");
    let halfway = victim.clone();
    let page = victim.post(CODE, &[("code", &app.app_code(&person))]).await;
    assert_eq!(victim.path, "/amt");
    assert_eq!(victim.cookies.len(), 1, "there is one cookie");
    assert_ne!(victim.cookies, halfway.cookies, "and another with the second");
    assert!(page.text().contains("Office area"), "the language came along");

    for mut old in [attacker, halfway] {
        old.open("/amt").await;
        assert_eq!(old.path, SIGN_IN, "the old ids open nothing");
        assert!(old.open("/").await.text().contains("lang=\"de\""), "and hold nothing");
    }
}

#[tokio::test]
async fn a_session_opens_its_own_municipality_only() {
    let app = TestApp::start().await;
    let person = app.person(&app.haltern, Role::Clerk).await;
    let mut signed_in = app.browser(&app.haltern);
    app.sign_in(&mut signed_in, &person).await;
    assert_eq!(signed_in.path, "/amt");
    let mut elsewhere = app.browser(&app.musterstadt);
    elsewhere.cookies.clone_from(&signed_in.cookies);
    elsewhere.open("/amt").await;
    assert_eq!(elsewhere.path, SIGN_IN);
    let fields = [("email", person.email.as_str()), ("passwort", PASSWORD)];
    let refused = elsewhere.post(SIGN_IN, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_wrong_password_keeps_the_address_and_guessing_is_stopped() {
    let limits = LimitSettings { sign_in_place: 2, ..LimitSettings::OFF };
    let app = Setup::new().limits(limits).start().await;
    let person = app.person(&app.haltern, Role::Clerk).await;
    let mut browser = app.browser(&app.haltern);
    let empty = browser.post(SIGN_IN, &[("email", &person.email), ("passwort", "")]).await;
    assert!(html::text(&empty.text()).contains("Geben Sie Ihre E-Mail-Adresse"));
    let mut answers = Vec::new();
    for email in [person.email.as_str(), "niemand@haltern.example"] {
        let wrong = "dies ist es nicht";
        let refused = browser.post(SIGN_IN, &[("email", email), ("passwort", wrong)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains(email), "the address is kept");
        assert!(!refused.text().contains(wrong), "the password is not written back");
        answers.push(refused.text().replace(email, ""));
    }
    assert_eq!(answers[0], answers[1], "nobody is told whether there is an account");
    browser.post(SIGN_IN, &[("email", &person.email), ("passwort", "noch einmal")]).await;
    let refused = browser.post(SIGN_IN, &[("email", &person.email), ("passwort", PASSWORD)]).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!refused.header("retry-after").is_empty());
    assert!(browser.cookies.is_empty());
}

#[tokio::test]
async fn no_other_site_can_sign_anybody_in_or_out() {
    let app = TestApp::start().await;
    let person = app.person(&app.haltern, Role::Clerk).await;
    let mut browser = app.browser(&app.haltern);
    app.sign_in(&mut browser, &person).await;
    let cookie = format!("sid={}", browser.cookies["sid"]);
    let pairs = [("email", person.email.as_str()), ("passwort", PASSWORD), ("code", "000000")];
    let body = serde_urlencoded::to_string(pairs).expect("pairs of text");
    for path in [SIGN_IN, CODE, "/amt/abmelden", "/amt/code", "/amt/konto/ueberall-abmelden"] {
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
    for path in ["/amt/abmelden", "/amt/konto/ueberall-abmelden"] {
        assert_eq!(browser.get(path).await.status, StatusCode::SEE_OTHER);
    }
    browser.open("/amt").await;
    assert_eq!(browser.path, "/amt", "opening an address signs nobody out");
}

#[tokio::test]
async fn one_comes_back_to_the_page_that_one_wanted() {
    let app = TestApp::start().await;
    let person = app.person(&app.haltern, Role::Clerk).await;
    let mut browser = app.browser(&app.haltern);
    let page = browser.open("/amt/anmelden?weiter=%2Famt%2Fkalender%3Ftag%3D2026-12-08").await;
    let form = Browser::form(&page, SIGN_IN).with("email", &person.email);
    browser.submit(&form.with("passwort", PASSWORD)).await;
    let code = [("code", app.app_code(&person))];
    let form = Browser::form(&browser.open(CODE).await, CODE).with("code", &code[0].1);
    let answer = browser.send_form(&form).await;
    assert_eq!(answer.header("location"), "/amt/kalender?tag=2026-12-08");

    app.advance(TimeDelta::minutes(1));
    let mut browser = app.browser(&app.haltern);
    let fields = [
        ("email", person.email.as_str()),
        ("passwort", PASSWORD),
        ("weiter", "https://evil.example/amt/x"),
    ];
    browser.post(SIGN_IN, &fields).await;
    browser.post(CODE, &[("code", &app.app_code(&person))]).await;
    assert_eq!(browser.path, "/amt");
}

#[tokio::test]
async fn what_was_typed_survives_the_end_of_the_session() {
    let app = TestApp::start().await;
    let person = app.person(&app.haltern, Role::OfficeManager).await;
    let mut browser = app.browser(&app.haltern);
    app.sign_in(&mut browser, &person).await;
    let page = browser.open("/amt/kalender").await;
    let form = Browser::form(&page, "/amt/kalender/schliessen")
        .with("von", "2026-12-15")
        .with("grund_de", "Fortbildung & \"mehr\"");
    app.advance(TimeDelta::hours(9));
    let page = browser.submit(&form).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(html::text(&page.text()).contains("Was Sie eingegeben haben, ist noch da"));
    assert_eq!(drafts(&app).await, 0);

    // a wrong password does not lose it either
    let form = Browser::form(&page, SIGN_IN).with("email", &person.email);
    let page = browser.submit(&form.with("passwort", "falsch")).await;
    let form = Browser::form(&page, SIGN_IN);
    let page = browser.submit(&form.with("passwort", PASSWORD)).await;
    let form = Browser::form(&page, CODE).with("code", &app.app_code(&person));
    let page = browser.submit(&form).await;
    assert_eq!(browser.path, "/amt/anmelden/weiter");
    assert!(html::text(&page.text()).contains("Fortbildung & \"mehr\""), "{}", page.text());
    assert_eq!(drafts(&app).await, 0, "nothing is done before the button is pressed");

    let page = browser.submit(&Browser::form(&page, "/amt/kalender/schliessen")).await;
    assert!(browser.path.starts_with("/amt/kalender/aenderung"), "{}", browser.path);
    assert!(html::text(&page.text()).contains("Fortbildung & \"mehr\""));
    assert_eq!(drafts(&app).await, 1);
    browser.open("/amt/anmelden/weiter").await;
    assert_eq!(browser.path, "/amt", "it was sent, and is not offered again");
}

#[tokio::test]
async fn what_was_typed_goes_to_the_office_and_by_a_button_only() {
    let app = TestApp::start().await;
    let mut browser = app.browser(&app.haltern);
    // secrets are not carried
    let fields = [("passwort", PASSWORD), ("wiederholung", PASSWORD), ("jetziges-passwort", "x")];
    let page = browser.post("/amt/konto/passwort", &fields).await;
    assert_eq!((browser.path.as_str(), page.text().contains("erneut")), (SIGN_IN, false));
    // a page of ours claims nothing that leads elsewhere
    let person = app.person(&app.haltern, Role::OfficeManager).await;
    let evil = base64::prelude::Engine::encode(
        &base64::prelude::BASE64_URL_SAFE_NO_PAD,
        r#"{"path":"https://evil.example/amt/x","fields":[]}"#,
    );
    let fields =
        [("email", person.email.as_str()), ("passwort", PASSWORD), ("erneut", evil.as_str())];
    browser.post(SIGN_IN, &fields).await;
    browser.post(CODE, &[("code", &app.app_code(&person))]).await;
    assert_eq!(browser.path, "/amt");
    // it can be thrown away
    app.advance(TimeDelta::hours(9));
    let form = [("von", "2026-12-15"), ("grund_de", "x")];
    let page = browser.post("/amt/kalender/schliessen", &form).await;
    let form = Browser::form(&page, SIGN_IN).with("email", &person.email);
    let page = browser.submit(&form.with("passwort", PASSWORD)).await;
    let form = Browser::form(&page, CODE).with("code", &app.app_code(&person));
    let page = browser.submit(&form).await;
    browser.submit(&Browser::form(&page, "/amt/anmelden/weiter")).await;
    browser.open("/amt/anmelden/weiter").await;
    assert_eq!((browser.path.as_str(), drafts(&app).await), ("/amt", 0));
}

#[tokio::test]
async fn without_redis_signing_in_says_so() {
    let app = Setup::new().without_redis().start().await;
    let person = app.person(&app.haltern, Role::Clerk).await;
    let mut browser = app.browser(&app.haltern);
    // without a cookie nobody knows yet that the store is away
    let fields = [("email", person.email.as_str()), ("passwort", PASSWORD)];
    let refused = browser.post(SIGN_IN, &fields).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(html::text(&refused.text()).contains("Die Anmeldung ist gerade nicht möglich"));
    assert!(browser.cookies.is_empty());
    browser.cookies.insert("sid".to_owned(), "A".repeat(43));
    for path in ["/amt", CODE, "/amt/einrichten", "/amt/konto"] {
        assert_eq!(browser.get(path).await.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
    }
}

#[tokio::test]
async fn the_access_log_knows_the_page_and_not_the_secrets() {
    let app = TestApp::start().await;
    let person = app.person(&app.haltern, Role::Clerk).await;
    let (_, code) = app.invited(&app.haltern, Role::Clerk).await;
    let mut browser = app.browser(&app.haltern);
    app.sign_in(&mut browser, &person).await;
    let mut other = app.browser(&app.haltern);
    other.post("/amt/code", &[("code", &code)]).await;
    app.flush_access_log().await;
    let sql = app.database.superuser_sql().await;
    let paths: Vec<String> =
        sqlx::query_scalar("SELECT path FROM access_log ORDER BY requested_at")
            .fetch_all(&sql)
            .await
            .expect("the log");
    for page in [SIGN_IN, CODE, "/amt", "/amt/code", "/amt/einrichten"] {
        assert!(paths.contains(&page.to_owned()), "{page}: {paths:?}");
    }
    let all = paths.join(" ") + &tests::logged();
    for secret in [code.as_str(), &person.email, &app.app_code(&person), PASSWORD] {
        assert!(!all.contains(secret), "{secret}");
    }
}
