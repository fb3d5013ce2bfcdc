//! What the tables of this crate hold.

use kernel::inventory::{Entry, Kept, OnErasure, Purpose, Whose};

/// The privacy inventory of keys and jobs.
pub const INVENTORY: &[Entry] = &[
    Entry::technical(
        "keys.tenant_key",
        &["tenant_id", "wrapped", "created_at"],
        "verpackter Schlüssel der Kommune",
        Kept::WithTenant,
    ),
    Entry {
        table: "keys.subject_key",
        columns: &["tenant_id", "subject_id", "wrapped", "created_at"],
        whose: Whose::Citizen,
        holds: "verpackter Schlüssel der Person; ohne ihn sind ihre Daten unlesbar",
        purpose: Purpose::Security,
        kept: Kept::AfterAppointment,
        on_erasure: OnErasure::Delete,
        sealed: false,
    },
    Entry::technical(
        "job",
        &[
            "tenant_id",
            "id",
            "kind",
            "payload",
            "run_at",
            "attempts",
            "lease",
            "lease_until",
            "state",
            "last_error",
            "request_id",
            "created_at",
        ],
        "Arbeitsaufträge; enthalten nur Kennungen, keine Angaben zur Person",
        Kept::UntilDone,
    ),
];
