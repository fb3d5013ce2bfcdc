//! Behind a pooler that lends connections of the database for one transaction only: nothing of a municipality, of a
//! setting or of a statement stays on a connection that somebody else gets next.

use std::time::Duration;

use db::{Db, Options, Pooler, sealed::Keyring, self_check::Refusal, wire::ToSql};
use futures::future::join_all;
use kernel::Ctx;
use sea_orm::{
    ConnectionTrait,
    sqlx::{self, PgPool, postgres::PgPoolOptions},
};
use secrecy::ExposeSecret;
use tests::{
    Client, Database, PgBouncer, Setup, booking::erika, live_times::assert_sound, running, towns,
};

use crate::{office_week, race};

const NOTES: &str = "SELECT count(*) FROM appointment WHERE $1::uuid IS NOT NULL";

/// A database behind a pooler with so many connections, and how the service reaches it.
fn behind(database: &Database, connections: u32) -> (PgBouncer, Options) {
    let pooler = PgBouncer::start(database, connections, "");
    let mut options = Options::new(pooler.address(&database.app_url));
    options.pooler = Pooler::Transaction;
    options.direct_url = Some(database.app_url.clone());
    (pooler, options)
}

async fn connect(options: &Options) -> Result<Db, Refusal> {
    Db::connect(options, Keyring::new(&[1; 32])).await
}

/// Somebody else who is lent the same connections.
async fn stranger(pooler: &PgBouncer, database: &Database) -> PgPool {
    let url = pooler.address(&database.app_url);
    let connect: sqlx::postgres::PgConnectOptions = url.expose_secret().parse().expect("a URL");
    let connect = connect.extra_float_digits(None);
    PgPoolOptions::new().max_connections(1).connect_with(connect).await.expect("connected")
}

