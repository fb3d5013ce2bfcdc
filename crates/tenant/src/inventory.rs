//! What the tables of this crate hold.

use kernel::inventory::{Entry, Kept};

/// The privacy inventory of the municipality's own data: offices and companies, no citizens.
pub const INVENTORY: &[Entry] = &[
    Entry::technical(
        "tenant",
        &["id", "slug", "name", "state", "notice_version", "revision", "created_at"],
        "Verzeichnis der Kommunen",
        Kept::WithTenant,
    ),
    Entry::technical("host", &["name", "tenant"], "eigene Domains der Kommune", Kept::WithTenant),
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
    Entry::municipality("coat_of_arms", &["tenant_id", "svg"], "Wappen"),
];
