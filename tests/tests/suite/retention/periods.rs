//! Each category: there a second before its time, gone with the next round after it.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::retention::Category;
use privacy::retention::{Place, SCHEDULE, rule};
use sea_orm::sqlx::{self, AssertSqlSafe, PgPool};
use serde_json::json;
use tests::{TestApp, booking::erika};

/// How a row of a category comes into the database: an SQL statement with the municipality as `$1` and, as `$2`, the instant
/// since when it waits for its end; and which rows are meant.
fn rows(category: Category) -> Option<(&'static str, &'static str)> {
    use Category as C;
    Some(match category {
        C::Hold => (
            "INSERT INTO reservation SELECT $1, gen_random_uuid(), 'token', l.id, c.id, $2, $2 + interval '1 minute', '[]', $2, false, $2
               FROM location l JOIN counter c ON c.tenant_id = l.tenant_id AND c.location_id = l.id
              WHERE l.tenant_id = $1 LIMIT 1",
            "reservation WHERE token_hash = 'token'",
        ),
        C::PersonPlace => (
            "INSERT INTO person_place VALUES ($1, 'person', gen_random_uuid(), 1, gen_random_uuid(), $2)",
            "person_place WHERE person = 'person'",
        ),
        C::IdempotencyKey => (
            "INSERT INTO idempotency_key VALUES ($1, 'test', 'key', 'request', gen_random_uuid(), $2)",
            "idempotency_key WHERE operation = 'test'",
        ),
        C::Message => (
            "UPDATE message SET settled_at = $2 WHERE tenant_id = $1 AND channel = 'mail' AND audience = 'office'",
            "message WHERE channel = 'mail' AND audience = 'office'",
        ),
        C::OfficeNote => (
            "INSERT INTO office_note VALUES ($1, gen_random_uuid(), '{\"de\": \"x\"}', $2)",
            "office_note",
        ),
        C::GivenUpJob => (
            "INSERT INTO job (tenant_id, id, kind, payload, run_at, state, request_id, created_at)
             VALUES ($1, gen_random_uuid(), 'test', '{}', $2, 'dead', '', $2)",
            "job WHERE kind = 'test'",
        ),
        C::Code => (
            "INSERT INTO account_code (tenant_id, id, purpose, code_hash, locale, created_at, expires_at)
             VALUES ($1, gen_random_uuid(), 'sign-in', decode(repeat('ab', 32), 'hex'), 'de', $2, $2)",
            "account_code WHERE purpose = 'sign-in'",
        ),
        C::SignIn => (
            "INSERT INTO sign_in VALUES ($1, gen_random_uuid(), 'staff', NULL, 'login', 'password', 'refused', $2)",
            "sign_in WHERE login_index = 'login'",
        ),
        C::SignInAddress => (
            "WITH made AS (INSERT INTO sign_in
                VALUES ($1, gen_random_uuid(), 'staff', NULL, 'address', 'password', 'refused', $2) RETURNING id)
             INSERT INTO sign_in_address SELECT $1, id, '192.0.2.77', $2 FROM made",
            "sign_in_address WHERE ip = '192.0.2.77'",
        ),
        C::AccessLog => (
            "INSERT INTO access_log
             VALUES ($1, gen_random_uuid(), '192.0.2.77', $2, '+0100', '/', 200, 1, '', '', '', 'de')",
            "access_log WHERE ip = '192.0.2.77'",
        ),
        C::AccessKey => (
            "INSERT INTO access_key (tenant_id, id, name, token_hash, scopes, created_at, expires_at)
             VALUES ($1, gen_random_uuid(), 'test', decode(repeat('ab', 32), 'hex'), 'calendar-read', $2 - interval '9 days', $2)",
            "access_key WHERE name = 'test'",
        ),
        C::AuditTrail => (
            "INSERT INTO audit_entry VALUES ($1, 9999, $2, 'worker', NULL, 'test', 'test', NULL, '{}',
                decode(repeat('ab', 32), 'hex'), decode(repeat('ab', 32), 'hex'))",
            "audit_entry WHERE action = 'test'",
        ),
        C::DeletionReceipt => (
            "INSERT INTO deletion_receipt VALUES ($1, 9999, $2 - interval '1 day', $2, '{}',
                decode(repeat('ab', 32), 'hex'), decode(repeat('ab', 64), 'hex'))",
            "deletion_receipt WHERE number = 9999",
        ),
        C::UnusedAccount => (
            "UPDATE account SET last_used_at = $2, created_at = $2, warned_at = $2 + interval '600 days'
              WHERE tenant_id = $1 AND kind = 'citizen'",
            "account WHERE kind = 'citizen'",
        ),
        C::Appointment => (
            "UPDATE appointment SET starts_at = $2 - interval '20 minutes', ends_at = $2 WHERE tenant_id = $1 AND sequence = 0",
            "appointment WHERE sequence = 0",
        ),
        C::CancelledAppointment => (
            "UPDATE appointment SET status = 'CANCELLED', cancelled_at = $2 WHERE tenant_id = $1 AND sequence = 7",
            "appointment WHERE sequence = 7",
        ),
        C::VoluntaryFields => (
            "UPDATE appointment SET starts_at = $2 - interval '20 minutes', ends_at = $2 WHERE tenant_id = $1 AND sequence = 8",
            "customer WHERE reduced_at IS NULL AND subject_id IN (SELECT subject_id FROM appointment WHERE sequence = 8)",
        ),
        C::ErasureLedger => (
            "INSERT INTO erasure_ledger VALUES ($1, decode(repeat('ab', 16), 'hex'), 'request', $2)",
            "erasure_ledger WHERE subject_index = decode(repeat('ab', 16), 'hex')",
        ),
        // counts are of a whole day, requests end with a year: looked at below; the others are in Redis
        C::PrivacyRequest | C::SmsCount | C::Statistics | C::Session | C::LimitCounter => return None,
        C::SupportGrant => (
            "INSERT INTO support_grant VALUES ($1, gen_random_uuid(), 'break-glass', 'Störung', NULL, $2, $2)",
            "support_grant",
        ),
        C::Incident => (
            "INSERT INTO incident VALUES ($1, gen_random_uuid(), 'test', $2, '', '', 0, '', NULL, '', NULL, NULL, $2, $2)",
            "incident",
        ),
    })
}