async fn said(sql: &PgPool, statement: &'static str) -> String {
    use sqlx::{Executor, Row};
    // as a simple query: a prepared one would find itself
    sql.fetch_one(statement).await.expect("an answer").get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn people_book_and_hear_of_it_and_the_office_sees_them() {
    let tiny = towns::tiny(towns::haltern(), 15);
    let app = Setup::new().haltern(tiny).behind_a_pooler(3).start().await;
    office_week::an_office_changes_its_hours(&app).await;
    for town in [&app.haltern, &app.musterstadt] {
        let booked = app.an_appointment(town).await;
        app.run_jobs().await;
        let mails = app.mails_to("erika@example.org");
        assert!(mails.iter().any(|mail| mail.text.contains(&booked.reference)), "{mails:?}");
    }
    app.housekeeping().await;
    let sql = app.database.superuser_sql().await;
    let failed = "SELECT count(*)::text FROM job WHERE last_error IS NOT NULL";
    assert_eq!(said(&sql, failed).await, "0");
    assert_sound(&sql).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn four_hundred_at_once_get_exactly_the_places_there_are() {
    let app = Setup::new().connections(24).behind_a_pooler(6).start().await;
    race::four_hundred_want_one_start(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_inherits_a_municipality_or_a_statement() {
    let app = Setup::new().start().await;
    app.an_appointment(&app.haltern).await;
    let (pooler, mut options) = behind(&app.database, 1);
    options.lock_timeout = Duration::from_millis(1234);
    let db = connect(&options).await.expect("a sound database");
    let stranger = stranger(&pooler, &app.database).await;
    let ctx = |town: &tests::Town| Ctx::for_tests(town.id, "2026-12-07T08:00:00+01:00");
    let (ours, theirs) = (ctx(&app.haltern), ctx(&app.musterstadt));
    let own = said(&stranger, "SELECT current_setting('lock_timeout')").await;

    for _ in 0..3 {
        for (ctx, expected) in [(&ours, 1), (&theirs, 0)] {
            let none: &[&(dyn ToSql + Sync)] = &[];
            let rows = db.read_all(ctx, &[(NOTES, none), (NOTES, none)]).await.expect("counted");
            for rows in &rows {
                assert_eq!(rows[0].get::<_, i64>(0), expected, "the fast lane");
            }
            let tx = db.begin(ctx).await.expect("a transaction");
            let row = tx.query_one_raw(tx.statement(NOTES, [])).await.expect("counted");
            assert_eq!(row.expect("a row").try_get_by_index::<i64>(0).expect("n"), expected);
            let row = tx.query_one_raw(tx.statement(
                "SELECT current_setting('lock_timeout') WHERE $1::uuid IS NOT NULL",
                [],
            ));
            let timeout: String =
                row.await.expect("asked").expect("a row").try_get_by_index(0).expect("a text");
            assert_eq!(timeout, "1234ms", "a setting of each transaction");
            tx.commit().await.expect("committed");
            // the pooler has one connection, so this is the one that was used just now
            assert_eq!(said(&stranger, "SELECT count(*)::text FROM appointment").await, "0");
            let tenant = "SELECT coalesce(current_setting('app.tenant_id', true), '')";
            assert_eq!(said(&stranger, tenant).await, "");
            assert_eq!(said(&stranger, "SELECT current_setting('lock_timeout')").await, own);
            let statements = "SELECT count(*)::text FROM pg_prepared_statements";
            assert_eq!(said(&stranger, statements).await, "0", "no statement has a name");
        }
    }
    // who goes away in the middle leaves nothing either
    let call = db.read(&ours, "SELECT pg_sleep(0.2) WHERE $1::uuid IS NOT NULL", &[]);
    assert!(tokio::time::timeout(Duration::from_millis(50), call).await.is_err());
    drop(db.begin(&ours).await.expect("a transaction"));
    assert_eq!(said(&stranger, "SELECT count(*)::text FROM appointment").await, "0");
    assert_eq!(said(&stranger, "SELECT count(*)::text FROM pg_prepared_statements").await, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_clients_on_few_connections_never_see_each_others_municipality() {
    let app = Setup::new().start().await;
    app.an_appointment(&app.haltern).await;
    let (_pooler, mut options) = behind(&app.database, 2);
    (options.max_connections, options.fast_connections) = (12, 12);
    let db = connect(&options).await.expect("a sound database");
    let clients = (0..24).map(|n| {
        let (db, app) = (&db, &app);
        async move {
            let town = if n % 2 == 0 { &app.haltern } else { &app.musterstadt };
            let ctx = Ctx::for_tests(town.id, "2026-12-07T08:00:00+01:00");
            for _ in 0..20 {
                let rows = db.read(&ctx, NOTES, &[]).await.expect("counted");
                assert_eq!(rows[0].get::<_, i64>(0), i64::from(n % 2 == 0));
                let tx = db.begin(&ctx).await.expect("a transaction");
                let row = tx.query_one_raw(tx.statement(NOTES, [])).await.expect("counted");
                let seen = row.expect("a row").try_get_by_index::<i64>(0).expect("a number");
                assert_eq!(seen, i64::from(n % 2 == 0));
                tx.commit().await.expect("committed");
            }
        }
    });
    join_all(clients).await;
}

#[tokio::test]
async fn a_pooler_that_nobody_told_us_of_is_refused() {
    let database = Database::create().await;
    for settings in ["", "ignore_startup_parameters = options,extra_float_digits"] {
        let pooler = PgBouncer::start(&database, 2, settings);
        let options = Options::new(pooler.address(&database.app_url));
        let refusal = connect(&options).await.expect_err("it was served");
        assert!(matches!(refusal, Refusal::Pooler), "{settings}: {refusal}");
        // the owner's commands lock for their session
        let options = Options::new(pooler.address(&database.owner_url));
        let refused = Db::connect_unchecked(&options, Keyring::new(&[1; 32])).await;
        assert!(matches!(refused, Err(Refusal::Pooler)), "{settings}");
    }
    let (_pooler, options) = behind(&database, 2);
    connect(&options).await.expect("told of it, it serves");
}

#[tokio::test]
async fn notifications_take_the_way_past_it() {
    let database = Database::create().await;
    let (pooler, mut options) = behind(&database, 2);
    assert!(connect(&options).await.expect("connected").hears_itself().await.expect("listened"));
    // a way past that is none
    options.direct_url = Some(pooler.address(&database.app_url));
    let db = connect(&options).await.expect("connected");
    assert!(!db.hears_itself().await.unwrap_or_default());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_serves_and_works_behind_it() {
    let app = Setup::new().at_real_time(running::now_millis()).start().await;
    let pooler = PgBouncer::start(&app.database, 4, "");
    let url = pooler.address(&app.database.app_url);
    let settings = [
        ("STADTTERMIN_DATABASE__URL", url.expose_secret()),
        ("STADTTERMIN_DATABASE__POOLER", "transaction"),
        ("STADTTERMIN_DATABASE__DIRECT_URL", app.database.app_url.expose_secret()),
    ];
    let doctor = app.command_with(&["doctor"], &settings).text;
    assert!(doctor.contains("ok       behind the pooler, notifications arrive"), "{doctor}");
    let untold = app.command_with(&["doctor"], &settings[..1]).text;
    assert!(untold.contains("problem  ") && untold.contains("set database.pooler"), "{untold}");
    let gateway = app.run_program("serve", &settings).await;
    let _worker = app.run_program("worker", &settings).await;
    let (client, town) = (Client::at(gateway.port), &app.haltern);
    let (service, starts) = client.free_starts(town).await;
    let bookings = starts.iter().take(12).map(|start| async {
        let token = client.hold(town, &service, start).await.expect("an answer").expect("held");
        client.book(town, &token).await.expect("an answer").expect("booked")
    });
    let references = join_all(bookings).await;
    app.each_message_once(&references).await;

    // a change of the municipality reaches the gateway by the connection past the pooler
    let mut file = towns::haltern();
    towns::set(&mut file, "name", "Stadt Haltern, umbenannt");
    app.apply(file).await;
    let renamed = async {
        loop {
            let page = client.get(town, "/").send().await.expect("an answer");
            if page.text().await.expect("a page").contains("umbenannt") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), renamed).await.expect("heard of");
    assert_sound(&app.database.superuser_sql().await).await;
}

#[tokio::test]
async fn what_is_refused_is_refused_alike() {
    let mut answers = Vec::new();
    for setup in [Setup::new(), Setup::new().behind_a_pooler(2)] {
        let app = setup.haltern(towns::tiny(towns::haltern(), 15)).start().await;
        let (town, slots) = (&app.haltern, app.free(&app.haltern).await);
        let token = app.held(town, &slots[0]).await;
        answers.push([
            app.reserve(town, &slots[0]).await.code(),
            app.book(town, &token, erika()).await.code(),
            app.book(town, &token, erika()).await.code(),
            app.book(town, "no token", erika()).await.code(),
        ]);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[1][..2], ["SLOT_TAKEN", ""]);
}
