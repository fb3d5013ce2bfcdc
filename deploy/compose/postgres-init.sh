#!/usr/bin/env bash
# Run by the Postgres image at its first start: the two roles and the database of docs/operations.md.
set -euo pipefail
secrets=${SECRETS:-/run/secrets}
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres \
  --set=owner_password="$(cat "$secrets/owner-password")" --set=app_password="$(cat "$secrets/app-password")" <<'SQL'
CREATE ROLE stadttermin_owner LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'owner_password';
CREATE ROLE stadttermin_app LOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT PASSWORD :'app_password';
CREATE DATABASE stadttermin OWNER stadttermin_owner TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8';
REVOKE ALL ON DATABASE stadttermin FROM PUBLIC;
GRANT CONNECT ON DATABASE stadttermin TO stadttermin_app;
\connect stadttermin
CREATE EXTENSION btree_gist;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CREATE, USAGE ON SCHEMA public TO stadttermin_owner;
SQL
