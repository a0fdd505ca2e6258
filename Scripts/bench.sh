#!/usr/bin/env bash
# Speed, start and stop of the service, beside nginx and Go in the same run: ratios of the medians
# of alternating rounds. A yardstick, never a test: figures depend on the machine. busy=N lets N
# processes compete for it meanwhile. Its arguments are the command that builds.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

rounds=${rounds:-5}
seconds=${seconds:-5}
busy=${busy:-0}
CONNECTIONS=5000
# A server starts in milliseconds.
POLL=0.01

[ $# -gt 0 ] || refuse "bench.sh takes the command that builds: use make bench"
for word in "rounds=$rounds" "seconds=$seconds" "busy=$busy"; do
  [[ $word =~ =[0-9]+$ ]] || refuse "$word: a number is needed"
done
if [ "$rounds" -eq 0 ] || [ "$seconds" -eq 0 ]; then refuse "rounds= and seconds=: at least 1"; fi

pids=()

# Ends what was started here, by its number, however this script ends.
end() {
  for pid in ${pids[@]+"${pids[@]}"}; do kill -TERM "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$SCRATCH"
}
trap end EXIT

# $1 name, $2 port, then the command. Its process is in $SCRATCH/NAME.pid.
start() {
  local name=$1 port=$2
  shift 2
  LISTEN_HOST=127.0.0.1 LISTEN_PORT=$port LOG_LEVEL=off WARMUP_SECONDS=0 \
    INFLUXDB_BASE_URL=http://127.0.0.1:$nginx_port "$@" 2>"$SCRATCH/$name.err" &
  pids+=("$!")
  echo "$!" >"$SCRATCH/$name.pid"
  within 5 is_answering "http://127.0.0.1:$port/health" || fail "no answer from $name after 5 s"
}

pid() { cat "$SCRATCH/$1.pid"; }

# $1 server, $2 field of its status; MiB.
memory() {
  awk -v field="$2:" '$1 == field { printf "%.1f", $2 / 1024 }' "/proc/$(pid "$1")/status"
}

median() {
  sort -n "$SCRATCH/$1" | awk '
    { v[NR] = $1 }
    END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

# Of the medians of two files.
ratio() { awk -v a="$(median "$1")" -v b="$(median "$2")" 'BEGIN { printf "%.2f", a / b }'; }


row() { printf '  %-44s %12s   %s\n' "$1" "$2" "${3:-}"; }

# $1 file for the rate, $2 port, then more words of wrk. What it printed is in $SCRATCH/wrk.
load() {
  local file=$1 port=$2
  shift 2
  wrk -t1 -d"${seconds}s" --latency "$@" >"$SCRATCH/wrk"
  awk '/^Requests\/sec:/ { print $2 }' "$SCRATCH/wrk" >>"$SCRATCH/$file.rate"
  awk '$1 == "99%" { n = $2 + 0; print $2 ~ /us$/ ? n / 1000 : $2 ~ /ms$/ ? n : n * 1000 }' \
    "$SCRATCH/wrk" >>"$SCRATCH/$file.p99"
  sed -nE '/Socket errors|Non-2xx/s/^ +//p' "$SCRATCH/wrk" >>"$SCRATCH/$file.errors"
  echo "  $file: $(tail -n 1 "$SCRATCH/$file.rate")/s, p99 $(tail -n 1 "$SCRATCH/$file.p99") ms" >&2
}

# $1 the server, $2 its port.
load_health() { load "health.$1" "$2" -c64 "http://127.0.0.1:$2/health"; }

load_sum() {
  load "sum.$1" "$2" -c"$CONNECTIONS" --timeout 10s -s "$SCRATCH/sum.lua" "http://127.0.0.1:$2/sum"
}

errors() { sort "$SCRATCH/$1.errors" | uniq -c | awk '{ $1 = $1; print }' | paste -sd';' -; }

if [ "$(uname -s)" != Linux ]; then
  say "bench reads /proc and runs on Linux only" >&2
  exit 69
fi
for program in curl wrk; do
  obtain "$program" || need "$program" "its package, as with apt-get install $program"
done
others=()
if obtain nginx; then others+=(nginx); else say "nginx is not here: left out" >&2; fi
if command -v go >/dev/null; then others+=(go); else say "Go is not here: left out" >&2; fi
has() { [[ " ${others[*]-} " == *" $1 "* ]]; }

Scripts/build.sh .build/release/Rehearsal 'the steps and the rehearsal' 'about a minute' \
  "$@" --product Rehearsal
if has go; then
  GO111MODULE=off GOCACHE=$SCRATCH/go-cache go build -o "$SCRATCH/go" Tests/Servers/bench.go
fi

# wrk and the server need a descriptor for each connection.
ulimit -n "$(ulimit -H -n)"
if [ "$(ulimit -n)" != unlimited ] && [ "$(ulimit -n)" -lt $((CONNECTIONS + 200)) ]; then
  echo "$CONNECTIONS connections need more open files than the $(ulimit -n) that are allowed" >&2
  exit 71
fi

nginx_port=$(free_port)
if has nginx; then
  mkdir -p "$SCRATCH/nginx/logs"
  sed "s|SCRATCH|$SCRATCH/nginx|; s|PORT|$nginx_port|" Tests/Servers/bench-nginx.conf \
    >"$SCRATCH/nginx.conf"
  nginx=(nginx -p "$SCRATCH/nginx" -c "$SCRATCH/nginx.conf" -e /dev/null)
  nginx_start=$(.build/release/Rehearsal startup-time "at=127.0.0.1:$nginx_port" \
    "$(command -v nginx)" "${nginx[@]:1}" -g 'master_process off;')
  start nginx "$nginx_port" "${nginx[@]}"
fi
port=$(free_port)
start ours "$port" .build/release/CalcV5
batched_port=$(free_port)
if has nginx; then start batched "$batched_port" .build/release/CalcV7 --graceful; fi
go_port=$(free_port)
if has go; then start go "$go_port" "$SCRATCH/go"; fi
for _ in $(seq 1 "$busy"); do
  sh -c 'while :; do :; done' &
  pids+=("$!")
done
sleep 1
idle=$(memory ours VmRSS)

echo "GET /health, wrk -t1 -c64, $rounds times $seconds s …" >&2
for _ in $(seq 1 "$rounds"); do
  load_health ours "$port"
  if has nginx; then load_health nginx "$nginx_port"; fi
  if has go; then load_health go "$go_port"; fi
done
echo "POST /sum, wrk -t1 -c$CONNECTIONS, $rounds times $seconds s …" >&2
cat >"$SCRATCH/sum.lua" <<'LUA'
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"numbers":[1,2,3,4]}'
LUA
for _ in $(seq 1 "$rounds"); do
  load_sum ours "$port"
  if has nginx; then load_sum batched "$batched_port"; fi
  if has go; then load_sum go "$go_port"; fi
done
memory ours VmHWM >"$SCRATCH/ours.memory"
if has go; then memory go VmHWM >"$SCRATCH/go.memory"; fi

# Before nginx, which takes its last batch.
if has nginx; then
  kill -TERM "$(pid batched)"
  wait "$(pid batched)" || echo "step 7 lost operations or requests: exit status $?" >&2
fi

echo "stop …" >&2
# wrk's connections are closed by now: the drain has nothing to wait for, so this is the time of the
# stop itself.
sleep 1
stopped_at=$(date +%s%N)
kill -TERM "$(pid ours)"
status=0
wait "$(pid ours)" || status=$?
stop=$(awk -v from="$stopped_at" -v to="$(date +%s%N)" 'BEGIN { printf "%.1f", (to - from) / 1e6 }')
# Polling from a shell costs more than a start or the end of a drain takes.
ours_start=$(.build/release/Rehearsal startup-time .build/release/CalcV5)
for _ in $(seq 1 "$rounds"); do
  .build/release/Rehearsal drain-time .build/release/CalcV5 "$CONNECTIONS" >>"$SCRATCH/drain"
done

echo
echo "$(uname -m), $(nproc) cores, $busy processes beside it, $rounds rounds; static release build"
row "what" "measured" "to reach"
row "GET /health, requests/s" "$(median health.ours.rate | cut -d. -f1)"
if has nginx; then
  row "  of nginx, two workers, same body" "$(ratio health.ours.rate health.nginx.rate)" "1.15"
fi
if has go; then row "  of Go" "$(ratio health.ours.rate health.go.rate)" "2.2"; fi
row "POST /sum, $CONNECTIONS connections, requests/s" "$(median sum.ours.rate | cut -d. -f1)"
if has go; then row "  of Go" "$(ratio sum.ours.rate sum.go.rate)" "1.8"; fi
if has nginx; then
  row "  with batched operations, of that" "$(ratio sum.batched.rate sum.ours.rate)"
fi
row "  p99, ms" "$(median sum.ours.p99)"
if has go; then row "  of Go's" "$(ratio sum.ours.p99 sum.go.p99)" "at most 0.45"; fi
errors=$(errors sum.ours)
row "  errors" "${errors:-none}" "none"
row "  peak resident memory, MiB" "$(median ours.memory)" "at most 60"
if has go; then row "  of Go's" "$(ratio ours.memory go.memory)" "at most 0.15"; fi
row "idle resident memory, MiB" "$idle" "at most 10"
row "start to first answer, ms" "$ours_start" "${nginx_start:+at most nginx: $nginx_start}"
row "SIGTERM to exit when idle, ms" "$stop" "at most 20 (exit status $status)"
row "drain of $CONNECTIONS: last response to exit, ms" "$(median drain)" "at most 30"
