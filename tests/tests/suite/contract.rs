//! What clients and operators rely on equals what the code does.

use std::process::Command;

use kernel::ErrorCode;
use serde_json::json;
use tests::{Database, TestApp, repository};

#[tokio::test]
async fn the_schema_in_force_is_the_one_in_the_repository() {
    let app = TestApp::start().await;
    let served = app.get(&app.haltern.host, "/schema.graphql").await;
    assert_eq!(
        served.text().trim(),
        repository::text("schema.graphql").trim(),
        "`make schema` writes the schema of the code"
    );
}

#[test]
fn the_operator_s_schema_is_the_one_in_the_repository() {
    assert_eq!(
        gateway::operator_sdl().trim(),
        repository::text("schema-ops.graphql").trim(),
        "`make schema` writes the schemas of the code"
    );
}

#[tokio::test]
async fn the_names_of_the_contract_are_there() {
    let app = TestApp::start().await;
    // every field of the published contract, in one query per type
    let municipality = "{ municipality { id slug name timeZone locales controller { name street postalCode city email }
        recipients { role name street postalCode city } supervisoryAuthority { name } } }";
    let answer = app.graphql(&app.haltern, municipality, json!({})).await;
    assert_eq!(answer.data("municipality/slug"), "haltern");
    assert_eq!(answer.data("municipality/timeZone"), "Europe/Berlin");
    assert_eq!(answer.data("municipality/locales"), json!(["DE", "EN"]));
    assert_eq!(answer.data("municipality/controller/city"), "Haltern am See");
    assert_eq!(answer.data("municipality/recipients/0/role"), "OPERATOR");
    assert_eq!(answer.data("municipality/recipients/4/role"), "SMS");

    let services = "{ services(search: \"verloren\") { id name description durationMinutes maxQuantity requiredDocuments locations { id } }
        locations { id name street postalCode city services { id } } viewer { __typename }
        privacyNotice(locale: DE) { version } }";
    let answer = app.graphql(&app.haltern, services, json!({})).await;
    assert!(!answer.data("services").as_array().expect("a list").is_empty());
    assert_eq!(answer.data("locations").as_array().expect("a list").len(), 2);
    assert_eq!(answer.data("privacyNotice/version"), 1);

    let service = answer.string("services/0/id");
    let availability = "query($input: AvailabilityInput!) { availability(input: $input) { durationMinutes
        days { date state slots { start end remaining location { id } } times } next { start end remaining location { id } } } }";
    let input =
        json!({ "items": [{ "serviceId": service }], "from": "2026-12-05", "to": "2026-12-09" });
    let answer = app.graphql(&app.haltern, availability, json!({ "input": input })).await;
    let states: Vec<_> =
        (0..5).map(|day| answer.string(&format!("availability/days/{day}/state"))).collect();
    assert_eq!(&states[..2], ["PAST", "PAST"], "{states:?}");
    assert_eq!(states[3], "FREE", "{states:?}");
    assert!(answer.string("availability/next/start").starts_with("2026-12-08T08:00:00+01:00"));
}

#[tokio::test]
async fn why_a_day_has_no_time() {
    let app = TestApp::start().await;
    let service = app.service(&app.haltern, "Personalausweis").await;
    for (day, state) in [
        ("2026-12-04", "PAST"),
        ("2026-12-08", "FREE"),
        ("2026-12-12", "CLOSED"), // Saturday
        ("2026-12-24", "CLOSED"), // closed for Christmas
        ("2027-03-30", "NOT_YET_RELEASED"),
    ] {
        assert_eq!(app.day_states(&app.haltern, &service, day, day).await, [state], "{day}");
    }
}

#[test]
fn the_documented_errors_are_the_errors() {
    let documented = repository::text("docs/errors.md");
    for code in ErrorCode::ALL {
        assert!(documented.contains(&format!("`{}`", code.wire())), "{} is missing", code.wire());
        assert!(documented.contains(code.meaning()), "the meaning of {} differs", code.wire());
    }
    let rows = documented.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(rows, ErrorCode::ALL.len(), "docs/errors.md lists something that is no error");
}

