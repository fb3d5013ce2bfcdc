//! Upgrades without an interruption: the database is migrated while people book, whoever migrates at the same time, and
//! the program runs on a database that is ahead of it, and on none that is behind.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use futures::future::join_all;
use sea_orm::{
    ConnectionTrait, SqlxPostgresConnector,
    sqlx::{self, PgPool},
};
use sea_orm_migration::prelude::{
    DbErr, MigrationName, MigrationTrait, MigratorTrait, SchemaManager,
};
use secrecy::ExposeSecret;
use tests::{Client, Database, HaProxy, Setup, TestApp, binary, repository, running};

use crate::fleet::Load;

/// All steps of this program, and one that it does not know.
struct NextRelease;

#[async_trait::async_trait]
impl MigratorTrait for NextRelease {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut steps = migrations::Migrator::migrations();
        steps.push(Box::new(NextStep));
        steps
    }
}

struct NextStep;

impl MigrationName for NextStep {
    fn name(&self) -> &'static str {
        "m9999_next_release"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for NextStep {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // what steps do: a column that may be empty on a busy table, a table that points to others, an index
        migrations::run_statements(
            manager,
            "ALTER TABLE appointment ADD COLUMN next_release text;
             CREATE TABLE next_release (tenant_id uuid NOT NULL REFERENCES tenant (id), id uuid NOT NULL, kind text,
                 PRIMARY KEY (tenant_id, id));
             CREATE INDEX next_release_kind ON next_release (tenant_id, kind);
             ALTER TABLE next_release ENABLE ROW LEVEL SECURITY;
             ALTER TABLE next_release FORCE ROW LEVEL SECURITY;
             CREATE POLICY tenant_only ON next_release
               USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid)
               WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
             CREATE POLICY next_overview ON next_release FOR SELECT USING (current_setting('app.system', true) = 'on');
             COMMENT ON POLICY next_overview ON next_release IS 'reviewed: a sum over municipalities';",
        )
        .await
    }
}

async fn town_hall() -> TestApp {
    Setup::new().at_real_time(running::now_millis()).start().await
}

async fn taken(sql: &PgPool, step: &str) -> i64 {
    let count = "SELECT count(*) FROM seaql_migrations WHERE version = $1";
    sqlx::query_scalar(count).bind(step).fetch_one(sql).await.expect("a number")
}

