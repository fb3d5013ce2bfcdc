//! Writes the access log beside the requests, in batches.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use db::{Db, Fault, wire::ToSql};
use kernel::{Actor, Chance, Clock, Ctx, Locale, PublicError, RequestId, TenantId};
use sea_orm::prelude::Uuid;
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use super::Entry;

/// Entries that may wait. About 4 MB; more would only hide that the database is too slow.
const QUEUE: usize = 8192;
/// Entries that are written together at most.
const BATCH: usize = 500;
/// How long an entry waits for others.
const PATIENCE: Duration = Duration::from_secs(1);

/// Takes entries without making the request wait, and writes them a little later.
///
/// When the database does not keep up, entries are dropped and counted: a log must never stop the service.
#[derive(Debug, Clone)]
pub struct Recorder {
    queue: mpsc::Sender<Message>,
    losses: Arc<Losses>,
}

enum Message {
    Entry(TenantId, Entry),
    Flush(oneshot::Sender<()>),
}

/// Counts what was not written, and says so once per bout.
#[derive(Debug, Default)]
struct Losses {
    count: AtomicU64,
    told: AtomicBool,
}

impl Losses {
    fn add(&self, entries: usize, why: &str) {
        self.count.fetch_add(entries.try_into().unwrap_or(u64::MAX), Ordering::Relaxed);
        if !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(why, "access log entries are being dropped");
        }
    }

    fn over(&self) {
        if self.told.swap(false, Ordering::Relaxed) {
            let dropped = self.count.load(Ordering::Relaxed);
            tracing::info!(dropped, "access log is being written again");
        }
    }
}

impl Recorder {
    /// Starts the writing task. It ends when the last recorder is gone.
    pub fn spawn(db: Db, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Self {
        let (queue, inbox) = mpsc::channel(QUEUE);
        let losses = Arc::new(Losses::default());
        let writer = Writer {
            sink: Sink { db, clock, chance },
            losses: losses.clone(),
            waiting: HashMap::new(),
            count: 0,
        };
        tokio::spawn(writer.run(inbox));
        Self { queue, losses }
    }

    /// Hands an entry over. Never waits.
    pub fn record(&self, tenant: TenantId, entry: Entry) {
        if self.queue.try_send(Message::Entry(tenant, entry)).is_err() {
            self.losses.add(1, "the queue is full");
        }
    }

    /// Resolves when everything recorded before was written. For shutdown and tests.
    pub async fn flush(&self) {
        let (done, written) = oneshot::channel();
        if self.queue.send(Message::Flush(done)).await.is_ok() {
            // The writer is gone only together with the runtime.
            let _ = written.await;
        }
    }

    /// How many entries were dropped since the start.
    pub fn dropped(&self) -> u64 {
        self.losses.count.load(Ordering::Relaxed)
    }
}

struct Writer {
    sink: Sink,
    losses: Arc<Losses>,
    waiting: HashMap<TenantId, Vec<Entry>>,
    count: usize,
}

impl Writer {
    async fn run(mut self, mut inbox: mpsc::Receiver<Message>) {
        let mut due = Instant::now();
        loop {
            tokio::select! {
                message = inbox.recv() => match message {
                    Some(Message::Entry(tenant, entry)) => {
                        if self.count == 0 {
                            due = Instant::now() + PATIENCE;
                        }
                        self.waiting.entry(tenant).or_default().push(entry);
                        self.count += 1;
                        if self.count >= BATCH {
                            self.write().await;
                        }
                    }
                    Some(Message::Flush(done)) => {
                        self.write().await;
                        // Whoever asked may have gone.
                        let _ = done.send(());
                    }
                    None => return self.write().await,
                },
                () = tokio::time::sleep_until(due), if self.count > 0 => self.write().await,
            }
        }
    }

    async fn write(&mut self) {
        self.count = 0;
        for (tenant, entries) in std::mem::take(&mut self.waiting) {
            let count = entries.len();
            match self.sink.insert(tenant, &entries).await {
                Ok(()) => self.losses.over(),
                // Only the class: a database's own words may repeat a value.
                Err(fault) => self.losses.add(count, fault.code().wire()),
            }
        }
    }
}

const WRITE: &str = "SELECT write_access_log($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

struct Sink {
    db: Db,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
}

impl Sink {
    async fn insert(&self, tenant: TenantId, entries: &[Entry]) -> Result<(), Fault> {
        let ctx = Ctx::new(
            tenant,
            Actor::Worker,
            Locale::De,
            RequestId(0),
            self.clock.clone(),
            self.chance.clone(),
        );
        let ids: Vec<Uuid> = entries.iter().map(|entry| entry_id(&ctx, entry)).collect();
        let ips: Vec<String> = entries.iter().map(|entry| entry.ip.to_string()).collect();
        let times: Vec<_> = entries.iter().map(|entry| entry.requested_at).collect();
        let statuses: Vec<i32> = entries.iter().map(|entry| entry.status.into()).collect();
        let bytes: Vec<i64> =
            entries.iter().map(|entry| i64::try_from(entry.bytes).unwrap_or(i64::MAX)).collect();
        let texts = |field: fn(&Entry) -> &str| entries.iter().map(field).collect::<Vec<&str>>();
        let params: [&(dyn ToSql + Sync); 11] = [
            &ids,
            &ips,
            &times,
            &texts(|entry| &entry.utc_offset),
            &texts(|entry| &entry.path),
            &statuses,
            &bytes,
            &texts(|entry| &entry.referrer),
            &texts(|entry| &entry.browser),
            &texts(|entry| &entry.system),
            &texts(|entry| &entry.language),
        ];
        self.db.call(&ctx, WRITE, &params).await.map(|_| ())
    }
}

/// UUID version 7 of the request's time: new rows lie together in the index.
fn entry_id(ctx: &Ctx, entry: &Entry) -> Uuid {
    let millis = u64::try_from(entry.requested_at.timestamp_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &ctx.random::<10>()).into_uuid()
}
