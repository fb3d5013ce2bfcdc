//! The copy is whole, is nobody else's, and follows the schema that is published.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use kernel::inventory::{Store, Whose};
use sea_orm::sqlx::{self, AssertSqlSafe, Row};
use serde_json::{Value, json};
use tests::{Answer, Browser, TestApp, booking::erika, citizens};

use super::{CANARY, GUEST, MY_DATA, by_code, by_mail, copy_by_token, two_appointments};

/// Tables with people's data, and which of their rows are Erika's: `$1` is her appointments, `$2` her account.
const HERS: [(&str, &str); 10] = [
    ("customer", "subject_id IN (SELECT subject_id FROM appointment WHERE id = ANY ($1))"),
    ("appointment", "id = ANY ($1)"),
    ("appointment_item", "appointment_id = ANY ($1)"),
    ("appointment_event", "appointment_id = ANY ($1)"),
    ("account_appointment", "appointment_id = ANY ($1)"),
    ("message", "appointment_id = ANY ($1)"),
    ("account", "id = $2"),
    ("account_code", "account_id = $2"),
    ("sign_in", "account_id = $2"),
    ("sign_in_address", "sign_in_id IN (SELECT id FROM sign_in WHERE account_id = $2)"),
];

/// Tables of which nothing is handed out, and why.
const NOT_IN_IT: [(&str, &str); 10] = [
    ("keys.subject_key", "a key, which says nothing about anybody"),
    ("live_time", "the time of the appointment once more"),
    (
        "calendar_import_row",
        "a hash that says which appointment was imported; the appointment is in the copy",
    ),
    ("person_place", "hashes that count appointments which are in the copy"),
    ("reservation", "a time without a person"),
    ("account_role", "people of the office"),
    ("recovery_code", "check values of people of the office"),
    ("passkey", "has a test of its own below: only its name is data"),
    ("openid_link", "people of the office"),
    ("sms_count", "another hash every day, which nobody can tell back"),
];

/// Columns that say nothing about a person, or say it in another form.
const COLUMNS_NOT_IN_IT: [(&str, &[&str]); 10] = [
    (
        "customer",
        &["tenant_id", "subject_id", "sealed", "email_index", "phone_index", "name_index"],
    ),
    (
        "appointment",
        &[
            "tenant_id",
            "location_id",
            "counter_id",
            "subject_id",
            "manage_hash",
            "reservation_hash",
        ],
    ),
    ("appointment_item", &["tenant_id", "appointment_id", "position", "service_id"]),
    (
        "appointment_event",
        &["tenant_id", "id", "appointment_id", "actor_id", "from_location", "to_location"],
    ),
    ("account_appointment", &["tenant_id", "appointment_id", "account_id"]),
    ("message", &["tenant_id", "id"]),
    (
        "account",
        &[
            "tenant_id",
            "kind",
            "subject_id",
            "sealed",
            "login_index",
            "password",
            "totp",
            "totp_step",
        ],
    ),
    (
        "account_code",
        &["tenant_id", "id", "account_id", "subject_id", "sealed", "code_hash", "address_index"],
    ),
    ("sign_in", &["tenant_id", "id", "kind", "account_id", "login_index"]),
    ("sign_in_address", &["tenant_id", "sign_in_id", "at"]),
];

/// All values of a document, as text; instants in one form.
fn leaves(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.values().for_each(|value| leaves(value, into)),
        Value::Array(all) => all.iter().for_each(|value| leaves(value, into)),
        Value::String(text) => into.push(normal(text)),
        Value::Null => {}
        other => into.push(other.to_string()),
    }
}

fn normal(text: &str) -> String {
    match DateTime::parse_from_rfc3339(text) {
        Ok(at) => at.to_utc().to_rfc3339(),
        Err(_) => text.to_owned(),
    }
}

