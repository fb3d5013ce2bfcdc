-- What reserveSlot sends, as one statement. `won` is 1 when the time was free.
WITH place AS MATERIALIZED (
    SELECT {{scope}} ({{tenant}})::uuid AS tenant, {{id}} AS id, {{location}}::uuid AS location, {{day}}::date AS day,
           ({{first_tick}} + :s::int * 3)::int AS first, {{counters}}::uuid[] AS counters,
           to_timestamp({{morning}} + :s::int * 900) AS starts_at
), claimed AS MATERIALIZED (
    SELECT p.*, claim_time(p.tenant, p.location, p.day, p.first, 3, p.counters, now(), p.id, p.starts_at,
                           p.starts_at + interval '15 minutes', now() + interval '15 minutes') AS counter
      FROM place p
), held AS (
    INSERT INTO reservation (tenant_id, id, token_hash, location_id, counter_id, starts_at, ends_at, items, expires_at,
                             extended, created_at)
    SELECT c.tenant, c.id, sha256(uuid_send(c.id)), c.location, c.counter, c.starts_at,
           c.starts_at + interval '15 minutes', jsonb_build_array(jsonb_build_object('service', {{service}}, 'quantity', 1)),
           now() + interval '15 minutes', false, now()
      FROM claimed c WHERE c.counter IS NOT NULL
    RETURNING 1
)
SELECT count(*)::int AS won FROM held