struct Watched {
    category: Category,
    which: &'static str,
}

async fn count(sql: &PgPool, which: &str) -> i64 {
    let text = format!("SELECT count(*) FROM {which}");
    sqlx::query_scalar(AssertSqlSafe(text)).fetch_one(sql).await.expect("a number")
}

async fn put(
    sql: &PgPool,
    app: &TestApp,
    category: Category,
    since: DateTime<Utc>,
) -> Option<Watched> {
    let (text, which) = rows(category)?;
    let done = sqlx::query(text).bind(app.haltern.id.uuid()).bind(since).execute(sql).await;
    let done = done.unwrap_or_else(|error| panic!("{category:?}: {error}"));
    assert_eq!(done.rows_affected(), 1, "{category:?}");
    Some(Watched { category, which })
}

/// Three appointments with voluntary parts, told apart by their sequence: 0, 7 and 8.
async fn appointments(app: &TestApp, sql: &PgPool) {
    let slots = app.free(&app.haltern).await;
    for (number, sequence) in [(0, 8), (1, 7), (2, 0)] {
        let mut contact = erika();
        contact["street"] = json!("Seestraße 1");
        contact["postalCode"] = json!("45721");
        contact["city"] = json!("Haltern am See");
        contact["email"] = json!(format!("gast{number}@example.org"));
        contact["phone"] = json!(format!("0151 5500000{number}"));
        let made = app.booked(&app.haltern, &slots[number], contact).await;
        app.run_jobs().await;
        let id: uuid::Uuid = made.id.parse().expect("an id");
        let text = "UPDATE appointment SET sequence = $2 WHERE id = $1";
        sqlx::query(text).bind(id).bind(sequence).execute(sql).await.expect("told apart");
        if sequence != 8 {
            let text = "DELETE FROM message WHERE appointment_id = $1";
            sqlx::query(text).bind(id).execute(sql).await.expect("messages of one only");
        }
    }
}

#[tokio::test]
async fn each_category_is_kept_until_its_second_and_not_longer() {
    let app = TestApp::start().await;
    let sql = app.database.superuser_sql().await;
    app.citizen(&app.haltern, "konto@example.org", None).await;
    appointments(&app, &sql).await;
    let (_, town) = app.operators_view(&app.haltern).await;
    let kept = &town.settings.retention;
    let mut watched = Vec::new();
    for rule in SCHEDULE.iter().filter(|rule| rule.place == Place::Database) {
        let due_in_a_second = rule.period(kept).before(app.now()) + TimeDelta::seconds(1);
        watched.extend(put(&sql, &app, rule.category, due_in_a_second).await);
    }
    let before = app.housekeeping_report().await;
    for one in &watched {
        assert_eq!(
            count(&sql, one.which).await,
            1,
            "{:?} went too early: {before:?}",
            one.category
        );
    }
    app.advance(TimeDelta::seconds(2));
    let after = app.housekeeping_report().await;
    for one in &watched {
        assert_eq!(count(&sql, one.which).await, 0, "{:?} stayed: {after:?}", one.category);
        assert!(after.contains_key(&one.category), "{:?} is in no report: {after:?}", one.category);
    }
    assert!(watched.len() >= 17, "{}", watched.len());
}

