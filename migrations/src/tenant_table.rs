//! What every table of a municipality gets: forced row-level security and the application's rights.

use sea_orm_migration::prelude::*;

/// Rights of the application's role on a table.
#[derive(Clone, Copy)]
pub(crate) enum Rights {
    /// Configuration: the owner's commands write it.
    Read,
    /// Everything the service does.
    Write,
    /// What nobody can change afterwards. It is removed when it is old: the table has a policy of its own for that.
    Append,
    /// What is kept up to date and never removed.
    Keep,
}

/// Runs the statements of a step with a limit on waiting for locks: less than the three seconds for which a statement of
/// the service waits behind it.
pub async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    manager.get_connection().execute_unprepared("SET LOCAL lock_timeout = '2s'").await?;
    manager.get_connection().execute_unprepared(sql).await?;
    Ok(())
}

/// Puts a table under its tenant's policy. Fails closed: without `app.tenant_id` there are no rows.
/// `NULLIF`: after COMMIT a pooled connection has the setting as an empty string, not as NULL.
pub(crate) async fn isolate(
    manager: &SchemaManager<'_>,
    table: &str,
    rights: Rights,
) -> Result<(), DbErr> {
    let rights = match rights {
        Rights::Read => "SELECT",
        Rights::Write => "SELECT, INSERT, UPDATE, DELETE",
        Rights::Append => "SELECT, INSERT, DELETE",
        Rights::Keep => "SELECT, INSERT, UPDATE",
    };
    let sql = format!(
        "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
         ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
         CREATE POLICY tenant_only ON {table}
           USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid)
           WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
         DO $$ BEGIN
           EXECUTE format('GRANT {rights} ON {table} TO %I', current_setting('app.application_role'));
         END $$;"
    );
    manager.get_connection().execute_unprepared(&sql).await?;
    Ok(())
}

/// Declares a step: its name and the SQL that it runs, then the tables it isolates.
macro_rules! step {
    ($sql:expr, [$(($table:literal, $rights:ident)),* $(,)?]) => {
        /// See the module.
        #[derive(DeriveMigrationName)]
        pub(crate) struct Step;

        #[async_trait::async_trait]
        impl MigrationTrait for Step {
            async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                crate::tenant_table::run(manager, $sql).await?;
                $(crate::tenant_table::isolate(manager, $table, crate::tenant_table::Rights::$rights).await?;)*
                Ok(())
            }
        }
    };
}
pub(crate) use step;
