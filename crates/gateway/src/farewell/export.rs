//! Hands a municipality its data: every table as JSON lines, what is sealed opened beside it, with checksums and a signed
//! manifest.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use db::{
    Fault, TenantTx,
    sealed::{self, Place},
    signature,
};
use kernel::Ctx;
use ring::digest;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement};
use serde_json::{Value, json};
use tenant::Municipality;
use uuid::Uuid;

use super::{FarewellError, tables};

/// Rows that are read at once.
const AT_ONCE: u32 = 1_000;

/// What is sealed and is handed over opened: column, and the SQL that finds each value's row, person and sealed bytes.
pub const OPENED: &[(&str, &str, &str)] = &[
    (
        "customer",
        "sealed",
        "SELECT subject_id AS row, subject_id, sealed FROM customer WHERE tenant_id = $1",
    ),
    (
        "account",
        "sealed",
        "SELECT id AS row, subject_id, sealed FROM account WHERE tenant_id = $1",
    ),
    (
        "account_code",
        "sealed",
        "SELECT id AS row, subject_id, sealed FROM account_code
          WHERE tenant_id = $1 AND sealed IS NOT NULL AND subject_id IS NOT NULL",
    ),
    (
        "passkey",
        "name",
        "SELECT p.id AS row, a.subject_id, p.name AS sealed FROM passkey p
           JOIN account a ON a.tenant_id = p.tenant_id AND a.id = p.account_id WHERE p.tenant_id = $1",
    ),
    (
        "privacy_request",
        "sealed",
        "SELECT id AS row, subject_id, sealed FROM privacy_request
         WHERE tenant_id = $1 AND sealed IS NOT NULL AND subject_id IS NOT NULL",
    ),
];

/// What is not handed over: what opens doors is of no use to anybody else, and keys stay where they are.
pub const OMITTED: &[(&str, &[&str])] = &[
    ("account", &["password", "totp", "totp_step"]),
    ("account_code", &["code_hash"]),
    ("access_key", &["token_hash"]),
    ("recovery_code", &["hash"]),
    ("appointment", &["manage_hash", "reservation_hash"]),
    ("reservation", &["token_hash"]),
    ("keys.tenant_key", &["wrapped"]),
    ("keys.subject_key", &["wrapped"]),
];

/// What was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// Where it lies.
    pub folder: PathBuf,
    /// Files and their rows, without manifest and checksums.
    pub files: Vec<(String, u64)>,
}

#[derive(FromQueryResult)]
struct SealedRow {
    row: Uuid,
    subject_id: Uuid,
    wrapped: Vec<u8>,
    sealed: Vec<u8>,
}

/// Writes everything of a municipality into an empty folder that only its owner can read. One state of the database: what
/// changes while it is written is not in it.
pub async fn export(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    folder: &Path,
) -> Result<Exported, FarewellError> {
    let mut out = Folder::create(folder)?;
    for table in tables() {
        let file = format!("{}.jsonl", table.replace('.', "_"));
        let rows = rows_of(tx, table, &mut out, &file).await?;
        out.done(file, rows)?;
    }
    for (table, column, _) in OPENED {
        let file = format!("opened_{table}_{column}.jsonl");
        let rows = opened(tx, table, column, &mut out, &file).await?;
        out.done(file, rows)?;
    }
    out.finish(ctx, tx, town)
}

async fn rows_of(
    tx: &TenantTx,
    table: &str,
    out: &mut Folder,
    file: &str,
) -> Result<u64, FarewellError> {
    let owner = match table {
        "tenant" => "id",
        "host" => "tenant",
        _ => "tenant_id",
    };
    let left_out = OMITTED.iter().find(|(name, _)| *name == table).map_or(&[][..], |(_, all)| all);
    let less = left_out.iter().fold(String::new(), |text, column| text + &format!(" - '{column}'"));
    let tenant = tx.tenant();
    tx.execute_unprepared(&format!(
        "DECLARE handed_over NO SCROLL CURSOR FOR
         SELECT (to_jsonb(t){less})::text AS line FROM {table} t WHERE {owner} = '{tenant}'"
    ))
    .await?;
    let mut written = 0;
    loop {
        let fetch = format!("FETCH {AT_ONCE} FROM handed_over");
        let rows = tx.query_all_raw(Statement::from_string(DbBackend::Postgres, fetch)).await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            let line: String = row.try_get("", "line").map_err(Fault::from)?;
            out.line(file, &line)?;
        }
        written += rows.len() as u64;
    }
    tx.execute_unprepared("CLOSE handed_over").await?;
    Ok(written)
}

