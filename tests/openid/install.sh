#!/usr/bin/env bash
# Installs the OpenID provider of the tests. Quick when it is there.
set -euo pipefail
cd "$(dirname "$0")"
[ -d node_modules/oidc-provider ] && [ node_modules -nt package-lock.json ] ||
  npm ci --ignore-scripts --no-audit --no-fund --silent
