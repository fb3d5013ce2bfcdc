-- {{count}} small municipalities more, copied from `t01`: one location with two counters and the calendar of all its days.
-- Nobody signs in to them; they are there to be in the way.
SET session_replication_role = replica;
SET synchronous_commit = off;
CREATE TEMP TABLE town AS
SELECT ('00000002' || lpad(to_hex(n), 8, '0') || '8000800000000000')::uuid AS id, 'k' || n AS slug, n FROM generate_series(1, {{count}}) AS n;
CREATE TEMP TABLE model AS SELECT t.id FROM tenant t WHERE t.slug = 't01';
INSERT INTO tenant SELECT (jsonb_populate_record(m, jsonb_build_object('id', t.id, 'slug', t.slug))).*
  FROM town t, tenant m WHERE m.id = (SELECT id FROM model);
{{tables}}
DROP TABLE town, model;
