-- Past and future appointments in bulk: {{past}} in the last year and {{future}} in the days that can be booked. Keys and
-- indexes are switched off while the rows are written and rebuilt afterwards; the rows obey them.
SET session_replication_role = replica;
SET synchronous_commit = off;
SET maintenance_work_mem = '1GB';
SET work_mem = '256MB';

CREATE TEMP TABLE place AS
SELECT row_number() OVER (ORDER BY l.tenant_id, c.id) - 1 AS n, l.tenant_id, l.id AS location_id, c.id AS counter_id, s.id AS service_id
  FROM location l JOIN counter c ON c.tenant_id = l.tenant_id AND c.location_id = l.id
  JOIN service s ON s.tenant_id = l.tenant_id JOIN tenant t ON t.id = l.tenant_id WHERE t.slug ~ '^t[0-9]';

-- Which of the places of the coming days are taken: a random choice, each at most once.
CREATE TEMP TABLE taken AS
SELECT m.tenant_id, m.location_id, m.counter_id, m.day, position('1' in m.open::text) - 1 + slot * 3 AS first_tick
  FROM day_map m JOIN place p ON p.tenant_id = m.tenant_id AND p.counter_id = m.counter_id, generate_series(0, 39) AS slot
 WHERE m.day > current_date + 1 AND bit_count(m.open) >= 120
 ORDER BY md5(m.counter_id::text || m.day || slot) LIMIT {{future}};

CREATE TEMP TABLE filling AS
SELECT p.n AS place, NULL::date AS day, NULL::int AS first_tick,
       date_trunc('day', now()) - make_interval(days => (2 + g / 40 % 365)::int) + make_interval(mins => (480 + g % 40 * 15)::int) AS starts_at,
       g AS number
  FROM generate_series(1, {{past}}) AS g JOIN place p ON p.n = g % (SELECT count(*) FROM place)
UNION ALL
SELECT p.n, k.day, k.first_tick,
       k.day::timestamp AT TIME ZONE 'Europe/Berlin' + make_interval(mins => k.first_tick * 5),
       {{past}} + row_number() OVER (ORDER BY k.day, k.first_tick)
  FROM taken k JOIN place p ON p.counter_id = k.counter_id;

-- rows of before are kept: ids go on where they ended
CREATE TEMP TABLE fresh AS
SELECT f.*, p.tenant_id, p.location_id, p.counter_id, p.service_id,
       ('00000001' || lpad(to_hex({{base}} + f.number), 8, '0') || '8000800000000000')::uuid AS id,
       sha256(int8send({{base}} + f.number)) AS hash
  FROM filling f JOIN place p ON p.n = f.place ORDER BY f.number;

UPDATE pg_index SET indisready = false
 WHERE indrelid IN ('keys.subject_key'::regclass, 'customer'::regclass, 'appointment'::regclass, 'appointment_item'::regclass);

INSERT INTO keys.subject_key (tenant_id, subject_id, wrapped, created_at)
SELECT tenant_id, id, substr(hash || hash, 1, 60), now() FROM fresh;
INSERT INTO customer (tenant_id, subject_id, sealed, email_index, phone_index, name_index, created_at)
SELECT tenant_id, id, hash || hash || hash || hash || hash || hash, substr(hash, 1, 16), substr(hash, 5, 16), substr(hash, 9, 16), now()
  FROM fresh;
INSERT INTO appointment (tenant_id, id, reference, status, location_id, counter_id, starts_at, ends_at, subject_id, sequence,
                         manage_hash, reservation_hash, locale, notice_version, booked_at, changed_at)
SELECT tenant_id, id, substr(encode(hash, 'hex'), 1, 12), CASE WHEN day IS NULL THEN 'COMPLETED' ELSE 'CONFIRMED' END, location_id,
       counter_id, starts_at, starts_at + interval '15 minutes', id, 0, sha256(hash), hash, 'de', 1, now(), now()
  FROM fresh;
INSERT INTO appointment_item (tenant_id, appointment_id, position, service_id, quantity)
SELECT tenant_id, id, 0, service_id, 1 FROM fresh;

REINDEX TABLE keys.subject_key;
REINDEX TABLE customer;
REINDEX TABLE appointment;
REINDEX TABLE appointment_item;

INSERT INTO live_time (tenant_id, id, location_id, counter_id, day, first_tick, ticks, starts_at, ends_at, expires_at)
SELECT tenant_id, id, location_id, counter_id, day, first_tick, 3, starts_at, starts_at + interval '15 minutes', NULL
  FROM fresh WHERE day IS NOT NULL;
UPDATE day_map m SET busy = m.busy | f.mask
  FROM (SELECT tenant_id, counter_id, day, bit_or(tick_mask(first_tick, 3)) AS mask FROM fresh WHERE day IS NOT NULL GROUP BY 1, 2, 3) AS f
 WHERE m.tenant_id = f.tenant_id AND m.counter_id = f.counter_id AND m.day = f.day;
DROP TABLE fresh, filling, taken, place;
