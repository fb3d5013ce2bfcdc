use chrono::TimeDelta;
use kernel::{Actor, Locale, ManualClock, RequestId, SeededChance};
use secrecy::SecretString;

use super::{counters::MOST, *};

fn without_redis(settings: LimitSettings) -> Limits {
    Limits::new(
        RedisConnection::lazy(&SecretString::from("redis+unix:///nowhere/redis.sock")),
        settings,
        &[7; 32],
    )
}

fn ctx(clock: &Arc<ManualClock>, tenant: u128) -> Ctx {
    Ctx::new(
        uuid::Uuid::from_u128(tenant).into(),
        Actor::Citizen,
        Locale::De,
        RequestId(1),
        clock.clone(),
        Arc::new(SeededChance::new(1)),
    )
}

#[tokio::test]
async fn one_too_many_is_told_when_to_come_back() {
    let clock = Arc::new(ManualClock::new("2026-12-07T07:00:40Z".parse().unwrap()));
    let limits = without_redis(LimitSettings { book: 3, ..LimitSettings::default() });
    let here = ctx(&clock, 1);
    for _ in 0..3 {
        limits.take(&here, Limit::Book, b"a").await.unwrap();
    }
    let refused = limits.take(&here, Limit::Book, b"a").await.unwrap_err();
    assert_eq!(refused.retry_after_seconds, 21);
    assert_eq!(refused.code(), ErrorCode::RateLimited);
    assert!(refused.message(Locale::De).contains("21 Sekunden"));

    limits.take(&here, Limit::Book, b"b").await.unwrap();
    limits.take(&here, Limit::Reserve, b"a").await.unwrap();
    limits.take(&ctx(&clock, 2), Limit::Book, b"a").await.unwrap();

    clock.advance(TimeDelta::seconds(21));
    limits.take(&here, Limit::Book, b"a").await.unwrap();
    // two thirds of the minute before still count
    let refused = limits.take(&here, Limit::Book, b"a").await.unwrap_err();
    clock.advance(TimeDelta::seconds(refused.retry_after_seconds.into()));
    limits.take(&here, Limit::Book, b"a").await.unwrap();
}

#[tokio::test]
async fn the_promised_time_is_always_right() {
    for (limit, start) in [(1, 0), (2, 13), (5, 59), (7, 30)] {
        let clock = Arc::new(ManualClock::new("2026-12-07T07:00:00Z".parse().unwrap()));
        clock.advance(TimeDelta::seconds(start));
        let limits = without_redis(LimitSettings { manage: limit, ..LimitSettings::default() });
        let here = ctx(&clock, 1);
        for _ in 0..40 {
            if let Err(refused) = limits.take(&here, Limit::Manage, b"a").await {
                clock.advance(TimeDelta::seconds(refused.retry_after_seconds.into()));
                limits.take(&here, Limit::Manage, b"a").await.expect("the time that was promised");
            }
        }
    }
}

#[tokio::test]
async fn looking_counts_nothing() {
    let clock = Arc::new(ManualClock::new("2026-12-07T07:00:00Z".parse().unwrap()));
    let limits = without_redis(LimitSettings { authenticate: 1, ..LimitSettings::OFF });
    let here = ctx(&clock, 1);
    for _ in 0..3 {
        limits.check(&here, Limit::Authenticate, b"a").await.unwrap();
    }
    limits.take(&here, Limit::Authenticate, b"a").await.unwrap();
    limits.check(&here, Limit::Authenticate, b"a").await.unwrap_err();
    limits.check(&here, Limit::Authenticate, b"b").await.unwrap();
}

#[tokio::test]
async fn zero_switches_a_limit_off() {
    let clock = Arc::new(ManualClock::new("2026-12-07T07:00:00Z".parse().unwrap()));
    let limits = without_redis(LimitSettings::OFF);
    for _ in 0..1_000 {
        limits.take(&ctx(&clock, 1), Limit::Read, b"a").await.unwrap();
    }
}

#[tokio::test]
async fn memory_stays_bounded() {
    let clock = Arc::new(ManualClock::new("2026-12-07T07:00:00Z".parse().unwrap()));
    let limits = without_redis(LimitSettings::default());
    for client in 0..(MOST as u64 + 100) {
        limits.take(&ctx(&clock, 1), Limit::Read, &client.to_be_bytes()).await.unwrap();
    }
    assert!(limits.own.len().0 <= MOST);
}

fn guarded() -> LimitSettings {
    LimitSettings::default()
}

#[tokio::test]
async fn without_redis_guessing_is_limited_to_a_quarter() {
    let clock = Arc::new(ManualClock::new("2026-12-07T07:00:00Z".parse().unwrap()));
    let (limits, here) = (without_redis(guarded()), ctx(&clock, 1));
    for (what, allowed) in [
        (Limit::SignInPlace, 1),
        (Limit::SignInAccount, 7),
        (Limit::SignInNetwork, 5),
        (Limit::CodeAddress, 1),
        (Limit::CodeNetwork, 2),
        (Limit::SecondFactor, 1),
        (Limit::Reserve, 60),
        (Limit::Book, 30),
    ] {
        for _ in 0..allowed {
            limits.take(&here, what, b"a").await.unwrap();
        }
        limits.take(&here, what, b"a").await.expect_err(what.key());
    }
}

