//! A database per test, copied from one that was migrated once.

use std::path::Path;

use sea_orm::sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, PgPool, Row, postgres::PgPoolOptions,
};
use secrecy::{ExposeSecret, SecretString};

/// The variables that say where the servers are; `make test` sets them.
const ADMIN_URL: [&str; 2] = ["STADTTERMIN_DATABASE__ADMIN_URL", "STADTTERMIN_DATABASE__URL"];
const REDIS_URL: &str = "STADTTERMIN_REDIS__URL";
/// Any number that nothing else locks: tests that start together make the template once.
const TEMPLATE_LOCK: i64 = 7_238_001;

/// The address of Redis.
pub fn redis_url() -> SecretString {
    SecretString::from(std::env::var(REDIS_URL).unwrap_or_else(|_| missing(REDIS_URL)))
}

fn admin_url() -> SecretString {
    let url = ADMIN_URL.iter().find_map(|name| std::env::var(name).ok());
    SecretString::from(url.unwrap_or_else(|| missing(ADMIN_URL[0])))
}

fn missing(name: &str) -> ! {
    panic!(
        "{name} is not set: run `make test`, or `eval \"$(deploy/services.sh start .data/t --fast)\"` and then \
         `cargo nextest run --workspace`"
    )
}

/// A test's own database. Dropped with the value.
#[derive(Debug)]
pub struct Database {
    name: String,
    admin_url: SecretString,
    /// The role that owns the tables.
    pub owner_url: SecretString,
    /// The role that serves.
    pub app_url: SecretString,
    /// The role that may do everything, row-level security or not.
    pub superuser_url: SecretString,
}

impl Database {
    /// Makes a migrated, empty database.
    pub async fn create() -> Self {
        let admin_url = admin_url();
        let mut admin = connect(&admin_url).await;
        let template = template(&admin_url, &mut admin).await;
        let name = format!("t_{:016x}", rand::random::<u64>());
        let sql = format!("CREATE DATABASE {name} TEMPLATE {template} OWNER {template}_owner");
        admin.execute(AssertSqlSafe(sql)).await.expect("a copy of the template");
        // A template's settings are not copied; migrations need this one.
        let sql = format!("ALTER DATABASE {name} SET app.application_role = '{template}_app'");
        admin.execute(AssertSqlSafe(sql)).await.expect("a setting");
        admin.close().await.expect("a clean goodbye");
        Self {
            owner_url: address(&admin_url, &name, Some(&format!("{template}_owner"))),
            app_url: address(&admin_url, &name, Some(&format!("{template}_app"))),
            superuser_url: address(&admin_url, &name, None),
            admin_url,
            name,
        }
    }

    /// A database without a table: as it is before the first migration.
    pub async fn unmigrated() -> Self {
        let database = Self::create().await;
        let owner = url::Url::parse(database.owner_url.expose_secret()).expect("an address");
        let sql = format!(
            "DROP SCHEMA public CASCADE; DROP SCHEMA keys CASCADE; CREATE SCHEMA public;
             CREATE EXTENSION btree_gist;
             GRANT USAGE ON SCHEMA public TO PUBLIC; GRANT CREATE ON SCHEMA public TO {}",
            owner.username()
        );
        let superuser = database.superuser_sql().await;
        superuser.execute(AssertSqlSafe(sql)).await.expect("an empty database");
        database
    }

    /// Connects as the role that owns the tables.
    pub async fn owner_sql(&self) -> PgPool {
        pool(&self.owner_url).await
    }

    /// Connects as the role that serves.
    pub async fn app_sql(&self) -> PgPool {
        pool(&self.app_url).await
    }

    /// Connects as the superuser.
    pub async fn superuser_sql(&self) -> PgPool {
        pool(&self.superuser_url).await
    }

