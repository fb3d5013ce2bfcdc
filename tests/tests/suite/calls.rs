//! The fast lane: one flush, one municipality, all or nothing, whoever goes away in the middle.

use std::{future::Future, pin::pin, time::Duration};

use base64::Engine;
use db::{
    Db, Fault, Options,
    sealed::Keyring,
    wire::{IsNull, Row, ToSql, Type, to_sql_checked},
};
use kernel::Ctx;
use sea_orm::{
    ConnectionTrait, DbBackend, Statement,
    sqlx::{self, AssertSqlSafe, PgPool},
};
use tests::Database;

const OURS: u128 = 7;
const THEIRS: u128 = 8;
/// Names no municipality: what it returns is what the policies let through.
const READ: &str = "SELECT text FROM note WHERE $1::uuid IS NOT NULL ORDER BY id";
const WRITE: &str = "INSERT INTO note VALUES ($1, $2, $3)";
const WRITE_THEN_FAIL: &str = "SELECT note_then_fail($1, $2)";
const SLEEP: &str = "SELECT pg_sleep(20) WHERE $1::uuid IS NOT NULL";

const SETUP: &str = "
    CREATE TABLE note (tenant_id uuid, id int, text text, PRIMARY KEY (tenant_id, id),
        CONSTRAINT once UNIQUE (tenant_id, text) DEFERRABLE INITIALLY DEFERRED);
    ALTER TABLE note ENABLE ROW LEVEL SECURITY;
    ALTER TABLE note FORCE ROW LEVEL SECURITY;
    CREATE POLICY tenant_only ON note
        USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid)
        WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
    GRANT SELECT, INSERT, UPDATE, DELETE ON note TO PUBLIC;
    INSERT INTO note VALUES ('00000000-0000-0000-0000-000000000007', 0, 'ours'),
                            ('00000000-0000-0000-0000-000000000008', 0, 'theirs');
    CREATE FUNCTION note_then_fail(tenant uuid, code text) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO note VALUES (tenant, 99, code);
        RAISE EXCEPTION 'no' USING ERRCODE = code, CONSTRAINT = 'a_constraint';
    END $$;";

struct Lane {
    db: Db,
    sql: PgPool,
    database: Database,
}

impl Lane {
    /// A database with notes of two municipalities, and few connections to it.
    async fn open(connections: u32) -> Self {
        let database = Database::create().await;
        let sql = database.superuser_sql().await;
        sqlx::raw_sql(SETUP).execute(&sql).await.expect("the notes");
        let mut options = Options::new(database.app_url.clone());
        options.fast_connections = connections;
        options.acquire_timeout = Duration::from_secs(2);
        options.lock_timeout = Duration::from_millis(1234);
        let db = Db::connect(&options, Keyring::new(&[1; 32])).await.expect("a sound database");
        Self { db, sql, database }
    }

    async fn texts(&self, tenant: u128) -> Vec<String> {
        texts(&self.db.read(&ctx(tenant), READ, &[]).await.expect("notes"))
    }

    async fn number(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.sql).await.expect("a number")
    }

    /// Waits until no connection is inside a transaction and none works.
    async fn settled(&self) {
        let busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                     AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND state <> 'idle'";
        for _ in 0..250 {
            if self.number(busy).await == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(12)).await;
        }
        panic!("a transaction was left open");
    }

    async fn end_all_connections(&self) {
        self.number(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
              WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename <> current_user",
        )
        .await;
    }
}

fn ctx(tenant: u128) -> Ctx {
    Ctx::for_tests(uuid::Uuid::from_u128(tenant).into(), "2026-12-07T08:00:00Z")
}

fn texts(rows: &[Row]) -> Vec<String> {
    rows.iter().map(|row| row.try_get(0).expect("a text")).collect()
}

