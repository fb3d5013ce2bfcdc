//! Changing the calendar over GraphQL: drafts, what they hit, publishing, undo, closing days, and people who book in the
//! very same moment.

use chrono::TimeDelta;
use futures::future::join_all;
use kernel::{Scope, Scopes};
use sea_orm::sqlx::{self, PgPool};
use serde_json::{Value, json};
use tests::{
    Answer, Browser, Setup, TestApp,
    booking::{Appointment, Slot, erika},
    towns,
};

const SAVE: &str = "mutation($input: SaveCalendarChangeInput!) {
  saveCalendarChange(input: $input) { change { id state isCurrent } } }";
const PREVIEW: &str = "query($id: ID!) { calendarChange(id: $id) { isCurrent state preview { reservations
  affected { appointment { id reference start items { service { name } } } suggestion { start isSame location { id } } }
  capacity { day locationId channel minutesWon minutesLost } } } }";
const PUBLISH: &str = "mutation($input: PublishCalendarChangeInput!) {
  publishCalendarChange(input: $input) { change { id state } kept moved sameTime cancelled reservations } }";
const UNDO: &str = "mutation($id: ID!) { undoCalendarChange(id: $id) { change { state } kept } }";
const CLOSE: &str = "mutation($input: CloseDaysInput!) {
  closeDays(input: $input) { change { id state } kept moved sameTime cancelled reservations } }";
const MOVE: &str = "mutation($input: MoveAppointmentInput!) { moveAppointment(input: $input) { appointment { start } } }";
const CANCEL_BY_OFFICE: &str = "mutation($input: CancelAppointmentByOfficeInput!) {
  cancelAppointmentByOffice(input: $input) { appointment { status } } }";

/// The tiny town: one counter, one service of 15 minutes, open on weekdays from 9 to 10.
pub(crate) async fn tiny() -> (TestApp, String) {
    let app = Setup::new().haltern(towns::tiny(towns::haltern(), 15)).start().await;
    let key = app.office_key(&app.haltern, Scopes::ALL).await;
    (app, key)
}

pub(crate) struct Office<'a> {
    pub(crate) app: &'a TestApp,
    pub(crate) key: String,
}

impl Office<'_> {
    pub(crate) async fn ask(&self, query: &str, variables: Value) -> Answer {
        self.app.graphql_as(&self.app.haltern, &self.key, query, variables).await
    }

    async fn counter(&self) -> String {
        let answer = self
            .ask("{ counters { id name rules { weekday hours { from to } } } }", json!({}))
            .await;
        answer.string("counters/0/id")
    }

    /// A draft that closes Tuesday and Wednesday after 9:30.
    async fn shorter(&self) -> String {
        let counter = self.counter().await;
        let rules: Vec<Value> = (1..=5)
            .map(|weekday| {
                let to = if weekday == 2 { "09:30" } else { "10:00" };
                json!({ "weekday": weekday, "hours": { "span": { "from": "09:00", "to": to } } })
            })
            .collect();
        let weeks = json!([{ "counterId": counter, "rules": rules }]);
        self.save(json!({ "title": "Dienstags kürzer", "weeks": weeks })).await
    }

    pub(crate) async fn save(&self, input: Value) -> String {
        self.ask(SAVE, json!({ "input": input })).await.string("saveCalendarChange/change/id")
    }

    async fn preview(&self, id: &str) -> Value {
        self.ask(PREVIEW, json!({ "id": id })).await.data("calendarChange/preview")
    }

    pub(crate) async fn publish(&self, input: Value) -> Answer {
        self.ask(PUBLISH, json!({ "input": input })).await
    }

    async fn close(&self, from: &str, to: &str, decision: &str) -> Answer {
        let input = json!({
            "from": from, "to": to, "decision": decision,
            "reason": { "de": "Wasserschaden" },
            "note": { "de": "Im Bürgerbüro gab es einen <Wasserschaden>.", "en": "There was a flood." },
        });
        self.ask(CLOSE, json!({ "input": input })).await
    }
}

pub(crate) async fn slots(app: &TestApp, from: &str, to: &str) -> Vec<Slot> {
    let service = app.service(&app.haltern, "Personalausweis").await;
    app.slots(&app.haltern, &service, from, to).await
}

/// Books the starts of Tuesday, 8 December: 9:00, 9:15, 9:30, 9:45.
pub(crate) async fn full_tuesday(app: &TestApp) -> Vec<Appointment> {
    let mut booked = Vec::new();
    for (number, slot) in slots(app, "2026-12-08", "2026-12-08").await.iter().enumerate() {
        let mut contact = erika();
        contact["email"] = format!("erika{number}@example.org").into();
        contact["phone"] = format!("0151 2345678{number}").into();
        booked.push(app.booked(&app.haltern, slot, contact).await);
    }
    assert_eq!(booked.len(), 4);
    booked
}

