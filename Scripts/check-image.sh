#!/usr/bin/env bash
# Builds the image with a real Docker engine and holds it against what the pages say of it: size,
# user, layers, content; each step as PID 1, read-only and without capabilities, ended by SIGTERM
# under load; and that a change in one slide compiles one file. Where no engine answers, root starts
# one with data of its own. With SKIP=1 it is a line, no failure, when there can be none.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"

# As docs/cluster.md says: 7.9 MB compressed, and room for the next toolchain.
MOST_BYTES=$((8500 * 1000))
# Events come within tenths of a second.
POLL=0.2
IMAGE=calc-check:one
engine=

clean_up() {
  docker ps --all --quiet --filter label=calc-check 2>/dev/null \
    | xargs -r docker rm --force >/dev/null 2>&1 || true
  if [ -n "$engine" ]; then
    kill "$engine" 2>/dev/null || true
    wait "$engine" 2>/dev/null || true
    # The network of the host, which the engine leaves mounted.
    umount "$SCRATCH"/exec/netns/* 2>/dev/null || true
  fi
  rm -rf "$SCRATCH"
}
trap clean_up EXIT

no_engine() {
  if [ "${SKIP:-}" = 1 ]; then
    say "check-image: not run, $*"
    exit
  fi
  say "check-image needs a Docker engine: $*" >&2
  exit 69
}

# One that answers, or one of our own: without a network, which nothing here needs.
use_engine() {
  local daemon
  if command -v docker >/dev/null && docker info >/dev/null 2>&1; then return; fi
  daemon=$(command -v dockerd) || no_engine "none answers, and there is no dockerd to start"
  [ "$(id -u)" -eq 0 ] || no_engine "none answers, and only root can start one"
  # The client that came with it.
  PATH=${daemon%/*/*}/bin:$PATH
  DOCKER_HOST=unix://$SCRATCH/engine.sock
  export PATH DOCKER_HOST
  "$daemon" --data-root "$SCRATCH/data" --exec-root "$SCRATCH/exec" --pidfile "$SCRATCH/pid" \
    --host "$DOCKER_HOST" --bridge=none --iptables=false >"$SCRATCH/engine" 2>&1 &
  engine=$!
  within 30 docker info >/dev/null 2>&1 || no_engine "dockerd does not start here:" \
    "$(tail -n 1 "$SCRATCH/engine" | sed 's/.*msg=//')"
  say "engine: $("$daemon" --version | sed 's/,.*//'), of its own"
}

use_base() {
  local base
  base=$(sed -n 's/^FROM \(.*\) AS build$/\1/p' "$ROOT/Dockerfile")
  docker image inspect "$base" >/dev/null 2>&1 && return
  if docker pull --quiet "$base" >/dev/null 2>&1; then return; fi
  say "base: $base cannot be pulled; this machine's toolchain stands in for it"
  "$ROOT/Scripts/base-image.sh" "$base"
}

# Builds folder $1 as tag $2, which needs no network; the log goes to $SCRATCH/build.
build() {
  DOCKER_BUILDKIT=1 docker build --progress=plain --network=none --tag "$2" "$1" \
    >"$SCRATCH/build" 2>&1 || fail "the image was not built: $(grep -m 1 -E 'error:|ERROR' \
    "$SCRATCH/build" || tail -n 1 "$SCRATCH/build")"
}

# The names of what the last build compiled; the same file may be named once for each product.
compiled() { sed -n 's/.*] Compiling \(.*\)/\1/p' "$SCRATCH/build" | sort -u; }

inspect() { docker image inspect --format "$1" "$IMAGE"; }

megabytes() { awk -v bytes="$1" 'BEGIN { printf "%.2f", bytes / 1e6 }'; }

check_facts() {
  local bytes app odd layers
  bytes=$(docker save "$IMAGE" | gzip -6 | wc -c)
  [ "$bytes" -le "$MOST_BYTES" ] || fail "the image has $bytes bytes compressed, more than" \
    "$MOST_BYTES"
  [ "$(inspect '{{.Config.User}}')" = 65532:65532 ] || fail "the image's user is no number"
  layers=$(inspect '{{len .RootFS.Layers}}')
  [ "$layers" = 2 ] || fail "the image has $layers layers, not 2"
  docker create --label calc-check --name calc-check-files "$IMAGE" >/dev/null
  # The layer that changes with the code.
  app=$(docker cp calc-check-files:/app - | gzip -6 | wc -c)
  # What the engine itself adds: its mark and its mount points.
  odd=$(docker export calc-check-files | tar -t \
    | grep -vE '/$|^app/CalcV[1-7]$|[.]so([.][0-9]+)*$' \
    | grep -vE '^(\.dockerenv|dev/console|etc/(hosts|hostname|resolv.conf|mtab))$' || true)
  [ -z "$odd" ] || fail "the image holds more than the steps and their libraries: $odd"
  docker rm calc-check-files >/dev/null
  say "image: $(megabytes "$bytes") MB compressed, $(megabytes "$app") of it the steps, 2 layers," \
    "user 65532:65532, the seven steps and their libraries only"
}

