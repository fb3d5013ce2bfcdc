//! Walls that hold on every node of a cluster, too: Citus makes a restrictive policy a permissive one on its shards, so none
//! may open more there than the municipality's own (docs/operations.md).

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    ALTER POLICY tenant_only ON tenant USING (id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
    CREATE POLICY directory ON tenant FOR SELECT USING (true);
    COMMENT ON POLICY directory ON tenant IS 'reviewed: the directory is read before a municipality is known';
    DROP POLICY own_change ON tenant;
    DROP POLICY own_removal ON tenant;
    ALTER POLICY tenant_only ON host USING (tenant = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
    CREATE POLICY directory ON host FOR SELECT USING (true);
    COMMENT ON POLICY directory ON host IS 'reviewed: the directory is read before a municipality is known';
    DROP POLICY own_change ON host;
    DROP POLICY own_removal ON host;
    ",
    []
);
