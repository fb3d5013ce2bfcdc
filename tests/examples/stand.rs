//! The service under test on a real port, with people who are signed in, for browser tests that begin there. Says in one
//! line of JSON where it is and which sessions there are; serves until its standard input ends.
//!
//! `cargo run --example stand`, with the servers of `deploy/services.sh`.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a tool of the tests: what goes wrong ends it, and the line is its answer"
)]

use std::io::Read;

use kernel::Role;
use tests::Setup;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let app = Setup::new().at_port(port).start().await;
    let account = app.staff(&app.haltern, Role::OfficeManager).await;
    let staff = app.signed_in(&app.haltern, &account).await.cookies["sid"].clone();
    println!(
        "{}",
        serde_json::json!({ "base": format!("http://{}:{port}", app.haltern.host), "staff": staff })
    );
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    tokio::select! {
        () = app.serve(listener) => {}
        _ = ended => {}
    }
}
