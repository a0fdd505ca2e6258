#!/usr/bin/env bash
# InfluxDB, for steps 6 and 7: $1 is local (a server on this machine), count or clear (what is in
# one, at url=).
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=Scripts/influxd.sh
. "$(dirname "$0")/influxd.sh"

DATABASE=calc
URL=${url:-http://localhost:8086}
URL=${URL%/}
case $URL in
  *[[:space:]\"\'\\]*) refuse "url=$URL holds a character that no address has" ;;
  http://?*) ;;
  https://*) refuse "url=$URL: InfluxDB is asked by http here; put a TLS proxy in front, or use" \
    "make influxdb-k8s-port-forward" ;;
  *) refuse "url=$URL is no URL: url=http://localhost:8086" ;;
esac

# Asks in InfluxQL; the answer goes to standard output. Ends with one line when there is none, or
# when it is an error.
query() {
  local answer
  answer=$(curl --silent --show-error --max-time 30 --data-urlencode "q=$1" \
    "$URL/query?db=$DATABASE&epoch=ns" 2>"$SCRATCH/curl") \
    || fail "no InfluxDB answers at $URL: make influxdb-local starts one here, url= names another"
  case $answer in
    *'"error"'*) fail "InfluxDB at $URL refuses:" \
      "$(printf '%s' "$answer" | sed 's/.*"error":"\([^}]*\)".*/\1/')" ;;
    '{"results"'*) printf '%s\n' "$answer" ;;
    *) fail "what answers at $URL is no InfluxDB" ;;
  esac
}

# Lines of one column of the values in an answer; none without values.
numbers() { sed -n 's/.*"values":\[\[0,\([0-9]*\)\]\].*/\1/p'; }

# The tags and counts of an answer that is grouped by a tag: `pod count`.
groups() {
  local count='"columns":\["time","[a-z]*"\],"values":\[\[0,\([0-9]*\)\]\].*'
  tr '{' '\n' | sed -n 's/^"[a-z]*":"\([^"]*\)"},'"$count"'/\1 \2/p'
}

# The tags in an answer with the last value of each, the newest first.
newest() {
  local last='"columns":\["time","last"\],"values":\[\[\([0-9]*\),.*'
  tr '{' '\n' | sed -n 's/^"[a-z]*":"\([^"]*\)"},'"$last"'/\2 \1/p' \
    | sort -k 1,1nr | sed 's/^[0-9]* //'
}

# A dozen rollouts leave some 140 pods: the newest ones are of interest.
PODS=20

count() {
  need curl "it comes with most systems, or from its package"
  local operations ids pods last
  say "counts the operations in database $DATABASE at $URL"
  operations=$(query 'SELECT COUNT("id") FROM "operation"' | numbers)
  ids=$(query 'SELECT COUNT("distinct") FROM (SELECT DISTINCT("id") FROM "operation")' | numbers)
  say "${operations:-0} operations, ${ids:-0} different ids"
  pods=$(query 'SELECT COUNT("id") FROM "operation" GROUP BY "pod"' \
    | sed 's/"tags":{"pod":/{"pod":/g' | groups)
  if [ -z "$pods" ]; then return; fi
  last=$(query 'SELECT LAST("id") FROM "operation" GROUP BY "pod"' \
    | sed 's/"tags":{"pod":/{"pod":/g' | newest)
  awk -v most="$PODS" '
    NR == FNR { count[$1] = $2; next }
    FNR <= most { printf "  %-40s %s\n", $1, count[$1] }
    END { if (FNR > most) printf "  and %d older pods\n", FNR - most }
  ' <(printf '%s\n' "$pods") <(printf '%s\n' "$last")
}

clear_operations() {
  need curl "it comes with most systems, or from its package"
  local operations
  operations=$(query 'SELECT COUNT("id") FROM "operation"' | numbers)
  say "deletes the ${operations:-0} operations in database $DATABASE at $URL, and nothing else"
  query 'DROP MEASUREMENT "operation"' >/dev/null
  say "none is left"
}

