//! A municipality whose notice cannot say everything yet is a draft, and what the proof of the notice has found last.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    ALTER TABLE tenant DROP CONSTRAINT tenant_state_check;
    ALTER TABLE tenant ADD CONSTRAINT tenant_state_check CHECK (state IN ('draft', 'active', 'suspended'));

    -- The latest report only: what was seen, without data of a person.
    CREATE TABLE proof_report (
        tenant_id uuid PRIMARY KEY REFERENCES tenant (id),
        made_at timestamptz NOT NULL,
        notice_version integer NOT NULL,
        findings jsonb NOT NULL
    );
    ",
    [("proof_report", Keep)]
);
