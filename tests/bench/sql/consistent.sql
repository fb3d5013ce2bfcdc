-- What must be true whatever was measured: no two times of a counter overlap, and the maps say what the times say.
SELECT (SELECT count(*) FROM live_time a JOIN live_time b ON a.tenant_id = b.tenant_id AND a.counter_id = b.counter_id AND a.id < b.id
           AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at)
     + (SELECT count(*) FROM day_map m LEFT JOIN (
            SELECT tenant_id, counter_id, day, bit_or(tick_mask(first_tick, ticks)) AS mask FROM live_time GROUP BY 1, 2, 3
        ) AS t USING (tenant_id, counter_id, day)
        WHERE m.busy <> coalesce(t.mask, repeat('0', 300)::bit(300)))
