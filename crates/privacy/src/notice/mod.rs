//! The privacy notice: made from the municipality's data and from what the program does, in versions.

mod block;
mod compose;
mod rows;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, fmt::Write};

use chrono::NaiveDate;
use db::{Fault, TenantTx};
use kernel::{Ctx, Locale, cookie::CookieDeclaration, policy::Action, spoken};
use ring::digest;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter,
    QueryOrder, Statement,
};
use serde::{Deserialize, Serialize};
use tenant::Municipality;

use block::escaped;

/// What the notice must know beside the municipality: facts of the program.
#[derive(Debug, Clone, Copy)]
pub struct NoticeFacts {
    /// The cookies that the program sets.
    pub cookies: &'static [CookieDeclaration],
}

/// A version of the notice in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Counts the versions of the municipality, from 1.
    pub version: i32,
    /// The language of the texts.
    pub locale: Locale,
    /// The municipality's day from which the version holds.
    pub effective_from: NaiveDate,
    /// The SHA-256 of its content.
    pub hash: Vec<u8>,
    /// The sections in their order.
    pub sections: Vec<Section>,
}

/// A section of the notice. `html` and `text` are its body without the title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Its name in the API: `controller`, `purposes`, `recipients`, `informational-use`, `service-use`,
    /// `retention`, `rights`, `security`.
    pub key: String,
    /// Its title with its number.
    pub title: String,
    /// HTML, escaped.
    pub html: String,
    /// Plain text.
    pub text: String,
}

impl Notice {
    /// The whole notice as HTML: one `section` with an `h2` for each section, for a page that has its own `h1`.
    pub fn html(&self) -> String {
        let mut page = String::new();
        for section in &self.sections {
            let (key, title) = (&section.key, escaped(&section.title));
            let _ = writeln!(
                page,
                "<section aria-labelledby=\"{key}\">\n\
                 <h2 class=\"kern-heading-medium\" id=\"{key}\">{title}</h2>\n{}</section>",
                section.html
            );
        }
        page
    }

    /// The whole notice as plain text.
    pub fn text(&self) -> String {
        let parts: Vec<String> = self
            .sections
            .iter()
            .map(|section| format!("{}\n\n{}", section.title, section.text))
            .collect();
        parts.join("\n\n\n")
    }
}

/// Writes the notice as it reads today, without touching the database.
pub fn render(town: &Municipality, facts: &NoticeFacts, locale: Locale) -> Vec<Section> {
    compose::sections(town, facts, locale)
}

/// Publishes the notice: a new version for all languages together when any of them reads differently than the version
/// in force. Returns the version in force. Runs with the owner's role, in the transaction that changes the municipality.
pub async fn publish(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    facts: &NoticeFacts,
) -> Result<i32, Fault> {
    permit(ctx, Action::ConfigureTenant)?;
    let version = write(ctx, tx, town, facts).await?;
    set_version(tx, version).await?;
    Ok(version)
}

/// Publishes the notice on the day of an announced change: by the service itself, whose role may add a version and bring
/// its own municipality's into force, nothing else.
pub(crate) async fn publish_on_its_day(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    facts: &NoticeFacts,
) -> Result<i32, Fault> {
    permit(ctx, Action::RunJobs)?;
    let version = write(ctx, tx, town, facts).await?;
    let text = "SELECT notice_comes_into_force($2) WHERE $1::uuid IS NOT NULL";
    tx.run(text, [version.into()]).await?;
    Ok(version)
}

/// Writes a new version when any language reads differently. Returns the newest.
async fn write(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    facts: &NoticeFacts,
) -> Result<i32, Fault> {
    let written = written(town, facts);
    let in_force = latest_version(tx).await?;
    if in_force > 0 && hashes(tx, in_force).await? == hashes_of(&written) {
        return Ok(in_force);
    }
    let version = in_force + 1;
    let rows = written.into_iter().map(|(locale, written)| rows::ActiveModel {
        tenant_id: Set(tx.tenant().uuid()),
        version: Set(version),
        locale: Set(locale.key().to_owned()),
        effective_from: Set(spoken::local_day(ctx.now(), town.zone())),
        sections: Set(written.document),
        hash: Set(written.hash),
        created_at: Set(ctx.now()),
    });
    rows::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(version)
}

/// Reads a version of the notice, the newest if none is named, in the language or the one it falls back to.
pub async fn notice(
    ctx: &Ctx,
    tx: &TenantTx,
    locale: Locale,
    version: Option<i32>,
) -> Result<Option<Notice>, Fault> {
    permit(ctx, Action::ReadPublic)?;
    let version = match version {
        Some(version) => version,
        None => latest_version(tx).await?,
    };
    let rows = version_rows(tx, version).await?;
    let mut wanted = Some(locale);
    while let Some(locale) = wanted {
        if let Some(row) = rows.iter().find(|row| row.locale == locale.key()) {
            let sections = serde_json::from_value(row.sections.clone()).unwrap_or_default();
            let (effective_from, hash) = (row.effective_from, row.hash.clone());
            return Ok(Some(Notice { version, locale, effective_from, hash, sections }));
        }
        wanted = locale.fallback();
    }
    Ok(None)
}

