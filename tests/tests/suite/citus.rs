//! Whether the tables can be distributed by municipality (Citus): the rules of `docs/operations.md`, asked of the real catalogue.
//! What the program sends is looked at by `tests/citus/run.sh`.

use sea_orm::sqlx::{self, AssertSqlSafe, PgPool};
use tests::Database;

/// On every node the same: which municipalities there are.
const REFERENCE: [&str; 2] = ["host", "tenant"];
/// On the node that is asked first only: which steps have run.
const LOCAL: [&str; 1] = ["seaql_migrations"];
/// What the steps in docs/operations.md change before the tables are distributed.
const CHANGED_FIRST: [&str; 8] = [
    "function notice_comes_into_force runs with its owner's rights",
    "function recipient_takes_effect runs with its owner's rights",
    "policy draft_change on recipient asks another table",
    "policy draft_change on recipient would open more than the municipality's own",
    "policy draft_insert on recipient asks another table",
    "policy draft_insert on recipient would open more than the municipality's own",
    "policy draft_removal on recipient asks another table",
    "policy draft_removal on recipient would open more than the municipality's own",
];

/// Everything that Citus would refuse or get wrong, one row each. Distributed is what has a `tenant_id`.
const FINDINGS: &str = r"
WITH ours AS (
    SELECT c.oid, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname IN ('public', 'keys') AND c.relkind IN ('r', 'p')
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
), spread AS (
    SELECT o.oid, o.relname, a.attnum, a.atttypid, a.attnotnull FROM ours o
      JOIN pg_attribute a ON a.attrelid = o.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
), bodies AS (
    SELECT f.oid, f.proname, l.lanname, coalesce(pg_get_function_sqlbody(f.oid), f.prosrc) AS body FROM pg_proc f
      JOIN pg_language l ON l.oid = f.prolang
      JOIN pg_namespace n ON n.oid = f.pronamespace
     WHERE n.nspname IN ('public', 'keys')
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = f.oid AND d.deptype = 'e')
), asked AS (
    -- statement by statement; a loop or a condition before it belongs to no table
    SELECT b.proname, s.relname, statement FROM bodies b, spread s,
           regexp_split_to_table(regexp_replace(b.body, '--[^\n]*', '', 'g'), ';|\mloop\M', 'i') AS statement
     WHERE statement ~* ('\m(from|join|into|update)\s+(keys\.|public\.)?' || s.relname || '\M')
)
SELECT 'table ' || relname || ' is neither distributed nor known as reference or local' AS finding FROM ours
 WHERE relname <> ALL ($1) AND oid NOT IN (SELECT oid FROM spread)
UNION ALL
SELECT 'table ' || relname || ': the municipality is not a uuid that is always there' FROM spread
 WHERE atttypid <> 'uuid'::regtype OR NOT attnotnull
UNION ALL
SELECT 'unique index ' || i.indexrelid::regclass || ' does not hold the municipality' FROM spread s
  JOIN pg_index i ON i.indrelid = s.oid AND (i.indisunique OR i.indisexclusion)
 WHERE s.attnum <> ALL (i.indkey::int2[])
UNION ALL
SELECT 'exclusion constraint ' || k.conname || ' does not compare the municipality with =' FROM spread s
  JOIN pg_constraint k ON k.conrelid = s.oid AND k.contype = 'x'
 WHERE NOT EXISTS (SELECT FROM unnest(k.conkey, k.conexclop) AS part (attnum, op) JOIN pg_operator o ON o.oid = part.op
                    WHERE part.attnum = s.attnum AND o.oprname = '=')
UNION ALL
SELECT 'foreign key ' || k.conname || ' leads to another municipality''s rows' FROM spread s
  JOIN pg_constraint k ON k.conrelid = s.oid AND k.contype = 'f' JOIN spread t ON t.oid = k.confrelid
 WHERE NOT EXISTS (SELECT FROM unnest(k.conkey, k.confkey) AS pair (here, there)
                    WHERE pair.here = s.attnum AND pair.there = t.attnum)
