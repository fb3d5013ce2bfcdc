//! The end of a contract: a municipality gets its data, then nothing of it is left, and a certificate says so.

use std::{collections::BTreeMap, fs, path::PathBuf, process::Command};

use chrono::TimeDelta;
use gateway::farewell::{Certificate, Checked, OMITTED, OPENED};
use kernel::{Clock, Role, SystemClock};
use sea_orm::sqlx;
use serde_json::{Value, json};
use tests::{Setup, TestApp, Town, booking::erika};

/// The program has the machine's clock.
async fn start() -> TestApp {
    Setup::new().at_real_time(SystemClock.now().timestamp_millis()).start().await
}

/// A folder of the test's own.
fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("stadttermin-{name}-{}", std::process::id()));
    assert!(!path.exists());
    path
}

/// A municipality in use: an appointment, a citizen's account, somebody of the office who is signed in.
async fn live(app: &TestApp, town: &Town, name: &str) {
    let service = app.service(town, "Personalausweis").await;
    let (from, to) = (app.now().date_naive(), app.now().date_naive() + TimeDelta::days(21));
    let slots = app.slots(town, &service, &from.to_string(), &to.to_string()).await;
    let mut contact = erika();
    contact["lastName"] = json!(name);
    app.booked(town, slots.first().expect("a free time"), contact).await;
    app.citizen(town, &format!("{}@example.org", name.to_lowercase()), None).await;
    app.office_browser(town, Role::TenantAdministrator).await;
    app.run_jobs().await;
    app.flush_access_log().await;
}

/// Rows per table that belong to a municipality.
async fn rows_of(app: &TestApp, town: &Town) -> BTreeMap<String, i64> {
    let sql = app.database.superuser_sql().await;
    let mut found = BTreeMap::new();
    for table in tests::database::tables(&sql).await {
        let owner = match table.as_str() {
            "public.tenant" => "id",
            "public.host" => "tenant",
            "public.seaql_migrations" => continue,
            _ => "tenant_id",
        };
        let text = format!("SELECT count(*) FROM {table} WHERE {owner} = '{}'", town.id);
        let rows = sqlx::query_scalar(sqlx::AssertSqlSafe(text)).fetch_one(&sql).await;
        found.insert(table, rows.expect("a number"));
    }
    found
}

async fn redis_keys(town: &Town) -> usize {
    use redis::AsyncCommands;
    use secrecy::ExposeSecret;
    let client = redis::Client::open(tests::database::redis_url().expose_secret());
    let client = client.expect("an address");
    let mut connection = client.get_multiplexed_async_connection().await.expect("Redis answers");
    let keys: Vec<String> = connection.keys(format!("*{}*", town.id)).await.expect("keys");
    keys.len()
}

