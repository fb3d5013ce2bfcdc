//! Wrapped keys, in a schema of their own so that long-lived backups can leave them out, and the job table.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    CREATE SCHEMA keys;
    DO $$ BEGIN
        EXECUTE format('GRANT USAGE ON SCHEMA keys TO %I', current_setting('app.application_role'));
    END $$;
    CREATE TABLE keys.tenant_key (
        tenant_id uuid PRIMARY KEY REFERENCES tenant (id),
        wrapped bytea NOT NULL,
        created_at timestamptz NOT NULL
    );
    CREATE TABLE keys.subject_key (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        subject_id uuid NOT NULL,
        wrapped bytea NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, subject_id)
    );

    CREATE TABLE job (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        kind text NOT NULL,
        payload jsonb NOT NULL,
        run_at timestamptz NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        lease bigint NOT NULL DEFAULT 0,
        lease_until timestamptz,
        state text NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'dead')),
        last_error text,
        request_id text NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id)
    );
    CREATE INDEX job_due ON job (tenant_id, run_at) WHERE state = 'ready';
    -- The worker's round asks which tenants have work before it acts for one of them. Ids only.
    CREATE POLICY due_overview ON job FOR SELECT
        USING (current_setting('app.system', true) = 'on');
    ",
    [("keys.tenant_key", Read), ("keys.subject_key", Write), ("job", Write)]
);