#[tokio::test]
async fn the_copy_holds_what_the_tables_hold() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let account = app.citizen(town, "erika@example.org", Some(citizens::PASSWORD)).await;
    let mut browser = app.signed_in(town, &account).await;
    let slots = app.free(town).await;
    let first = app.booked(town, &slots[0], erika()).await;
    let second = app.booked(town, &slots[6], erika()).await;
    app.graphql(
        town,
        tests::booking::CANCEL,
        json!({ "input": { "manageToken": second.manage_token } }),
    )
    .await;
    browser.post("/termin", &[("code", &first.manage_token)]).await;
    let name = browser.path.split("t=").nth(1).expect("a name").to_owned();
    browser.post("/konto/termin/uebernehmen", &[("t", &name)]).await;
    app.run_jobs().await;

    let sid = browser.cookies["sid"].clone();
    let copy = app.graphql_with_cookie(town, &sid, MY_DATA, json!({})).await;
    let data = copy.data("myData/data");
    let mut known = Vec::new();
    leaves(&data["data"], &mut known);

    let links: BTreeMap<&str, &str> = HERS.into();
    let left_out: BTreeMap<&str, &str> = NOT_IN_IT.into();
    let columns: BTreeMap<&str, &[&str]> = COLUMNS_NOT_IN_IT.into();
    let sql = app.database.superuser_sql().await;
    let ids: Vec<uuid::Uuid> =
        [&first, &second].iter().map(|one| one.id.parse().expect("an id")).collect();
    let mut compared = BTreeMap::new();
    for entry in gateway::docs::inventory() {
        let is_hers = matches!(entry.whose, Whose::Citizen | Whose::AccountHolder);
        let is_elsewhere = entry.store != Store::Database || entry.table == "privacy_request";
        if !is_hers || is_elsewhere || left_out.contains_key(entry.table) {
            continue;
        }
        let condition = links.get(entry.table);
        let condition = condition.unwrap_or_else(|| panic!("{} is in no copy", entry.table));
        for column in entry.columns.iter().filter(|column| !columns[entry.table].contains(column)) {
            let query = format!(
                "SELECT to_jsonb({column}) AS value FROM {} WHERE {condition} AND ($1 IS NOT NULL OR $2 IS NOT NULL)
                    AND {column} IS NOT NULL",
                entry.table
            );
            let rows = sqlx::query(AssertSqlSafe(query))
                .bind(&ids)
                .bind(account.id.uuid())
                .fetch_all(&sql)
                .await
                .expect("rows");
            for row in rows {
                let value: Value = row.get("value");
                let text = value.as_str().map_or_else(|| value.to_string(), normal);
                assert!(
                    known.contains(&text),
                    "{}.{column} = {text} is not in {data:#}",
                    entry.table
                );
                *compared.entry(entry.table).or_insert(0) += 1;
            }
        }
    }
    for table in ["customer", "appointment", "message", "account", "sign_in", "account_appointment"]
    {
        assert!(compared.get(table).is_some_and(|count| *count > 0), "{table}: {compared:?}");
    }
    // what is sealed, as it was typed
    for typed in ["Erika", "Mustermann", "erika@example.org", "+4915123456789"] {
        assert!(known.iter().any(|value| value == typed), "{typed}");
    }
    assert_eq!(data["data"]["account"]["sessions"].as_array().map(Vec::len), Some(1));
    // who really got something: an SMS was sent
    let recipients = data["processing"]["recipients"].to_string();
    assert!(recipients.contains("SMS") && recipients.contains("LOX24"), "{recipients}");
    assert!(
        data["processing"]["authority"]["name"]
            .as_str()
            .is_some_and(|name| name.contains("Nordrhein"))
    );
}

#[tokio::test]
async fn nobody_elses_data_are_in_it() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    two_appointments(&app, town).await;
    let slots = app.free(town).await;
    let mine = app.booked(town, &slots[1], erika()).await;
    let neighbour = app.free(&app.musterstadt).await;
    app.booked(
        &app.musterstadt,
        &neighbour[0],
        json!({ "firstName": "Nachbarin", "lastName": "Fremd",
        "email": "erika@example.org", "phone": "0151 23456789" }),
    )
    .await;
    app.run_jobs().await;
    let by_token = copy_by_token(&app, town, &mine.manage_token).await.text();
    let mut browser = by_mail(&app, town, "erika@example.org").await;
    let page = browser.open(&format!("{GUEST}/ansicht")).await.text();
    for document in [&by_token, &page] {
        assert!(document.contains("Mustermann"), "{document}");
        for foreign in CANARY.iter().chain(&["Nachbarin", "Fremd"]) {
            assert!(!document.contains(foreign), "{foreign} in {document}");
        }
    }
    // a token of another municipality's appointment opens nothing here
    let other = copy_by_token(&app, &app.musterstadt, &mine.manage_token).await;
    assert_eq!(other.code(), "NOT_FOUND");
}

#[tokio::test]
async fn the_mail_leads_to_everything_and_a_token_to_one_appointment() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let booked = two_appointments(&app, town).await;
    let by_token = copy_by_token(&app, town, &booked[0].manage_token).await;
    let found = by_token.data("myData/data")["data"]["appointments"].clone();
    assert_eq!(found.as_array().map(Vec::len), Some(1));
    let mut browser = by_mail(&app, town, "kanarina@example.org").await;
    let page = browser.open(&format!("{GUEST}/ansicht")).await;
    for one in &booked {
        assert!(page.text().contains(&one.reference));
    }
    // an address of which nothing is kept gets the same answer, and learns that nothing is kept
    let mut nobody = by_mail(&app, town, "niemand@example.org").await;
    let page = nobody.open(&format!("{GUEST}/ansicht")).await;
    assert!(page.text().contains("keine Termine und kein Konto"), "{}", page.text());
    // after half an hour the session has forgotten
    app.advance(chrono::TimeDelta::minutes(29));
    browser.open(&format!("{GUEST}/ansicht")).await;
    app.advance(chrono::TimeDelta::minutes(2));
    browser.open(&format!("{GUEST}/ansicht")).await;
    assert_eq!(browser.path, GUEST);
}

