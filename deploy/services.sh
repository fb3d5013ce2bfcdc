#!/usr/bin/env bash
# Starts and stops a private Postgres and Redis below one directory, for `make run` and `make test`.
#
#   services.sh start DIR [--fast]   starts both, or finds them running; prints `export …` lines to eval
#   services.sh stop DIR             stops both, keeps the data
#   services.sh remove DIR           stops both and deletes all of DIR
#
# --fast trades durability for speed (tests). When STADTTERMIN_DATABASE__URL or STADTTERMIN_REDIS__URL is
# set, that server is used and none is started; POSTGRES_SETTINGS is added to what the private Postgres is
# configured with. Both servers listen on Unix sockets only, so any number of
# directories can be in use side by side without a port to agree on.
#
# Why `trust` is enough: a socket can be reached only through its directory, which has mode 0700 and belongs
# to the user the server runs as. That user is the one who called this script; or the caller is root, who
# may enter anyway, and Postgres runs as a lesser user, because it refuses to run as root.
set -euo pipefail
export LC_ALL=C
umask 022

die() { echo "services: $*" >&2; exit 1; }
usage() { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }

[ $# -ge 2 ] || usage
action=$1; fast=no
[ "${3:-}" != --fast ] || fast=yes
case $action in start) mkdir -p "$2" ;; stop | remove) [ -d "$2" ] || exit 0 ;; *) usage ;; esac
dir=$(cd "$2" && pwd -P)
home=$dir/pg; data=$home/data; redis_home=$dir/redis
cd /  # a server must not hold, or need to read, the caller's directory

# Everything but unreserved characters and slashes, percent-encoded: the path stands in a URL.
encode() {
  local rest=$1 char
  while [ -n "$rest" ]; do
    char=${rest:0:1}; rest=${rest:1}
    case $char in [A-Za-z0-9/._~-]) printf %s "$char" ;; *) printf '%%%02X' "$(($(printf %d "'$char") & 255))" ;; esac
  done
}

# The directory for a server's sockets: its home, or a short one where the system's limit (104 bytes on a
# Mac, 108 on Linux) would be passed; the short one is remembered in DIR/<name>.sockets.
sockets() {
  local name=$1 place=$2 note=$dir/$1.sockets
  [ ${#place} -gt 85 ] || { echo "$place"; return; }
  if [ ! -s "$note" ] || [ ! -d "$(cat "$note")" ]; then
    [ "$action" = start ] || { echo "$place"; return; }
    mktemp -d "/tmp/stadttermin-$name-XXXXXX" >"$note"
  fi
  cat "$note"
}

# Whether process $1 runs and is called $2. A zombie does not run; a small container may keep it for ever.
alive() {
  local line=''
  [ -n "$1" ] || return 1
  if [ -d /proc/self ]; then read -r line 2>/dev/null <"/proc/$1/stat" || return 1; else line=$(ps -o pid=,comm=,stat= -p "$1"); fi
  case $line in *") Z "* | *" Z") false ;; *"$2"*) true ;; *) false ;; esac
}
pid_in() { [ ! -s "$1" ] || head -n 1 "$1" | tr -cd 0-9; }

# ---- Postgres ---------------------------------------------------------------------------------------