# Sends one request after the other until the file is there; a line for each: curl's status, code.
client() {
  local code status
  until [ -f "$SCRATCH/stop" ]; do
    status=0
    code=$(curl --silent --output /dev/null --write-out '%{http_code}' --max-time 10 \
      --header 'Content-Type: application/json' --data '{"numbers":[1,2,3,4]}' "$1/sum") \
      || status=$?
    printf '%s %s\n' "$status" "$code" >>"$SCRATCH/outcomes"
    # Nothing is left to send to.
    if [ "$status" -eq 7 ]; then return; fi
  done
}

# One request that is under way when SIGTERM comes: half of its body is sent, and what goes to file
# descriptor 9 is the rest.
hold_request() {
  rm -f "$SCRATCH/body"
  mkfifo "$SCRATCH/body"
  curl --silent --verbose --output /dev/null --write-out '%{stderr}\nended: %{http_code}\n' \
    --max-time 60 --header 'Content-Type: application/json' --header 'Expect:' --request POST \
    --upload-file "$SCRATCH/body" "$1/sum" 2>"$SCRATCH/held" &
  held=$!
  exec 9>"$SCRATCH/body"
  printf '{"numbers":' >&9
  within 10 grep -q '^> Transfer-Encoding: chunked' "$SCRATCH/held" \
    || fail "no request can be held: $(tail -n 1 "$SCRATCH/held")"
}

# Sends the rest, and adds what came of it to the outcomes.
release_request() {
  local status=0
  # A shell of its own: where curl has ended, it dies of SIGPIPE.
  (printf '[1,2,3,4]}' >&9) 2>/dev/null || true
  exec 9>&-
  wait "$held" || status=$?
  printf '%s %s\n' "$status" "$(sed -n 's/^ended: //p' "$SCRATCH/held")" >>"$SCRATCH/outcomes"
}

is_listening() { docker logs "$NAME" 2>&1 | grep -q 'msg=listening'; }
is_running() { [ "$(docker container inspect --format '{{.State.Running}}' "$NAME")" = true ]; }
is_ended() { ! is_running; }
count() { grep -cE "$1" "$SCRATCH/outcomes" || true; }
has_answered() { [ "$(count '^0 200')" -ge "$1" ]; }

# Asks the InfluxDB of the test in InfluxQL.
query() { curl --silent --get "$INFLUXDB_TEST_URL/query" --data-urlencode "q=$1" "${@:2}"; }