#[tokio::test]
async fn a_municipality_gets_everything_and_nothing_of_its_neighbour() {
    let app = start().await;
    live(&app, &app.haltern, "Kanarina").await;
    live(&app, &app.musterstadt, "Wellensittich").await;
    let to = folder("export");
    let path = to.to_str().expect("a path");
    let refused = app.command(&["tenant", "export", "haltern", "--to", path]);
    assert!(refused.code != Some(0) && refused.text.contains("betreiberzugriff"), "{refused:?}");
    assert!(!to.exists(), "nothing is written without leave");
    assert_eq!(app.command(&["tenant", "delete", "haltern"]).code, Some(2), "announced");
    let done = app.command(&["tenant", "export", "haltern", "--to", path]);
    assert_eq!(done.code, Some(0), "{done:?}");

    let read = |name: &str| fs::read_to_string(to.join(name)).expect(name);
    assert!(read("opened_customer_sealed.jsonl").contains("\"last_name\":\"Kanarina\""));
    assert!(read("opened_account_sealed.jsonl").contains("kanarina@example.org"));
    let trail = read("audit_entry.jsonl");
    assert!(trail.contains("tenant.export") && trail.contains("contract-end"), "{trail}");
    let rows = rows_of(&app, &app.haltern).await;
    let mut everything = String::new();
    for (table, rows) in &rows {
        let file = table.trim_start_matches("public.").replace('.', "_");
        let text = read(&format!("{file}.jsonl"));
        assert_eq!(i64::try_from(text.lines().count()), Ok(*rows), "{table}");
        everything += &text;
    }
    for (_, columns) in OMITTED {
        for column in *columns {
            assert!(
                !everything.contains(&format!("\"{column}\": ")) || *column == "hash",
                "{column}"
            );
        }
    }
    for entry in fs::read_dir(&to).expect("the folder") {
        let text = fs::read_to_string(entry.expect("a file").path()).expect("text");
        for theirs in ["Wellensittich", "wellensittich", &app.musterstadt.id.to_string()] {
            assert!(!text.contains(theirs), "{theirs} is the neighbour's");
        }
    }
    let mut sums = Command::new("sha256sum");
    sums.args(["--check", "--quiet", "SHA256SUMS"]).current_dir(&to);
    assert!(sums.status().expect("sha256sum").success(), "the checksums hold");
    let manifest = read("manifest.json");
    assert!(matches!(Certificate::check(&manifest), Checked::Signed { .. }));
    assert_eq!(Certificate::check(&manifest.replace("haltern", "waltrop")), Checked::Forged);

    let mut browser = app.office_browser(&app.haltern, Role::TenantAdministrator).await;
    let seen = tests::html::text(&browser.open("/amt/protokoll").await.text());
    assert!(seen.contains("Alle Daten der Kommune herausgegeben"), "{seen}");
    assert!(seen.contains("Ende des Vertrags"), "{seen}");
    let again = app.command(&["tenant", "export", "haltern", "--to", path]);
    assert!(again.code != Some(0) && again.text.contains("is not empty"), "{again:?}");
    fs::remove_dir_all(&to).expect("tidied up");
}

#[tokio::test]
async fn deletion_is_announced_first_and_can_be_taken_back() {
    let app = start().await;
    let administrator = app.person(&app.haltern, Role::TenantAdministrator).await;
    let before = rows_of(&app, &app.haltern).await;
    let first = app.command(&["tenant", "delete", "haltern"]);
    assert!(
        first.code == Some(2) && first.text.contains("announced; can be deleted from"),
        "{first:?}"
    );
    let second = app.command(&["tenant", "delete", "haltern"]);
    assert!(second.code == Some(2) && second.text.contains("announced on"), "{second:?}");
    app.advance(TimeDelta::minutes(5));
    app.run_jobs().await;
    let mails = app.mails_to(&administrator.email);
    assert_eq!(mails.len(), 1, "told once");
    assert!(mails[0].text.contains("In 30 Tagen löscht"), "{}", mails[0].text);
    for wrong in [&["--now"][..], &["--now", "--confirm", "musterstadt"]] {
        let said = app.command(&[&["tenant", "delete", "haltern"], wrong].concat());
        assert!(said.code != Some(0) && said.text.contains("--confirm"), "{said:?}");
    }
    assert_eq!(app.command(&["tenant", "delete", "haltern", "--keep"]).code, Some(0));
    let after = rows_of(&app, &app.haltern).await;
    assert_eq!(after["public.tenant_ending"], 0);
    for table in ["public.service", "public.account", "keys.tenant_key", "public.tenant"] {
        assert_eq!(after[table], before[table], "{table}");
    }
    assert_eq!(app.command(&["tenant", "delete", "nirgendwo"]).code, Some(1));
}

