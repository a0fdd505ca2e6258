#!/usr/bin/env bash
# Rehearses rollouts again and again, each with another seed and four fifths of them with a fault
# of InfluxDB: nothing may be lost or logged twice, and no process be left. lanes= rehearses so
# many at a time, where the machine can. A rehearsal says when the machine was too slow for it, and
# is repeated alone at the end. Beside them one service runs from the first to the last; its
# descriptors, threads and memory may not grow after the tenth round. Its arguments are the command
# that builds.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

rows=${rows:-5 6g 7g}
times=${times:-100}
lanes=${lanes:-1}
[[ $times =~ ^[1-9][0-9]*$ ]] || refuse "times=$times: a number of rounds is needed"
[[ $lanes =~ ^[1-9][0-9]*$ ]] || refuse "lanes=$lanes: a number of rehearsals is needed"
need curl 'install curl'
[ $# -gt 0 ] || refuse "soak.sh takes the command that builds: use make soak"
"$ROOT/Scripts/build.sh" .build/release/Rehearsal 'the steps and the rehearsal' 'about a minute' \
  "$@" --product Rehearsal

port=$(free_port)
LISTEN_HOST=127.0.0.1 LISTEN_PORT=$port LOG_LEVEL=warning .build/release/CalcV5 >/dev/null &
witness=$!
started=()

# However it ends. A rehearsal that is told to stop ends its pods.
end() {
  kill -KILL "$witness" 2>/dev/null || true
  for pid in ${started[@]+"${started[@]}"}; do kill -TERM "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$SCRATCH"
}
trap end EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

POLL=0.1 within 10 is_answering "http://127.0.0.1:$port/health" \
  || fail "the service beside the rehearsals does not answer"

# What the witness holds: descriptors, threads, KiB of memory.
held() {
  printf '%d %d %d\n' "$(find "/proc/$witness/fd" -mindepth 1 | wc -l)" \
    "$(awk '/^Threads:/ { print $2 }' "/proc/$witness/status")" \
    "$(awk '/^VmRSS:/ { print $2 }' "/proc/$witness/status")"
}

# A thousand requests over fresh connections and over one, and connections that are cut.
load_witness() {
  curl --silent --fail --fail-early --output /dev/null "http://127.0.0.1:$port/health?[1-1000]" \
    || fail "the service beside the rehearsals does not answer any more"
  for _ in $(seq 1 50); do
    is_answering "http://127.0.0.1:$port/health" \
      || fail "the service beside the rehearsals takes no connection any more"
    curl --silent --output /dev/null --max-time 0.05 --data '{"numbers":[1]}' \
      "http://127.0.0.1:$port/sum" || true
  done
  # The connections that curl left are closed when the lingering time is over.
  sleep 2
}

faults=('' down:10s slow:5s reset 503)

fault_of() { echo "${faults[$((($1 - 1) % 5))]}"; }

# One round, which is its seed.
rehearse() {
  local fault
  fault=$(fault_of "$1")
  exec .build/release/Rehearsal rows="$rows" seed="$1" phases='steady deploy' plain=1 \
    results="$SCRATCH/results-$1" ${fault:+influx-fault=$fault} >"$SCRATCH/round-$1" 2>&1
}

# Waits for the round $1, the process $2, and sets verdict. What failed fails, also beside a row
# that the machine was too slow for.
judge() {
  if wait "$2"; then
    verdict=holds
  elif grep -q 'no verdict$' "$SCRATCH/round-$1" && ! grep -q 'FAILS$' "$SCRATCH/round-$1"; then
    verdict='no verdict'
  else
    verdict='does not hold'
  fi
}

# Prints a round $1 with its verdict $2, and what the witness holds.
tell() {
  local fault
  fault=$(fault_of "$1")
  printf 'round %3d  influx-fault=%-8s %-14s witness: %s descriptors, %s threads, %s KiB\n' \
    "$1" "${fault:-none}" "$2" "$descriptors" "$threads" "$memory"
  if [ "$2" = 'does not hold' ]; then
    failed=$((failed + 1))
    tail -n 20 "$SCRATCH/round-$1" >&2
  fi
  rm -rf "$SCRATCH/round-$1" "$SCRATCH/results-$1"
}

failed=0
tenth=
again=()
round=1
while [ "$round" -le "$times" ]; do
  last=$((round + lanes - 1))
  if [ "$last" -gt "$times" ]; then last=$times; fi
  started=()
  for number in $(seq "$round" "$last"); do
    (rehearse "$number") &
    started+=("$!")
  done
  verdicts=()
  for number in $(seq "$round" "$last"); do
    judge "$number" "${started[$((number - round))]}"
    verdicts+=("$verdict")
    if [ "$verdict" = 'no verdict' ]; then again+=("$number"); fi
  done
  load_witness
  read -r descriptors threads memory <<<"$(held)"
  for number in $(seq "$round" "$last"); do tell "$number" "${verdicts[$((number - round))]}"; done
  if [ "$last" -ge 10 ] && [ -z "$tenth" ]; then tenth="$descriptors $threads $memory"; fi
  round=$((last + 1))
done

for number in ${again[@]+"${again[@]}"}; do
  (rehearse "$number") &
  started=("$!")
  judge "$number" "$!"
  if [ "$verdict" = 'no verdict' ]; then verdict='does not hold'; fi
  read -r descriptors threads memory <<<"$(held)"
  tell "$number" "$verdict"
done

if [ -n "$tenth" ]; then
  read -r descriptors threads memory <<<"$tenth"
  read -r last_descriptors last_threads last_memory <<<"$(held)"
  if [ "$last_descriptors" -gt "$descriptors" ] || [ "$last_threads" -gt "$threads" ] \
    || [ "$last_memory" -gt $((memory + 512)) ]; then
    say "the witness grew: $tenth after the tenth round, $(held) at the end" >&2
    failed=$((failed + 1))
  fi
fi
if [ -z "$tenth" ]; then say "fewer than 10 rounds: whether the witness grows was not looked at"; fi
# Pods are started by the whole path.
if pgrep --full "$(cd .build/release && pwd -P)/CalcV[1-7]" >/dev/null; then
  say "processes of the service are left" >&2
  failed=$((failed + 1))
fi
kill -TERM "$witness"
wait "$witness" || failed=$((failed + 1))
say "$times rounds of rows $rows: $failed failed"
[ "$failed" -eq 0 ]