#[tokio::test]
async fn address_and_date_of_birth_go_first_and_the_rest_stays() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let slots = app.free(town).await;
    let mut contact = erika();
    contact["street"] = json!("Kanarienweg 77");
    contact["postalCode"] = json!("45721");
    contact["city"] = json!("Haltern am See");
    contact["birthDate"] = json!("1961-07-23");
    let made = app.booked(town, &slots[0], contact).await;
    let seen = async || {
        let sid = app.office_browser(town, kernel::Role::Clerk).await.cookies["sid"].clone();
        let query = "query($id: ID!) { officeAppointment(id: $id) { appointment {
            contact { firstName lastName email street birthDate } } } }";
        app.graphql_with_cookie(town, &sid, query, json!({ "id": made.id })).await.text()
    };
    let all = seen().await;
    assert!(all.contains("Kanarienweg 77") && all.contains("1961-07-23"), "{all}");
    let day = rule(Category::VoluntaryFields).usual.after(slots[0].end.parse().expect("a time"));
    app.advance(day - app.now() + TimeDelta::seconds(1));
    let report = app.housekeeping_report().await;
    assert_eq!(report.get(&Category::VoluntaryFields), Some(&1), "{report:?}");
    let rest = seen().await;
    assert!(!rest.contains("Kanarienweg") && !rest.contains("1961"), "{rest}");
    assert!(rest.contains("Mustermann") && rest.contains("erika@example.org"), "{rest}");
    let again = app.housekeeping_report().await;
    assert_eq!(again.get(&Category::VoluntaryFields), None, "nobody is looked at twice");
}

#[tokio::test]
async fn what_is_required_is_kept_as_long_as_the_appointment() {
    let setup = tests::Setup::new().change_haltern("contact.birth_date", "required");
    let app = setup.start().await;
    let slots = app.free(&app.haltern).await;
    let mut contact = erika();
    contact["birthDate"] = json!("1961-07-23");
    app.booked(&app.haltern, &slots[0], contact).await;
    app.advance(TimeDelta::days(4));
    let report = app.housekeeping_report().await;
    assert_eq!(report.get(&Category::VoluntaryFields), None, "{report:?}");
}

#[tokio::test]
async fn the_sms_of_a_day_are_counted_until_that_day_is_over() {
    let app = TestApp::start().await;
    let sql = app.database.superuser_sql().await;
    let text = "INSERT INTO sms_count VALUES ($1, '2026-12-07', 'number', 1)";
    sqlx::query(text).bind(app.haltern.id.uuid()).execute(&sql).await.expect("a row");
    let midnight: DateTime<Utc> = "2026-12-08T00:00:00+01:00".parse().expect("a time");
    app.advance(midnight - app.now() - TimeDelta::seconds(1));
    app.housekeeping().await;
    assert_eq!(count(&sql, "sms_count").await, 1);
    app.advance(TimeDelta::seconds(2));
    app.housekeeping().await;
    assert_eq!(count(&sql, "sms_count").await, 0);
}

#[tokio::test]
async fn an_answered_request_is_recorded_for_three_years_to_their_end_and_has_a_receipt() {
    let app = TestApp::start().await;
    let sql = app.database.superuser_sql().await;
    let answered: DateTime<Utc> = "2026-12-07T07:30:00Z".parse().expect("a time");
    for (state, at) in [("done", Some(answered)), ("open", None)] {
        let text = "INSERT INTO privacy_request (tenant_id, id, reference, kind, state, channel, received_on, due_on, answered_at, created_at, about)
             VALUES ($1, gen_random_uuid(), $2, 'access', $2, 'letter', '2026-11-07', '2026-12-07', $3, '2026-11-07', $4)";
        let about = at.is_none().then(|| json!({}));
        let row = sqlx::query(text).bind(app.haltern.id.uuid()).bind(state).bind(at).bind(about);
        row.execute(&sql).await.expect("a row");
    }
    let midnight: DateTime<Utc> = "2030-01-01T00:00:00+01:00".parse().expect("a time");
    app.advance(midnight - app.now() - TimeDelta::seconds(1));
    app.housekeeping().await;
    assert_eq!(count(&sql, "privacy_request").await, 2, "a second before the year is over");
    app.advance(TimeDelta::days(2));
    let report = app.housekeeping_report().await;
    assert_eq!(report.get(&Category::PrivacyRequest), Some(&1), "{report:?}");
    assert_eq!(count(&sql, "privacy_request WHERE state = 'open'").await, 1, "nobody has answered");
    let receipt: serde_json::Value =
        sqlx::query_scalar("SELECT counts FROM deletion_receipt ORDER BY number DESC LIMIT 1")
            .fetch_one(&sql)
            .await
            .expect("a receipt");
    assert_eq!(receipt["privacy-request"], 1, "{receipt}");
}

#[test]
fn the_schedule_says_what_the_code_does_elsewhere() {
    use chrono::Months;
    let now: DateTime<Utc> = "2026-12-07T08:00:00+01:00".parse().expect("a time");
    let usual = |category| rule(category).usual.after(now);
    assert_eq!(usual(Category::AuditTrail), now + db::audit::KEPT);
    assert_eq!(usual(Category::ErasureLedger), now + db::ledger::KEPT);
    assert_eq!(usual(Category::SignIn), now + identity::sign_in::history::KEPT);
    assert_eq!(usual(Category::AccessKey), now + identity::access_keys::KEPT_AFTER_END);
    assert_eq!(usual(Category::Session), now + identity::IDLE);
    assert_eq!(rule(Category::Session).cap.after(now), now + identity::ABSOLUTE);
    let unused = now + Months::new(identity::citizens::UNUSED_MONTHS);
    assert_eq!(usual(Category::UnusedAccount), unused);
}
