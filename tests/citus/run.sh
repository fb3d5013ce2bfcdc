#!/usr/bin/env bash
# What the program sends, statement by statement: a private Postgres writes down what some of the suites make it do, and lint.py
# looks whether each statement could be sent to the node of one municipality (docs/operations.md).
set -euo pipefail
cd "$(dirname "$0")/../.."

# Booking, the office, accounts, rights and deletion: what the suites about races and load send is the same.
suites='test(/^(booking|desk|desk_phone|desk_customers|calendar_changes|imports|import_pages|accounts_api|people_api|messages|rights::copy|rights::erasure|retention::year|statistics|oversight|incidents|support|openid)::/)'
mkdir -p .data
place=$(mktemp -d "$PWD/.data/spread-XXXX")
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
log_rotation_size = 0
log_file_mode = 0644" deploy/services.sh start "$place/s" --fast)
eval "$exports"
cargo nextest run --workspace -E "package(tests) & $suites" >"$place/tests.log" 2>&1 || { tail -n 40 "$place/tests.log" >&2; exit 1; }
python3 -B tests/citus/lint.py "$place/s/pg/data/log/statements.json"
