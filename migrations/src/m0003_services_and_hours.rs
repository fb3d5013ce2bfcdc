//! What can be booked where, and when the counters are open.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    CREATE TABLE location (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        key text NOT NULL,
        name jsonb NOT NULL,
        directions jsonb NOT NULL,
        street text NOT NULL,
        postal_code text NOT NULL,
        city text NOT NULL,
        office_email text NOT NULL,
        position integer NOT NULL,
        active boolean NOT NULL DEFAULT true,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, key)
    );
    CREATE TABLE service (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        key text NOT NULL,
        name jsonb NOT NULL,
        description jsonb NOT NULL,
        duration_minutes integer NOT NULL CHECK (duration_minutes BETWEEN 5 AND 480),
        extra_person_minutes integer NOT NULL CHECK (extra_person_minutes BETWEEN 0 AND 480),
        max_quantity integer NOT NULL CHECK (max_quantity BETWEEN 1 AND 50),
        fee jsonb,
        leika_key text CHECK (leika_key ~ '^99[0-9]{12}$'),
        words jsonb NOT NULL,
        documents jsonb NOT NULL,
        wanted integer NOT NULL,
        position integer NOT NULL,
        active boolean NOT NULL DEFAULT true,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, key)
    );
    CREATE TABLE counter (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        location_id uuid NOT NULL,
        key text NOT NULL,
        name text NOT NULL,
        position integer NOT NULL,
        active boolean NOT NULL DEFAULT true,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, location_id, key),
        FOREIGN KEY (tenant_id, location_id) REFERENCES location (tenant_id, id)
    );
    CREATE TABLE counter_service (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        counter_id uuid NOT NULL,
        service_id uuid NOT NULL,
        PRIMARY KEY (tenant_id, counter_id, service_id),
        FOREIGN KEY (tenant_id, counter_id) REFERENCES counter (tenant_id, id),
        FOREIGN KEY (tenant_id, service_id) REFERENCES service (tenant_id, id)
    );
    -- Minutes since local midnight; 1440 is the end of the day. Breaks are [[from, to], …] in the same unit.
    CREATE TABLE opening_rule (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        counter_id uuid NOT NULL,
        weekday integer NOT NULL CHECK (weekday BETWEEN 1 AND 7),
        from_minute integer NOT NULL CHECK (from_minute BETWEEN 0 AND 1435),
        to_minute integer NOT NULL CHECK (to_minute <= 1440),
        breaks jsonb NOT NULL,
        valid_from date,
        valid_to date,
        PRIMARY KEY (tenant_id, id),
        CHECK (to_minute > from_minute),
        CHECK (from_minute % 5 = 0 AND to_minute % 5 = 0),
        FOREIGN KEY (tenant_id, counter_id) REFERENCES counter (tenant_id, id)
    );
    CREATE INDEX opening_rule_counter ON opening_rule (tenant_id, counter_id);
    CREATE TABLE closure (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        location_id uuid,
        counter_id uuid,
        from_day date NOT NULL,
        to_day date NOT NULL,
        reason jsonb NOT NULL,
        PRIMARY KEY (tenant_id, id),
        CHECK (to_day >= from_day),
        FOREIGN KEY (tenant_id, location_id) REFERENCES location (tenant_id, id),
        FOREIGN KEY (tenant_id, counter_id) REFERENCES counter (tenant_id, id)
    );
    ",
    [
        ("location", Read),
        ("service", Read),
        ("counter", Read),
        ("counter_service", Read),
        ("opening_rule", Read),
        ("closure", Read),
    ]
);
