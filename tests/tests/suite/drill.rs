//! The restore drill: a backup is restored beside the service and looked at, and what is wrong with it is found.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use chrono::{DateTime, Days};
use sea_orm::sqlx;
use secrecy::ExposeSecret;
use serde_json::json;
use tests::{
    Setup, TestApp, binary,
    booking::{Appointment, erika},
    repository, running,
};

const ERASE: &str = "mutation($input: EraseMyDataInput!) { eraseMyData(input: $input) { erased } }";

/// An installation with two appointments, and a folder for its backups.
struct Installation {
    app: TestApp,
    booked: Vec<Appointment>,
    folder: PathBuf,
}

impl Drop for Installation {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Installation {
    async fn start() -> Self {
        let name = format!("stadttermin-drill-{:016x}", rand::random::<u64>());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("a folder");
        let app = Setup::new()
            .at_real_time(running::now_millis())
            .ledger_file(&folder.join("ledger"))
            .start()
            .await;
        let town = &app.haltern;
        let service = app.service(town, "Personalausweis").await;
        let today =
            DateTime::from_timestamp_millis(running::now_millis()).expect("now").date_naive();
        let (from, to) = (today + Days::new(2), today + Days::new(9));
        let slots = app.slots(town, &service, &from.to_string(), &to.to_string()).await;
        let mut booked = Vec::new();
        for slot in slots.iter().step_by(9).take(2) {
            booked.push(app.booked(town, slot, erika()).await);
        }
        app.run_jobs().await;
        Self { app, booked, folder }
    }

    /// The two files of `docs/operations.md`.
    fn back_up(&self, arguments: &[&str]) {
        let url = self.app.database.superuser_url.expose_secret();
        for (file, part) in [("data.dump", arguments), ("keys.dump", &["--schema=keys"])] {
            let done = Command::new("pg_dump")
                .args(["--format=custom", "--file"])
                .arg(self.folder.join(file))
                .args(part)
                .arg(url)
                .output()
                .expect("pg_dump");
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        }
    }

    /// Takes the data of the first appointment away, on wish of its citizen.
    async fn erase(&self) {
        let input = json!({ "input": { "manageToken": self.booked[0].manage_token } });
        let erased = self.app.graphql(&self.app.haltern, ERASE, input).await;
        assert_eq!(erased.data("eraseMyData/erased"), true);
        self.app.run_jobs().await;
    }

    /// Whether the drill is content, and what it says.
    fn drill(&self, ledger: &Path, settings: &[&str], master: &str) -> (Option<i32>, String) {
        let database = format!("drill_{:012x}", rand::random::<u64>() >> 16);
        let done = Command::new(repository::root().join("deploy/drill.sh"))
            .env("STADTTERMIN_PROGRAM", binary())
            .env("STADTTERMIN_KEYS__MASTER", master)
            .args(["--server", self.app.database.superuser_url.expose_secret()])
            .args(["--database", &database])
            .arg("--dump")
            .arg(self.folder.join("data.dump"))
            .arg("--keys")
            .arg(self.folder.join("keys.dump"))
            .arg("--ledger")
            .arg(ledger)
            .args(settings)
            .output()
            .expect("the drill");
        let said = [done.stdout, done.stderr].concat();
        (done.status.code(), String::from_utf8_lossy(&said).into_owned())
    }

    async fn left_behind(&self) -> i64 {
        let left = "SELECT (SELECT count(*) FROM pg_database WHERE datname LIKE 'drill\\_%')
                         + (SELECT count(*) FROM pg_roles WHERE rolname LIKE 'drill\\_%')";
        let sql = self.app.database.superuser_sql().await;
        sqlx::query_scalar(left).fetch_one(&sql).await.expect("a number")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_proved_to_be_good_and_each_flaw_of_one_is_found() {
    let here = Installation::start().await;
    let (ledger, master) = (here.folder.join("ledger"), here.app.master_key());
    here.back_up(&["--exclude-schema=keys"]);
    here.erase().await;

    let (code, said) = here.drill(&ledger, &[], &master);
    assert_eq!(code, Some(0), "{said}");
    for finding in [
        "ok    the keys are apart from the data",
        "ok    every row is there",
        "1 entries, 1 people erased again; 2 keys of people before, 1 after",
        "ok    asked again, nobody whom it names is found",
        "ok    haltern: /datenschutz",
        "can be used",
    ] {
        assert!(said.contains(finding), "{finding}: {said}");
    }
    assert!(!said.contains("Mustermann") && !said.contains(&here.booked[1].reference), "{said}");
    assert_eq!(here.left_behind().await, 0, "database and roles are gone");

    // too old, a master key that does not fit, and a trail that somebody has changed
    let sql = here.app.database.superuser_sql().await;
    let tampered = "UPDATE audit_entry SET action = 'person.list'";
    let tampered = sqlx::query(tampered).execute(&sql).await;
    assert!(tampered.expect("tampered").rows_affected() > 0);
    here.back_up(&["--exclude-schema=keys"]);
    let other = "YmVuY2htYXJrcyBrZWVwIG5vIHNlY3JldHMgYXQgYWw=";
    let (code, said) = here.drill(&ledger, &["--max-age-hours", "-1"], other);
    assert_eq!(code, Some(1), "{said}");
    for finding in ["the backup is of", "the master key does not", "municipalities are kept"] {
        assert!(said.contains(&format!("FAIL  {finding}")), "{finding}: {said}");
    }

    // keys in the copy that lasts
    here.back_up(&[]);
    let (code, said) = here.drill(&ledger, &[], &master);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("FAIL  the lasting backup contains keys"), "{said}");
    assert_eq!(here.left_behind().await, 0, "also after a failure");
}

#[tokio::test]
async fn a_drill_without_what_it_needs_is_not_begun() {
    let script = repository::root().join("deploy/drill.sh");
    let run = |arguments: &[&str]| {
        let done = Command::new(&script)
            .env_remove("STADTTERMIN_KEYS__MASTER")
            .args(arguments)
            .output()
            .expect("the drill");
        (done.status.code(), String::from_utf8_lossy(&done.stderr).into_owned())
    };
    assert_eq!(run(&[]).0, Some(2));
    let (code, said) = run(&["--dump", "/nowhere", "--keys", "/nowhere", "--ledger", "/nowhere"]);
    assert!(code == Some(2) && said.contains("cannot read /nowhere"), "{said}");
}
