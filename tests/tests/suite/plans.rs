//! The plans of the hot statements, as the serving role gets them under row-level security: by index, and nothing that
//! row-level security has to look at row by row first.

use sea_orm::sqlx::{self, AssertSqlSafe, PgPool, Row};
use serde_json::Value;
use tests::{Setup, TestApp};

/// A few thousand rows of each big table, so that a plan says something.
const FILL: &[&str] = &[
    "INSERT INTO day_map (tenant_id, counter_id, day, location_id, open)
     SELECT c.tenant_id, c.id, d::date, c.location_id, repeat('1', 300)::bit(300)
       FROM counter c, generate_series('2027-03-01'::date, '2029-06-01'::date, '1 day') AS d ON CONFLICT DO NOTHING",
    "INSERT INTO live_time (tenant_id, id, location_id, counter_id, day, first_tick, ticks, starts_at, ends_at, expires_at)
     SELECT c.tenant_id, gen_random_uuid(), c.location_id, c.id, d::date, t, 3, d + t * interval '5 minutes',
            d + (t + 3) * interval '5 minutes', CASE WHEN t % 30 = 0 THEN d END
       FROM counter c, generate_series('2027-03-01'::date, '2027-06-01'::date, '1 day') AS d,
            generate_series(96, 190, 6) AS t",
    "INSERT INTO reservation (tenant_id, id, token_hash, location_id, counter_id, starts_at, ends_at, items, expires_at, created_at)
     SELECT l.tenant_id, l.id, sha256(l.id::text::bytea), l.location_id, l.counter_id, l.starts_at, l.ends_at, '[]',
            coalesce(l.expires_at, l.starts_at), l.starts_at FROM live_time l",
    "INSERT INTO appointment (tenant_id, id, reference, status, location_id, counter_id, starts_at, ends_at, manage_hash,
                              reservation_hash, locale, notice_version, booked_at, changed_at)
     SELECT l.tenant_id, l.id, l.id::text, 'CONFIRMED', l.location_id, l.counter_id, l.starts_at, l.ends_at,
            sha256(l.id::text::bytea), sha256(l.id::text::bytea), 'de', 1, l.starts_at, l.starts_at FROM live_time l",
    "INSERT INTO job (tenant_id, id, kind, payload, run_at, request_id, created_at)
     SELECT l.tenant_id, l.id, 'appointment-changed', '{}', l.starts_at, '', l.starts_at FROM live_time l",
    "INSERT INTO person_place (tenant_id, person, service_id, place, appointment_id, until)
     SELECT l.tenant_id, sha256(l.id::text::bytea), '00000000-0000-0000-0000-000000000000', 1, l.id, l.ends_at
       FROM live_time l",
    "INSERT INTO idempotency_key (tenant_id, operation, key_hash, request_hash, outcome, created_at)
     SELECT l.tenant_id, 'book', sha256(l.id::text::bytea), '', l.id, l.starts_at FROM live_time l",
    "ANALYZE",
];

/// Tables that grow with the number of bookings.
const BIG: [&str; 7] = [
    "day_map",
    "live_time",
    "reservation",
    "appointment",
    "job",
    "person_place",
    "idempotency_key",
];

/// A statement, and for each big table of it what its index conditions must speak of.
struct Hot {
    name: &'static str,
    sql: String,
    by_index: &'static [(&'static str, &'static [&'static str])],
}

async fn fill(sql: &PgPool) {
    for statement in FILL {
        sqlx::raw_sql(*statement)
            .execute(sql)
            .await
            .unwrap_or_else(|error| panic!("{error}: {statement}"));
    }
}

/// All nodes of a plan.
fn nodes<'a>(plan: &'a Value, found: &mut Vec<&'a Value>) {
    found.push(plan);
    for child in plan["Plans"].as_array().into_iter().flatten() {
        nodes(child, found);
    }
}

