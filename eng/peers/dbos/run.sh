#!/usr/bin/env bash
# Runs peer.js on a PostgreSQL of its own, on loopback, with its usual settings. Needs Debian's postgresql, and npm ci in this folder.
set -euo pipefail
cd "$(dirname "$0")"
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
folder=$(mktemp -d)
as() { if [ "$(id -u)" = 0 ]; then chown postgres "$folder"; runuser -u postgres -- "$@"; else "$@"; fi; }
trap 'as "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1; rm -rf "$folder"' EXIT
as "$bin/initdb" -D "$folder/data" -U peer --auth=trust >/dev/null
port=$((20000 + RANDOM % 20000))
as "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" -o "-c listen_addresses=127.0.0.1 -p $port -k $folder" start >/dev/null
as "$bin/createdb" -h 127.0.0.1 -p "$port" -U peer dbos
node peer.js "postgresql://peer@127.0.0.1:$port/dbos" "${1:-2000}"
