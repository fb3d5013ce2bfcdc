//! The notice is true: what is stored, for whom, how long, and what a copy shows.

use axum::body::Body;
use chrono::TimeDelta;
use http::Request;
use redis::AsyncCommands;
use sea_orm::sqlx;
use secrecy::ExposeSecret;
use serde_json::json;
use tests::{Setup, TestApp, database::redis_url, html, towns};

const PAGES: [&str; 9] = [
    "/",
    "/?q=ausweis",
    "/termine",
    "/termin",
    "/datenschutz",
    "/impressum",
    "/barrierefreiheit",
    "/nowhere",
    "/healthz",
];

/// Rows of every table that are there.
async fn rows(app: &TestApp) -> Vec<(String, i64)> {
    let sql = app.database.superuser_sql().await;
    let mut counted = Vec::new();
    for table in tests::database::tables(&sql).await {
        let n: i64 =
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}")))
                .fetch_one(&sql)
                .await
                .expect("a number");
        counted.push((table, n));
    }
    counted
}

/// Everything in Redis that belongs to the test's municipalities.
async fn redis_of(app: &TestApp) -> Vec<(String, Vec<u8>)> {
    let client = redis::Client::open(redis_url().expose_secret()).expect("an address");
    let mut connection = client.get_multiplexed_async_connection().await.expect("Redis answers");
    let keys: Vec<String> = connection.keys("*").await.expect("keys");
    let mut found = Vec::new();
    for key in keys {
        if [&app.haltern, &app.musterstadt].iter().any(|town| key.contains(&town.id.to_string())) {
            let value: Vec<u8> =
                redis::cmd("DUMP").arg(&key).query_async(&mut connection).await.unwrap_or_default();
            found.push((key, value));
        }
    }
    found
}

#[tokio::test]
async fn reading_pages_sets_no_cookie_and_keeps_nothing_but_the_access_log() {
    let app = TestApp::start().await;
    let before = rows(&app).await;
    let mut browser = app.browser(&app.haltern);
    for path in PAGES {
        let answer = browser.open(path).await;
        assert_eq!(answer.header("set-cookie"), "", "{path}");
    }
    let service = app.service(&app.haltern, "Personalausweis").await;
    app.slots(&app.haltern, &service, "2026-12-08", "2026-12-09").await;
    app.flush_access_log().await;
    let mut after = rows(&app).await;
    let log = after.iter().position(|(table, _)| table == "public.access_log").expect("the table");
    assert!(after[log].1 > before[log].1, "the access log is written");
    after[log].1 = before[log].1;
    assert_eq!(after, before);
    assert!(redis_of(&app).await.is_empty(), "a session without anything to remember");
}

#[tokio::test]
async fn no_page_makes_a_browser_ask_anybody_else() {
    let app = TestApp::start().await;
    let mut browser = app.browser(&app.haltern);
    for path in PAGES {
        let page = browser.open(path).await.text();
        let linked = html::links(&page);
        for address in html::addresses(&page) {
            let own = address.starts_with('/') && !address.starts_with("//");
            let harmless = own
                || ["#", "?", "tel:", "mailto:"].iter().any(|kind| address.starts_with(kind))
                || address.is_empty();
            // links may lead elsewhere when a person follows them; nothing may be loaded from there
            assert!(harmless || linked.contains(&address), "{path} loads {address}");
        }
        if let Some(sheet) =
            html::addresses(&page).into_iter().find(|address| address.contains("app.css"))
        {
            let css = app.get(&app.haltern.host, &sheet).await.text();
            for url in css.split("url(").skip(1) {
                let url = url.trim_start_matches(['"', '\'']);
                let address = url.split(['"', '\'', ')']).next().unwrap_or_default();
                assert!(
                    address.starts_with("data:") || !address.contains("//"),
                    "{sheet}: {address:.60}"
                );
            }
            assert!(!css.contains("@import"), "{sheet}");
        }
    }
}

