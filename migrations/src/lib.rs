//! The database, one file per step.
//!
//! Steps follow expand and contract: the previous release's binary runs against the new schema until it is
//! replaced, so a step adds (nullable columns, new tables), and what it replaces is removed one release later.
//! Every step takes its locks with a time limit. SQL is the truth here; entities are written after it.

mod m0001_directory;
mod m0002_keys_and_jobs;
mod m0003_services_and_hours;
mod m0004_calendar;
mod m0005_appointments;
mod m0006_messages;
mod m0007_privacy;
mod m0008_calendar_rules;
mod m0009_access_keys;
mod m0010_calendar_functions;
mod m0011_calendar_changes;
mod m0012_hot_paths;
mod m0013_accounts;
mod m0014_account_appointments;
mod m0015_recovery_codes;
mod m0016_appointment_history;
mod m0017_limits;
mod m0018_passkeys;
mod m0019_openid;
mod m0020_platform;
mod m0021_privacy_proof;
mod m0023_rights;
mod m0024_privacy_requests;
mod m0026_retention;
mod m0027_contract_end;
mod m0028_statistics;
mod m0029_incidents;
mod m0030_recipient_changes;
mod m0031_erasure_check;
mod m0032_reviews_and_objections;
mod m0034_operator;
mod m0035_quotas;
mod m0038_calendar_imports;
mod m0039_distributable;
mod m0040_reviewed;
mod m0041_walls_everywhere;
mod m0042_trail_everywhere;
mod tenant_table;

use std::{borrow::Cow, time::Duration};

use sea_orm::{DatabaseConnection, RuntimeErr, SqlxPostgresConnector, sqlx::PgPool};
use sea_orm_migration::prelude::*;

pub use tenant_table::run as run_statements;

/// All steps, in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_directory::Step),
            Box::new(m0002_keys_and_jobs::Step),
            Box::new(m0003_services_and_hours::Step),
            Box::new(m0004_calendar::Step),
            Box::new(m0005_appointments::Step),
            Box::new(m0006_messages::Step),
            Box::new(m0007_privacy::Step),
            Box::new(m0008_calendar_rules::Step),
            Box::new(m0009_access_keys::Step),
            Box::new(m0010_calendar_functions::Step),
            Box::new(m0011_calendar_changes::Step),
            Box::new(m0012_hot_paths::Step),
            Box::new(m0013_accounts::Step),
            Box::new(m0014_account_appointments::Step),
            Box::new(m0015_recovery_codes::Step),
            Box::new(m0016_appointment_history::Step),
            Box::new(m0017_limits::Step),
            Box::new(m0018_passkeys::Step),
            Box::new(m0019_openid::Step),
            Box::new(m0020_platform::Step),
            Box::new(m0021_privacy_proof::Step),
            Box::new(m0023_rights::Step),
            Box::new(m0024_privacy_requests::Step),
            Box::new(m0026_retention::Step),
            Box::new(m0027_contract_end::Step),
            Box::new(m0028_statistics::Step),
            Box::new(m0029_incidents::Step),
            Box::new(m0030_recipient_changes::Step),
            Box::new(m0031_erasure_check::Step),
            Box::new(m0032_reviews_and_objections::Step),
            Box::new(m0034_operator::Step),
            Box::new(m0035_quotas::Step),
            Box::new(m0038_calendar_imports::Step),
            Box::new(m0039_distributable::Step),
            Box::new(m0040_reviewed::Step),
            Box::new(m0041_walls_everywhere::Step),
            Box::new(m0042_trail_everywhere::Step),
        ]
    }
}

/// How often a step may come too late for its locks, and how long the work of others goes on in between.
const ATTEMPTS: usize = 60;
const PAUSE: Duration = Duration::from_secs(1);

/// Brings the database to the newest step. Only one process at a time does it; the others wait.
pub async fn migrate(owner: &PgPool) -> Result<(), DbErr> {
    migrate_by::<Migrator>(owner).await
}

/// The same with the steps of another list: tests add one of the next release.
pub async fn migrate_by<M: MigratorTrait>(owner: &PgPool) -> Result<(), DbErr> {
    let as_error = |error: sea_orm::sqlx::Error| DbErr::Custom(error.to_string());
    let mut lock = owner.acquire().await.map_err(as_error)?;
    // 7237 is ours alone: an advisory lock lives per database and has no names.
    sea_orm::sqlx::query("SET lock_timeout = '60s'").execute(&mut *lock).await.map_err(as_error)?;
    sea_orm::sqlx::query("SELECT pg_advisory_lock(7237)")
        .execute(&mut *lock)
        .await
        .map_err(as_error)?;
    let done = up::<M>(&connection(owner)).await;
    sea_orm::sqlx::query("SELECT pg_advisory_unlock(7237)")
        .execute(&mut *lock)
        .await
        .map_err(as_error)?;
    done
}

/// A step that waits for a lock makes everybody else wait behind it. So it gives up before they do, and comes again.
async fn up<M: MigratorTrait>(db: &DatabaseConnection) -> Result<(), DbErr> {
    for _ in 1..ATTEMPTS {
        match M::up(db, None).await {
            Err(error) if came_too_late(&error) => tokio::time::sleep(PAUSE).await,
            done => return done,
        }
    }
    M::up(db, None).await
}

/// Whether somebody else had the lock for too long (55P03), or two of us for each other (40P01).
fn came_too_late(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))) =
        error
    else {
        return false;
    };
    let code = cause.as_database_error().and_then(|answer| answer.code().map(Cow::into_owned));
    matches!(code.as_deref(), Some("55P03" | "40P01"))
}

/// The names of the steps that this program knows, for readiness: a database behind them cannot be served.
pub fn newest_step() -> String {
    Migrator::migrations().last().map(|step| step.name().to_owned()).unwrap_or_default()
}

fn connection(pool: &PgPool) -> DatabaseConnection {
    SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone())
}
