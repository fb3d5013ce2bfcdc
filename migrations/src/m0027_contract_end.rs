//! The end of a contract, and the operator's access to people's data in between: only for some hours, only when the
//! municipality says so, and never unseen.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    CREATE TABLE tenant_ending (
        tenant_id uuid PRIMARY KEY REFERENCES tenant (id),
        announced_at timestamptz NOT NULL,
        delete_after timestamptz NOT NULL,
        CHECK (delete_after >= announced_at)
    );

    CREATE TABLE support_grant (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('grant', 'break-glass')),
        reason text NOT NULL CHECK (length(reason) BETWEEN 5 AND 200),
        -- the account of the office; the operator breaks the glass without one
        granted_by uuid CHECK ((granted_by IS NULL) = (kind = 'break-glass')),
        granted_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        revoked_at timestamptz,
        last_used_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        CHECK (expires_at >= granted_at)
    );
    CREATE INDEX support_grant_end ON support_grant (tenant_id, expires_at);

    -- The owner deletes a whole municipality at the end of its contract, its trail too. What the service may not do does not
    -- change.
    DO $$ BEGIN
        EXECUTE format('ALTER POLICY lately ON audit_entry TO %I', current_setting('app.application_role'));
    END $$;
    ",
    [("tenant_ending", Write), ("support_grant", Write)]
);