#[test]
fn the_documented_settings_are_the_settings() {
    let documented = repository::text("docs/configuration.md");
    assert_eq!(
        documented.trim(),
        gateway::config::reference().trim(),
        "`make docs` writes the reference"
    );
}

#[tokio::test]
async fn no_column_is_without_a_purpose() {
    let database = Database::create().await;
    let sql = database.superuser_sql().await;
    let columns: Vec<(String, String)> = sea_orm::sqlx::query_as(
        "SELECT CASE table_schema WHEN 'public' THEN '' ELSE table_schema || '.' END || table_name, column_name
           FROM information_schema.columns
          WHERE table_schema IN ('public', 'keys') AND table_name <> 'seaql_migrations' ORDER BY 1, 2",
    )
    .fetch_all(&sql)
    .await
    .expect("the catalogue");
    assert!(columns.len() > 100);
    let columns: Vec<(&str, &str)> =
        columns.iter().map(|(table, column)| (table.as_str(), column.as_str())).collect();
    assert_eq!(
        privacy::inventory::compare(&gateway::docs::inventory(), &columns),
        Vec::<String>::new()
    );

    // and the test sees a column that nobody explains, and an explanation without a column
    let mut forgotten = columns.clone();
    forgotten.push(("appointment", "shoe_size"));
    assert_eq!(privacy::inventory::compare(&gateway::docs::inventory(), &forgotten).len(), 1);
    forgotten.retain(|(table, _)| *table != "message");
    assert!(privacy::inventory::compare(&gateway::docs::inventory(), &forgotten).len() > 1);
}

#[test]
fn the_generated_documents_are_up_to_date() {
    let checked = Command::new(tests::binary())
        .args(["docs", "--check"])
        .current_dir(repository::root())
        .output()
        .expect("the program");
    assert!(
        checked.status.success(),
        "{}\n`make docs` writes them",
        String::from_utf8_lossy(&[checked.stdout, checked.stderr].concat())
    );
}

#[test]
fn the_program_explains_its_configuration() {
    let run = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = Command::new(tests::binary());
        command.args(args).envs(variables.iter().copied());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("STADTTERMIN_")) {
            command.env_remove(name);
        }
        command.envs(variables.iter().copied()).output().expect("the program")
    };
    let refused = run(&["config", "check"], &[("STADTTERMIN_SERVER__LISSTEN", "127.0.0.1:1")]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.to_lowercase().contains("lissten"), "{said}");

    let shown = run(
        &["config", "check"],
        &[
            ("STADTTERMIN_DATABASE__URL", "postgres://app:sesame@localhost/x"),
            ("STADTTERMIN_REDIS__URL", "redis://:sesame@localhost"),
            ("STADTTERMIN_KEYS__MASTER", "c2VzYW1lc2VzYW1lc2VzYW1lc2VzYW1lc2VzYW1lc2U="),
        ],
    );
    let said = [shown.stdout.as_slice(), shown.stderr.as_slice()].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(!said.contains("sesame") && !said.contains("c2VzYW1l"), "a secret is printed: {said}");
}

#[tokio::test]
async fn a_database_that_does_not_isolate_is_not_served() {
    let database = Database::create().await;
    let started = Command::new(tests::binary())
        .arg("serve")
        .env("STADTTERMIN_DATABASE__URL", secrecy::ExposeSecret::expose_secret(&database.owner_url))
        .env(
            "STADTTERMIN_REDIS__URL",
            secrecy::ExposeSecret::expose_secret(&tests::database::redis_url()),
        )
        .env("STADTTERMIN_KEYS__MASTER", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")
        .env("STADTTERMIN_MAIL__SMTP_URL", "smtp://127.0.0.1:1")
        .env("STADTTERMIN_SERVER__LISTEN", "127.0.0.1:0")
        .env_remove("STADTTERMIN_DATABASE__ADMIN_URL")
        .output()
        .expect("the program");
    let said = String::from_utf8_lossy(&[started.stderr, started.stdout].concat()).into_owned();
    assert!(!started.status.success(), "it served: {said}");
    assert!(said.contains("does not isolate") && said.contains("owns table"), "{said}");
}
