//! Which municipalities exist, and what they have configured.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    -- The directory. Read before a tenant is known, so it has no tenant policy; it names municipalities, not people.
    CREATE TABLE tenant (
        id uuid PRIMARY KEY,
        slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
        name text NOT NULL,
        state text NOT NULL CHECK (state IN ('active', 'suspended')),
        notice_version integer NOT NULL DEFAULT 0,
        revision bigint NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL
    );
    -- A municipality's own domains beside <slug>.<base domain>.
    CREATE TABLE host (
        name text PRIMARY KEY CHECK (name = lower(name)),
        tenant uuid NOT NULL REFERENCES tenant (id)
    );
    DO $$ BEGIN
        EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', current_setting('app.application_role'));
        EXECUTE format('GRANT SELECT ON tenant, host TO %I', current_setting('app.application_role'));
        EXECUTE format('GRANT SELECT ON seaql_migrations TO %I', current_setting('app.application_role'));
    END $$;

    CREATE TABLE controller (
        tenant_id uuid PRIMARY KEY REFERENCES tenant (id),
        name text NOT NULL,
        street text NOT NULL,
        postal_code text NOT NULL,
        city text NOT NULL,
        email text NOT NULL
    );
    CREATE TABLE recipient (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        position integer NOT NULL,
        role text NOT NULL CHECK (role IN ('operator', 'hosting', 'sms', 'email', 'other')),
        name text NOT NULL,
        street text NOT NULL,
        postal_code text NOT NULL,
        city text NOT NULL,
        contract_on date NOT NULL,
        PRIMARY KEY (tenant_id, id)
    );
    -- Typed by `tenant::Settings`; read and written whole.
    CREATE TABLE settings (
        tenant_id uuid PRIMARY KEY REFERENCES tenant (id),
        document jsonb NOT NULL
    );
    CREATE TABLE coat_of_arms (
        tenant_id uuid PRIMARY KEY REFERENCES tenant (id),
        svg text NOT NULL CHECK (length(svg) <= 100000)
    );
    ",
    [("controller", Read), ("recipient", Read), ("settings", Read), ("coat_of_arms", Read)]
);
