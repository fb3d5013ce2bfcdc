//! Reservations, appointments and the customer database.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    CREATE TABLE reservation (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        token_hash bytea NOT NULL,
        location_id uuid NOT NULL,
        counter_id uuid NOT NULL,
        starts_at timestamptz NOT NULL,
        ends_at timestamptz NOT NULL,
        items jsonb NOT NULL,
        expires_at timestamptz NOT NULL,
        extended boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, token_hash),
        FOREIGN KEY (tenant_id, location_id) REFERENCES location (tenant_id, id)
    );
    CREATE INDEX reservation_expiry ON reservation (tenant_id, expires_at);

    -- The customer database. Everything about the person is sealed under the person's own key; the indexes are
    -- keyed hashes that find an equal value within this tenant.
    CREATE TABLE customer (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        subject_id uuid NOT NULL,
        sealed bytea NOT NULL,
        email_index bytea,
        phone_index bytea,
        name_index bytea NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, subject_id)
    );
    CREATE INDEX customer_email ON customer (tenant_id, email_index);
    CREATE INDEX customer_phone ON customer (tenant_id, phone_index);
    CREATE INDEX customer_name ON customer (tenant_id, name_index);

    CREATE TABLE appointment (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        reference text NOT NULL,
        status text NOT NULL CHECK (status IN ('PENDING', 'CONFIRMED', 'CHECKED_IN', 'CALLED', 'SERVING',
                                               'COMPLETED', 'NO_SHOW', 'CANCELLED')),
        location_id uuid NOT NULL,
        counter_id uuid NOT NULL,
        starts_at timestamptz NOT NULL,
        ends_at timestamptz NOT NULL,
        subject_id uuid,
        sequence integer NOT NULL DEFAULT 0,
        manage_hash bytea NOT NULL,
        reservation_hash bytea NOT NULL,
        locale text NOT NULL,
        notice_version integer NOT NULL,
        booked_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        cancelled_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, reference),
        UNIQUE (tenant_id, manage_hash),
        UNIQUE (tenant_id, reservation_hash),
        CHECK (ends_at > starts_at),
        FOREIGN KEY (tenant_id, location_id) REFERENCES location (tenant_id, id),
        FOREIGN KEY (tenant_id, counter_id) REFERENCES counter (tenant_id, id),
        FOREIGN KEY (tenant_id, subject_id) REFERENCES customer (tenant_id, subject_id)
            ON DELETE SET NULL (subject_id)
    );
    CREATE INDEX appointment_day ON appointment (tenant_id, location_id, starts_at);
    CREATE INDEX appointment_subject ON appointment (tenant_id, subject_id);
    CREATE INDEX appointment_end ON appointment (tenant_id, ends_at);
    CREATE TABLE appointment_item (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        appointment_id uuid NOT NULL,
        position integer NOT NULL,
        service_id uuid NOT NULL,
        quantity integer NOT NULL CHECK (quantity > 0),
        PRIMARY KEY (tenant_id, appointment_id, position),
        FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointment (tenant_id, id) ON DELETE CASCADE,
        FOREIGN KEY (tenant_id, service_id) REFERENCES service (tenant_id, id)
    );

    -- The same key gives the same outcome for 24 hours. Hashes and ids only.
    CREATE TABLE idempotency_key (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        operation text NOT NULL,
        key_hash bytea NOT NULL,
        request_hash bytea NOT NULL,
        outcome uuid NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, operation, key_hash)
    );
    CREATE INDEX idempotency_key_age ON idempotency_key (tenant_id, created_at);
    ",
    [
        ("reservation", Write),
        ("customer", Write),
        ("appointment", Write),
        ("appointment_item", Write),
        ("idempotency_key", Write),
    ]
);
