//! Looks at the rights of the person (Art. 15 to 22 GDPR): whether there is a way for each, and whether it leads anywhere.

use privacy::Notice;

use super::{Probe, Seen};

/// Whether the notice names a right and the API has the field through which somebody uses it.
async fn way(
    probe: &Probe<'_>,
    notice: &Notice,
    right: &str,
    field: &str,
    how: &str,
) -> anyhow::Result<Seen> {
    if !notice.text().contains(right) {
        return Ok(Seen::new(false, format!("die Erklärung nennt das {right} nicht")));
    }
    let schema = probe.web.get("/schema.graphql").await?.body;
    let has_field = schema.lines().any(|line| line.trim_start().starts_with(field));
    Ok(if has_field {
        Seen::new(true, how)
    } else {
        Seen::new(false, format!("zum {right} gibt es keinen Weg ({field})"))
    })
}

/// Statement 27: access.
pub(super) async fn access(probe: &Probe<'_>, notice: &Notice) -> anyhow::Result<Seen> {
    way(
        probe,
        notice,
        "Recht auf Auskunft",
        "exportMyData",
        "eigene Daten im Konto sofort abzurufen (exportMyData), sonst über das Amt",
    )
    .await
}

/// Statement 28: rectification.
pub(super) async fn rectification(probe: &Probe<'_>, notice: &Notice) -> anyhow::Result<Seen> {
    way(probe, notice, "Recht auf Berichtigung", "correctContact", "im Konto selbst (updateProfile), sonst durch das Amt (correctContact), mit Eintrag im Verlauf").await
}

/// Statement 29: erasure destroys the key, and no key is left without its person nor a person without a key.
pub(super) async fn erasure(probe: &Probe<'_>, notice: &Notice) -> anyhow::Result<Seen> {
    let orphans = probe
        .count(
            "SELECT count(*) FROM keys.subject_key k
              WHERE NOT EXISTS (SELECT 1 FROM customer c WHERE c.tenant_id = k.tenant_id AND c.subject_id = k.subject_id)
                AND NOT EXISTS (SELECT 1 FROM account a WHERE a.tenant_id = k.tenant_id AND a.subject_id = k.subject_id)
                AND NOT EXISTS (SELECT 1 FROM account_code o WHERE o.tenant_id = k.tenant_id AND o.subject_id = k.subject_id)",
        )
        .await?;
    if orphans > 0 {
        return Ok(Seen::new(
            false,
            format!("{orphans} Schlüssel gehören zu niemandem mehr und sind noch da"),
        ));
    }
    let keys = probe.count("SELECT count(*) FROM keys.subject_key").await?;
    let how = format!(
        "{keys} Schlüssel, jeder mit Person; Löschung im Konto (eraseMyData) vernichtet den Schlüssel"
    );
    way(probe, notice, "Recht auf Löschung", "eraseMyData", &how).await
}

/// Statement 32: portability.
pub(super) async fn portability(probe: &Probe<'_>, notice: &Notice) -> anyhow::Result<Seen> {
    way(
        probe,
        notice,
        "Recht auf Datenübertragbarkeit",
        "exportMyData",
        "Export als JSON, Termine als iCalendar",
    )
    .await
}

/// Statements 30 and 31: the office carries them out; the notice must name them and how to ask.
pub(super) fn by_the_office(probe: &Probe<'_>, notice: &Notice, right: &str) -> Seen {
    let text = notice.text();
    if !text.contains(right) || !text.contains(&probe.town.controller.email) {
        return Seen::new(
            false,
            format!("die Erklärung nennt das {right} oder den Weg dazu nicht"),
        );
    }
    Seen::unchecked(format!(
        "das {right} und der Weg dazu stehen in der Erklärung; ob das Amt ihm nachkommt, ist von hier nicht zu sehen"
    ))
}

/// Statement 33: nothing rests on consent, so that there is nothing to withdraw; the notice says that it can be.
pub(super) fn withdrawal(notice: &Notice) -> Seen {
    if !notice.text().contains("jederzeit widerrufen") {
        return Seen::new(false, "die Erklärung nennt den Widerruf nicht");
    }
    Seen::new(
        true,
        "keine Verarbeitung beruht auf einer Einwilligung; die Erklärung nennt den Widerruf",
    )
}
