//! Taking over another system's calendar, over GraphQL.

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::TimeDelta;
use futures::future::join;
use kernel::{Role, Scope, Scopes};
use sea_orm::sqlx;
use serde_json::{Value, json};
use tests::{Answer, TestApp, html};

use crate::calendar_changes::tiny;

pub(crate) const PREVIEW: &str = "query($input: CalendarImportInput!) { calendarImportPreview(input: $input) {
  new made known refused hits ignoredColumns lines { line start from to outcome message appointmentId } } }";
const IMPORT: &str = "mutation($input: CalendarImportInput!) { importCalendar(input: $input) {
  importId changeId new made known refused hits lines { line outcome message appointmentId } } }";
const UNDO: &str = "mutation($id: ID!) { undoCalendarImport(id: $id) { cancelled kept } }";
const LIST: &str =
    "{ calendarImports { nodes { id kind entries made known refused tells changeId undoneAt } } }";

/// Two appointments that are possible, and one of each kind that is not. The tiny town is open from 9 to 10 and has one counter.
const FILE: &str = "Nr;Datum;Von;Bis;Leistung;Vorname;Nachname;E-Mail;Telefon;Sternzeichen\r\n\
    A1;08.12.2026;09:00;09:15;Anliegen;Erika;Mustermann;erika@example.org;0151 23456789;Löwe\r\n\
    A2;08.12.2026;09:20;09:40;Anliegen;Jürgen;Müller;;;\r\n\
    A3;08.12.2026;09:30;09:45;Anliegen;Max;Zuspaet;;;\r\n\
    A4;08.12.2026;11:00;11:15;Anliegen;Lena;Mittag;;;\r\n\
    A5;08.12.2026;09:45;10:00;Hellsehen;Kai;Unbekannt;;;\r\n\
    A6;31.02.2026;09:00;09:15;Anliegen;Ina;Kalender;;;\r\n\
    A7;01.12.2026;09:00;09:15;Anliegen;Udo;Gestern;;;\r\n\
    A8;08.12.2026;09:45;10:00;Anliegen;;;;;\r\n";

pub(crate) fn input(file: &str, kind: &str) -> Value {
    json!({ "file": BASE64_STANDARD.encode(file), "kind": kind })
}

pub(crate) fn file(service: &str) -> String {
    FILE.replace("Anliegen;", &format!("{service};"))
}

/// What comes of each line, by its number.
fn outcomes(answer: &Answer, field: &str) -> Vec<(u64, String)> {
    let lines = answer.data(&format!("{field}/lines"));
    let line = |line: &Value| {
        (
            line["line"].as_u64().expect("a line"),
            line["outcome"].as_str().expect("a word").to_owned(),
        )
    };
    lines.as_array().expect("lines").iter().map(line).collect()
}

pub(crate) async fn count(app: &TestApp, what: &str) -> i64 {
    let sql = app.database.superuser_sql().await;
    let text = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {what}"));
    sqlx::query_scalar(text).fetch_one(&sql).await.expect("a number")
}