#[tokio::test]
async fn nothing_is_left_and_a_certificate_says_so() {
    let app = start().await;
    live(&app, &app.haltern, "Kanarina").await;
    live(&app, &app.musterstadt, "Wellensittich").await;
    let theirs = rows_of(&app, &app.musterstadt).await;
    let ours = rows_of(&app, &app.haltern).await;
    assert!(redis_keys(&app.haltern).await > 0 && redis_keys(&app.musterstadt).await > 0);
    assert_eq!(app.command(&["tenant", "delete", "haltern"]).code, Some(2));
    let sql = app.database.superuser_sql().await;
    let text = "UPDATE tenant_ending SET announced_at = $1, delete_after = $1";
    let past = app.now() - TimeDelta::days(1);
    sqlx::query(text).bind(past).execute(&sql).await.expect("thirty days have passed");
    let to = folder("certificate");
    let path = to.to_str().expect("a path");
    let done = app.command(&["tenant", "delete", "haltern", "--certificate", path]);
    assert_eq!(done.code, Some(0), "{done:?}");

    for (table, rows) in rows_of(&app, &app.haltern).await {
        assert_eq!(rows, 0, "{table}");
    }
    let dump = app.database.dump().await;
    for canary in ["Kanarina", "kanarina", "haltern", "Haltern", &app.haltern.id.to_string()] {
        assert!(!dump.contains(canary), "{canary} is still in the database");
    }
    assert_eq!(redis_keys(&app.haltern).await, 0, "sessions are over");
    assert!(redis_keys(&app.musterstadt).await > 0, "the neighbour's are not");
    assert_eq!(rows_of(&app, &app.musterstadt).await, theirs, "the neighbour has everything");
    app.reload_directory().await;
    assert_eq!(app.get(&app.haltern.host, "/").await.status, 404);
    assert_eq!(app.get(&app.musterstadt.host, "/").await.status, 200);

    let json = to.join("loeschbescheinigung-haltern.json");
    let text = fs::read_to_string(&json).expect("the certificate");
    let whole: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(whole["statement"]["rows"]["customer"], ours["public.customer"]);
    assert_eq!(whole["statement"]["keys"]["municipality"], 1);
    let said = app.command(&["tenant", "certificate", json.to_str().expect("a path")]);
    assert!(said.code == Some(0) && said.text.contains("by this installation"), "{said:?}");
    for (from, to) in [("\"customer\": 1", "\"customer\": 0"), ("Kommune", "K"), ("haltern", "x")] {
        if text.contains(from) {
            assert_eq!(Certificate::check(&text.replacen(from, to, 1)), Checked::Forged, "{from}");
        }
    }
    let words = fs::read_to_string(to.join("loeschbescheinigung-haltern.txt")).expect("the words");
    assert!(
        words.contains("Art. 28 Abs. 3 Buchst. g DSGVO") && words.contains("Stadt Haltern am See")
    );
    assert!(!words.contains("Kanarina") && !text.contains("Kanarina"), "and names nobody");
    fs::remove_dir_all(&to).expect("tidied up");
}

#[tokio::test]
async fn a_municipality_may_insist_on_being_deleted_at_once() {
    let app = start().await;
    let to = folder("at-once");
    let path = to.to_str().expect("a path");
    let arguments =
        ["tenant", "delete", "haltern", "--now", "--confirm", "haltern", "--certificate", path];
    let done = app.command(&arguments);
    assert_eq!(done.code, Some(0), "{done:?}");
    let words = fs::read_to_string(to.join("loeschbescheinigung-haltern.txt")).expect("the words");
    assert!(words.contains("ohne Ankündigungsfrist"), "{words}");
    fs::remove_dir_all(&to).expect("tidied up");
}

#[test]
fn every_sealed_column_is_opened_or_left_out_on_purpose() {
    let known = |table: &str, column: &str| {
        OPENED.iter().any(|(name, of, _)| *name == table && *of == column)
            || OMITTED.iter().any(|(name, all)| *name == table && all.contains(&column))
    };
    for entry in gateway::docs::inventory().iter().filter(|entry| entry.sealed) {
        for column in entry.columns {
            assert!(known(entry.table, column), "{}.{column} is sealed", entry.table);
        }
    }
}
