//! Looks at who gets data, for what, and on what basis.

use chrono::NaiveDate;
use privacy::{
    Notice,
    recipients::{self, Change, Kind, Stage},
};
use tenant::{RecipientRole, Requirement};

use super::{Probe, Seen};

/// Statement 4: every purpose stands on a basis that the notice names, and nothing of people is kept for analysis.
pub(super) fn bases(probe: &Probe<'_>, notice: &Notice) -> Seen {
    use kernel::inventory::Purpose;
    let Some(bases) = &probe.town.settings.legal_basis else {
        return Seen::new(false, "die Kommune hat keine Rechtsgrundlagen festgelegt");
    };
    let text = notice.text();
    let unsaid = bases.named().into_iter().find(|(_, basis)| !text.contains(&basis.german()));
    if let Some((purpose, basis)) = unsaid {
        return Seen::new(
            false,
            format!("die Erklärung nennt {} nicht ({purpose})", basis.german()),
        );
    }
    let mut personal = probe.prover.inventory.iter().filter(|entry| entry.is_personal());
    if let Some(entry) = personal.clone().find(|entry| bases.of(entry.purpose).is_none()) {
        return Seen::new(false, format!("{} hat keine Rechtsgrundlage", entry.table));
    }
    if let Some(entry) = personal.find(|entry| entry.purpose == Purpose::Analysis) {
        return Seen::new(
            false,
            format!("{} dient der Analyse und betrifft Personen", entry.table),
        );
    }
    let said = bases.named().map(|(_, basis)| format!("lit. {}", basis.point.letter()));
    Seen::new(
        true,
        format!("Nutzung, Analyse, Verbesserung: {}; keine Analyse über Personen", said.join(", ")),
    )
}

/// Statement 5: every recipient has a contract in force and is in force itself, and no channel is open without one.
pub(super) async fn contracts(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    let today = kernel::spoken::local_day(probe.ctx.now(), probe.town.zone());
    let pending = pending(probe).await?;
    Ok(before_their_day(probe, today, &pending).unwrap_or_else(|| with_contracts(probe, today)))
}

/// Changes that were announced and are not in force yet.
async fn pending(probe: &Probe<'_>) -> anyhow::Result<Vec<Change>> {
    let tx = probe.prover.db.begin(probe.ctx).await?;
    let mut changes = recipients::list(probe.ctx, &tx).await?;
    tx.commit().await?;
    changes.retain(|change| matches!(change.stage(), Stage::Coming | Stage::Objected));
    Ok(changes)
}

/// Who gets data before the announced day, in spite of an objection, or after the last day.
fn before_their_day(probe: &Probe<'_>, today: NaiveDate, pending: &[Change]) -> Option<Seen> {
    let is_in_force = |change: &&Change| {
        let mut all = probe.town.recipients.iter();
        all.any(|one| one.role == change.what.role && one.name == change.what.name)
    };
    let change = pending.iter().filter(is_in_force).find(|change| match change.what.kind {
        Kind::Add => true,
        // the housekeeping has the day itself to do it
        Kind::Remove => change.stage() == Stage::Coming && change.what.effective_on < today,
    })?;
    let (name, day) = (&change.what.name, change.what.effective_on);
    Some(Seen::new(
        false,
        match change.what.kind {
            Kind::Add => {
                format!("{name} erhält Daten, obwohl die Änderung (ab {day}) noch nicht gilt")
            }
            Kind::Remove => format!("{name} erhält nach dem {day} noch Daten"),
        },
    ))
}

fn with_contracts(probe: &Probe<'_>, today: NaiveDate) -> Seen {
    let town = probe.town;
    if let Some(early) = town.recipients.iter().find(|recipient| recipient.contract_on > today) {
        return Seen::new(false, format!("der Vertrag mit {} gilt noch nicht", early.name));
    }
    if !town.has_recipient(RecipientRole::Operator) {
        return Seen::new(false, "der Betreiber fehlt unter den Empfängern");
    }
    let relays = [RecipientRole::Email, RecipientRole::Hosting];
    if town.settings.mail.enabled && !relays.iter().any(|role| town.has_recipient(*role)) {
        return Seen::new(
            false,
            "E-Mail ist eingeschaltet, ohne dass ein Empfänger dafür genannt ist",
        );
    }
    if town.settings.sms.enabled && !town.has_recipient(RecipientRole::Sms) {
        return Seen::new(false, "SMS ist eingeschaltet, ohne dass ein SMS-Provider genannt ist");
    }
    Seen::new(
        true,
        format!("{} Empfänger, alle mit Vertrag; kein Kanal ohne Empfänger", town.recipients.len()),
    )
}

/// Statement 6: who is named is who is configured.
pub(super) async fn named_as_configured(
    probe: &Probe<'_>,
    notice: &Notice,
) -> anyhow::Result<Seen> {
    let pending = pending(probe).await?;
    Ok(early_channel(probe, &pending).unwrap_or_else(|| named(probe, notice)))
}

/// A channel that leads to a recipient whose day has not come.
fn early_channel(probe: &Probe<'_>, pending: &[Change]) -> Option<Seen> {
    let (town, config) = (probe.town, &probe.prover.config);
    let channels = [
        ("SMS", town.settings.sms.enabled, host_of(&config.sms.lox24_url)),
        ("E-Mail", town.settings.mail.enabled, host_of(config.mail.smtp_url.expose())),
    ];
    let early =
        channels.into_iter().filter(|(_, is_open, _)| *is_open).find_map(|(way, _, host)| {
            let is_early =
                |change: &&Change| change.what.kind == Kind::Add && change.what.host == host;
            pending.iter().find(is_early).map(|change| (way, host.clone(), change))
        });
    let (way, host, change) = early?;
    let day = change.what.effective_on;
    Some(Seen::new(
        false,
        format!(
            "{way} geht über {host} zu {}, dessen Eintrag erst ab {day} gilt",
            change.what.name
        ),
    ))
}

