//! Jobs outlive workers that sleep or break.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use chrono::TimeDelta;
use db::{
    Db, Options,
    jobs::{self, Handler, Job, JobError, Worker},
    sealed::Keyring,
};
use kernel::{Actor, Ctx, Locale, ManualClock, RequestId, SeededChance, TenantId};
use sea_orm::sqlx;
use tests::Database;
use tokio::sync::Notify;

const KIND: &str = "test";

/// Sleeps in each of two runs until it is woken, and counts how runs end.
#[derive(Debug, Default)]
struct Sleepy {
    runs: AtomicUsize,
    finished: AtomicUsize,
    fenced: AtomicUsize,
    asleep: Notify,
    wake: [Notify; 2],
}

struct Run(Arc<Sleepy>);

#[async_trait::async_trait]
impl Handler for Run {
    async fn run(&self, ctx: &Ctx, db: &Db, job: &Job) -> Result<(), JobError> {
        let it = &self.0;
        let run = it.runs.fetch_add(1, Ordering::SeqCst);
        it.asleep.notify_one();
        it.wake[run].notified().await;
        let tx = db.begin(ctx).await?;
        if let Err(error) = job.hold(&tx, ctx.now()).await {
            it.fenced.fetch_add(1, Ordering::SeqCst);
            assert!(job.finish(&tx).await.is_err(), "who may not hold may not finish");
            return Err(error);
        }
        job.finish(&tx).await?;
        tx.commit().await?;
        it.finished.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

struct Broken;

#[async_trait::async_trait]
impl Handler for Broken {
    async fn run(&self, _: &Ctx, _: &Db, _: &Job) -> Result<(), JobError> {
        panic!("a bug");
    }
}

struct Place {
    db: Db,
    clock: Arc<ManualClock>,
    database: Database,
}

impl Place {
    /// A municipality with one job.
    async fn with_a_job() -> Self {
        let database = Database::create().await;
        let tenant = TenantId::from(uuid::Uuid::from_u128(7));
        let sql = database.superuser_sql().await;
        sqlx::query("INSERT INTO tenant (id, slug, name, state, created_at) VALUES ($1, 'x', 'X', 'active', now())")
            .bind(tenant.uuid())
            .execute(&sql)
            .await
            .expect("a tenant");
        let options = Options::new(database.app_url.clone());
        let db = Db::connect(&options, Keyring::new(&[1; 32])).await.expect("connected");
        let clock = Arc::new(ManualClock::new("2026-12-07T08:00:00Z".parse().expect("a time")));
        let chance = Arc::new(SeededChance::new(1));
        let ctx = Ctx::new(tenant, Actor::Worker, Locale::De, RequestId(1), clock.clone(), chance);
        let tx = db.begin(&ctx).await.expect("a transaction");
        jobs::enqueue(&ctx, &tx, KIND, &0, ctx.now()).await.expect("a job");
        tx.commit().await.expect("written");
        Self { db, clock, database }
    }

    fn worker(&self, handler: impl Handler + 'static) -> Worker {
        let handlers = HashMap::from([(KIND, Box::new(handler) as Box<dyn Handler>)]);
        Worker::new(self.db.clone(), handlers, self.clock.clone(), Arc::new(SeededChance::new(2)))
    }

    async fn jobs(&self) -> Vec<(String, i32)> {
        let sql = self.database.superuser_sql().await;
        sqlx::query_as("SELECT state, attempts FROM job").fetch_all(&sql).await.expect("jobs")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_slept_past_its_lease_is_fenced_off() {
    let place = Place::with_a_job().await;
    let counts = Arc::new(Sleepy::default());
    let (first, second) = (place.worker(Run(counts.clone())), place.worker(Run(counts.clone())));
    let idle = place.worker(Run(counts.clone()));
    let sleeping = tokio::spawn(async move { first.run_due().await });
    counts.asleep.notified().await;
    assert_eq!(idle.run_due().await.expect("runs"), 0, "the job is leased");
    place.clock.advance(TimeDelta::seconds(21));
    // the lease has run out, and the second has taken the job over when the first wakes up
    let working = tokio::spawn(async move { second.run_due().await });
    counts.asleep.notified().await;
    counts.wake[0].notify_one();
    sleeping.await.expect("no panic").expect("runs");
    let ended = || (counts.finished.load(Ordering::SeqCst), counts.fenced.load(Ordering::SeqCst));
    assert_eq!(ended(), (0, 1), "the first is fenced off");
    counts.wake[1].notify_one();
    working.await.expect("no panic").expect("runs");
    assert_eq!(ended(), (1, 1), "the second finishes");
    assert_eq!(place.jobs().await, []);
}

#[tokio::test]
async fn a_handler_that_panics_does_not_end_the_worker() {
    let place = Place::with_a_job().await;
    let worker = place.worker(Broken);
    assert_eq!(worker.run_due().await.expect("goes on"), 1);
    assert_eq!(place.jobs().await, [("ready".to_owned(), 1)]);
    place.clock.advance(TimeDelta::minutes(1));
    assert_eq!(worker.run_due().await.expect("goes on"), 1, "and tries again");
}
