#!/usr/bin/env bash
# `make upgrade-test`: builds the program as it was before the newest step of the database (or at the commit that is
# named), and runs it beside this one over one database, while people book.
set -euo pipefail
cd "$(dirname "$0")/.."

old=${1:-}
if [ -z "$old" ]; then
  steps=(migrations/src/m[0-9]*.rs)
  old=$(git log --first-parent --diff-merges=first-parent --diff-filter=A -1 --no-patch --format=%H^ -- "${steps[-1]}")
  [ -n "$old" ] || { echo "upgrade-test: ${steps[-1]} is in no commit; name one: OLD=<commit>" >&2; exit 2; }
fi
old=$(git rev-parse --verify "$old^{commit}")

deploy/install.sh test
mkdir -p .data
place=$(mktemp -d "$PWD/.data/upgrade-XXXX")
chmod 0755 "$place"
# Not below this folder: cargo would add this project's settings to those of the older one and build everything anew.
tree=$(mktemp -d)
finish() {
  trap - EXIT INT TERM HUP
  deploy/services.sh remove "$place/s" || true
  git worktree remove --force "$tree/old" 2>/dev/null || true
  rm -rf "$place" "$tree"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

echo "upgrade-test: the older program is that of $(git log -1 --format='%h (%cs, %s)' "$old")" >&2
git worktree add --quiet --detach "$tree/old" "$old"
# A folder of its own for what cargo builds: crates of both trees have the same names there, and cargo takes the older
# one's for ours when they are newer than our sources. Kept, because dependencies are the same the next time.
target=$PWD/.data/upgrade-target
(cd "$tree/old" && CARGO_TARGET_DIR=$target "${CARGO:-cargo}" build --bin stadttermin)
cp "$target/debug/stadttermin" "$place/stadttermin-old"
"${CARGO:-cargo}" build --bin stadttermin

exports=$(deploy/services.sh start "$place/s" --fast)
eval "$exports"
export TESTS_OLD_PROGRAM=$place/stadttermin-old
"${CARGO:-cargo}" test --workspace --test suite -- --ignored --exact --nocapture \
  upgrade::the_release_before_and_this_one_run_side_by_side
