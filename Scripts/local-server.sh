#!/usr/bin/env bash
# Runs the built step v= [graceful=1] in the foreground. Steps 6 and 7 look for InfluxDB on this machine unless told otherwise.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"

use_step local-server
case $STEP in
  6 | 7)
    export INFLUXDB_BASE_URL=${INFLUXDB_BASE_URL:-http://localhost:8086}
    say "operations go to $INFLUXDB_BASE_URL; make influxdb-local starts an InfluxDB there" >&2
    ;;
esac
until_interrupted "$ROOT/.build/release/CalcV$STEP" ${ACT:+--graceful}
