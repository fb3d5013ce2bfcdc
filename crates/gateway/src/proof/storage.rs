//! Looks at what is stored, and how.

use db::sealed::{self, Place};
use kernel::inventory::Store;
use uuid::Uuid;

use super::{Probe, Seen};

/// Rows that are looked at for a sample.
const SAMPLE: usize = 20;

/// Statement 3: every column of the database is in the inventory, and the inventory does not contradict itself.
pub(super) async fn purposes(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    const COLUMNS: &str = "
        SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS held_in, a.attname::text AS name
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         WHERE n.nspname IN ('public', 'keys') AND c.relkind IN ('r', 'p', 'v') AND c.relname <> 'seaql_migrations'
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
         ORDER BY 1, 2";
    let rows = probe.rows(COLUMNS).await?;
    let columns: Vec<(String, String)> = rows
        .iter()
        .map(|row| Ok((row.try_get("", "held_in")?, row.try_get("", "name")?)))
        .collect::<Result<_, sea_orm::DbErr>>()?;
    let pairs: Vec<(&str, &str)> =
        columns.iter().map(|(table, column)| (table.as_str(), column.as_str())).collect();
    let inventory = &probe.prover.inventory;
    let mut wrong = privacy::inventory::compare(inventory, &pairs);
    wrong.extend(privacy::inventory::inconsistencies(inventory));
    Ok(match wrong.first() {
        None => Seen::new(true, format!("{} Spalten, jede mit Zweck und Frist", columns.len())),
        Some(first) => Seen::new(false, format!("{} Abweichungen: {first}", wrong.len())),
    })
}

/// Statement 12: every session in Redis runs out, and none is readable.
pub(super) async fn sessions(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    let seen = probe.prover.sessions.survey(probe.ctx).await?;
    let idle = identity::IDLE.num_minutes();
    let evidence = if seen.without_end > 0 {
        format!("{} von {} Sitzungen laufen nicht ab", seen.without_end, seen.sessions)
    } else if seen.longest > identity::IDLE {
        format!("eine Sitzung läuft noch {} Minuten", seen.longest.num_minutes())
    } else if seen.readable > 0 {
        format!("{} Sitzungen sind lesbar", seen.readable)
    } else {
        format!(
            "{} Sitzungen, alle versiegelt und mit Ablauf in höchstens {idle} Minuten",
            seen.sessions
        )
    };
    let holds = seen.without_end == 0 && seen.longest <= identity::IDLE && seen.readable == 0;
    Ok(Seen::new(holds, evidence))
}

/// Statement 17: two times of one counter cannot overlap, and none do.
pub(super) async fn exclusive_times(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    let guards = probe
        .count("SELECT count(*) FROM pg_constraint WHERE conrelid = 'live_time'::regclass AND contype = 'x' AND convalidated")
        .await?;
    let overlaps = probe
        .count(
            "SELECT count(*) FROM live_time a JOIN live_time b
                 ON b.tenant_id = a.tenant_id AND b.counter_id = a.counter_id AND b.id > a.id
                AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at",
        )
        .await?;
    let times = probe.count("SELECT count(*) FROM live_time").await?;
    Ok(if guards == 0 {
        Seen::new(false, "die Datenbank verhindert doppelte Termine nicht (Ausschluss fehlt)")
    } else {
        let evidence = format!(
            "{times} gehaltene und gebuchte Zeiten, {overlaps} Überschneidungen; die Datenbank schließt sie aus"
        );
        Seen::new(overlaps == 0, evidence)
    })
}

/// Statement 18: what a person has typed is sealed, opens with the person's key and in its own place, and nowhere else.
pub(super) async fn sealed_contacts(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    if let Some(column) = readable_column(probe).await? {
        return Ok(Seen::new(false, format!("{column} enthält lesbaren Text")));
    }
    let tx = probe.prover.db.begin(probe.ctx).await?;
    let query =
        format!("SELECT subject_id, sealed FROM customer ORDER BY created_at DESC LIMIT {SAMPLE}");
    let (mut opened, mut erased) = (0, 0);
    let mut wrong = None;
    for row in super::rows(&tx, &query).await? {
        let (subject, sealed): (Uuid, Vec<u8>) =
            (row.try_get("", "subject_id")?, row.try_get("", "sealed")?);
        let Some(key) = sealed::subject_key(&tx, subject.into()).await? else {
            erased += 1;
            continue;
        };
        let place = |row| Place { column: "customer.sealed", row };
        if key.open(place(subject), &sealed).is_err() {
            wrong = Some("Angaben einer Person lassen sich mit ihrem Schlüssel nicht öffnen");
        } else if key.open(place(Uuid::nil()), &sealed).is_ok() {
            wrong = Some("Angaben einer Person lassen sich an anderer Stelle öffnen");
        }
        opened += 1;
    }
    tx.commit().await?;
    Ok(match wrong {
        Some(wrong) => Seen::new(false, wrong),
        None => Seen::new(
            true,
            format!(
                "Stichprobe von {} Personen: {opened} nur mit eigenem Schlüssel und an ihrem Platz zu öffnen, {erased} ohne Schlüssel unlesbar",
                opened + erased
            ),
        ),
    })
}