    /// Every row of every table as text, byte strings as hexadecimal digits: what a copy of the database shows.
    pub async fn dump(&self) -> String {
        let sql = self.superuser_sql().await;
        let mut everything = String::new();
        for table in tables(&sql).await {
            let rows =
                sea_orm::sqlx::query(AssertSqlSafe(format!("SELECT t::text FROM {table} t")))
                    .fetch_all(&sql)
                    .await
                    .expect("rows");
            for row in rows {
                everything += &format!("{table}: {}\n", row.get::<String, _>(0));
            }
        }
        everything
    }
}

/// All tables of the product, with their schema.
pub async fn tables(sql: &PgPool) -> Vec<String> {
    sea_orm::sqlx::query_scalar(
        "SELECT table_schema || '.' || table_name FROM information_schema.tables
          WHERE table_schema IN ('public', 'keys') AND table_type = 'BASE TABLE' ORDER BY 1",
    )
    .fetch_all(sql)
    .await
    .expect("the catalogue")
}

impl Drop for Database {
    /// Drops the database, also when the test failed; on a thread of its own, because a test's runtime may be ending.
    fn drop(&mut self) {
        let (admin_url, name) = (self.admin_url.clone(), self.name.clone());
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut admin = PgConnection::connect(admin_url.expose_secret()).await?;
                admin
                    .execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")))
                    .await?;
                admin.close().await?;
                Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
            })
        });
        let done = matches!(dropped.join(), Ok(Ok(())));
        assert!(done || std::thread::panicking(), "the test's database could not be dropped");
    }
}

/// The name of the migrated template. Its name says which migrations made it.
async fn template(admin_url: &SecretString, admin: &mut PgConnection) -> String {
    let name = format!("tpl_{}", migrations_hash());
    sea_orm::sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(&mut *admin)
        .await
        .expect("the lock");
    // One that was not finished is no template yet: its maker was killed.
    let finished: Option<bool> =
        sea_orm::sqlx::query_scalar("SELECT datistemplate FROM pg_database WHERE datname = $1")
            .bind(&name)
            .fetch_optional(&mut *admin)
            .await
            .expect("the catalogue");
    if finished != Some(true) {
        let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        admin.execute(AssertSqlSafe(sql)).await.expect("a clean start");
        let made = db::provision::provision(admin_url, &name, &password())
            .await
            .expect("roles and database");
        let owner = pool(&made.owner_url).await;
        migrations::migrate(&owner).await.expect("migrations");
        owner.close().await;
        let sql = format!("ALTER DATABASE {name} WITH is_template true");
        admin.execute(AssertSqlSafe(sql)).await.expect("a template");
    }
    sea_orm::sqlx::query("SELECT pg_advisory_unlock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(admin)
        .await
        .expect("the lock given back");
    name
}

fn migrations_hash() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations/src");
    let mut files: Vec<_> = [folder.clone(), folder.join("sql")]
        .into_iter()
        .flat_map(|folder| std::fs::read_dir(folder).expect("migrations"))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    let mut hash = ring::digest::Context::new(&ring::digest::SHA256);
    for file in files {
        hash.update(&std::fs::read(file).expect("a migration"));
    }
    // how the roles are made is part of it
    hash.update(include_bytes!("../../crates/db/src/provision.rs"));
    db::signature::hex(&hash.finish().as_ref()[..6])
}

/// The roles live on a private server, for the length of a test run.
fn password() -> SecretString {
    SecretString::from("of-the-tests")
}

fn address(admin_url: &SecretString, database: &str, role: Option<&str>) -> SecretString {
    let mut url = url::Url::parse(admin_url.expose_secret()).expect("a database address");
    url.set_path(database);
    if let Some(role) = role {
        url.set_username(role).expect("a role");
        url.set_password(Some(password().expose_secret())).expect("a password");
    }
    SecretString::from(url.to_string())
}

async fn connect(url: &SecretString) -> PgConnection {
    PgConnection::connect(url.expose_secret()).await.expect("Postgres answers (run `make test`)")
}

async fn pool(url: &SecretString) -> PgPool {
    PgPoolOptions::new()
        .max_connections(4)
        .connect(url.expose_secret())
        .await
        .expect("the test's database answers")
}
