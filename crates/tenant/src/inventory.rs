//! What the tables of this crate hold.

use kernel::inventory::{Entry, Kept};

/// The privacy inventory of the municipality's own data: offices and companies, no citizens.
pub const INVENTORY: &[Entry] = &[
    Entry::technical(
        "tenant",
        &[
            "id",
            "slug",
            "name",
            "state",
            "notice_version",
            "revision",
            "created_at",
            "suspended_at",
            "suspended_for",
        ],
        "Verzeichnis der Kommunen",
        Kept::WithTenant,
    ),
    Entry::technical(
        "host",
        &[
            "name",
            "tenant",
            "token",
            "is_listed",
            "added_at",
            "proven_at",
            "checked_at",
            "failing_since",
        ],
        "eigene Domains der Kommune und der Nachweis, dass sie ihr gehören",
        Kept::WithTenant,
    ),
    Entry::municipality(
        "controller",
        &["tenant_id", "name", "street", "postal_code", "city", "email"],
        "Verantwortlicher: Behörde und ihre Anschrift",
    ),
    Entry::municipality(
        "recipient",
        &[
            "tenant_id",
            "id",
            "position",
            "role",
            "name",
            "street",
            "postal_code",
            "city",
            "contract_on",
        ],
        "Empfänger: Firmen und ihre Anschriften",
    ),
    Entry::municipality("settings", &["tenant_id", "document"], "Einstellungen der Kommune"),
    Entry::municipality(
        "tenant_quota",
        &["tenant_id", "name", "most"],
        "Grenzen, die der Betreiber der Kommune gesetzt hat",
    ),
    Entry::municipality("coat_of_arms", &["tenant_id", "svg"], "Wappen"),
];
