#!/usr/bin/env bash
# Installs another program, in the version that was compared, below a directory that is kept between runs.
#   install.sh libres|postgraphile DIR
set -euo pipefail
peer=$1; mkdir -p "$2/$1"; cd "$2/$1"
case $peer in
  libres)
    [ -x venv/bin/python ] || python3 -m venv venv
    venv/bin/pip install --quiet --disable-pip-version-check "libres==1.4.0" "psycopg2-binary==2.9.*"
    ;;
  postgraphile)
    [ -f package.json ] || echo '{"private":true,"type":"module"}' >package.json
    npm install --silent --no-audit --no-fund "postgraphile@5.1.5"
    ;;
  *) echo "install: no such peer: $peer" >&2; exit 2 ;;
esac
