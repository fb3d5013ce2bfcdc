//! The privacy inventory: this crate's own tables, and the words and checks for everybody's.

mod check;
mod page;
mod words;

use kernel::inventory::{Category, Entry, Kept, OnErasure, Purpose, Whose};

pub use check::{CLASSIFYING, compare, inconsistencies, personal_names};
pub use page::{BEGIN, END, docs_page, markdown};
pub use words::{
    category, export, kept, kind, on_erasure, period, purpose, receiver, recipients, role, start,
    store, whose,
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
    Entry {
        purpose: Purpose::Accountability,
        ..Entry::municipality(
            "recipient_change",
            &[
                "tenant_id",
                "id",
                "kind",
                "role",
                "name",
                "street",
                "postal_code",
                "city",
                "contract_on",
                "purpose",
                "place",
                "host",
                "announced_at",
                "effective_on",
                "objected_at",
                "objection",
                "withdrawn_at",
                "took_effect_at",
            ],
            "angekündigte Änderungen bei Empfängern: Firma, wozu, ab wann, Widerspruch der Kommune mit Grund",
        )
    },
    Entry {
        purpose: Purpose::Accountability,
        ..Entry::municipality(
            "proof_report",
            &["tenant_id", "made_at", "notice_version", "findings"],
            "letzter Nachweis zur Datenschutzerklärung: was gesehen wurde, ohne Angaben zu Personen",
        )
    },
    Entry {
        purpose: Purpose::Accountability,
        ..Entry::technical(
            "privacy_request",
            &[
                "tenant_id",
                "id",
                "reference",
                "kind",
                "state",
                "channel",
                "received_on",
                "due_on",
                "extended_until",
                "extension_reason",
                "refusal_reason",
                "answered_at",
                "answered_by",
                "reminded_on",
                "review_on",
                "created_at",
            ],
            "Anträge nach Art. 15 bis 21 DSGVO: Art, Fristen, Ergebnis, Begründung; ohne Angaben zur Person",
            Kept::Request,
        )
    },
    Entry::personal(
        (Whose::Citizen, Category::Contact),
        "privacy_request",
        &["sealed"],
        "wer einen Antrag stellt: Name, E-Mail-Adresse; bis zur Antwort",
        Purpose::Accountability,
        Kept::UntilDone,
    )
    .sealed()
    .withheld("nur solange der Antrag offen ist; die Person hat die Angaben selbst gemacht"),
    Entry::personal(
        (Whose::Citizen, Category::Deed),
        "privacy_request",
        &["subject_id", "about"],
        "Kennungen, um die es in einem offenen Antrag geht; bis zur Antwort",
        Purpose::Accountability,
        Kept::UntilDone,
    )
    .withheld("nur Kennungen; was sie bezeichnen, steht in der Auskunft"),
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
    Entry::technical(
        "retention_state",
        &["tenant_id", "category", "ran_at", "next_due_at", "deleted", "receipt"],
        "wie weit das Löschen gekommen ist: Zeitpunkte und Anzahlen je Art von Daten",
        Kept::WithTenant,
    ),
    Entry {
        purpose: Purpose::Accountability,
        ..Entry::technical(
            "deletion_receipt",
            &["tenant_id", "number", "from_at", "to_at", "counts", "previous", "signature"],
            "Löschbelege: wie viel von welcher Art gelöscht wurde, mit Signatur, ohne die Daten selbst",
            Kept::Receipt,
        )
    },
    Entry::technical(
        "tenant_ending",
        &["tenant_id", "announced_at", "delete_after"],
        "angekündigtes Ende des Vertrags: wann die Kommune gelöscht wird",
        Kept::WithTenant,
    ),
    Entry::personal(
        (Whose::Staff, Category::Deed),
        "support_grant",
        &[
            "tenant_id",
            "id",
            "kind",
            "reason",
            "granted_by",
            "granted_at",
            "expires_at",
            "revoked_at",
            "last_used_at",
        ],
        "Zugriff des Betreibers auf Angaben von Personen: wer ihn warum bis wann freigegeben hat und ob er genutzt wurde",
        Purpose::Accountability,
        Kept::SupportGrant,
    )
    .on_erasure(OnErasure::RunOut(
        "Art. 17 Abs. 3 lit. b und e DSGVO: wer dem Betreiber Zugriff gegeben hat, muss nachweisbar bleiben",
    )),
    Entry {
        purpose: Purpose::Analysis,
        ..Entry::technical(
            "usage_count",
            &["tenant_id", "day", "part", "step", "service_id", "count"],
            "wie oft ein Schritt der Buchung erreicht wurde, je Leistung, Tag und Tageszeit; nur Anzahlen",
            Kept::Statistics,
        )
    },
    Entry {
        purpose: Purpose::Accountability,
        ..Entry::technical(
            "incident",
            &[
                "tenant_id",
                "id",
                "title",
                "noticed_at",
                "description",
                "categories",
                "people",
                "measures",
                "authority_told_at",
                "no_report_reason",
                "people_told_at",
                "closed_at",
                "created_at",
                "changed_at",
            ],
            "Verzeichnis der Datenschutzvorfälle (Art. 33 Abs. 5 DSGVO): was geschah, welche Arten von Daten, wie viele Personen, was getan wurde; ohne Angaben zu einzelnen Personen",
            Kept::Incident,
        )
    },
];
