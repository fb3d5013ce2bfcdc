//! What limits misuse: the SMS of a day are counted, and who signs in where they usually do is known without reading all
//! of the history.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    CREATE TABLE sms_count (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        day date NOT NULL,
        -- a keyed hash, another one every day; empty: the municipality's own count
        number bytea NOT NULL,
        count integer NOT NULL CHECK (count > 0),
        PRIMARY KEY (tenant_id, day, number)
    );
    ALTER TABLE message ADD COLUMN counted_on date;
    ALTER TABLE message DROP CONSTRAINT message_state_check;
    ALTER TABLE message ADD CONSTRAINT message_state_check
        CHECK (state IN ('waiting', 'sent', 'failed', 'skipped', 'over-budget', 'unknown'));

    CREATE INDEX sign_in_login ON sign_in (tenant_id, login_index, at);
    ",
    [("sms_count", Write)]
);