/// Polls a future so often, then drops it, as a server drops it when the client hangs up.
async fn poll_and_drop(future: impl Future, times: u32) {
    let mut future = pin!(future);
    for _ in 0..times {
        if futures::poll!(&mut future).is_ready() {
            return;
        }
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
}

#[tokio::test]
async fn a_call_sees_one_municipality() {
    let lane = Lane::open(1).await;
    for _ in 0..3 {
        assert_eq!(lane.texts(OURS).await, ["ours"]);
        assert_eq!(lane.texts(THEIRS).await, ["theirs"], "on the same connection");
    }
    assert_eq!(lane.texts(9).await, Vec::<String>::new(), "a municipality without notes");

    let foreign = "INSERT INTO note SELECT '00000000-0000-0000-0000-000000000008', 1, 'x' WHERE $1::uuid IS NOT NULL";
    let refused = lane.db.call(&ctx(OURS), foreign, &[]).await.expect_err("refused");
    assert!(matches!(refused, Fault::Refused(_)), "{refused}");

    let rows =
        lane.db.call(&ctx(OURS), "SELECT $1::uuid, $2::int", &[&5_i32]).await.expect("a row");
    let first: (uuid::Uuid, i32) = (rows[0].get(0), rows[0].get(1));
    assert_eq!(first, (uuid::Uuid::from_u128(OURS), 5), "$1 is the municipality");
}

#[tokio::test]
async fn without_set_local_a_call_would_see_nothing() {
    let lane = Lane::open(1).await;
    let plain = lane.database.app_sql().await;
    let seen = || async {
        let texts: Vec<String> = sqlx::query_scalar(READ)
            .bind(uuid::Uuid::from_u128(OURS))
            .fetch_all(&plain)
            .await
            .expect("an answer");
        texts
    };
    assert_eq!(seen().await, Vec::<String>::new());
    sqlx::raw_sql(
        "BEGIN; SET LOCAL app.tenant_id = '00000000-0000-0000-0000-000000000007'; COMMIT",
    )
    .execute(&plain)
    .await
    .expect("a transaction");
    assert_eq!(seen().await, Vec::<String>::new(), "after a transaction");
}

#[tokio::test]
async fn several_statements_share_a_flush_and_a_transaction() {
    let lane = Lane::open(1).await;
    let calls = vec![(READ, &[] as &[&(dyn ToSql + Sync)]); 40];
    for rows in lane.db.call_all(&ctx(OURS), &calls).await.expect("notes") {
        assert_eq!(texts(&rows), ["ours"]);
    }
    let (one, two) = ("one".to_owned(), "two".to_owned());
    let fails = lane
        .db
        .call_all(
            &ctx(OURS),
            &[(WRITE, &[&1_i32, &one]), (WRITE_THEN_FAIL, &[&"ST002"]), (WRITE, &[&2_i32, &two])],
        )
        .await;
    assert!(matches!(fails, Err(Fault::Raised(code)) if code == "ST002"));
    assert_eq!(lane.texts(OURS).await, ["ours"], "the first statement is undone, too");
}

#[tokio::test]
async fn an_error_undoes_everything() {
    let lane = Lane::open(1).await;
    let raised = lane.db.call(&ctx(OURS), WRITE_THEN_FAIL, &[&"ST001"]).await;
    assert!(matches!(raised, Err(Fault::Raised(code)) if code == "ST001"));
    assert_eq!(lane.texts(OURS).await, ["ours"]);

    // what only COMMIT finds out
    let late = lane.db.call(&ctx(OURS), WRITE, &[&1_i32, &"ours"]).await;
    assert!(matches!(late, Err(Fault::Unique(name)) if name == "once"));
    // what does not even leave
    let wrong = lane.db.call(&ctx(OURS), WRITE, &[&"no number", &"x"]).await;
    assert!(matches!(wrong, Err(Fault::Bug(_))));
    let few = lane.db.call(&ctx(OURS), WRITE, &[]).await;
    assert!(matches!(few, Err(Fault::Bug(_))));
    assert_eq!(lane.texts(OURS).await, ["ours"]);
    lane.settled().await;
}

#[tokio::test]
async fn both_clients_sort_errors_alike() {
    let lane = Lane::open(1).await;
    for code in [
        "23505", "23P01", "23503", "23514", "42501", "55P03", "40001", "40P01", "57014", "57P01",
        "57P02", "57P03", "53300", "08006", "ST001", "22012", "42P01",
    ] {
        let fast = lane.db.call(&ctx(OURS), WRITE_THEN_FAIL, &[&code]).await.expect_err(code);
        let tx = lane.db.begin(&ctx(OURS)).await.expect("a transaction");
        let values = [uuid::Uuid::from_u128(OURS).into(), code.into()];
        let statement =
            Statement::from_sql_and_values(DbBackend::Postgres, WRITE_THEN_FAIL, values);
        let slow = Fault::from(tx.query_one_raw(statement).await.expect_err(code));
        let kind = |fault: &Fault| match fault {
            Fault::Bug(_) => "a bug".to_owned(),
            Fault::Unavailable(_) => "unavailable".to_owned(),
            other => format!("{other:?}"),
        };
        assert_eq!(kind(&fast), kind(&slow), "{code}");
        let away = ["57", "53", "08"].iter().any(|class| code.starts_with(class));
        assert_eq!(kind(&fast) == "unavailable", away, "{code}");
    }
}

#[tokio::test]
async fn both_clients_have_the_same_settings() {
    const SETTINGS: &str = "SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings
        WHERE $1::uuid IS NOT NULL AND name IN ('application_name', 'lock_timeout', 'statement_timeout',
              'idle_in_transaction_session_timeout', 'transaction_isolation', 'jit', 'TimeZone', 'client_encoding')";
    let lane = Lane::open(1).await;
    let rows = lane.db.call(&ctx(OURS), SETTINGS, &[]).await.expect("settings");
    let tx = lane.db.begin(&ctx(OURS)).await.expect("a transaction");
    let tenant = [uuid::Uuid::from_u128(OURS).into()];
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, SETTINGS, tenant);
    let slow = tx.query_one_raw(statement).await.expect("settings").expect("a row");
    let slow: String = slow.try_get_by_index(0).expect("a text");
    assert_eq!(texts(&rows), [slow.as_str()]);
    assert!(slow.contains("lock_timeout=1234") && slow.contains("jit=off"), "{slow}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_up_leaves_all_or_nothing() {
    let lane = Lane::open(1).await;
    let mut done = 0;
    for round in 0..120_i32 {
        let (one, two) = (format!("{round} one"), format!("{round} two"));
        let (first, second) = (round * 2 + 1, round * 2 + 2);
        let (first, second): ([&(dyn ToSql + Sync); 2], [&(dyn ToSql + Sync); 2]) =
            ([&first, &one], [&second, &two]);
        let both = [(WRITE, &first[..]), (WRITE, &second[..])];
        let ours = ctx(OURS);
        let call = lane.db.call_all(&ours, &both);
        if round < 60 {
            poll_and_drop(call, round.unsigned_abs() / 4).await;
        } else {
            let patience = Duration::from_micros(u64::from(round.unsigned_abs() - 60) * 10);
            drop(tokio::time::timeout(patience, call).await);
        }
        assert_eq!(lane.texts(THEIRS).await, ["theirs"], "round {round}");
        // its own connection, as the only one, is free again: what it did is done
        let notes = lane.texts(OURS).await.len() - 1;
        assert!(notes == done || notes == done + 2, "round {round}: {notes} after {done}");
        done = notes;
    }
    assert!(done > 0 && done < 240, "some were dropped before they left, some after: {done}");
    lane.settled().await;
}

#[tokio::test]
async fn nobody_waits_behind_a_client_that_hung_up() {
    let lane = Lane::open(2).await;
    poll_and_drop(lane.db.call(&ctx(OURS), SLEEP, &[]), 50).await;
    for _ in 0..3 {
        let read = tokio::time::timeout(Duration::from_secs(5), lane.texts(OURS)).await;
        assert_eq!(read.expect("the other connection"), ["ours"]);
    }
}

/// A value that panics when it is written.
#[derive(Debug)]
struct Trap;

impl ToSql for Trap {
    #[expect(clippy::panic_in_result_fn, reason = "that is the test")]
    fn to_sql(
        &self,
        _: &Type,
        _: &mut bytes::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        panic!("a value that cannot be written")
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

#[tokio::test]
async fn a_panic_between_begin_and_commit_costs_the_connection() {
    let lane = Lane::open(1).await;
    assert_eq!(lane.texts(OURS).await, ["ours"]);
    let db = lane.db.clone();
    let panicked =
        tokio::spawn(async move { db.call(&ctx(OURS), WRITE, &[&1_i32, &Trap]).await.is_ok() });
    assert!(panicked.await.expect_err("a panic").is_panic());
    lane.settled().await;
    assert_eq!(lane.texts(OURS).await, ["ours"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_of_the_server_heals() {
    let lane = Lane::open(3).await;
    for round in 0..20 {
        let (one, two, three) = (lane.texts(OURS), lane.texts(THEIRS), lane.texts(OURS));
        futures::join!(one, two, three);
        lane.end_all_connections().await;
        if round % 2 == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(lane.texts(OURS).await, ["ours"], "round {round}");
    }
}

#[tokio::test]
async fn reading_cannot_write() {
    let lane = Lane::open(1).await;
    let refused = lane.db.read(&ctx(OURS), WRITE, &[&1_i32, &"one"]).await.expect_err("refused");
    assert!(matches!(refused, Fault::Bug(_)), "{refused:?}");
    assert_eq!(lane.texts(OURS).await, ["ours"]);
}

#[tokio::test]
async fn a_call_that_loses_its_connection_in_the_middle_is_not_repeated() {
    let lane = Lane::open(1).await;
    let ours = ctx(OURS);
    let end = async {
        let asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";
        while lane.number(asleep).await == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        lane.end_all_connections().await;
    };
    let call = tokio::time::timeout(Duration::from_secs(6), lane.db.call(&ours, SLEEP, &[]));
    let (lost, ()) = futures::join!(call, end);
    let lost = lost.expect("no second attempt");
    assert!(matches!(lost, Err(Fault::Unavailable(_))), "{lost:?}");
    assert_eq!(lane.texts(OURS).await, ["ours"]);
}

#[tokio::test]
async fn a_table_that_changed_is_read_anew() {
    const ALL: &str = "SELECT * FROM note WHERE tenant_id = $1";
    let lane = Lane::open(1).await;
    for column in ["one", "two"] {
        let before = lane.db.call(&ctx(OURS), ALL, &[]).await.expect("notes")[0].len();
        let sql = format!("ALTER TABLE note ADD COLUMN {column} int");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&lane.sql).await.expect("a column");
        let after = lane.db.call(&ctx(OURS), ALL, &[]).await.expect("notes")[0].len();
        assert_eq!(after, before + 1);
    }
}

#[tokio::test]
async fn without_a_connection_a_call_is_told_so() {
    let lane = Lane::open(1).await;
    let ours = ctx(OURS);
    let mut asleep = pin!(lane.db.call(&ours, SLEEP, &[]));
    let wait = tokio::time::timeout(Duration::from_millis(300), &mut asleep).await;
    assert!(wait.is_err(), "it sleeps");
    let none_free = lane.db.call(&ours, READ, &[]).await;
    assert!(matches!(none_free, Err(Fault::Unavailable(_))), "{none_free:?}");

    let lane = Lane::open(1).await;
    assert_eq!(lane.texts(OURS).await, ["ours"]);
    lane.db.close().await;
    let closed = lane.db.call(&ours, READ, &[]).await;
    assert!(matches!(closed, Err(Fault::Unavailable(_))), "{closed:?}");
}

#[tokio::test]
async fn a_new_person_needs_no_statement() {
    let app = tests::TestApp::start().await;
    let master =
        base64::engine::general_purpose::STANDARD.decode(app.master_key()).expect("base64");
    let keyring = Keyring::new(master.first_chunk().expect("32 bytes"));
    let options = Options::new(app.database.app_url.clone());
    let db = Db::connect(&options, keyring).await.expect("a sound database");
    let ctx = Ctx::for_tests(app.haltern.id, "2026-12-07T08:00:00Z");
    let keys = db.keys(&ctx).await.expect("the municipality's keys");
    let (person, wrapped) = db::sealed::new_subject(&ctx, &keys).expect("a person");
    let again = db::sealed::known_subject(&keys, person.subject(), &wrapped).expect("the person");
    assert_eq!(person.token_for("manage", b"x"), again.token_for("manage", b"x"));
    assert_ne!(person.token_for("manage", b"x"), person.token_for("other", b"x"));

    let other = Ctx::for_tests(app.musterstadt.id, "2026-12-07T08:00:00Z");
    let other = db.keys(&other).await.expect("the other municipality's keys");
    assert!(db::sealed::known_subject(&other, person.subject(), &wrapped).is_err());
    assert!(db.keys(&self::ctx(1)).await.is_err(), "a municipality that does not exist");
}
