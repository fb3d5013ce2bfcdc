//! Municipalities cannot meet: in the database, over GraphQL, over pages.

use db::{Db, Options, sealed::Keyring};
use kernel::Ctx;
use sea_orm::{
    ConnectionTrait,
    sqlx::{self, AssertSqlSafe, PgPool},
};
use serde_json::{Value, json};
use tests::{
    Browser, Database, TestApp, Town,
    booking::{APPOINTMENT, BOOK, CANCEL, RESCHEDULE, RESERVE, erika, reserve_input},
    html,
};

use crate::{office_isolation, self_check::connect, sweep};

#[tokio::test]
async fn every_table_of_a_municipality_stands_behind_its_wall() {
    let database = Database::create().await;
    let sql = database.superuser_sql().await;
    let guarded: Vec<String> = sqlx::query_scalar(
        "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE c.relkind IN ('r', 'p') AND c.relrowsecurity AND c.relforcerowsecurity ORDER BY 1",
    )
    .fetch_all(&sql)
    .await
    .expect("the catalogue");
    let mut open = tests::database::tables(&sql).await;
    open.retain(|table| !guarded.contains(table));
    assert_eq!(
        open,
        ["public.seaql_migrations"],
        "the directory is read by everybody and written for one's own municipality only"
    );
}

async fn count(sql: &PgPool, table: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {table}")))
        .fetch_one(sql)
        .await
        .expect("a number")
}

#[tokio::test]
async fn without_a_municipality_there_are_no_rows() {
    let app = TestApp::start().await;
    app.an_appointment(&app.haltern).await;
    let (all, ours) = (app.database.superuser_sql().await, app.database.app_sql().await);
    for table in tests::database::tables(&all).await {
        let open =
            ["public.tenant", "public.host", "public.seaql_migrations"].contains(&table.as_str());
        if open {
            continue;
        }
        assert_eq!(count(&ours, &table).await, 0, "{table} shows rows without a municipality");
    }
    assert!(count(&all, "appointment").await == 1 && count(&all, "keys.subject_key").await == 1);
}

#[tokio::test]
async fn a_pooled_connection_forgets_whose_it_was() {
    let app = TestApp::start().await;
    app.an_appointment(&app.haltern).await;
    let mut options = Options::new(app.database.app_url.clone());
    options.max_connections = 1;
    let db = Db::connect(&options, Keyring::new(&[1; 32])).await.expect("a sound database");
    let ctx = Ctx::for_tests(app.haltern.id, "2026-12-07T08:00:00+01:00");
    let seen = "SELECT count(*) AS n FROM appointment";
    let rows = async |tx: &dyn Seen| tx.seen(seen).await;

    let tx = db.begin(&ctx).await.expect("a transaction");
    assert_eq!(rows(&tx).await, 1);
    drop(tx); // a client that went away
    let system = db.begin_system().await.expect("a transaction on the same connection");
    assert_eq!(rows(&system).await, 0, "after a dropped transaction");
    system.commit().await.expect("committed");

    db.begin(&ctx).await.expect("a transaction").commit().await.expect("committed");
    let system = db.begin_system().await.expect("a transaction on the same connection");
    assert_eq!(rows(&system).await, 0, "after a committed transaction");
    drop(system);

    let other = db
        .begin(&Ctx::for_tests(app.musterstadt.id, "2026-12-07T08:00:00+01:00"))
        .await
        .expect("theirs");
    assert_eq!(rows(&other).await, 0, "the other municipality");
    drop(other);

    // not because the next one sets something else: the connection itself has forgotten
    db.begin(&ctx).await.expect("a transaction").commit().await.expect("committed");
    let outside = db.begin_system().await.expect("a transaction on the same connection");
    outside.execute_unprepared("COMMIT").await.expect("no transaction any more");
    assert_eq!(rows(&outside).await, 0, "outside any transaction");
}

/// Counts rows in either kind of transaction.
#[async_trait::async_trait]
trait Seen: Sync {
    async fn seen(&self, sql: &str) -> i64;
}

#[async_trait::async_trait]
impl<T: ConnectionTrait> Seen for T {
    async fn seen(&self, sql: &str) -> i64 {
        let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, sql);
        let row = self.query_one_raw(statement).await.expect("an answer").expect("a row");
        row.try_get("", "n").expect("a number")
    }
}

#[tokio::test]
async fn a_row_for_somebody_else_is_refused() {
    let app = TestApp::start().await;
    let db = connect(&app.database.app_url).await.expect("a sound database");
    let tx = db
        .begin(&Ctx::for_tests(app.haltern.id, "2026-12-07T08:00:00+01:00"))
        .await
        .expect("a transaction");
    let foreign = format!(
        "INSERT INTO job (tenant_id, id, kind, payload, run_at, request_id, created_at)
         VALUES ('{}', gen_random_uuid(), 'x', '{{}}', now(), '', now())",
        app.musterstadt.id
    );
    let error = tx.execute_unprepared(&foreign).await.expect_err("refused");
    assert!(matches!(db::Fault::from(error), db::Fault::Refused(_)));
}

