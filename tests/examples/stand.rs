//! The service under test on a real port, with people who are signed in, for browser tests that begin there. Says in one
//! line of JSON where it is and which sessions there are; serves until its standard input ends.
//!
//! `cargo run --example stand`, with the servers of `deploy/services.sh`. With the argument `limits` requests have their
//! usual limits. A line `advance 60` on the standard input lets a minute pass; it is repeated when it has.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a tool of the tests: what goes wrong ends it, and the lines are its answers"
)]

use chrono::TimeDelta;
use identity::LimitSettings;
use kernel::Role;
use tests::{Setup, TestApp};
use tokio::{net::TcpListener, sync::mpsc};

#[tokio::main]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let mut setup = Setup::new().at_port(port);
    if std::env::args().any(|argument| argument == "limits") {
        setup = setup.limits(LimitSettings::default());
    }
    let app = setup.start().await;
    let account = app.staff(&app.haltern, Role::OfficeManager).await;
    let staff = app.signed_in(&app.haltern, &account).await.cookies["sid"].clone();
    println!(
        "{}",
        serde_json::json!({ "base": format!("http://{}:{port}", app.haltern.host), "staff": staff })
    );
    tokio::select! {
        () = app.serve(listener) => {}
        () = obey(&app) => {}
    }
}

/// Does what the lines of the standard input say, until it ends.
async fn obey(app: &TestApp) {
    let (line_read, mut lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines() {
            line_read.send(line.expect("a line")).expect("somebody listens");
        }
    });
    while let Some(line) = lines.recv().await {
        let seconds = line.strip_prefix("advance ").and_then(|seconds| seconds.parse().ok());
        app.advance(TimeDelta::seconds(seconds.expect("a number of seconds")));
        println!("{line}");
    }
}
