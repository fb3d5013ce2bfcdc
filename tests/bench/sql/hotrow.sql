-- All clients want the same start, and then the next one. Each start has one place for each client.
\set n :n + 1
\set l 1
\set d {{target}}
\set s (:n - {{warm}} - 1) % 40
\if :n <= {{warm}}
\set d {{warm_day}}
\set s :n - 1
\endif
\startpipeline
BEGIN;
SELECT set_config('app.tenant_id', {{tenant}}, true);
{{take}};
COMMIT;
\endpipeline