async fn all_taken(sql: &PgPool) -> i64 {
    let count = "SELECT count(*) FROM seaql_migrations";
    sqlx::query_scalar(count).fetch_one(sql).await.expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_of_the_next_release_is_taken_while_people_book() {
    let app = town_hall().await;
    let gateway = app.run_program("serve", &[]).await;
    let worker = app.run_program("worker", &[]).await;
    let client = Client::at(gateway.port);
    let (service, starts) = client.free_starts(&app.haltern).await;
    let load = Load::default();
    let sql = app.database.superuser_sql().await;
    let migrating = async {
        load.until_booked(5).await;
        // a backup that reads for longer than a step waits
        let mut backup = sql.begin().await.expect("a transaction");
        sqlx::query("LOCK TABLE appointment IN ACCESS SHARE MODE")
            .execute(&mut *backup)
            .await
            .expect("read");
        let ends = async {
            tokio::time::sleep(Duration::from_secs(4)).await;
            backup.commit().await.expect("read to its end");
        };
        // the release is rolled out twice at once
        let (one, two) = (app.database.owner_sql().await, app.database.owner_sql().await);
        let (first, second, ()) = futures::join!(
            migrations::migrate_by::<NextRelease>(&one),
            migrations::migrate_by::<NextRelease>(&two),
            ends
        );
        first.expect("migrated");
        second.expect("migrated by the other");
        let booked = load.references().len();
        load.until_booked(booked + 20).await;
        load.stop();
    };
    futures::join!(load.run(&app, &client, &service, &starts), migrating);
    assert!(load.failures().is_empty(), "{:?}", load.failures());
    assert_eq!(load.busy(), 0, "a step gives up before those who wait behind it");
    assert_eq!(taken(&sql, "m9999_next_release").await, 1);

    // the program that runs, and one that starts now, are served by a database that is ahead of them
    assert_eq!(gateway.status("/readyz").await, Some(200));
    let other = app.run_program("serve", &[]).await;
    assert_eq!(other.status("/readyz").await, Some(200));
    app.each_message_once(&load.references()).await;
    assert!(!worker.log().contains("cannot read jobs"), "{}", worker.log());
}

fn migrate(database: &Database) -> std::io::Result<std::process::Child> {
    owners(&binary(), database, &["migrate"]).spawn()
}

fn owners(program: &Path, database: &Database, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env("STADTTERMIN_DATABASE__OWNER_URL", database.owner_url.expose_secret())
        .env("STADTTERMIN_DATABASE__URL", database.app_url.expose_secret())
        .stdout(std::process::Stdio::null());
    command
}

#[tokio::test]
async fn three_that_migrate_at_once_take_each_step_once() {
    let database = Database::unmigrated().await;
    let running: Vec<_> = (0..3).map(|_| migrate(&database).expect("started")).collect();
    for mut one in running {
        assert!(one.wait().expect("a status").success());
    }
    let sql = database.superuser_sql().await;
    let steps: i64 =
        sqlx::query_scalar("SELECT count(DISTINCT version) FROM seaql_migrations HAVING count(*) = count(DISTINCT version)")
            .fetch_one(&sql)
            .await
            .expect("each once");
    assert_eq!(usize::try_from(steps).expect("few"), migrations::Migrator::migrations().len());
}

#[tokio::test]
async fn a_database_that_is_behind_is_not_served() {
    let app = town_hall().await;
    let database = Database::unmigrated().await;
    let owner = SqlxPostgresConnector::from_sqlx_postgres_pool(database.owner_sql().await);
    let steps = u32::try_from(migrations::Migrator::migrations().len()).expect("few");
    migrations::Migrator::up(&owner, Some(steps - 1)).await.expect("all but the newest");
    let settings = [("STADTTERMIN_DATABASE__URL", database.app_url.expose_secret())];
    let mut early = app.start_program_at(running::free_port(), "serve", &settings);
    assert!(!early.ended(Duration::from_secs(20)).await.success());
    assert!(early.log().contains("has not taken step"), "{}", early.log());
    assert!(migrate(&database).expect("started").wait().expect("a status").success());
    app.run_program("serve", &settings).await;
    owner.execute_unprepared("SELECT 1").await.expect("the owner is still there");
}

/// The program of an older state and this one, old and new gateways behind one proxy, while people book.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the program of an older state: make upgrade-test"]
async fn the_release_before_and_this_one_run_side_by_side() {
    let old = PathBuf::from(std::env::var("TESTS_OLD_PROGRAM").expect("the older program"));
    let app = town_hall().await;
    let database = Database::unmigrated().await;
    for arguments in [&["migrate"][..], &["tenant", "apply", "deploy/demo/haltern.toml"]] {
        let mut command = owners(&old, &database, arguments);
        command.env("STADTTERMIN_KEYS__MASTER", app.master_key());
        let done = command.current_dir(repository::root()).status().expect("the older program");
        assert!(done.success(), "{arguments:?}");
    }
    let settings = [("STADTTERMIN_DATABASE__URL", database.app_url.expose_secret())];
    let ports: Vec<u16> = (0..3).map(|_| running::free_port()).collect();
    let start = |program: &Path, port: u16, command: &str| {
        app.start_binary_at(program.to_owned(), port, command, &settings)
    };
    let mut gateways: Vec<_> = ports.iter().map(|port| start(&old, *port, "serve")).collect();
    join_all(gateways.iter().map(tests::Running::ready)).await;
    let mut worker = start(&old, running::free_port(), "worker");
    let proxy = HaProxy::start(&ports);
    let client = Client::at(proxy.port());
    let (service, starts) = client.free_starts(&app.haltern).await;
    let load = Load::with_pauses(Duration::from_millis(600));
    let sql = database.superuser_sql().await;
    let upgrading = async {
        load.until_booked(10).await;
        let before = all_taken(&sql).await;
        assert!(migrate(&database).expect("started").wait().expect("a status").success());
        assert!(all_taken(&sql).await > before, "the older one is older");
        for gateway in &gateways {
            assert_eq!(gateway.status("/readyz").await, Some(200), "old program, new database");
        }
        // forward, one back, and forward again
        for (number, program) in
            [(0, &binary()), (1, &binary()), (1, &old), (2, &binary()), (1, &binary())]
        {
            proxy.take_out(number);
            tokio::time::sleep(Duration::from_secs(1)).await;
            let gateway = &mut gateways[number];
            gateway.ask_to_stop();
            assert!(gateway.ended(Duration::from_secs(30)).await.success(), "{}", gateway.log());
            *gateway = start(program, ports[number], "serve");
            gateway.ready().await;
            proxy.put_back(number);
            let booked = load.references().len();
            load.until_booked(booked + 10).await;
        }
        worker.ask_to_stop();
        assert!(worker.ended(Duration::from_secs(30)).await.success());
        worker = start(&binary(), running::free_port(), "worker");
        worker.ready().await;
        load.stop();
    };
    futures::join!(load.run(&app, &client, &service, &starts), upgrading);
    assert!(load.failures().is_empty(), "{:?}", load.failures());
    assert_eq!(load.busy(), 0);
    app.each_message_once(&load.references()).await;
    tests::live_times::assert_sound(&sql).await;
}
