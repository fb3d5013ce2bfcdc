-- What reserveSlot sends, as one statement. `won` is 1 when the time was free.
WITH place AS MATERIALIZED (
    SELECT {{scope}} ({{tenant}})::uuid AS tenant, {{id}} AS id, {{location}}::uuid AS location, {{day}}::date AS day,
           ({{first_tick}} + :s::int * 3)::int AS first, {{counters}}::uuid[] AS counters, {{service}}::text AS service,
           to_timestamp({{morning}} + :s::int * 900) AS starts_at,
           to_timestamp({{morning}} + :s::int * 900 + 900) AS ends_at
)
SELECT (reserve_slot(
           tenant,
           ROW(id, location, day, first, 3, 0, 3, counters, array_fill(1, ARRAY[cardinality(counters)]), 'online', NULL,
               starts_at, ends_at, now() + interval '15 minutes')::wanted_time,
           now(), sha256(uuid_send(id)), starts_at, ends_at,
           jsonb_build_array(jsonb_build_object('service', service, 'quantity', 1)), NULL, NULL, NULL
       ) = 'held')::int AS won
  FROM place
