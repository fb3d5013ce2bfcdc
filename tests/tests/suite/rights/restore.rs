//! Whoever was erased does not come back with an older backup: a real dump, a real restore, the ledger beside it.

use std::process::Command;

use sea_orm::sqlx::{self, AssertSqlSafe};
use secrecy::ExposeSecret;
use serde_json::json;
use tests::{Setup, TestApp};

use super::{ERASE, MY_DATA, two_appointments};

fn run(program: &str, arguments: &[&str]) -> String {
    let done = Command::new(program).args(arguments).output();
    let done = done.unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).into_owned()
}

/// Puts the tables back as they were: what `pg_restore --clean` does, as the superuser.
fn restore(app: &TestApp, file: &str) {
    let url = app.database.superuser_url.expose_secret();
    run("pg_restore", &["--clean", "--if-exists", "--dbname", url, file]);
}

async fn people(app: &TestApp) -> (i64, i64) {
    let sql = app.database.superuser_sql().await;
    let count = async |table: &str| -> i64 {
        let query = format!("SELECT count(*) FROM {table}");
        sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&sql).await.expect("a number")
    };
    (count("customer").await, count("keys.subject_key").await)
}

#[tokio::test]
async fn an_older_backup_does_not_bring_anybody_back() {
    let folder =
        std::env::temp_dir().join(format!("stadttermin-ledger-{:016x}", rand::random::<u64>()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let ledger = folder.join("ledger.jsonl");
    let dump = folder.join("dump").to_string_lossy().into_owned();
    let app = Setup::new().ledger_file(&ledger).start().await;
    let town = &app.haltern;
    let booked = two_appointments(&app, town).await;
    let before = people(&app).await;
    let url = app.database.superuser_url.expose_secret().to_owned();
    run("pg_dump", &["--format=custom", "--file", &dump, &url]);

    let input = json!({ "input": { "manageToken": booked[0].manage_token } });
    assert_eq!(app.graphql(town, ERASE, input).await.data("eraseMyData/erased"), true);
    app.run_jobs().await;
    let written = std::fs::read_to_string(&ledger).expect("the ledger");
    assert_eq!(written.lines().count(), 1, "{written}");
    assert!(!written.contains("Kanarina") && !written.contains(&booked[0].id));

    // the backup has the person, and without the ledger they would be served
    restore(&app, &dump);
    assert_eq!(people(&app).await, before);
    let back = app.graphql(town, MY_DATA, json!({ "t": booked[0].manage_token })).await;
    assert!(back.text().contains("Zwitschervogel"), "the test sees who came back: {}", back.text());

    // a service that starts now erases them before it answers anybody
    let again = app.another_start(&ledger).await.expect("it starts");
    let (customers, keys) = people(&app).await;
    assert_eq!((customers, keys), (before.0 - 1, before.1 - 1));
    let gone = app.graphql(town, MY_DATA, json!({ "t": booked[0].manage_token })).await;
    assert_eq!(gone.code(), "NOT_FOUND");
    let kept = app.graphql(town, MY_DATA, json!({ "t": booked[1].manage_token })).await;
    assert!(kept.text().contains("Zwitschervogel"), "the others stay");
    assert_eq!(again.replayed.again, 1);
    assert!(again.replayed.compared >= 2, "everybody: {:?}", again.replayed);
    drop(again);
    // once more changes nothing, and looks at nobody
    let once_more = app.another_start(&ledger).await.expect("it starts");
    assert_eq!(once_more.replayed, privacy::Replayed::default());
    drop(once_more);
    assert_eq!(people(&app).await, (customers, keys));
    // not even whom the backup never had: such entries are taken over, too
    let stranger = "ab".repeat(16);
    let entry =
        json!({ "tenant": town.id, "person": stranger, "class": "request", "erasedAt": app.now() });
    std::fs::write(&ledger, format!("{written}{entry}\n")).expect("written");
    let compared = app.another_start(&ledger).await.expect("it starts").replayed.compared;
    assert!(compared > 0, "an entry that the database does not know");
    let compared = app.another_start(&ledger).await.expect("it starts").replayed.compared;
    assert_eq!(compared, 0, "and now it does");

    // and what is in the database now shows nobody
    run("pg_dump", &["--format=plain", "--file", &dump, &url]);
    let plain = std::fs::read_to_string(&dump).expect("a dump");
    assert!(!plain.contains("Zwitschervogel") && !plain.contains(&booked[0].reference));

    // a ledger that is damaged stops the start: nobody is served by mistake
    std::fs::write(&ledger, format!("{written}{{\"tenant\":\n")).expect("written");
    let refused = app.another_start(&ledger).await.expect_err("it does not start");
    assert!(refused.contains("line 2") && refused.contains("damaged"), "{refused}");
    std::fs::remove_dir_all(&folder).expect("tidied up");
}
