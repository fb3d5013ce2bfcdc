//! Makes the two roles and the database of an installation, for the demo and the tests.
//!
//! In production the operator does this once, see `docs/operations.md`; the statements are the same.

use std::str::FromStr;

use sea_orm::sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, postgres::PgConnectOptions,
};
use secrecy::{ExposeSecret, SecretString};

use crate::Fault;

/// The URLs of a provisioned database.
#[derive(Debug, Clone)]
pub struct Provisioned {
    /// The role that owns the tables: for `migrate` and `tenant apply`.
    pub owner_url: SecretString,
    /// The role that serves: owns nothing, cannot bypass row-level security.
    pub app_url: SecretString,
}

/// Creates roles and database if they are missing. `admin_url` must be allowed to.
pub async fn provision(
    admin_url: &SecretString,
    database: &str,
    password: &SecretString,
) -> Result<Provisioned, Fault> {
    let mut admin = PgConnection::connect(admin_url.expose_secret()).await?;
    let secret = quoted(password.expose_secret());
    let (owner, app) = (format!("{database}_owner"), format!("{database}_app"));
    for (role, rights) in [(&owner, "NOCREATEDB"), (&app, "NOINHERIT")] {
        let sql = format!(
            "DO $$ BEGIN CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS {rights} PASSWORD {secret};
             EXCEPTION WHEN duplicate_object THEN ALTER ROLE {role} PASSWORD {secret}; END $$"
        );
        admin.execute(AssertSqlSafe(sql)).await?;
    }
    let exists: Option<i32> =
        sea_orm::sqlx::query_scalar("SELECT 1 FROM pg_database WHERE datname = $1")
            .bind(database)
            .fetch_optional(&mut admin)
            .await?;
    if exists.is_none() {
        let sql = format!(
            "CREATE DATABASE {database} OWNER {owner} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
        );
        admin.execute(AssertSqlSafe(sql)).await?;
    }
    admin.close().await?;

    let inside = PgConnectOptions::from_str(admin_url.expose_secret())?.database(database);
    let mut inside = PgConnection::connect_with(&inside).await?;
    let sql = format!(
        "CREATE EXTENSION IF NOT EXISTS btree_gist;
         REVOKE ALL ON DATABASE {database} FROM PUBLIC;
         REVOKE CREATE ON SCHEMA public FROM PUBLIC;
         GRANT CONNECT ON DATABASE {database} TO {app};
         GRANT CREATE, USAGE ON SCHEMA public TO {owner};
         ALTER DATABASE {database} SET app.application_role = '{app}';"
    );
    inside.execute(AssertSqlSafe(sql)).await?;
    inside.close().await?;
    Ok(Provisioned {
        owner_url: as_role(admin_url, database, &owner, password)?,
        app_url: as_role(admin_url, database, &app, password)?,
    })
}

fn as_role(
    admin_url: &SecretString,
    database: &str,
    role: &str,
    password: &SecretString,
) -> Result<SecretString, Fault> {
    let invalid = || Fault::from(sea_orm::sqlx::Error::Configuration("database url".into()));
    let mut url = url::Url::parse(admin_url.expose_secret()).map_err(|_| invalid())?;
    url.set_username(role).map_err(|()| invalid())?;
    url.set_password(Some(password.expose_secret())).map_err(|()| invalid())?;
    url.set_path(database);
    Ok(SecretString::from(url.to_string()))
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
