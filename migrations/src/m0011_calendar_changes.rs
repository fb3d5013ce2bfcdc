//! Drafts of calendar changes, what undoes them, and what the office tells people whose appointments change.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    -- A draft holds edits, not a copy of the rules, and the revision of the calendar that it was made on. What was
    -- published also holds the edits that undo it.
    CREATE TABLE calendar_change (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        title text NOT NULL CHECK (length(title) BETWEEN 1 AND 100),
        state text NOT NULL CHECK (state IN ('draft', 'published', 'undone')),
        document jsonb NOT NULL,
        base_revision bigint NOT NULL,
        undo jsonb,
        -- the access key; no person
        made_by uuid,
        created_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        published_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        CHECK ((state = 'draft') = (undo IS NULL)),
        CHECK ((state = 'draft') = (published_at IS NULL))
    );

    -- What the office says about moved and cancelled appointments, by language. Messages refer to it by id.
    CREATE TABLE office_note (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        text jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id)
    );
    CREATE INDEX office_note_age ON office_note (tenant_id, created_at);
    ",
    [("calendar_change", Write), ("office_note", Write)]
);
