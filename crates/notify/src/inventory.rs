//! What the tables of this crate hold.

use kernel::inventory::{Category, Entry, Kept, OnErasure, Purpose, Receiver, Store, Whose};

/// The privacy inventory of messages.
pub const INVENTORY: &[Entry] = &[
    Entry::personal(
        (Whose::Citizen, Category::Message),
        "message",
        &[
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
        "welche Nachricht zu einem Termin wann auf welchem Weg verschickt wurde, ohne Adresse und Text",
        Purpose::Notification,
        Kept::AfterMessage,
    ),
    Entry::personal(
        (Whose::Citizen, Category::Message),
        "office mailbox",
        &["notice of a booking"],
        "E-Mail an den Standort über eine Buchung: Name, Kontaktdaten, gebuchte Leistungen",
        Purpose::Security,
        Kept::ByTheOffice,
    )
    .in_store(Store::Mailbox)
    .received_by(&[Receiver::Email, Receiver::Office])
    .withheld("liegt im Postfach des Standorts; was darin steht, sind die Angaben zum Termin"),
    Entry::personal(
        (Whose::Citizen, Category::Limit),
        "sms_count",
        &["tenant_id", "day", "number", "count"],
        "wie viele SMS heute verschickt wurden, insgesamt und an eine Nummer (täglich anderer Hashwert, nicht die Nummer)",
        Purpose::Security,
        Kept::Day,
    )
    .withheld("der Hashwert führt nicht zur Person zurück (Art. 11 DSGVO)")
    .on_erasure(OnErasure::RunOut(
        "der Hashwert führt nicht zur Person zurück und ist nach einem Tag wertlos",
    )),
];
