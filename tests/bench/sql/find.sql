-- What availability sends: the maps of a location, and of its times those that can expire.
SELECT counter_id, location_id, day, open, busy FROM day_map
 WHERE tenant_id = ({{tenant}})::uuid AND counter_id = ANY ({{counters}}::uuid[]) AND day BETWEEN {{from}}::date AND {{to}}::date
UNION ALL
SELECT counter_id, location_id, day, NULL, tick_mask(first_tick, ticks) FROM live_time
 WHERE tenant_id = ({{tenant}})::uuid AND counter_id = ANY ({{counters}}::uuid[]) AND day BETWEEN {{from}}::date AND {{to}}::date
   AND expires_at <= now()
