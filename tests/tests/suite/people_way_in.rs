//! How somebody of the office gets in: invitation, password, authenticator app, recovery codes, and what is limited.

use chrono::TimeDelta;
use http::StatusCode;
use identity::{
    people::{self, NewPerson},
    second_factor::{AppSecret, MOST_WRONG},
};
use kernel::{Locale, Role};
use sea_orm::sqlx;
use secrecy::SecretString;
use tests::{Answer, Browser, PASSWORD, Person, TestApp, html, towns};

const SIGN_IN: &str = "/amt/anmelden";
const CODE: &str = "/amt/anmelden/code";
const SET_UP: &str = "/amt/einrichten";

fn shown(page: &Answer) -> String {
    html::text(&page.text())
}

/// The secret on the page that sets the app up.
fn secret_on(page: &Answer) -> AppSecret {
    let page = page.text();
    let (_, rest) = page.split_once("id=\"geheimnis\">").expect("a secret on the page");
    AppSecret::parse(rest.split('<').next().unwrap_or_default()).expect("a secret")
}

/// The recovery codes on the page.
fn codes_on(page: &Answer) -> Vec<String> {
    let page = page.text();
    let pieces = page.split("<b class=\"code\">").skip(1);
    pieces.filter_map(|piece| piece.split('<').next().map(str::to_owned)).collect()
}

async fn to_the_app(browser: &mut Browser<'_>, code: &str) -> Answer {
    browser.post("/amt/code", &[("code", code)]).await;
    let fields = [("passwort", PASSWORD), ("wiederholung", PASSWORD)];
    browser.post(SET_UP, &fields).await
}