/// What both municipalities have, and what Haltern must not see of Musterstadt.
struct Theirs {
    service: String,
    location: String,
    start: String,
    reservation: String,
    manage: String,
}

impl Theirs {
    async fn of(app: &TestApp, town: &Town) -> Self {
        let slots = app.free(town).await;
        let reservation = app.held(town, &slots[0]).await;
        // far enough from each other for a town with one counter
        let appointment = app.booked(town, &slots[4], erika()).await;
        let slot = &slots[8];
        Self {
            service: slot.service.clone(),
            location: slot.location.clone(),
            start: slot.start.clone(),
            reservation,
            manage: appointment.manage_token,
        }
    }

    /// The same shape with ids that never existed.
    fn invented() -> Self {
        let id = || uuid::Uuid::from_u128(rand::random()).to_string();
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &rand::random::<[u8; 32]>());
        let token =
            |purpose| db::token::Token::derive(&key, purpose, uuid::Uuid::nil()).to_string();
        Self {
            service: id(),
            location: id(),
            start: "2026-12-08T10:00:00+01:00".to_owned(),
            reservation: token("reservation"),
            manage: token("manage"),
        }
    }
}

/// Every operation that takes an id or a token, asked at Haltern. `own` fills the places that are not tried.
fn operations(own: &Theirs, foreign: &Theirs) -> Vec<(&'static str, String, Value)> {
    let item = |id: &str| json!([{ "serviceId": id }]);
    let availability = "query($input: AvailabilityInput!) { availability(input: $input) { durationMinutes next { start } days { state times slots { start } } } }";
    let token = "mutation($t: String!) { extendReservation(token: $t) { reservation { token } } }";
    let days = |items: Value, locations: Value| json!({ "input": { "items": items, "locationIds": locations, "from": "2026-12-08", "to": "2026-12-09" } });
    let slot = |service: &str, location: &str| {
        json!({ "input": reserve_input(&tests::booking::Slot {
            service: service.to_owned(), location: location.to_owned(), start: own.start.clone(),
            end: String::new(), remaining: 0 }) })
    };
    vec![
        (
            "locations(serviceIds)",
            "query($ids: [ID!]) { locations(serviceIds: $ids) { id } }".to_owned(),
            json!({ "ids": [foreign.service] }),
        ),
        ("availability(items)", availability.to_owned(), days(item(&foreign.service), Value::Null)),
        (
            "availability(locationIds)",
            availability.to_owned(),
            days(item(&own.service), json!([foreign.location])),
        ),
        ("appointment", APPOINTMENT.to_owned(), json!({ "token": foreign.manage })),
        (
            "appointment by reservation token",
            APPOINTMENT.to_owned(),
            json!({ "token": foreign.reservation }),
        ),
        ("reserveSlot(service)", RESERVE.to_owned(), slot(&foreign.service, &own.location)),
        ("reserveSlot(location)", RESERVE.to_owned(), slot(&own.service, &foreign.location)),
        ("extendReservation", token.to_owned(), json!({ "t": foreign.reservation })),
        (
            "bookAppointment",
            BOOK.to_owned(),
            json!({ "input": { "reservationToken": foreign.reservation, "contact": erika() } }),
        ),
        (
            "rescheduleAppointment(token)",
            RESCHEDULE.to_owned(),
            json!({ "input": { "manageToken": foreign.manage, "locationId": own.location, "start": own.start } }),
        ),
        (
            "rescheduleAppointment(location)",
            RESCHEDULE.to_owned(),
            json!({ "input": { "manageToken": own.manage, "locationId": foreign.location, "start": own.start } }),
        ),
        (
            "cancelAppointment",
            CANCEL.to_owned(),
            json!({ "input": { "manageToken": foreign.manage } }),
        ),
    ]
}

