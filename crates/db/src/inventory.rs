//! What the tables of this crate hold.

use kernel::inventory::{Category, Entry, Kept, OnErasure, Purpose, Whose};

/// The privacy inventory of keys and jobs.
pub const INVENTORY: &[Entry] = &[
    Entry::technical(
        "keys.tenant_key",
        &["tenant_id", "wrapped", "created_at"],
        "verpackter Schlüssel der Kommune",
        Kept::WithTenant,
    ),
    Entry::personal(
        (Whose::Citizen, Category::Credential),
        "keys.subject_key",
        &["tenant_id", "subject_id", "wrapped", "created_at"],
        "verpackter Schlüssel der Person; ohne ihn sind ihre Daten unlesbar",
        Purpose::Security,
        Kept::AfterAppointment,
    )
    .withheld("öffnet die Angaben der Person; diese selbst stehen in der Auskunft"),
    Entry::personal(
        (Whose::Staff, Category::Deed),
        "audit_entry",
        &[
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
        "was Beschäftigte, Programme und Betreiber getan haben, mit Kennungen statt Namen; verkettete Prüfwerte",
        Purpose::Accountability,
        Kept::AuditTrail,
    )
    .on_erasure(OnErasure::RunOut(
        "Art. 17 Abs. 3 lit. b und e DSGVO: ein Nachweis, aus dem jemand Zeilen nehmen kann, weist nichts nach",
    )),
    Entry::technical(
        "audit_head",
        &["tenant_id", "number", "hash"],
        "Ende der Kette des Protokolls",
        Kept::WithTenant,
    ),
    Entry {
        purpose: Purpose::Accountability,
        ..Entry::technical(
            "erasure_ledger",
            &["tenant_id", "subject_index", "class", "erased_at"],
            "Löschverzeichnis: Hash der Kennung eines vernichteten Schlüssels, Anlass und Zeit; nennt niemanden",
            Kept::AuditTrail,
        )
    },
    Entry {
        purpose: Purpose::Accountability,
        ..Entry::technical(
            "erasure_check",
            &["tenant_id", "subject_index", "checked_at", "places", "remains"],
            "Prüfung nach einer Löschung: wann, an wie vielen Stellen gesucht und wie viel gefunden wurde; nennt niemanden",
            Kept::AuditTrail,
        )
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
