//! What whoever runs the program asks it: whether it lives and can work, and what waits.

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use sea_orm::sqlx;
use secrecy::ExposeSecret;
use tests::{Database, database::redis_url};

/// The real program with its figures on a port.
struct Program {
    process: Child,
    port: u16,
}

impl Program {
    fn start(database: &Database, command: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|free| free.local_addr())
            .expect("a free port")
            .port();
        let _ = rustls::crypto::ring::default_provider().install_default();
        let process = Command::new(tests::binary())
            .arg(command)
            .env("STADTTERMIN_DATABASE__URL", database.app_url.expose_secret())
            .env("STADTTERMIN_REDIS__URL", redis_url().expose_secret())
            .env("STADTTERMIN_KEYS__MASTER", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")
            .env("STADTTERMIN_MAIL__SMTP_URL", "smtp://127.0.0.1:1")
            .env("STADTTERMIN_SERVER__LISTEN", "127.0.0.1:0")
            .env("STADTTERMIN_SERVER__METRICS_LISTEN", format!("127.0.0.1:{port}"))
            .env("STADTTERMIN_WORKER__IN_PROCESS", "false")
            .env_remove("STADTTERMIN_DATABASE__ADMIN_URL")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        Self { process, port }
    }

    /// Status and text of an address on the figures' port, once the program is there.
    async fn get(&self, path: &str) -> (u16, String) {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            match reqwest::get(format!("http://127.0.0.1:{}{path}", self.port)).await {
                Ok(answer) => {
                    return (answer.status().as_u16(), answer.text().await.expect("a text"));
                }
                Err(error) => assert!(Instant::now() < deadline, "no answer: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test]
async fn a_worker_is_asked_on_the_port_of_its_figures() {
    let database = Database::create().await;
    let worker = Program::start(&database, "worker");
    assert_eq!(worker.get("/healthz").await, (200, "ok\n".to_owned()));
    assert_eq!(worker.get("/readyz").await, (200, "ready\n".to_owned()));
    assert_eq!(worker.get("/").await.0, 404, "it serves nobody");

    // a database that is behind this program
    let sql = database.superuser_sql().await;
    sqlx::query("DELETE FROM seaql_migrations").execute(&sql).await.expect("forgotten");
    assert_eq!(worker.get("/readyz").await.0, 503);
    assert_eq!(worker.get("/healthz").await.0, 200, "which is no reason to start again");
}

#[tokio::test]
async fn every_job_is_counted_once() {
    let database = Database::create().await;
    let sql = database.superuser_sql().await;
    let town = "INSERT INTO tenant (id, slug, name, state, created_at)
                VALUES ('00000000-0000-0000-0000-000000000007', 'x', 'X', 'suspended', now())";
    sqlx::query(town).execute(&sql).await.expect("a municipality");
    for (run_at, state, error) in [
        ("now() + interval '1 day'", "ready", "NULL"),
        ("now() - interval '1 minute'", "ready", "NULL"),
        ("now() + interval '1 hour'", "ready", "'the relay is down'"),
        ("now() - interval '10 minutes'", "ready", "'the relay was down'"),
        ("now() - interval '1 day'", "dead", "'the relay is down'"),
        ("now() - interval '1 day'", "dead", "'the relay is down'"),
    ] {
        let job = format!(
            "INSERT INTO job (tenant_id, id, kind, payload, run_at, state, last_error, request_id, created_at)
             VALUES ('00000000-0000-0000-0000-000000000007', gen_random_uuid(), 'test', '{{}}', {run_at}, '{state}', {error}, 'r', now())"
        );
        sqlx::query(sqlx::AssertSqlSafe(job)).execute(&sql).await.expect("a job");
    }
    let server = Program::start(&database, "serve");
    let (status, text) = server.get("/metrics").await;
    assert_eq!(status, 200);
    for line in ["ready\"} 2", "retried\"} 1", "late\"} 1", "dead\"} 2"] {
        assert!(text.contains(&format!("stadttermin_jobs{{state=\"{line}\n")), "{line}: {text}");
    }
}
