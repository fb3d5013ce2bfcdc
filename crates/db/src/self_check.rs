//! Refuses to serve when the database would not keep municipalities apart.

use sea_orm::sqlx::{self, PgPool};

use crate::Fault;

/// Why the start is refused.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The database would not keep the promise.
    #[error("the database does not isolate tenants: {}", .0.join("; "))]
    NotIsolated(Vec<String>),
    /// Something lies between that nobody has told us of.
    #[error(
        "the database is reached through a pooler that drops what this program asks of its connections: set \
         database.pooler and database.direct_url (docs/operations.md)"
    )]
    Pooler,
    /// The database could not be asked.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Every row is a reason not to serve. What passes a wall on purpose is commented on by the migration that made it, not
/// named here: a program that is older than a step has to start on its database (docs/adr/0019). `tenant` and `host`, the
/// directory, are read by everybody: they say which municipalities exist, nothing else.
const FINDINGS: &str = r#"
WITH same_tenant AS (
    SELECT attname, format('(%I = (NULLIF(current_setting(''app.tenant_id''::text, true), ''''::text))::uuid)', attname) AS expression
      FROM unnest(ARRAY['tenant_id', 'id', 'tenant']) AS attname
), ours AS (
    SELECT c.oid, c.relname, c.relkind, c.relowner, c.relrowsecurity, c.relforcerowsecurity, c.reloptions
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname IN ('public', 'keys')
       AND c.relname NOT IN ('seaql_migrations')
       AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
)
SELECT 'role ' || current_user || ' bypasses row-level security' AS finding
  FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)
UNION ALL
SELECT 'role ' || current_user || ' is a member of ' || r.rolname || ', which bypasses row-level security'
  FROM pg_roles r
 WHERE (r.rolsuper OR r.rolbypassrls) AND r.rolname <> current_user
   AND pg_has_role(current_user, r.oid, 'member')
UNION ALL
SELECT 'role ' || current_user || ' owns table ' || relname
  FROM ours WHERE relkind IN ('r', 'p') AND pg_has_role(current_user, relowner, 'member')
UNION ALL
SELECT 'table ' || o.relname || ' has no tenant_id' FROM ours o
 WHERE o.relkind IN ('r', 'p') AND o.relname NOT IN ('tenant', 'host')
   AND NOT EXISTS (SELECT 1 FROM pg_attribute a
                    WHERE a.attrelid = o.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)
UNION ALL
SELECT 'table ' || o.relname || ' does not force row-level security' FROM ours o
  JOIN pg_attribute a ON a.attrelid = o.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
 WHERE o.relkind IN ('r', 'p') AND NOT (o.relrowsecurity AND o.relforcerowsecurity)
UNION ALL
-- the directory is read before a tenant is known, and written for one's own only
SELECT 'table ' || o.relname || ' can be written for every municipality' FROM ours o
 WHERE o.relname IN ('tenant', 'host') AND NOT (o.relrowsecurity AND o.relforcerowsecurity)
   AND has_table_privilege(o.oid, 'INSERT, UPDATE, DELETE')
UNION ALL
SELECT 'table ' || o.relname || CASE WHEN o.relname IN ('tenant', 'host')
         THEN ' is written for other municipalities than the transaction''s own'
         ELSE ' has no policy tenant_only for all commands' END FROM ours o
  JOIN pg_attribute a ON a.attrelid = o.oid AND NOT a.attisdropped
   AND a.attname = CASE o.relname WHEN 'tenant' THEN 'id' WHEN 'host' THEN 'tenant' ELSE 'tenant_id' END
  JOIN same_tenant s ON s.attname = a.attname
 WHERE o.relkind IN ('r', 'p')
   AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = o.oid AND p.polname = 'tenant_only'
                      AND p.polcmd = '*' AND p.polpermissive AND p.polroles = '{0}'
                      AND pg_get_expr(p.polqual, p.polrelid) = s.expression
                      AND pg_get_expr(p.polwithcheck, p.polrelid) = s.expression)
UNION ALL
-- permissive policies are OR-ed: one more can open what tenant_only closes. One that reads may, when a migration says
-- why; one that writes never
SELECT 'table ' || o.relname || ' has another policy, ' || p.polname FROM ours o
  JOIN pg_policy p ON p.polrelid = o.oid
 WHERE p.polname <> 'tenant_only'
   AND p.polpermissive -- a restrictive one only takes away
   AND NOT (p.polcmd = 'r' AND coalesce(obj_description(p.oid, 'pg_policy'), '') LIKE 'reviewed: %')
UNION ALL
SELECT 'materialized view ' || relname || ' ignores row-level security' FROM ours WHERE relkind = 'm'
UNION ALL
-- some may, word for word as a migration made them: they act on the transaction's own municipality only
SELECT 'function ' || f.proname || ' runs with its owner''s rights' FROM pg_proc f
  JOIN pg_namespace n ON n.oid = f.pronamespace
 WHERE n.nspname IN ('public', 'keys') AND f.prosecdef
   AND NOT (coalesce(obj_description(f.oid, 'pg_proc'), '')
              = 'reviewed ' || encode(sha256(convert_to(f.prosrc, 'UTF8')), 'hex')
            AND f.prosqlbody IS NULL -- such a body is not in prosrc
            AND f.proconfig IS NOT DISTINCT FROM '{"search_path=public, pg_temp"}')
   AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = f.oid AND d.deptype = 'e')
UNION ALL
SELECT 'unique index ' || i.indexrelid::regclass || ' does not begin with the tenant' FROM ours o
  JOIN pg_attribute a ON a.attrelid = o.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
  JOIN pg_index i ON i.indrelid = o.oid AND i.indisunique
 WHERE i.indkey[0] <> a.attnum
UNION ALL
SELECT 'key ' || k.conname || ' on ' || o.relname || ' does not begin with the tenant' FROM ours o
  JOIN pg_attribute a ON a.attrelid = o.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
  JOIN pg_constraint k ON k.conrelid = o.oid AND k.contype IN ('p', 'u', 'x', 'f')
 WHERE k.conkey[1] IS DISTINCT FROM a.attnum
UNION ALL
SELECT 'view ' || relname || ' is not security_invoker' FROM ours
 WHERE relkind = 'v' AND NOT coalesce(reloptions::text LIKE '%security_invoker=true%', false)
UNION ALL
SELECT 'isolation level is ' || current_setting('transaction_isolation')
 WHERE current_setting('transaction_isolation') <> 'read committed'
"#;

/// Asks the catalogue. Also run by the test suite, so that no table can be forgotten.
pub async fn check(pool: &PgPool) -> Result<(), Refusal> {
    let asked = async {
        // in a transaction and without a name: behind a pooler, the next statement may be somebody else's
        let mut tx = pool.begin().await?;
        sqlx::query_scalar(FINDINGS).persistent(false).fetch_all(&mut *tx).await
    };
    let findings: Vec<String> = asked.await.map_err(Fault::from)?;
    if findings.is_empty() { Ok(()) } else { Err(Refusal::NotIsolated(findings)) }
}
