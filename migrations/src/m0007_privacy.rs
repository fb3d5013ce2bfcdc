//! The versions of the privacy notice, and the access log of §4 with its ten fields.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    CREATE TABLE privacy_notice (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        version integer NOT NULL CHECK (version > 0),
        locale text NOT NULL,
        effective_from date NOT NULL,
        sections jsonb NOT NULL,
        hash bytea NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, version, locale)
    );
    CREATE TABLE access_log (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        ip inet NOT NULL,
        requested_at timestamptz NOT NULL,
        utc_offset text NOT NULL,
        path text NOT NULL,
        status integer NOT NULL,
        bytes bigint NOT NULL,
        referrer text NOT NULL,
        browser text NOT NULL,
        system text NOT NULL,
        language text NOT NULL,
        PRIMARY KEY (tenant_id, id)
    );
    CREATE INDEX access_log_age ON access_log (tenant_id, requested_at);
    ",
    [("privacy_notice", Read), ("access_log", Write)]
);
