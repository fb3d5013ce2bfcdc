#!/usr/bin/env bash
# Installs what is missing: `install.sh run` for `make run`, `install.sh test` for `make test`, `install.sh bench` for
# `make bench`.
# Quick and silent when everything is there. Debian and Ubuntu; elsewhere it says what to install.
set -euo pipefail

what=${1:-run}
case $what in run | test | bench) ;; *) echo "usage: install.sh run|test|bench" >&2; exit 2 ;; esac

has() { command -v "$1" >/dev/null 2>&1; }

has_postgres() {
  local bin
  for bin in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin \
    "$(dirname "$(command -v pg_ctl || echo /nowhere/pg_ctl)")"; do
    [ ! -x "$bin/initdb" ] || [ "$("$bin/initdb" --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/')" -lt 15 ] || return 0
  done
  return 1
}

apt='' brew=''
need() { apt="$apt $1"; brew="$brew ${2:-}"; }

[ -n "${STADTTERMIN_DATABASE__URL:-}" ] || has_postgres || need postgresql postgresql@17
[ -n "${STADTTERMIN_REDIS__URL:-}" ] || has redis-server || has valkey-server || need redis-server redis
# .cargo/config.toml links with mold on Linux.
[ "$(uname -s)" != Linux ] || has mold || need mold
if [ "$what" = bench ] && ! has pgbench; then need postgresql postgresql@17; fi
if [ "$what" = test ]; then
  has curl || need curl curl
  has openssl || need openssl openssl
  # its own service listens nowhere until it is configured
  has haproxy || [ -x /usr/sbin/haproxy ] || need haproxy haproxy
  has chromium || [ "$(uname -s)" != Linux ] || need chromium
  if ! has node || [ "$(node -p 'parseInt(process.versions.node)')" -lt 18 ]; then need nodejs node; fi
  has npm || need npm
  # what stands in front of service and database, and behind it; Debian keeps some in /usr/sbin
  for neighbour in pgbouncer haproxy pgbackrest; do has $neighbour || [ -x /usr/sbin/$neighbour ] || need $neighbour $neighbour; done
  python3 -c 'import ensurepip, venv' 2>/dev/null || need python3-venv python
fi
[ -n "$apt$brew" ] || exit 0

if ! has apt-get; then
  echo "install: please install these first:$apt" >&2
  [ "$(uname -s)" != Darwin ] || echo "install: with Homebrew: brew install$brew" >&2
  exit 1
fi

as_root=()
if [ "$(id -u)" != 0 ]; then
  has sudo || { echo "install: please run this as root first: apt-get install -y --no-install-recommends$apt" >&2; exit 1; }
  as_root=(sudo)
fi
root() { ${as_root[@]+"${as_root[@]}"} "$@"; }

echo "install: installing$apt" >&2
# Without this file the package makes and starts a database cluster of its own, which nobody here uses.
# A machine that has the file is somebody's choice and stays as it is.
case $apt in
  *postgresql*)
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
      root mkdir -p /etc/postgresql-common
      echo "create_main_cluster = false" | root tee /etc/postgresql-common/createcluster.conf >/dev/null
    fi
    ;;
esac

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086 # the list is meant to be split
if ! { root apt-get update -q && root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
  -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confold $apt; } >"$log" 2>&1; then
  tail -n 5 "$log" >&2
  echo "install: could not install$apt; please install them by hand and try again" >&2
  exit 1
fi
