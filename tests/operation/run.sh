#!/usr/bin/env bash
# Image, compose file, systemd units, alerts and dashboard: read, linted, and run as far as it goes without an engine.
# With STADTTERMIN_DATABASE__ADMIN_URL it also makes a database as the compose file would.
set -euo pipefail
cd "$(dirname "$0")"
TOOLS=$(../tools/install.sh)
export TOOLS
exec "$TOOLS/python/bin/python" -B -m unittest "$@"
