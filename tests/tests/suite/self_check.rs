//! A database that would not keep municipalities apart is not served.

use db::{Db, Options, sealed::Keyring, self_check::Refusal};
use sea_orm::sqlx::{self, AssertSqlSafe};
use tests::Database;

pub(crate) async fn connect(url: &secrecy::SecretString) -> Result<Db, Refusal> {
    Db::connect(&Options::new(url.clone()), Keyring::new(&[1; 32])).await
}

/// The findings of the self-check after `sql` was done to the database.
async fn findings_after(sql: &str) -> Vec<String> {
    let database = Database::create().await;
    let owner = database.superuser_sql().await;
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&owner).await.expect("the damage");
    match connect(&database.app_url).await {
        Ok(_) => Vec::new(),
        Err(Refusal::NotIsolated(findings)) => findings,
        Err(refusal) => panic!("{refusal}"),
    }
}

#[tokio::test]
async fn a_sound_database_is_served() {
    assert_eq!(findings_after("SELECT 1").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_role_that_passes_the_walls_is_not_served() {
    let database = Database::create().await;
    for (url, reason) in [
        (&database.superuser_url, "bypasses row-level security"),
        (&database.owner_url, "owns table"),
    ] {
        let Err(Refusal::NotIsolated(findings)) = connect(url).await else {
            panic!("it was served")
        };
        assert!(findings.iter().any(|finding| finding.contains(reason)), "{findings:?}");
    }
}

#[tokio::test]
async fn no_table_can_be_forgotten() {
    let policy = "CREATE POLICY tenant_only ON forgotten
        USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid)
        WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);";
    let table = "CREATE TABLE forgotten (tenant_id uuid, id uuid, PRIMARY KEY (tenant_id, id));";
    let (on, force) = (
        "ALTER TABLE forgotten ENABLE ROW LEVEL SECURITY;",
        "ALTER TABLE forgotten FORCE ROW LEVEL SECURITY;",
    );
    for (damage, reason) in [
        (table.to_owned(), "table forgotten does not force row-level security"),
        (format!("{table}{on}{policy}"), "table forgotten does not force row-level security"),
        (format!("{table}{on}{force}"), "table forgotten has no policy tenant_only"),
        ("CREATE TABLE forgotten (id uuid PRIMARY KEY)".to_owned(), "table forgotten has no tenant_id"),
        (
            format!("{table}{on}{force}{policy} ALTER TABLE forgotten ADD CONSTRAINT one UNIQUE (id)"),
            "key one on forgotten does not begin with the tenant",
        ),
        (
            "CREATE VIEW peephole AS SELECT * FROM appointment".to_owned(),
            "view peephole is not security_invoker",
        ),
        (
            "ALTER TABLE appointment NO FORCE ROW LEVEL SECURITY".to_owned(),
            "table appointment does not force row-level security",
        ),
        (
            "DROP POLICY tenant_only ON customer; CREATE POLICY tenant_only ON customer USING (true)".to_owned(),
            "table customer has no policy tenant_only",
        ),
        (
            "CREATE POLICY helpful ON customer FOR SELECT USING (true)".to_owned(),
            "table customer has another policy, helpful",
        ),
        (
            "DROP POLICY tenant_only ON customer; CREATE POLICY tenant_only ON customer
              USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid OR true)
              WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid)"
                .to_owned(),
            "table customer has no policy tenant_only",
        ),
        (
            "CREATE MATERIALIZED VIEW copy AS SELECT * FROM appointment".to_owned(),
            "materialized view copy ignores row-level security",
        ),
        (
            "CREATE FUNCTION peep() RETURNS bigint LANGUAGE sql SECURITY DEFINER
              RETURN (SELECT count(*) FROM appointment)"
                .to_owned(),
            "function peep runs with its owner's rights",
        ),
        (
            "CREATE UNIQUE INDEX one_reference ON appointment (reference)".to_owned(),
            "unique index one_reference does not begin with the tenant",
        ),
        (
            "ALTER TABLE tenant DISABLE ROW LEVEL SECURITY".to_owned(),
            "table tenant can be written for every municipality",
        ),
        (
            "ALTER POLICY tenant_only ON host USING (true)".to_owned(),
            "table host is written for other municipalities than the transaction's own",
        ),
    ] {
        let findings = findings_after(&damage).await;
        assert!(findings.iter().any(|finding| finding.contains(reason)), "{reason}: {findings:?}");
    }
}

/// What a later release adds passes the check of the program before it, when its migration says that it was reviewed.
#[tokio::test]
async fn what_passes_a_wall_on_purpose_says_so_word_for_word() {
    const PATH: &str = "SET search_path = public, pg_temp";
    const REVIEWED: &str = "DO $$ BEGIN EXECUTE format('COMMENT ON FUNCTION peep IS %L', 'reviewed ' ||
        (SELECT encode(sha256(convert_to(prosrc, 'UTF8')), 'hex') FROM pg_proc WHERE proname = 'peep')); END $$;";
    let peep = |settings: &str, body: &str| {
        let head = "CREATE OR REPLACE FUNCTION peep() RETURNS bigint LANGUAGE sql SECURITY DEFINER";
        format!("{head} {settings} {body};")
    };
    let text = "AS 'SELECT count(*) FROM location'";
    let helpful = |what: &str, comment: &str| {
        format!(
            "CREATE POLICY helpful ON customer {what}; COMMENT ON POLICY helpful ON customer IS '{comment}'"
        )
    };
    let admitted = [
        peep(PATH, text) + REVIEWED,
        helpful("FOR SELECT USING (current_setting('app.system', true) = 'on')", "reviewed: a sum"),
    ];
    for sql in admitted {
        assert_eq!(findings_after(&sql).await, Vec::<String>::new(), "{sql}");
    }
    let function = "function peep runs with its owner's rights";
    let policy = "table customer has another policy, helpful";
    let refused = [
        (peep(PATH, text) + REVIEWED + &peep(PATH, "AS 'SELECT count(*) FROM customer'"), function),
        (peep(PATH, "RETURN (SELECT count(*) FROM customer)") + REVIEWED, function),
        (peep("", text) + REVIEWED, function),
        (helpful("USING (true)", "reviewed: writes, too"), policy),
        (helpful("FOR SELECT USING (true)", "helpful"), policy),
        (
            "COMMENT ON FUNCTION recipient_takes_effect IS NULL".to_owned(),
            "function recipient_takes_effect runs with its owner's rights",
        ),
    ];
    for (sql, finding) in refused {
        assert_eq!(findings_after(&sql).await, [finding], "{sql}");
    }
}