async fn opened(
    tx: &TenantTx,
    table: &str,
    column: &str,
    out: &mut Folder,
    file: &str,
) -> Result<u64, FarewellError> {
    let Some((.., which)) = OPENED.iter().find(|(name, of, _)| *name == table && *of == column)
    else {
        return Ok(0);
    };
    let keys = tx.keys().await?;
    let text = format!(
        "SELECT v.row, v.subject_id, k.wrapped, v.sealed FROM ({which}) v
           JOIN keys.subject_key k ON k.tenant_id = $1 AND k.subject_id = v.subject_id"
    );
    let values = [tx.tenant().uuid().into()];
    let rows = SealedRow::find_by_statement(Statement::from_sql_and_values(
        DbBackend::Postgres,
        text,
        values,
    ))
    .all(tx)
    .await?;
    for row in &rows {
        let person = sealed::known_subject(&keys, row.subject_id.into(), &row.wrapped)?;
        let place = Place { column: place_of(table, column), row: row.row };
        let plain = person.open(place, &row.sealed)?;
        let content = serde_json::from_slice(&plain)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&plain).into_owned()));
        let line = json!({ "row": row.row, "subject_id": row.subject_id, "content": content });
        out.line(file, &line.to_string())?;
    }
    Ok(rows.len() as u64)
}

/// The place for which a column's values were sealed.
fn place_of(table: &str, column: &str) -> &'static str {
    match (table, column) {
        ("customer", _) => "customer.sealed",
        ("account", _) => "account.sealed",
        ("account_code", _) => "account_code.sealed",
        ("passkey", _) => "passkey.name",
        _ => "",
    }
}

/// The folder that is being written.
struct Folder {
    path: PathBuf,
    open: Option<(String, File, digest::Context)>,
    files: Vec<(String, u64, String)>,
}

impl Folder {
    fn create(path: &Path) -> Result<Self, FarewellError> {
        let shown = path.display().to_string();
        let failed = |error| FarewellError::Write(shown.clone(), error);
        if path.is_dir() {
            let mut inside = fs::read_dir(path).map_err(failed)?;
            if inside.next().is_some() {
                return Err(FarewellError::NotEmpty(shown));
            }
        } else {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)?;
        }
        Ok(Self { path: path.to_owned(), open: None, files: Vec::new() })
    }

    fn create_file(&self, name: &str) -> Result<File, FarewellError> {
        let path = self.path.join(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        options.open(&path).map_err(|error| FarewellError::Write(path.display().to_string(), error))
    }

    fn line(&mut self, name: &str, line: &str) -> Result<(), FarewellError> {
        if self.open.is_none() {
            let file = self.create_file(name)?;
            self.open = Some((name.to_owned(), file, digest::Context::new(&digest::SHA256)));
        }
        if let Some((name, file, hash)) = &mut self.open {
            let line = format!("{line}\n");
            hash.update(line.as_bytes());
            file.write_all(line.as_bytes())
                .map_err(|error| FarewellError::Write(name.clone(), error))?;
        }
        Ok(())
    }

    /// A table without rows leaves an empty file, so that one sees that it was not forgotten.
    fn done(&mut self, name: String, rows: u64) -> Result<(), FarewellError> {
        let hash = if let Some((_, _, hash)) = self.open.take() {
            hash
        } else {
            self.create_file(&name)?;
            digest::Context::new(&digest::SHA256)
        };
        self.files.push((name, rows, signature::hex(hash.finish().as_ref())));
        Ok(())
    }

    fn finish(
        self,
        ctx: &Ctx,
        tx: &TenantTx,
        town: &Municipality,
    ) -> Result<Exported, FarewellError> {
        let sums = self
            .files
            .iter()
            .fold(String::new(), |text, (name, _, hash)| text + &format!("{hash}  {name}\n"));
        let statement = manifest(ctx.now(), town, &self.files);
        let signed = statement.to_string();
        let whole = json!({
            "statement": statement,
            "signed": signed,
            "signature": signature::hex(&tx.sign(signed.as_bytes())),
            "publicKey": signature::hex(&tx.public_key()),
        });
        for (name, text) in [("SHA256SUMS", sums), ("manifest.json", format!("{whole:#}\n"))] {
            let mut file = self.create_file(name)?;
            file.write_all(text.as_bytes())
                .map_err(|error| FarewellError::Write(name.to_owned(), error))?;
        }
        let files = self.files.into_iter().map(|(name, rows, _)| (name, rows)).collect();
        Ok(Exported { folder: self.path, files })
    }
}

fn manifest(at: DateTime<Utc>, town: &Municipality, files: &[(String, u64, String)]) -> Value {
    let listed: Vec<_> = files
        .iter()
        .map(|(name, rows, hash)| json!({ "file": name, "rows": rows, "sha256": hash }))
        .collect();
    let left_out: Vec<_> = OMITTED
        .iter()
        .flat_map(|(table, columns)| columns.iter().map(move |column| format!("{table}.{column}")))
        .collect();
    json!({
        "what": "stadttermin export 1",
        "municipality": { "id": town.id, "slug": town.slug, "name": town.name },
        "at": at,
        "program": env!("CARGO_PKG_VERSION"),
        "files": listed,
        "leftOut": left_out,
    })
}
