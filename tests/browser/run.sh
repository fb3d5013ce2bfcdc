#!/usr/bin/env bash
# The browser suite: starts the product as `make run` does, with data and a port of its own, walks through it with
# Chromium, and ends what it started. BASE=http://haltern.localhost:8080 uses a product that runs already.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)

server='' place=''
finish() {
  trap - EXIT INT TERM HUP
  if [ -n "$server" ]; then
    kill -TERM "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  [ -z "$place" ] || rm -rf "$place"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

[ -d node_modules/playwright-core ] && [ node_modules -nt package-lock.json ] ||
  npm ci --ignore-scripts --no-audit --no-fund --silent

../openid/install.sh

CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
[ -n "$CHROMIUM" ] || { echo "browser: Chromium is not installed; deploy/install.sh test installs it" >&2; exit 1; }
export CHROMIUM

if [ -z "${BASE:-}" ]; then
  mkdir -p "$root/.data"
  place=$(mktemp -d "$root/.data/b-XXXX")
  chmod 0755 "$place"
  free_port() {
    node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'
  }
  PORT=$(free_port)
  # Musterstadt's people sign in at a provider of their own, which openid.test.mjs starts.
  OPENID_PORT=$(free_port)
  export OPENID_PORT OPENID_SECRET=of-the-browser-tests
  cp -R "$root/deploy/demo" "$place/towns"
  cat >>"$place/towns/musterstadt.toml" <<END

[openid]
issuer = "http://127.0.0.1:$OPENID_PORT"
client_id = "stadttermin"
scopes = ["profile", "email", "groups"]
second_factor = true
roles = [{ value = "leitung", role = "office-manager" }]
END
  # Servers of its own, whatever the caller's tests use.
  env -u STADTTERMIN_DATABASE__URL -u STADTTERMIN_DATABASE__ADMIN_URL -u STADTTERMIN_REDIS__URL \
    PORT="$PORT" DATA_DIR="$place" TENANTS_DIR="$place/towns" STADTTERMIN_OPENID__SECRETS__MUSTERSTADT="$OPENID_SECRET" \
    "$root/deploy/run.sh" >"$place/server.log" 2>&1 &
  server=$!
  export BASE=http://haltern.localhost:$PORT
  for _ in $(seq 6000); do # the first build takes minutes
    if node -e 'fetch(process.argv[1]).then(a => process.exit(a.ok ? 0 : 1), () => process.exit(1))' \
      "http://127.0.0.1:$PORT/readyz"; then break; fi
    kill -0 "$server" 2>/dev/null || { cat "$place/server.log" >&2; echo "browser: the product does not start" >&2; exit 1; }
    sleep 0.3
  done
fi

rm -rf out
mkdir -p out
# What failed once more at the end, where one looks for it.
node --test --test-concurrency=1 --test-reporter=tap --test-reporter-destination=stdout \
  --test-reporter=spec --test-reporter-destination=out/report.txt "$@" ./*.test.mjs ||
  { sed -n '/failing tests/,$p' out/report.txt; exit 1; }
