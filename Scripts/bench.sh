#!/usr/bin/env bash
# Speed, start and stop of the service, beside nginx in the same run. A yardstick, never a test:
# figures depend on the machine.
# Its arguments are the command that builds.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

ROUNDS=${ROUNDS:-3}
SECONDS_EACH=${SECONDS_EACH:-5}
CONNECTIONS=${CONNECTIONS:-5000}
# A server starts in milliseconds.
POLL=0.01

[ $# -gt 0 ] || refuse "bench.sh takes the command that builds: use make bench"

server_pid=
nginx_pid=

# Ends what was started here, by its number, however this script ends.
end() {
  if [ -n "$server_pid" ]; then kill -KILL "$server_pid" 2>/dev/null || true; fi
  if [ -n "$nginx_pid" ]; then kill -TERM "$nginx_pid" 2>/dev/null || true; fi
  wait 2>/dev/null || true
  rm -rf "$SCRATCH"
}
trap end EXIT

is_answering() { curl --silent --fail --output /dev/null "$1"; }

await_answer() { within 5 is_answering "$1" || fail "no answer from $1 after 5 s"; }

median() {
  sort -n | awk '
    { v[NR] = $1 }
    END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

requests_per_second() { awk '/^Requests\/sec:/ { print $2 }' "$1"; }

memory() { awk -v field="$2:" '$1 == field { printf "%.1f", $2 / 1024 }' "/proc/$1/status"; }

milliseconds_since() { echo $((($(date +%s%N) - $1) / 1000)) | awk '{ printf "%.1f", $1 / 1000 }'; }

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

row() { printf '  %-42s %14s   %s\n' "$1" "$2" "$3"; }

# A step, and an argument for it.
start_server() {
  LISTEN_HOST=127.0.0.1 LISTEN_PORT=$port LOG_LEVEL=off WARMUP_SECONDS=0 \
    INFLUXDB_BASE_URL=http://127.0.0.1:$nginx_port \
    ".build/release/CalcV$1" ${2:+"$2"} &
  server_pid=$!
  await_answer "http://127.0.0.1:$port/health"
}

start_nginx() {
  mkdir -p "$SCRATCH/nginx/logs"
  cat >"$SCRATCH/nginx/nginx.conf" <<CONF
worker_processes 2;
daemon off;
pid $SCRATCH/nginx/nginx.pid;
error_log /dev/null;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path $SCRATCH/nginx/body;
  proxy_temp_path $SCRATCH/nginx/proxy;
  fastcgi_temp_path $SCRATCH/nginx/fastcgi;
  uwsgi_temp_path $SCRATCH/nginx/uwsgi;
  scgi_temp_path $SCRATCH/nginx/scgi;
  server {
    listen 127.0.0.1:$nginx_port;
    location = /health { default_type application/json; return 200 '{"status":"healthy"}'; }
    # As InfluxDB answers a write, without what it costs to store it.
    location = /write { return 204; }
  }
}
CONF
  nginx -p "$SCRATCH/nginx" -c "$SCRATCH/nginx/nginx.conf" -e /dev/null &
  nginx_pid=$!
  await_answer "http://127.0.0.1:$nginx_port/health"
}

if [ "$(uname -s)" != Linux ]; then
  say "bench reads /proc and runs on Linux only" >&2
  exit 69
fi
for program in curl wrk; do
  obtain "$program" || need "$program" "its package, as with apt-get install $program"
done
Scripts/build.sh .build/release/Rehearsal 'the steps and the rehearsal' 'about a minute' \
  "$@" --product Rehearsal

# wrk and the server need a descriptor for each connection.
ulimit -n "$(ulimit -H -n)"
if [ "$(ulimit -n)" != unlimited ] && [ "$(ulimit -n)" -lt $((CONNECTIONS + 200)) ]; then
  echo "$CONNECTIONS connections need more open files than the $(ulimit -n) that are allowed" >&2
  exit 71
fi

port=$(free_port)
nginx_port=$(free_port)

echo "GET /health, wrk -t1 -c64, $ROUNDS rounds of $SECONDS_EACH s each …" >&2
start_server 4
sleep 1
idle=$(memory "$server_pid" VmRSS)
if obtain nginx; then start_nginx; fi
for round in $(seq 1 "$ROUNDS"); do
  wrk -t1 -c64 -d"${SECONDS_EACH}s" "http://127.0.0.1:$port/health" >"$SCRATCH/wrk"
  requests_per_second "$SCRATCH/wrk" >>"$SCRATCH/ours"
  echo "  round $round: ours $(tail -n 1 "$SCRATCH/ours")/s" >&2
  if [ -n "$nginx_pid" ]; then
    wrk -t1 -c64 -d"${SECONDS_EACH}s" "http://127.0.0.1:$nginx_port/health" >"$SCRATCH/wrk"
    requests_per_second "$SCRATCH/wrk" >>"$SCRATCH/nginx.rps"
    echo "  round $round: nginx $(tail -n 1 "$SCRATCH/nginx.rps")/s" >&2
  fi
done
load_sum() {
  wrk -t1 -c"$CONNECTIONS" -d"$1s" --timeout 10s --latency -s "$SCRATCH/sum.lua" \
    "http://127.0.0.1:$port/sum"
}
p99() { awk '$1 == "99%" { print $2 }' "$1"; }

echo "POST /sum, wrk -t1 -c$CONNECTIONS, 10 s …" >&2
cat >"$SCRATCH/sum.lua" <<'LUA'
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"numbers":[1,2,3,4]}'
LUA
load_sum 10 >"$SCRATCH/sum"
peak=$(memory "$server_pid" VmHWM)

