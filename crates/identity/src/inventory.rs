//! What the tables of this crate hold.

use kernel::inventory::{Entry, Kept, OnErasure, Purpose, Whose};

const fn holder(
    table: &'static str,
    columns: &'static [&'static str],
    holds: &'static str,
    purpose: Purpose,
    kept: Kept,
) -> Entry {
    Entry {
        table,
        columns,
        whose: Whose::AccountHolder,
        holds,
        purpose,
        kept,
        on_erasure: OnErasure::Delete,
        sealed: false,
    }
}

/// The privacy inventory of accounts, sign-ins and access keys.
pub const INVENTORY: &[Entry] = &[
    Entry {
        sealed: true,
        on_erasure: OnErasure::Shred,
        ..holder(
            "account",
            &["sealed"],
            "Vorname, Nachname, E-Mail-Adresse, Mobilnummer",
            Purpose::Account,
            Kept::Account,
        )
    },
    Entry {
        sealed: true,
        on_erasure: OnErasure::Shred,
        ..holder(
            "account",
            &["totp"],
            "Geheimnis der Authentifizierungs-App",
            Purpose::Security,
            Kept::Account,
        )
    },
    holder(
        "account",
        &[
            "tenant_id",
            "id",
            "kind",
            "state",
            "subject_id",
            "login_index",
            "locale",
            "created_at",
            "last_used_at",
            "warned_at",
            "restricted_at",
        ],
        "Kennung, Art und Stand des Kontos, Suchwert der E-Mail-Adresse, Sprache, letzte Nutzung, Zeitpunkt der Warnung vor der Löschung, \
         seit wann die Angaben eingeschränkt sind (Art. 18 DSGVO)",
        Purpose::Account,
        Kept::Account,
    ),
    holder(
        "account",
        &["password", "totp_step", "signed_out_at"],
        "Prüfwert des Passworts (argon2id), zuletzt benutzter Einmalcode, Zeitpunkt der letzten Abmeldung überall",
        Purpose::Security,
        Kept::Account,
    ),
    holder(
        "account_role",
        &["tenant_id", "id", "account_id", "role", "location_id"],
        "Rollen von Beschäftigten und ihre Standorte",
        Purpose::Account,
        Kept::Account,
    ),
    Entry {
        sealed: true,
        on_erasure: OnErasure::Shred,
        ..holder(
            "account_code",
            &["sealed"],
            "was mit dem Code bestätigt wird: Name, E-Mail-Adresse, Mobilnummer",
            Purpose::Account,
            Kept::Code,
        )
    },
    holder(
        "account_code",
        &[
            "tenant_id",
            "id",
            "purpose",
            "account_id",
            "subject_id",
            "code_hash",
            "address_index",
            "locale",
            "created_at",
            "expires_at",
            "used_at",
        ],
        "Codes zum Bestätigen und Anmelden (nur der Hash), Suchwert der E-Mail-Adresse, an die sie gingen, ihr Zweck und ihre Gültigkeit",
        Purpose::Account,
        Kept::Code,
    ),
    holder(
        "recovery_code",
        &["tenant_id", "account_id", "hash", "created_at"],
        "Wiederherstellungscodes von Beschäftigten (nur ein Prüfwert)",
        Purpose::Security,
        Kept::Account,
    ),
    holder(
        "sign_in",
        &["tenant_id", "id", "kind", "account_id", "login_index", "method", "result", "at"],
        "Anmeldungen: Suchwert der eingegebenen Anmeldung, Zeitpunkt, Weg und Ergebnis (§ 5 der Datenschutzerklärung)",
        Purpose::Security,
        Kept::SignIn,
    ),
    holder(
        "sign_in_address",
        &["tenant_id", "sign_in_id", "ip", "at"],
        "IP-Adresse der Anmeldung (§ 5 der Datenschutzerklärung)",
        Purpose::Security,
        Kept::SignInAddress,
    ),
    Entry {
        sealed: true,
        on_erasure: OnErasure::Shred,
        ..holder(
            "passkey",
            &["name"],
            "Bezeichnung, die die Person ihrem Passkey gegeben hat",
            Purpose::Account,
            Kept::Account,
        )
    },
    holder(
        "passkey",
        &[
            "tenant_id",
            "id",
            "account_id",
            "credential_id",
            "user_handle",
            "public_key",
            "sign_count",
            "is_backup_eligible",
            "is_backed_up",
            "created_at",
            "last_used_at",
        ],
        "Passkeys: zufällige Kennungen, öffentlicher Schlüssel, Zähler, letzte Nutzung; keine biometrischen Daten",
        Purpose::Security,
        Kept::Account,
    ),
    holder(
        "openid_link",
        &["tenant_id", "id", "account_id", "issuer", "subject_index", "created_at"],
        "Verknüpfung des Kontos mit der Anmeldung der Kommune: Suchwert der Kennung, die deren Dienst vergibt",
        Purpose::Account,
        Kept::Account,
    ),
    Entry::technical(
        "access_key",
        &["tenant_id", "id", "token_hash"],
        "Kennung des Zugangsschlüssels und Hash seines Geheimnisses",
        Kept::AfterAccessKey,
    ),
    Entry {
        table: "access_key",
        columns: &["name", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at"],
        whose: Whose::Municipality,
        holds: "Bezeichnung, Rechte, Gültigkeit und letzte Nutzung eines Zugangsschlüssels der Kommune; keine Namen \
                von Personen",
        purpose: Purpose::Security,
        kept: Kept::AfterAccessKey,
        on_erasure: OnErasure::Keep,
        sealed: false,
    },
];
