//! Looks at the rights of the person (Art. 15 to 22 GDPR): the notice names each, there is a way for it, no request is late,
//! and what was done stays done.

use privacy::Notice;

use super::{Probe, Seen};

/// Where people see, take along and erase what is kept about them.
const OWN_DATA: &str = "/datenschutz/meine-daten";
/// The published form of the copy.
const SCHEMA: &str = "/schemas/my-data.schema.json";

/// What keeps a right from being served: it is not in the notice, its way is closed, or a request for it is late.
async fn obstacle(
    probe: &Probe<'_>,
    notice: &Notice,
    right: &str,
    kind: &str,
) -> anyhow::Result<Option<String>> {
    if !notice.text().contains(right) {
        return Ok(Some(format!("die Erklärung nennt das {right} nicht")));
    }
    // people who ask by themselves are known by a mail
    if probe.town.settings.mail.enabled {
        let page = probe.web.get(OWN_DATA).await?;
        if !page.status.is_success() {
            return Ok(Some(format!("{OWN_DATA} antwortet mit {}", page.status.as_u16())));
        }
    }
    let today = kernel::spoken::local_day(probe.ctx.now(), probe.town.zone());
    let late = probe
        .count(&format!(
            "SELECT count(*) FROM privacy_request WHERE state IN ('open', 'lifting') AND kind = '{kind}'
                AND coalesce(extended_until, due_on) < '{today}'"
        ))
        .await?;
    Ok((late > 0).then(|| format!("{late} Anfragen zum {right} sind über der Frist")))
}

/// The verdict about a right whose only proof is that nothing keeps it from being served.
async fn served(
    probe: &Probe<'_>,
    notice: &Notice,
    (right, kind): (&str, &str),
    how: &str,
) -> anyhow::Result<Seen> {
    let obstacle = obstacle(probe, notice, right, kind).await?;
    Ok(obstacle.map_or_else(|| Seen::new(true, how), |why| Seen::new(false, why)))
}

/// Statement 27: access.
pub(super) async fn access(probe: &Probe<'_>, notice: &Notice) -> anyhow::Result<Seen> {
    let how = "eigene Daten sofort abzurufen, mit und ohne Konto; keine Anfrage über der Frist";
    served(probe, notice, ("Recht auf Auskunft", "access"), how).await
}

/// Statement 28: rectification.
pub(super) async fn rectification(probe: &Probe<'_>, notice: &Notice) -> anyhow::Result<Seen> {
    let how = "im Konto selbst, sonst durch das Amt, mit Eintrag im Verlauf; keine Anfrage über der Frist";
    served(probe, notice, ("Recht auf Berichtigung", "rectification"), how).await
}

/// Statement 29: erasure destroys the key; no key is left without its person, and none of an erased person came back.
pub(super) async fn erasure(probe: &Probe<'_>, notice: &Notice) -> anyhow::Result<Seen> {
    const OWNERS: [&str; 4] = ["customer", "account", "account_code", "privacy_request"];
    let owned = OWNERS.map(|table| {
        format!(
            "NOT EXISTS (SELECT 1 FROM {table} o WHERE o.tenant_id = k.tenant_id AND o.subject_id = k.subject_id)"
        )
    });
    let orphans = format!("SELECT count(*) FROM keys.subject_key k WHERE {}", owned.join(" AND "));
    let orphans = probe.count(&orphans).await?;
    if orphans > 0 {
        let evidence = format!("{orphans} Schlüssel gehören zu niemandem mehr und sind noch da");
        return Ok(Seen::new(false, evidence));
    }
    let keys = probe.count("SELECT count(*) FROM keys.subject_key").await?;
    let erased = probe.count("SELECT count(*) FROM erasure_ledger").await?;
    let how = format!(
        "{keys} Schlüssel, jeder mit Person; {erased} Löschungen auf Wunsch im Löschverzeichnis; keine Anfrage über der Frist"
    );
    served(probe, notice, ("Recht auf Löschung", "erasure"), &how).await
}

/// Statement 30: nothing is sent to whose data is restricted.
pub(super) async fn restriction(probe: &Probe<'_>, notice: &Notice) -> anyhow::Result<Seen> {
    let sent = probe
        .count(
            "SELECT count(*) FROM message m
               JOIN appointment a ON a.tenant_id = m.tenant_id AND a.id = m.appointment_id
               JOIN customer c ON c.tenant_id = a.tenant_id AND c.subject_id = a.subject_id
              WHERE m.audience = 'citizen' AND m.state = 'sent' AND m.settled_at > c.restricted_at",
        )
        .await?;
    if sent > 0 {
        return Ok(Seen::new(false, format!("{sent} Nachrichten trotz Einschränkung verschickt")));
    }
    let restricted =
        probe.count("SELECT count(*) FROM customer WHERE restricted_at IS NOT NULL").await?;
    let how = format!(
        "{restricted} Personen eingeschränkt, keine Nachricht an sie; keine Anfrage über der Frist"
    );
    let right = ("Recht auf Einschränkung der Verarbeitung", "restriction");
    served(probe, notice, right, &how).await
}

/// Statement 31: objection.
pub(super) async fn objection(probe: &Probe<'_>, notice: &Notice) -> anyhow::Result<Seen> {
    let how = "jede Anfrage hat eine Frist und eine Entscheidung; keine ist über der Frist";
    let right = ("Recht auf Widerspruch gegen die Verarbeitung", "objection");
    served(probe, notice, right, how).await
}

/// Statement 32: portability, in a form that is published.
pub(super) async fn portability(probe: &Probe<'_>, notice: &Notice) -> anyhow::Result<Seen> {
    let schema = probe.web.get(SCHEMA).await?;
    let is_json = serde_json::from_str::<serde_json::Value>(&schema.body).is_ok();
    if !schema.status.is_success() || !is_json {
        return Ok(Seen::new(false, format!("die Form der Kopie ist nicht zu lesen ({SCHEMA})")));
    }
    let how =
        "JSON nach veröffentlichtem Schema, Termine als iCalendar; keine Anfrage über der Frist";
    served(probe, notice, ("Recht auf Datenübertragbarkeit", "portability"), how).await
}

/// Statement 33: who wants no more SMS gets none, and the notice says that consent can be withdrawn.
pub(super) async fn withdrawal(probe: &Probe<'_>, notice: &Notice) -> anyhow::Result<Seen> {
    if !notice.text().contains("jederzeit widerrufen") {
        return Ok(Seen::new(false, "die Erklärung nennt den Widerruf nicht"));
    }
    let sent = probe
        .count(
            "SELECT count(*) FROM message m
               JOIN appointment a ON a.tenant_id = m.tenant_id AND a.id = m.appointment_id
               JOIN customer c ON c.tenant_id = a.tenant_id AND c.subject_id = a.subject_id
              WHERE m.channel = 'sms' AND m.state = 'sent' AND m.settled_at > c.no_sms_at",
        )
        .await?;
    let said = probe.count("SELECT count(*) FROM customer WHERE no_sms_at IS NOT NULL").await?;
    Ok(Seen::new(
        sent == 0,
        format!(
            "{said} Personen wollen keine SMS mehr, {sent} danach verschickt; Widerruf jederzeit"
        ),
    ))
}
