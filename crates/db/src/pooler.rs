//! Behind a pooler that lends a connection of the server for one transaction only (`PgBouncer`'s `pool_mode = transaction`).
//!
//! Nothing may outlive a transaction there. Settings of the session go into each transaction (`SET LOCAL`), statements
//! have no names, and `LISTEN` takes a way of its own past the pooler. See `docs/operations.md`.

use std::{fmt::Write, str::FromStr};

use sea_orm::sqlx::{
    self, ConnectOptions,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions},
};
use secrecy::ExposeSecret;

use crate::{Fault, Options, fault, self_check::Refusal};

/// What lies between this program and Postgres.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pooler {
    /// Nothing, or something that gives each client a connection of the server for as long as it stays.
    #[default]
    None,
    /// Something that gives a connection of the server for one transaction.
    Transaction,
}

impl Options {
    /// What this program wants of its sessions.
    fn session(&self) -> [(&'static str, String); 5] {
        [
            ("lock_timeout", self.lock_timeout.as_millis().to_string()),
            ("statement_timeout", self.statement_timeout.as_millis().to_string()),
            ("idle_in_transaction_session_timeout", "30000".to_owned()),
            ("jit", "off".to_owned()),
            ("TimeZone", "UTC".to_owned()),
        ]
    }

    /// What follows `BEGIN` in each transaction. Empty where the session itself has the settings.
    pub(crate) fn begin_with(&self) -> String {
        let mut text = String::new();
        if self.pooler == Pooler::Transaction {
            for (name, value) in self.session() {
                // writing to memory does not fail; the values are numbers and words of ours
                let _ = write!(text, "; SET LOCAL {name} = '{value}'");
            }
        }
        text
    }

    /// How to connect to `database.url`.
    pub(crate) fn connect_options(&self) -> Result<PgConnectOptions, Fault> {
        let connect = address(self.url.expose_secret())?;
        if self.pooler == Pooler::Transaction {
            // PgBouncer knows neither of the two; floats are exact by default
            return Ok(connect.extra_float_digits(None).statement_cache_capacity(0));
        }
        let role = self.application_role.iter().map(|role| ("app.application_role", role));
        Ok(connect
            .options(self.session())
            .options([("default_transaction_isolation", "read committed")])
            .options(role))
    }

    /// For how many transactions the pool has connections: two stay with those who listen.
    pub(crate) fn transactions(&self) -> usize {
        let listening = if self.pooler == Pooler::None && self.max_connections > 4 { 2 } else { 0 };
        usize::try_from(self.max_connections - listening).unwrap_or(1)
    }

    /// Connections that stay: the pool's own, or a few past the pooler, opened when somebody listens.
    pub(crate) fn listeners(&self, pool: &PgPool) -> Result<PgPool, Fault> {
        if self.pooler == Pooler::None {
            return Ok(pool.clone());
        }
        let Some(direct) = &self.direct_url else {
            return Err(fault::bug("behind a pooler, database.direct_url is needed to listen"));
        };
        let connect = address(direct.expose_secret())?;
        let few = PgPoolOptions::new().max_connections(2).acquire_timeout(self.acquire_timeout);
        Ok(few.connect_lazy_with(connect))
    }
}

fn address(url: &str) -> Result<PgConnectOptions, Fault> {
    Ok(PgConnectOptions::from_str(url)?
        .application_name("stadttermin")
        // statements carry parameters only, but even their text stays out of logs
        .disable_statement_logging())
}

/// Refuses to go on when the settings of the session did not arrive: a pooler that nobody has told us of dropped them,
/// and would mix up prepared statements next.
pub(crate) async fn check(pool: &PgPool, options: &Options) -> Result<(), Refusal> {
    if options.pooler == Pooler::Transaction {
        return Ok(());
    }
    let setting = "SELECT setting FROM pg_settings WHERE name = 'lock_timeout'";
    let arrived: String =
        sqlx::query_scalar(setting).persistent(false).fetch_one(pool).await.map_err(Fault::from)?;
    if arrived == options.lock_timeout.as_millis().to_string() {
        Ok(())
    } else {
        Err(Refusal::Pooler)
    }
}

/// Why the first connection failed. `PgBouncer` turns clients away that ask for settings of their session.
pub(crate) fn blame(error: sqlx::Error) -> Refusal {
    let answer = error.as_database_error().map(|answer| answer.message().to_owned());
    if answer.is_some_and(|answer| answer.contains("unsupported startup parameter")) {
        return Refusal::Pooler;
    }
    Fault::from(error).into()
}