async fn status(app: &TestApp, mine: &Appointment) -> (String, String) {
    let query = "query($token: String!) { appointment(manageToken: $token) { status start } }";
    let answer = app.graphql(&app.haltern, query, json!({ "token": mine.manage_token })).await;
    (answer.string("appointment/status"), answer.string("appointment/start"))
}

/// Every bit of every day: what is open for whom, and what is taken.
async fn maps(sql: &PgPool) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT concat_ws('|', counter_id, day, open, open_phone, open_walk_in, busy) FROM day_map ORDER BY 1",
    )
    .fetch_all(sql)
    .await
    .expect("the maps")
}

pub(crate) async fn assert_sound(app: &TestApp) {
    let sql = app.database.superuser_sql().await;
    let wrong: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM day_map m LEFT JOIN LATERAL (
             SELECT bit_or(tick_mask(l.first_tick, l.ticks)) AS busy FROM live_time l
              WHERE l.tenant_id = m.tenant_id AND l.counter_id = m.counter_id AND l.day = m.day) t ON true
          WHERE m.busy <> coalesce(t.busy, repeat('0', 300)::bit(300))",
    )
    .fetch_one(&sql)
    .await
    .expect("a number");
    let overlaps: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM live_time a JOIN live_time b
             ON a.tenant_id = b.tenant_id AND a.counter_id = b.counter_id AND a.id < b.id
            AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at",
    )
    .fetch_one(&sql)
    .await
    .expect("a number");
    // who has an appointment has its time, and nobody else has one
    let lost: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM appointment a FULL JOIN live_time l ON l.tenant_id = a.tenant_id AND l.id = a.id
          WHERE (l.id IS NULL AND a.status = 'CONFIRMED')
             OR (a.id IS NOT NULL AND l.id IS NOT NULL AND l.expires_at IS NULL
                 AND (a.status <> 'CONFIRMED' OR a.location_id <> l.location_id OR a.starts_at < l.starts_at OR a.ends_at > l.ends_at))",
    )
    .fetch_one(&sql)
    .await
    .expect("a number");
    assert_eq!((wrong, overlaps, lost), (0, 0, 0));
}

#[tokio::test]
async fn what_the_preview_says_is_what_publishing_does() {
    let (app, key) = tiny().await;
    let office = Office { app: &app, key };
    let booked = full_tuesday(&app).await;
    let id = office.shorter().await;

    let preview = office.preview(&id).await;
    let affected = preview["affected"].as_array().expect("a list").clone();
    let hit: Vec<_> = affected.iter().map(|one| one["appointment"]["id"].clone()).collect();
    assert_eq!(hit, [booked[2].id.clone(), booked[3].id.clone()], "9:30 and 9:45");
    assert_eq!(affected[0]["suggestion"]["start"], "2026-12-09T09:30:00+01:00");
    assert_eq!(affected[1]["suggestion"]["start"], "2026-12-09T09:45:00+01:00");
    let tuesday = preview["capacity"].as_array().expect("a list").iter();
    let tuesday: Vec<_> = tuesday.filter(|sum| sum["day"] == "2026-12-08").collect();
    assert_eq!(tuesday.len(), 2, "online and phone: {tuesday:?}");
    assert!(tuesday.iter().all(|sum| sum["minutesLost"] == 30 && sum["minutesWon"] == 0));

    // without a decision for each of them nothing happens
    let only = json!([{ "appointmentId": booked[2].id, "decision": "KEEP" }]);
    let refused = office.publish(json!({ "id": id, "decisions": only })).await;
    assert_eq!(refused.code(), "CONFLICT", "{}", refused.text());
    assert_eq!(refused.error("extensions/count"), 1);
    assert_eq!(slots(&app, "2026-12-15", "2026-12-15").await.len(), 4, "nothing was written");

    let done = office.publish(json!({ "id": id, "others": "MOVE_TO_SUGGESTION" })).await;
    assert_eq!(done.data("publishCalendarChange/moved"), 2, "{}", done.text());
    for (mine, one) in booked[2..].iter().zip(&affected) {
        assert_eq!(status(&app, mine).await.1, one["suggestion"]["start"], "as it was said before");
    }
    assert_eq!(slots(&app, "2026-12-15", "2026-12-15").await.len(), 2);
    assert_sound(&app).await;
}