# A directory with initdb and pg_ctl; the version that made the data, if there is data.
find_postgres() {
  local want='' bin found=''
  [ ! -f "$data/PG_VERSION" ] || want=$(cat "$data/PG_VERSION")
  for bin in "$(dirname "$(command -v pg_ctl || echo /nowhere/pg_ctl)")" /opt/homebrew/opt/postgresql@*/bin \
    /usr/local/opt/postgresql@*/bin /usr/pgsql-*/bin /usr/lib/postgresql/*/bin; do
    [ -x "$bin/initdb" ] && [ -x "$bin/pg_ctl" ] && [ -x "$bin/pg_isready" ] || continue
    local major; major=$("$bin/pg_ctl" --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
    if [ "$major" = "$want" ] || { [ -z "$want" ] && [ "$major" -ge 15 ]; }; then found=$bin; fi
  done
  [ -n "$found" ] || die "Postgres ${want:-15 or newer} is not installed; deploy/install.sh run installs it"
  echo "$found"
}

# Who runs Postgres: "self"; or for root a lesser user (setpriv), or root seen as user 1000 (unshare).
choose_user() {
  server=self
  [ "$(id -u)" = 0 ] || return 0
  local lesser=postgres owner
  id postgres >/dev/null 2>&1 || lesser=nobody
  if [ -d "$data" ]; then
    owner=$(stat -c %u "$data/.")
    if [ "$owner" = 0 ]; then server=namespace; else server=$owner; fi
  elif setpriv --reuid=$lesser --regid="$(id -g $lesser)" --clear-groups test -x "$dir" 2>/dev/null; then
    server=$(id -u $lesser)
  elif unshare --user --map-user=1000 --map-group=1000 true 2>/dev/null; then
    server=namespace
  else  # below /root in an unprivileged container: only the data moves, DIR keeps a link to it
    server=$(id -u $lesser)
    rm -rf "$home"
    ln -s "$(mktemp -d /var/tmp/stadttermin-pg-XXXXXX)" "$home"
  fi
}

as_server() {
  case $server in
    self) "$@" ;;
    namespace) unshare --user --map-user=1000 --map-group=1000 "$@" ;;
    *) setpriv --reuid="$server" --regid="$(id -g "$server" 2>/dev/null || echo "$server")" --clear-groups "$@" ;;
  esac
}

own() { chmod 0700 "$1"; case $server in self | namespace) ;; *) chown "$server" "$1" ;; esac; }

start_postgres() {
  local bin socket pid locale=C try
  choose_user
  bin=$(find_postgres)
  mkdir -p "$home/"
  [ -O "$home/" ] || [ "$(id -u)" = 0 ] || die "$home belongs to another user; choose another directory"
  own "$home/."
  # Real paths from here on: DIR may lie where the lesser user cannot follow the link.
  home=$(cd "$home" && pwd -P); data=$home/data
  socket=$(sockets pg "$home"); own "$socket"

  if [ ! -f "$data/PG_VERSION" ]; then
    rm -rf "$data.new"  # left behind when an earlier initdb was killed
    case "$(locale -a 2>/dev/null)" in *C.utf8*) locale=C.utf8 ;; *C.UTF-8*) locale=C.UTF-8 ;; *en_US.UTF-8*) locale=en_US.UTF-8 ;; esac
    as_server "$bin/initdb" --pgdata "$data.new" --username postgres --encoding UTF8 --locale "$locale" \
      --auth-local trust --auth-host reject --no-sync >"$dir/initdb.log" 2>&1 ||
      { cat "$dir/initdb.log" >&2; die "initdb failed"; }
    echo "include 'stadttermin.conf'" >>"$data.new/postgresql.conf"  # after what initdb found out about the machine
    mv "$data.new" "$data"
  fi

  if ! "$bin/pg_isready" -q -h "$socket"; then
    # After kill -9 or a restart of the machine, the number in the file may belong to any process.
    pid=$(pid_in "$data/postmaster.pid")
    [ -z "$pid" ] || alive "$pid" postgres || rm -f "$data/postmaster.pid"
    {
      echo "listen_addresses = ''"
      echo "unix_socket_directories = '${socket//\'/\'\'}'"
      echo "max_connections = 200"
      echo "shared_buffers = 256MB"
      echo "max_wal_size = 2GB"
      echo "jit = off"  # short queries: compiling them costs more than it gains
      echo "timezone = 'UTC'"
      # The log may name a failing constraint, never the row that failed.
      echo "log_error_verbosity = terse"
      echo "log_min_error_statement = panic"
      [ $fast = no ] || printf '%s = off\n' fsync synchronous_commit full_page_writes
      printf '%s\n' "${POSTGRES_SETTINGS:-}"
    } >"$data/stadttermin.conf"
    for try in 1 2 3 4 5; do  # the orphans of a killed server hold its shared memory for a moment
      if as_server "$bin/pg_ctl" start --pgdata "$data" --log "$data/server.log" --wait --timeout 60 --silent >/dev/null 2>&1; then break; fi
      [ "$try" != 5 ] || { tail -n 5 "$data/server.log" >&2; die "Postgres does not start"; }
      sleep 1
    done
  fi
  echo "export STADTTERMIN_DATABASE__ADMIN_URL='postgres://postgres@localhost/postgres?host=$(encode "$socket")'"
}

stop_postgres() {
  local pid
  pid=$(pid_in "$data/postmaster.pid")
  alive "$pid" postgres || return 0
  halt "$pid" postgres INT INT QUIT  # INT: roll back what is open, then shut down cleanly
}

# ---- Redis ------------------------------------------------------------------------------------------

start_redis() {
  local server='' cli socket name try
  for name in redis valkey; do
    if [ -z "$server" ] && command -v $name-server >/dev/null; then server=$name-server cli=$name-cli; fi
  done
  [ -n "$server" ] || die "Redis 7 or newer is not installed; deploy/install.sh run installs it"
  mkdir -p "$redis_home"
  chmod 0700 "$redis_home" 2>/dev/null || die "$redis_home belongs to another user; choose another directory"
  socket=$(sockets redis "$redis_home")/redis.sock
  if [ "$($cli -s "$socket" ping 2>/dev/null)" != PONG ]; then
    {
      echo "port 0"
      printf '%s "%s"\n' unixsocket "$socket" dir "$redis_home" logfile "$redis_home/server.log" pidfile "$redis_home/server.pid"
      echo "unixsocketperm 700"
      echo "daemonize yes"
      echo "maxmemory-policy noeviction"  # a session that was promised is kept
      echo "appendonly no"
      [ $fast = no ] || echo 'save ""'
    } >"$redis_home/redis.conf"
    $server "$redis_home/redis.conf" >/dev/null 2>&1 || die "Redis does not start; see $redis_home/server.log"
    for try in $(seq 50); do
      [ "$($cli -s "$socket" ping 2>/dev/null)" != PONG ] || break
      [ "$try" != 50 ] || { tail -n 5 "$redis_home/server.log" >&2; die "Redis does not answer"; }
      sleep 0.1
    done
  fi
  echo "export STADTTERMIN_REDIS__URL='redis+unix://$(encode "$socket")'"
}

stop_redis() {
  local pid
  pid=$(pid_in "$redis_home/server.pid")
  for name in redis valkey; do ! alive "$pid" $name || halt "$pid" $name TERM TERM KILL; done
}

# Sends the signals in turn, ten seconds apart, until the process is gone.
halt() {
  local pid=$1 name=$2 signal; shift 2
  for signal; do
    kill -"$signal" "$pid" 2>/dev/null || true
    for _ in $(seq 100); do alive "$pid" "$name" || return 0; sleep 0.1; done
  done
  die "process $pid ($name) does not stop"
}

# ---- Actions ----------------------------------------------------------------------------------------

case $action in
  start)
    if [ -n "${STADTTERMIN_DATABASE__URL:-}" ]; then
      printf 'export STADTTERMIN_DATABASE__ADMIN_URL=%q\n' "${STADTTERMIN_DATABASE__ADMIN_URL:-$STADTTERMIN_DATABASE__URL}"
    else
      start_postgres
    fi
    if [ -n "${STADTTERMIN_REDIS__URL:-}" ]; then
      printf 'export STADTTERMIN_REDIS__URL=%q\n' "$STADTTERMIN_REDIS__URL"
    else
      start_redis
    fi
    ;;
  stop | remove)
    stop_postgres
    stop_redis
    for note in "$dir"/*.sockets; do
      [ ! -s "$note" ] || rm -rf "$(cat "$note")" "$note"
    done
    if [ "$action" = remove ]; then
      [ ! -L "$home" ] || rm -rf "$(readlink "$home")"
      rm -rf "$dir"
    fi
    ;;
esac
