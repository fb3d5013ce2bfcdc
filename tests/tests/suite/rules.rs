//! Every rule of the calendar, as the API shows it.

use chrono::{NaiveDate, TimeDelta};
use futures::future::join_all;
use scheduling::Channel;
use serde_json::{Value, json};
use tests::{
    Setup, TestApp,
    booking::{CANCEL, RESCHEDULE, Slot},
    live_times, towns,
};

const FROM: &str = "2026-12-07";

/// A town with one counter whose hours are these, and one service, `amt`, of half an hour.
fn town(service: &str, location: &str, hours: &str) -> toml::Table {
    let text = towns::service("amt", 30, service)
        + &towns::location("rathaus", location)
        + &towns::counter("a", &["amt"], hours);
    towns::with_calendar(towns::haltern(), &text)
}

async fn start(service: &str, location: &str, hours: &str) -> TestApp {
    Setup::new().haltern(town(service, location, hours)).start().await
}

async fn free(app: &TestApp, from: &str, to: &str) -> Vec<Slot> {
    let service = app.service(&app.haltern, "amt").await;
    app.slots(&app.haltern, &service, from, to).await
}

/// The free starts from one day to another, "12-08 09:00".
async fn starts(app: &TestApp, from: &str, to: &str) -> Vec<String> {
    let text = |slot: Slot| format!("{} {}", &slot.start[5..10], &slot.start[11..16]);
    free(app, from, to).await.into_iter().map(text).collect()
}

/// The days with free times.
async fn days(app: &TestApp, from: &str, to: &str) -> Vec<String> {
    let mut days: Vec<String> =
        free(app, from, to).await.iter().map(|slot| slot.start[5..10].to_owned()).collect();
    days.dedup();
    days
}

fn person(number: usize) -> Value {
    json!({ "firstName": "Erika", "lastName": "Mustermann", "email": format!("erika{number}@example.org"),
            "phone": format!("0151 2345{number:04}") })
}

#[tokio::test]
async fn rhythms_and_validity() {
    let every = |more: &str| {
        format!("hours = [{{ days = [\"we\"], from = \"09:00\", to = \"10:00\", {more} }}]")
    };
    for (more, expected) in [
        ("every_weeks = 2, anchor = 2026-12-11", vec!["12-09", "12-23", "01-06", "01-20", "02-03"]),
        ("every_weeks = 3, anchor = 2027-01-20", vec!["12-09", "12-30", "01-20"]),
        ("month_weeks = [2, 5]", vec!["12-09", "12-30", "01-13"]),
        ("month_weeks = [-1]", vec!["12-30", "01-27"]),
        ("valid_from = 2026-12-16, valid_to = 2026-12-30", vec!["12-16", "12-23", "12-30"]),
    ] {
        let app = start("", "", &every(more)).await;
        assert_eq!(days(&app, FROM, "2027-02-05").await, expected, "{more}");
    }
}

