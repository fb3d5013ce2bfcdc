//! The connections of the fast lane, and who may use them when.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sea_orm::sqlx::{
    ConnectOptions,
    postgres::{PgConnectOptions, PgSslMode},
};
use tokio::{
    runtime::Handle,
    time::{Instant, timeout, timeout_at},
};
use tokio_postgres::{Client, Config, Error, Statement, config::SslMode, types::Type};
use url::{Url, form_urlencoded};
use uuid::Uuid;

use super::tls::Tls;
use crate::{
    Fault, Options, Pooler, fault,
    turns::{Turn, Turns},
};

/// As long as `SQLx` keeps a connection: servers behind a balancer get their share again, old plans are forgotten.
const LIFETIME: Duration = Duration::from_mins(30);

/// A few connections, opened when they are needed.
pub(crate) struct Lanes {
    turns: Arc<Turns>,
    shared: Arc<Shared>,
}

struct Shared {
    config: Config,
    tls: Tls,
    acquire_timeout: Duration,
    /// How long a call may go on that nobody waits for.
    settle_timeout: Duration,
    idle: Mutex<Vec<Arc<Lane>>>,
    closed: AtomicBool,
    /// What follows `BEGIN`.
    begin_with: String,
    /// Behind a pooler: the types of the parameters of each statement, because no connection keeps a statement.
    types: Option<Mutex<HashMap<Place, Arc<[Type]>>>>,
}

/// Where Citus distributes the tables, a plan depends on its values after all: the municipality says which node is asked.
const PLAN_FOR_CITUS: &str = "SELECT set_config('plan_cache_mode', 'auto', false)
    WHERE EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')";
/// Where the text of a statement stands.
type Place = (usize, usize);

/// One connection and the statements that it knows, by the address of their text.
pub(super) struct Lane {
    client: Client,
    statements: Mutex<HashMap<Place, Statement>>,
    dismissed: Arc<AtomicBool>,
    spoilt: AtomicBool,
    until: Instant,
}

/// A connection in use. It goes back when this is dropped, or when the last answer is there.
pub(super) struct Borrowed {
    lane: Arc<Lane>,
    under_way: bool,
    shared: Arc<Shared>,
    turn: Option<Turn>,
}

/// A statement that can be sent now.
pub(super) enum Ready {
    /// The connection knows it by name.
    Named(Statement),
    /// It is sent as a whole, with parameters of these types.
    Whole(&'static str, Arc<[Type]>),
}

/// How far a call had come when it failed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Its statement was not known to the connection yet; nothing was done.
    Prepare,
    /// The server said no to BEGIN, or nothing at all.
    Begin,
    /// The transaction was open.
    Work,
}

/// What a call may do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// Why there are no rows.
pub(super) enum Miss {
    /// Nothing of it was done, surely, or it does not matter: it may be tried once more, on a new connection.
    NotDone(Fault),
    /// It failed, or nobody knows.
    Fault(Fault),
}

impl Lanes {
    /// Opens nothing yet.
    pub(crate) fn new(options: &Options) -> Result<Self, Fault> {
        // The few statements of this lane are planned once: their best plan does not depend on their values.
        let mut connect = options.connect_options()?;
        if options.pooler == Pooler::None {
            connect = connect.options([("plan_cache_mode", "force_generic_plan")]);
        }
        let shared = Shared {
            config: config(&connect, options),
            tls: Tls::new(connect.get_ssl_mode(), &address(&connect))?,
            acquire_timeout: options.acquire_timeout,
            settle_timeout: options.statement_timeout + options.acquire_timeout,
            idle: Mutex::default(),
            closed: AtomicBool::new(false),
            begin_with: options.begin_with(),
            types: (options.pooler == Pooler::Transaction).then(Mutex::default),
        };
        let most = usize::try_from(options.fast_connections).unwrap_or(1);
        Ok(Self { turns: Turns::at(most), shared: Arc::new(shared) })
    }

    /// Refuses every call from now on. Calls that are under way end.
    pub(crate) fn close(&self) {
        self.turns.close();
        self.shared.closed.store(true, Ordering::SeqCst);
        locked(&self.shared.idle).clear();
    }

