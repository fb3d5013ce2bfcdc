//! What must be true of live times and day maps at any moment: the test's own eye, not the product's.

use sea_orm::sqlx::{self, PgPool};

/// Pairs of live times of one counter that overlap.
pub async fn overlaps(sql: &PgPool) -> i64 {
    sqlx::query_scalar(
        "SELECT count(*) FROM live_time a JOIN live_time b
             ON a.tenant_id = b.tenant_id AND a.counter_id = b.counter_id AND a.id < b.id
            AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at",
    )
    .fetch_one(sql)
    .await
    .expect("a number")
}

/// Day maps that do not say what the live times say, bit by bit.
pub async fn wrong_maps(sql: &PgPool) -> i64 {
    sqlx::query_scalar(
        "SELECT count(*) FROM day_map m LEFT JOIN LATERAL (
             SELECT bit_or(tick_mask(l.first_tick, l.ticks)) AS busy FROM live_time l
              WHERE l.tenant_id = m.tenant_id AND l.counter_id = m.counter_id AND l.day = m.day) t ON true
          WHERE m.busy <> coalesce(t.busy, repeat('0', 300)::bit(300))",
    )
    .fetch_one(sql)
    .await
    .expect("a number")
}

/// Appointments that do not hold exactly the time that they say, buffers aside, and live times without an owner.
pub async fn strangers(sql: &PgPool) -> i64 {
    sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM appointment a LEFT JOIN live_time l
                     ON l.tenant_id = a.tenant_id AND l.id = a.id AND l.expires_at IS NULL
                    AND l.location_id = a.location_id AND l.starts_at <= a.starts_at AND l.ends_at >= a.ends_at
                  WHERE a.status = 'CONFIRMED' AND l.id IS NULL)
              + (SELECT count(*) FROM live_time l LEFT JOIN appointment a
                     ON a.tenant_id = l.tenant_id AND a.id = l.id AND a.status = 'CONFIRMED'
                  WHERE l.expires_at IS NULL AND a.id IS NULL)",
    )
    .fetch_one(sql)
    .await
    .expect("a number")
}

/// Deadlocks that Postgres had to end in this database.
pub async fn deadlocks(sql: &PgPool) -> i64 {
    sqlx::query_scalar("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        .fetch_one(sql)
        .await
        .expect("a number")
}

/// All of it at once: no overlap, no wrong map, no stranger, no deadlock.
pub async fn assert_sound(sql: &PgPool) {
    // statistics arrive when a session has been idle for a moment; asking twice costs little
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    let seen =
        (overlaps(sql).await, wrong_maps(sql).await, strangers(sql).await, deadlocks(sql).await);
    assert_eq!(seen, (0, 0, 0, 0), "overlaps, wrong maps, strangers, deadlocks");
}