#[tokio::test]
async fn breaks_exceptions_closures_and_holidays_in_their_order() {
    let hours = r#"
        [[locations.counters.hours]]
        days = ["mo", "tu", "we", "th", "fr"]
        from = "09:00"
        to = "13:00"
        breaks = [["09:30", "10:00"], ["10:30", "12:30"]]
        [[locations.counters.hours]]
        days = ["fr"]
        from = "15:00"
        to = "15:30"
        on_holidays = true
        [[locations.counters.exceptions]]
        day = 2026-12-09
        from = "14:00"
        to = "14:30"
        [[locations.counters.exceptions]]
        day = 2026-12-10
        from = "14:00"
        to = "14:30"
        [[locations.counters.exceptions]]
        day = 2027-01-06
        from = "16:00"
        to = "16:30"
        [[closures]]
        location = "rathaus"
        from = 2026-12-10
        to = 2026-12-10
        reason = { de = "Betriebsausflug" }
    "#;
    let mut file = town("", "", hours);
    // in North Rhine-Westphalia Epiphany is no holiday, but this town keeps it; Christmas Day it does not keep
    towns::set(&mut file, "holidays.observe", vec!["heiligabend", "heilige-drei-koenige"]);
    towns::set(&mut file, "holidays.ignore", vec!["zweiter-weihnachtstag"]);
    let app = Setup::new().haltern(file).start().await;
    assert_eq!(
        starts(&app, "2026-12-08", "2026-12-08").await,
        ["12-08 09:00", "12-08 10:00", "12-08 12:30"],
        "several breaks"
    );
    assert_eq!(starts(&app, "2026-12-09", "2026-12-09").await, ["12-09 14:00"], "instead of rules");
    assert!(starts(&app, "2026-12-10", "2026-12-10").await.is_empty(), "a closure wins");
    assert_eq!(
        starts(&app, "2026-12-24", "2026-12-25").await,
        ["12-25 15:00"],
        "only what holds on holidays"
    );
    assert_eq!(
        starts(&app, "2027-01-05", "2027-01-07").await,
        [
            "01-05 09:00",
            "01-05 10:00",
            "01-05 12:30",
            "01-06 16:00",
            "01-07 09:00",
            "01-07 10:00",
            "01-07 12:30"
        ],
        "an exception is open on a holiday, too"
    );
}

#[tokio::test]
async fn buffers_are_busy_but_not_offered() {
    let hours = r#"hours = [{ days = ["tu"], from = "09:00", to = "12:00" }]"#;
    let app = start("buffer_before_minutes = 10\nbuffer_after_minutes = 15", "", hours).await;
    let offered = free(&app, "2026-12-08", "2026-12-08").await;
    let clock: Vec<_> = offered.iter().map(|slot| &slot.start[11..16]).collect();
    // the raster counts from the opening, the visit's start lies on it; 11:15 to 11:45 and a quarter of an hour
    assert_eq!(
        clock,
        ["09:15", "09:30", "09:45", "10:00", "10:15", "10:30", "10:45", "11:00", "11:15"]
    );
    assert_eq!(&offered[3].end[11..16], "10:30", "the buffer is no part of the visit");
    app.booked(&app.haltern, &offered[3], person(1)).await;
    // 9:50 to 10:45 is taken. The next needs ten minutes before it; the first would need until ten o'clock
    let left = starts(&app, "2026-12-08", "2026-12-08").await;
    assert_eq!(left, ["12-08 11:00", "12-08 11:15"]);
    let refused = app.reserve(&app.haltern, &offered[2]).await;
    assert_eq!(refused.code(), "SLOT_TAKEN");
    live_times::assert_sound(&app.database.superuser_sql().await).await;
}

#[tokio::test]
async fn what_is_prepared_cannot_begin_in_the_past() {
    let hours = r#"hours = [{ days = ["mo"], from = "07:30", to = "10:00" }]"#;
    let mut file = town("buffer_before_minutes = 20", "", hours);
    towns::set(&mut file, "booking.lead_days", 0);
    let app = Setup::new().haltern(file).start().await;
    // it is eight o'clock
    let offered = starts(&app, FROM, FROM).await;
    assert_eq!(offered.first().map(String::as_str), Some("12-07 08:30"), "{offered:?}");
}

#[tokio::test]
async fn notice_horizon_and_raster_of_a_service() {
    let hours =
        r#"hours = [{ days = ["mo", "tu", "we", "th", "fr"], from = "09:00", to = "10:00" }]"#;
    let more = "notice_minutes = 2920\nhorizon_days = 4\nraster_minutes = 20";
    let app = start(more, "", hours).await;
    assert_eq!(
        starts(&app, FROM, "2026-12-20").await,
        ["12-09 09:00", "12-09 09:20", "12-10 09:00", "12-10 09:20", "12-11 09:00", "12-11 09:20"],
        "from 8:40 in two days until Friday"
    );
    let slot = |start: &str| Slot { start: start.to_owned(), ..blank() };
    let mut far = free(&app, "2026-12-11", "2026-12-11").await.remove(0);
    far.start = slot("2026-12-14T09:00:00+01:00").start;
    let refused = app.reserve(&app.haltern, &far).await;
    assert_eq!(refused.code(), "BAD_INPUT", "{}", refused.text());
    far.start = slot("2026-12-08T09:00:00+01:00").start;
    assert_eq!(app.reserve(&app.haltern, &far).await.code(), "BAD_INPUT");
}

