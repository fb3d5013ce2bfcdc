#!/usr/bin/env bash
# What the migrations run, through squawk: a private Postgres writes every statement down, and lint.py looks at each step.
set -euo pipefail
cd "$(dirname "$0")/../.."

tools=$(tests/tools/install.sh)
program=${CARGO_TARGET_DIR:-target}/debug/stadttermin
[ -x "$program" ] || cargo build --quiet --bin stadttermin
mkdir -p .data
place=$(mktemp -d "$PWD/.data/sql-XXXX")
chmod 0755 "$place"
trap 'deploy/services.sh remove "$place/s" || true; rm -rf "$place"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# A server of its own, whatever the caller's tests use: this one is talkative.
unset STADTTERMIN_DATABASE__URL STADTTERMIN_DATABASE__OWNER_URL STADTTERMIN_DATABASE__ADMIN_URL STADTTERMIN_REDIS__URL
exports=$(POSTGRES_SETTINGS="log_statement = all
log_destination = jsonlog
logging_collector = on
log_filename = 'statements'
log_file_mode = 0644" deploy/services.sh start "$place/s" --fast)
eval "$exports"
address=$STADTTERMIN_DATABASE__ADMIN_URL
unset STADTTERMIN_DATABASE__ADMIN_URL STADTTERMIN_REDIS__URL
query=${address##*\?}
socket=$(python3 -c 'import sys, urllib.parse as u; print(u.parse_qs(sys.argv[1])["host"][0])' "$query")

deploy/compose/secrets.sh "$place/secrets" 2>/dev/null
PGHOST=$socket SECRETS=$place/secrets deploy/compose/postgres-init.sh
STADTTERMIN_DATABASE__OWNER_URL="postgres://stadttermin_owner@localhost/stadttermin?$query" \
  STADTTERMIN_DATABASE__URL="postgres://stadttermin_app@localhost/stadttermin?$query" "$program" migrate 2>"$place/migrate.log" ||
  { cat "$place/migrate.log" >&2; exit 1; }

"$tools/python/bin/python" -B tests/migrations/lint.py "$place/s/pg/data/log/statements.json" "$tools/python/bin/squawk"
