-- What availability sends: the maps of a location, and of its times those that have expired.
SELECT counter_id, day, open, NULLIF(open_phone, open) AS open_phone, busy FROM day_map
 WHERE tenant_id = ({{tenant}})::uuid AND counter_id = ANY ({{counters}}::uuid[]) AND day BETWEEN {{from}}::date AND {{to}}::date
UNION ALL
SELECT counter_id, day, NULL, NULL, tick_mask(first_tick, ticks) FROM live_time
 WHERE tenant_id = ({{tenant}})::uuid AND counter_id = ANY ({{counters}}::uuid[]) AND day BETWEEN {{from}}::date AND {{to}}::date
   AND expires_at <= now()