#[tokio::test]
async fn each_appointment_gets_its_decision_and_its_mail() {
    let (app, key) = tiny().await;
    let office = Office { app: &app, key };
    let booked = full_tuesday(&app).await;
    app.run_jobs().await;
    let before = app.outbox().len();
    let counter = office.counter().await;
    let closures = json!([{ "counterId": counter, "from": "2026-12-08", "to": "2026-12-08", "reason": { "de": "Fortbildung" } }]);
    let id = office.save(json!({ "title": "Fortbildung", "closures": closures })).await;
    let free = slots(&app, "2026-12-10", "2026-12-10").await.swap_remove(2);
    let decisions = json!([
        { "appointmentId": booked[0].id, "decision": "KEEP" },
        { "appointmentId": booked[1].id, "decision": "MOVE", "locationId": free.location, "start": free.start,
          "note": { "de": "Wie besprochen." } },
        { "appointmentId": booked[2].id, "decision": "CANCEL" },
    ]);
    let input = json!({ "id": id, "decisions": decisions, "others": "MOVE_OR_CANCEL", "note": { "de": "Wir bilden uns fort & weiter." } });
    let done = office.publish(input).await;
    let count = |what: &str| done.data(&format!("publishCalendarChange/{what}"));
    assert_eq!(
        (count("kept"), count("moved"), count("cancelled")),
        (json!(1), json!(2), json!(1)),
        "{}",
        done.text()
    );
    assert_eq!(status(&app, &booked[0]).await.1, booked[0].slot.start);
    assert_eq!(status(&app, &booked[1]).await.1, free.start);
    assert_eq!(status(&app, &booked[2]).await.0, "CANCELLED");
    assert_sound(&app).await;

    app.run_jobs().await;
    let mails: Vec<_> = (0..4).map(|n| app.mails_to(&format!("erika{n}@example.org"))).collect();
    assert_eq!(mails.iter().map(Vec::len).collect::<Vec<_>>(), [1, 2, 2, 2]);
    assert!(mails[1][0].text.contains("Wie besprochen."), "{}", mails[1][0].text);
    assert!(mails[1][0].text.contains("Wir mussten Ihren Termin verschieben"));
    let cancelled = &mails[2][0];
    assert!(
        cancelled.subject.contains("fällt aus") || cancelled.subject.contains("ausfallen"),
        "{}",
        cancelled.subject
    );
    assert!(cancelled.text.contains("Wir bilden uns fort & weiter."));
    assert!(cancelled.html.contains("fort &#38; weiter"), "escaped: {}", cancelled.html);
    assert!(cancelled.text.contains(&format!("/termin#{}", booked[2].manage_token)));
    assert!(cancelled.attachments.iter().any(|file| file.text.contains("METHOD:CANCEL")));
    // two mails and an SMS for three people; the office does not write to itself
    let office_mails = app.mails_to("buergerbuero@haltern.de").len();
    assert_eq!(office_mails, 4, "the bookings only");
    assert!(app.outbox().len() > before);
}

#[tokio::test]
async fn the_link_leads_to_a_new_appointment_with_everything_filled_in() {
    let (app, key) = tiny().await;
    let office = Office { app: &app, key };
    let booked = full_tuesday(&app).await;
    let done = office.close("2026-12-08", "2026-12-08", "CANCEL").await;
    assert_eq!(done.data("closeDays/cancelled"), 4, "{}", done.text());
    let mut person = app.browser(&app.haltern);
    let page = person.post("/termin", &[("code", &booked[1].manage_token)]).await;
    let calendar = person.submit(&Browser::form(&page, "/termin/neu")).await;
    assert!(person.path.starts_with("/termine?anliegen=personalausweis:1"), "{}", person.path);
    let form = Browser::form(&calendar, "/reservieren");
    let (_, time) = form.choices.iter().find(|(name, _)| name == "zeit").cloned().expect("a time");
    let details = person.submit(&form.with("zeit", &time)).await;
    let form = Browser::form(&details, "/angaben");
    assert_eq!(form.value("lastName"), Some("Mustermann"), "{}", details.text());
    assert_eq!(form.value("email"), Some("erika1@example.org"));
    let review = person.submit(&form).await;
    let confirmed = person.submit(&Browser::form(&review, "/buchen")).await;
    assert!(person.path.starts_with("/bestaetigung"), "{}: {}", person.path, confirmed.text());
    // a stranger without the code gets nothing of it
    let mut stranger = app.browser(&app.haltern);
    let asked = stranger.post("/termin/neu", &[("t", "0123456789")]).await;
    assert!(!asked.text().contains("Mustermann"));
}

