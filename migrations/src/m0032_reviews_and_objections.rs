//! When a restriction is looked at again (Art. 18 GDPR), and objections that are kept with the person (Art. 21).

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    ALTER TABLE privacy_request ADD COLUMN review_on date;
    ALTER TABLE customer ADD COLUMN no_reminders_at timestamptz, ADD COLUMN uncounted_at timestamptz;
    ALTER TABLE account ADD COLUMN uncounted_at timestamptz;
    ",
    []
);
