//! What the operator does at runtime: create, change, suspend and resume municipalities, and prove their domains. The
//! service may now write what only the owner's commands wrote, each municipality's rows in its own transaction alone.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    ALTER TABLE tenant ADD COLUMN suspended_at timestamptz;
    ALTER TABLE tenant ADD COLUMN suspended_for text CHECK (length(suspended_for) BETWEEN 5 AND 200);

    -- A domain is served once its owner has published the token. Without a token it is older than the proof, or written by
    -- a release that knew none, and stays served.
    ALTER TABLE host ADD COLUMN token text CHECK (length(token) = 32);
    ALTER TABLE host ADD COLUMN is_listed boolean NOT NULL DEFAULT true;
    ALTER TABLE host ADD COLUMN added_at timestamptz;
    ALTER TABLE host ADD COLUMN proven_at timestamptz;
    ALTER TABLE host ADD COLUMN checked_at timestamptz;
    ALTER TABLE host ADD COLUMN failing_since timestamptz;

    -- The directory is read before a tenant is known. It is written for the transaction's own municipality only.
    ALTER TABLE tenant ENABLE ROW LEVEL SECURITY;
    ALTER TABLE tenant FORCE ROW LEVEL SECURITY;
    CREATE POLICY tenant_only ON tenant
      USING (true) WITH CHECK (id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
    CREATE POLICY own_change ON tenant AS RESTRICTIVE FOR UPDATE
      USING (id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
    CREATE POLICY own_removal ON tenant AS RESTRICTIVE FOR DELETE
      USING (id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
    ALTER TABLE host ENABLE ROW LEVEL SECURITY;
    ALTER TABLE host FORCE ROW LEVEL SECURITY;
    CREATE POLICY tenant_only ON host
      USING (true) WITH CHECK (tenant = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
    CREATE POLICY own_change ON host AS RESTRICTIVE FOR UPDATE
      USING (tenant = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
    CREATE POLICY own_removal ON host AS RESTRICTIVE FOR DELETE
      USING (tenant = NULLIF(current_setting('app.tenant_id', true), '')::uuid);

    DO $$ BEGIN
        EXECUTE format('GRANT INSERT, UPDATE ON tenant, keys.tenant_key TO %I', current_setting('app.application_role'));
        EXECUTE format('GRANT INSERT, UPDATE, DELETE ON host, controller, recipient, settings, coat_of_arms TO %I',
                       current_setting('app.application_role'));
        -- recipients of a served municipality come into force by their announcement alone (m0030)
        EXECUTE format('CREATE POLICY draft_insert ON recipient AS RESTRICTIVE FOR INSERT TO %I
            WITH CHECK (EXISTS (SELECT FROM tenant t WHERE t.id = tenant_id AND t.state = ''draft''))',
            current_setting('app.application_role'));
        EXECUTE format('CREATE POLICY draft_change ON recipient AS RESTRICTIVE FOR UPDATE TO %I
            USING (EXISTS (SELECT FROM tenant t WHERE t.id = tenant_id AND t.state = ''draft''))',
            current_setting('app.application_role'));
        EXECUTE format('CREATE POLICY draft_removal ON recipient AS RESTRICTIVE FOR DELETE TO %I
            USING (EXISTS (SELECT FROM tenant t WHERE t.id = tenant_id AND t.state = ''draft''))',
            current_setting('app.application_role'));
    END $$;

    -- Keys for the platform exist in the operator's own realm only, whatever the code says.
    ALTER TABLE access_key ADD CONSTRAINT access_key_realm
        CHECK (scopes NOT LIKE '%platform-%' OR tenant_id = '00000000-0000-7000-8000-0000006f7073');
    ",
    []
);
