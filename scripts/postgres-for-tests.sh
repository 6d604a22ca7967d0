#!/usr/bin/env bash
# A throw-away PostgreSQL for tests and benches: its own cluster in its own folder, on a unix socket only, nothing synced to
# disk unless it is to be durable. A durable one gets a sixth of the memory for its buffers: the 128 MB it would take by
# itself hold a hundredth of a large database, and nobody runs one so.
#
#   scripts/postgres-for-tests.sh start DIR [durable]   makes DIR, starts the server, prints the TEST_DATABASE_URL
#   scripts/postgres-for-tests.sh stop DIR              stops it and removes DIR
#
# The server refuses to run as root, so root runs it as the user postgres; everybody else runs it as themselves.
set -euo pipefail

usage() { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
fail() { echo "postgres-for-tests: $*" >&2; exit 1; }

[ $# -eq 2 ] || [ "$1 ${3-}" = "start durable" ] || usage
action=$1
dir=$2
case $dir in /*) ;; *) dir=$PWD/$dir ;; esac
port=5432 # names the socket's file, nothing more: the server listens on no address

bin=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
bin=${bin:-$(command -v initdb || true)}
[ -n "$bin" ] || fail "no initdb; on Debian: apt-get install postgresql-15"
bin=$(dirname "$bin")

as_owner() {
  if [ "$(id -u)" -eq 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

start() {
  [ ! -e "$dir/data" ] || fail "$dir is in use; stop it first"
  mkdir -p "$dir"
  chmod 755 "$dir"
  if [ "$(id -u)" -eq 0 ]; then chown postgres "$dir"; fi
  as_owner test -x "$dir" || fail "the user postgres cannot reach $dir: every folder above it must be world-executable"
  [ ${#dir} -le 80 ] || fail "$dir is too long a path for a unix socket"
  as_owner "$bin/initdb" --pgdata="$dir/data" --username=postgres --auth=trust --encoding=UTF8 --no-locale \
    --no-sync --no-instructions >"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log" >&2; fail "initdb failed"; }
  as_owner tee -a "$dir/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
port = $port
unix_socket_directories = '$dir'
max_connections = 300
max_wal_size = 4GB
CONF
  if [ "${1-}" = durable ]; then
    echo "shared_buffers = $(awk '/^MemTotal/ { print int($2 / 6) }' /proc/meminfo)kB" \
      | as_owner tee -a "$dir/data/postgresql.conf" >/dev/null
  fi
  [ "${1-}" = durable ] || as_owner tee -a "$dir/data/postgresql.conf" >/dev/null <<CONF
fsync = off
synchronous_commit = off
full_page_writes = off
CONF
  as_owner "$bin/pg_ctl" --pgdata="$dir/data" --log="$dir/data/server.log" --wait --timeout=60 --silent start \
    >/dev/null 2>&1 </dev/null || { as_owner cat "$dir/data/server.log" >&2 || true; fail "the server did not start"; }
  echo "postgres://postgres@/postgres?host=$dir&port=$port"
}

stop() {
  [ -d "$dir/data" ] || fail "there is no server in $dir"
  as_owner "$bin/pg_ctl" --pgdata="$dir/data" --mode=immediate --wait --silent stop >/dev/null 2>&1 || true
  rm -rf "$dir"
}

case $action in
  start) start "${3-}" ;;
  stop) stop ;;
  *) usage ;;
esac
