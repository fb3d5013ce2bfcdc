//! Why nothing is free: each day without times says its reason and what else there is, over GraphQL and on the pages.

use chrono::TimeDelta;
use kernel::Scope;
use serde_json::{Value, json};
use tests::{Setup, TestApp, booking::erika, towns};

const DAYS: &str = "query($input: AvailabilityInput!) { availability(input: $input) {
  releasedUntil nextRelease { at from to }
  days { date state times
    reason { code text releasedAt bookableUntil holiday closure fittingMinutes }
    alternatives { kind text phone phoneHasTimes slot { start location { name } } release { at from to }
      walkIn { start end location { name } } }
    walkIn { start end } } } }";

/// Haltern with weekly releases, hours without an appointment on Wednesdays, and a day off.
fn planned() -> toml::Table {
    let mut town = towns::tiny(towns::haltern(), 30);
    let more: toml::Table = r#"
        [[closures]]
        from = 2026-12-10
        to = 2026-12-10
        reason = { de = "Betriebsausflug", en = "Works outing" }
    "#
    .parse()
    .expect("TOML");
    town.extend(more);
    let plan: toml::Table = "plan = \"weekly\"\nweekday = \"mo\"\nat = \"09:00\"\nweeks_ahead = 1"
        .parse()
        .expect("TOML");
    towns::set(&mut town, "booking.release", plan);
    let walk_in: toml::Table =
        "days = [\"we\"]\nfrom = \"08:00\"\nto = \"09:00\"\nchannels = [\"walk-in\"]"
            .parse()
            .expect("TOML");
    let hours = &mut town["locations"][0]["counters"][0]["hours"];
    hours.as_array_mut().expect("hours").push(walk_in.into());
    town
}

async fn asked(app: &TestApp, from: &str, to: &str) -> Value {
    let service = app.service(&app.haltern, "Personalausweis").await;
    let input = json!({ "items": [{ "serviceId": service }], "from": from, "to": to });
    app.graphql(&app.haltern, DAYS, json!({ "input": input })).await.data("availability")
}

async fn day(app: &TestApp, date: &str) -> Value {
    asked(app, date, date).await["days"][0].clone()
}

fn kinds(day: &Value) -> Vec<&str> {
    let all = day["alternatives"].as_array().into_iter().flatten();
    all.filter_map(|alternative| alternative["kind"].as_str()).collect()
}

/// The calendar page for an identity card.
async fn page(app: &TestApp, more: &str) -> String {
    let path = format!("/termine?anliegen=personalausweis:1{more}");
    app.get(&app.haltern.host, &path).await.text()
}

#[tokio::test]
async fn each_day_without_times_says_why_and_what_else_there_is() {
    let app = Setup::new().haltern(planned()).start().await;
    let code = async |date: &str| day(&app, date).await["reason"]["code"].clone();
    assert_eq!(code("2026-12-08").await, Value::Null, "a free day");
    assert_eq!(code("2026-12-12").await, "NO_HOURS");
    assert_eq!(code("2026-12-25").await, "HOLIDAY");
    assert_eq!(code("2026-12-06").await, "OVER");

    let today = day(&app, "2026-12-07").await;
    assert_eq!(today["reason"]["code"], "TOO_SOON");
    assert_eq!(today["reason"]["bookableUntil"], "2026-12-07T00:00:00+01:00");

    let closed = day(&app, "2026-12-10").await;
    assert_eq!(closed["reason"]["closure"], "Betriebsausflug");
    assert_eq!(kinds(&closed), ["LATER_DAY", "NEXT_RELEASE", "PHONE"]);
    assert_eq!(closed["alternatives"][0]["slot"]["start"], "2026-12-11T09:00:00+01:00");
    let html = page(&app, "&tag=2026-12-10").await;
    assert!(html.contains("Der Grund: Betriebsausflug"), "{html}");
    assert!(html.contains("Donnerstag, 10. Dezember: geschlossen: Betriebsausflug"));
    assert!(html.contains("Feiertag: 1. Weihnachtstag"));
}

