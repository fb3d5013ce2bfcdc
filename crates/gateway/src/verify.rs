//! The look after an erasure: whether the person is left anywhere. It goes by the inventory, so that a table that is added
//! later is looked at without anybody thinking of it.

use std::collections::{BTreeMap, BTreeSet};

use db::{
    Db, Fault, TenantTx,
    jobs::{self, Handler, Job, JobError},
    ledger::{self, VERIFY_AFTER, VERIFY_JOB, Verify},
};
use kernel::{
    AccountId, AppointmentId, Ctx,
    inventory::{Entry, Kept, OnErasure, Store, Whose},
    policy::Action,
};
use privacy::Rights;
use sea_orm::{ConnectionTrait, Value};
use tenant::personal_data::DataSubject;
use uuid::Uuid;

use crate::docs;

/// Looks for what an erasure has left.
pub(crate) struct VerifyErasure {
    pub(crate) rights: Rights,
}

#[async_trait::async_trait]
impl Handler for VerifyErasure {
    async fn run(&self, ctx: &Ctx, db: &Db, job: &Job) -> Result<(), JobError> {
        ctx.authorize(Action::RunJobs).map_err(|error| JobError::Give(error.to_string()))?;
        let gone: Verify = job.payload()?;
        // Redis first: no transaction waits for it
        let outside = self.rights.left_outside(ctx, &subject(&gone)).await?;
        let tx = db.begin(ctx).await?;
        let mut looked = in_database(&tx, &gone, &docs::inventory()).await?;
        looked.note("jobs", in_jobs(&tx, &gone, job).await?);
        looked.note("sessions", outside);
        let (places, remains) = (looked.0.len(), looked.remains());
        ledger::note_check(ctx, &tx, gone.person, places, remains).await?;
        if remains > 0 {
            // names of tables and a number: nobody is in them
            let places = looked.found().join(", ");
            tracing::warn!(tenant = %ctx.tenant(), remains, places, "an erasure has left something");
            jobs::enqueue(ctx, &tx, VERIFY_JOB, &gone, ctx.now() + VERIFY_AFTER).await?;
        }
        job.finish(&tx).await?;
        Ok(tx.commit().await?)
    }
}

fn subject(gone: &Verify) -> DataSubject {
    DataSubject {
        people: vec![gone.person],
        appointments: gone.rows.iter().copied().map(AppointmentId::from).collect(),
        // an id is that of one thing only: what is no account has no sessions
        account: gone.rows.first().copied().map(AccountId::from),
        addresses: Vec::new(),
    }
}

/// Places that were looked at, and how much was found there.
#[derive(Debug, Default)]
struct Looked(BTreeMap<String, u64>);

impl Looked {
    fn note(&mut self, place: &str, found: u64) {
        self.0.insert(place.to_owned(), found);
    }

    fn remains(&self) -> u64 {
        self.0.values().sum()
    }

    fn found(&self) -> Vec<&str> {
        self.0.iter().filter(|(_, found)| **found > 0).map(|(place, _)| place.as_str()).collect()
    }
}

/// The key of the person, and every row of a table that erasure empties of them.
async fn in_database(
    tx: &TenantTx,
    gone: &Verify,
    inventory: &[Entry],
) -> Result<Looked, JobError> {
    let mut looked = Looked::default();
    let key =
        "SELECT count(*) AS found FROM keys.subject_key WHERE tenant_id = $1 AND subject_id = $2";
    looked.note("keys.subject_key", count(tx, key, [gone.person.uuid().into()]).await?);
    let types = types(tx).await?;
    for (table, columns) in erased_columns(inventory) {
        let Some(which) = which(table, &columns, &types) else { continue };
        let text =
            format!("SELECT count(*) AS found FROM {table} WHERE tenant_id = $1 AND ({which})");
        looked.note(table, count(tx, &text, [ids(gone).into(), patterns(gone).into()]).await?);
    }
    Ok(looked)
}

