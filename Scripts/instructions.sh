#!/usr/bin/env bash
# Counts the instructions in user space of one GET /health, and of a start with its stop, with
# callgrind: figures that do not depend on the machine's load. most=N fails above N of a request,
# start=N above N of a start. Its arguments are the command that builds.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

most=${most:-0}
start=${start:-0}
for word in "most=$most" "start=$start"; do
  [[ $word =~ =[0-9]+$ ]] || refuse "$word: a number of instructions is needed"
done
need valgrind 'install valgrind'
need curl 'install curl'
[ $# -gt 0 ] || refuse "instructions.sh takes the command that builds: use make instructions"
"$ROOT/Scripts/build.sh" .build/release/CalcV5 'step 5' 'about a minute' "$@" --product CalcV5

port=$(free_port)

ask() {
  curl --silent --fail --fail-early --output /dev/null "http://127.0.0.1:$port/health?[1-$1]"
}

# The instructions of a whole run with so many requests over one connection. In $(…) bash takes no
# notice of a command that fails: each is looked at.
total() {
  local out=$SCRATCH/out.$1 status=0 pid
  LISTEN_HOST=127.0.0.1 LISTEN_PORT=$port LOOPS=1 LOG_LEVEL=off \
    valgrind --quiet --tool=callgrind --callgrind-out-file="$out" .build/release/CalcV5 \
    >/dev/null 2>&1 &
  pid=$!
  { POLL=0.1 within 60 is_answering "http://127.0.0.1:$port/health" && ask "$1"; } || status=1
  kill -TERM "$pid" || status=1
  wait "$pid" || status=1
  [ "$status" -eq 0 ] || return 1
  awk '/^totals:/ { print $2; found = 1 } END { exit !found }' "$out"
}

few=$(total 500) || fail "step 5 does not answer under valgrind"
many=$(total 2500) || fail "step 5 does not answer 2,500 requests under valgrind"
each=$(((many - few) / 2000))
once=$((few - 500 * each))
# A request is parsed, routed and answered: with fewer, none was measured.
[ "$each" -ge 1000 ] || fail "$each instructions per GET /health cannot be: nothing was measured"
say "instructions in user space per GET /health: $each; to start and stop: $once"

# $1 what was counted, $2 how many may be, 0 for any, $3 of what.
limit() {
  if [ "$2" -gt 0 ] && [ "$1" -gt "$2" ]; then fail "at most $2 are allowed for $3"; fi
}
limit "$each" "$most" 'GET /health'
limit "$once" "$start" 'a start'