# What an engine runs as PID 1 is a container's first process: no --init. $1 the step, $2 --graceful
# or nothing, $3 the statuses that are right, $4 `cut`, `whole` or `ignored`, $5 `lost` or `logged`.
check_step() {
  local step=$1 argument=$2 right=$3 promise=$4 log=${5:-} port url status cut answered stored
  local database=calc_$1${2#--} clients=() held
  NAME=calc-check-$1${2#--}
  port=$(free_port)
  url=http://127.0.0.1:$port
  if [ -n "$log" ] && [ -n "${INFLUXDB_TEST_URL:-}" ]; then
    query "CREATE DATABASE \"$database\"" --request POST >/dev/null
  fi
  rm -f "$SCRATCH/stop"
  : >"$SCRATCH/outcomes"
  docker run --detach --label calc-check --name "$NAME" --network host --read-only \
    --cap-drop ALL --security-opt no-new-privileges \
    --env LISTEN_HOST=127.0.0.1 --env "LISTEN_PORT=$port" --env "INFLUXDB_DB=$database" \
    --env "INFLUXDB_BASE_URL=${INFLUXDB_TEST_URL:-http://127.0.0.1:1}" \
    "$IMAGE" "/app/CalcV$step" ${argument:+"$argument"} >/dev/null
  within 10 is_listening || fail "step $step does not listen: $(docker logs "$NAME" 2>&1 \
    | tail -n 1)"
  for _ in 1 2 3 4 5 6 7 8; do
    client "$url" &
    clients+=($!)
  done
  within 10 has_answered 8 || fail "step $step answers no requests: curl's status and code are" \
    "$(sort "$SCRATCH/outcomes" | uniq -c | tr -s ' \n' ' ')"
  hold_request "$url"
  docker kill --signal TERM "$NAME" >/dev/null
  # A step without a drainer ends under it, the others wait for it.
  if [ "$promise" != cut ]; then release_request; fi
  if [ "$promise" = ignored ]; then
    within 10 has_answered $(($(count '^0 200') + 8)) \
      || fail "step $step answers no more after SIGTERM, which PID 1 is to ignore"
    is_running || fail "step $step ends at SIGTERM, which PID 1 is to ignore"
    touch "$SCRATCH/stop"
    wait "${clients[@]}"
    docker kill "$NAME" >/dev/null
  fi
  within 60 is_ended || fail "step $step still runs 60 s after SIGTERM"
  if [ "$promise" = cut ]; then release_request; fi
  status=$(docker wait "$NAME")
  touch "$SCRATCH/stop"
  wait "${clients[@]}"
  answered=$(count '^0 200')
  # An empty reply, a body that ends too early, a reset.
  cut=$(count '^(18|52|55|56) ')
  case " $right " in *" $status "*) ;; *) fail "step $step ended with status $status, not with" \
    "$right: $(docker logs "$NAME" 2>&1 | tail -n 1)" ;; esac
  case $promise:$cut in
    cut:0) fail "step $step cut none of its requests" ;;
    cut:*) ;;
    *:0) ;;
    *) fail "step $step cut $cut requests" ;;
  esac
  if [ -n "$log" ] && [ -n "${INFLUXDB_TEST_URL:-}" ]; then
    stored=$(query 'SELECT COUNT("id") FROM "operation"' --data-urlencode "db=$database" \
      | sed -n 's/.*"values":\[\["[^"]*",\([0-9]*\)\]\].*/\1/p')
    stored=${stored:-0}
    case $log in
      logged) [ "$stored" -ge "$answered" ] || fail "step $step $argument logged $stored of" \
        "$answered operations" ;;
      lost) [ "$stored" -lt "$answered" ] || fail "step $step lost none of $answered operations" ;;
    esac
    stored=", $stored of their operations logged"
  fi
  say "step $step${argument:+ $argument}: status $status, $answered requests answered, $cut" \
    "cut${stored:-}"
  docker rm --force "$NAME" >/dev/null
}

# The claim of the Dockerfile's cache: after a change in one slide that slide is compiled, and
# nothing else, also in a copy whose files are all younger.
check_second_build() {
  local context=$SCRATCH/context
  mkdir "$context"
  cp -R "$ROOT/Package.swift" "$ROOT/Sources" "$ROOT/Dockerfile" "$ROOT/.dockerignore" "$context"
  printf '\n// changed\n' >>"$context/Sources/CalcV4/main.swift"
  build "$context" calc-check:two
  [ "$(compiled)" = "CalcV4 main.swift" ] || fail "a change in one slide compiled:" \
    "$(compiled | tr '\n' ',')"
  say "second build, after a change in CalcV4/main.swift: compiled $(compiled)"
}

need curl "it comes with most systems, or from its package"
unchecked=
if [ -z "${INFLUXDB_TEST_URL:-}" ]; then
  [ "${TOOLS_REQUIRED:-0}" != 1 ] || fail "no InfluxDB (INFLUXDB_TEST_URL), and TOOLS_REQUIRED=1" \
    "wants the operations of steps 6 and 7 to be checked: make check-image runs one"
  unchecked=" (operations: not checked, no InfluxDB)"
fi
use_engine
need_readable_root
use_base
build "$ROOT" "$IMAGE"
check_facts
for step in 1 2; do check_step "$step" '' 137 ignored; done
check_step 3 '' '0 1' cut
for step in 4 5; do check_step "$step" '' 0 whole; done
graceful=1
if [ -n "${INFLUXDB_TEST_URL:-}" ]; then graceful=0; fi
for step in 6 7; do
  check_step "$step" '' 0 whole lost
  # What cannot be stored goes to standard error, with status 1.
  check_step "$step" --graceful "$graceful" whole logged
done
check_second_build
say "the image is what the pages say$unchecked"