#[tokio::test]
async fn when_the_release_passes_the_day_becomes_free() {
    let app = Setup::new().haltern(planned()).start().await;
    // 8 o'clock: the release of 9 o'clock brings next week
    let found = asked(&app, "2026-12-16", "2026-12-16").await;
    assert_eq!(found["releasedUntil"], "2026-12-13");
    assert_eq!(
        found["nextRelease"],
        json!({ "at": "2026-12-07T09:00:00+01:00", "from": "2026-12-14", "to": "2026-12-20" })
    );
    let wednesday = &found["days"][0];
    assert_eq!(wednesday["reason"]["code"], "NOT_YET_RELEASED");
    assert_eq!(wednesday["reason"]["releasedAt"], "2026-12-07T09:00:00+01:00");
    assert_eq!(kinds(wednesday), ["NEXT_RELEASE", "PHONE", "WALK_IN"]);
    assert_eq!(wednesday["walkIn"][0]["start"], "2026-12-16T08:00:00+01:00");
    let html = page(&app, "&tag=2026-12-16").await;
    assert!(html.contains(">in 1 Stunde</span>"), "{html}");
    assert!(html.contains("Ohne Termin: 8:00 bis 9:00 Uhr, Bürgerbüro"));

    app.advance(TimeDelta::minutes(30));
    assert!(page(&app, "").await.contains(">in 30 Minuten</span>"));
    app.advance(TimeDelta::minutes(30));
    let wednesday = day(&app, "2026-12-16").await;
    assert_eq!((wednesday["state"].as_str(), &wednesday["reason"]), (Some("FREE"), &Value::Null));
    let html = page(&app, "&tag=2026-12-16").await;
    assert!(html.contains(">in 7 Tagen</span>"), "the countdown is for the next week");
    assert!(html.contains("value=\"buergerbuero@2026-12-16T08:00:00Z\""), "{html}");
    assert!(html.contains("Ohne Termin: 8:00 bis 9:00 Uhr"), "also on a free day");
}

#[tokio::test]
async fn full_and_too_short_are_said_apart() {
    let app = Setup::new().haltern(planned()).start().await;
    let slots = app.free(&app.haltern).await;
    let half = |time: &str| slots.iter().find(|slot| slot.start.contains(time)).expect("a time");
    app.booked(&app.haltern, half("T09:00"), erika()).await;
    app.booked(&app.haltern, half("T09:30"), erika()).await;
    let tuesday = day(&app, "2026-12-08").await;
    assert_eq!(tuesday["reason"]["code"], "ALL_BOOKED", "{tuesday}");
    assert_eq!(kinds(&tuesday)[0], "LATER_DAY");

    let app = Setup::new().haltern(planned()).start().await;
    let slots = app.free(&app.haltern).await;
    let middle = slots.iter().find(|slot| slot.start.contains("T09:15")).expect("9:15");
    app.booked(&app.haltern, middle, erika()).await;
    let tuesday = day(&app, "2026-12-08").await;
    assert_eq!(tuesday["reason"]["code"], "TOO_SHORT", "{tuesday}");
    assert_eq!(tuesday["reason"]["fittingMinutes"], 15);
    let html = page(&app, "&tag=2026-12-08").await;
    assert!(html.contains("höchstens 15 Minuten"), "{html}");
}

#[tokio::test]
async fn another_place_is_offered_when_it_is_sooner() {
    let mut town = towns::haltern();
    let closure: toml::Table = r#"
        [[closures]]
        location = "buergerbuero"
        from = 2026-12-08
        to = 2026-12-11
        reason = { de = "Umbau", en = "Building works" }
    "#
    .parse()
    .expect("TOML");
    town.extend(closure);
    let app = Setup::new().haltern(town).start().await;
    let page = async |more: &str| {
        let path = format!("/termine?anliegen=wohnsitz-anmelden:1&tag=2026-12-08{more}");
        app.get(&app.haltern.host, &path).await.text()
    };
    let html = page("&ort=buergerbuero").await;
    assert!(html.contains("Der Grund: Umbau"), "{html}");
    assert!(html.contains("An einem anderen Standort: Dienstag, 8. Dezember 2026"), "{html}");
    // the calendar of all places has the time itself
    let all = page("&ort=alle").await;
    assert!(!all.contains("An einem anderen Standort"));
}

#[tokio::test]
async fn the_phone_is_for_who_serves_citizens() {
    let app = Setup::new().haltern(planned()).start().await;
    let service = app.service(&app.haltern, "Personalausweis").await;
    let slot = app.free(&app.haltern).await.remove(0);
    let input = json!({ "items": [{ "serviceId": service }], "from": "2026-12-08", "to": "2026-12-08", "channel": "PHONE" });
    let query =
        "query($input: AvailabilityInput!) { availability(input: $input) { days { state } } }";
    let refused = app.graphql(&app.haltern, query, json!({ "input": input })).await;
    assert_eq!(refused.code(), "FORBIDDEN");
    let mut held = tests::booking::reserve_input(&slot);
    held["channel"] = "PHONE".into();
    let refused =
        app.graphql(&app.haltern, tests::booking::RESERVE, json!({ "input": held })).await;
    assert_eq!(refused.code(), "FORBIDDEN");

    let key = app.office_key(&app.haltern, Scope::Appointments).await;
    let found = app.graphql_as(&app.haltern, &key, query, json!({ "input": input })).await;
    assert_eq!(found.data("availability/days")[0]["state"], "FREE");
    let taken =
        app.graphql_as(&app.haltern, &key, tests::booking::RESERVE, json!({ "input": held })).await;
    taken.string("reserveSlot/reservation/token");
}