#[tokio::test]
async fn a_draft_on_an_old_calendar_overwrites_nothing() {
    let (app, key) = tiny().await;
    let office = Office { app: &app, key };
    let first = office.shorter().await;
    // the list is in the order in which drafts were begun
    app.advance(TimeDelta::seconds(1));
    let second = office.shorter().await;
    office.publish(json!({ "id": first, "others": "KEEP" })).await.data("publishCalendarChange");
    let refused = office.publish(json!({ "id": second, "others": "KEEP" })).await;
    assert_eq!(refused.code(), "CONFLICT");
    let again = office.publish(json!({ "id": first, "others": "KEEP" })).await;
    assert_eq!(again.code(), "CONFLICT", "published twice");
    let query =
        "query($id: ID!) { calendarChange(id: $id) { isCurrent } calendarChanges(first: 1) {
        edges { cursor node { id state } } pageInfo { hasNextPage } } }";
    let seen = office.ask(query, json!({ "id": second })).await;
    assert_eq!(seen.data("calendarChange/isCurrent"), false);
    assert_eq!(seen.data("calendarChanges/edges/0/node/id"), json!(second), "the newest first");
    assert_eq!(seen.data("calendarChanges/pageInfo/hasNextPage"), true);
    // saved again it is on the new state
    let closures =
        json!([{ "from": "2026-12-24", "to": "2026-12-24", "reason": { "de": "Heiligabend" } }]);
    office.save(json!({ "id": second, "title": "Heiligabend", "closures": closures })).await;
    let done = office.publish(json!({ "id": second })).await;
    assert_eq!(done.data("publishCalendarChange/change/state"), "PUBLISHED", "{}", done.text());
    assert_eq!(slots(&app, "2026-12-15", "2026-12-15").await.len(), 2, "the first change holds");
}

#[tokio::test]
async fn who_books_after_the_preview_is_not_forgotten_and_who_types_is_told() {
    let (app, key) = tiny().await;
    let office = Office { app: &app, key };
    let id = office.shorter().await;
    assert_eq!(office.preview(&id).await["affected"], json!([]));
    let late = slots(&app, "2026-12-08", "2026-12-08").await;
    let mine = app.booked(&app.haltern, &late[3], erika()).await;
    let held = app.held(&app.haltern, &late[2]).await;
    assert_eq!(office.preview(&id).await["reservations"], 1);
    let refused = office.publish(json!({ "id": id })).await;
    assert_eq!(refused.code(), "CONFLICT");
    let done = office.publish(json!({ "id": id, "others": "CANCEL" })).await;
    assert_eq!(done.data("publishCalendarChange/cancelled"), 1, "{}", done.text());
    assert_eq!(done.data("publishCalendarChange/reservations"), 1);
    assert_eq!(status(&app, &mine).await.0, "CANCELLED");
    let mut other = erika();
    other["email"] = "max@example.org".into();
    assert_eq!(app.book(&app.haltern, &held, other).await.code(), "RESERVATION_EXPIRED");
    assert_sound(&app).await;
}

#[tokio::test]
async fn undo_restores_every_bit_unless_somebody_has_gone_on() {
    let (app, key) = tiny().await;
    let office = Office { app: &app, key };
    let sql = app.database.superuser_sql().await;
    let before = maps(&sql).await;
    let id = office.shorter().await;
    office.publish(json!({ "id": id })).await.data("publishCalendarChange");
    let changed = maps(&sql).await;
    assert_ne!(changed, before);
    let undone = office.ask(UNDO, json!({ "id": id })).await;
    assert_eq!(undone.data("undoCalendarChange/change/state"), "UNDONE", "{}", undone.text());
    assert_eq!(maps(&sql).await, before);
    assert_eq!(office.ask(UNDO, json!({ "id": id })).await.code(), "CONFLICT", "twice");

    let id = office.shorter().await;
    office.publish(json!({ "id": id })).await.data("publishCalendarChange");
    let later = office.save(json!({ "title": "Zu", "weeks": [{ "counterId": office.counter().await, "rules": [] }] })).await;
    office.publish(json!({ "id": later })).await.data("publishCalendarChange");
    assert_eq!(office.ask(UNDO, json!({ "id": id })).await.code(), "CONFLICT");
    for id in [later, id] {
        office.ask(UNDO, json!({ "id": id })).await.data("undoCalendarChange");
    }
    assert_eq!(maps(&sql).await, before);
    // and the housekeeping finds nothing to correct
    app.housekeeping().await;
    assert_eq!(slots(&app, "2026-12-15", "2026-12-15").await.len(), 4);
}