/// A version of the notice in the list of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionLine {
    /// Its number.
    pub version: i32,
    /// The municipality's day from which it held.
    pub effective_from: NaiveDate,
    /// The SHA-256 of its German content.
    pub hash: Vec<u8>,
}

/// All versions, the newest first.
pub async fn versions(ctx: &Ctx, tx: &TenantTx) -> Result<Vec<VersionLine>, Fault> {
    permit(ctx, Action::ReadPublic)?;
    let rows = rows::Entity::find()
        .filter(rows::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(rows::Column::Locale.eq(Locale::De.key()))
        .order_by_desc(rows::Column::Version)
        .all(tx)
        .await?;
    let line = |row: rows::Model| VersionLine {
        version: row.version,
        effective_from: row.effective_from,
        hash: row.hash,
    };
    Ok(rows.into_iter().map(line).collect())
}

/// Versions whose stored text is not the one that their hash was made of.
pub async fn altered_versions(ctx: &Ctx, tx: &TenantTx) -> Result<Vec<i32>, Fault> {
    permit(ctx, Action::ReadPublic)?;
    let rows = rows::Entity::find()
        .filter(rows::Column::TenantId.eq(tx.tenant().uuid()))
        .order_by_asc(rows::Column::Version)
        .all(tx)
        .await?;
    let is_altered = |row: &rows::Model| {
        let sections = serde_json::from_value(row.sections.clone()).unwrap_or_default();
        Written::new(sections).hash != row.hash
    };
    Ok(rows.iter().filter(|row| is_altered(row)).map(|row| row.version).collect())
}

/// Whether the version in force reads as the municipality's data and the program would have it now.
pub async fn is_current(
    ctx: &Ctx,
    tx: &TenantTx,
    town: &Municipality,
    facts: &NoticeFacts,
) -> Result<bool, Fault> {
    permit(ctx, Action::ReadPublic)?;
    let written = written(town, facts);
    Ok(hashes(tx, latest_version(tx).await?).await? == hashes_of(&written))
}

/// The notice as it reads today, in all languages with texts of their own.
fn written(town: &Municipality, facts: &NoticeFacts) -> BTreeMap<Locale, Written> {
    written_languages(town)
        .map(|locale| (locale, Written::new(render(town, facts, locale))))
        .collect()
}

/// The policy table's answer as a fault of the transaction, like the one that row-level security would give.
pub(crate) fn permit(ctx: &Ctx, action: Action) -> Result<(), Fault> {
    ctx.authorize(action).map_err(|_| Fault::Refused("policy".to_owned()))
}

/// The sections of one language as they are stored, with their SHA-256.
struct Written {
    document: serde_json::Value,
    hash: Vec<u8>,
}

impl Written {
    fn new(sections: Vec<Section>) -> Self {
        // Lengths first, so that text cannot wander from one part to the next with the same hash.
        let mut content = digest::Context::new(&digest::SHA256);
        for section in &sections {
            for part in [&section.key, &section.title, &section.html, &section.text] {
                content.update(&(part.len() as u64).to_be_bytes());
                content.update(part.as_bytes());
            }
        }
        Self {
            hash: content.finish().as_ref().to_vec(),
            document: serde_json::to_value(sections).unwrap_or_default(),
        }
    }
}

/// Languages with texts of their own. The others fall back when they are read. Leichte Sprache is there at every
/// municipality, whether or not its other pages are: the notice links to it.
fn written_languages(town: &Municipality) -> impl Iterator<Item = Locale> {
    let offered = town.locales();
    let is_always = |locale: Locale| matches!(locale, Locale::De | Locale::DeLeicht);
    compose::languages().filter(move |locale| is_always(*locale) || offered.contains(locale))
}

async fn latest_version(tx: &TenantTx) -> Result<i32, Fault> {
    let newest = rows::Entity::find()
        .filter(rows::Column::TenantId.eq(tx.tenant().uuid()))
        .order_by_desc(rows::Column::Version)
        .one(tx)
        .await?;
    Ok(newest.map_or(0, |row| row.version))
}

async fn version_rows(tx: &TenantTx, version: i32) -> Result<Vec<rows::Model>, Fault> {
    Ok(rows::Entity::find()
        .filter(rows::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(rows::Column::Version.eq(version))
        .all(tx)
        .await?)
}

async fn hashes(tx: &TenantTx, version: i32) -> Result<BTreeMap<String, Vec<u8>>, Fault> {
    let rows = version_rows(tx, version).await?;
    Ok(rows.into_iter().map(|row| (row.locale, row.hash)).collect())
}

fn hashes_of(written: &BTreeMap<Locale, Written>) -> BTreeMap<String, Vec<u8>> {
    written.iter().map(|(locale, text)| (locale.key().to_owned(), text.hash.clone())).collect()
}

/// The directory says which version a booking refers to.
async fn set_version(tx: &TenantTx, version: i32) -> Result<(), Fault> {
    tx.execute_raw(Statement::from_sql_and_values(
        DbBackend::Postgres,
        "UPDATE tenant SET notice_version = $2 WHERE id = $1 AND notice_version <> $2",
        [tx.tenant().uuid().into(), version.into()],
    ))
    .await?;
    Ok(())
}
