//! What is released when: what is shown can be booked, and nothing before its time.

use chrono::TimeDelta;
use tests::{Setup, TestApp, booking::Slot};

async fn day(app: &TestApp, date: &str) -> (String, Vec<Slot>) {
    let service = app.service(&app.haltern, "Personalausweis").await;
    let states = app.day_states(&app.haltern, &service, date, date).await;
    (states.concat(), app.slots(&app.haltern, &service, date, date).await)
}

async fn holds(app: &TestApp, slot: &Slot) -> bool {
    let answer = app.reserve(&app.haltern, slot).await;
    answer.json().pointer("/data/reserveSlot/reservation/token").is_some()
}

#[tokio::test]
async fn a_week_is_released_at_its_published_time() {
    let plan: toml::Table = "plan = \"weekly\"\nweekday = \"we\"\nat = \"09:00\"\nweeks_ahead = 1"
        .parse()
        .expect("TOML");
    let app = Setup::new().change_haltern("booking.release", plan).start().await;
    // Monday, 8 o'clock: last Wednesday released this week
    let (state, friday) = day(&app, "2026-12-11").await;
    assert_eq!(state, "FREE");
    let monday = Slot { start: friday[0].start.replace("-11T", "-14T"), ..friday[0].clone() };
    app.advance(TimeDelta::hours(49) - TimeDelta::seconds(1));
    assert_eq!(day(&app, "2026-12-14").await.0, "NOT_YET_RELEASED");
    assert!(!holds(&app, &monday).await, "not by asking for it either");
    app.advance(TimeDelta::seconds(1));
    let (state, slots) = day(&app, "2026-12-14").await;
    assert_eq!(state, "FREE");
    assert_eq!(slots[0].start, monday.start);
    assert!(holds(&app, &monday).await);
    assert_eq!(day(&app, "2026-12-21").await.0, "NOT_YET_RELEASED");
}

#[tokio::test]
async fn what_is_left_of_today_is_given_away_from_its_time_on() {
    let app = Setup::new().change_haltern("booking.same_day_from", "09:00").start().await;
    let (state, _) = day(&app, "2026-12-07").await;
    assert_eq!(state, "PAST");
    let (_, tomorrow) = day(&app, "2026-12-08").await;
    let eleven = tomorrow.iter().find(|slot| slot.start.contains("T11:00")).expect("a time at 11");
    let eleven = Slot { start: eleven.start.replace("-08T", "-07T"), ..eleven.clone() };
    assert!(!holds(&app, &eleven).await);
    app.advance(TimeDelta::hours(1));
    let (state, slots) = day(&app, "2026-12-07").await;
    assert_eq!(state, "FREE");
    assert!(slots[0].start.starts_with("2026-12-07T09:00"), "{slots:?}");
    assert!(holds(&app, &eleven).await);
}