UNION ALL
SELECT 'foreign key ' || k.conname || ' empties the municipality' FROM spread s
  JOIN pg_constraint k ON k.conrelid = s.oid AND k.contype = 'f' AND s.attnum = ANY (k.conkey)
 WHERE k.confdeltype IN ('n', 'd') OR k.confupdtype IN ('n', 'd', 'c')
UNION ALL
SELECT 'foreign key ' || k.conname || ' leads from a table that is everywhere to one that is not' FROM pg_constraint k
  JOIN ours o ON o.oid = k.conrelid JOIN spread t ON t.oid = k.confrelid
 WHERE k.contype = 'f' AND k.conrelid NOT IN (SELECT oid FROM spread)
UNION ALL
SELECT 'foreign key ' || k.conname || ' leads to a table that is on one node only' FROM pg_constraint k
  JOIN ours t ON t.oid = k.confrelid AND t.relname = ANY ($2)
 WHERE k.contype = 'f'
UNION ALL
SELECT 'trigger ' || g.tgname || ' on ' || o.relname FROM pg_trigger g JOIN ours o ON o.oid = g.tgrelid WHERE NOT g.tgisinternal
UNION ALL
SELECT 'rule ' || r.rulename || ' on ' || o.relname FROM pg_rewrite r JOIN ours o ON o.oid = r.ev_class
UNION ALL
SELECT 'table ' || o.relname || ' inherits' FROM pg_inherits i JOIN ours o ON o.oid IN (i.inhrelid, i.inhparent)
UNION ALL
SELECT 'policy ' || p.polname || ' on ' || o.relname || ' asks another table' FROM pg_policy p JOIN ours o ON o.oid = p.polrelid
 WHERE concat(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) ~* '\mselect\M'
