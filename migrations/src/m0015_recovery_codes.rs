//! What people of the office sign in with when their authenticator app is not at hand.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    -- A recovery code opens once: using it removes its row. Only a keyed hash is here.
    CREATE TABLE recovery_code (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        account_id uuid NOT NULL,
        hash bytea NOT NULL CHECK (length(hash) = 16),
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, account_id, hash),
        FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id) ON DELETE CASCADE
    );
    ",
    [("recovery_code", Write)]
);
