#!/usr/bin/env bash
# Counts the instructions in user space of one GET /health, with callgrind: a figure that does not
# depend on the machine's load. most=N fails above N. Its arguments are the command that builds.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

most=${most:-0}
[[ $most =~ ^[0-9]+$ ]] || refuse "most=$most: a number of instructions is needed"
need valgrind 'install valgrind'
need curl 'install curl'
[ $# -gt 0 ] || refuse "instructions.sh takes the command that builds: use make instructions"
"$ROOT/Scripts/build.sh" .build/release/CalcV5 'step 5' 'about a minute' "$@" --product CalcV5

port=$(free_port)

# The instructions of a whole run with so many requests over one connection.
total() {
  local out=$SCRATCH/out.$1 pid
  LISTEN_HOST=127.0.0.1 LISTEN_PORT=$port LOOPS=1 LOG_LEVEL=off \
    valgrind --quiet --tool=callgrind --callgrind-out-file="$out" .build/release/CalcV5 \
    >/dev/null 2>&1 &
  pid=$!
  for _ in $(seq 1 100); do
    if curl --silent --fail --output /dev/null "http://127.0.0.1:$port/health"; then break; fi
    sleep 0.1
  done
  curl --silent --output /dev/null "http://127.0.0.1:$port/health?[1-$1]"
  kill -TERM "$pid"
  wait "$pid" || true
  awk '/^totals:/ { print $2 }' "$out"
}

few=$(total 500)
many=$(total 2500)
each=$(((many - few) / 2000))
say "instructions in user space per GET /health: $each"
if [ "$most" -gt 0 ] && [ "$each" -gt "$most" ]; then fail "at most $most are allowed"; fi
