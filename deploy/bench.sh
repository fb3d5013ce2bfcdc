#!/usr/bin/env bash
# `make bench`: limit and product, measured in turn on a Postgres and a Redis of its own. Arguments go to the program:
# names of benchmarks, and --quick for a look whether everything works.
set -euo pipefail
cd "$(dirname "$0")/.."

deploy/install.sh bench
mkdir -p .data
place=$(mktemp -d "$PWD/.data/bench-XXXX")
chmod 0755 "$place"
job=''
finish() {
  trap - EXIT INT TERM HUP
  if [ -n "$job" ]; then
    kill -TERM -- "-$job" 2>/dev/null || true
    wait "$job" 2>/dev/null || true
  fi
  deploy/services.sh remove "$place/s" || true
  rm -rf "$place"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

cargo build --release -p gateway -p bench

# A server for one purpose and an eighth of the machine's memory. Durability stays as Postgres has it.
memory=$(awk '/^MemTotal:/ { print int($2 / 1024 / 8) }' /proc/meminfo 2>/dev/null || echo 1024)
[ "$memory" -le 3072 ] || memory=3072
export POSTGRES_SETTINGS="shared_buffers = ${memory}MB
max_wal_size = 8GB
checkpoint_timeout = 30min"
unset STADTTERMIN_DATABASE__URL STADTTERMIN_REDIS__URL
exports=$(deploy/services.sh start "$place/s")
eval "$exports"
export BENCH_DIR=$place
ulimit -n "$(ulimit -Hn)"  # the rush has ten thousand connections

set -m
"${CARGO_TARGET_DIR:-target}/release/bench" "$@" </dev/null &
job=$!
set +m
wait "$job"
job=''
