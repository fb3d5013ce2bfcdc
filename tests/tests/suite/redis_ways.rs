//! The ways to reach Redis: with TLS and a password, and through Sentinels, also while the master is replaced.

use std::time::{Duration, Instant};

use identity::{RedisAddress, RedisConnection, Session, SessionError, Sessions};
use kernel::Ctx;
use secrecy::SecretString;
use tests::RedisServer;

fn ctx() -> Ctx {
    Ctx::for_tests(uuid::Uuid::from_u128(rand::random()).into(), "2026-12-07T08:00:00+01:00")
}

async fn works(address: RedisAddress) -> Result<(), SessionError> {
    let (ctx, sessions) = (ctx(), Sessions::connect(address));
    let mut session = Session::new(&ctx);
    sessions.save(&ctx, &mut session).await?;
    let found = sessions.load(&ctx, session.sid()).await?;
    assert!(found.is_some());
    Ok(())
}

#[tokio::test]
async fn tls_and_a_password() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (server, ca) = RedisServer::with_tls("sesame");
    let at = |password: &str, ca: Option<&str>| RedisAddress {
        url: SecretString::from(format!("rediss://:{password}@localhost:{}/0", server.port)),
        ca: ca.map(|ca| ca.as_bytes().to_vec()),
        ..RedisAddress::default()
    };
    works(at("sesame", Some(&ca))).await.expect("a session");
    assert_eq!(
        works(at("sesame", None)).await,
        Err(SessionError::Unavailable),
        "an unknown authority"
    );
    assert_eq!(works(at("wrong", Some(&ca))).await, Err(SessionError::Unavailable));
    let plain = SecretString::from(format!("redis://:sesame@localhost:{}/0", server.port));
    assert_eq!(works((&plain).into()).await, Err(SessionError::Unavailable), "without TLS");
}

#[tokio::test]
async fn sentinels_lead_to_the_master_that_is_there() {
    let mut master = RedisServer::start("requirepass sesame\nmasterauth sesame\n");
    let replica = RedisServer::start(&format!(
        "requirepass sesame\nmasterauth sesame\nreplicaof 127.0.0.1 {}\n",
        master.port
    ));
    let sentinel = {
        let server = RedisServer::sentinel("termine", master.port);
        let client = redis::Client::open(format!("redis://127.0.0.1:{}", server.port));
        let mut sentinel = client.expect("an address").get_connection().expect("the sentinel");
        redis::cmd("SENTINEL")
            .arg(&["SET", "termine", "auth-pass", "sesame"])
            .query::<()>(&mut sentinel)
            .expect("the password is known");
        // it must have met the replica before the master goes
        wait_for(|| {
            let known: Vec<Vec<String>> =
                redis::cmd("SENTINEL").arg(&["REPLICAS", "termine"]).query(&mut sentinel).ok()?;
            let ready = known.first()?.iter().any(|word| word == "ok");
            ready.then_some(())
        });
        server
    };
    let redis = RedisConnection::lazy(RedisAddress {
        url: SecretString::from("redis://:sesame@termine/0"),
        sentinels: vec![format!("redis://127.0.0.1:{}", sentinel.port)],
        ..RedisAddress::default()
    });
    let (ctx, sessions) = (ctx(), Sessions::over(redis));
    let mut session = Session::new(&ctx);
    sessions.save(&ctx, &mut session).await.expect("saved at the master");

    master.kill();
    let until = Instant::now() + Duration::from_secs(25);
    let mut later = Session::new(&ctx);
    while sessions.save(&ctx, &mut later).await.is_err() {
        assert!(Instant::now() < until, "the new master was not found");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let at_replica = redis::Client::open(format!("redis://:sesame@127.0.0.1:{}", replica.port));
    let mut there = at_replica.expect("an address").get_connection().expect("the new master");
    let keys: i64 = redis::cmd("DBSIZE").query(&mut there).expect("a number");
    assert!(keys >= 1, "it is where the replica was");
}

#[expect(clippy::disallowed_methods, reason = "a test's servers meet; nothing else runs here")]
fn wait_for(mut ready: impl FnMut() -> Option<()>) {
    let until = Instant::now() + Duration::from_secs(20);
    while ready().is_none() {
        assert!(Instant::now() < until, "the sentinel did not meet the replica");
        std::thread::sleep(Duration::from_millis(100));
    }
}
