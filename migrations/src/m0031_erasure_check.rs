//! What was looked for after an erasure, and what was left: numbers beside the ledger of erasures.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    CREATE TABLE erasure_check (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        subject_index bytea NOT NULL CHECK (length(subject_index) = 16),
        checked_at timestamptz NOT NULL,
        -- places that were looked at, and rows or keys that were found there
        places integer NOT NULL CHECK (places > 0),
        remains integer NOT NULL CHECK (remains >= 0),
        PRIMARY KEY (tenant_id, subject_index, checked_at)
    );
    CREATE INDEX erasure_check_age ON erasure_check (tenant_id, checked_at);
    -- Monitoring asks whether anything is left anywhere. Numbers and instants only.
    CREATE POLICY remains_overview ON erasure_check FOR SELECT
        USING (current_setting('app.system', true) = 'on');
    ",
    [("erasure_check", Append)]
);
