//! What the table of this crate holds.

use kernel::inventory::{Entry, Kept, OnErasure, Purpose, Whose};

/// The privacy inventory of messages.
pub const INVENTORY: &[Entry] = &[Entry {
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
    ],
    whose: Whose::Citizen,
    holds: "welche Nachricht zu einem Termin wann auf welchem Weg verschickt wurde, ohne Adresse und Text",
    purpose: Purpose::Notification,
    kept: Kept::AfterMessage,
    on_erasure: OnErasure::Delete,
    sealed: false,
}];