/// The columns that must not know an erased person any more, by table. What somebody of the office did belongs to the case
/// and ends with it; an open request keeps ids until its answer.
fn erased_columns(inventory: &[Entry]) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let is_erased = |entry: &&Entry| {
        let goes =
            matches!(entry.on_erasure, OnErasure::Delete | OnErasure::Shred | OnErasure::Anonymise);
        entry.store == Store::Database
            && goes
            && entry.is_personal()
            && entry.whose != Whose::Staff
            && entry.kept != Kept::UntilDone
    };
    let mut tables: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for entry in inventory.iter().filter(is_erased) {
        tables.entry(entry.table).or_default().extend(entry.columns);
    }
    tables
}

/// How a table is asked for the person: ids in columns of ids, and the same ids inside of texts and documents. `None` where
/// there is no such column: such rows hang on others by a foreign key.
fn which(
    table: &str,
    columns: &BTreeSet<&'static str>,
    types: &BTreeMap<(String, String), String>,
) -> Option<String> {
    let conditions = columns.iter().filter(|column| **column != "tenant_id").filter_map(|column| {
        match types.get(&(table.to_owned(), (*column).to_owned()))?.as_str() {
            "uuid" => Some(format!("{column} = ANY ($2)")),
            "jsonb" | "text" => Some(format!("{column}::text LIKE ANY ($3)")),
            _ => None,
        }
    });
    // both parameters have a type, whether or not a column needs them
    let mut all: Vec<String> = conditions.collect();
    if all.is_empty() {
        return None;
    }
    all.push("(cardinality($2::uuid[]) < 0 AND cardinality($3::text[]) < 0)".to_owned());
    Some(all.join(" OR "))
}

/// The type of each column.
async fn types(tx: &TenantTx) -> Result<BTreeMap<(String, String), String>, Fault> {
    let text = "SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS table_name,
                       a.attname::text AS column_name, format_type(a.atttypid, NULL) AS type_name
                  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE n.nspname IN ('public', 'keys') AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
                   AND $1::uuid IS NOT NULL";
    let rows = tx.query_all_raw(tx.statement(text, [])).await?;
    let read = |row: &sea_orm::QueryResult| {
        let column = (row.try_get("", "table_name")?, row.try_get("", "column_name")?);
        Ok((column, row.try_get("", "type_name")?))
    };
    rows.iter().map(read).collect()
}

/// Work that still knows the person, but for this look itself.
async fn in_jobs(tx: &TenantTx, gone: &Verify, own: &Job) -> Result<u64, Fault> {
    let text = "SELECT count(*) AS found FROM job
                 WHERE tenant_id = $1 AND id <> $2 AND kind <> $3 AND payload::text LIKE ANY ($4)";
    count(tx, text, [own.id().into(), VERIFY_JOB.into(), patterns(gone).into()]).await
}

fn ids(gone: &Verify) -> Vec<Uuid> {
    std::iter::once(gone.person.uuid()).chain(gone.rows.iter().copied()).collect()
}

fn patterns(gone: &Verify) -> Vec<String> {
    ids(gone).iter().map(|id| format!("%{id}%")).collect()
}

async fn count(
    tx: &TenantTx,
    text: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<u64, Fault> {
    let row = tx.query_one_raw(tx.statement(text, values)).await?;
    let found: i64 = row.map(|row| row.try_get("", "found")).transpose()?.unwrap_or_default();
    Ok(found.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_that_keeps_people_is_looked_at() {
        let all = docs::inventory();
        let looked = erased_columns(&all);
        for table in ["account", "appointment", "customer", "message", "account_code", "sign_in"] {
            assert!(looked.contains_key(table), "{table}: {:?}", looked.keys());
        }
        assert!(!looked.contains_key("audit_entry"), "it runs out by itself");
        assert!(!looked.contains_key("service"), "nobody's");
    }

    #[test]
    fn columns_are_asked_by_their_type() {
        let types = [("subject_id", "uuid"), ("about", "jsonb"), ("sealed", "bytea")];
        let types = types.map(|(name, kind)| (("t".to_owned(), name.to_owned()), kind.to_owned()));
        let types = BTreeMap::from(types);
        let asked = which("t", &["subject_id", "about", "sealed"].into(), &types).unwrap();
        assert!(
            asked.starts_with("about::text LIKE ANY ($3) OR subject_id = ANY ($2) OR"),
            "{asked}"
        );
        assert_eq!(which("t", &["sealed"].into(), &types), None);
    }
}