fn named(probe: &Probe<'_>, notice: &Notice) -> Seen {
    let (town, text) = (probe.town, notice.text());
    if let Some(unnamed) = town.recipients.iter().find(|recipient| !text.contains(&recipient.name))
    {
        return Seen::new(false, format!("{} steht nicht in der Erklärung", unnamed.name));
    }
    let config = &probe.prover.config;
    let mut ways = vec![format!("{} namentlich genannt", town.recipients.len())];
    if town.settings.sms.enabled {
        let host = host_of(&config.sms.lox24_url);
        let names = town.recipients.iter().filter(|recipient| recipient.role == RecipientRole::Sms);
        let provider = town.settings.sms.provider.to_lowercase();
        let is_named =
            names.clone().any(|recipient| recipient.name.to_lowercase().contains(&provider));
        // a stand-in on this machine is nobody
        if !is_named && !super::stays_here(&config.sms.lox24_url) {
            return Seen::new(
                false,
                format!("SMS gehen an {host}, genannt ist ein anderer Provider"),
            );
        }
        ways.push(format!("SMS über {host}"));
    }
    if town.settings.mail.enabled {
        ways.push(format!("E-Mail über {}", host_of(config.mail.smtp_url.expose())));
    }
    if config.telemetry.is_on() {
        // no recipient of personal data: what is sent names nobody (docs/privacy.md)
        let host = host_of(&config.telemetry.otlp_endpoint);
        ways.push(format!("technische Messwerte ohne Angaben über Personen an {host}"));
    }
    Seen::new(true, ways.join("; "))
}

fn host_of(address: &str) -> String {
    let url = url::Url::parse(address).ok();
    url.and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_else(|| "nirgendwohin".to_owned())
}

/// Statement 14: the notice names as required and as voluntary what the form asks, and a booking needs no account.
pub(super) async fn asked_fields(probe: &Probe<'_>, notice: &Notice) -> anyhow::Result<Seen> {
    let text = notice.text();
    let contact = &probe.town.settings.contact;
    let fields = [
        ("E-Mail-Adresse", contact.email),
        ("mobile Rufnummer", contact.phone),
        ("Anschrift", contact.address),
        ("Geburtsdatum", contact.birth_date),
    ];
    let asked =
        |requirement: Requirement| fields.iter().filter(move |(_, asked)| *asked == requirement);
    for (field, _) in asked(Requirement::Required).chain(asked(Requirement::Optional)) {
        if !text.contains(&format!("- {field}")) {
            return Ok(Seen::new(false, format!("die Erklärung nennt „{field}“ nicht")));
        }
    }
    for (field, _) in asked(Requirement::Hidden) {
        if text.contains(&format!("- {field}")) {
            return Ok(Seen::new(
                false,
                format!("die Erklärung nennt „{field}“, gefragt wird nicht danach"),
            ));
        }
    }
    let viewer =
        probe.web.ask("{ viewer { signedIn } services { id } }", serde_json::json!({})).await?;
    let is_open = viewer.pointer("/data/viewer/signedIn") == Some(&serde_json::Value::Bool(false))
        && viewer.pointer("/data/services").is_some_and(serde_json::Value::is_array);
    let required: Vec<_> = asked(Requirement::Required).map(|(field, _)| *field).collect();
    Ok(Seen::new(
        is_open,
        format!("Pflicht: Vorname, Nachname, {}; ohne Anmeldung erreichbar", required.join(", ")),
    ))
}

/// Statement 19: address and date of birth are never demanded.
pub(super) fn voluntary(probe: &Probe<'_>) -> Seen {
    let contact = &probe.town.settings.contact;
    let fields = [("Anschrift", contact.address), ("Geburtsdatum", contact.birth_date)];
    let demanded = fields.iter().find(|(_, asked)| *asked == Requirement::Required);
    if let Some((field, _)) = demanded {
        return Seen::new(false, format!("„{field}“ ist Pflicht"));
    }
    let said = fields.map(|(field, asked)| match asked {
        Requirement::Hidden => format!("{field}: nicht gefragt"),
        _ => format!("{field}: freiwillig"),
    });
    Seen::new(true, said.join("; "))
}

/// Statement 24: the mail to the office has the purpose that the notice gives for it.
pub(super) fn purpose_of_the_office_s_mail(probe: &Probe<'_>, notice: &Notice) -> Seen {
    use kernel::inventory::{Purpose, Store};
    let says = notice.text().contains("automatisierte E-Mail");
    let sends = probe.town.settings.mail.enabled;
    let mailbox = probe.prover.inventory.iter().filter(|entry| entry.store == Store::Mailbox);
    let is_security = mailbox.clone().count() > 0
        && mailbox.clone().all(|entry| entry.purpose == Purpose::Security);
    if says != sends {
        return Seen::new(
            false,
            "die Erklärung sagt anderes über E-Mails an das Amt, als eingestellt ist",
        );
    }
    let evidence = if sends {
        "E-Mail an den Standort: Zweck Störungen und Missbrauch"
    } else {
        "es werden keine E-Mails verschickt"
    };
    Seen::new(is_security, evidence)
}
