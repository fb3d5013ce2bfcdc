//! What the tables of this crate hold.

use kernel::inventory::{Category, Entry, Kept, OnErasure, Purpose, Receiver, Whose};

const fn citizen(
    table: &'static str,
    columns: &'static [&'static str],
    holds: &'static str,
    kept: Kept,
) -> Entry {
    let data = (Whose::Citizen, Category::Appointment);
    Entry::personal(data, table, columns, holds, Purpose::Appointment, kept)
}

/// Who else learns of an appointment when it is booked, moved or cancelled.
const TOLD: &[Receiver] = &[Receiver::Sms, Receiver::Email, Receiver::Office];
/// Why search values are in no export.
const SEARCH_VALUE: &str =
    "Prüfwert, der nur zum Wiederfinden dient; die Angabe selbst steht in der Auskunft";
/// Why codes are in no export.
const OPENS: &str = "Prüfwert des Codes, mit dem sich der Termin öffnen lässt (Art. 32 DSGVO)";

/// The privacy inventory of calendar, appointments and customers.
pub const INVENTORY: &[Entry] = &[
    Entry::municipality(
        "location",
        &[
            "tenant_id",
            "id",
            "key",
            "name",
            "directions",
            "street",
            "postal_code",
            "city",
            "office_email",
            "position",
            "active",
        ],
        "Standorte",
    ),
    Entry::municipality(
        "service",
        &[
            "tenant_id",
            "id",
            "key",
            "name",
            "description",
            "duration_minutes",
            "extra_person_minutes",
            "max_quantity",
            "buffer_before_minutes",
            "buffer_after_minutes",
            "notice_minutes",
            "horizon_days",
            "raster_minutes",
            "max_per_person",
            "fee",
            "leika_key",
            "words",
            "documents",
            "wanted",
            "position",
            "active",
        ],
        "Leistungen",
    ),
    Entry::municipality(
        "counter",
        &["tenant_id", "id", "location_id", "key", "name", "position", "active"],
        "Schalter",
    ),
    Entry::municipality(
        "counter_service",
        &["tenant_id", "counter_id", "service_id"],
        "welcher Schalter welche Leistung bearbeitet",
    ),
    Entry::municipality(
        "opening_rule",
        &[
            "tenant_id",
            "id",
            "counter_id",
            "weekday",
            "from_minute",
            "to_minute",
            "breaks",
            "valid_from",
            "valid_to",
            "every_weeks",
            "anchor",
            "month_weeks",
            "channels",
            "on_holidays",
        ],
        "Öffnungszeiten",
    ),
    Entry::municipality(
        "opening_exception",
        &["tenant_id", "id", "counter_id", "day", "from_minute", "to_minute", "breaks", "channels"],
        "Öffnungszeiten an einzelnen Tagen",
    ),
    Entry::municipality(
        "contingent",
        &["tenant_id", "location_id", "channel", "percent", "release_days", "release_minute"],
        "welchen Teil der Zeiten ein Weg (online, Telefon) füllen darf",
    ),
    Entry::municipality(
        "calendar_state",
        &["tenant_id", "revision", "edited"],
        "Zähler der Änderungen an den Öffnungszeiten",
    ),
    Entry::municipality(
        "closure",
        &["tenant_id", "id", "location_id", "counter_id", "from_day", "to_day", "reason"],
        "Schließtage",
    ),
    Entry::municipality(
        "calendar_change",
        &[
            "tenant_id",
            "id",
            "title",
            "state",
            "document",
            "base_revision",
            "undo",
            "made_by",
            "created_at",
            "changed_at",
            "published_at",
        ],
        "Entwürfe und Änderungen von Öffnungszeiten und Schließtagen",
    ),
    Entry::municipality(
        "calendar_import",
        &[
            "tenant_id",
            "id",
            "kind",
            "made_by",
            "entries",
            "known",
            "made",
            "refused",
            "tells",
            "change_id",
            "created_at",
            "undone_at",
        ],
        "Übernahmen aus anderen Systemen: wann, von wem, wie viele Einträge; die Datei wird nicht aufgehoben",
    ),
    Entry {
        kept: Kept::AfterMessage,
        purpose: Purpose::Notification,
        ..Entry::municipality(
            "office_note",
            &["tenant_id", "id", "text", "created_at"],
            "Begründung der Kommune für verschobene und abgesagte Termine, ohne Bezug zu Personen",
        )
    },
    Entry::technical(
        "day_map",
        &[
            "tenant_id",
            "counter_id",
            "day",
            "location_id",
            "open",
            "open_phone",
            "open_walk_in",
            "busy",
        ],
        "offene und belegte Zeiten je Schalter und Tag, ohne Bezug zu Personen",
        Kept::UntilDone,
    ),
    citizen(
        "live_time",
        &[
            "tenant_id",
            "id",
            "location_id",
            "counter_id",
            "day",
            "first_tick",
            "ticks",
            "starts_at",
            "ends_at",
            "expires_at",
            "channel",
        ],
        "gehaltene und gebuchte Zeiten, die noch nicht vorbei sind",
        Kept::UntilDone,
    )
    .withheld("dieselben Zeiten wie im Termin, nach Schaltern geordnet"),
    citizen(
        "person_place",
        &["tenant_id", "person", "service_id", "place", "appointment_id", "until"],
        "wie viele offene Termine zu einer E-Mail-Adresse oder Rufnummer gehören (als Prüfwert)",
        Kept::UntilDone,
    )
    .withheld(SEARCH_VALUE),
    citizen(
        "reservation",
        &[
            "tenant_id",
            "id",
            "token_hash",
            "location_id",
            "counter_id",
            "starts_at",
            "ends_at",
            "items",
            "expires_at",
            "extended",
            "created_at",
        ],
        "Reservierung ohne Angaben zur Person",
        Kept::Reservation,
    )
    .withheld("ohne Angaben zur Person; nur der Browser, der sie hält, kann sie zuordnen (Art. 11 DSGVO)"),
    Entry::personal(
        (Whose::Citizen, Category::Contact),
        "customer",
        &["sealed"],
        "Vorname, Nachname, E-Mail-Adresse, Mobilnummer; freiwillig: Anschrift, Geburtsdatum",
        Purpose::Appointment,
        Kept::AfterAppointment,
    )
    .sealed()
    .portable()
    .received_by(TOLD),
    Entry::personal(
        (Whose::Citizen, Category::Contact),
        "customer",
        &["email_index", "phone_index", "name_index"],
        "Suchwerte von E-Mail-Adresse, Mobilnummer und Name (mit Schlüssel gebildete Hashwerte)",
        Purpose::Appointment,
        Kept::AfterAppointment,
    )
    .withheld(SEARCH_VALUE),
    citizen(
        "customer",
        &["tenant_id", "subject_id", "created_at", "reduced_at"],
        "Kennung der Person, angelegt wann",
        Kept::AfterAppointment,
    ),
    citizen(
        "customer",
        &["restricted_at", "no_sms_at", "no_reminders_at", "uncounted_at"],
        "seit wann die Angaben eingeschränkt sind (Art. 18 DSGVO) und seit wann die Person SMS, Erinnerungen oder dem Zählen widerspricht (Art. 21 DSGVO)",
        Kept::AfterAppointment,
    ),
    citizen(
        "appointment",
        &[
            "tenant_id",
            "id",
            "reference",
            "status",
            "location_id",
            "counter_id",
            "starts_at",
            "ends_at",
            "sequence",
            "locale",
            "notice_version",
            "booked_at",
            "changed_at",
            "cancelled_at",
        ],
        "Termin: Zeit, Ort, Stand, Sprache, Fassung der Datenschutzerklärung",
        Kept::AfterAppointment,
    )
    .portable()
    .received_by(TOLD),
    citizen(
        "appointment",
        &["manage_hash", "reservation_hash"],
        "Prüfwerte der Codes, mit denen sich der Termin öffnen und die Reservierung wiedererkennen lässt",
        Kept::AfterAppointment,
    )
    .withheld(OPENS),
    citizen(
        "appointment",
        &["subject_id"],
        "Verweis auf die Person",
        Kept::AfterAppointment,
    )
    .on_erasure(OnErasure::Anonymise),
    citizen(
        "appointment_item",
        &["tenant_id", "appointment_id", "position", "service_id", "quantity"],
        "gebuchte Leistungen und Anzahl der Personen",
        Kept::AfterAppointment,
    )
    .portable()
    .received_by(TOLD),
    citizen(
        "appointment_event",
        &[
            "tenant_id",
            "id",
            "appointment_id",
            "at",
            "actor",
            "what",
            "from_location",
            "from_starts_at",
            "to_location",
            "to_starts_at",
        ],
        "Verlauf eines Termins: gebucht, verschoben, berichtigt, abgesagt, und von welcher Seite",
        Kept::AfterAppointment,
    ),
    Entry::personal(
        (Whose::Staff, Category::Deed),
        "appointment_event",
        &["actor_id"],
        "Kennung der Person oder des Programms des Amts, die den Termin geändert haben",
        Purpose::Appointment,
        Kept::AfterAppointment,
    )
    .withheld("gehört zu einer beschäftigten Person (Art. 15 Abs. 4 DSGVO); der Export nennt die Seite: Person oder Amt"),
    citizen(
        "calendar_import_row",
        &["tenant_id", "key_hash", "import_id", "appointment_id"],
        "Prüfwert des Eintrags, aus dem ein übernommener Termin entstand, damit er nicht zweimal entsteht",
        Kept::AfterAppointment,
    )
    .withheld(SEARCH_VALUE),
    citizen(
        "account_appointment",
        &["tenant_id", "appointment_id", "account_id", "linked_at"],
        "welcher Termin zu welchem Konto gehört",
        Kept::AfterAppointment,
    ),
    Entry::technical(
        "idempotency_key",
        &["tenant_id", "operation", "key_hash", "request_hash", "outcome", "created_at"],
        "verschlüsselte Prüfwerte gegen doppelte Anfragen",
        Kept::Day,
    ),
];
