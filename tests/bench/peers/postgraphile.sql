-- What PostGraphile publishes: booking as one call, which is less than the product's two, and the 15-minute starts that
-- are free. Same tables, same row-level security.
CREATE SCHEMA peer;
GRANT USAGE ON SCHEMA peer TO {{app}};

CREATE FUNCTION peer.take(
    p_tenant uuid, p_location uuid, p_counters uuid[], p_service uuid, p_day date, p_first integer, p_morning bigint, p_slot integer
) RETURNS integer LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    p_id uuid := gen_random_uuid();
    got integer;
BEGIN
    PERFORM set_config('app.tenant_id', p_tenant::text, true);
    {{take}} INTO got;
    {{firm}} INTO got;
    RETURN got;
END $$;

CREATE FUNCTION peer.free_starts(p_tenant uuid, p_counters uuid[], p_from date, p_to date) RETURNS text[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
    PERFORM set_config('app.tenant_id', p_tenant::text, true);
    RETURN (
        SELECT array_agg(day || ' ' || tick ORDER BY day, tick)
          FROM (SELECT day, bit_or(free & free << 1 & free << 2) AS starts
                  FROM (SELECT day, open & ~busy AS free FROM day_map
                         WHERE tenant_id = p_tenant AND counter_id = ANY (p_counters) AND day BETWEEN p_from AND p_to) AS maps
                 GROUP BY day) AS days, generate_series(84, 252, 3) AS tick
         WHERE get_bit(starts, tick) = 1
    );
END $$;
