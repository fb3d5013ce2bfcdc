//! Looks at what keeps others out.

use db::self_check::Refusal;
use http::StatusCode;

use super::{Probe, Seen};
use crate::health;

/// The oldest Postgres that still gets corrections.
const OLDEST_POSTGRES: i64 = 140_000;

/// Statement 36: the database keeps municipalities apart, and what goes wrong says nothing.
pub(super) async fn isolation(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    match probe.prover.db.self_check().await {
        Ok(()) => {}
        Err(Refusal::NotIsolated(reasons)) => return Ok(Seen::new(false, reasons.join("; "))),
        Err(refusal @ (Refusal::Pooler | Refusal::Fault(_))) => return Err(refusal.into()),
    }
    let refused = probe.web.get("/amt/protokoll").await?;
    if refused.status == StatusCode::OK {
        return Ok(Seen::new(false, "das Protokoll der Verwaltung ist ohne Anmeldung zu lesen"));
    }
    let lost = probe.web.get("/nirgends").await?.body;
    let leaks =
        ["panicked", "backtrace", "SELECT ", ".rs:"].iter().find(|word| lost.contains(**word));
    Ok(match leaks {
        Some(word) => Seen::new(false, format!("eine Fehlerseite verrät Innereien ({word})")),
        None => Seen::new(
            true,
            "Zeilenschutz auf allen Tabellen erzwungen; die Rolle des Programms kann ihn nicht umgehen; Fehlerseiten sagen nichts",
        ),
    })
}

/// Statement 35: data is encrypted on every way that leaves a machine.
pub(super) async fn transport(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    let prover = probe.prover;
    let mut open: Vec<&str> = Vec::new();
    let ways = [("Datenbank", prover.database_is_safe()), ("Redis", prover.redis_is_safe())];
    open.extend(ways.iter().filter(|(_, is_safe)| !is_safe).map(|(way, _)| *way));
    if prover.relay_is_safe().is_err() {
        open.push("Mail-Server");
    }
    if !open.is_empty() {
        return Ok(Seen::new(false, format!("unverschlüsselt über das Netz: {}", open.join(", "))));
    }
    if !probe.is_https() {
        return Ok(if probe.is_local() {
            Seen::unchecked(
                "läuft ohne TLS auf diesem Rechner (Demo); Datenbank, Redis und Mail-Server verlassen ihn nicht",
            )
        } else {
            Seen::new(false, "die Seiten werden ohne TLS ausgeliefert")
        });
    }
    let page = probe.web.get("/").await?;
    let promise = page.header("strict-transport-security");
    let lasts = promise.contains("max-age=") && promise.contains("includeSubDomains");
    Ok(Seen::new(
        lasts,
        format!("TLS 1.2 oder neuer, HSTS „{promise}“; Datenbank, Redis und Mail-Server geschützt"),
    ))
}

/// Statement 37: program, database and Redis are of a kind that still is looked after.
pub(super) async fn up_to_date(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    if let Some(step) = health::missing_migration(&probe.prover.db).await? {
        return Ok(Seen::new(false, format!("die Datenbank hat den Schritt {step} nicht")));
    }
    let postgres = probe.count("SELECT current_setting('server_version_num')::bigint").await?;
    let (version, number) = (env!("CARGO_PKG_VERSION"), postgres / 10_000);
    let evidence = format!(
        "Stadttermin {version}, Postgres {number}, Datenbank auf dem Stand; bekannte Schwachstellen der Bibliotheken prüft der Bau (deny.toml)"
    );
    Ok(Seen::new(postgres >= OLDEST_POSTGRES, evidence))
}