/// What is in the database but for what every request leaves: its line in the log, and when its key was used.
async fn stored(app: &TestApp) -> String {
    let everything = app.database.dump().await;
    let of_requests = ["public.access_log:", "public.access_key:"];
    let lines = everything.lines();
    lines
        .filter(|line| !of_requests.iter().any(|table| line.starts_with(table)))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The tiny town, a key that may import, and the name of its service.
pub(crate) async fn town() -> (TestApp, String, String) {
    let (app, key) = tiny().await;
    (app, key, "personalausweis".to_owned())
}

#[tokio::test]
async fn a_look_says_what_would_come_of_each_line_and_writes_nothing() {
    let (app, key, service) = town().await;
    let before = stored(&app).await;
    let look = app
        .graphql_as(
            &app.haltern,
            &key,
            PREVIEW,
            json!({ "input": input(&file(&service), "APPOINTMENTS") }),
        )
        .await;
    let outcome = |word: &str| word.to_owned();
    assert_eq!(
        outcomes(&look, "calendarImportPreview"),
        [
            (2, outcome("NEW")),
            (3, outcome("NEW")),
            (4, outcome("REFUSED")), // overlaps the one before
            (5, outcome("REFUSED")),
            (6, outcome("REFUSED")),
            (7, outcome("REFUSED")),
            (8, outcome("REFUSED")),
            (9, outcome("REFUSED")),
        ]
    );
    let message = |at: usize| look.string(&format!("calendarImportPreview/lines/{at}/message"));
    for (at, part) in [
        (2, "kein passender Schalter"),
        (3, "nicht geöffnet"),
        (4, "Anliegen gibt es hier nicht"),
        (5, "Das Datum fehlt oder ist nicht lesbar"),
        (6, "schon vorbei"),
        (7, "Vornamen"),
    ] {
        assert!(message(at).contains(part), "{at}: {}", message(at));
    }
    assert_eq!(look.data("calendarImportPreview/ignoredColumns"), json!(["Sternzeichen"]));
    assert_eq!(stored(&app).await, before, "a look writes nothing");
}

#[tokio::test]
async fn importing_twice_makes_each_appointment_once_and_tells_nobody() {
    let (app, key, service) = town().await;
    let input = json!({ "input": input(&file(&service), "APPOINTMENTS") });
    let made = app.graphql_as(&app.haltern, &key, IMPORT, input.clone()).await;
    assert_eq!(
        (made.data("importCalendar/made"), made.data("importCalendar/refused")),
        (json!(2), json!(6))
    );
    let again = app.graphql_as(&app.haltern, &key, IMPORT, input).await;
    assert_eq!(
        (again.data("importCalendar/made"), again.data("importCalendar/known")),
        (json!(0), json!(2))
    );
    assert_eq!(again.data("importCalendar/importId"), json!(null));
    assert_eq!(count(&app, "appointment").await, 2);
    app.run_jobs().await;
    assert!(app.outbox().is_empty() && app.jobs_left().await == 0, "nobody hears of it");

    // as others: sealed, under the notice in force, for the same time; a length of its own
    let dump = app.database.dump().await;
    for word in ["Mustermann", "erika@example.org", "23456789", "A1"] {
        assert!(!dump.contains(word), "{word} is readable in the database");
    }
    let sql = app.database.superuser_sql().await;
    let rows: Vec<(i32, i64, String)> = sqlx::query_as(
        "SELECT notice_version, (extract(epoch FROM ends_at - starts_at) / 60)::bigint, status FROM appointment ORDER BY starts_at",
    )
    .fetch_all(&sql)
    .await
    .expect("appointments");
    assert_eq!(rows, [(1, 15, "CONFIRMED".to_owned()), (1, 20, "CONFIRMED".to_owned())]);
    let mut clerk = app.office_browser(&app.haltern, Role::OfficeManager).await;
    let list = html::text(&clerk.open("/amt/tag?datum=2026-12-08").await.text());
    assert!(list.contains("Mustermann, Erika") && list.contains("Müller, Jürgen"), "{list}");
    let list = app.graphql_as(&app.haltern, &key, LIST, json!({})).await;
    assert_eq!(list.data("calendarImports/nodes/0/made"), json!(2));
    assert_eq!(list.data("calendarImports/nodes").as_array().map(Vec::len), Some(1));
    // the trail has counts
    let officer = app.office_browser(&app.haltern, Role::DataProtectionOfficer).await;
    let trail = app
        .graphql_in(
            &officer,
            "{ auditEntries { nodes { action details { name value } } } }",
            json!({}),
        )
        .await;
    let trail = trail.text();
    assert!(trail.contains("calendar.imported") && trail.contains("made"), "{trail}");
    assert!(!trail.contains("Mustermann"));
}

#[tokio::test]
async fn two_imports_at_once_make_each_appointment_once() {
    let app = TestApp::start().await;
    let key = app.office_key(&app.haltern, Scopes::ALL).await;
    let row = |n: u32| {
        let (hour, minute) = (8 + n / 12, n % 12 * 5);
        format!(
            "N{n};08.12.2026;{hour:02}:{minute:02};personalausweis;buergerbuero;Kim;Nummer{n}\n"
        )
    };
    let rows = (0..24).map(row).collect::<Vec<_>>().concat();
    let file = format!("Nr;Datum;Beginn;Leistung;Standort;Vorname;Nachname\n{rows}");
    let input = json!({ "input": input(&file, "APPOINTMENTS") });
    let (one, other) = join(
        app.graphql_as(&app.haltern, &key, IMPORT, input.clone()),
        app.graphql_as(&app.haltern, &key, IMPORT, input.clone()),
    )
    .await;
    let made = |answer: &Answer| answer.data("importCalendar/made").as_i64().expect("a number");
    let (one, other) = (made(&one), made(&other));
    assert_eq!(count(&app, "appointment").await, one + other);
    assert_eq!(count(&app, "calendar_import_row").await, one + other);
    assert_eq!(count(&app, "reservation").await, 0, "nothing stays held");
    let distinct = count(&app, "(SELECT DISTINCT key_hash FROM calendar_import_row) AS k").await;
    assert_eq!(distinct, one + other);
    let overlaps = count(
        &app,
        "live_time a JOIN live_time b ON a.id < b.id AND a.counter_id = b.counter_id
           AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at",
    )
    .await;
    assert_eq!(overlaps, 0);
}

#[tokio::test]
async fn what_somebody_has_is_not_taken_from_them() {
    let (app, key, service) = town().await;
    let slot = app
        .free(&app.haltern)
        .await
        .into_iter()
        .find(|slot| slot.start.starts_with("2026-12-08T09:00"))
        .expect("a time");
    app.booked(&app.haltern, &slot, tests::booking::erika()).await;
    let made = app
        .graphql_as(
            &app.haltern,
            &key,
            IMPORT,
            json!({ "input": input(&file(&service), "APPOINTMENTS") }),
        )
        .await;
    assert_eq!(outcomes(&made, "importCalendar")[0], (2, "REFUSED".to_owned()));
    assert_eq!(made.data("importCalendar/made"), json!(1));
    assert_eq!(count(&app, "appointment").await, 2);
}

#[tokio::test]
async fn who_is_to_be_told_gets_the_usual_confirmation_and_the_cancellation() {
    let (app, key, service) = town().await;
    let mut input = input(&file(&service), "APPOINTMENTS");
    input["tells"] = json!(true);
    let made = app.graphql_as(&app.haltern, &key, IMPORT, json!({ "input": input })).await;
    app.run_jobs().await;
    let mails: Vec<_> =
        app.outbox().into_iter().filter(|mail| mail.to == "erika@example.org").collect();
    let [mail] = &mails[..] else { panic!("one mail: {mails:?}") };
    assert!(mail.text.contains("/termin#"), "with the way to manage it: {}", mail.text);
    let id = made.string("importCalendar/importId");
    let undone = app.graphql_as(&app.haltern, &key, UNDO, json!({ "id": id })).await;
    assert_eq!(undone.data("undoCalendarImport/cancelled"), json!(2));
    app.run_jobs().await;
    let mails = app.outbox().into_iter().filter(|mail| mail.to == "erika@example.org").count();
    assert_eq!(mails, 2, "who heard of it hears that it is gone");
}

#[tokio::test]
async fn an_import_is_taken_back_as_far_as_nobody_has_touched_it() {
    let (app, key, service) = town().await;
    let all = json!({ "input": input(&file(&service), "APPOINTMENTS") });
    let made = app.graphql_as(&app.haltern, &key, IMPORT, all.clone()).await;
    let id = made.string("importCalendar/importId");
    let touched = made.string("importCalendar/lines/0/appointmentId");
    let correct =
        "mutation($in: CorrectContactInput!) { correctContact(input: $in) { appointment { id } } }";
    let contact = json!({ "firstName": "Erika", "lastName": "Anders", "email": "erika@example.org", "phone": "0151 23456789" });
    app.graphql_as(
        &app.haltern,
        &key,
        correct,
        json!({ "in": { "appointmentId": touched, "contact": contact } }),
    )
    .await
    .data("correctContact");

    // nobody else's, and not for everybody
    let foreign = app.office_key(&app.musterstadt, Scopes::ALL).await;
    assert_eq!(
        app.graphql_as(&app.musterstadt, &foreign, UNDO, json!({ "id": id })).await.code(),
        "NOT_FOUND"
    );
    let weak = app.office_key(&app.haltern, Scope::CalendarWrite).await;
    assert_eq!(
        app.graphql_as(&app.haltern, &weak, UNDO, json!({ "id": id })).await.code(),
        "FORBIDDEN"
    );

    let undone = app.graphql_as(&app.haltern, &key, UNDO, json!({ "id": id })).await;
    assert_eq!(undone.data("undoCalendarImport"), json!({ "cancelled": 1, "kept": 1 }));
    app.run_jobs().await;
    assert!(app.outbox().is_empty(), "who never heard of it need not hear that it is gone");
    let again = app.graphql_as(&app.haltern, &key, UNDO, json!({ "id": id })).await;
    assert_eq!(again.code(), "CONFLICT");
    // what was taken back can be imported again, at the same time
    let made = app.graphql_as(&app.haltern, &key, IMPORT, all).await;
    assert_eq!(
        (made.data("importCalendar/made"), made.data("importCalendar/known")),
        (json!(1), json!(1))
    );
}

#[tokio::test]
async fn what_was_imported_goes_when_its_appointment_goes() {
    let (app, key, service) = town().await;
    app.graphql_as(
        &app.haltern,
        &key,
        IMPORT,
        json!({ "input": input(&file(&service), "APPOINTMENTS") }),
    )
    .await;
    assert_eq!(count(&app, "calendar_import_row").await, 2);
    app.advance(TimeDelta::days(30));
    app.housekeeping().await;
    assert_eq!(count(&app, "customer").await, 0);
    assert_eq!(count(&app, "calendar_import_row").await, 0);
}

const ABSENCES: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n\
    BEGIN:VEVENT\r\nUID:team\r\nSUMMARY:Teamrunde mit Frau Meier\r\nDTSTART;TZID=Europe/Berlin:20261208T091500\r\n\
    DTEND;TZID=Europe/Berlin:20261208T094500\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:urlaub\r\nSUMMARY:Urlaub\r\nDTSTART;VALUE=DATE:20261221\r\nDTEND;VALUE=DATE:20261223\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:nacht\r\nDTSTART:20261208T200000Z\r\nDTEND:20261208T210000Z\r\nEND:VEVENT\r\n\
    END:VCALENDAR\r\n";

#[tokio::test]
async fn absences_become_a_draft_that_is_published_and_undone_like_any_other() {
    let (app, key, _) = town().await;
    let slot = app
        .free(&app.haltern)
        .await
        .into_iter()
        .find(|slot| slot.start.starts_with("2026-12-08T09:15"))
        .expect("a time");
    app.booked(&app.haltern, &slot, tests::booking::erika()).await;
    let input = json!({ "input": input(ABSENCES, "ABSENCES") });
    let look = app.graphql_as(&app.haltern, &key, PREVIEW, input.clone()).await;
    assert_eq!(look.data("calendarImportPreview/hits"), json!(1));
    assert_eq!(
        (look.data("calendarImportPreview/new"), look.data("calendarImportPreview/known")),
        (json!(4), json!(1))
    );

    let weak = app.office_key(&app.haltern, Scope::Appointments).await;
    let refused = app.graphql_as(&app.haltern, &weak, PREVIEW, input.clone()).await;
    assert_eq!(refused.code(), "FORBIDDEN", "absences change the calendar");
    let made = app.graphql_as(&app.haltern, &key, IMPORT, input.clone()).await;
    let change = made.string("importCalendar/changeId");
    let again = app.graphql_as(&app.haltern, &key, IMPORT, input.clone()).await;
    assert_eq!(again.string("importCalendar/changeId"), change, "the same draft");
    assert_eq!(again.data("importCalendar/made"), json!(0));
    let shown = app.graphql_as(&app.haltern, &key,
        "query($id: ID!) { calendarChange(id: $id) { state closures { from to reason { de } } exceptions { day hours { from to } } } }",
        json!({ "id": change })).await;
    let text = shown.text();
    assert!(!text.contains("Meier"), "titles are dropped: {text}");
    assert!(text.contains("Nicht besetzt"), "{text}");

    let before = app.free(&app.haltern).await.len();
    let publish =
        "mutation($in: PublishCalendarChangeInput!) { publishCalendarChange(input: $in) { kept } }";
    let missing =
        app.graphql_as(&app.haltern, &key, publish, json!({ "in": { "id": change } })).await;
    assert_eq!(missing.code(), "CONFLICT", "somebody decides about the appointment");
    app.graphql_as(
        &app.haltern,
        &key,
        publish,
        json!({ "in": { "id": change, "others": "KEEP" } }),
    )
    .await
    .data("publishCalendarChange");
    assert!(app.free(&app.haltern).await.len() < before);
    let after = app.graphql_as(&app.haltern, &key, IMPORT, input).await;
    assert_eq!(after.data("importCalendar/known"), json!(5), "nothing is left to change");
    let undo = "mutation($id: ID!) { undoCalendarChange(id: $id) { kept } }";
    app.graphql_as(&app.haltern, &key, undo, json!({ "id": change }))
        .await
        .data("undoCalendarChange");
    assert_eq!(app.free(&app.haltern).await.len(), before);
}

#[tokio::test]
async fn titles_name_people_only_when_asked() {
    let (app, key, service) = town().await;
    let file = format!(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Erika Mustermann\r\nCATEGORIES:{service}\r\n\
        DTSTART;TZID=Europe/Berlin:20261208T090000\r\nDURATION:PT15M\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    let mut input = input(&file, "APPOINTMENTS");
    let look = app.graphql_as(&app.haltern, &key, PREVIEW, json!({ "input": input.clone() })).await;
    assert_eq!(look.data("calendarImportPreview/refused"), json!(1));
    input["usesTitles"] = json!(true);
    let look = app.graphql_as(&app.haltern, &key, PREVIEW, json!({ "input": input })).await;
    assert_eq!(look.data("calendarImportPreview/new"), json!(1));
}
