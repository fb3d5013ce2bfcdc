#!/usr/bin/env bash
# secrets.sh [FOLDER]: makes what compose.yaml mounts, and leaves alone what is there. Only who may enter the folder can read the
# files; in the containers they must be readable for the program's user, so their own mode is open.
set -euo pipefail
cd "$(dirname "$0")"
folder=${1:-secrets}
mkdir -p "$folder"
chmod 0700 "$folder"
cd "$folder"
umask 022

# What comes in becomes file $1, unless there is one. Read in any case: who writes into a pipe that nobody reads fails.
make() {
  cat >"$1.new"
  if [ -s "$1" ]; then rm "$1.new"; else mv "$1.new" "$1"; fi
}
password() { head -c 24 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n'; }

password | make postgres-password
password | make owner-password
password | make app-password
password | make redis-password
head -c 32 /dev/urandom | base64 | make master-key
echo "postgres://stadttermin_owner:$(cat owner-password)@postgres/stadttermin" | make database-owner-url
echo "postgres://stadttermin_app:$(cat app-password)@postgres/stadttermin" | make database-url
echo "redis://:$(cat redis-password)@valkey:6379/0" | make redis-url
# the mail catcher of the profile dev; in production smtps://user:password@relay
echo "smtp://127.0.0.1:1025" | make smtp-url
echo "secrets: in $PWD. Keep a copy of master-key apart from the backups of the database." >&2
