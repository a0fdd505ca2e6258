#!/usr/bin/env bash
# InfluxDB, for steps 6 and 7: $1 is local (a server on this machine), count or clear (what is in one, at url=).
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=Scripts/influxd.sh
. "$(dirname "$0")/influxd.sh"

DATABASE=calc
URL=${url:-http://localhost:8086}
URL=${URL%/}
case $URL in
  http://?*) ;;
  https://*) refuse "url=$URL: InfluxDB is asked by http here; put a TLS proxy in front, or use make influxdb-k8s-port-forward" ;;
  *) refuse "url=$URL is no URL: url=http://localhost:8086" ;;
esac

# Asks in InfluxQL; the answer goes to standard output. Ends with one line when there is none, or when it is an error.
query() {
  local answer
  answer=$(curl --silent --show-error --max-time 30 --data-urlencode "q=$1" "$URL/query?db=$DATABASE&epoch=ns" 2>"$SCRATCH/curl") \
    || fail "no InfluxDB answers at $URL: make influxdb-local starts one here, url= names another"
  case $answer in
    *'"error"'*) fail "InfluxDB at $URL refuses: $(printf '%s' "$answer" | sed 's/.*"error":"\([^}]*\)".*/\1/')" ;;
    '{"results"'*) printf '%s\n' "$answer" ;;
    *) fail "what answers at $URL is no InfluxDB" ;;
  esac
}

# Lines of one column of the values in an answer; none without values.
numbers() { sed -n 's/.*"values":\[\[0,\([0-9]*\)\]\].*/\1/p'; }

# The tags and counts of an answer that is grouped by a tag: `pod count`.
groups() { tr '{' '\n' | sed -n 's/^"[a-z]*":"\([^"]*\)"},"columns":\["time","[a-z]*"\],"values":\[\[0,\([0-9]*\)\]\].*/\1 \2/p'; }

count() {
  need curl "it comes with most systems, or from its package"
  local operations ids pods
  say "counts the operations in database $DATABASE at $URL"
  operations=$(query 'SELECT COUNT("id") FROM "operation"' | numbers)
  ids=$(query 'SELECT COUNT("distinct") FROM (SELECT DISTINCT("id") FROM "operation")' | numbers)
  say "${operations:-0} operations, ${ids:-0} different ids"
  pods=$(query 'SELECT COUNT("id") FROM "operation" GROUP BY "pod"' | sed 's/"tags":{"pod":/{"pod":/g' | groups)
  if [ -n "$pods" ]; then printf '%s\n' "$pods" | awk '{ printf "  %-40s %s\n", $1, $2 }'; fi
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
  local rest=${URL#http://}
  case $rest in
    localhost | 127.0.0.1) echo 80 ;;
    localhost:* | 127.0.0.1:*) echo "${rest##*:}" ;;
    *) refuse "url=$URL is not on this machine: influxdb-local starts a server here, as in url=http://localhost:8086" ;;
  esac
}

create_database() {
  within 60 answers_ping "$1" || return 1
  URL=http://127.0.0.1:$1 query "CREATE DATABASE $DATABASE" >/dev/null
  say "InfluxDB listens at http://localhost:$1 with database $DATABASE; Ctrl-C ends it, its data stay in $2"
}

serve() {
  local port data
  port=$(local_port)
  use_count port "$port" "as in url=http://localhost:8086"
  need curl "it comes with most systems, or from its package"
  if ! is_free "$port"; then fail "port $port is taken: if it is InfluxDB, use it; else choose another with url=http://localhost:8087"; fi
  if docker info >/dev/null 2>&1; then
    data="Docker's volume calc-influxdb"
    say "runs InfluxDB 1.8 in Docker at http://localhost:$port, with its data in $data"
    create_database "$port" "$data" &
    until_interrupted docker run --rm --name "calc-influxdb-$port" --publish "127.0.0.1:$port:8086" --volume calc-influxdb:/var/lib/influxdb \
      --env INFLUXDB_REPORTING_DISABLED=true --env INFLUXDB_HTTP_LOG_ENABLED=false influxdb:1.8.10
  elif find_influxd; then
    data=$STATE/influxdb
    say "runs $INFLUXD at http://localhost:$port, with its data in $data"
    mkdir -p "$data"
    influxd_configuration "$port" "$(free_port)" "$data" 127.0.0.1 >"$data/influxdb.conf"
    create_database "$port" "$data" &
    until_interrupted "$INFLUXD" run -config "$data/influxdb.conf" 2>"$data/log"
  else
    fail "neither a Docker engine nor influxd is here: start Docker, or install influxdb 1.x, as with: apt-get install influxdb"
  fi
}

case ${1:-} in
  local) serve ;;
  count) count ;;
  clear) clear_operations ;;
  *) refuse "usage: $0 local | count | clear" ;;
esac