echo "stop …" >&2
# wrk's connections are closed by now: the drain has nothing to wait for, so this is the time of the
# stop itself.
sleep 1
stopped_at=$(date +%s%N)
kill -TERM "$server_pid"
status=0
wait "$server_pid" || status=$?
stop=$(milliseconds_since "$stopped_at")
server_pid=

if [ -n "$nginx_pid" ]; then
  echo "POST /sum without and with batched operations, $ROUNDS rounds of $SECONDS_EACH s each …" >&2
  for round in $(seq 1 "$ROUNDS"); do
    for step in "5" "7 --graceful"; do
      # shellcheck disable=SC2086 # a step and its argument are two words
      start_server $step
      load_sum "$SECONDS_EACH" >"$SCRATCH/step"
      name=${step%% *}
      requests_per_second "$SCRATCH/step" >>"$SCRATCH/rps$name"
      p99 "$SCRATCH/step" | sed 's/ms$//; s/s$/ 1000/' | awk '{ print $1 * ($2 ? $2 : 1) }' \
        >>"$SCRATCH/p99$name"
      echo "  round $round: step $name $(tail -n 1 "$SCRATCH/rps$name")/s," \
        "p99 $(tail -n 1 "$SCRATCH/p99$name") ms" >&2
      kill -TERM "$server_pid"
      wait "$server_pid" || { echo "step $name lost operations or requests: exit status $?" >&2; }
      server_pid=
    done
  done
  kill -TERM "$nginx_pid"
  wait "$nginx_pid" || true
  nginx_pid=
fi

# Polling from a shell costs more than the start itself takes; the rehearsal measures it from fork
# to the first byte.
first=$(.build/release/Rehearsal startup-time ".build/release/CalcV4" 2>/dev/null || true)

ours=$(median <"$SCRATCH/ours")
echo
echo "$(uname -m), $(nproc) cores; static release build"
row "what" "measured" "to reach"
row "GET /health, requests/s" "$(printf '%.0f' "$ours")" "all that nginx does"
if [ -f "$SCRATCH/nginx.rps" ]; then
  nginx=$(median <"$SCRATCH/nginx.rps")
  row "  nginx, two workers, same body" "$(printf '%.0f' "$nginx")" ""
  row "  ratio" "$(ratio "$ours" "$nginx")" "at least 0.90, better 1.00"
else
  row "  nginx" "left out" "is missing and cannot be installed"
fi
row "POST /sum, $CONNECTIONS connections, requests/s" \
  "$(requests_per_second "$SCRATCH/sum" | xargs printf '%.0f')" "at least 40000"
row "  p99" "$(p99 "$SCRATCH/sum")" "at most 150 ms"
errors=$(sed -nE '/Socket errors|Non-2xx/s/^ +//p' "$SCRATCH/sum")
row "  errors" "${errors:-none}" "none"
row "  peak resident memory, MiB" "$peak" "at most 60"
if [ -f "$SCRATCH/rps7" ]; then
  without=$(median <"$SCRATCH/rps5")
  with=$(median <"$SCRATCH/rps7")
  row "  without, with batched operations" "$(printf '%.0f, %.0f' "$without" "$with")" \
    "ratio $(ratio "$with" "$without")"
  row "  p99 without, with, ms" \
    "$(printf '%.0f, %.0f' "$(median <"$SCRATCH/p995")" "$(median <"$SCRATCH/p997")")" ""
fi
row "idle resident memory, MiB" "$idle" "at most 10"
row "start to first answer, ms" "${first:--}" "at most 5"
row "SIGTERM to exit when idle, ms" "$stop" "at most 20 (exit status $status)"
