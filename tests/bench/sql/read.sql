-- The free times of a random location.
\set l random(1, {{places}})
\set d random(1, {{days}})
\startpipeline
BEGIN;
SELECT set_config('app.tenant_id', {{tenant}}, true);
{{find}};
COMMIT;
\endpipeline
