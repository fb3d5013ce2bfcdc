//! Accounts of citizens and of the office's people, the codes that are sent to them, how they signed in, and the audit
//! trail.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    -- A citizen's account or that of somebody of the office; both may have the same address. Name, address and number
    -- are sealed under the person's own key.
    CREATE TABLE account (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('citizen', 'staff')),
        state text NOT NULL CHECK (state IN ('active', 'locked')),
        subject_id uuid NOT NULL,
        sealed bytea NOT NULL,
        login_index bytea NOT NULL CHECK (length(login_index) = 16),
        password text,
        totp bytea,
        totp_step bigint NOT NULL DEFAULT 0,
        locale text NOT NULL,
        created_at timestamptz NOT NULL,
        last_used_at timestamptz,
        -- sessions that began before are over
        signed_out_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        CONSTRAINT account_login UNIQUE (tenant_id, kind, login_index)
    );
    CREATE INDEX account_use ON account (tenant_id, last_used_at);

    CREATE TABLE account_role (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        account_id uuid NOT NULL,
        role text NOT NULL,
        location_id uuid,
        PRIMARY KEY (tenant_id, id),
        CONSTRAINT account_role_once UNIQUE NULLS NOT DISTINCT (tenant_id, account_id, role, location_id),
        FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id) ON DELETE CASCADE,
        FOREIGN KEY (tenant_id, location_id) REFERENCES location (tenant_id, id)
    );

    -- A code that was sent. The code is derived, its hash is here; `sealed` is what it confirms, under `subject_id`'s key.
    CREATE TABLE account_code (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        purpose text NOT NULL CHECK (purpose IN ('register', 'sign-in', 'change-email', 'invite', 'notice')),
        account_id uuid,
        subject_id uuid,
        sealed bytea,
        code_hash bytea NOT NULL CHECK (length(code_hash) = 32),
        locale text NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        CONSTRAINT account_code_hash UNIQUE (tenant_id, code_hash),
        FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id) ON DELETE CASCADE
    );
    CREATE INDEX account_code_expiry ON account_code (tenant_id, expires_at);

    -- Notice, section 5: login, time and address of every attempt. The address is a table of its own, with a period of its own.
    CREATE TABLE sign_in (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('citizen', 'staff')),
        account_id uuid,
        login_index bytea NOT NULL,
        method text NOT NULL,
        result text NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id) ON DELETE CASCADE
    );
    CREATE INDEX sign_in_account ON sign_in (tenant_id, account_id, at);
    CREATE INDEX sign_in_age ON sign_in (tenant_id, at);
    CREATE TABLE sign_in_address (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        sign_in_id uuid NOT NULL,
        ip text NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, sign_in_id),
        FOREIGN KEY (tenant_id, sign_in_id) REFERENCES sign_in (tenant_id, id) ON DELETE CASCADE
    );
    CREATE INDEX sign_in_address_age ON sign_in_address (tenant_id, at);

    -- The audit trail: a chain of hashes per municipality. The service appends and reads; it can neither change nor
    -- remove an entry, until it is old.
    CREATE TABLE audit_entry (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        number bigint NOT NULL CHECK (number > 0),
        at timestamptz NOT NULL,
        actor text NOT NULL,
        actor_id uuid,
        action text NOT NULL,
        object text NOT NULL,
        object_id uuid,
        details jsonb NOT NULL,
        previous bytea NOT NULL CHECK (length(previous) = 32),
        hash bytea NOT NULL CHECK (length(hash) = 32),
        PRIMARY KEY (tenant_id, number)
    );
    CREATE INDEX audit_entry_age ON audit_entry (tenant_id, at);
    -- Whoever has the service's rights, by a fault of ours too, cannot remove what happened lately.
    CREATE POLICY lately ON audit_entry AS RESTRICTIVE FOR DELETE USING (at < now() - interval '90 days');
    CREATE TABLE audit_head (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        number bigint NOT NULL,
        hash bytea NOT NULL CHECK (length(hash) = 32),
        PRIMARY KEY (tenant_id)
    );
    ",
    [
        ("account", Write),
        ("account_role", Write),
        ("account_code", Write),
        ("sign_in", Write),
        ("sign_in_address", Write),
        ("audit_entry", Append),
        ("audit_head", Keep),
    ]
);