fn blank() -> Slot {
    let text = String::new;
    Slot { service: text(), location: text(), start: text(), end: text(), remaining: 0 }
}

#[tokio::test]
async fn a_contingent_keeps_times_for_the_other_channel_until_its_hour() {
    let hours = r#"hours = [{ days = ["tu"], from = "09:00", to = "13:00" }]"#;
    let contingent = r#"
        [[locations.contingents]]
        channel = "online"
        percent = 40
        release = { days = 1, at = "12:00" }
    "#;
    let app = start("", contingent, hours).await;
    let town = &app.haltern;
    // four hours are eight visits; 40 % are 96 minutes, three visits
    let day = ("2026-12-08", "2026-12-08");
    let offered = free(&app, day.0, day.1).await;
    for slot in [&offered[0], &offered[2], &offered[4]] {
        app.booked(town, slot, person(1)).await;
    }
    assert!(
        free(&app, day.0, day.1).await.is_empty(),
        "three visits are all that the contingent has"
    );
    assert_eq!(app.reserve(town, &offered[6]).await.code(), "SLOT_TAKEN");

    let phone = app.desk(town, Channel::Phone).await;
    let date: NaiveDate = day.0.parse().expect("a date");
    let by_phone = phone.availability("amt", date, date).await;
    let start = by_phone.days[0].first().expect("the office still has times");
    phone.reserve("amt", start.location, start.at).await.expect("for a caller");
    assert!(free(&app, day.0, day.1).await.is_empty(), "a call does not fill the contingent");

    app.advance(TimeDelta::hours(4) - TimeDelta::minutes(1));
    assert!(free(&app, day.0, day.1).await.is_empty());
    app.advance(TimeDelta::minutes(1));
    let released = free(&app, day.0, day.1).await;
    assert!(!released.is_empty(), "at noon of the day before the rest is released");
    app.held(town, &released[0]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_has_as_many_places_as_the_limit() {
    let hours = r#"hours = [{ days = ["tu", "we", "th"], from = "09:00", to = "13:00" }]"#;
    let file = town("max_per_person = 2", "", hours);
    let app = Setup::new().haltern(file).connections(12).start().await;
    let town = &app.haltern;
    let slots: Vec<Slot> =
        free(&app, "2026-12-08", "2026-12-08").await.into_iter().step_by(2).collect();
    let mut tokens = Vec::new();
    for slot in &slots {
        tokens.push(app.held(town, slot).await);
    }
    assert_eq!(tokens.len(), 8);
    // one mail address, eight phone numbers, all at once
    let answers = join_all(tokens.iter().enumerate().map(|(number, token)| {
        let mut contact = person(number);
        contact["email"] = json!("trader@example.org");
        app.book(town, token, contact)
    }))
    .await;
    let won: Vec<usize> = (0..8).filter(|number| answers[*number].code().is_empty()).collect();
    assert_eq!(won.len(), 2, "exactly the limit");
    for answer in answers.iter().filter(|answer| !answer.code().is_empty()) {
        assert_eq!(answer.code(), "LIMIT_REACHED", "{}", answer.text());
    }
    // the phone number of one that was booked counts, with another mail address
    let lost: Vec<usize> = (0..8).filter(|number| !won.contains(number)).collect();
    let mut by_phone = person(90);
    by_phone["phone"] = person(won[0])["phone"].clone();
    assert_eq!(app.book(town, &tokens[lost[0]], by_phone.clone()).await.code(), "", "the second");
    assert_eq!(app.book(town, &tokens[lost[1]], by_phone).await.code(), "LIMIT_REACHED");

    // refused is not lost: the reservation is still held, and somebody else can have it
    let mut trader = person(91);
    trader["email"] = json!("trader@example.org");
    assert_eq!(app.book(town, &tokens[lost[2]], trader.clone()).await.code(), "LIMIT_REACHED");
    let manage = |number: usize| answers[number].string("bookAppointment/appointment/manageToken");
    // a place follows a move …
    let target = free(&app, "2026-12-09", "2026-12-09").await.remove(0);
    let input = json!({ "manageToken": manage(won[0]), "locationId": target.location, "start": target.start });
    let moved = app.graphql(town, RESCHEDULE, json!({ "input": input })).await;
    moved.data("rescheduleAppointment/appointment/id");
    // … and comes back with a cancellation
    let input = json!({ "input": { "manageToken": manage(won[1]) } });
    app.graphql(town, CANCEL, input).await.data("cancelAppointment/appointment/id");
    assert_eq!(app.book(town, &tokens[lost[2]], trader.clone()).await.code(), "");
    assert_eq!(app.book(town, &tokens[lost[3]], trader.clone()).await.code(), "LIMIT_REACHED");
    live_times::assert_sound(&app.database.superuser_sql().await).await;

    // when Tuesday's is over there is a place, while the one that moved to Wednesday still counts
    app.advance(TimeDelta::hours(30));
    for (number, expected) in [(0, ""), (2, "LIMIT_REACHED")] {
        let slot = &free(&app, "2026-12-10", "2026-12-10").await[number];
        let token = app.held(town, slot).await;
        assert_eq!(app.book(town, &token, trader.clone()).await.code(), expected, "{number}");
    }
}

#[tokio::test]
async fn given_up_times_rest_until_nobody_can_know_when() {
    let hours = r#"hours = [{ days = ["tu", "we", "th", "fr"], from = "09:00", to = "11:00" }]"#;
    let mut file = town("", "", hours);
    let rest: toml::Table = "min_minutes = 20\nmax_minutes = 60".parse().expect("TOML");
    towns::set(&mut file, "booking.cooldown", rest);
    let app = Setup::new().haltern(file).start().await;
    let town = &app.haltern;
    let day = ("2026-12-11", "2026-12-11");
    let mut rests = Vec::new();
    for round in 0..6 {
        let slots = free(&app, day.0, day.1).await;
        let mine = app.booked(town, &slots[0], person(round)).await;
        let input = json!({ "input": { "manageToken": mine.manage_token } });
        app.graphql(town, CANCEL, input).await.data("cancelAppointment/appointment/id");
        let mut minutes = 0;
        while !free(&app, day.0, day.1).await.contains(&slots[0]) {
            let refused = app.reserve(town, &slots[0]).await;
            assert_eq!(refused.code(), "SLOT_TAKEN", "after {minutes} minutes");
            app.advance(TimeDelta::minutes(1));
            minutes += 1;
            assert!(minutes <= 61, "it rests for ever");
        }
        assert!(minutes >= 20, "{minutes}");
        rests.push(minutes);
    }
    rests.dedup();
    assert!(rests.len() > 1, "always the same rest is no secret: {rests:?}");

    // less than a day before, it is free at once
    let slots = free(&app, "2026-12-08", "2026-12-08").await;
    let mine = app.booked(town, &slots[0], person(7)).await;
    let input = json!({ "input": { "manageToken": mine.manage_token } });
    app.graphql(town, CANCEL, input).await.data("cancelAppointment/appointment/id");
    assert!(free(&app, "2026-12-08", "2026-12-08").await.contains(&slots[0]));
    live_times::assert_sound(&app.database.superuser_sql().await).await;
}

#[tokio::test]
async fn moving_lets_what_is_left_rest_and_loses_no_overlap() {
    let hours = r#"hours = [{ days = ["th"], from = "09:00", to = "11:00" }]"#;
    let mut file = town("", "", hours);
    let rest: toml::Table = "min_minutes = 30\nmax_minutes = 30".parse().expect("TOML");
    towns::set(&mut file, "booking.cooldown", rest);
    let app = Setup::new().haltern(file).start().await;
    let town = &app.haltern;
    let day = ("2026-12-10", "2026-12-10");
    let slots = free(&app, day.0, day.1).await;
    let mine = app.booked(town, &slots[2], person(1)).await;
    let sql = app.database.superuser_sql().await;
    let before = starts(&app, day.0, day.1).await;
    assert_eq!(before, ["12-10 09:00", "12-10 10:00", "12-10 10:15", "12-10 10:30"]);
    // 9:30 to 10:00 becomes 9:45 to 10:15: the first half of it rests, the second stays mine
    let input = json!({ "manageToken": mine.manage_token, "locationId": slots[3].location, "start": slots[3].start });
    let moved = app.graphql(town, RESCHEDULE, json!({ "input": input })).await;
    assert_eq!(moved.string("rescheduleAppointment/appointment/start"), slots[3].start);
    live_times::assert_sound(&sql).await;
    assert_eq!(starts(&app, day.0, day.1).await, ["12-10 09:00", "12-10 10:15", "12-10 10:30"]);
    let quarter = "SELECT count(*) FROM live_time WHERE ticks = 3 AND expires_at IS NOT NULL";
    let resting: i64 =
        sea_orm::sqlx::query_scalar(quarter).fetch_one(&sql).await.expect("a number");
    assert_eq!(resting, 1);
    app.advance(TimeDelta::minutes(31));
    assert_eq!(
        starts(&app, day.0, day.1).await,
        ["12-10 09:00", "12-10 09:15", "12-10 10:15", "12-10 10:30"]
    );
    // back again, and far away
    for target in [2, 6] {
        let slot = &slots[target];
        let input = json!({ "manageToken": mine.manage_token, "locationId": slot.location, "start": slot.start });
        let moved = app.graphql(town, RESCHEDULE, json!({ "input": input })).await;
        assert_eq!(moved.string("rescheduleAppointment/appointment/start"), slot.start);
        live_times::assert_sound(&sql).await;
    }
}

const CORRECT: &str = "mutation($input: CorrectContactInput!) { correctContact(input: $input) { appointment { id } } }";

#[tokio::test]
async fn who_comes_is_fixed_once_it_is_booked() {
    let hours = r#"hours = [{ days = ["th"], from = "09:00", to = "11:00" }]"#;
    let app = start("", "", hours).await;
    let town = &app.haltern;
    let slots = free(&app, "2026-12-10", "2026-12-10").await;
    let token = app.held(town, &slots[0]).await;
    let booked = app.book(town, &token, person(1)).await;
    let id = booked.string("bookAppointment/appointment/id");
    let mut other = person(1);
    other["lastName"] = json!("Käufer");
    assert_eq!(app.book(town, &token, other).await.code(), "CONFLICT");
    // Nothing else takes a contact but what the office does: booking for a caller, and correcting what it knows.
    let schema = tests::repository::text("schema.graphql");
    let takes_contact = |block: &&str| block.contains("contact: ContactInput!");
    let inputs: Vec<&str> = schema
        .split("\ninput ")
        .skip(1)
        .map(|block| block.split("\n}").next().unwrap_or_default())
        .filter(takes_contact)
        .filter_map(|block| block.split_whitespace().next())
        .collect();
    assert_eq!(inputs, ["BookAppointmentInput", "BookForCallerInput", "CorrectContactInput"]);
    let mut renamed = person(1);
    renamed["lastName"] = json!("Käufer");
    let input = json!({ "appointmentId": id, "contact": renamed });
    let corrected = app.graphql(town, CORRECT, json!({ "input": input })).await;
    assert_eq!(corrected.code(), "FORBIDDEN", "a citizen is no office");
}
