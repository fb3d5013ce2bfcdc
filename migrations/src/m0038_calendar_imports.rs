//! Imports of another system's calendar: what came of each, and which entry became which appointment.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    CREATE TABLE calendar_import (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('appointments', 'absences')),
        made_by uuid,
        entries bigint NOT NULL,
        known bigint NOT NULL,
        made bigint NOT NULL DEFAULT 0,
        refused bigint NOT NULL,
        -- whether the people get the messages of a booking
        tells boolean NOT NULL,
        -- absences become a draft; thrown away, it was no import
        change_id uuid,
        created_at timestamptz NOT NULL,
        undone_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, change_id) REFERENCES calendar_change (tenant_id, id) ON DELETE CASCADE
    );
    -- The same entry is imported once, as long as its appointment is kept. The hash is keyed: it finds, and says nothing.
    CREATE TABLE calendar_import_row (
        -- through the appointment (see m0012)
        tenant_id uuid NOT NULL,
        key_hash bytea NOT NULL,
        import_id uuid NOT NULL,
        appointment_id uuid NOT NULL,
        PRIMARY KEY (tenant_id, key_hash),
        FOREIGN KEY (tenant_id, import_id) REFERENCES calendar_import (tenant_id, id),
        FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointment (tenant_id, id) ON DELETE CASCADE
    );
    CREATE INDEX calendar_import_row_of ON calendar_import_row (tenant_id, import_id);
    CREATE INDEX calendar_import_row_appointment ON calendar_import_row (tenant_id, appointment_id);
    ",
    [("calendar_import", Write), ("calendar_import_row", Write)]
);
