//! Mails and SMS that are to be sent or were sent. Written at sending time, from ids: no text, no address here.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    CREATE TABLE message (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        appointment_id uuid NOT NULL,
        sequence integer NOT NULL,
        channel text NOT NULL CHECK (channel IN ('mail', 'sms')),
        audience text NOT NULL CHECK (audience IN ('citizen', 'office')),
        kind text NOT NULL CHECK (kind IN ('booked', 'moved', 'cancelled')),
        state text NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'skipped', 'unknown')),
        provider_id text,
        created_at timestamptz NOT NULL,
        settled_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, appointment_id, sequence, channel, audience),
        FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointment (tenant_id, id) ON DELETE CASCADE
    );
    CREATE INDEX message_settled ON message (tenant_id, settled_at);
    ",
    [("message", Write)]
);