#[tokio::test]
async fn the_access_log_has_the_ten_fields_and_no_more() {
    let app = TestApp::start().await;
    let request = Request::get("/termine?anliegen=geheim&name=Canary#x")
        .header("host", &app.haltern.host)
        .header("referer", "https://www.haltern.de/rathaus/seite?token=geheim")
        .header("accept-language", "de-DE,de;q=0.9,en;q=0.1")
        .header(
            "user-agent",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
        );
    let answer = app
        .send_from([198, 51, 100, 23].into(), request.body(Body::empty()).expect("a request"))
        .await;
    app.flush_access_log().await;
    let sql = app.database.superuser_sql().await;
    let row: serde_json::Value = sqlx::query_scalar("SELECT to_jsonb(a) FROM access_log a")
        .fetch_one(&sql)
        .await
        .expect("one row");
    let row = row.as_object().expect("a row");
    assert_eq!(row.len(), 2 + 10, "tenant, id and ten fields: {row:?}");
    assert_eq!(row["ip"], "198.51.100.23");
    assert_eq!(row["path"], "/termine");
    assert_eq!(row["status"].as_u64(), Some(answer.status.as_u16().into()));
    assert_eq!(row["bytes"].as_u64(), Some(answer.body.len() as u64));
    assert_eq!(row["referrer"], "https://www.haltern.de");
    assert_eq!(row["utc_offset"], "+0100");
    assert!(row["browser"].as_str().expect("text").contains("Firefox"));
    assert!(row["system"].as_str().expect("text").contains("Windows"));
    assert!(row["language"].as_str().expect("text").starts_with("de"));
    assert!(!format!("{row:?}").contains("geheim") && !format!("{row:?}").contains("Canary"));
}

#[tokio::test]
async fn headers_cannot_break_the_access_log() {
    let app = TestApp::start().await;
    for bad in [
        "\u{e9}\u{1f600}",
        "' ; DROP TABLE access_log; --",
        &"x".repeat(7_000),
        "%00%0a",
        "Mozilla\t/5.0",
    ] {
        let request = Request::get(format!("/{}", "langer-pfad/".repeat(100)))
            .header("host", &app.haltern.host)
            .header("referer", bad.as_bytes())
            .header("user-agent", bad.as_bytes())
            .header("accept-language", bad.as_bytes());
        app.send(request.body(Body::empty()).expect("a request")).await;
    }
    app.flush_access_log().await;
    let sql = app.database.superuser_sql().await;
    let n: i64 = sqlx::query_scalar("SELECT count(*) FROM access_log")
        .fetch_one(&sql)
        .await
        .expect("a number");
    assert_eq!(n, 5);
}

#[tokio::test]
async fn what_a_person_enters_is_in_no_copy() {
    let app = TestApp::start().await;
    // words that occur nowhere else
    let canary = json!({
        "firstName": "Kanarina", "lastName": "Vogelsang-Zwitscher", "email": "kanarina.vogelsang@example.org",
        "phone": "0151 98765432", "street": "Kanarienweg 77", "postalCode": "45721", "city": "Vogelhausen",
        "birthDate": "1961-07-23",
    });
    let needles = [
        "Kanarina",
        "Vogelsang",
        "Zwitscher",
        "kanarina.vogelsang",
        "98765432",
        "Kanarienweg",
        "Vogelhausen",
        "1961-07-23",
        "23.07.1961",
    ];
    let town = &app.haltern;
    let slots = app.free(town).await;
    let mine = app.booked(town, &slots[0], canary).await;
    let mut browser = app.browser(town);
    browser.post("/termin", &[("code", &mine.manage_token)]).await;
    app.run_jobs().await;
    assert!(
        app.outbox().iter().any(|sent| sent.text.contains("Vogelsang")),
        "the office gets what was entered"
    );
    app.flush_access_log().await;

    let dump = app.database.dump().await;
    let hexadecimal = |text: &str| db::signature::hex(text.as_bytes());
    let log = tests::logged();
    let redis = redis_of(&app).await;
    assert!(!redis.is_empty(), "the session is in Redis");
    assert!(
        dump.contains(&mine.reference.replace([' ', '-'], "")) || dump.contains(&mine.reference),
        "the dump sees rows"
    );
    let token = mine.manage_token.as_str();
    for needle in needles.into_iter().chain([token]) {
        for form in [needle.to_owned(), needle.to_lowercase()] {
            assert!(
                !dump.contains(&form) && !dump.contains(&hexadecimal(&form)),
                "{form} is in a copy of the database"
            );
            assert!(
                !log.contains(&form),
                "{form} is in the log: {:?}",
                log.lines().find(|line| line.contains(&form))
            );
            for (key, value) in &redis {
                let plain = String::from_utf8_lossy(value);
                assert!(
                    !key.contains(&form) && !plain.contains(&form),
                    "{form} is in Redis at {key}"
                );
            }
        }
    }
}

