//! The edge: hosts, GraphQL, sessions, limits, configuration, and the one binary `stadttermin`.
//!
//! [`App::build`] puts the service together for `serve`, the demo and the tests alike; time and chance are arguments.
//!
//! ```no_run
//! # async fn example() -> Result<(), gateway::StartError> {
//! use std::sync::Arc;
//! let mut config = gateway::config::Config::defaults()?;
//! config.database.url = gateway::config::Secret::new("postgres://app@localhost/stadttermin");
//! let app = gateway::App::build(&config, Arc::new(kernel::SystemClock), Arc::new(kernel::OsChance)).await?;
//! app.worker.run_due().await?; // what the background would do
//! # Ok(()) }
//! ```

mod app;
mod channels;
pub mod cli;
pub mod config;
pub mod demo;
mod dns;
pub mod docs;
mod edge;
pub mod farewell;
mod graphql;
mod health;
mod housekeeping;
pub mod ledger;
pub mod onboarding;
mod operator;
pub mod proof;
pub mod retention;
mod rights;
mod serve;
mod telemetry;
mod verify;

pub use app::{App, NEEDS, StartError, notice_facts};
pub use edge::Metrics;
pub use graphql::{operator_sdl, sdl};
pub use health::Figures;
pub use housekeeping::Housekeeping;
pub use serve::{serve, stop_signal, work_only};
