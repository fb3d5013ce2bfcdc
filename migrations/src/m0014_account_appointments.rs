//! Appointments that belong to an account; when the owner of an unused account was warned; how many mails an address got.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    -- An appointment is a guest's unless it stands here. It outlives the account, as a guest's.
    CREATE TABLE account_appointment (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        appointment_id uuid NOT NULL,
        account_id uuid NOT NULL,
        linked_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, appointment_id),
        FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointment (tenant_id, id) ON DELETE CASCADE,
        FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id) ON DELETE CASCADE
    );
    CREATE INDEX account_appointment_account ON account_appointment (tenant_id, account_id);

    ALTER TABLE account ADD COLUMN warned_at timestamptz;
    CREATE INDEX account_subject ON account (tenant_id, subject_id);
    ALTER TABLE account_code ADD COLUMN address_index bytea;
    CREATE INDEX account_code_address ON account_code (tenant_id, address_index, created_at);
    ",
    [("account_appointment", Write)]
);
