#!/usr/bin/env bash
# `make run`: the service with its two demo municipalities, from nothing. Ctrl-C ends all it started; the
# data stays in DATA_DIR (./.data) for the next time. PORT (8080) is where it listens.
set -euo pipefail
cd "$(dirname "$0")/.."

export PORT=${PORT:-8080}
mkdir -p "${DATA_DIR:-.data}/run"
DATA_DIR=$(cd "${DATA_DIR:-.data}" && pwd)
export DATA_DIR
run=$DATA_DIR/run
program=${CARGO_TARGET_DIR:-target}/debug/stadttermin

# Whether the process whose number stands in file $1 lives and was started as $2.
running() {
  local pid line
  [ -s "$1" ] || return 1
  pid=$(cat "$1")
  if [ -d /proc/self ]; then line=$(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline"); else line=$(ps -o args= -p "$pid"); fi
  case $line in *"$2"*) true ;; *) false ;; esac
}

if running "$run/script.pid" run.sh; then
  echo "run: another make run (process $(cat "$run/script.pid")) uses $DATA_DIR; give this one its own: DATA_DIR=/elsewhere PORT=8090 make run" >&2
  exit 1
fi
# The script was killed the last time and its server was not.
if running "$run/server.pid" stadttermin; then
  kill "$(cat "$run/server.pid")"
  for _ in $(seq 100); do running "$run/server.pid" stadttermin || break; sleep 0.1; done
fi
if (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; then
  echo "run: something else listens on port $PORT; choose another one: PORT=8090 make run" >&2
  exit 1
fi
echo $$ >"$run/script.pid"

# What is started here gets a process group of its own, so that it can be ended with all its children, and
# so that Ctrl-C reaches this script first and things end in order.
job=''
begin() {
  set -m
  "$@" </dev/null &
  job=$!
  set +m
}
# shellcheck disable=SC2329 # called by the trap
finish() {
  trap - EXIT INT TERM HUP
  if [ -n "$job" ]; then
    kill -TERM -- "-$job" 2>/dev/null || true
    wait "$job" 2>/dev/null || true
  fi
  deploy/services.sh stop "$run" || true
  rm -f "$run/script.pid" "$run/server.pid"
}
trap finish EXIT
trap 'exit 0' INT TERM HUP

deploy/install.sh run
begin cargo build --bin stadttermin
wait "$job"
job=''
exports=$(deploy/services.sh start "$run")
eval "$exports"

begin "$program" demo
echo "$job" >"$run/server.pid"
wait "$job"
