#!/usr/bin/env bash
# `make drill`: restores a backup into a database of its own, proves that it can be served and that nobody who was erased
# came back, says how long it took, and removes it again.
#
#   drill.sh --dump FILE --keys FILE --ledger FILE --server postgres://superuser@host/postgres
#            [--max-age-hours 26] [--database stadttermin_drill] [--keep]
#
# The server is not the one that serves: another machine is best. The master key is the installation's
# (STADTTERMIN_KEYS__MASTER or …_FILE); nothing else of the installation is used or touched, no message is sent. Each line says what was
# found. Exit code 0: all of it holds; 1: something does not; 2: the drill could not be done.
set -euo pipefail
export LC_ALL=C

die() { echo "drill: $*" >&2; exit 2; }
usage() { sed -n '5,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }

dump='' keys='' ledger='' server='' hours=26 database=stadttermin_drill keep=no
while [ $# -gt 0 ]; do
  case $1 in
    --dump) dump=${2:-}; shift ;;
    --keys) keys=${2:-}; shift ;;
    --ledger) ledger=${2:-}; shift ;;
    --server) server=${2:-}; shift ;;
    --max-age-hours) hours=${2:-}; shift ;;
    --database) database=${2:-}; shift ;;
    --keep) keep=yes ;;
    *) usage ;;
  esac
  shift || usage
done
for file in "$dump" "$keys" "$ledger"; do [ -n "$file" ] || usage; [ -r "$file" ] || die "cannot read $file"; done
[ -n "$server" ] || usage
[[ $database =~ ^[a-z_][a-z0-9_]*$ ]] || die "--database: small letters, digits and underscores"
[ -n "${STADTTERMIN_KEYS__MASTER:-}${STADTTERMIN_KEYS__MASTER_FILE:-}" ] || die "STADTTERMIN_KEYS__MASTER_FILE is not set: without the master key a backup is noise"

here=$(cd "$(dirname "$0")/.." && pwd)
program=${STADTTERMIN_PROGRAM:-$(command -v stadttermin || echo "$here/target/debug/stadttermin")}
[ -x "$program" ] || die "there is no stadttermin; STADTTERMIN_PROGRAM names it"
for tool in psql pg_restore curl redis-server; do command -v "$tool" >/dev/null || die "$tool is not installed"; done

work=$(mktemp -d)
app=${database}_app owner=${database}_owner
pids=()
made=no

