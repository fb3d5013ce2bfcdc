//! Looks at what a visit leaves behind: in the access log, and nowhere else.

use std::{collections::BTreeSet, time::Duration};

use kernel::inventory::Store;

use super::{Probe, Seen, pages::PAGES, web};

/// How often it is tried to be alone with the installation for a moment.
const TRIES: usize = 3;
/// How long the access log may take to be written.
const WRITTEN_WITHIN: Duration = Duration::from_secs(4);

/// Statement 8: reading sets no cookie, begins no session and writes no row but the access log's.
pub(super) async fn reading_leaves_nothing(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    let mut grown = Vec::new();
    for _ in 0..TRIES {
        let before = (rows(probe).await?, probe.prover.sessions.survey(probe.ctx).await?.sessions);
        for path in PAGES {
            let page = probe.web.get(path).await?;
            if !page.cookies().is_empty() {
                return Ok(Seen::new(false, format!("{path} setzt ein Cookie")));
            }
        }
        let after = (rows(probe).await?, probe.prover.sessions.survey(probe.ctx).await?.sessions);
        grown = before
            .0
            .iter()
            .zip(&after.0)
            .filter(|(a, b)| b.1 > a.1)
            .map(|(a, _)| a.0.clone())
            .collect();
        if after.1 > before.1 {
            grown.push("Sitzungen".to_owned());
        }
        if grown.is_empty() {
            let tables = before.0.len();
            return Ok(Seen::new(
                true,
                format!(
                    "{} Seiten gelesen: kein Cookie, keine Sitzung, keine Zeile in {tables} Tabellen",
                    PAGES.len()
                ),
            ));
        }
    }
    // somebody may really be booking just now, again and again
    Ok(Seen::unchecked(format!("kein Cookie; währenddessen wuchs aber: {}", grown.join(", "))))
}

/// How many rows each table of the municipality has, the access log left out.
async fn rows(probe: &Probe<'_>) -> anyhow::Result<Vec<(String, i64)>> {
    let tables: BTreeSet<&str> = probe
        .prover
        .inventory
        .iter()
        .filter(|entry| entry.store == Store::Database && entry.is_personal())
        .map(|entry| entry.table)
        .filter(|table| *table != "access_log")
        .collect();
    let tx = probe.prover.db.begin(probe.ctx).await?;
    let mut counted = Vec::new();
    for table in tables {
        // names from the inventory, in the program's text
        counted.push((
            table.to_owned(),
            super::count(&tx, &format!("SELECT count(*) FROM {table}")).await?,
        ));
    }
    tx.commit().await?;
    Ok(counted)
}

/// Statement 9: a visit leaves exactly the ten fields, and nothing of what stands behind the `?` or in headers.
pub(super) async fn ten_fields(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    let canary = web::canary(probe.ctx.request_id());
    let (path, secret) = (format!("/{canary}"), format!("geheim-{canary}"));
    let headers = [
        ("referer", &*format!("https://{secret}.example/{secret}?{secret}")),
        ("accept-language", "de-DE"),
    ];
    probe.web.get_with(&format!("{path}?mail={secret}"), &headers).await?;
    let found = probe
        .eventually(
            WRITTEN_WITHIN,
            &format!("SELECT to_jsonb(a)::text AS row FROM access_log a WHERE path = '{path}'"),
        )
        .await?;
    let Some(row) = found else {
        return Ok(Seen::unchecked(
            "der Besuch steht nach Sekunden noch nicht im Zugriffsprotokoll",
        ));
    };
    let text: String = row.try_get("", "row")?;
    let row: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text)?;
    let written: BTreeSet<&str> = row.keys().map(String::as_str).collect();
    let declared = privacy::access_log::FIELDS.iter().map(|field| field.column);
    let allowed: BTreeSet<&str> = declared.chain(["tenant_id", "id"]).collect();
    let further: Vec<_> = written.difference(&allowed).copied().collect();
    let missing: Vec<_> = allowed.difference(&written).copied().collect();
    Ok(if !further.is_empty() || !missing.is_empty() {
        Seen::new(
            false,
            format!("zu viel: {}; zu wenig: {}", further.join(", "), missing.join(", ")),
        )
    } else if text.replace(&format!("https://{secret}.example"), "").contains(&secret) {
        Seen::new(false, "das Protokoll enthält, was hinter der Adresse steht")
    } else {
        Seen::new(
            true,
            "ein Besuch steht mit genau zehn Angaben da, ohne Suchwörter und ohne die Seite davor",
        )
    })
}
