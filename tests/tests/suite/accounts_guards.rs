//! What keeps an account its owner's: codes, sessions, and that nobody learns whether there is one.

use chrono::TimeDelta;
use http::StatusCode;
use identity::accounts;
use redis::AsyncCommands;
use secrecy::ExposeSecret;
use serde_json::json;
use tests::{Answer, Browser, TestApp, Town, citizens::PASSWORD, database::redis_url, html};

const ERIKA: &str = "erika@example.org";
const NOBODY: &str = "niemand@example.org";

fn text(answer: &Answer) -> String {
    html::text(&answer.text())
}

async fn asks_to_register(app: &TestApp, town: &Town, email: &str) -> Answer {
    let fields = [
        ("firstName", "Erika"),
        ("lastName", "Mustermann"),
        ("email", email),
        ("phone", "0151 23456789"),
    ];
    app.browser(town).post("/konto/registrieren", &fields).await
}

async fn asks_for_code(app: &TestApp, town: &Town, email: &str) -> Answer {
    app.browser(town).post("/konto/anmelden", &[("email", email), ("aktion", "code")]).await
}

/// A code to sign in with.
async fn code(app: &TestApp, town: &Town) -> String {
    asks_for_code(app, town, ERIKA).await;
    app.code_for(ERIKA).await
}

/// What became of pressing the button with a code.
async fn with_code(browser: &mut Browser<'_>, code: &str) -> Answer {
    browser.post("/konto/code", &[("code", code), ("ja", "ja")]).await
}

/// One of the ways in which one can ask for a mail.
type Asking = for<'a> fn(
    &'a TestApp,
    &'a Town,
    &'a str,
) -> std::pin::Pin<Box<dyn Future<Output = Answer> + 'a>>;

#[tokio::test]
async fn nobody_learns_whether_there_is_an_account() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    app.citizen(town, ERIKA, Some(PASSWORD)).await;
    let ways: [Asking; 2] = [
        |app, town, email| Box::pin(asks_to_register(app, town, email)),
        |app, town, email| Box::pin(asks_for_code(app, town, email)),
    ];
    for ask in ways {
        let mut seen = Vec::new();
        for email in [ERIKA, NOBODY] {
            let before = app.rows().await;
            let answer = ask(&app, town, email).await;
            app.flush_access_log().await;
            let after = app.rows().await;
            let written: Vec<_> = after
                .iter()
                .zip(&before)
                .filter(|((table, _), _)| table != "public.access_log")
                .map(|((table, after), (_, before))| (table.clone(), after - before))
                .filter(|(_, rows)| *rows != 0)
                .collect();
            seen.push((answer.status, answer.text(), written));
        }
        assert_eq!(seen[0], seen[1]);
        assert!(!seen[0].2.is_empty(), "something is written");
    }
    app.run_jobs().await;
    assert_eq!(app.mails_to(ERIKA).len(), 3, "registered, registered again, a code");
    let told =
        app.mails_to(ERIKA).into_iter().find(|mail| mail.subject.contains("schon ein Konto"));
    assert!(told.expect("a mail").text.contains("Guten Tag,"), "no word that somebody typed");
    assert_eq!(app.mails_to(NOBODY).len(), 1, "the code to register; none to sign in");

    // a wrong password says the same, too
    let mut answers = Vec::new();
    for email in [ERIKA, NOBODY] {
        let fields = [("email", email), ("passwort", "falsch und geheim")];
        let page = app.browser(town).post("/konto/anmelden", &fields).await;
        answers.push((page.status, text(&page)));
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn nobodys_mailbox_is_filled() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    for _ in 0..8 {
        let answer = asks_to_register(&app, town, NOBODY).await;
        assert_eq!(answer.status, StatusCode::OK, "the same answer");
    }
    app.run_jobs().await;
    assert_eq!(app.mails_to(NOBODY).len(), 5);
    app.advance(TimeDelta::minutes(61));
    asks_to_register(&app, town, NOBODY).await;
    app.run_jobs().await;
    assert_eq!(app.mails_to(NOBODY).len(), 6);
}

