//! What the tables of this crate hold.

use kernel::inventory::{Category, Entry, Kept, OnErasure, Purpose, Receiver, Store, Whose};

const fn holder(
    category: Category,
    table: &'static str,
    columns: &'static [&'static str],
    holds: &'static str,
    purpose: Purpose,
    kept: Kept,
) -> Entry {
    Entry::personal((Whose::AccountHolder, category), table, columns, holds, purpose, kept)
}

/// Why credentials are in no export.
const PROVES_WHO: &str = "wer es liest, kann sich als die Person ausgeben oder es versuchen (Art. 15 Abs. 4, Art. 32 DSGVO)";
/// Why what waits for a code is in no export.
const UNDER_WAY: &str =
    "steht in der E-Mail mit dem Code und verschwindet mit ihm; was bestätigt ist, steht im Konto";
/// Why a session's content is in no export.
const OWN_BROWSER: &str = "nur der Browser der Person hat den Schlüssel; sie sieht es dort";

/// The privacy inventory of accounts, sign-ins and access keys.
pub const INVENTORY: &[Entry] = &[
    holder(
        Category::Contact,
        "account",
        &["sealed"],
        "Vorname, Nachname, E-Mail-Adresse, Mobilnummer",
        Purpose::Account,
        Kept::Account,
    )
    .sealed()
    .portable()
    .received_by(&[Receiver::Email]),
    holder(
        Category::Credential,
        "account",
        &["totp"],
        "Geheimnis der Authentifizierungs-App",
        Purpose::Security,
        Kept::Account,
    )
    .sealed()
    .withheld(PROVES_WHO),
    holder(
        Category::Account,
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
            "uncounted_at",
        ],
        "Kennung, Art und Stand des Kontos, Suchwert der E-Mail-Adresse, Sprache, letzte Nutzung, Zeitpunkt der Warnung vor der Löschung, \
         seit wann die Angaben eingeschränkt sind (Art. 18 DSGVO), seit wann die Person dem Zählen widerspricht (Art. 21 DSGVO)",
        Purpose::Account,
        Kept::Account,
    ),
    holder(
        Category::Credential,
        "account",
        &["password", "totp_step", "signed_out_at"],
        "Prüfwert des Passworts (argon2id), zuletzt benutzter Einmalcode, Zeitpunkt der letzten Abmeldung überall",
        Purpose::Security,
        Kept::Account,
    )
    .withheld(PROVES_WHO),
    holder(
        Category::Account,
        "account_role",
        &["tenant_id", "id", "account_id", "role", "location_id"],
        "Rollen von Beschäftigten und ihre Standorte",
        Purpose::Account,
        Kept::Account,
    ),
    holder(
        Category::Credential,
        "account_code",
        &["sealed"],
        "was mit dem Code bestätigt wird: Name, E-Mail-Adresse, Mobilnummer",
        Purpose::Account,
        Kept::Code,
    )
    .sealed()
    .received_by(&[Receiver::Email])
    .withheld(UNDER_WAY),
    holder(
        Category::Credential,
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
    )
    .withheld(PROVES_WHO),
    holder(
        Category::Credential,
        "recovery_code",
        &["tenant_id", "account_id", "hash", "created_at"],
        "Wiederherstellungscodes von Beschäftigten (nur ein Prüfwert)",
        Purpose::Security,
        Kept::Account,
    )
    .withheld(PROVES_WHO),
    holder(
        Category::SignIn,
        "sign_in",
        &["tenant_id", "id", "kind", "account_id", "login_index", "method", "result", "at"],
        "Anmeldungen: Suchwert der eingegebenen Anmeldung, Zeitpunkt, Weg und Ergebnis (§ 5 der Datenschutzerklärung)",
        Purpose::Security,
        Kept::SignIn,
    ),
    holder(
        Category::SignIn,
        "sign_in_address",
        &["tenant_id", "sign_in_id", "ip", "at"],
        "IP-Adresse der Anmeldung (§ 5 der Datenschutzerklärung)",
        Purpose::Security,
        Kept::SignInAddress,
    ),
    holder(
        Category::Credential,
        "passkey",
        &["name"],
        "Bezeichnung, die die Person ihrem Passkey gegeben hat",
        Purpose::Account,
        Kept::Account,
    )
    .sealed(),
    holder(
        Category::Credential,
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
        Category::Credential,
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
        purpose: Purpose::Security,
        kept: Kept::AfterAccessKey,
        ..Entry::municipality(
            "access_key",
            &["name", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at"],
            "Bezeichnung, Rechte, Gültigkeit und letzte Nutzung eines Zugangsschlüssels der Kommune; keine Namen \
             von Personen",
        )
    },
    Entry::personal(
        (Whose::Citizen, Category::Session),
        "session",
        &["record"],
        "was vor der Buchung eingegeben wurde, Sprache, wer angemeldet ist, Art des Browsers",
        Purpose::Appointment,
        Kept::Session,
    )
    .in_store(Store::Redis)
    .withheld(OWN_BROWSER),
    Entry::personal(
        (Whose::Visitor, Category::Limit),
        "limit",
        &["counter"],
        "wie oft in kurzer Zeit von einem Anschluss, für eine Adresse oder ein Konto etwas versucht wurde (Hashwert)",
        Purpose::Security,
        Kept::Day,
    )
    .in_store(Store::Redis)
    .withheld("der Hashwert führt nicht zur Person zurück (Art. 11 DSGVO)")
    .on_erasure(OnErasure::RunOut("läuft nach Minuten oder Stunden von selbst ab")),
];
