//! The privacy inventory: this crate's own tables, and the words and checks for everybody's.

mod check;
mod page;
mod words;

use kernel::inventory::{Category, Entry, Kept, OnErasure, Purpose, Whose};

pub use check::{CLASSIFYING, compare, inconsistencies, personal_names};
pub use page::{BEGIN, END, docs_page, markdown};
pub use words::{
    category, export, kept, on_erasure, purpose, receiver, recipients, start, store, whose,
};

/// The privacy inventory of the notice's versions and the access log.
pub const INVENTORY: &[Entry] = &[
    Entry {
        purpose: Purpose::Accountability,
        ..Entry::municipality(
            "privacy_notice",
            &[
                "tenant_id",
                "version",
                "locale",
                "effective_from",
                "sections",
                "hash",
                "created_at",
            ],
            "Fassungen der Datenschutzerklärung",
        )
    },
    Entry::technical("access_log", &["tenant_id", "id"], "Kennung des Eintrags", Kept::AccessLog),
    Entry::personal(
        (Whose::Visitor, Category::AccessLog),
        "access_log",
        &[
            "ip",
            "requested_at",
            "utc_offset",
            "path",
            "status",
            "bytes",
            "referrer",
            "browser",
            "system",
            "language",
        ],
        "Zugriffsprotokoll mit den zehn Angaben aus § 4 der Datenschutzerklärung",
        Purpose::Security,
        Kept::AccessLog,
    )
    .withheld("keine Verbindung zu Termin oder Konto; zu wem ein Anschluss gehörte, weiß der Dienst nicht (Art. 11 DSGVO)")
    .on_erasure(OnErasure::RunOut("zu wem ein Eintrag gehört, weiß der Dienst nicht; er läuft nach Tagen ab")),
];
