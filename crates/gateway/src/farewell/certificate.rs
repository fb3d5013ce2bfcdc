//! The certificate that the operator hands over after a deletion: as JSON, signed, and in words.

use std::fmt::Write;

use chrono::SecondsFormat;
use db::{Db, signature};
use serde_json::{Value, json};
use tenant::Municipality;

use super::Deleted;

/// A certificate of deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// For programs: what is stated, the words that are signed, signature and public key.
    pub json: String,
    /// For people.
    pub text: String,
}

/// What checking a certificate has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// The statement is signed with the key that it names. Whose key that is, it cannot say itself.
    Signed {
        /// In hexadecimal digits.
        public_key: String,
    },
    /// It is no certificate, or was changed.
    Forged,
}

impl Certificate {
    /// Writes and signs the certificate.
    pub fn new(db: &Db, town: &Municipality, deleted: &Deleted) -> Self {
        let statement = json!({
            "what": "stadttermin deletion certificate 1",
            "municipality": {
                "id": town.id,
                "slug": town.slug,
                "name": town.name,
                "controller": town.controller.name,
            },
            "announcedAt": deleted.announced_at,
            "deletedAt": deleted.at,
            "keys": {
                "municipality": deleted.rows.get("keys.tenant_key"),
                "people": deleted.rows.get("keys.subject_key"),
            },
            "rows": deleted.rows,
            "redisKeys": deleted.redis_keys,
            "program": env!("CARGO_PKG_VERSION"),
        });
        let signed = statement.to_string();
        let (signature, public_key) =
            (signature::hex(&db.sign(signed.as_bytes())), signature::hex(&db.public_key()));
        let whole = json!({
            "statement": statement,
            "signed": signed,
            "signature": signature,
            "publicKey": public_key,
        });
        Self {
            text: in_words(town, deleted, &signature, &public_key),
            json: format!("{whole:#}\n"),
        }
    }

    /// Checks the JSON of a certificate: signed, and stating what is signed.
    pub fn check(text: &str) -> Checked {
        let Ok(whole) = serde_json::from_str::<Value>(text) else { return Checked::Forged };
        let part = |name: &str| whole[name].as_str().unwrap_or_default();
        let states_it = serde_json::from_str::<Value>(part("signed"))
            .is_ok_and(|signed| signed == whole["statement"] && signed.is_object());
        let holds = signature::from_hex(part("publicKey"))
            .zip(signature::from_hex(part("signature")))
            .is_some_and(|(key, signature)| {
                signature::holds(&key, part("signed").as_bytes(), &signature)
            });
        if states_it && holds {
            Checked::Signed { public_key: part("publicKey").to_owned() }
        } else {
            Checked::Forged
        }
    }
}

fn in_words(town: &Municipality, deleted: &Deleted, signature: &str, public_key: &str) -> String {
    let when = |at: chrono::DateTime<chrono::Utc>| {
        at.with_timezone(&town.zone()).to_rfc3339_opts(SecondsFormat::Secs, false)
    };
    let rows: u64 = deleted.rows.values().sum();
    let people = deleted.rows.get("keys.subject_key").copied().unwrap_or_default();
    let announced = match deleted.announced_at {
        Some(at) => format!("Die Löschung wurde am {} angekündigt.", when(at)),
        None => "Die Löschung wurde auf ausdrückliche Weisung ohne Ankündigungsfrist vorgenommen."
            .to_owned(),
    };
    let mut text = format!(
        "Löschbescheinigung nach Art. 28 Abs. 3 Buchst. g DSGVO

Kommune:            {} ({})
Verantwortlicher:   {}
Kennung:            {}
Gelöscht am:        {}

{announced}

Gelöscht wurden alle Daten, die im Auftrag der Kommune im Dienst gespeichert waren: {rows} Zeilen in {} Tabellen und {}
Einträge im Sitzungsspeicher. Der Schlüssel der Kommune und die Schlüssel von {people} Personen wurden vernichtet. Was mit ihnen
verschlüsselt war, ist auch in älteren Sicherungen der Datenbank nicht mehr lesbar, soweit diese die Schlüssel nicht
enthalten (Schema „keys“); Sicherungen mit Schlüsseln überschreibt der Betreiber innerhalb ihrer Frist.

Zeilen je Tabelle:
",
        town.name,
        town.slug,
        town.controller.name,
        town.id,
        when(deleted.at),
        deleted.rows.len(),
        deleted.redis_keys,
    );
    for (table, rows) in &deleted.rows {
        let _ = writeln!(text, "  {table:<24} {rows:>10}");
    }
    let _ = write!(
        text,
        "
Signatur (Ed25519) über das Feld „signed“ der Datei im Format JSON:
{signature}
Öffentlicher Schlüssel des Betreibers:
{public_key}
Prüfen: stadttermin tenant certificate DATEI.json
"
    );
    text
}