#[tokio::test]
async fn somebody_is_invited_sets_up_and_signs_in() {
    let app = TestApp::start().await;
    let (account, code) = app.invited(&app.haltern, Role::OfficeManager).await;
    let mut browser = app.browser(&app.haltern);
    let page = browser.open("/amt/code").await;
    assert!(page.text().contains("data-code-form") && browser.cookies.is_empty());
    let form = Browser::form(&page, "/amt/code").with("code", &code.to_uppercase());
    let page = browser.submit(&form).await;
    assert_eq!(browser.path, SET_UP);
    assert!(shown(&page).contains("Neu Kollegin") && page.text().contains(&account.profile.email));

    for (password, again, why) in [
        ("kurz", "kurz", "mindestens 10 Zeichen"),
        ("KollegiNeu1", "KollegiNeu1", "zu leicht zu erraten"),
        (PASSWORD, "drei Pferde", "verschieden"),
    ] {
        let fields = [("passwort", password), ("wiederholung", again)];
        let page = browser.post(SET_UP, &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(shown(&page).contains(why), "{}", shown(&page));
        assert!(!page.text().contains(password), "no password is written back");
    }
    let page = browser.open(SET_UP).await;
    let form = Browser::form(&page, SET_UP).with("passwort", PASSWORD);
    let page = browser.submit(&form.with("wiederholung", PASSWORD)).await;
    assert!(page.text().contains("<svg") && page.text().contains("otpauth://totp/"));
    let secret = secret_on(&page);
    assert_eq!(browser.get("/amt").await.status, StatusCode::SEE_OTHER, "not in yet");

    let wrong = Browser::form(&page, "/amt/einrichten/app").with("code", "000000");
    let page = browser.submit(&wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(secret_on(&page).text(), secret.text(), "the app need not be set up again");
    let right = Browser::form(&page, "/amt/einrichten/app").with("code", &secret.code(app.now()));
    let page = browser.submit(&right).await;
    assert_eq!(browser.path, "/amt/konto/codes");
    let codes = codes_on(&page);
    assert_eq!(codes.len(), 8);
    assert_eq!(codes_on(&browser.open("/amt/konto/codes").await), codes, "a reload loses none");
    browser.submit(&Browser::form(&page, "/amt/konto/codes")).await;
    assert_eq!(browser.path, "/amt");
    browser.open("/amt/konto/codes").await;
    assert_eq!(browser.path, "/amt/konto", "nobody sees them again");

    // the next day, on another device
    app.advance(TimeDelta::days(1));
    let person = Person { email: account.profile.email.clone(), account, secret };
    let mut other = app.browser(&app.haltern);
    let page = app.sign_in(&mut other, &person).await;
    assert_eq!(other.path, "/amt");
    assert!(shown(&page).contains("Neu Kollegin"));
    let page = other.post("/amt/code", &[("code", &code)]).await;
    assert!(shown(&page).contains("Dieser Code gilt nicht"), "an invitation is accepted once");
}

#[tokio::test]
async fn opening_the_link_of_an_invitation_uses_nothing_up() {
    let app = TestApp::start().await;
    let (_, code) = app.invited(&app.haltern, Role::Clerk).await;
    for _ in 0..2 {
        // twice: looking is not using
        let mut scanner = app.browser(&app.haltern);
        scanner.open(&format!("/amt/code?code={code}")).await;
        scanner.post("/amt/code", &[("code", &code)]).await;
        assert_eq!(scanner.path, SET_UP);
    }
    let mut neighbour = app.browser(&app.musterstadt);
    let refused = neighbour.post("/amt/code", &[("code", &code)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "another municipality's");
    let mut late = app.browser(&app.haltern);
    app.advance(TimeDelta::hours(72));
    let refused = late.post("/amt/code", &[("code", &code)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "72 hours are over");
}

#[tokio::test]
async fn where_the_municipality_signs_people_in_itself_nothing_leads_to_a_password() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let (waiting, code) = app.invited(town, Role::Clerk).await;
    let working = app.person(town, Role::Clerk).await.account;
    let mut file = towns::haltern();
    let mut settings = tests::openid::settings("haltern", "https://id.haltern.example");
    settings.insert("only".to_owned(), true.into());
    towns::set(&mut file, "openid", settings);
    app.apply(file).await;

    let mut browser = app.browser(town);
    let answer = browser.post("/amt/code", &[("code", &code)]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    let said = html::text(&answer.text());
    assert!(said.contains("melden sich hier mit der Anmeldung der Kommune an"), "{said}");
    let (ctx, here) = (app.operator(town), b"here".as_slice());
    let chosen = SecretString::from("drei Esel am Stausee");
    let accepted = app.identity().accept_invitation(&ctx, here, &code, &chosen).await;
    let tx = app.begin(&ctx).await;
    let wanted = NewPerson {
        first_name: "Neu".to_owned(),
        last_name: "Kollege".to_owned(),
        email: "neu@haltern.example".to_owned(),
        locale: Locale::De,
        grants: Role::Clerk.into(),
    };
    let refused = [
        accepted.err(),
        people::invite(&ctx, &tx, &wanted).await.err(),
        people::invite_again(&ctx, &tx, waiting.id).await.err(),
        people::reset(&ctx, &tx, working.id).await.err(),
    ];
    for error in refused {
        let error = error.expect("refused").to_string();
        assert!(error.contains("person-by-provider"), "{error}");
    }
}

#[tokio::test]
async fn who_planted_the_session_does_not_get_the_invitation() {
    let app = TestApp::start().await;
    let (_, code) = app.invited(&app.haltern, Role::Clerk).await;
    let mut attacker = app.browser(&app.haltern);
    attacker.post("/sprache", &[("sprache", "en"), ("zurueck", "/")]).await;
    let mut victim = attacker.clone();
    victim.post("/amt/code", &[("code", &code)]).await;
    assert_eq!(victim.path, SET_UP);
    attacker.open(SET_UP).await;
    assert_eq!(attacker.path, SIGN_IN);
}

#[tokio::test]
async fn a_password_alone_opens_nothing_and_leads_to_the_second_factor() {
    let app = TestApp::start().await;
    let (account, code) = app.invited(&app.haltern, Role::TenantAdministrator).await;
    let mut browser = app.browser(&app.haltern);
    to_the_app(&mut browser, &code).await;
    // the browser is closed before the app is set up; the password is there
    app.advance(TimeDelta::hours(1));
    let mut browser = app.browser(&app.haltern);
    let fields = [("email", account.profile.email.as_str()), ("passwort", PASSWORD)];
    let page = browser.post(SIGN_IN, &fields).await;
    assert_eq!(browser.path, SET_UP, "led to set it up");
    for path in ["/amt", "/amt/konto", "/amt/personen", "/amt/kalender", "/amt/konto/codes"] {
        let mut here = browser.clone();
        here.open(path).await;
        assert_eq!(here.path.split('?').next(), Some(SIGN_IN), "{path}");
    }
    let viewer = "{ viewer { signedIn } }";
    let cookie = format!("sid={}", browser.cookies["sid"]);
    let origin = format!("http://{}", app.haltern.host);
    let shown = [("cookie", cookie.as_str()), ("origin", origin.as_str())];
    let answer = app.graphql_with(&app.haltern, viewer, &shown).await;
    assert_eq!(answer.data("viewer/signedIn"), false);
    browser.open(CODE).await;
    assert_eq!(browser.path, SET_UP);
    let done = Browser::form(&page, "/amt/einrichten/app");
    browser.submit(&done.with("code", &secret_on(&page).code(app.now()))).await;
    assert_eq!(browser.path, "/amt/konto/codes");
}

#[tokio::test]
async fn a_password_alone_does_not_replace_the_app() {
    let app = TestApp::start().await;
    let person = app.person(&app.haltern, Role::Clerk).await;
    let (_, code) = app.invited(&app.haltern, Role::Clerk).await;
    let mut browser = app.browser(&app.haltern);
    // a page with a secret in its session, from somebody else's set-up, and then the password of the person
    to_the_app(&mut browser, &code).await;
    browser.post(SIGN_IN, &[("email", &person.email), ("passwort", PASSWORD)]).await;
    assert_eq!(browser.path, CODE);
    browser.open(SET_UP).await;
    assert_eq!(browser.path, CODE, "there is a second factor already");
    let own = AppSecret::known([3; 20]);
    browser.post("/amt/einrichten/app", &[("code", &own.code(app.now()))]).await;
    browser.open("/amt").await;
    assert_eq!(browser.path, SIGN_IN);

    // nor directly, with the best of sessions
    let identity = app.identity();
    let ctx = app.operator(&app.haltern);
    let halfway = identity::Halfway {
        account: person.account.id,
        kind: identity::AccountKind::Staff,
        at: app.now(),
    };
    let from =
        identity::Whereabouts { client: b"here", address: std::net::IpAddr::from([192, 0, 2, 7]) };
    let refused = identity.set_up_app(&ctx, &halfway, from, &own, &own.code(app.now())).await;
    assert!(matches!(refused, Err(identity::AccountError::Unauthenticated)));
}

#[tokio::test]
async fn a_code_opens_once() {
    let app = TestApp::start().await;
    let person = app.person(&app.haltern, Role::Clerk).await;
    let mut browser = app.browser(&app.haltern);
    app.sign_in(&mut browser, &person).await;
    assert_eq!(browser.path, "/amt");
    // somebody looked over the shoulder and knows the password, too
    let mut other = app.browser(&app.haltern);
    let page = app.sign_in(&mut other, &person).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(shown(&page).contains("gilt nur einmal"), "{}", shown(&page));
    // the one of 30 seconds before is older still
    let earlier = person.secret.code(app.now() - TimeDelta::seconds(30));
    let page = other.post(CODE, &[("code", &earlier)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    app.advance(TimeDelta::seconds(30));
    other.post(CODE, &[("code", &app.app_code(&person))]).await;
    assert_eq!(other.path, "/amt");
}

#[tokio::test]
async fn at_the_same_time_a_code_opens_once_too() {
    let app = TestApp::start().await;
    let person = app.person(&app.haltern, Role::Clerk).await;
    let code = app.app_code(&person);
    let mut tries = Vec::new();
    for _ in 0..6 {
        let mut browser = app.browser(&app.haltern);
        browser.post(SIGN_IN, &[("email", &person.email), ("passwort", PASSWORD)]).await;
        tries.push(browser);
    }
    let tries = tries.into_iter().map(|mut browser| {
        let code = code.clone();
        async move {
            browser.post(CODE, &[("code", &code)]).await;
            browser.path == "/amt"
        }
    });
    let opened = futures::future::join_all(tries).await;
    assert_eq!(opened.into_iter().filter(|opened| *opened).count(), 1);
}

#[tokio::test]
async fn wrong_codes_are_limited_per_account_also_without_limits_per_client() {
    let app = TestApp::start().await;
    let person = app.person(&app.haltern, Role::Clerk).await;
    let mut browser = app.browser(&app.haltern);
    for number in 0..MOST_WRONG {
        // a new session and a new address each time: the account counts
        browser = app.browser(&app.haltern);
        browser.ip = std::net::IpAddr::from([192, 0, 2, u8::try_from(number).expect("small")]);
        browser.post(SIGN_IN, &[("email", &person.email), ("passwort", PASSWORD)]).await;
        let page = if number % 2 == 0 {
            browser.post(CODE, &[("code", "000000")]).await
        } else {
            browser.post(CODE, &[("ersatzcode", "0000-0000-0000")]).await
        };
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let page = browser.post(CODE, &[("code", &app.app_code(&person))]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "also the right one");
    assert_eq!(page.header("retry-after"), "900");
    app.advance(TimeDelta::minutes(15));
    let mut browser = app.browser(&app.haltern);
    app.sign_in(&mut browser, &person).await;
    assert_eq!(browser.path, "/amt");
}

#[tokio::test]
async fn ten_minutes_are_between_the_factors_and_no_more() {
    let app = TestApp::start().await;
    let person = app.person(&app.haltern, Role::Clerk).await;
    let mut browser = app.browser(&app.haltern);
    browser.post(SIGN_IN, &[("email", &person.email), ("passwort", PASSWORD)]).await;
    app.advance(TimeDelta::minutes(10));
    browser.post(CODE, &[("code", &app.app_code(&person))]).await;
    assert_eq!(browser.path, SIGN_IN);
    browser.open("/amt").await;
    assert_eq!(browser.path, SIGN_IN);
}

#[tokio::test]
async fn a_recovery_code_opens_once() {
    let app = TestApp::start().await;
    let (account, code) = app.invited(&app.haltern, Role::Clerk).await;
    let mut browser = app.browser(&app.haltern);
    let page = to_the_app(&mut browser, &code).await;
    let form = Browser::form(&page, "/amt/einrichten/app");
    let page = browser.submit(&form.with("code", &secret_on(&page).code(app.now()))).await;
    let codes = codes_on(&page);
    let sql = app.database.superuser_sql().await;
    let stored: Vec<Vec<u8>> = sqlx::query_scalar("SELECT hash FROM recovery_code")
        .fetch_all(&sql)
        .await
        .expect("the table");
    assert_eq!(stored.len(), 8);

    let mut other = app.browser(&app.haltern);
    let first = [("email", account.profile.email.as_str()), ("passwort", PASSWORD)];
    other.post(SIGN_IN, &first).await;
    let typed = codes[0].to_uppercase().replace('-', " ");
    other.post(CODE, &[("ersatzcode", &typed)]).await;
    assert_eq!(other.path, "/amt");
    let mut third = app.browser(&app.haltern);
    third.post(SIGN_IN, &first).await;
    let page = third.post(CODE, &[("ersatzcode", &codes[0])]).await;
    assert!(shown(&page).contains("schon benutzt"), "{}", shown(&page));
    third.post(CODE, &[("ersatzcode", &codes[1])]).await;
    assert_eq!(third.path, "/amt");
    assert!(shown(&third.open("/amt/konto").await).contains("Übrige Codes: 6"));
}

#[tokio::test]
async fn the_own_page_changes_password_app_and_codes_and_ends_sessions() {
    let app = TestApp::start().await;
    let person = app.person(&app.haltern, Role::Clerk).await;
    let mut browser = app.browser(&app.haltern);
    app.sign_in(&mut browser, &person).await;
    app.advance(TimeDelta::minutes(1));
    let mut phone = app.browser(&app.haltern);
    app.sign_in(&mut phone, &person).await;
    assert_eq!(phone.path, "/amt");

    let page = browser.open("/amt/konto").await;
    assert!(shown(&page).contains("Firefox, Linux") && shown(&page).contains("192.0.2.7"));
    let form = Browser::form(&page, "/amt/konto/sitzung");
    browser.submit(&form).await;
    phone.open("/amt").await;
    assert_eq!(phone.path, SIGN_IN, "ended from the other device");

    // another app: the password first, then its code
    let wrong = browser.post("/amt/konto/app", &[("app-passwort", "falsch")]).await;
    assert!(shown(&wrong).contains("nicht Ihr jetziges Passwort"));
    let page = browser.post("/amt/konto/app", &[("app-passwort", PASSWORD)]).await;
    assert_eq!(browser.path, "/amt/konto/app");
    let secret = secret_on(&page);
    browser.post("/amt/konto/app/fertig", &[("code", &secret.code(app.now()))]).await;
    assert_eq!(browser.path, "/amt/konto/codes");
    browser.post("/amt/konto/codes", &[]).await;
    app.advance(TimeDelta::minutes(1));
    let mut other = app.browser(&app.haltern);
    app.sign_in(&mut other, &person).await;
    assert_eq!(other.path, CODE, "the old app opens nothing");
    let person = Person { secret, ..person };
    other.post(CODE, &[("code", &app.app_code(&person))]).await;
    assert_eq!(other.path, "/amt");

    // another password ends the other session and keeps this one under a new id
    let before = browser.cookies.clone();
    let new = "vier Kraniche im Moor";
    let fields = [("jetziges-passwort", PASSWORD), ("passwort", new), ("wiederholung", new)];
    let page = browser.post("/amt/konto/passwort", &fields).await;
    assert_eq!(page.status, StatusCode::OK, "{}", shown(&page));
    assert!(shown(&page).contains("Das neue Passwort gilt"));
    assert_ne!(browser.cookies, before);
    other.open("/amt").await;
    assert_eq!(other.path, SIGN_IN);
    let refused = other.post(SIGN_IN, &[("email", &person.email), ("passwort", PASSWORD)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);

    let fields = [("codes-passwort", new)];
    let page = browser.post("/amt/konto/neue-codes", &fields).await;
    assert_eq!(codes_on(&page).len(), 8);
    let stolen = browser.clone();
    browser.post("/amt/konto/ueberall-abmelden", &[]).await;
    for mut browser in [browser, stolen] {
        browser.open("/amt").await;
        assert_eq!(browser.path, SIGN_IN);
    }
}