    /// Waits for a connection for a municipality; `fresh` asks for one that nobody has used.
    pub(super) async fn borrow(&self, tenant: Uuid, fresh: bool) -> Result<Borrowed, Fault> {
        let deadline = Instant::now() + self.shared.acquire_timeout;
        let late = |_| fault::unavailable("no connection became free in time");
        let turn = self.turns.wait(tenant, self.shared.acquire_timeout).await?;
        let lane = match if fresh { None } else { self.shared.take_idle() } {
            Some(lane) => lane,
            None => Arc::new(timeout_at(deadline, self.shared.open()).await.map_err(late)??),
        };
        Ok(Borrowed { lane, under_way: false, shared: self.shared.clone(), turn: Some(turn) })
    }
}

impl Shared {
    /// The connection that was used last, so that a quiet hour needs few.
    fn take_idle(&self) -> Option<Arc<Lane>> {
        let mut idle = locked(&self.idle);
        loop {
            let lane = idle.pop()?;
            if !lane.client.is_closed() && lane.until > Instant::now() {
                return Some(lane);
            }
        }
    }

    async fn open(&self) -> Result<Lane, Fault> {
        let (client, mut connection) = self.config.connect(self.tls.clone()).await?;
        let dismissed = Arc::new(AtomicBool::new(false));
        let by_server = dismissed.clone();
        tokio::spawn(async move {
            // before the connection is dropped, which is what its callers hear of
            if let Err(error) = (&mut connection).await {
                by_server.store(fault::ended_by_server(&error), Ordering::SeqCst);
            }
        });
        // behind a pooler nothing is planned in advance, and a setting would stay on somebody else's connection
        if self.types.is_none() {
            client.batch_execute(PLAN_FOR_CITUS).await?;
        }
        Ok(Lane {
            client,
            statements: Mutex::default(),
            dismissed,
            spoilt: AtomicBool::new(false),
            until: Instant::now() + LIFETIME,
        })
    }

    fn give_back(&self, lane: Arc<Lane>) {
        if !lane.client.is_closed() && !lane.spoilt.load(Ordering::SeqCst) {
            let mut idle = locked(&self.idle);
            // asked under the lock: `close` empties the list after it has said so
            if !self.closed.load(Ordering::SeqCst) {
                idle.push(lane);
            }
        }
    }
}

impl Borrowed {
    /// The statement as this connection knows it.
    pub(super) async fn prepare(&self, text: &'static str) -> Result<Ready, Error> {
        let place = (text.as_ptr().addr(), text.len());
        if let Some(types) = &self.shared.types {
            let known = locked(types).get(&place).cloned();
            if let Some(known) = known {
                return Ok(Ready::Whole(text, known));
            }
            let learnt = self.learn_types(text).await?;
            locked(types).insert(place, learnt.clone());
            return Ok(Ready::Whole(text, learnt));
        }
        let known = locked(&self.lane.statements).get(&place).cloned();
        if let Some(statement) = known {
            return Ok(Ready::Named(statement));
        }
        let statement = self.lane.client.prepare(text).await?;
        locked(&self.lane.statements).insert(place, statement.clone());
        Ok(Ready::Named(statement))
    }

    /// Asks the server for the types of a statement's parameters and leaves nothing behind on its connection, which is
    /// somebody else's after the transaction: the name is given back inside it.
    async fn learn_types(&self, text: &str) -> Result<Arc<[Type]>, Error> {
        // whoever is dropped on the way leaves a connection that nobody must use
        self.lane.spoilt.store(true, Ordering::SeqCst);
        let client = self.lane.client();
        client.batch_execute("BEGIN").await?;
        let types = client.prepare(text).await.map(|statement| statement.params().into());
        client.batch_execute("ROLLBACK").await?;
        self.lane.spoilt.store(false, Ordering::SeqCst);
        types
    }

    /// What follows `BEGIN`.
    pub(super) fn begin_with(&self) -> &str {
        &self.shared.begin_with
    }

    /// Messages are about to leave: until [`Self::arrived`] the connection is free for nobody.
    pub(super) fn set_off(&mut self) -> Arc<Lane> {
        self.under_way = true;
        self.lane.clone()
    }

    /// All answers are there.
    pub(super) fn arrived(&mut self) {
        self.under_way = false;
    }

