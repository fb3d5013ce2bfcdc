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
    Entry {
        table: "audit_entry",
        columns: &[
            "tenant_id",
            "number",
            "at",
            "actor",
            "actor_id",
            "action",
            "object",
            "object_id",
            "details",
            "previous",
            "hash",
        ],
        whose: Whose::Staff,
        holds: "was Beschäftigte, Programme und Betreiber getan haben, mit Kennungen statt Namen; verkettete Prüfwerte",
        purpose: Purpose::Accountability,
        kept: Kept::AuditTrail,
        on_erasure: OnErasure::Keep,
        sealed: false,
    },
    Entry::technical(
        "audit_head",
        &["tenant_id", "number", "hash"],
        "Ende der Kette des Protokolls",
        Kept::WithTenant,
    ),
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
