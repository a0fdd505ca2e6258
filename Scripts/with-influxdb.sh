#!/usr/bin/env bash
# Runs a command with a real InfluxDB on a free loopback port, whose data go with it.
# INFLUXDB_TEST_URL tells the command where it is, and INFLUXD which program it is. Without the
# program the command runs all the same; with TOOLS_REQUIRED=1 that is an error.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=Scripts/influxd.sh
. "$(dirname "$0")/influxd.sh"

if ! find_influxd || ! command -v curl >/dev/null; then
  how="install influxdb 1.x and curl, as with: apt-get install influxdb curl"
  if [ "${TOOLS_REQUIRED:-0}" = 1 ]; then
    fail "influxd or curl is missing, and TOOLS_REQUIRED=1 wants the tests against a real" \
      "InfluxDB: $how"
  fi
  exec "$@"
fi

server=
stop() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$SCRATCH"
}
trap stop EXIT

# Another process may take a port between the look and the server's start.
for attempt in 1 2 3; do
  port=$(free_port)
  influxd_configuration "$port" "$(free_port)" "$SCRATCH/influxdb" 127.0.0.1 \
    >"$SCRATCH/influxdb.conf"
  "$INFLUXD" run -config "$SCRATCH/influxdb.conf" >"$SCRATCH/influxdb.log" 2>&1 &
  server=$!
  POLL=0.2
  if within 30 answers_ping "$port"; then break; fi
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
  if [ "$attempt" = 3 ]; then fail "InfluxDB does not start:" \
    "$(tail -n 1 "$SCRATCH/influxdb.log")"; fi
done

say "InfluxDB $("$INFLUXD" version | awk '{ print $2 }') for the tests at" \
  "http://127.0.0.1:$port" >&2
export INFLUXD INFLUXDB_TEST_URL=http://127.0.0.1:$port
"$@"
