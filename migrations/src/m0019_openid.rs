//! Which account somebody of the office has who signs in through the municipality's own provider.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    -- The provider's name for a person is theirs: found by a keyed hash, and kept nowhere.
    CREATE TABLE openid_link (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        account_id uuid NOT NULL,
        issuer text NOT NULL,
        subject_index bytea NOT NULL CHECK (length(subject_index) = 16),
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        CONSTRAINT openid_link_subject UNIQUE (tenant_id, subject_index),
        -- one person of a provider per account
        CONSTRAINT openid_link_account UNIQUE (tenant_id, account_id, issuer),
        FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id) ON DELETE CASCADE
    );
    ",
    [("openid_link", Write)]
);