/// A sealed column in which a row is text that anybody can read.
async fn readable_column(probe: &Probe<'_>) -> anyhow::Result<Option<String>> {
    let mut columns = Vec::new();
    for entry in &probe.prover.inventory {
        if entry.sealed && entry.store == Store::Database {
            columns.extend(entry.columns.iter().map(|column| (entry.table, *column)));
        }
    }
    for (table, column) in columns {
        // names from the inventory, in the program's text
        let query = format!(
            "SELECT {column} AS value FROM {table} WHERE {column} IS NOT NULL
              ORDER BY created_at DESC LIMIT {SAMPLE}"
        );
        for row in probe.rows(&query).await? {
            let value: Vec<u8> = row.try_get("", "value")?;
            // an envelope has a nonce and a tag, and no text of that length comes about by chance
            if value.len() < 28 || std::str::from_utf8(&value).is_ok() {
                return Ok(Some(format!("{table}.{column}")));
            }
        }
    }
    Ok(None)
}

/// Statement 20: nothing of another municipality is seen, and the same address is another value there.
pub(super) async fn separate_customers(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    let own = probe.town.id;
    let foreign =
        probe.count(&format!("SELECT count(*) FROM customer WHERE tenant_id <> '{own}'")).await?;
    if foreign > 0 {
        return Ok(Seen::new(false, format!("{foreign} Personen anderer Kommunen sind zu sehen")));
    }
    let index = async |ctx: &kernel::Ctx| -> anyhow::Result<Vec<u8>> {
        let keys = probe.prover.db.keys(ctx).await?;
        Ok(keys.blind_index("customer.email_index", "probe@example.org"))
    };
    let mine = index(probe.ctx).await?;
    for other in probe.neighbours {
        if index(&probe.prover.context(other.id)).await? == mine {
            return Ok(Seen::new(
                false,
                format!("dieselbe Adresse hat bei {} denselben Suchwert", other.name),
            ));
        }
    }
    let count = probe.neighbours.len();
    Ok(Seen::new(
        true,
        format!(
            "nur eigene Personen sichtbar; Suchwerte verschieden von denen {count} anderer Kommunen"
        ),
    ))
}

/// Statement 15: what is sent is about an appointment or an account, and nothing else is stored about people.
pub(super) async fn bound_to_bookings(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    let strays = probe
        .count("SELECT count(*) FROM message WHERE kind NOT IN ('booked', 'moved', 'cancelled')")
        .await?;
    let lonely = probe
        .count(
            "SELECT count(*) FROM customer c WHERE NOT EXISTS (SELECT 1 FROM appointment a
                 WHERE a.tenant_id = c.tenant_id AND a.subject_id = c.subject_id)",
        )
        .await?;
    let people = probe.count("SELECT count(*) FROM customer").await?;
    let evidence = format!(
        "{people} Personen, {lonely} davon ohne Termin; {strays} Nachrichten zu anderem als Terminen"
    );
    Ok(Seen::new(strays == 0 && lonely == 0, evidence))
}

/// Statement 16: the times that are shown say nothing about whoever has the others.
pub(super) async fn anonymous_times(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    const SERVICES: &str = "{ services { id } }";
    const TIMES: &str =
        "query($input: AvailabilityInput!) { availability(input: $input) { durationMinutes
        days { date state slots { start end remaining location { id } } times } } }";
    let services = probe.web.ask(SERVICES, serde_json::json!({})).await?;
    let Some(service) = services.pointer("/data/services/0/id").and_then(|id| id.as_str()) else {
        return Ok(Seen::unchecked("die Kommune bietet keine Leistungen an"));
    };
    let from = kernel::spoken::local_day(probe.ctx.now(), probe.town.zone());
    let to = from + chrono::Days::new(14);
    let input = serde_json::json!({ "items": [{ "serviceId": service }], "from": from, "to": to });
    let shown = probe.web.ask(TIMES, serde_json::json!({ "input": input })).await?.to_string();
    anyhow::ensure!(shown.contains("\"availability\""), "die Schnittstelle zeigt keine Zeiten");
    let rows = probe
        .rows(
            "SELECT id::text AS name FROM appointment UNION ALL SELECT reference FROM appointment
               UNION ALL SELECT subject_id::text FROM appointment WHERE subject_id IS NOT NULL",
        )
        .await?;
    let mut known = 0;
    for row in rows {
        let name: String = row.try_get("", "name")?;
        known += 1;
        if shown.contains(&name) {
            return Ok(Seen::new(false, "die freien Zeiten nennen die Kennung eines Termins"));
        }
    }
    Ok(Seen::new(true, format!("zwei Wochen gelesen; keine von {known} Kennungen darin")))
}
