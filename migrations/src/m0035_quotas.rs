//! Limits of single municipalities, set by the operator.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    CREATE TABLE tenant_quota (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        name text NOT NULL CHECK (name IN ('people', 'access-keys', 'requests-per-minute')),
        most integer NOT NULL CHECK (most > 0),
        PRIMARY KEY (tenant_id, name)
    );
    ",
    [("tenant_quota", Write)]
);
