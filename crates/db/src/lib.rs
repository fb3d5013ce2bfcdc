//! The only door to Postgres.
//!
//! * [`Db`] is the pool. It hands out transactions; the owner's commands also get the pool, for migrations.
//! * [`TenantTx`] reaches the rows of one municipality. Row-level security enforces it; outside such a
//!   transaction the application's role sees no row of any tenant table.
//! * [`Db::call`] does the same for one statement in one flush, for the hot paths.
//! * [`SystemTx`] reads the directory of municipalities and the overview of due jobs, which name nobody.
//! * [`Fault`] says what a database error means for the caller.
//! * [`sealed`] encrypts personal data under a key per person.
//! * [`audit`] is the trail of what the office and the operator did.
//! * [`ledger`] remembers erasures, so that a restored backup does not undo them.
//! * [`retention`] deletes what was kept long enough, in bounded batches.
//! * [`jobs`] are written in the business transaction and survive a kill.
//!
//! ```no_run
//! # async fn example(db: &db::Db, ctx: &kernel::Ctx) -> Result<(), db::Fault> {
//! use sea_orm::ConnectionTrait;
//! let tx = db.begin(ctx).await?;
//! tx.execute_unprepared("UPDATE location SET position = 1").await?; // this tenant's rows only
//! tx.commit().await
//! # }
//! ```

pub mod audit;
mod call;
mod connection;
mod fault;
mod inventory;
pub mod jobs;
pub mod ledger;
mod pooler;
pub mod provision;
pub mod retention;
pub mod sealed;
pub mod self_check;
pub mod signature;
pub mod token;
mod traced;
mod transaction;
mod turns;
pub mod wire;

pub use call::Call;
pub use connection::{Db, Options};
pub use fault::Fault;
pub use inventory::INVENTORY;
pub use pooler::Pooler;
pub use transaction::{SystemTx, TenantTx};
