//! The history of an appointment. That it was booked by a citizen is not in it: the appointment says so itself.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    CREATE TABLE appointment_event (
        -- through the appointment (see m0012)
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        appointment_id uuid NOT NULL,
        at timestamptz NOT NULL,
        actor text NOT NULL CHECK (actor IN ('citizen', 'account', 'staff', 'program', 'worker', 'operator')),
        -- of the office only
        actor_id uuid CHECK (actor_id IS NULL OR actor IN ('staff', 'program')),
        what text NOT NULL CHECK (what IN ('booked', 'moved', 'corrected', 'cancelled')),
        from_location uuid,
        from_starts_at timestamptz,
        to_location uuid,
        to_starts_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointment (tenant_id, id) ON DELETE CASCADE
    );
    CREATE INDEX appointment_event_of ON appointment_event (tenant_id, appointment_id, at);
    ",
    [("appointment_event", Write)]
);