#[tokio::test]
async fn a_code_opens_once_in_time_here_and_for_what_it_is() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let account = app.citizen(town, ERIKA, None).await;

    let used = code(&app, town).await;
    let mut browser = app.browser(town);
    with_code(&mut browser, &used).await;
    assert_eq!(browser.path, "/konto");
    let over = code(&app, town).await;
    app.advance(TimeDelta::minutes(10));
    let elsewhere = code(&app, town).await;
    let register = {
        asks_to_register(&app, town, NOBODY).await;
        app.code_for(NOBODY).await
    };
    for (code, town) in [
        (&used, town),
        (&over, town),
        (&elsewhere, &app.musterstadt),
        (&register, &app.musterstadt),
    ] {
        let mut browser = app.browser(town);
        let refused = with_code(&mut browser, code).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", text(&refused));
        assert!(browser.cookies.is_empty());
    }
    // of another purpose, where the page cannot choose: by the API
    let sign_in = "mutation($code: String!) { signIn(input: { code: $code }) { account { id } } }";
    let refused = app.graphql(town, sign_in, json!({ "code": register })).await;
    assert_eq!(refused.code(), "BAD_INPUT");
    let confirm =
        "mutation($code: String!) { confirmAccount(input: { code: $code }) { account { id } } }";
    let refused = app.graphql(town, confirm, json!({ "code": elsewhere })).await;
    assert_eq!(refused.code(), "BAD_INPUT");

    // two at once: one of them
    let mut browsers = (app.browser(town), app.browser(town));
    let both = futures::join!(
        with_code(&mut browsers.0, &elsewhere),
        with_code(&mut browsers.1, &elsewhere)
    );
    let opened = [both.0.status, both.1.status].iter().filter(|status| status.is_success()).count();
    assert_eq!(opened, 1);
    assert_eq!(account.kind.key(), "citizen");
}

#[tokio::test]
async fn signing_in_gives_a_new_session_id_and_a_planted_one_opens_nothing() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    app.citizen(town, ERIKA, Some(PASSWORD)).await;
    // a session that somebody else began and planted
    let mut attacker = app.browser(town);
    attacker.post("/sprache", &[("sprache", "en"), ("zurueck", "/")]).await;
    let planted = attacker.cookies["sid"].clone();
    let mut victim = app.browser(town);
    victim.cookies.insert("sid".to_owned(), planted.clone());
    victim.post("/konto/anmelden", &[("email", ERIKA), ("passwort", PASSWORD)]).await;
    assert_eq!(victim.path, "/konto");
    assert_ne!(victim.cookies["sid"], planted);
    attacker.cookies.insert("sid".to_owned(), planted);
    attacker.open("/konto").await;
    assert_eq!(attacker.path, "/konto/anmelden");
    // nor is a session of one municipality one of another
    let mut elsewhere = app.browser(&app.musterstadt);
    elsewhere.cookies.insert("sid".to_owned(), victim.cookies["sid"].clone());
    elsewhere.open("/konto").await;
    assert_eq!(elsewhere.path, "/konto/anmelden");
}

#[tokio::test]
async fn signing_out_everywhere_holds_also_when_redis_keeps_a_session() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let account = app.citizen(town, ERIKA, None).await;
    let mut stolen = app.signed_in(town, &account).await;
    assert!(text(&stolen.open("/konto").await).contains("Erika"));
    let ctx = app.operator(town);
    let tx = app.begin(&ctx).await;
    accounts::sign_out_everywhere(&ctx, &tx, account.id).await.expect("written");
    tx.commit().await.expect("committed");
    assert_eq!(app.identity().sessions.of_account(&ctx, account.id).await.expect("Redis").len(), 1);
    stolen.open("/konto").await;
    assert_eq!(stolen.path, "/konto/anmelden");
    let viewer = app
        .graphql_with_cookie(town, &stolen.cookies["sid"], "{ viewer { signedIn } }", json!({}))
        .await;
    assert_eq!(viewer.data("viewer/signedIn"), false);
}

#[tokio::test]
async fn one_cannot_give_a_strangers_address_to_ones_account() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let attacker = app.citizen(town, "angreifer@example.org", None).await;
    app.citizen(town, ERIKA, None).await;
    let mut browser = app.signed_in(town, &attacker).await;

    // an address with an account: the same answer, and its owner hears
    let free = browser.post("/konto/adresse", &[("email", NOBODY)]).await;
    let taken = browser.post("/konto/adresse", &[("email", ERIKA)]).await;
    assert_eq!((free.status, text(&free)), (taken.status, text(&taken)));
    app.run_jobs().await;
    assert!(app.mails_to(ERIKA)[0].subject.contains("schon ein Konto"));

    // the stranger who opens the mail gives nothing away
    let code = app.code_for(NOBODY).await;
    let mut stranger = app.browser(town);
    let page = stranger.post("/konto/code", &[("code", &code)]).await;
    assert!(!page.text().contains("name=\"ja\""), "there is no button: {}", text(&page));
    with_code(&mut stranger, &code).await;
    let other = app.citizen(town, "max@example.org", None).await;
    let mut other = app.signed_in(town, &other).await;
    let refused = with_code(&mut other, &code).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", text(&refused));
    // it still is the attacker's own to use
    with_code(&mut browser, &code).await;
    assert!(text(&browser.open("/konto").await).contains(NOBODY));
}

