//! Passkeys of accounts.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    -- What we know of a key that its owner keeps. `user_handle` is random and the same for all passkeys of an account;
    -- `name` is sealed under the person's own key.
    CREATE TABLE passkey (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        account_id uuid NOT NULL,
        credential_id bytea NOT NULL CHECK (length(credential_id) BETWEEN 1 AND 1023),
        user_handle bytea NOT NULL CHECK (length(user_handle) = 32),
        public_key bytea NOT NULL,
        sign_count bigint NOT NULL CHECK (sign_count BETWEEN 0 AND 4294967295),
        is_backup_eligible boolean NOT NULL,
        is_backed_up boolean NOT NULL,
        name bytea NOT NULL,
        created_at timestamptz NOT NULL,
        last_used_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        CONSTRAINT passkey_credential UNIQUE (tenant_id, credential_id),
        FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id) ON DELETE CASCADE
    );
    CREATE INDEX passkey_account ON passkey (tenant_id, account_id);
    ",
    [("passkey", Write)]
);