#[tokio::test]
async fn a_code_opens_once_and_for_ten_minutes() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let export = "mutation($input: OwnDataInput) { exportMyData(input: $input) { data } }";
    let ask = "mutation($input: RequestMyDataCodeInput!) { requestMyDataCode(input: $input) { accepted } }";
    let input = json!({ "input": { "email": "kanarina@example.org" } });
    two_appointments(&app, town).await;
    app.graphql(town, ask, input.clone()).await.data("requestMyDataCode");
    let code = app.code_for("kanarina@example.org").await;
    // it is no code for anything else, and nowhere else
    let other = app.graphql(&app.musterstadt, export, json!({ "input": { "code": code } })).await;
    assert_ne!(other.code(), "");
    let opened = app.graphql(town, export, json!({ "input": { "code": code } })).await;
    assert!(opened.data("exportMyData/data").to_string().contains("Zwitschervogel"));
    let again = app.graphql(town, export, json!({ "input": { "code": code } })).await;
    assert_ne!(again.code(), "", "a code opens once: {}", again.text());
    app.graphql(town, ask, input).await.data("requestMyDataCode");
    let late = app.code_for("kanarina@example.org").await;
    assert_ne!(late, code);
    app.advance(chrono::TimeDelta::minutes(11));
    let late = app.graphql(town, export, json!({ "input": { "code": late } })).await;
    assert_ne!(late.code(), "", "a code opens for ten minutes: {}", late.text());
}

fn valid(schema: &Value, document: &Value) {
    let validator = jsonschema::validator_for(schema).expect("a schema");
    let problems: Vec<String> =
        validator.iter_errors(document).map(|problem| problem.to_string()).collect();
    assert!(problems.is_empty(), "{problems:?}");
}

#[tokio::test]
async fn the_file_follows_the_published_schema() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let schema: Answer = app.get(&town.host, "/schemas/my-data.schema.json").await;
    let schema = schema.json();
    let booked = two_appointments(&app, town).await;
    let (mut browser, name) = by_code(&app, town, &booked[0].manage_token).await;
    let take = format!("{GUEST}/mitnehmen");
    let file = browser.post(&take, &[("t", &name), ("als", "json")]).await;
    assert!(file.header("content-disposition").contains("meine-daten.json"));
    let file = file.json();
    valid(&schema, &file);
    assert!(
        file["$schema"].as_str().is_some_and(|at| at.ends_with("/schemas/my-data.schema.json"))
    );
    let account = app.citizen(town, "erika@example.org", None).await;
    let browser = app.signed_in(town, &account).await;
    let sid = browser.cookies["sid"].clone();
    let own = app.graphql_with_cookie(town, &sid, MY_DATA, json!({})).await;
    valid(&schema, &own.data("myData/data"));
    // and the validator sees what does not fit
    let mut broken = file.clone();
    broken["data"]["appointments"][0]["startsAt"] = json!(17);
    assert!(!jsonschema::is_valid(&schema, &broken));
}

#[tokio::test]
async fn the_calendar_holds_all_appointments() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let booked = two_appointments(&app, town).await;
    let mut browser = by_mail(&app, town, "kanarina@example.org").await;
    let file = browser.post(&format!("{GUEST}/mitnehmen"), &[("als", "kalender")]).await.text();
    assert_eq!(file.matches("BEGIN:VEVENT").count(), booked.len(), "{file}");
    assert_eq!(file.matches("BEGIN:VCALENDAR").count(), 1);
    // what people take themselves is written down as done, without them
    let sql = app.database.superuser_sql().await;
    let kinds: Vec<(String, String, Option<DateTime<Utc>>)> = sqlx::query_as(
        "SELECT kind, state, answered_at FROM privacy_request WHERE about IS NULL AND sealed IS NULL ORDER BY kind",
    )
    .fetch_all(&sql)
    .await
    .expect("rows");
    let kinds: Vec<(&str, &str)> =
        kinds.iter().map(|(kind, state, _)| (kind.as_str(), state.as_str())).collect();
    assert_eq!(kinds, [("access", "done"), ("portability", "done")]);
}

#[tokio::test]
async fn reading_the_pages_changes_nothing() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let booked = two_appointments(&app, town).await;
    let (mut browser, name) = by_code(&app, town, &booked[0].manage_token).await;
    let count = async || {
        let mut rows = app.rows().await;
        rows.retain(|(table, _)| table != "public.access_log");
        rows
    };
    let before = count().await;
    for page in ["/ansicht", "/loeschen", "/mitnehmen", "/einschraenken", "/sms", "/code", ""] {
        browser.open(&format!("{GUEST}{page}?t={name}")).await;
    }
    assert_eq!(count().await, before);
    let form = Browser::form(&browser.open(&format!("{GUEST}/ansicht?t={name}")).await, GUEST);
    assert!(!form.fields.is_empty());
}
