//! Browser sessions and limits over a real Redis.

use std::sync::Arc;

use chrono::TimeDelta;
use identity::{
    IDLE, Limit, LimitSettings, Limits, RedisConnection, Session, SessionError, Sessions,
};
use kernel::{Actor, Ctx, Locale, ManualClock, RequestId, SeededChance};
use redis::AsyncCommands;
use secrecy::ExposeSecret;
use tests::database::redis_url;

struct Here {
    ctx: Ctx,
    clock: Arc<ManualClock>,
    sessions: Sessions,
}

fn here() -> Here {
    let clock = Arc::new(ManualClock::new("2026-12-07T07:00:00Z".parse().expect("a time")));
    let ctx = Ctx::new(
        uuid::Uuid::from_u128(rand::random()).into(),
        Actor::Citizen,
        Locale::De,
        RequestId(1),
        clock.clone(),
        Arc::new(SeededChance::new(rand::random())),
    );
    Here { ctx, clock, sessions: Sessions::connect(&redis_url()) }
}

async fn seconds_left(tenant: &str) -> Vec<i64> {
    let client = redis::Client::open(redis_url().expose_secret()).expect("an address");
    let mut redis = client.get_multiplexed_async_connection().await.expect("Redis answers");
    let keys: Vec<String> = redis.keys(format!("session:{tenant}:*")).await.expect("keys");
    let mut left = Vec::new();
    for key in keys {
        left.push(redis.ttl(key).await.expect("a number"));
    }
    left
}

#[tokio::test]
async fn a_session_remembers_at_its_own_municipality() {
    let Here { ctx, sessions, .. } = here();
    let mut session = Session::new(&ctx);
    assert!(sessions.load(&ctx, session.sid()).await.expect("Redis").is_none(), "not saved yet");
    session.data.locale = Some(Locale::En);
    session.data.drafts.insert("d".to_owned(), serde_json::json!({ "typed": "Mustermann" }));
    sessions.save(&ctx, &mut session).await.expect("Redis");
    let known = sessions.load(&ctx, session.sid()).await.expect("Redis").expect("known");
    assert_eq!(known.data.locale, Some(Locale::En));
    assert_eq!(known.data.drafts["d"]["typed"], "Mustermann");

    let neighbour = here().ctx;
    assert!(sessions.load(&neighbour, session.sid()).await.expect("Redis").is_none());
    assert!(sessions.load(&ctx, "../../etc").await.expect("Redis").is_none());
    let left = seconds_left(&ctx.tenant().to_string()).await;
    assert!(
        left.len() == 1 && (IDLE.num_seconds() - 5..=IDLE.num_seconds()).contains(&left[0]),
        "{left:?}"
    );
}

#[tokio::test]
async fn twelve_hours_end_a_session_however_busy_it_is() {
    let Here { ctx, clock, sessions } = here();
    let mut session = Session::new(&ctx);
    sessions.save(&ctx, &mut session).await.expect("Redis");
    clock.advance(TimeDelta::hours(11) + TimeDelta::minutes(50));
    let mut known = sessions.load(&ctx, session.sid()).await.expect("Redis").expect("known");
    let left = seconds_left(&ctx.tenant().to_string()).await;
    assert!(left[0] <= 600, "Redis forgets it in time: {left:?}");
    sessions.save(&ctx, &mut known).await.expect("Redis");
    assert!(seconds_left(&ctx.tenant().to_string()).await[0] <= 600, "saving does not prolong it");
    clock.advance(TimeDelta::minutes(10));
    assert!(sessions.load(&ctx, session.sid()).await.expect("Redis").is_none());
    sessions.save(&ctx, &mut known).await.expect("Redis");
    assert!(seconds_left(&ctx.tenant().to_string()).await.is_empty(), "nor can it be saved again");
}

#[tokio::test]
async fn a_renewed_session_leaves_the_old_id_worthless() {
    let Here { ctx, sessions, .. } = here();
    let mut session = Session::new(&ctx);
    session.data.managed.insert("a".to_owned(), "token".to_owned());
    sessions.save(&ctx, &mut session).await.expect("Redis");
    let renewed = sessions.renew(&ctx, &session, session.data.clone()).await.expect("Redis");
    assert_ne!(renewed.sid(), session.sid());
    assert!(sessions.load(&ctx, session.sid()).await.expect("Redis").is_none());
    let known = sessions.load(&ctx, renewed.sid()).await.expect("Redis").expect("known");
    assert_eq!(known.data.managed["a"], "token");
    sessions.end(&ctx, renewed.sid()).await.expect("Redis");
    assert!(sessions.load(&ctx, renewed.sid()).await.expect("Redis").is_none());
}

#[tokio::test]
async fn gateways_count_together() {
    let Here { ctx, clock, .. } = here();
    let settings = LimitSettings { book: 10, ..LimitSettings::OFF };
    let gateways: Vec<_> = (0..3)
        .map(|_| Limits::new(RedisConnection::lazy(&redis_url()), settings, &[7; 32]))
        .collect();
    let tries = futures::future::join_all(
        (0..60).map(|n| gateways[n % 3].take(&ctx, Limit::Book, b"one client")),
    )
    .await;
    assert_eq!(
        tries.iter().filter(|outcome| outcome.is_ok()).count(),
        10,
        "exactly, at once and from three processes"
    );
    gateways[0].take(&ctx, Limit::Book, b"another client").await.expect("has a count of its own");

    let refused =
        gateways[1].take(&ctx, Limit::Book, b"one client").await.expect_err("one too many");
    clock.advance(TimeDelta::seconds(refused.retry_after_seconds.into()));
    gateways[2].take(&ctx, Limit::Book, b"one client").await.expect("the time that was promised");
}

#[tokio::test]
async fn two_tabs_do_not_undo_each_other() {
    let Here { ctx, sessions, .. } = here();
    let mut first = Session::new(&ctx);
    sessions.save(&ctx, &mut first).await.expect("Redis");
    let mut second = sessions.load(&ctx, first.sid()).await.expect("Redis").expect("known");
    first.data.drafts.insert("a".to_owned(), serde_json::json!(1));
    second.data.drafts.insert("b".to_owned(), serde_json::json!(2));
    sessions.save(&ctx, &mut first).await.expect("Redis");
    assert_eq!(sessions.save(&ctx, &mut second).await, Err(SessionError::Changed));
    let mut again = sessions.load(&ctx, first.sid()).await.expect("Redis").expect("known");
    again.data.drafts.insert("b".to_owned(), serde_json::json!(2));
    sessions.save(&ctx, &mut again).await.expect("Redis");
    let known = sessions.load(&ctx, first.sid()).await.expect("Redis").expect("known");
    assert_eq!(known.data.drafts.len(), 2);
}