#[tokio::test]
async fn whoever_fills_the_memory_gains_no_guesses() {
    let clock = Arc::new(ManualClock::new("2026-12-07T07:00:00Z".parse().unwrap()));
    let (limits, here) = (without_redis(guarded()), ctx(&clock, 1));
    limits.take(&here, Limit::SecondFactor, b"mine").await.unwrap();
    for other in 0..(MOST as u64 + 100) {
        let _ = limits.take(&here, Limit::SecondFactor, &other.to_be_bytes()).await;
        limits.take(&here, Limit::Read, &other.to_be_bytes()).await.unwrap();
    }
    limits.take(&here, Limit::SecondFactor, b"mine").await.expect_err("still counted");
    limits.take(&here, Limit::SecondFactor, b"new").await.expect_err("no room, no guess");
    limits.take(&here, Limit::Read, b"new").await.expect("reading goes on");
    assert!(limits.own.len().1 <= MOST);
    clock.advance(TimeDelta::minutes(30));
    limits.take(&here, Limit::SecondFactor, b"new").await.expect("room again");
}

#[tokio::test]
async fn a_limit_holds_over_midnight_and_its_counters_have_other_names_the_next_day() {
    let clock = Arc::new(ManualClock::new("2026-12-07T23:59:50Z".parse().unwrap()));
    let settings = LimitSettings { second_factor: 20, ..LimitSettings::OFF };
    let (limits, here) = (without_redis(settings), ctx(&clock, 1));
    for _ in 0..5 {
        limits.take(&here, Limit::SecondFactor, b"a").await.unwrap();
    }
    clock.advance(TimeDelta::seconds(20));
    limits.take(&here, Limit::SecondFactor, b"a").await.expect("a share of the old ones ended");
    limits
        .take(&here, Limit::SecondFactor, b"a")
        .await
        .expect_err("it is the same quarter of an hour");

    let name = |clock: &Arc<ManualClock>| {
        let counter = Counter::new(&limits.key, &ctx(clock, 1), Limit::Reserve, b"a");
        counter.name().split(':').nth(2).unwrap().to_owned()
    };
    let today = name(&clock);
    clock.advance(TimeDelta::hours(20));
    assert_eq!(name(&clock), today);
    clock.advance(TimeDelta::hours(4));
    assert_ne!(name(&clock), today);
}

#[tokio::test]
async fn half_is_told_before_all() {
    let clock = Arc::new(ManualClock::new("2026-12-07T07:00:00Z".parse().unwrap()));
    let settings = LimitSettings { reserve: 10, ..LimitSettings::OFF };
    let (limits, here) = (without_redis(settings), ctx(&clock, 1));
    for _ in 0..5 {
        limits.check_half(&here, Limit::Reserve, b"a").await.unwrap();
        limits.take(&here, Limit::Reserve, b"a").await.unwrap();
    }
    let near = limits.check_half(&here, Limit::Reserve, b"a").await.unwrap_err();
    limits.take(&here, Limit::Reserve, b"a").await.expect("not yet too many");
    clock.advance(TimeDelta::seconds((near.retry_after_seconds + 20).into()));
    limits.check_half(&here, Limit::Reserve, b"a").await.expect("it calms down");
}

#[tokio::test]
async fn what_was_spent_on_the_way_to_the_right_password_is_given_back() {
    let clock = Arc::new(ManualClock::new("2026-12-07T07:00:00Z".parse().unwrap()));
    let settings = LimitSettings {
        sign_in_place: 20,
        sign_in_account: 20,
        sign_in_network: 8,
        ..LimitSettings::OFF
    };
    let (limits, here) = (without_redis(settings), ctx(&clock, 1));
    let office = "192.0.2.1".parse().unwrap();
    for round in 0..10 {
        limits.check_widely(&here, office, "kim").await.unwrap_or_else(|_| panic!("round {round}"));
        limits.take_at_place(&here, office, "kim").await.unwrap();
        limits.take_anywhere(&here, "kim").await.unwrap();
        limits.count_wrong_password(&here, office).await;
        limits.take_at_place(&here, office, "kim").await.unwrap();
        limits.take_anywhere(&here, "kim").await.unwrap();
        limits.forgive_password(&here, office, "kim").await;
    }
    // but not what others spent
    for _ in 0..2 {
        limits.take_at_place(&here, office, "alex").await.unwrap();
        limits.take_anywhere(&here, "alex").await.unwrap();
        limits.count_wrong_password(&here, office).await;
    }
    limits.take_at_place(&here, office, "kim").await.unwrap();
    limits.take_anywhere(&here, "kim").await.unwrap();
    limits.forgive_password(&here, office, "kim").await;
    limits.check_widely(&here, office, "kim").await.expect_err("alex's two are there");
}
