//! The harness of the end-to-end suites: the real service over a real Postgres, Redis, SMTP conversation and SMS
//! API, with a clock and dice of its own. `make test` starts the servers.
//!
//! ```no_run
//! # async fn example() {
//! let app = tests::TestApp::start().await;
//! let answer = app.graphql(&app.haltern, "{ services { name } }", serde_json::json!({})).await;
//! assert_eq!(answer.string("services/0/name"), "Personalausweis beantragen");
//! # }
//! ```

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "all of this is test code: what goes wrong ends the test that saw it"
)]

mod answer;
mod app;
mod authenticator;
pub mod booking;
mod browser;
pub mod citizens;
mod clerks;
pub mod collector;
mod command;
pub mod database;
mod desk;
mod dns;
mod guessing;
pub mod html;
pub mod live_times;
mod logs;
mod neighbours;
mod office;
pub mod openid;
mod post;
mod program;
pub mod proof;
mod redis_servers;
pub mod repository;
pub mod running;
pub mod server;
pub mod towns;
pub mod watched;

pub use answer::Answer;
pub use app::{Setup, TestApp, Town};
pub use authenticator::Authenticator;
pub use browser::Browser;
pub use command::Said;
pub use database::Database;
pub use desk::Desk;
pub use dns::NameServer;
pub use logs::logged;
pub use neighbours::{HaProxy, PgBouncer};
pub use office::{PASSWORD, Person};
pub use post::{Attachment, Sent};
pub use program::binary;
pub use redis_servers::RedisServer;
pub use running::{Client, Running};
