//! A connection to Redis that is made when it is needed and never keeps a request waiting.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use redis::{
    FromRedisValue, RedisResult,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use tracing::Instrument;

use crate::redis_address::{Finder, RedisAddress};

/// How long a request waits for Redis. A healthy one answers in well under a millisecond.
const PATIENCE: Duration = Duration::from_millis(300);
/// How long Redis is left alone after it did not answer. Only one request per pause pays for the waiting.
const PAUSE: Duration = Duration::from_secs(1);

/// Redis cannot be reached or did not answer in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("redis does not answer")]
pub struct Unreachable;

/// The installation's Redis. Cheap to clone; all clones share one connection.
#[derive(Clone)]
pub struct RedisConnection {
    finder: Option<Arc<Finder>>,
    state: Arc<Mutex<State>>,
}

type Connecting<'a> = Pin<Box<dyn Future<Output = RedisResult<ConnectionManager>> + Send + 'a>>;

#[derive(Default)]
struct State {
    connection: Option<ConnectionManager>,
    rest_until: Option<Instant>,
}

impl std::fmt::Debug for RedisConnection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // the address may hold a password
        f.write_str("RedisConnection(…)")
    }
}

impl RedisConnection {
    /// Remembers where Redis is. Connects with the first command, and again whenever the connection broke.
    pub fn lazy(address: impl Into<RedisAddress>) -> Self {
        let finder = Finder::new(&address.into())
            .inspect_err(|error| {
                // the kind only: the text may repeat the URL
                tracing::error!(kind = ?error.kind(), "redis.url is not an address of a redis server");
            })
            .ok();
        Self { finder: finder.map(Arc::new), state: Arc::default() }
    }

    /// Whether Redis answers.
    pub async fn ping(&self) -> Result<(), Unreachable> {
        self.run(async |mut redis| redis::cmd("PING").query_async::<String>(&mut redis).await)
            .await?;
        Ok(())
    }

    /// Runs a command, waiting at most [`PATIENCE`].
    pub(crate) async fn run<T, F>(&self, command: F) -> Result<T, Unreachable>
    where
        T: FromRedisValue,
        F: AsyncFnOnce(ConnectionManager) -> RedisResult<T>,
    {
        if self.is_resting() {
            return Err(Unreachable);
        }
        // which command it is would say no more than the span around it
        let span = tracing::info_span!(
            target: kernel::TRACE,
            "statement",
            otel.kind = "client",
            otel.name = "redis",
            db.system.name = "redis",
        );
        // connecting is boxed, or whatever waits for Redis would carry its types
        let connection: Connecting<'_> = Box::pin(self.connection());
        let work = async { command(connection.await?).await }.instrument(span);
        match tokio::time::timeout(PATIENCE, work).await {
            Ok(Ok(value)) => {
                self.state().rest_until = None;
                Ok(value)
            }
            Ok(Err(error)) => {
                // the kind only: the text of an error may repeat what was sent
                tracing::warn!(kind = ?error.kind(), "redis command failed");
                Err(self.rest())
            }
            Err(_) => {
                tracing::warn!("redis did not answer in time");
                Err(self.rest())
            }
        }
    }

    fn is_resting(&self) -> bool {
        self.finder.is_none() || self.state().rest_until.is_some_and(|until| Instant::now() < until)
    }

    async fn connection(&self) -> RedisResult<ConnectionManager> {
        let known = self.state().connection.clone();
        if let Some(connection) = known {
            return Ok(connection);
        }
        let Some(finder) = &self.finder else {
            return Err((redis::ErrorKind::InvalidClientConfig, "no address").into());
        };
        let client = finder.client().await?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(1)
            .set_min_delay(Duration::from_millis(10))
            .set_max_delay(Duration::from_millis(50));
        let connection = ConnectionManager::new_lazy_with_config(client, config)?;
        // two that came at once both made one: they share the first
        Ok(self.state().connection.get_or_insert(connection).clone())
    }

    /// The connection is made anew after the pause: one that gave up may remember its failure.
    fn rest(&self) -> Unreachable {
        let mut state = self.state();
        state.connection = None;
        state.rest_until = Some(Instant::now() + PAUSE);
        Unreachable
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