    /// What an error means for the call, and for this connection.
    pub(super) fn blame(&self, error: Error, stage: Stage, access: Access) -> Miss {
        let (closed, by_server) = (error.is_closed(), fault::ended_by_server(&error));
        let outdated = fault::is_outdated(&error);
        if outdated {
            self.lane.spoilt.store(true, Ordering::SeqCst);
        }
        // A server that says goodbye instead of answering BEGIN has not read what follows it. A connection that ends
        // without a word may have carried everything to its end.
        let goodbye = by_server || closed && self.lane.dismissed.load(Ordering::SeqCst);
        let not_done = match (access, stage) {
            (Access::Read, _) | (Access::Write, Stage::Prepare) => closed || by_server || outdated,
            (Access::Write, Stage::Begin) => goodbye,
            (Access::Write, Stage::Work) => outdated,
        };
        if not_done { Miss::NotDone(error.into()) } else { Miss::Fault(error.into()) }
    }
}

impl Lane {
    pub(super) fn client(&self) -> &Client {
        &self.client
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        let (lane, shared, turn) = (self.lane.clone(), self.shared.clone(), self.turn.take());
        if !self.under_way {
            shared.give_back(lane);
            return;
        }
        // A panic while values were written may have left BEGIN without its COMMIT: this connection ends here.
        if std::thread::panicking() {
            return;
        }
        // Nobody waits for the answers any more, but the next caller shall not have to wait for them either.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                let settled = timeout(shared.settle_timeout, lane.client.batch_execute("")).await;
                if let Ok(Ok(())) = settled {
                    shared.give_back(lane);
                }
                drop(turn);
            });
        }
    }
}

/// What a panic left behind is still right: entries are put in whole.
fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where `SQLx` would connect, and how. `to_url_lossy` is the only way to its password; it reads badly when other parts
/// are unusual, so those are taken from the getters.
fn address(connect: &PgConnectOptions) -> Url {
    connect.clone().host("localhost").username("nobody").to_url_lossy()
}

fn config(connect: &PgConnectOptions, options: &Options) -> Config {
    let mut config = Config::new();
    config
        .user(connect.get_username())
        .port(connect.get_port())
        .connect_timeout(options.acquire_timeout)
        // a statement answers before that; a network that swallowed it does not
        .tcp_user_timeout(options.statement_timeout + options.acquire_timeout)
        .ssl_mode(match connect.get_ssl_mode() {
            PgSslMode::Disable | PgSslMode::Allow => SslMode::Disable,
            PgSslMode::Prefer => SslMode::Prefer,
            PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull => SslMode::Require,
        });
    match connect.get_socket() {
        Some(folder) => config.host_path(folder),
        None => config.host(connect.get_host().trim_matches(['[', ']'])),
    };
    if let Some(name) = connect.get_database() {
        config.dbname(name);
    }
    if let Some(name) = connect.get_application_name() {
        config.application_name(name);
    }
    if let Some(settings) = connect.get_options() {
        config.options(settings);
    }
    if let Some(encoded) = address(connect).password() {
        // SQLx writes everything but letters and digits as %XX, so this reads it back exactly
        let pair = format!("password={encoded}");
        for (_, password) in form_urlencoded::parse(pair.as_bytes()) {
            config.password(password.as_bytes());
        }
    }
    config
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use tokio_postgres::config::Host;

    use super::*;

    fn read(url: &str) -> Config {
        let options = Options::new(url.to_owned().into());
        config(&options.connect_options().unwrap(), &options)
    }

    #[test]
    fn an_address_is_read_as_the_other_client_reads_it() {
        let socket = read("postgres://us%40er:p%2Fa%25%2B%20%C3%9F@localhost/d?host=%2Frun%2Fpg");
        assert_eq!(socket.get_hosts(), [Host::Unix(Path::new("/run/pg").to_owned())]);
        assert_eq!(socket.get_user(), Some("us@er"));
        assert_eq!(socket.get_password(), Some("p/a%+ \u{df}".as_bytes()));
        assert_eq!(socket.get_dbname(), Some("d"));
        assert_eq!(socket.get_application_name(), Some("stadttermin"));
        assert_eq!(socket.get_ssl_mode(), SslMode::Prefer);

        let network = read("postgres://a@[::1]:6000/d?sslmode=verify-full");
        assert_eq!(network.get_hosts(), [Host::Tcp("::1".to_owned())]);
        assert_eq!(network.get_ports(), [6000]);
        assert_eq!(network.get_ssl_mode(), SslMode::Require);
    }
}
