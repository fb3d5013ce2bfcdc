//! What the tables of this crate hold.

use kernel::inventory::{Entry, Kept, OnErasure, Purpose, Whose};

/// The privacy inventory of access keys.
pub const INVENTORY: &[Entry] = &[
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