sql() { psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@"; }
# The address with another role, password and database: whatever else it says (host, socket, TLS) stays.
address() {
  python3 - "$server" "$1" "$2" "$3" <<'PY'
import sys
from urllib.parse import urlsplit, urlunsplit
whole, role, password, database = sys.argv[1:]
parts = urlsplit(whole)
host = parts.netloc.rsplit("@", 1)[-1]
who = f"{role}:{password}@" if password else (parts.netloc.rsplit("@", 1)[0] + "@" if "@" in parts.netloc else "")
print(urlunsplit(parts._replace(netloc=who + host, path="/" + database)))
PY
}
drop() {
  sql --dbname="$server" --command="DROP DATABASE IF EXISTS $database WITH (FORCE)" \
    --command="DROP ROLE IF EXISTS $app" --command="DROP ROLE IF EXISTS $owner" 2>/dev/null
}
finish() {
  trap - EXIT
  for pid in ${pids[@]+"${pids[@]}"}; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true; done
  if [ "$made" = yes ] && [ "$keep" = no ]; then drop || echo "drill: $database could not be removed" >&2; fi
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

wrong=0
good() { printf 'ok    %s\n' "$*"; }
bad() { printf 'FAIL  %s\n' "$*"; wrong=$((wrong + 1)); }
note() { printf '      %s\n' "$*"; }
# Runs the program; says what it said, if it fails or `show` wants to see it.
step() {
  local title=$1; shift
  if "$program" "$@" >"$work/said" 2>&1; then good "$title"; else bad "$title"; sed 's/^/      /' "$work/said"; return 1; fi
}

# ---- what there is ----------------------------------------------------------------------------------------------

begun=$(date +%s)
pg_restore --list "$dump" >"$work/list" 2>"$work/said" || die "$dump is no backup: $(cat "$work/said")"
pg_restore --list "$keys" >"$work/keys" 2>"$work/said" || die "$keys is no backup: $(cat "$work/said")"
created=$(sed -n 's/^; Archive created at //p' "$work/list")
age=$(((begun - $(date -d "$created" +%s)) / 3600))
if [ "$age" -le "$hours" ]; then good "the backup was made at $created, $age hours ago"
else bad "the backup is of $created, $age hours old; $hours are allowed"; fi
if grep -q 'TABLE DATA keys ' "$work/list"; then bad "the lasting backup contains keys: who was erased can be read in it"
else good "the keys are apart from the data"; fi
grep -q 'TABLE DATA keys tenant_key' "$work/keys" || bad "$keys has no keys of municipalities"

# ---- restore ----------------------------------------------------------------------------------------------------

# The roles that the backup speaks of; on a server of its own they may be missing, and then nobody can sign in as them.
pg_restore --schema-only --file="$work/schema" "$dump"
for role in $(sed -nE 's/^(ALTER .* OWNER TO|GRANT .* TO|REVOKE .* FROM) "?([A-Za-z0-9_]+)"?;$/\2/p' "$work/schema" | sort -u); do
  [ "$role" != PUBLIC ] && [[ $role =~ ^[A-Za-z0-9_]+$ ]] || continue
  sql --dbname="$server" --command="DO \$\$ BEGIN CREATE ROLE \"$role\" NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END \$\$"
done
table_owner=$(sed -nE 's/^ALTER TABLE public\.appointment OWNER TO "?([A-Za-z0-9_]+)"?;$/\1/p' "$work/schema")
table_user=$(sed -nE 's/^GRANT .* ON TABLE public\.appointment TO "?([A-Za-z0-9_]+)"?;$/\1/p' "$work/schema" | head -n 1)
[ -n "$table_owner" ] && [ -n "$table_user" ] || die "$dump is no backup of Stadttermin"

drop
made=yes
password=$(head -c 24 /dev/urandom | base64 | tr -d '/+=')
sql --dbname="$server" --file=- <<SQL
CREATE DATABASE $database OWNER "$table_owner" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8';
CREATE ROLE $app LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '$password' IN ROLE "$table_user";
CREATE ROLE $owner LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '$password' IN ROLE "$table_owner";
ALTER ROLE $owner SET role = '$table_owner';
REVOKE ALL ON DATABASE $database FROM PUBLIC;
GRANT CONNECT ON DATABASE $database TO $app, $owner;
SQL
inside=$(address '' '' "$database")
sql --dbname="$inside" --command="REVOKE CREATE ON SCHEMA public FROM PUBLIC" --command="GRANT CREATE, USAGE ON SCHEMA public TO \"$table_owner\""
for file in "$dump" "$keys"; do
  pg_restore --exit-on-error --dbname="$inside" "$file" 2>"$work/said" || { bad "$file cannot be restored: $(tail -n 3 "$work/said")"; exit 1; }
done
restored=$(($(date +%s) - begun))
good "restored in $restored seconds"

# Rows of each table: in the backup, and in the database.
for file in "$dump" "$keys"; do
  pg_restore --data-only --file=- "$file" |
    awk '/^COPY /{table=$2; rows=0; inside=1; next} inside && /^\\\.$/{print table, rows; inside=0; next} inside{rows++}'
done | sort >"$work/saved"
while read -r table rows; do
  echo "$table $(sql --dbname="$inside" --command="SELECT count(*) FROM $table")"
done <"$work/saved" >"$work/found"
if diff "$work/saved" "$work/found" >"$work/said"; then
  good "every row is there: $(awk '{n += $2} END {print n}' "$work/saved") in $(wc -l <"$work/saved") tables"
else bad "rows are missing"; sed 's/^/      /' "$work/said"; fi
towns=$(sql --dbname="$inside" --command="SELECT count(*) FROM tenant")
[ "$towns" -gt 0 ] || bad "there is no municipality in it"

# ---- what the program says of it --------------------------------------------------------------------------------

redis-server --port 0 --unixsocket "$work/redis.sock" --dir "$work" --save '' --appendonly no >/dev/null 2>&1 & pids+=($!)
for name in $(compgen -e | grep '^STADTTERMIN_' | grep -v '^STADTTERMIN_KEYS__MASTER'); do unset "$name"; done
export STADTTERMIN_DATABASE__URL STADTTERMIN_DATABASE__OWNER_URL
STADTTERMIN_DATABASE__URL=$(address "$app" "$password" "$database")
STADTTERMIN_DATABASE__OWNER_URL=$(address "$owner" "$password" "$database")
export STADTTERMIN_REDIS__URL="redis+unix://$work/redis.sock" STADTTERMIN_MAIL__SMTP_URL=smtp://127.0.0.1:9 STADTTERMIN_WORKER__IN_PROCESS=false

step "the database is current, or was brought up to this program" migrate || exit 1
step "municipalities are kept apart, and every audit trail holds" audit verify --all || true

people() { sql --dbname="$inside" --command="SELECT count(*) FROM keys.subject_key"; }
before=$(people)
if step "the ledger of erasures is followed" privacy replay --ledger "$ledger"; then
  note "$(tail -n 1 "$work/said"); $before keys of people before, $(people) after"
  again=$(sed -nE 's/.* ([0-9]+) people erased again$/\1/p' "$work/said")
  [ "$((before - $(people)))" -ge "${again:-0}" ] || bad "people were erased again, and their keys are still there"
  if step "asked again, nobody whom it names is found" privacy replay --ledger "$ledger" && ! grep -q ' 0 people erased again$' "$work/said"; then
    bad "who was erased is still there: $(tail -n 1 "$work/said")"
  fi
fi
step "every receipt of deletion holds" privacy receipts verify || true
if "$program" privacy retention --dry-run >"$work/said" 2>&1; then
  good "the master key opens what is sealed"
  note "due for deletion when it goes live: $(awk '{for (i = 2; i <= NF; i++) if ($i == "due") n += $(i - 1)} END {print n + 0}' "$work/said") rows"
else bad "the master key does not open what is sealed"; sed 's/^/      /' "$work/said"; fi

# ---- whether it can be served -----------------------------------------------------------------------------------

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
STADTTERMIN_SERVER__LISTEN=127.0.0.1:$port "$program" serve >"$work/serve" 2>&1 & pids+=($!)
ready=no
for _ in $(seq 100); do
  if curl --silent --fail --max-time 5 --output /dev/null "http://127.0.0.1:$port/readyz"; then ready=yes; break; fi
  sleep 0.2
done
if [ $ready = yes ]; then
  good "it serves, ready after $(($(date +%s) - begun)) seconds"
  for slug in $(sql --dbname="$inside" --command="SELECT slug FROM tenant WHERE state = 'active' AND id <> '00000000-0000-7000-8000-0000006f7073' ORDER BY slug"); do
    for page in / /datenschutz; do
      status=$(curl --silent --max-time 10 --output /dev/null --write-out '%{http_code}' --header "Host: $slug.localhost" "http://127.0.0.1:$port$page" || true)
      if [ "$status" = 200 ]; then good "$slug: $page"; else bad "$slug: $page answers $status"; fi
    done
  done
else bad "it does not serve"; tail -n 5 "$work/serve" | sed 's/^/      /'; fi

echo
if [ $wrong = 0 ]; then echo "the backup of $created can be used"; else echo "the drill has failed: $wrong findings"; exit 1; fi
