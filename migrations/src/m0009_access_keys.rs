//! Access keys of the office. The token is not stored, only its hash.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    CREATE TABLE access_key (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
        token_hash bytea NOT NULL CHECK (length(token_hash) = 32),
        scopes text NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        last_used_at timestamptz,
        revoked_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        CONSTRAINT access_key_token UNIQUE (tenant_id, token_hash)
    );
    ",
    [("access_key", Write)]
);
