-- A random place, held and then booked: two requests, so two flushes.
\set n :n + 1
\set l random(1, {{places}})
\set d random(1, {{days}})
\set s random(0, 39)
\startpipeline
BEGIN;
SELECT set_config('app.tenant_id', {{tenant}}, true);
{{take}};
COMMIT;
\endpipeline
\startpipeline
BEGIN;
SELECT set_config('app.tenant_id', {{tenant}}, true);
{{firm}};
COMMIT;
\endpipeline
