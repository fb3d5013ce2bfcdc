//! The private Postgres of a run: databases, statements, sizes. Everything goes through `psql`, so that what is
//! measured stays the only program of ours that talks to it.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

/// The role that owns the tables.
pub(crate) const OWNER: &str = "bench_owner";
/// The role that serves.
pub(crate) const APP: &str = "bench_app";
/// A role with the rights of the one that serves, for which row-level security does not count.
pub(crate) const BYPASS: &str = "bench_bypass";

/// A Postgres that is reached over a socket.
#[derive(Debug)]
pub(crate) struct Postgres {
    /// The directory of the socket.
    pub(crate) socket: String,
    /// The first process.
    pub(crate) pid: u32,
    /// As `SHOW server_version` says.
    pub(crate) version: String,
    variant: &'static str,
}

impl Postgres {
    /// The server that `deploy/bench.sh` has started.
    pub(crate) fn of_this_run() -> Result<Self> {
        let url = std::env::var("STADTTERMIN_DATABASE__ADMIN_URL")
            .context("there is no database server: run `make bench`")?;
        let url = url::Url::parse(&url)?;
        let socket =
            url.query_pairs().find(|(key, _)| key == "host").map(|(_, value)| value.into_owned());
        let mut postgres = Self {
            socket: socket.context("the database server has no socket")?,
            pid: 0,
            version: String::new(),
            variant: "postgres",
        };
        let pid = postgres
            .value("postgres", "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)")?;
        postgres.pid = pid.parse()?;
        postgres.version = postgres.value("postgres", "SHOW server_version")?;
        Ok(postgres)
    }

    /// The address of a database, as the service wants it.
    pub(crate) fn url(&self, database: &str, role: &str) -> Result<String> {
        let mut url = url::Url::parse("postgres://localhost")?;
        url.set_path(database);
        let _ = url.set_username(role);
        url.query_pairs_mut().append_pair("host", &self.socket);
        Ok(url.into())
    }

    /// Runs statements as superuser and returns what they print, fields separated by `|`.
    pub(crate) fn run(&self, database: &str, sql: &str) -> Result<String> {
        let mut child = Command::new("psql")
            .args([
                "-XAtq",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                &self.socket,
                "-U",
                self.variant,
                "-d",
                database,
                "-f",
                "-",
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("psql is not installed")?;
        // psql reads its whole input before it ends; a thread is not needed for what fits a pipe after it was read
        let mut stdin = child.stdin.take().context("no input")?;
        let text = sql.to_owned();
        let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
        let output = child.wait_with_output()?;
        let _ = writer.join();
        if !output.status.success() {
            bail!("{database}: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    }

    /// One value.
    pub(crate) fn value(&self, database: &str, sql: &str) -> Result<String> {
        Ok(self.run(database, sql)?.lines().next().unwrap_or_default().to_owned())
    }

    /// One number.
    pub(crate) fn count(&self, database: &str, sql: &str) -> Result<u64> {
        self.value(database, sql)?.parse().with_context(|| format!("no number: {sql}"))
    }

    /// Makes the roles and an empty database, as `docs/operations.md` says.
    pub(crate) fn provision(&self, database: &str) -> Result<()> {
        self.run(
            "postgres",
            &format!(
                "CREATE ROLE {OWNER} LOGIN NOSUPERUSER NOBYPASSRLS;
                 CREATE ROLE {APP} LOGIN NOSUPERUSER NOBYPASSRLS;
                 CREATE ROLE {BYPASS} LOGIN NOSUPERUSER BYPASSRLS INHERIT IN ROLE {APP};
                 CREATE DATABASE {database} OWNER {OWNER};"
            ),
        )?;
        self.run(
            database,
            &format!(
                "CREATE EXTENSION btree_gist;
                 REVOKE CREATE ON SCHEMA public FROM PUBLIC;
                 GRANT CREATE, USAGE ON SCHEMA public TO {OWNER};"
            ),
        )?;
        Ok(())
    }

    /// Copies a database that nobody is connected to.
    pub(crate) fn copy(&self, from: &str, to: &str) -> Result<()> {
        // FILE_COPY would write checkpoints; the log is what the server is configured for
        self.run("postgres", &format!("CREATE DATABASE {to} TEMPLATE {from} OWNER {OWNER}"))?;
        Ok(())
    }

    /// Drops a database, whoever is connected.
    pub(crate) fn drop(&self, database: &str) -> Result<()> {
        self.run("postgres", &format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"))?;
        Ok(())
    }
}
