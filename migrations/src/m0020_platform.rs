//! The operator's own realm: its role exists there and nowhere else, whatever the code says.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    ALTER TABLE account_role ADD CONSTRAINT account_role_realm
        CHECK ((role = 'operator') = (tenant_id = '00000000-0000-7000-8000-0000006f7073'));
    ALTER TABLE tenant ADD CONSTRAINT tenant_platform
        CHECK ((slug = 'ops') = (id = '00000000-0000-7000-8000-0000006f7073'));
    ",
    []
);
