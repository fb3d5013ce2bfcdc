//! What people decide about their data: restriction (Art. 18 GDPR), no SMS (Art. 21), and the ledger of erasures.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    ALTER TABLE customer ADD COLUMN restricted_at timestamptz, ADD COLUMN no_sms_at timestamptz;
    ALTER TABLE account ADD COLUMN restricted_at timestamptz;

    -- a code that shows one's data to whoever reads the mail
    ALTER TABLE account_code DROP CONSTRAINT account_code_purpose_check;
    ALTER TABLE account_code ADD CONSTRAINT account_code_purpose_check
        CHECK (purpose IN ('register', 'sign-in', 'change-email', 'invite', 'notice', 'my-data'));

    -- Whose keys were destroyed at their own wish, as keyed hashes: they name nobody, and find the person again in a
    -- backup that is older than the erasure.
    CREATE TABLE erasure_ledger (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        subject_index bytea NOT NULL CHECK (length(subject_index) = 16),
        class text NOT NULL CHECK (class IN ('request', 'account', 'office')),
        erased_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, subject_index)
    );
    CREATE INDEX erasure_ledger_age ON erasure_ledger (tenant_id, erased_at);
    ",
    [("erasure_ledger", Append)]
);
