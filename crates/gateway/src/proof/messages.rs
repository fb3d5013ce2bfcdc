//! Looks at sign-ins and at what the office is told.

use chrono::TimeDelta;
use kernel::{
    Actor,
    policy::{self, Action},
};

use super::{Probe, Seen};

/// Statement 21: what is kept of a sign-in is who, when, how and with what result.
pub(super) async fn sign_ins(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    const KEPT: [&str; 8] =
        ["account_id", "at", "id", "kind", "login_index", "method", "result", "tenant_id"];
    let columns = probe.columns_of("sign_in").await?;
    if columns != KEPT {
        return Ok(Seen::new(false, format!("gespeichert werden: {}", columns.join(", "))));
    }
    let incomplete = probe
        .count("SELECT count(*) FROM sign_in WHERE at IS NULL OR result IS NULL OR method IS NULL")
        .await?;
    let all = probe.count("SELECT count(*) FROM sign_in").await?;
    Ok(Seen::new(
        incomplete == 0,
        format!(
            "{all} Anmeldungen mit Zeitpunkt, Weg und Ergebnis, {incomplete} unvollständig; Adresse nur als Suchwert"
        ),
    ))
}

/// Statement 22: addresses of sign-ins lie apart, run out, and are read by the data-protection officer alone.
pub(super) async fn sign_in_addresses(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    let columns = probe.columns_of("sign_in_address").await?;
    if columns != ["at", "ip", "sign_in_id", "tenant_id"] {
        return Ok(Seen::new(false, format!("bei der Adresse steht: {}", columns.join(", "))));
    }
    let days = probe.town.settings.retention.access_log_days;
    let oldest = probe.ctx.now() - TimeDelta::days(days.into()) - probe.prover.housekeeping_round();
    let late = probe
        .count(&format!(
            "SELECT count(*) FROM sign_in_address WHERE at < '{}'",
            oldest.to_rfc3339()
        ))
        .await?;
    if late > 0 {
        return Ok(Seen::new(false, format!("{late} Adressen sind älter als {days} Tage")));
    }
    let open = [Actor::Operator, Actor::Worker, Actor::Citizen]
        .iter()
        .any(|actor| policy::allows(actor, Action::ReadAddresses));
    let kept = probe.count("SELECT count(*) FROM sign_in_address").await?;
    Ok(Seen::new(
        !open,
        format!(
            "{kept} Adressen in eigener Tabelle, höchstens {days} Tage; lesen darf sie nur der Datenschutz, mit Grund"
        ),
    ))
}

/// Statement 23: for each booking over the internet there is a mail to the office, with names nowhere but inside it.
pub(super) async fn mails_to_the_office(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    // who is just being written to may not have their row yet
    const SINCE: TimeDelta = TimeDelta::minutes(5);
    if !probe.town.settings.mail.enabled {
        return Ok(Seen::new(
            true,
            "die Kommune verschickt keine E-Mails, und die Erklärung sagt es",
        ));
    }
    let until = (probe.ctx.now() - SINCE).to_rfc3339();
    let from = (probe.ctx.now()
        - TimeDelta::days(probe.town.settings.retention.message_days.into()))
    .to_rfc3339();
    let booked = format!(
        "FROM appointment a WHERE a.booked_at < '{until}' AND a.booked_at > '{from}' AND NOT EXISTS
             (SELECT 1 FROM appointment_event e WHERE e.tenant_id = a.tenant_id AND e.appointment_id = a.id
                 AND e.what = 'booked' AND e.actor IN ('staff', 'program'))"
    );
    let all = probe.count(&format!("SELECT count(*) {booked}")).await?;
    let untold = probe
        .count(&format!(
            "SELECT count(*) {booked} AND NOT EXISTS (SELECT 1 FROM message m WHERE m.tenant_id = a.tenant_id
                 AND m.appointment_id = a.id AND m.audience = 'office' AND m.channel = 'mail')
             AND NOT EXISTS (SELECT 1 FROM job j WHERE j.tenant_id = a.tenant_id
                 AND j.payload::text LIKE '%' || a.id::text || '%')"
        ))
        .await?;
    let relay = probe.prover.relay_is_safe();
    Ok(match (untold, relay) {
        (0, Ok(way)) => Seen::new(
            true,
            format!("{all} Online-Buchungen, zu jeder eine E-Mail an den Standort; {way}"),
        ),
        (0, Err(why)) => Seen::new(false, why),
        (untold, _) => Seen::new(
            false,
            format!("zu {untold} von {all} Online-Buchungen fehlt die E-Mail an den Standort"),
        ),
    })
}
