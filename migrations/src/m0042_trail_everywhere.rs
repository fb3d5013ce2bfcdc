//! The same for the audit trail, in a step of its own: whoever writes an entry locks the trail first and its municipality then.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    ALTER POLICY lately ON audit_entry USING (
        tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid AND at < now() - interval '90 days');
    ",
    []
);