UNION ALL
-- a shard has a restrictive one as a permissive one, which is added to tenant_only and takes nothing away
SELECT 'policy ' || p.polname || ' on ' || o.relname || ' would open more than the municipality''s own' FROM pg_policy p
  JOIN ours o ON o.oid = p.polrelid,
       unnest(ARRAY[pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)]) AS expression
 WHERE NOT p.polpermissive
   AND NOT starts_with(expression, '((tenant_id = (NULLIF(current_setting(''app.tenant_id''::text, true), ''''::text))::uuid) AND ')
UNION ALL
-- one role per transaction writes to a shard
SELECT 'function ' || f.proname || ' runs with its owner''s rights' FROM pg_proc f JOIN bodies b ON b.oid = f.oid WHERE f.prosecdef
UNION ALL
SELECT 'sequence ' || q.seqrelid::regclass || ' is no bigint' FROM pg_sequence q WHERE q.seqtypid <> 'bigint'::regtype
UNION ALL
SELECT 'table ' || s.relname || ' computes its municipality' FROM spread s
  JOIN pg_attribute a ON a.attrelid = s.oid AND a.attnum = s.attnum AND (a.attgenerated <> '' OR a.attidentity <> '')
UNION ALL
-- the body of an SQL function becomes part of whatever statement calls it
SELECT 'function ' || proname || ' has a CASE with an operand' FROM bodies
 WHERE lanname = 'sql' AND body ~* '\mcase\s+(?!\s|when\M)'
UNION ALL
SELECT DISTINCT 'function ' || proname || ' has a CASE with an operand' FROM asked WHERE statement ~* '\mcase\s+(?!\s|when\M)'
UNION ALL
SELECT DISTINCT 'function ' || proname || ' inserts what it selects' FROM asked
 WHERE statement ~* '\minsert\s+into\s.*\mselect\M' AND statement !~* '\mvalues\M'
UNION ALL
SELECT DISTINCT 'function ' || proname || ' asks ' || relname || ' without naming the municipality' FROM asked
 WHERE statement !~* 'tenant_id'
 ORDER BY 1
";

async fn findings(sql: &PgPool) -> Vec<String> {
    let apart: Vec<String> =
        [&REFERENCE[..], &LOCAL[..]].concat().into_iter().map(str::to_owned).collect();
    let local: Vec<String> = LOCAL.map(str::to_owned).to_vec();
    sqlx::query_scalar(FINDINGS)
        .bind(apart)
        .bind(local)
        .fetch_all(sql)
        .await
        .expect("the catalogue")
}

#[tokio::test]
async fn every_table_can_be_distributed() {
    let database = Database::create().await;
    assert_eq!(findings(&database.superuser_sql().await).await, CHANGED_FIRST);
}

#[tokio::test]
async fn what_cannot_be_distributed_is_found() {
    let table = "CREATE TABLE odd (tenant_id uuid NOT NULL, id uuid NOT NULL, PRIMARY KEY (tenant_id, id));";
    for (damage, finding) in [
        ("CREATE TABLE odd (id uuid PRIMARY KEY)".to_owned(), "table odd is neither distributed nor known"),
        ("CREATE TABLE odd (tenant_id text NOT NULL)".to_owned(), "the municipality is not a uuid"),
        (format!("{table} CREATE UNIQUE INDEX one ON odd (id)"), "unique index one does not hold"),
        (
            format!("{table} ALTER TABLE odd ADD CONSTRAINT apart EXCLUDE USING gist (tenant_id WITH <>, id WITH =)"),
            "exclusion constraint apart does not compare",
        ),
        (
            format!("{table} ALTER TABLE customer ADD CONSTRAINT one UNIQUE (subject_id);
                     ALTER TABLE odd ADD CONSTRAINT elsewhere FOREIGN KEY (id) REFERENCES customer (subject_id)"),
            "foreign key elsewhere leads to another municipality",
        ),
        (
            format!("{table} ALTER TABLE odd ADD CONSTRAINT empties FOREIGN KEY (tenant_id, id)
                     REFERENCES customer (tenant_id, subject_id) ON DELETE SET NULL (id)"),
            "foreign key empties empties the municipality",
        ),
        (
            "ALTER TABLE host ADD COLUMN s uuid, ADD CONSTRAINT inward FOREIGN KEY (tenant, s) REFERENCES service (tenant_id, id)".to_owned(),
            "foreign key inward leads from a table that is everywhere",
        ),
        (
            "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
             CREATE TRIGGER bell AFTER INSERT ON job FOR EACH ROW EXECUTE FUNCTION nothing()".to_owned(),
            "trigger bell on job",
        ),
        (format!("{table} CREATE RULE twice AS ON INSERT TO odd DO ALSO NOTHING"), "rule twice on odd"),
        ("CREATE TABLE odd (number serial)".to_owned(), "is no bigint"),
        (
            "CREATE FUNCTION odd(p text) RETURNS int LANGUAGE sql RETURN CASE p WHEN 'a' THEN 1 ELSE 2 END".to_owned(),
            "function odd has a CASE with an operand",
        ),
        (
            "CREATE FUNCTION odd() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT count(*) FROM job); END'".to_owned(),
            "function odd asks job without naming",
        ),
        (
            "CREATE FUNCTION odd() RETURNS void LANGUAGE plpgsql AS 'BEGIN INSERT INTO job SELECT * FROM job WHERE tenant_id IS NULL; END'".to_owned(),
            "function odd inserts what it selects",
        ),
        (
            "CREATE POLICY odd ON customer AS RESTRICTIVE FOR DELETE USING (email_index IS NULL)".to_owned(),
            "policy odd on customer would open more than the municipality's own",
        ),
        (
            "CREATE POLICY odd ON customer FOR SELECT USING (EXISTS (SELECT FROM tenant))".to_owned(),
            "policy odd on customer asks another table",
        ),
        (
            "CREATE FUNCTION odd() RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'".to_owned(),
            "function odd runs with its owner's rights",
        ),
    ] {
        let database = Database::create().await;
        let sql = database.superuser_sql().await;
        sqlx::raw_sql(AssertSqlSafe(damage.clone())).execute(&sql).await.expect("the damage");
        let found = findings(&sql).await;
        assert!(found.iter().any(|one| one.contains(finding)), "{damage}: {finding}: {found:?}");
    }
}
