//! Many entries of the access log in one call: as arrays, because a statement with a parameter for each value is parsed
//! and planned anew for each number of entries.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    CREATE FUNCTION write_access_log(
        p_tenant uuid, p_ids uuid[], p_ips text[], p_requested_at timestamptz[], p_utc_offsets text[], p_paths text[],
        p_statuses integer[], p_bytes bigint[], p_referrers text[], p_browsers text[], p_systems text[],
        p_languages text[]
    ) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        -- row by row: Citus takes no INSERT … SELECT here (docs/adr/0002)
        FOR n IN 1 .. cardinality(p_ids) LOOP
            INSERT INTO access_log (tenant_id, id, ip, requested_at, utc_offset, path, status, bytes, referrer, browser,
                                    system, language)
            VALUES (p_tenant, p_ids[n], p_ips[n]::inet, p_requested_at[n], p_utc_offsets[n], p_paths[n], p_statuses[n],
                    p_bytes[n], p_referrers[n], p_browsers[n], p_systems[n], p_languages[n]);
        END LOOP;
    END $$;
    ",
    []
);
