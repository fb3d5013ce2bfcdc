//! What hot paths need not pay for.
//!
//! * Many entries of the access log are written in one call, as arrays: a statement with a parameter for each value is parsed
//!   and planned anew for each number of entries.
//! * Each insert locked the municipality's row of `tenant` for its foreign key, all bookings of a town the same one. Where another
//!   foreign key leads to the municipality anyway (through counter, location or appointment), that one is enough.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    ALTER TABLE live_time DROP CONSTRAINT live_time_tenant_id_fkey;          -- counter
    ALTER TABLE reservation DROP CONSTRAINT reservation_tenant_id_fkey;      -- location
    ALTER TABLE appointment DROP CONSTRAINT appointment_tenant_id_fkey;      -- location, counter
    ALTER TABLE appointment_item DROP CONSTRAINT appointment_item_tenant_id_fkey; -- appointment, service
    ALTER TABLE day_map DROP CONSTRAINT day_map_tenant_id_fkey;              -- counter

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
