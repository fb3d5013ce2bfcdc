//! What the table of this crate holds.

use kernel::inventory::{Entry, Kept, OnErasure, Purpose, Whose};

/// The privacy inventory of messages.
pub const INVENTORY: &[Entry] = &[
    Entry {
        table: "message",
        columns: &[
            "tenant_id",
            "id",
            "appointment_id",
            "sequence",
            "channel",
            "audience",
            "kind",
            "state",
            "provider_id",
            "created_at",
            "settled_at",
            "counted_on",
        ],
        whose: Whose::Citizen,
        holds: "welche Nachricht zu einem Termin wann auf welchem Weg verschickt wurde, ohne Adresse und Text",
        purpose: Purpose::Notification,
        kept: Kept::AfterMessage,
        on_erasure: OnErasure::Delete,
        sealed: false,
    },
    Entry {
        table: "sms_count",
        columns: &["tenant_id", "day", "number", "count"],
        whose: Whose::Citizen,
        holds: "wie viele SMS heute verschickt wurden, insgesamt und an eine Nummer (täglich anderer Hashwert, nicht die Nummer)",
        purpose: Purpose::Security,
        kept: Kept::Day,
        on_erasure: OnErasure::Keep,
        sealed: false,
    },
];