#[tokio::test]
async fn a_foreign_id_is_like_one_that_never_existed() {
    let app = TestApp::start().await;
    let own = Theirs::of(&app, &app.haltern).await;
    let theirs = Theirs::of(&app, &app.musterstadt).await;
    let invented = Theirs::invented();
    for (foreign, random) in operations(&own, &theirs).into_iter().zip(operations(&own, &invented))
    {
        let (name, query, variables) = foreign;
        let foreign = app.graphql(&app.haltern, &query, variables).await;
        let random = app.graphql(&app.haltern, &random.1, random.2).await;
        assert_eq!(foreign.code(), "NOT_FOUND", "{name}: {}", foreign.text());
        assert_eq!(
            foreign.errors_without_request_id(),
            random.errors_without_request_id(),
            "{name}"
        );
        assert_eq!(foreign.status, random.status, "{name}");
    }
    // releaseReservation says whether there was something to give back
    let release = "mutation($t: String!) { releaseReservation(token: $t) }";
    for token in [&theirs.reservation, &invented.reservation] {
        let answer = app.graphql(&app.haltern, release, json!({ "t": token })).await;
        assert!(
            answer.code() == "NOT_FOUND" || answer.data("releaseReservation") == false,
            "{}",
            answer.text()
        );
    }
    // and nothing of it happened: theirs is untouched
    let shown = app.graphql(&app.musterstadt, APPOINTMENT, json!({ "token": theirs.manage })).await;
    assert_eq!(shown.string("appointment/status"), "CONFIRMED");
    assert_eq!(app.book(&app.musterstadt, &theirs.reservation, erika()).await.code(), "");
}

#[tokio::test]
async fn every_operation_of_the_schema_is_tried_with_foreign_ids() {
    let own = Theirs::invented();
    let mut tried: Vec<_> = operations(&own, &own).into_iter().map(|(_, query, _)| query).collect();
    let office = office_isolation::operations(&office_isolation::Ids::invented());
    tried.extend(office.into_iter().map(|(_, query, _)| query.to_owned()));
    let without_ids = [
        "municipality",
        "services",
        "privacyNotice",
        "viewer",
        "releaseReservation",
        "calendarChanges",
        "closures",
        "counters",
        "customers",
    ];
    let sdl = tests::repository::text("schema.graphql");
    for kind in ["type Query", "type Mutation"] {
        let body = sdl
            .split_once(&format!("{kind} {{"))
            .and_then(|(_, rest)| rest.split_once("\n}"))
            .expect(kind)
            .0;
        let mut described = false;
        for line in body.lines().map(str::trim) {
            if line.starts_with("\"\"\"") {
                described = !described ^ (line.len() > 3 && line.ends_with("\"\"\""));
                continue;
            }
            let name: String = line.chars().take_while(char::is_ascii_alphanumeric).collect();
            if described || name.is_empty() || !line.contains(':') {
                continue;
            }
            let known = tried.iter().any(|query| query.contains(&format!("{name}(")))
                || without_ids.contains(&name.as_str())
                || sweep::tries(&name);
            assert!(
                known,
                "{name} is not in the list of operations that are tried with foreign ids"
            );
        }
    }
}

#[tokio::test]
async fn pages_know_nothing_of_the_neighbours() {
    let app = TestApp::start().await;
    let own = Theirs::of(&app, &app.haltern).await;
    let theirs = Theirs::of(&app, &app.musterstadt).await;
    let mut browser = app.browser(&app.haltern);
    let answer = browser.post("/termin", &[("code", &theirs.manage)]).await;
    let invented =
        app.browser(&app.haltern).post("/termin", &[("code", &Theirs::invented().manage)]).await;
    assert_eq!(answer.status, invented.status);
    assert!(!answer.text().contains("Musterstadt"), "{}", answer.text());
    let mine = browser.post("/termin", &[("code", &own.manage)]).await;
    assert!(mine.status.is_success(), "{}", mine.text());

    // a session belongs to its host: the same cookie opens nothing elsewhere
    let mut stolen = app.browser(&app.musterstadt);
    stolen.cookies.clone_from(&browser.cookies);
    let seen = stolen.open(&browser.path).await;
    let text = html::text(&seen.text());
    assert!(!text.contains("Haltern") && !text.contains("Dezember"), "{text}");
    assert!(
        stolen.path.starts_with("/termin")
            && Browser::form(&seen, "/termin").value("code") == Some(""),
        "it asks for the code"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_up_leaves_no_transaction_behind() {
    let database = Database::create().await;
    let sql = database.superuser_sql().await;
    let db = connect(&database.app_url).await.expect("a sound database");
    let ctx = Ctx::for_tests(uuid::Uuid::from_u128(7).into(), "2026-12-07T08:00:00Z");
    for microseconds in (0..600).step_by(4) {
        // the future is dropped wherever it is, as it is when a client hangs up
        let patience = std::time::Duration::from_micros(microseconds);
        drop(tokio::time::timeout(patience, db.begin(&ctx)).await);
        drop(tokio::time::timeout(patience, db.begin_system()).await);
        // a transaction that was begun and dropped ends by itself, if not at once on a busy machine
        let mut left_open = 1i64;
        for _ in 0..250 {
            tokio::time::sleep(std::time::Duration::from_millis(12)).await;
            left_open = sqlx::query_scalar(
                "SELECT count(*) FROM pg_stat_activity
                  WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
            )
            .fetch_one(&sql)
            .await
            .expect("a number");
            if left_open == 0 {
                break;
            }
        }
        assert_eq!(left_open, 0, "after {microseconds} microseconds");
    }
}
