//! Deletion by one schedule: how far it has come, and the receipts that it leaves.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    -- when address and date of birth were taken out of the record because their time was over
    ALTER TABLE customer ADD COLUMN reduced_at timestamptz;
    CREATE INDEX appointment_cancelled ON appointment (tenant_id, cancelled_at) WHERE cancelled_at IS NOT NULL;

    CREATE TABLE retention_state (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        category text NOT NULL,
        ran_at timestamptz NOT NULL,
        -- when the oldest row that is left is due; nothing that comes in later is due before
        next_due_at timestamptz NOT NULL,
        -- what was deleted and is in no receipt yet
        deleted bigint NOT NULL CHECK (deleted >= 0),
        -- the receipt that has what was deleted before
        receipt bigint NOT NULL,
        PRIMARY KEY (tenant_id, category)
    );
    -- Monitoring asks for the oldest row of all municipalities. Categories and instants only.
    CREATE POLICY overdue_overview ON retention_state FOR SELECT
        USING (current_setting('app.system', true) = 'on');

    CREATE TABLE deletion_receipt (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        number bigint NOT NULL CHECK (number > 0),
        from_at timestamptz NOT NULL,
        to_at timestamptz NOT NULL,
        counts jsonb NOT NULL,
        previous bytea NOT NULL CHECK (length(previous) = 32),
        -- Ed25519, by the installation
        signature bytea NOT NULL CHECK (length(signature) = 64),
        PRIMARY KEY (tenant_id, number),
        CHECK (to_at >= from_at)
    );
    CREATE INDEX deletion_receipt_age ON deletion_receipt (tenant_id, to_at);
    ",
    [("retention_state", Write), ("deletion_receipt", Append)]
);