/// What is wrong with a plan.
fn problems(plan: &Value, hot: &Hot) -> Vec<String> {
    let mut all = Vec::new();
    nodes(plan, &mut all);
    let mut found = Vec::new();
    for node in all {
        let kind = node["Node Type"].as_str().unwrap_or_default();
        let table = node["Relation Name"].as_str().unwrap_or_default();
        if BIG.contains(&table) && kind == "Seq Scan" {
            found.push(format!("{table} is read from end to end"));
        }
        // a bitmap heap scan's condition stands at its index scan and again as the recheck
        let condition = ["Index Cond", "Recheck Cond"].iter().find_map(|key| node[*key].as_str());
        let Some(condition) = condition.filter(|_| BIG.contains(&table)) else { continue };
        let expected = hot.by_index.iter().filter(|(name, _)| *name == table);
        let is_met = |columns: &&[&str]| columns.iter().all(|column| condition.contains(column));
        if !expected.clone().any(|(_, columns)| is_met(columns)) {
            found.push(format!(
                "{table}: {condition} does not have {:?}",
                expected.collect::<Vec<_>>()
            ));
        }
    }
    found
}

/// The plan that the serving role gets.
async fn plan(app: &TestApp, statement: &str) -> Value {
    let sql = app.database.app_sql().await;
    let mut tx = sql.begin().await.expect("a transaction");
    let setting =
        format!("SET LOCAL app.system = ''; SET LOCAL app.tenant_id = '{}'", app.haltern.id);
    sqlx::raw_sql(AssertSqlSafe(setting)).execute(&mut *tx).await.expect("set");
    let explain = format!("EXPLAIN (FORMAT JSON) {statement}");
    let row = sqlx::query(AssertSqlSafe(explain))
        .fetch_one(&mut *tx)
        .await
        .unwrap_or_else(|error| panic!("{error}: {statement}"));
    row.get::<Value, _>(0)[0]["Plan"].clone()
}

