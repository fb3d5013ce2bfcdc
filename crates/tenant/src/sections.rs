//! Which sections of a municipality's file an application of it has changed, for the audit trail. Not how: values stay out
//! of it.

use std::collections::BTreeMap;

use db::{Fault, TenantTx, audit};
use kernel::Ctx;
use sea_orm::{ConnectionTrait, EntityTrait, Statement};

use crate::{
    Applied,
    store::{settings, tenant},
};

/// What each section looked like at one moment, as a fingerprint.
pub type Sections = BTreeMap<String, String>;

/// The municipality's own sections as they are now. Each setting of its file is one.
pub async fn sections(tx: &TenantTx) -> Result<Sections, Fault> {
    let id = tx.tenant().uuid();
    let mut found = Sections::new();
    for (section, table) in [
        ("controller", "controller"),
        ("recipients", "recipient"),
        ("coat-of-arms", "coat_of_arms"),
    ] {
        found.insert(section.to_owned(), audit::fingerprint(tx, table).await?);
    }
    if let Some(row) = tenant::Entity::find_by_id(id).one(tx).await? {
        found.insert("name".to_owned(), format!("{} {}", row.slug, row.name));
    }
    let hosts = tx
        .query_one_raw(Statement::from_sql_and_values(
            sea_orm::DbBackend::Postgres,
            "SELECT string_agg(name, ' ' ORDER BY name) AS names FROM host WHERE tenant = $1",
            [id.into()],
        ))
        .await?;
    let hosts: Option<String> = match hosts {
        Some(row) => row.try_get("", "names")?,
        None => None,
    };
    found.insert("hosts".to_owned(), hosts.unwrap_or_default());
    if let Some(row) = settings::Entity::find_by_id(id).one(tx).await? {
        for (name, value) in row.document.as_object().into_iter().flatten() {
            found.insert(name.replace('_', "-"), value.to_string());
        }
    }
    Ok(found)
}

/// Writes into the audit trail which sections differ. Nothing is written when the file has changed nothing.
pub async fn write_down(
    ctx: &Ctx,
    tx: &TenantTx,
    applied: Applied,
    before: &Sections,
    after: &Sections,
) -> Result<(), Fault> {
    let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
    let mut changed: Vec<_> =
        names.filter(|name| before.get(*name) != after.get(*name)).cloned().collect();
    changed.sort();
    if changed.is_empty() {
        return Ok(());
    }
    let object_id = Some(tx.tenant().uuid());
    let (action, details) = match applied {
        Applied::Created => ("tenant.create", serde_json::json!({})),
        Applied::Updated => ("tenant.apply", serde_json::json!({ "sections": changed })),
    };
    audit::append(ctx, tx, audit::Act { action, object: "tenant", object_id }, details).await
}
