#!/usr/bin/env bash
# Builds, with the command in its arguments, and runs step v= [graceful=1] in the foreground. Steps
# 6 and 7 look for InfluxDB on this machine unless told otherwise.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"

use_step local-server
"$ROOT/Scripts/build.sh" "$ROOT/.build/release/CalcV$STEP" "step $STEP" 'about half a minute' \
  "$@" --product "CalcV$STEP"
case $STEP in
  6 | 7)
    hint=
    if [ -z "${INFLUXDB_BASE_URL:-}" ]; then
      hint='; make influxdb-local starts an InfluxDB there'
    fi
    export INFLUXDB_BASE_URL=${INFLUXDB_BASE_URL:-http://localhost:8086}
    say "operations go to $INFLUXDB_BASE_URL$hint" >&2
    ;;
esac
status=0
until_interrupted "$ROOT/.build/release/CalcV$STEP" ${ACT:+--graceful} || status=$?
# The address could not be had, and it has said why.
if [ "$status" -eq 71 ]; then say "LISTEN_PORT= is another port, here and for local-test: make" \
  "local-server v=$STEP LISTEN_PORT=4001" >&2; fi
exit "$status"