#[tokio::test]
async fn who_is_signed_in_elsewhere_cannot_be_changed_by_forms_of_other_sites() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let account = app.citizen(town, ERIKA, None).await;
    let browser = app.signed_in(town, &account).await;
    for path in ["/konto/abmelden", "/konto/loeschen", "/konto/passwort", "/konto/sitzungen"] {
        let request = http::Request::post(path)
            .header("host", &town.host)
            .header("origin", "http://evil.example")
            .header("cookie", format!("sid={}", browser.cookies["sid"]))
            .header("content-type", "application/x-www-form-urlencoded");
        let answer = app.send(request.body("aktion=alle".into()).expect("a request")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(app.rows_of("account").await, 1);
}

#[tokio::test]
async fn a_locked_account_opens_nothing() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let account = app.citizen(town, ERIKA, Some(PASSWORD)).await;
    let code = code(&app, town).await;
    let sql = app.database.superuser_sql().await;
    let lock = "UPDATE account SET state = 'locked'";
    sea_orm::sqlx::query(lock).execute(&sql).await.expect("locked");
    let mut browser = app.signed_in(town, &account).await;
    browser.open("/konto").await;
    assert_eq!(browser.path, "/konto/anmelden");
    let mut browser = app.browser(town);
    let refused = with_code(&mut browser, &code).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("email", ERIKA), ("passwort", PASSWORD)];
    let refused = browser.post("/konto/anmelden", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_an_account_knows_is_in_no_copy() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let fields = [
        ("firstName", "Kanarina"),
        ("lastName", "Vogelsang"),
        ("email", "kanarina.vogelsang@example.org"),
        ("phone", "0151 98765432"),
    ];
    let mut browser = app.browser(town);
    browser.post("/konto/registrieren", &fields).await;
    let register = app.code_for("kanarina.vogelsang@example.org").await;
    let more = [("code", register.as_str()), ("ja", "ja"), ("passwort", PASSWORD)];
    browser.post("/konto/code", &more).await;
    assert!(text(&browser.open("/konto").await).contains("Kanarina"));
    browser
        .post("/konto/anmelden", &[("email", "kanarina.vogelsang@example.org"), ("aktion", "code")])
        .await;
    browser.post("/konto/adresse", &[("email", "neu.kanarina@example.org")]).await;
    let change = app.code_for("neu.kanarina@example.org").await;
    for path in ["/konto/angaben", "/konto/sitzungen", "/konto/anmeldungen", "/konto/passwort"] {
        let page = browser.open(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
    }
    app.flush_access_log().await;

    let dump = app.database.dump().await;
    let log = tests::logged();
    let redis = redis_of(&app).await;
    assert!(dump.contains("argon2id") && !redis.is_empty(), "the copies see something");
    let hexadecimal = |text: &str| db::signature::hex(text.as_bytes());
    let needles = ["Kanarina", "Vogelsang", "98765432", "Silbersee", &register, &change];
    for needle in needles {
        for form in [needle.to_owned(), needle.to_lowercase()] {
            assert!(!dump.contains(&form) && !dump.contains(&hexadecimal(&form)), "{form}: dump");
            let line = log.lines().find(|line| line.contains(&form));
            assert!(line.is_none(), "{form} is in the log: {line:?}");
            for (key, value) in &redis {
                let plain = String::from_utf8_lossy(value);
                assert!(!key.contains(&form) && !plain.contains(&form), "{form}: {key}");
            }
        }
    }
}

#[tokio::test]
async fn the_notice_says_what_the_code_does() {
    let app = TestApp::start().await;
    let notice = text(&app.get(&app.haltern.host, "/datenschutz").await);
    let days = identity::sign_in::history::KEPT.num_days();
    assert!(notice.contains(&format!("Logins löschen wir nach {days} Tagen")), "{notice}");
    let months = identity::citizens::UNUSED_MONTHS;
    assert!(notice.contains(&format!("{months} Monate lang nicht benutzen")), "{notice}");
    let before = format!("schreiben Ihnen {} Tage vorher", identity::citizens::WARNED_DAYS);
    assert!(notice.contains(&before) && notice.contains("oder sich anmelden"), "{notice}");
}

/// Everything in Redis that belongs to the test's municipalities.
async fn redis_of(app: &TestApp) -> Vec<(String, Vec<u8>)> {
    let client = redis::Client::open(redis_url().expose_secret()).expect("an address");
    let mut redis = client.get_multiplexed_async_connection().await.expect("Redis answers");
    let keys: Vec<String> = redis.keys(format!("*{}*", app.haltern.id)).await.expect("keys");
    let mut found = Vec::new();
    for key in keys {
        let value = redis::cmd("DUMP").arg(&key).query_async(&mut redis).await;
        found.push((key, value.unwrap_or_default()));
    }
    found
}