/// The hot statements with values in place of parameters. Those of functions are read out of the database, so that
/// they are the ones that run.
async fn hot_statements(app: &TestApp, sql: &PgPool) -> Vec<Hot> {
    let row = sqlx::query(
        "SELECT tenant_id::text, id::text, location_id::text, counter_id::text FROM live_time WHERE tenant_id = $1 LIMIT 1",
    )
    .bind(app.haltern.id.uuid())
    .fetch_one(sql)
    .await
    .expect("a live time");
    let [tenant, id, location, counter] = [0, 1, 2, 3].map(|column| row.get::<String, _>(column));
    let hash = format!("sha256('{id}'::bytea)");
    let body = |name: &'static str| async move {
        let text: String = sqlx::query_scalar("SELECT prosrc FROM pg_proc WHERE proname = $1")
            .bind(name)
            .fetch_one(sql)
            .await
            .expect("the function");
        text
    };
    let claim = body("claim_time").await;
    let contingent = body("within_contingent").await;
    let make_room = body("make_room").await;
    let book = body("book_appointment").await;
    // from one word to another, as it stands in the function
    let part = |text: &str, from: &str, to: &str| {
        let start = text.find(from).unwrap_or_else(|| panic!("no {from:?} in {text}"));
        let rest = &text[start..];
        let end = rest.find(to).unwrap_or_else(|| panic!("no {to:?} after {from:?}"));
        rest[..end].to_owned()
    };
    let bound = |text: &str| {
        let now = "'2027-03-05 08:00+01'::timestamptz";
        let mut text = text
            .replace("p_tenant", &format!("'{tenant}'::uuid"))
            .replace("p_token_hash", &hash)
            .replace("p_now", now)
            .replace("held.id", &format!("'{id}'::uuid"));
        for (name, kind) in [
            ("location", "uuid"),
            ("day", "date"),
            ("first_tick", "int"),
            ("ticks", "int"),
            ("lead", "int"),
            ("raster", "int"),
            ("counters", "uuid[]"),
            ("channel", "text"),
            ("percent", "int"),
        ] {
            let value = match name {
                "location" => format!("'{location}'"),
                "day" => "'2027-03-05'".to_owned(),
                "counters" => format!("ARRAY['{counter}']"),
                "channel" => "'online'".to_owned(),
                _ => "3".to_owned(),
            };
            text = text.replace(&format!("w.{name}"), &format!("{value}::{kind}"));
        }
        text.replace(" mask", " tick_mask(96, 3)").replace("PERFORM FROM", "SELECT FROM")
    };
    let hot = |name, sql: String, by_index| Hot { name, sql, by_index };
    let maps: &[(&str, &[&str])] = &[
        ("day_map", &["tenant_id", "counter_id", "day"]),
        ("day_map", &["tenant_id", "location_id", "day"]),
        ("live_time", &["tenant_id", "location_id", "day"]),
        // the partial index of what can run out
        ("live_time", &["tenant_id", "day", "expires_at"]),
    ];
    let by_id: &[(&str, &[&str])] =
        &[("live_time", &["tenant_id", "id"]), ("reservation", &["tenant_id", "id"])];
    vec![
        hot(
            "the day maps of a month",
            format!(
                "SELECT counter_id, day, open, NULLIF(open_phone, open) AS open_phone, busy FROM day_map
                  WHERE tenant_id = '{tenant}' AND counter_id = ANY (ARRAY['{counter}'::uuid])
                    AND day BETWEEN '2027-03-01' AND '2027-03-31'
                 UNION ALL
                 SELECT counter_id, day, NULL, NULL, tick_mask(first_tick, ticks) FROM live_time
                  WHERE tenant_id = '{tenant}' AND counter_id = ANY (ARRAY['{counter}'::uuid])
                    AND day BETWEEN '2027-03-01' AND '2027-03-31' AND expires_at <= '2027-03-02'"
            ),
            maps,
        ),
        hot(
            "claim: expired ones",
            bound(&part(&claim, "SELECT FROM live_time", ");")),
            maps,
        ),
        hot(
            "claim: the counters that can do it",
            bound(&part(&claim, "SELECT counter_id, (open", ") AS able")),
            maps,
        ),
        hot(
            "claim: a glance whether there is anything to have",
            bound(&part(&claim, "SELECT bit_or(", ") THEN")),
            maps,
        ),
        hot(
            "claim: what is open at the place",
            bound(
                &part(&contingent, "SELECT coalesce(sum(bit_count", ";").replace("INTO most", ""),
            ),
            maps,
        ),
        hot(
            "claim: what the contingent has filled",
            bound(&part(&contingent, "SELECT coalesce(sum(ticks)", ";").replace("INTO used ", "")),
            maps,
        ),
        hot(
            "swap: the times of the team",
            bound(
                &part(&make_room, "SELECT id, counter_id, starts_at", "UNION ALL")
                    .replace("ANY (team)", &format!("ANY (ARRAY['{counter}'::uuid])")),
            ),
            maps,
        ),
        hot(
            "book: the reservation",
            bound(&part(&book, "SELECT * INTO held", ";").replace("INTO held ", "")),
            &[("reservation", &["tenant_id", "token_hash"])],
        ),
        hot("book: its time", bound(&part(&book, "UPDATE live_time SET expires_at = NULL", ";")), by_id),
        hot(
            "the appointment that a token opens",
            format!("SELECT * FROM appointment WHERE tenant_id = '{tenant}' AND manage_hash = {hash}"),
            &[("appointment", &["tenant_id", "manage_hash"])],
        ),
        hot("a time by its id", format!("SELECT * FROM live_time WHERE tenant_id = '{tenant}' AND id = '{id}'"), by_id),
        hot(
            "jobs that are due",
            format!(
                "SELECT id FROM job WHERE tenant_id = '{tenant}' AND state = 'ready' AND run_at <= '2027-03-02'
                    AND (lease_until IS NULL OR lease_until < '2027-03-02')
                  ORDER BY run_at, id LIMIT 10 FOR UPDATE SKIP LOCKED"
            ),
            &[("job", &["tenant_id", "run_at"])],
        ),
    ]
}

#[tokio::test]
async fn hot_statements_go_by_index_under_row_level_security() {
    let app = Setup::new().start().await;
    let sql = app.database.superuser_sql().await;
    fill(&sql).await;
    let mut wrong = Vec::new();
    for hot in hot_statements(&app, &sql).await {
        let plan = plan(&app, &hot.sql).await;
        for problem in problems(&plan, &hot) {
            wrong.push(format!("{}: {problem}", hot.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // the negative control: without its index the same statement is seen to be slow
    app.without_guard(&[
        "ALTER TABLE appointment DROP CONSTRAINT appointment_tenant_id_manage_hash_key",
    ])
    .await;
    let mut all = hot_statements(&app, &sql).await.into_iter();
    let hot = all.find(|hot| hot.name.contains("that a token opens")).expect("the statement");
    assert!(!problems(&plan(&app, &hot.sql).await, &hot).is_empty(), "{}", hot.name);
}
