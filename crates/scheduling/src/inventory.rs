//! What the tables of this crate hold.

use kernel::inventory::{Entry, Kept, OnErasure, Purpose, Whose};

const fn citizen(
    table: &'static str,
    columns: &'static [&'static str],
    holds: &'static str,
    kept: Kept,
    on_erasure: OnErasure,
) -> Entry {
    Entry {
        table,
        columns,
        whose: Whose::Citizen,
        holds,
        purpose: Purpose::Appointment,
        kept,
        on_erasure,
        sealed: false,
    }
}

/// The privacy inventory of calendar, appointments and customers.
pub const INVENTORY: &[Entry] = &[
    Entry::municipality(
        "location",
        &[
            "tenant_id", "id", "key", "name", "directions", "street", "postal_code", "city",
            "office_email", "position", "active",
        ],
        "Standorte",
    ),
    Entry::municipality(
        "service",
        &[
            "tenant_id", "id", "key", "name", "description", "duration_minutes",
            "extra_person_minutes", "max_quantity", "fee", "leika_key", "words", "documents",
            "wanted", "position", "active",
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
            "tenant_id", "id", "counter_id", "weekday", "from_minute", "to_minute", "breaks",
            "valid_from", "valid_to",
        ],
        "Öffnungszeiten",
    ),
    Entry::municipality(
        "closure",
        &["tenant_id", "id", "location_id", "counter_id", "from_day", "to_day", "reason"],
        "Schließtage",
    ),
    Entry::technical(
        "day_map",
        &["tenant_id", "counter_id", "day", "location_id", "open", "busy"],
        "offene und belegte Zeiten je Schalter und Tag, ohne Bezug zu Personen",
        Kept::UntilDone,
    ),
    citizen(
        "live_time",
        &[
            "tenant_id", "id", "location_id", "counter_id", "day", "first_tick", "ticks", "starts_at",
            "ends_at", "expires_at",
        ],
        "gehaltene und gebuchte Zeiten, die noch nicht vorbei sind",
        Kept::UntilDone,
        OnErasure::Delete,
    ),
    citizen(
        "reservation",
        &[
            "tenant_id", "id", "token_hash", "location_id", "counter_id", "starts_at", "ends_at",
            "items", "expires_at", "extended", "created_at",
        ],
        "Reservierung ohne Angaben zur Person",
        Kept::Reservation,
        OnErasure::Delete,
    ),
    Entry {
        sealed: true,
        ..citizen(
            "customer",
            &["sealed"],
            "Vorname, Nachname, E-Mail-Adresse, Mobilnummer; freiwillig: Anschrift, Geburtsdatum",
            Kept::AfterAppointment,
            OnErasure::Shred,
        )
    },
    citizen(
        "customer",
        &["tenant_id", "subject_id", "email_index", "phone_index", "name_index", "created_at"],
        "Kennung und verschlüsselte Suchwerte der Person",
        Kept::AfterAppointment,
        OnErasure::Delete,
    ),
    citizen(
        "appointment",
        &[
            "tenant_id", "id", "reference", "status", "location_id", "counter_id", "starts_at",
            "ends_at", "sequence", "manage_hash", "reservation_hash", "locale", "notice_version",
            "booked_at", "changed_at", "cancelled_at",
        ],
        "Termin: Zeit, Ort, Stand, Sprache, Fassung der Datenschutzerklärung",
        Kept::AfterAppointment,
        OnErasure::Delete,
    ),
    citizen(
        "appointment",
        &["subject_id"],
        "Verweis auf die Person",
        Kept::AfterAppointment,
        OnErasure::Anonymise,
    ),
    citizen(
        "appointment_item",
        &["tenant_id", "appointment_id", "position", "service_id", "quantity"],
        "gebuchte Leistungen und Anzahl der Personen",
        Kept::AfterAppointment,
        OnErasure::Delete,
    ),
    Entry::technical(
        "idempotency_key",
        &["tenant_id", "operation", "key_hash", "request_hash", "outcome", "created_at"],
        "verschlüsselte Prüfwerte gegen doppelte Anfragen",
        Kept::Day,
    ),
];
