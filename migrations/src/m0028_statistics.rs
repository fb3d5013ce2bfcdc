//! How the service is used, as counts: no person, no session, no address.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    CREATE TABLE usage_count (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        day date NOT NULL,
        part text NOT NULL CHECK (part IN ('morning', 'afternoon', 'evening')),
        step text NOT NULL CHECK (step IN ('start', 'times', 'details', 'booked')),
        -- nil for what belongs to no service; no foreign key: a service that is gone was used nevertheless
        service_id uuid NOT NULL,
        count bigint NOT NULL CHECK (count > 0),
        PRIMARY KEY (tenant_id, day, part, step, service_id)
    );
    ",
    [("usage_count", Write)]
);
