-- Whoever gets one of the day's places books it; the others have been refused. The first attempts go to another day.
\set n :n + 1
\set l 1
\set d {{target}}
\set s random(0, 39)
\if :n <= {{warm}}
\set d {{warm_day}}
\endif
{{take}} \gset
\if :won
\startpipeline
BEGIN;
SELECT set_config('app.tenant_id', {{tenant}}, true);
{{firm}};
COMMIT;
\endpipeline
\endif