# The port of a URL on this machine.
local_port() {
  local rest=${URL#http://} port
  case $rest in
    localhost | 127.0.0.1) port=80 ;;
    localhost:* | 127.0.0.1:*) port=${rest##*:} ;;
    *) refuse "url=$URL is not on this machine: influxdb-local starts a server here, as in" \
      "url=http://localhost:8086" ;;
  esac
  case $port in '' | *[!0-9]* | ??????*) port=0 ;; esac
  if [ "$port" -lt 1 ] || [ "$port" -gt 65535 ]; then refuse "url=$URL has no port from 1 to" \
    "65535: url=http://localhost:8086"; fi
  echo "$port"
}

# Runs the server at port $1 with its data in $2, which the remaining arguments start, and creates
# the database as soon as it answers. Ctrl-C is its proper end; it never outlives this script.
attend() {
  local port=$1 data=$2 is_stopped='' status
  shift 2
  if [ -n "$LOG" ]; then exec 3>"$LOG"; else exec 3>&2; fi
  # A process group of its own: Ctrl-C reaches it once, through the trap.
  set -m
  "$@" </dev/null 2>&3 &
  SERVER=$!
  set +m
  trap 'kill "$SERVER" 2>/dev/null || true; rm -rf "$SCRATCH"' EXIT
  trap 'is_stopped=1; kill "$SERVER" 2>/dev/null || true' INT TERM HUP
  # No limit but the server's life: Docker may have an image to pull.
  until answers_ping "$port" || ! kill -0 "$SERVER" 2>/dev/null; do sleep 0.2; done
  if [ -z "$is_stopped" ] && kill -0 "$SERVER" 2>/dev/null; then
    URL=http://127.0.0.1:$port query "CREATE DATABASE $DATABASE" >/dev/null
    say "InfluxDB listens at http://localhost:$port with database $DATABASE; Ctrl-C ends it, its" \
      "data stay in $data"
  fi
  # A signal ends a wait, not the server.
  while true; do
    status=0
    wait "$SERVER" || status=$?
    kill -0 "$SERVER" 2>/dev/null || break
  done
  [ -n "$is_stopped" ] || fail "InfluxDB ended with status $status${LOG:+: $(tail -n 1 "$LOG")}"
}

# Each port has its data: two servers on the same would spoil them.
serve() {
  local port data
  port=$(local_port)
  need curl "it comes with most systems, or from its package"
  if ! is_free "$port"; then fail "port $port is taken: if it is InfluxDB, use it; else choose" \
    "another with url=http://localhost:8087"; fi
  if docker info >/dev/null 2>&1; then
    data="Docker's volume calc-influxdb-$port"
    LOG=
    say "runs InfluxDB 1.8 in Docker at http://localhost:$port, with its data in $data"
    use_network
    attend "$port" "$data" docker run --rm --name "calc-influxdb-$port" --network "$NETWORK" \
      --publish "127.0.0.1:$port:8086" --volume "calc-influxdb-$port:/var/lib/influxdb" \
      --env INFLUXDB_REPORTING_DISABLED=true --env INFLUXDB_HTTP_LOG_ENABLED=false influxdb:1.8.10
  elif find_influxd; then
    data=$STATE/influxdb/$port
    LOG=$data/log
    say "runs $INFLUXD at http://localhost:$port, with its data in $data"
    mkdir -p "$data"
    influxd_configuration "$port" "$(free_port)" "$data" 127.0.0.1 >"$data/influxdb.conf"
    attend "$port" "$data" "$INFLUXD" run -config "$data/influxdb.conf"
  else
    fail "neither a Docker engine nor influxd is here: start Docker, or install influxdb 1.x, as" \
      "with: apt-get install influxdb"
  fi
}

case ${1:-} in
  local) serve ;;
  count) count ;;
  clear) clear_operations ;;
  *) refuse "usage: $0 local | count | clear" ;;
esac
