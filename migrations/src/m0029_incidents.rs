//! The register of incidents (Art. 33(5) GDPR). It names kinds and numbers of people, nobody.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    CREATE TABLE incident (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        title text NOT NULL CHECK (length(title) BETWEEN 3 AND 120),
        -- when the municipality heard of it: the 72 hours begin
        noticed_at timestamptz NOT NULL,
        description text NOT NULL CHECK (length(description) <= 2000),
        categories text NOT NULL CHECK (length(categories) <= 500),
        people bigint CHECK (people >= 0),
        measures text NOT NULL CHECK (length(measures) <= 2000),
        -- none is needed when there is no risk; then one says why
        authority_told_at timestamptz,
        no_report_reason text NOT NULL CHECK (length(no_report_reason) <= 500),
        people_told_at timestamptz,
        closed_at timestamptz,
        created_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id)
    );
    CREATE INDEX incident_age ON incident (tenant_id, created_at);
    ",
    [("incident", Write)]
);
