//! Requests under Art. 15 to 21 GDPR and their clock. The data that a request is about are not in it.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    CREATE TABLE privacy_request (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        reference text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('access', 'portability', 'rectification', 'erasure', 'restriction', 'objection')),
        state text NOT NULL CHECK (state IN ('open', 'lifting', 'restricted', 'done', 'refused')),
        channel text NOT NULL CHECK (channel IN ('self', 'mail', 'letter', 'phone', 'counter')),
        received_on date NOT NULL,
        due_on date NOT NULL,
        extended_until date,
        extension_reason text,
        refusal_reason text,
        answered_at timestamptz,
        answered_by text CHECK (answered_by IN ('self', 'mail', 'letter', 'counter')),
        reminded_on date,
        created_at timestamptz NOT NULL,
        -- Until the answer: who asks, sealed under a key of its own, and ids of what it is about.
        subject_id uuid,
        sealed bytea,
        about jsonb,
        PRIMARY KEY (tenant_id, id),
        CONSTRAINT privacy_request_reference UNIQUE (tenant_id, reference),
        CHECK ((state IN ('done', 'refused')) = (answered_at IS NOT NULL AND about IS NULL)),
        CHECK (state <> 'refused' OR refusal_reason IS NOT NULL),
        CHECK ((extended_until IS NULL) = (extension_reason IS NULL))
    );
    CREATE INDEX privacy_request_due ON privacy_request (tenant_id, state, due_on);
    ",
    [("privacy_request", Write)]
);
