#!/usr/bin/env bash
# `make test`: everything that must hold, on a Postgres and a Redis of its own. Each step runs even when an
# earlier one failed; the end says which did.
set -euo pipefail
cd "$(dirname "$0")/.."

deploy/install.sh test
tests/openid/install.sh
mkdir -p .data
# Below .data, which is not in git; short, because socket paths are limited.
place=$(mktemp -d "$PWD/.data/test-XXXX")
chmod 0755 "$place"
job=''
finish() {
  trap - EXIT INT TERM HUP
  [ -z "$job" ] || kill -TERM -- "-$job" 2>/dev/null || true
  deploy/services.sh remove "$place/s" || true
  rm -rf "$place"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

exports=$(deploy/services.sh start "$place/s" --fast)
eval "$exports"
export INSTA_UPDATE=no          # a changed snapshot is a failure here, never a new file
export RUST_BACKTRACE=${RUST_BACKTRACE:-1}

failed=()
skipped=()
# A step has a process group of its own, so that Ctrl-C ends it with all its children.
step() {
  local title=$1; shift
  printf '\n==> %s\n' "$title"
  set -m
  "$@" </dev/null &
  job=$!
  set +m
  wait "$job" || { failed+=("$title"); printf '==> failed: %s\n' "$title"; }
  job=''
}

tests() {
  local color=never
  [ ! -t 1 ] || color=always
  if command -v cargo-nextest >/dev/null || cargo install --locked cargo-nextest; then
    cargo --color $color nextest run --workspace 2>&1 | tee "$place/tests.log"
  else
    cargo --color $color test --workspace --lib --bins --tests --no-fail-fast 2>&1 | tee "$place/tests.log"
  fi
}

deny() {
  if ! command -v cargo-deny >/dev/null && [ "${STADTTERMIN_WITH_DENY:-}" = 1 ]; then
    cargo install --locked cargo-deny || return 1
  fi
  cargo deny check --hide-inclusion-graph bans licenses sources
}

docs() { RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps; }

step "format" cargo fmt --all --check
step "clippy" cargo clippy --workspace --all-targets -- -D warnings
step "tests" tests
step "documentation" docs
step "examples in the documentation" cargo test --workspace --doc
# Building cargo-deny takes ten minutes of one core, so only who asks for it gets it built.
if command -v cargo-deny >/dev/null || [ "${STADTTERMIN_WITH_DENY:-}" = 1 ]; then
  step "dependencies" deny
else
  skipped+=("dependencies: cargo-deny is not installed (STADTTERMIN_WITH_DENY=1 make test installs it)")
fi
step "chart" tests/helm/run.sh
step "image, units, compose file, alerts" tests/operation/run.sh
step "migrations" tests/migrations/run.sh
step "statements" tests/citus/run.sh
if [ -x tests/browser/run.sh ]; then
  step "browser" tests/browser/run.sh
else
  skipped+=("browser: there is no tests/browser/run.sh")
fi

printf '\n'
[ ${#skipped[@]} = 0 ] || printf 'skipped: %s\n' "${skipped[@]}"
# The runner's own last line once more: it is what one looks for first.
grep -E 'Summary \[|test result:' "$place/tests.log" 2>/dev/null | tail -n 1 || true
if [ ${#failed[@]} != 0 ]; then
  printf 'failed: %s\n' "${failed[@]}"
  exit 1
fi
echo "all steps passed"