#[tokio::test]
async fn the_notice_names_everybody_and_every_field() {
    let app = TestApp::start().await;
    let page = html::text(&app.get(&app.haltern.host, "/datenschutz").await.text());
    for fact in [
        "Dr.-Conrads-Straße 1",
        "buergerbuero@haltern.de",
        "Bentjen Software GmbH",
        "Mittwald CM Service",
        "1&1 Internet SE",
        "1blu AG",
        "LOX24 GmbH",
        "Art. 6",
        "Session-ID",
    ] {
        assert!(page.contains(fact), "{fact} is missing");
    }
    let notice = app
        .graphql(&app.haltern, "{ privacyNotice(locale: EN) { version locale } }", json!({}))
        .await;
    assert_eq!(notice.data("privacyNotice/locale"), "EN");
    let other = html::text(&app.get(&app.musterstadt.host, "/datenschutz").await.text());
    assert!(
        !other.contains("Haltern") && !other.contains("Bentjen"),
        "each municipality has its own"
    );
}

#[tokio::test]
async fn a_recipient_that_moved_makes_a_new_version() {
    let app = TestApp::start().await;
    let version = async || {
        let answer = app.graphql(&app.haltern, "{ privacyNotice { version } }", json!({})).await;
        answer.data("privacyNotice/version").as_i64().expect("a number")
    };
    assert_eq!(version().await, 1);
    app.apply(towns::haltern()).await;
    assert_eq!(version().await, 1, "the same file changes nothing");

    let mut changed = towns::haltern();
    // another one would have to be announced (see `recipients`)
    changed["recipients"][0]["street"] = "Neuer Ring 1".into();
    app.apply(changed).await;
    assert_eq!(version().await, 2);
    let page = html::text(&app.get(&app.haltern.host, "/datenschutz").await.text());
    assert!(page.contains("Neuer Ring 1"), "{page}");
    let old = html::text(&app.get(&app.haltern.host, "/datenschutz?version=1").await.text());
    assert!(
        old.contains("Bentjen") && !old.contains("Neuer Ring"),
        "earlier versions stay readable"
    );
}

#[tokio::test]
async fn a_channel_needs_its_recipient() {
    let mut without = towns::haltern();
    without["recipients"]
        .as_array_mut()
        .expect("a list")
        .retain(|entry| entry["role"].as_str() != Some("sms"));
    let refused = Setup::new().haltern(without).try_start().await;
    let problems = refused.expect_err("refused").to_lowercase();
    assert!(problems.contains("sms"), "{problems}");
}

#[tokio::test]
async fn what_is_due_is_deleted() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let slots = app.free(town).await;
    app.booked(town, &slots[0], tests::booking::erika()).await;
    app.held(town, &slots[1]).await;
    app.run_jobs().await;
    app.flush_access_log().await;
    app.advance(TimeDelta::days(1 + 7 + 31));
    app.housekeeping().await;
    let left: Vec<_> =
        rows(&app).await.into_iter().filter(|(_, n)| *n > 0).map(|(table, _)| table).collect();
    for table in [
        "public.appointment",
        "public.appointment_item",
        "public.customer",
        "keys.subject_key",
        "public.reservation",
        "public.live_time",
        "public.message",
        "public.access_log",
    ] {
        assert!(!left.contains(&table.to_owned()), "{table} still has rows");
    }
    assert!(left.contains(&"public.service".to_owned()));
}

#[tokio::test]
async fn a_suspended_municipality_keeps_nothing_longer() {
    let app = TestApp::start().await;
    app.an_appointment(&app.haltern).await;
    app.run_jobs().await;
    let sql = app.database.superuser_sql().await;
    sqlx::query("UPDATE tenant SET state = 'suspended'").execute(&sql).await.expect("suspended");
    app.reload_directory().await;
    assert_eq!(app.get(&app.haltern.host, "/").await.status, 503);
    app.advance(TimeDelta::days(40));
    app.housekeeping().await;
    let left = rows(&app).await;
    for table in ["public.appointment", "public.customer", "keys.subject_key", "public.message"] {
        assert!(left.contains(&(table.to_owned(), 0)), "{table} still has rows");
    }
}
