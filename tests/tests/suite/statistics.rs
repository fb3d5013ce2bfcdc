//! Counts without people: what is counted and what is not, and that no small number can be seen or worked out.

use axum::body::Body;
use chrono::TimeDelta;
use http::Request;
use kernel::{Role, retention::Category};
use sea_orm::sqlx;
use serde_json::{Value, json};
use tests::{Browser, TestApp, html};

use crate::portal;

const TIMES: &str = "/termine?anliegen=personalausweis:1";

/// Opens a page with headers, `times` times.
async fn look(app: &TestApp, method: &str, path: &str, headers: &[(&str, &str)], times: u32) {
    for _ in 0..times {
        let mut request =
            Request::builder().method(method).uri(path).header("host", &app.haltern.host);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = app.send(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("set-cookie"), "", "counting takes no cookie");
    }
}

/// What is counted of a step.
async fn counted(app: &TestApp, step: &str) -> i64 {
    app.flush_statistics().await;
    let sql = app.database.superuser_sql().await;
    let text = "SELECT coalesce(sum(count), 0)::bigint FROM usage_count WHERE step = $1";
    sqlx::query_scalar(text).bind(step).fetch_one(&sql).await.expect("a number")
}

async fn usage(app: &TestApp, weeks: u32) -> Value {
    let sid = app.office_browser(&app.haltern, Role::OfficeManager).await.cookies["sid"].clone();
    let query = "query($weeks: Int!) { usageStatistics(weeks: $weeks) { from to starts
        services { serviceId times details booked } days { date times booked } parts { part times booked } } }";
    let answer =
        app.graphql_with_cookie(&app.haltern, &sid, query, json!({ "weeks": weeks })).await;
    answer.data("usageStatistics")
}

#[tokio::test]
async fn steps_are_counted_and_nobody_is_in_it() {
    let app = TestApp::start().await;
    look(&app, "GET", "/", &[], 3).await;
    look(&app, "GET", TIMES, &[], 7).await;
    assert_eq!(counted(&app, "start").await, 3);
    assert_eq!(counted(&app, "times").await, 7);
    look(&app, "GET", TIMES, &[], 2).await;
    assert_eq!(counted(&app, "times").await, 9, "added to what was there");
    let sql = app.database.superuser_sql().await;
    let rows: Vec<Value> = sqlx::query_scalar("SELECT to_jsonb(u) FROM usage_count u")
        .fetch_all(&sql)
        .await
        .expect("rows");
    assert_eq!(rows.len(), 2, "one row per count, however often: {rows:?}");
    let columns: Vec<_> = rows[0].as_object().expect("a row").keys().cloned().collect();
    assert_eq!(columns, ["count", "day", "part", "service_id", "step", "tenant_id"]);
}

#[tokio::test]
async fn a_booking_is_counted_step_by_step() {
    let app = TestApp::start().await;
    let mut browser = app.browser(&app.haltern);
    let review = portal::checked(&mut browser).await;
    browser.submit(&Browser::form(&review, "/buchen")).await;
    assert!(browser.path.starts_with("/bestaetigung"), "{}", browser.path);
    for step in ["times", "details", "booked"] {
        assert!(counted(&app, step).await >= 1, "{step}");
    }
    assert_eq!(counted(&app, "booked").await, 1);
}

#[tokio::test]
async fn who_objects_and_who_is_nobody_is_not_counted() {
    let app = TestApp::start().await;
    look(&app, "GET", TIMES, &[("sec-gpc", "1")], 2).await;
    look(&app, "HEAD", TIMES, &[], 2).await;
    look(&app, "GET", TIMES, &[("sec-purpose", "prefetch;prerender")], 2).await;
    look(&app, "GET", TIMES, &[("user-agent", "Mozilla/5.0 (compatible; Examplebot/2.1)")], 2)
        .await;
    assert_eq!(counted(&app, "times").await, 0);
    look(&app, "GET", TIMES, &[("sec-gpc", "0")], 1).await;
    assert_eq!(counted(&app, "times").await, 1);
}

#[tokio::test]
async fn an_objection_is_a_setting_of_the_session_that_is_there() {
    let app = TestApp::start().await;
    let mut browser = app.browser(&app.haltern);
    let notice = browser.open("/datenschutz").await.text();
    assert!(!notice.contains("/datenschutz/zaehlen"), "without a session nothing could be kept");
    assert!(notice.contains("Global Privacy Control"), "but there is a way");
    let none = browser.post("/datenschutz/zaehlen", &[("zaehlen", "nein")]).await;
    assert_eq!(none.header("set-cookie"), "", "and no session begins for it");

    browser.post("/sprache", &[("sprache", "de"), ("zurueck", "/")]).await;
    assert!(!browser.cookies.is_empty(), "a setting has begun the session");
    let notice = browser.open("/datenschutz").await.text();
    assert!(notice.contains("Mich nicht mitzählen"), "{notice}");
    browser.post("/datenschutz/zaehlen", &[("zaehlen", "nein")]).await;
    let before = counted(&app, "times").await;
    browser.open(TIMES).await;
    assert_eq!(counted(&app, "times").await, before, "objected");
    let notice = html::text(&browser.open("/datenschutz").await.text());
    assert!(notice.contains("nicht mitgezählt"), "{notice}");
    browser.post("/datenschutz/zaehlen", &[("zaehlen", "ja")]).await;
    browser.open(TIMES).await;
    assert_eq!(counted(&app, "times").await, before + 1, "taken back");
}

