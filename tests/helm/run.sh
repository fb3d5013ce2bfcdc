#!/usr/bin/env bash
# The chart, rendered by Helm 3 and Helm 4 and looked at. There is no cluster in it.
set -euo pipefail
cd "$(dirname "$0")"
tools=$(../tools/install.sh)
exec "$tools/python/bin/python" -B -m unittest "$@"