#[tokio::test]
async fn closed_days_are_closed_and_can_be_closed_again() {
    let (app, key) = tiny().await;
    let office = Office { app: &app, key };
    let booked = full_tuesday(&app).await;
    let done = office.close("2026-12-08", "2026-12-09", "KEEP").await;
    assert_eq!(done.data("closeDays/kept"), 4, "{}", done.text());
    assert!(slots(&app, "2026-12-08", "2026-12-09").await.is_empty());
    // those who were kept are asked about again when the day is closed again
    let done = office.close("2026-12-08", "2026-12-08", "MOVE_OR_CANCEL").await;
    assert_eq!(done.data("closeDays/moved"), 4, "{}", done.text());
    let starts: Vec<String> =
        join_all(booked.iter().map(async |mine| status(&app, mine).await.1)).await;
    assert!(starts.iter().all(|start| start.starts_with("2026-12-10")), "{starts:?}");
    let wrong = office.close("2026-12-08", "2026-12-07", "CANCEL").await;
    assert_eq!(wrong.code(), "BAD_INPUT");
    assert_eq!(wrong.error("extensions/problems/0/field"), "closures.0.to", "{}", wrong.text());
    assert_sound(&app).await;
}

#[tokio::test]
async fn the_office_moves_and_cancels_one() {
    let (app, key) = tiny().await;
    let office = Office { app: &app, key };
    let booked = full_tuesday(&app).await;
    let free = slots(&app, "2026-12-09", "2026-12-09").await.swap_remove(0);
    let taken = &booked[1].slot;
    let input = |slot: &Slot| json!({ "input": { "appointmentId": booked[0].id, "locationId": slot.location, "start": slot.start } });
    assert_eq!(office.ask(MOVE, input(taken)).await.code(), "SLOT_TAKEN");
    assert_eq!(status(&app, &booked[0]).await.1, booked[0].slot.start, "the old time is kept");
    let moved = office.ask(MOVE, input(&free)).await;
    assert_eq!(moved.data("moveAppointment/appointment/start"), json!(free.start));
    let cancel = json!({ "input": { "appointmentId": booked[1].id, "note": { "de": "Krank." } } });
    let cancelled = office.ask(CANCEL_BY_OFFICE, cancel.clone()).await;
    assert_eq!(cancelled.data("cancelAppointmentByOffice/appointment/status"), "CANCELLED");
    // without the right, and without a key
    let calendar = app.office_key(&app.haltern, Scopes::CALENDAR).await;
    let refused = app.graphql_as(&app.haltern, &calendar, CANCEL_BY_OFFICE, cancel.clone()).await;
    assert_eq!(refused.code(), "FORBIDDEN");
    assert_eq!(app.graphql(&app.haltern, CANCEL_BY_OFFICE, cancel).await.code(), "FORBIDDEN");
    let reader = app.office_key(&app.haltern, Scope::CalendarRead).await;
    let close = json!({ "input": { "from": "2026-12-08", "to": "2026-12-08", "reason": { "de": "x" }, "decision": "CANCEL" } });
    assert_eq!(app.graphql_as(&app.haltern, &reader, CLOSE, close).await.code(), "FORBIDDEN");
    assert_eq!(
        app.graphql(&app.haltern, "{ counters { id } }", json!({})).await.code(),
        "FORBIDDEN"
    );
    // and another municipality's key finds nothing here
    let theirs = app.office_key(&app.musterstadt, Scopes::ALL).await;
    let foreign = json!({ "input": { "appointmentId": booked[2].id } });
    let refused = app.graphql_as(&app.musterstadt, &theirs, CANCEL_BY_OFFICE, foreign).await;
    assert_eq!(refused.code(), "NOT_FOUND");
    assert_sound(&app).await;
}

#[tokio::test]
async fn the_file_does_not_overwrite_what_the_office_has_published() {
    let (app, key) = tiny().await;
    let office = Office { app: &app, key };
    let id = office.shorter().await;
    office.publish(json!({ "id": id })).await.data("publishCalendarChange");
    app.apply(towns::tiny(towns::haltern(), 15)).await;
    assert_eq!(slots(&app, "2026-12-15", "2026-12-15").await.len(), 2, "the office's hours");
    app.apply_resetting_hours(towns::tiny(towns::haltern(), 15)).await;
    assert_eq!(slots(&app, "2026-12-15", "2026-12-15").await.len(), 4, "the file's");
}