#[tokio::test]
async fn an_objection_that_is_kept_with_the_account_holds_in_every_browser() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let address = "konto@example.org";
    let password = "drei Pferde am Silbersee";
    app.citizen(town, address, Some(password)).await;
    let sign_in = async || {
        let mut browser = app.browser(town);
        let form = Browser::form(&browser.open("/konto/anmelden").await, "/konto/anmelden");
        browser.submit(&form.with("email", address).with("passwort", password)).await;
        assert_eq!(browser.path, "/konto", "signed in");
        browser
    };
    let mut first = sign_in().await;
    let before = counted(&app, "times").await;
    first.open(TIMES).await;
    assert_eq!(counted(&app, "times").await, before + 1);
    let objects = [("gegen", "statistik")];
    let page = first.post("/konto/daten/widerspruch", &objects).await;
    assert!(page.text().contains("Sie werden nicht mehr mitgezählt"), "{}", page.text());
    first.open(TIMES).await;
    let mut second = sign_in().await;
    second.open(TIMES).await;
    assert_eq!(counted(&app, "times").await, before + 1, "neither here nor in another browser");
    first.post("/konto/daten/widerspruch", &[("gegen", "statistik"), ("wieder", "1")]).await;
    first.open(TIMES).await;
    sign_in().await.open(TIMES).await;
    assert_eq!(counted(&app, "times").await, before + 3, "taken back");
}

#[tokio::test]
async fn an_objection_that_is_kept_with_an_appointment_holds_where_it_is_opened() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let booked = app.an_appointment(town).await;
    let choose =
        "mutation($input: ChooseForMyDataInput!) { chooseForMyData(input: $input) { choice } }";
    let input =
        |choice: &str| json!({ "input": { "choice": choice, "manageToken": booked.manage_token } });
    app.graphql(town, choose, input("STOP_ANALYSIS")).await.data("chooseForMyData");
    let mut browser = app.browser(town);
    let before = counted(&app, "times").await;
    browser.open(TIMES).await;
    assert_eq!(counted(&app, "times").await, before + 1, "nobody knows who it is");
    browser.post("/termin", &[("code", booked.manage_token.as_str())]).await;
    browser.open(TIMES).await;
    assert_eq!(counted(&app, "times").await, before + 1, "now one does");
    let copy = "query($t: String) { myData(manageToken: $t) { data } }";
    let copy =
        app.graphql(town, copy, json!({ "t": booked.manage_token })).await.data("myData/data");
    assert!(copy["data"]["appointments"][0]["uncountedSince"].is_string(), "{copy}");
}

/// All numbers in an answer.
fn numbers(value: &Value) -> Vec<u64> {
    match value {
        Value::Number(number) => number.as_u64().into_iter().collect(),
        Value::Array(all) => all.iter().flat_map(numbers).collect(),
        Value::Object(all) => all.values().flat_map(numbers).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn small_numbers_and_today_are_shown_to_nobody() {
    let app = TestApp::start().await;
    look(&app, "GET", "/", &[], 17).await;
    look(&app, "GET", TIMES, &[], 13).await;
    look(&app, "GET", "/termine?anliegen=reisepass:1", &[], 4).await;
    app.flush_statistics().await;
    let today = usage(&app, 4).await;
    assert_eq!(today["starts"], Value::Null, "a day that is not over is not shown");
    assert_eq!(today["services"], json!([]));

    app.advance(TimeDelta::days(1));
    let shown = usage(&app, 4).await;
    assert_eq!(shown["starts"], 15, "rounded down");
    for number in numbers(&shown) {
        assert!(number >= 5 && number % 5 == 0, "{number} in {shown}");
    }
    let services = shown["services"].as_array().expect("services");
    assert_eq!(services.len(), 2);
    let passport = app.service(&app.haltern, "Reisepass").await;
    let of = |id: &str| services.iter().find(|one| one["serviceId"] == *id).expect("counted");
    assert_eq!(of(&passport)["times"], Value::Null, "four are too few");
    // 13 and 4 make 17: a total of 15 beside a shown 10 says no more than that the rest is nought to four or nine
    assert_eq!(shown["days"].as_array().expect("days").len(), 28);
    assert_eq!(
        usage(&app, 3).await["days"].as_array().expect("days").len(),
        28,
        "no span of one's own"
    );

    let mut browser = app.office_browser(&app.haltern, Role::DataProtectionOfficer).await;
    let page = browser.open("/amt/statistik?wochen=12").await.text();
    assert!(page.contains("<svg") && page.contains("weniger als 5"), "{page}");
    for exact in [4, 13, 17] {
        assert!(!page.contains(&format!("<td>{exact}</td>")), "nothing exact: {page}");
    }
}

#[tokio::test]
async fn counts_end_after_three_years() {
    let app = TestApp::start().await;
    look(&app, "GET", "/", &[], 6).await;
    app.flush_statistics().await;
    app.advance(TimeDelta::days(3 * 365));
    assert_eq!(app.housekeeping_report().await.get(&Category::Statistics), None);
    app.advance(TimeDelta::days(3));
    assert_eq!(app.housekeeping_report().await.get(&Category::Statistics), Some(&1));
}

#[tokio::test]
async fn no_page_waits_for_the_count() {
    let app = TestApp::start().await;
    look(&app, "GET", "/", &[], 1).await;
    let sql = app.database.superuser_sql().await;
    // whoever wrote with the request would wait here
    let mut held = sql.begin().await.expect("a transaction");
    sqlx::query("LOCK TABLE usage_count IN ACCESS EXCLUSIVE MODE")
        .execute(&mut *held)
        .await
        .expect("locked");
    look(&app, "GET", TIMES, &[], 5).await;
    held.rollback().await.expect("given back");
    assert_eq!(counted(&app, "times").await, 5);
}
